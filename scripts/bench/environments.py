"""The Pythons that are measured: our own, and one environment for each peer, since peers cannot share ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.peers import REQUIREMENTS

ROOT = Path(__file__).resolve().parent.parent.parent
_PEERS = ROOT / "build" / "venv-peers"


def peer_python(name: str) -> Path | None:
    """The Python of a peer's environment; None where it was not made or is not complete."""
    python = _python_of(name)
    return python if python.exists() and (_PEERS / name / ".done").exists() else None


def install_peers() -> list[str]:
    """Makes the environments that are not there yet; gives the names of those that could not be made."""
    failed = []
    for name, requirements in REQUIREMENTS.items():
        if peer_python(name) is not None:
            continue
        print(f"installing {name} ...", flush=True)
        venv = [sys.executable, "-m", "venv", "--clear", str(_PEERS / name)]
        pip = [str(_python_of(name)), "-m", "pip", "--disable-pip-version-check", "install", "-q", *requirements]
        if any(subprocess.run(command, check=False).returncode for command in (venv, pip)):  # noqa: S603  # our own commands
            failed.append(name)
        else:
            (_PEERS / name / ".done").touch()
    return failed


def version_of(python: Path | str) -> str:
    """The version of a Python, such as 3.12.

    Raises:
        OSError: It cannot be started.
        CalledProcessError: It does not run.
    """
    command = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603  # as above


def _python_of(name: str) -> Path:
    return _PEERS / name / "bin" / "python"
