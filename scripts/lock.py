"""Writes requirements/lock.txt and requirements/lowest.txt from what the pyproject files ask for.

Both hold for every Python we test. The first is the newest of everything, for development and CI; the second the lowest
version of each direct runtime dependency, which `make test-lowest` proves to work. Run by `make lock`.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"


def wanted() -> tuple[list[str], dict[str, list[str]]]:
    """Returns the runtime requirements from elsewhere and the development groups by name."""
    files = [ROOT / "pyproject.toml", *sorted(ROOT.glob("plugins/*/pyproject.toml"))]
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    own = tuple(str(table["project"]["name"]) for table in tables)
    runtime = [
        line for table in tables for line in table["project"].get("dependencies", ()) if not line.startswith(own)
    ]
    return runtime, dict(tables[0]["dependency-groups"])


def resolve(requirements: list[str], *options: str) -> str:
    """Asks uv for one set of versions that holds for every supported Python."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON]
    quiet = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - our own command, without a shell
        [*command, *quiet, *options, "-"], input="\n".join(requirements), text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def main() -> None:
    """Writes both files."""
    runtime, groups = wanted()
    newest = resolve([*runtime, *groups["test"], *groups["lint"], *groups["build"]])
    # Test tools stay at their locked versions: it is our own bounds that are in question.
    direct = tuple(f"{line.split('>=')[0].lower()}==" for line in groups["test"] + groups["build"])
    tools = [line for line in newest.splitlines() if line.startswith(direct)]
    lowest = resolve([*runtime, *tools], "--resolution", "lowest-direct")
    for name, text in (("lock", newest), ("lowest", lowest)):
        header = "# Written by `make lock` from pyproject.toml and plugins/*/pyproject.toml. Do not edit.\n"
        (ROOT / "requirements" / f"{name}.txt").write_text(header + text, encoding="utf-8")


if __name__ == "__main__":
    main()
