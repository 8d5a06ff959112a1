"""Packs as people publish them: built, installed by pip, found by a program that never heard of them."""

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
version = "1.0"
dependencies = ["codeact-sdk{versions}"]

[project.entry-points.codeact_sdk]
{point} = "{module}"
"""

GOOD = """
from codeact_sdk import ToolPack

pack = ToolPack("goodshop", "A shop.")


@pack.tool
def orders(customer: str) -> list[str]:
    return [customer + "-1", customer + "-2"]
"""

PROJECTS = {
    "codeact-goodshop": ("goodshop", "goodshop_pack:pack", ">=0.0.1", GOOD),
    "codeact-crash": ("crash", "crash_pack:pack", ">=0.0.1", "raise OSError('no licence')\n"),
    "codeact-typo": (
        "typo",
        "typo_pack",
        ">=0.0.1",
        "from codeact_sdk import hookimpl\n\n\n@hookimpl\ndef codeact_pack(): ...\n",
    ),
    "codeact-twin-a": ("twin", "twin_a_pack:pack", ">=0.0.1", GOOD.replace("goodshop", "twin")),
    "codeact-twin-b": ("twin", "twin_b_pack:pack", ">=0.0.1", GOOD.replace("goodshop", "twin")),
    "codeact-future": ("future", "future_pack:pack", ">=900", GOOD.replace("goodshop", "future")),
}

PROGRAM = """
import json
from codeact_sdk import load_plugins

plugins = load_plugins()
good = plugins.pack("goodshop")
print(json.dumps({
    "namespaces": [pack.namespace for pack in plugins.packs],
    "result": good.pack.tools[0]("C"),
    "origin": good.origin,
    "broken": {error.distribution: error.reason for error in plugins.broken},
}))
"""


def make_project(folder: Path, name: str) -> str:
    """Writes the source of a distribution and gives its folder."""
    point, module, versions, text = PROJECTS[name]
    project = folder / name
    project.mkdir()
    table = PROJECT.format(name=name, point=point, module=module, versions=versions)
    file = f"{module.partition(':')[0]}.py"
    only = f'\n[tool.hatch.build.targets.wheel]\nonly-include = ["{file}"]\n'
    (project / "pyproject.toml").write_text(table + only, encoding="utf-8")
    (project / file).write_text(text, encoding="utf-8")
    return str(project)


@pytest.mark.slow
def test_faulty_packs_that_pip_installed_are_named_and_the_good_one_works(tmp_path):
    """The promise of the whole design, with nothing simulated: real builds, real metadata, a fresh process."""
    target = tmp_path / "installed"
    projects = [make_project(tmp_path, name) for name in PROJECTS]
    install = ["-m", "pip", "install", "-q", "--no-index", "--no-build-isolation", "--no-deps", "--target", str(target)]
    subprocess.run([sys.executable, *install, *projects], check=True, capture_output=True)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(target), *filter(None, sys.path)])}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environ, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)
    assert "goodshop" in seen["namespaces"]
    assert not {"twin", "future"} & set(seen["namespaces"])
    assert seen["result"] == ["C-1", "C-2"]
    assert seen["origin"] == "codeact-goodshop 1.0"
    reasons = seen["broken"]
    assert reasons["codeact-crash 1.0"] == "importing crash_pack raised OSError: no licence"
    assert "did its author mean codeact_packs?" in reasons["codeact-typo 1.0"]
    assert "also taken by codeact-twin-b 1.0" in reasons["codeact-twin-a 1.0"]
    assert "also taken by codeact-twin-a 1.0" in reasons["codeact-twin-b 1.0"]
    assert reasons["codeact-future 1.0"].startswith("it is built for codeact-sdk >=900, and ")
