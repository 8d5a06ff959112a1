"""The recipe for a first pack, and the page about tests, followed by somebody who has only the wheels."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import open_shelf

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
LENT = ("pytest>=8.3", "vcrpy>=9.0")
"""What the extra `testing` names."""
PYTEST = ("python", "-W", "error", "-m", "pytest", "-p", "no:cacheprovider")
FILE = re.compile(r"^```\w+\n# (\S+\.(?:py|toml))\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_steps_of_the_recipe_work(
    wheels: dict[str, Path], build: Callable[..., Path], environment: Callable[..., object], tmp_path: Path
) -> None:
    """Its files make a distribution that installs; its tests pass by the plugin's entry point; the commands find the pack."""
    files = dict(FILE.findall((ROOT / "cookbook" / "first_pack.md").read_text(encoding="utf-8")))
    assert list(files) == ["codeact_rooms.py", "pyproject.toml", "tests/test_rooms.py"]
    source = tmp_path / "source"
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    made = environment(wheels["codeact-sdk"], build(source, tmp_path / "dist"), lent=LENT, home=source)
    assert "3 passed" in made.run(*PYTEST, "--codeact-update")
    assert "3 passed" in made.run(*PYTEST)
    snapshot = (source / "tests" / "snapshots" / "rooms.py.txt").read_text(encoding="utf-8")
    assert snapshot.startswith("# rooms: Meeting rooms: which are free, and booking one.\n")
    assert "rooms" in made.run("codeact", "packs", "list")
    assert "rooms" in made.run("codeact", "packs", "doctor")
    assert "def free(day: date" in made.run("codeact", "tools", "rooms")
    assert made.run("codeact", "packs", "check", ".") == ""  # the summary goes to stderr
    assert "book" in made.run("codeact", "packs", "enable", "rooms", "--yes")
    (source / "rooms.json").write_text('[{"name": "Aspen", "seats": 4}]', encoding="utf-8")
    assert "Aspen" in made.run("codeact", "exec", "-", stdin="print(rooms.free('2026-03-02'))")


def test_the_tests_of_the_page_pass_with_the_wheel(
    wheels: dict[str, Path], environment: Callable[..., object], tmp_path: Path
) -> None:
    """The plugin comes with the installation: a cassette is recorded, and played after the server has gone."""
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    made = environment(wheels["codeact-sdk"], lent=LENT)
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (made.home / "test_page.py").write_text("\n".join(blocks), encoding="utf-8")
    with open_shelf() as here:
        (made.home / "conftest.py").write_text(f"import os\nos.environ['SHOP_URL'] = {here!r}\n", encoding="utf-8")
        assert "8 passed" in made.run(*PYTEST, "--codeact-record", "--codeact-update")
    assert "8 passed" in made.run(*PYTEST)
    (written,) = made.home.rglob("*.yaml")
    assert "made-up-key" not in written.read_text(encoding="utf-8")
