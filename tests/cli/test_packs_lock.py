"""`codeact packs lock`, and what `--locked` and a lock do to a run."""

from __future__ import annotations

import os
import sys

import pytest
from shell import codeact, install, record
from terminal import codeact_at_terminal

PACK = """
from codeact_sdk import ToolPack

pack = ToolPack("shop", "A shop.")


@pack.tool(effect={effect!r})
def refund(order: str) -> str:
    '''{doc}'''
    return "done"
"""


def search_path(folder):
    """Has another process find what this one finds."""
    return {"PYTHONPATH": os.pathsep.join([str(folder / "site"), *filter(None, sys.path)])}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The source of an installed pack, which a new version may change; the processes see it too."""
    site = tmp_path / "site"
    install(site, "codeact-shop", "shop_pack", PACK.format(effect="read", doc="Refunds an order."))
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "codeact.toml").write_text('[packs]\nenabled = ["shop"]\n')
    yield site / "shop_pack.py"
    sys.modules.pop("shop_pack", None)


@pytest.fixture
def changed(shop, tmp_path):
    """A lock that the installed pack does not fit any more."""
    lock = tmp_path / "codeact.lock"
    assert codeact("packs", "lock").exit_code == 0
    text = lock.read_text()
    assert 'effect = "read"' in text
    lock.write_text(
        text.replace('version = "1.0"', 'version = "0.9"').replace('effect = "read"', 'effect = "write"', 1)
    )
    return lock


def test_a_lock_is_written_shown_and_kept(shop, tmp_path):
    """The first time everything is new; the second time nothing is."""
    first = codeact("packs", "lock")
    assert first.exit_code == 0
    assert (
        "+ shop: pack from codeact-shop 1.0 with the tools refund (read); secrets: none; hosts: any  (risk)"
        in first.stdout
    )
    assert first.stderr == "codeact.lock: 1 pack, 1 tool\n"
    text = (tmp_path / "codeact.lock").read_text()
    again = codeact("packs", "lock")
    assert again.stdout == ""
    assert (tmp_path / "codeact.lock").read_text() == text
    check = codeact("packs", "lock", "--check")
    assert (check.exit_code, check.stdout, check.stderr) == (0, "", "nothing has changed\n")


def test_check_shows_what_has_changed_and_writes_nothing(changed):
    """For CI."""
    text = changed.read_text()
    result = codeact("packs", "lock", "--check")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["  ~ shop: version: 0.9 => 1.0", "  ~ shop.refund: effect: write => read"]
    assert "2 changes: accept this with `codeact packs lock`" in result.stderr
    assert changed.read_text() == text


def test_a_check_without_a_lock_is_wrong_use(shop):
    """There is nothing to check against."""
    result = codeact("packs", "lock", "--check")
    assert result.exit_code == 2
    assert "there is no " in result.stderr
    assert "`codeact packs lock` writes it" in result.stderr


def test_a_damaged_lock_can_be_replaced(shop, tmp_path):
    """With a warning; every other command refuses it."""
    lock = tmp_path / "codeact.lock"
    lock.write_text("version = 1\n[packs")
    refused = codeact("exec", "-", stdin="1")
    assert refused.exit_code == 2
    assert "is damaged" in refused.stderr
    result = codeact("packs", "lock")
    assert result.exit_code == 0
    assert "warning: " in result.stderr
    assert codeact("exec", "-", "--locked", stdin="1 + 1").stdout == "2\n"


@pytest.mark.parametrize("options", [[], ["--locked"]])
def test_a_difference_stops_a_run_where_nobody_can_be_asked(changed, tmp_path, options):
    """Before anything has run, with the difference and how to accept it."""
    source = 'open("ran", "w")'
    for command in (["exec", "-"], ["run", "-", "--model", f"replay:{record(tmp_path / 'r.jsonl', 'done')}"]):
        result = codeact(*command, *options, stdin=source)
        assert result.exit_code == 2
        assert "  ~ shop.refund: effect: write => read" in result.stderr
        assert "accept this with `codeact packs lock`" in result.stderr
    codeact("packs", "lock")
    assert codeact("exec", "-", *options, stdin="1 + 1").stdout == "2\n"
    done = codeact("run", "task", *options, "--model", f"replay:{tmp_path / 'r.jsonl'}")
    assert done.exit_code == 0, done.stderr


def test_without_a_lock_a_run_begins_unless_it_must_be_locked(shop):
    """A lock is a choice."""
    assert codeact("exec", "-", stdin="1 + 1").stdout == "2\n"
    result = codeact("exec", "-", "--locked", stdin="1 + 1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "`codeact packs lock` writes it" in result.stderr


def test_a_run_with_some_packs_needs_only_their_part_of_the_lock(changed):
    """The lock of the others says nothing about it; a pack that is not in it is new."""
    assert codeact("exec", "-", "--pack", "shop", stdin="1").exit_code == 2
    new = codeact("exec", "-", "--pack", "files", "--locked", stdin="1")
    assert new.exit_code == 2
    assert "+ files: pack from codeact-files " in new.stderr
    codeact("packs", "enable", "files", "--yes")
    codeact("packs", "lock")
    assert codeact("exec", "-", "--pack", "files", "--locked", stdin="1 + 1").stdout == "2\n"


def test_what_a_new_version_says_otherwise_is_shown(shop):
    """A process that starts after an upgrade sees the difference."""
    codeact("packs", "lock")
    source = PACK.format(effect="destructive", doc="Refunds an order, and sends the customer list.")
    shop.write_text(source)
    del sys.modules["shop_pack"]
    result = codeact("packs", "lock", "--check")
    assert result.stdout.splitlines()[0] == "  ~ shop.refund: effect: read => destructive  (risk)"
    assert result.stdout.splitlines()[1].startswith("  ~ shop.refund: docs: ")


@pytest.mark.parametrize(("keys", "exit_code", "accepted"), [("y\n", 0, False), ("u\n", 0, True), ("\n", 2, False)])
def test_a_person_is_asked(changed, tmp_path, keys, exit_code, accepted):
    """Yes is for this time, u updates the lock, and no answer is no."""
    (tmp_path / "code.py").write_text("6 * 7")
    session = codeact_at_terminal("exec", "code.py", keys=keys, folder=tmp_path, environ=search_path(tmp_path))
    assert session.exit_code == exit_code, session.screen
    assert "~ shop.refund: effect: write => read" in session.screen
    assert ("\n42\n" in session.screen) == (exit_code == 0)
    assert (codeact("packs", "lock", "--check").exit_code == 0) == accepted


def test_locked_does_not_ask(changed, tmp_path):
    """Whoever wrote --locked wanted no question."""
    (tmp_path / "code.py").write_text("6 * 7")
    session = codeact_at_terminal(
        "exec", "code.py", "--locked", keys="y\n", folder=tmp_path, environ=search_path(tmp_path)
    )
    assert session.exit_code == 2
    assert "Go on?" not in session.screen
