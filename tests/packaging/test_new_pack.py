"""A fresh pack, as its author has it: installed from its wheel, it passes its own tests and the check at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from codeact_sdk.scaffold.names import pack_names
from codeact_sdk.scaffold.render import PackPlan, render_pack, write_pack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]


def test_a_fresh_pack_installs_and_passes_its_tests_and_the_check(
    wheels: dict[str, Path], build: Callable[..., Path], environment: Callable[..., object], tmp_path: Path
) -> None:
    """Nothing is edited in between; the installed command can make the next pack, from the templates in its wheel."""
    source = tmp_path / "codeact-acme"
    write_pack(render_pack(PackPlan(pack_names("acme"), "Items of Acme's catalogue.")), source)
    made = environment(wheels["codeact-sdk"], build(source, tmp_path / "dist"), lent=["pytest", "jinja2"])
    shutil.copytree(source / "tests", made.home / "tests")
    shutil.copy(source / "pyproject.toml", made.home)
    assert "4 passed" in made.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    for name in ("acme", "codeact-acme", source):
        assert made.run("codeact", "packs", "check", name) == ""
    assert "acme.find" in made.run("codeact", "tools", "acme.*")
    assert "codeact-second is in codeact-second" in made.run("codeact", "packs", "new", "second")
    assert made.run("codeact", "packs", "check", "codeact-second") == ""
