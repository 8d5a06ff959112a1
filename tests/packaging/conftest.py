"""Environments as a stranger has them, without a download for each.

An environment here is a fresh venv with no packages. What a wheel *declares* that it needs is lent from the environment
of the suite, each distribution by links to its own files; the rest of that environment stays out of reach, and so do the
editable installs of this checkout. So a missing dependency, a missing data file or a leak from the checkout shows, and no
index is asked. `.ci/run` installs the same wheels once more from the index itself (`make test-wheels`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


def pip(*arguments: str | Path) -> None:
    """Runs the pip of the suite's own environment."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def build_wheel(source: Path, into: Path) -> Path:
    """Builds the wheel of a project with the backend that is already installed."""
    pip("wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "-w", into, source)
    return max(into.glob("*.whl"), key=lambda wheel: wheel.stat().st_mtime_ns)


def declared(wheel: Path) -> list[str]:
    """Reads what a wheel says it needs."""
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode()).get_all("Requires-Dist") or []


def needed(lines: Iterable[str]) -> set[str]:
    """Follows requirements to the names of everything they need here, our own distributions apart."""
    waiting, names = list(lines), set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and name not in names and not name.startswith("codeact-"):
            names.add(name)
            waiting += distribution(name).requires or []
    return names


def lend(names: Iterable[str], folder: Path) -> None:
    """Links the top-level files of installed distributions into a folder."""
    folder.mkdir()
    for name in names:
        found = distribution(name)
        tops = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
        for top in tops:
            link = folder / top
            if not link.exists():
                link.symlink_to(found.locate_file(top))


@dataclass(frozen=True)
class Environment:
    """A virtual environment and an empty folder to work in."""

    folder: Path
    home: Path

    def install(self, *wheels: Path) -> None:
        """Installs wheels and checks that everything they declare is there."""
        python = self.folder / "bin" / "python"
        pip("--python", python, "install", "--quiet", "--no-deps", "--no-index", *wheels)
        pip("--python", python, "check")

    def run(self, *command: str | Path, status: int = 0, stdin: str = "") -> str:
        """Runs a command of the environment in its empty folder and returns what it printed."""
        program = self.folder / "bin" / command[0]
        variables = {"PATH": os.defpath, "HOME": str(self.home), "COLUMNS": "120", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [program, *command[1:]],
            input=stdin,
            cwd=self.home,
            env=variables,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels of this tree, by folder name: `codeact-sdk`, `codeact-files`, ..."""
    projects = {"codeact-sdk": ROOT} | {path.parent.name: path.parent for path in ROOT.glob("plugins/*/pyproject.toml")}
    folder = tmp_path_factory.mktemp("wheels")
    return {name: build_wheel(source, folder / name) for name, source in projects.items()}


@pytest.fixture(name="build")
def build_fixture() -> Callable[[Path, Path], Path]:
    """Builds the wheel of a project into a folder."""
    return build_wheel


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., Environment]:
    """Makes an environment with these wheels in it, and what they declare within reach; `lent` names more, `home` its folder."""

    def make(*wheels: Path, lent: Iterable[str] = (), home: Path = tmp_path / "home") -> Environment:
        folder, links = tmp_path / "environment", tmp_path / "lent"
        venv.create(folder, symlinks=True, with_pip=False)
        home.mkdir(exist_ok=True)
        lend(needed([*(line for wheel in wheels for line in declared(wheel)), *lent]), links)
        (site_packages,) = folder.glob("lib/python*/site-packages")
        (site_packages / "lent.pth").write_text(f"{links}\n", encoding="utf-8")
        made = Environment(folder, home)
        made.install(*wheels)
        return made

    return make
