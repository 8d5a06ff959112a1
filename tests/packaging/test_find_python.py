"""The Makefile's choice of a Python survives commands that exist and do not work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "find_python.sh"


def find(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the script with this folder as its PATH, and no version manager."""
    command = ["/bin/sh", SCRIPT, *arguments]
    variables = {"PATH": str(path), "PYENV_ROOT": str(path / "none"), "HOME": str(path)}
    return subprocess.run(command, env=variables, check=False, capture_output=True, text=True)


def command(folder: Path, name: str, text: str) -> None:
    """Writes a shell command."""
    (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def test_a_shim_that_refuses_to_start_is_passed_over(tmp_path: Path) -> None:
    """The first command that runs is taken, not the first that exists."""
    command(tmp_path, "python3.13", "echo 'command not found' >&2; exit 127")
    command(tmp_path, "python3.12", "echo 3.12")
    command(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    assert Path(find(tmp_path).stdout.splitlines()[-1]).samefile(sys.executable)


def test_only_the_version_that_is_asked_for_will_do(tmp_path: Path) -> None:
    """A Python of another version is not given out for the one that was named."""
    command(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert find(tmp_path, own).returncode == 0
    assert find(tmp_path, "3.99").returncode == 1


def test_with_no_python_the_message_says_what_to_set(tmp_path: Path) -> None:
    """Nothing found is exit 1 and one line that names the way out."""
    done = find(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "make PYTHON=" in done.stderr
