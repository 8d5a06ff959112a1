"""The picture of the README."""

from __future__ import annotations

import importlib.util
import re
from html import unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def words(svg):
    """What a picture says, without where and in which colour: those depend on the version of rich."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", svg, flags=re.DOTALL)))


def test_the_picture_is_what_the_demo_shows():
    """docs/demo.svg is drawn from the demo; `python scripts/make_picture.py` draws it again."""
    spec = importlib.util.spec_from_file_location("make_picture", ROOT / "scripts" / "make_picture.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    drawn = script.draw()
    assert drawn == script.draw()
    assert words(drawn) == words((ROOT / "docs" / "demo.svg").read_text(encoding="utf-8"))
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "").replace("https://www.textualize.io", "")
