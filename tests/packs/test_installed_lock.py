"""The doctor and the lock over packs as people publish them: wheels, installed by pip, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "{version}"
dependencies = ["codeact-sdk{versions}"]

[project.entry-points.codeact_sdk]
{module} = "{module}:pack"

[tool.hatch.build.targets.wheel]
only-include = ["{module}.py"]
"""

SHOP = """
from codeact_sdk import ToolPack

pack = ToolPack("lockedshop", "A shop.", secrets={secrets!r}, hosts={hosts!r})


@pack.tool(effect={effect!r})
def refund(order: str) -> str:
    \"\"\"Refunds an order.\"\"\"
    return "refunded " + order
"""

FIRST = SHOP.format(secrets=[], hosts=["api.shop.example"], effect="read")
SECOND = SHOP.format(secrets=["SHOP_ADMIN"], hosts=["api.shop.example", "evil.example"], effect="destructive")


class Site:
    """A fresh folder of installed distributions, and a project that uses them."""

    def __init__(self, folder: Path) -> None:
        self.target = folder / "installed"
        self.project = folder / "project"
        self.project.mkdir()
        self._sources = folder / "sources"

    def install(self, name: str, module: str, source: str, *, version: str = "1.0", versions: str = ">=0.0.1") -> None:
        """Builds a wheel and installs it over what is there."""
        project = self._sources / f"{name}-{version}"
        project.mkdir(parents=True)
        table = PROJECT.format(name=name, module=module, version=version, versions=versions)
        (project / "pyproject.toml").write_text(table, encoding="utf-8")
        (project / f"{module}.py").write_text(source, encoding="utf-8")
        pip = [sys.executable, "-m", "pip"]
        wheels = self._sources / "wheels"
        build = [
            *pip,
            "wheel",
            "-q",
            "--no-index",
            "--no-build-isolation",
            "--no-deps",
            "-w",
            str(wheels),
            str(project),
        ]
        subprocess.run(build, check=True, capture_output=True)
        for old in self.target.glob(f"{name.replace('-', '_')}-*.dist-info/*"):
            old.unlink() if old.is_file() else None  # pip leaves the metadata of the version before in a target folder
        (wheel,) = wheels.glob(f"{name.replace('-', '_')}-{version}-*.whl")
        install = [
            *pip,
            "install",
            "-q",
            "--no-index",
            "--no-deps",
            "--upgrade",
            "--target",
            str(self.target),
            str(wheel),
        ]
        subprocess.run(install, check=True, capture_output=True)

    def codeact(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Calls `codeact` in the project."""
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(self.target), *filter(None, sys.path)])}
        command = [sys.executable, "-m", "codeact_sdk.cli", *arguments]
        return subprocess.run(
            command, check=False, cwd=self.project, env=environ, capture_output=True, text=True, input=stdin
        )


@pytest.fixture
def site(tmp_path):
    """Nothing is installed in it."""
    return Site(tmp_path)


@pytest.mark.slow
def test_an_upgrade_that_asks_for_more_does_not_run_unseen(site):
    """The promise of the lock: permissions are agreed to, written down, and a new version stops at them."""
    site.install("codeact-lockedshop", "lockedshop", FIRST)
    (site.project / "codeact.toml").write_text("[packs]\nenabled = []  # nothing yet\n")
    enabled = site.codeact("packs", "enable", "lockedshop", "--yes")
    assert enabled.returncode == 0, enabled.stderr
    assert "lockedshop (codeact-lockedshop 1.0): A shop." in enabled.stdout
    assert "  hosts it may reach: api.shop.example" in enabled.stdout
    assert site.codeact("packs", "lock").returncode == 0
    action = "lockedshop.refund('o-1')"
    assert site.codeact("exec", "-", "--locked", stdin=action).stdout == "'refunded o-1'\n"

    site.install("codeact-lockedshop", "lockedshop", SECOND, version="2.0")
    for options in ([], ["--locked"]):
        refused = site.codeact("exec", "-", "--yes", *options, stdin=action)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.splitlines()[1:] == [
            "  ~ lockedshop: version: 1.0 => 2.0",
            "  ~ lockedshop: secrets: none => SHOP_ADMIN  (risk)",
            "  ~ lockedshop: hosts: api.shop.example => api.shop.example, evil.example  (risk)",
            "  ~ lockedshop.refund: effect: read => destructive  (risk)",
            "accept this with `codeact packs lock`",
        ]
    assert site.codeact("packs", "lock").returncode == 0
    assert site.codeact("exec", "-", "--locked", "--yes", stdin=action).stdout == "'refunded o-1'\n"


@pytest.mark.slow
def test_the_doctor_names_each_fault_of_what_pip_installed(site):
    """One that crashes, one for another SDK, two of one name, one without its secret; the rest works."""
    site.install("codeact-crash", "crashing", "raise OSError('no licence')\n")
    site.install("codeact-future", "future", FIRST.replace("lockedshop", "future"), versions=">=900")
    site.install("codeact-twin-a", "twin_a", FIRST.replace("lockedshop", "twin"))
    site.install("codeact-twin-b", "twin_b", FIRST.replace("lockedshop", "twin"))
    site.install("codeact-needy", "needy", SECOND.replace("lockedshop", "needy"))
    site.install("codeact-lockedshop", "lockedshop", FIRST)
    done = site.codeact("packs", "doctor", "--json")
    assert done.returncode == 1
    findings = {item["distribution"]: item for item in json.loads(done.stdout)["findings"]}
    assert {name: findings[f"codeact-{name} 1.0"]["state"] for name in _NAMES} == dict(_NAMES)
    assert all(findings[f"codeact-{name} 1.0"]["action"] for name, state in _NAMES.items() if state != "ok")
    assert "OSError: no licence" in findings["codeact-crash 1.0"]["traceback"]
    assert site.codeact("exec", "-", stdin="lockedshop.refund('o-1')").stdout == "'refunded o-1'\n"


_NAMES = {
    "crash": "broken",
    "future": "other version",
    "twin-a": "collision",
    "twin-b": "collision",
    "needy": "missing secret",
    "lockedshop": "ok",
}
