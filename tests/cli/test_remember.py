"""An "always" at the terminal."""

from __future__ import annotations

import os
import sys

import pytest
from shell import install
from terminal import codeact_at_terminal

from codeact_sdk.approvals.cards import Card
from codeact_sdk.cli.remember import remember_in
from codeact_sdk.observations import PlannedCall
from codeact_sdk.packs.settings import Config

SHOP = """
from codeact_sdk import ToolPack

pack = ToolPack("askshop", "A shop.")


@pack.tool(effect="write")
def note(text: str) -> str:
    return "noted " + text
"""


@pytest.fixture
def shop(tmp_path):
    """A folder with an installed pack, an action that writes, and what another process needs to find them."""
    install(tmp_path / "site", "codeact-askshop", "askshop_pack", SHOP)
    (tmp_path / "code.py").write_text("askshop.note('it')")
    (tmp_path / ".git").mkdir()
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), *filter(None, sys.path)])}


def test_an_always_is_written_down_and_holds(tmp_path, shop):
    """The next run asks nobody, also where nobody could be asked."""
    session = codeact_at_terminal("exec", "code.py", keys="a\n", folder=tmp_path, environ=shop)
    assert session.exit_code == 0, session.screen
    assert "codeact.toml allows askshop.note from now on" in session.screen
    assert "noted it" in session.screen
    assert (tmp_path / "codeact.toml").read_text() == '[[approvals]]\nallow = "askshop.note"\neffect = "write"\n'
    again = codeact_at_terminal("exec", "code.py", keys="", folder=tmp_path, environ=shop)
    assert "noted it" in again.screen
    assert "allow?" not in again.screen


def test_a_variable_that_comes_before_the_file_is_told(tmp_path, shop):
    """Otherwise the person would be asked again and not know why."""
    environ = {**shop, "CODEACT_APPROVALS": '[{"ask": "*"}]'}
    session = codeact_at_terminal("exec", "code.py", keys="a\n", folder=tmp_path, environ=environ)
    assert "but CODEACT_APPROVALS is set, which comes before the file" in session.screen


def test_a_file_that_cannot_be_changed_is_no_reason_to_stop(tmp_path):
    """The yes holds for this run, and the reason is told."""
    remember = remember_in(Config())
    card = Card(calls=(PlannedCall(tool="askshop.note", arguments={}),), code="")
    assert remember(card) == "codeact.toml allows askshop.note from now on"
    assert remember(card) == "codeact.toml allows this already"
    (tmp_path / "codeact.toml").unlink()
    (tmp_path / "codeact.toml").mkdir()
    assert remember(card).startswith("it holds for this run only: ")
