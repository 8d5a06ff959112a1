"""The recipe for a first pack, followed by somebody who has only the wheels."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]

PAGE = Path(__file__).resolve().parents[2] / "cookbook" / "first_pack.md"
FILE = re.compile(r"^```\w+\n# (\S+\.(?:py|toml))\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_steps_of_the_recipe_work(
    wheels: dict[str, Path], build: Callable[..., Path], environment: Callable[..., object], tmp_path: Path
) -> None:
    """Its files make a distribution that installs; its tests pass by the plugin's entry point; the commands find the pack."""
    files = dict(FILE.findall(PAGE.read_text(encoding="utf-8")))
    assert list(files) == ["codeact_rooms.py", "pyproject.toml", "tests/test_rooms.py"]
    source = tmp_path / "source"
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    made = environment(
        wheels["codeact-sdk"], build(source, tmp_path / "dist"), lent=["pytest>=8.3", "vcrpy>=9.0"], home=source
    )
    assert "3 passed" in made.run("python", "-W", "error", "-m", "pytest", "-p", "no:cacheprovider", "--codeact-update")
    assert "3 passed" in made.run("python", "-W", "error", "-m", "pytest", "-p", "no:cacheprovider")
    snapshot = (source / "tests" / "snapshots" / "rooms.py.txt").read_text(encoding="utf-8")
    assert snapshot.startswith("# rooms: Meeting rooms: which are free, and booking one.\n")
    assert "rooms" in made.run("codeact", "packs", "list")
    assert "def free(day: date" in made.run("codeact", "tools", "rooms")
    (source / "rooms.json").write_text('[{"name": "Aspen", "seats": 4}]', encoding="utf-8")
    assert "Aspen" in made.run("codeact", "exec", "-", stdin="print(rooms.free('2026-03-02'))")
