"""`codeact packs enable` and `codeact packs disable`."""

from __future__ import annotations

import json

import pytest
from shell import codeact, install
from terminal import codeact_at_terminal


def enabled() -> set[str]:
    """The packs that are offered."""
    packs = json.loads(codeact("packs", "list", "--json").stdout)["packs"]
    return {pack["pack"] for pack in packs if pack["enabled"]}


def test_permissions_are_shown_before_a_pack_is_enabled(tmp_path):
    """What its tools do, which secrets and hosts it may use, its settings, where it came from."""
    (tmp_path / "codeact.toml").write_text("[packs]\nenabled = []  # none yet\n")
    result = codeact("packs", "enable", "files", "--yes")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("files (codeact-files ")
    assert lines[1].startswith("  reads: 4 tools: list, info, read, search")
    assert lines[2] == "  writes: 1 tool: write"
    assert any(line.startswith("  secrets it may read: ") for line in lines)
    assert any(line.startswith("  hosts it may reach: ") for line in lines)
    assert any(line.startswith("  settings, under [settings.files]: roots, ") for line in lines)
    assert lines[-1] == "codeact.toml: files is now in packs.enabled"
    assert (tmp_path / "codeact.toml").read_text() == '[packs]\nenabled = ["files"]  # none yet\n'
    assert enabled() == {"files"}


def test_where_nobody_can_be_asked_nothing_is_enabled(tmp_path):
    """A script says --yes."""
    (tmp_path / "codeact.toml").write_text("[packs]\nenabled = []\n")
    result = codeact("packs", "enable", "files", stdin="y\n")
    assert result.exit_code == 2
    assert "nobody can be asked here" in result.stderr
    assert "--yes" in result.stderr
    assert "writes: 1 tool: write" in result.stdout
    assert enabled() == set()


@pytest.mark.parametrize(("keys", "exit_code", "offered"), [("y\n", 0, {"files"}), ("\n", 1, set())])
def test_a_person_is_asked(tmp_path, keys, exit_code, offered):
    """After having seen the permissions; no answer is no."""
    (tmp_path / "codeact.toml").write_text("[packs]\nenabled = []\n")
    session = codeact_at_terminal("packs", "enable", "files", keys=keys, folder=tmp_path)
    assert session.exit_code == exit_code, session.screen
    assert session.screen.index("writes: 1 tool: write") < session.screen.index("Enable? [y/N]")
    assert enabled() == offered


def test_disable_and_enable_go_back_and_forth(tmp_path):
    """Without a list of enabled packs, disabling writes the other list, and says so."""
    before = enabled()
    result = codeact("packs", "disable", "sql")
    assert result.exit_code == 0
    assert result.stdout.startswith("codeact.toml: sql is now in packs.disabled (packs.enabled is not set")
    assert enabled() == before - {"sql"}
    assert codeact("packs", "enable", "sql", "-y").exit_code == 0
    assert enabled() == before
    again = codeact("packs", "enable", "sql", "-y")
    assert "sql was enabled already, nothing is changed" in again.stdout


def test_the_table_of_a_pyproject_is_changed_where_it_is_what_is_read(tmp_path):
    """No second file appears beside it."""
    (tmp_path / "pyproject.toml").write_text("[tool.codeact.limits]\nsteps = 1000\n")
    assert "pyproject.toml: sql is now" in codeact("packs", "disable", "sql").stdout
    assert not (tmp_path / "codeact.toml").exists()
    assert "sql" not in enabled()


def test_a_file_that_was_asked_for_is_changed(tmp_path):
    """`--config` means the same everywhere."""
    path = tmp_path / "etc" / "agents.toml"
    path.parent.mkdir()
    path.write_text("")
    codeact("packs", "disable", "sql", "--config", path)
    assert path.read_text() == '[packs]\ndisabled = ["sql"]\n'


@pytest.mark.parametrize("command", [["enable", "filse", "--yes"], ["disable", "filse"]])
def test_an_unknown_pack_is_named_with_the_nearest(tmp_path, command):
    """And nothing is written."""
    result = codeact("packs", *command)
    assert result.exit_code == 2
    assert "there is no pack 'filse': did you mean 'files'?" in result.stderr
    assert not (tmp_path / "codeact.toml").exists()


def test_a_broken_pack_can_be_disabled_and_not_enabled(tmp_path, monkeypatch):
    """The reason is its own."""
    install(tmp_path / "site", "codeact-torn", "torn_apart", "1 / 0")
    monkeypatch.syspath_prepend(tmp_path / "site")
    result = codeact("packs", "enable", "torn_apart", "--yes")
    assert result.exit_code == 2
    assert "ZeroDivisionError" in result.stderr
    assert "torn_apart is now in packs.disabled" in codeact("packs", "disable", "torn_apart").stdout


def test_a_variable_that_comes_before_the_file_is_told(tmp_path):
    """Otherwise the change would seem to do nothing."""
    result = codeact("packs", "disable", "sql", CODEACT_PACKS__ENABLED='["files"]')
    assert "note: the environment variable CODEACT_PACKS__ENABLED is set and comes before the file" in result.stderr
