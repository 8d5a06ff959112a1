"""`codeact packs new`."""

from __future__ import annotations

from shell import codeact


def test_a_fresh_pack_passes_the_check(tmp_path, monkeypatch):
    """What it says next is what to do next."""
    monkeypatch.chdir(tmp_path)
    result = codeact("packs", "new", "freshshop", "--purpose", 'The "fresh" shop.')
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("codeact-freshshop is in codeact-freshshop: the pack 'freshshop'")
    assert "codeact packs check codeact-freshshop" in result.stderr
    checked = codeact("packs", "check", "codeact-freshshop")
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert "1 pack (freshshop), 1 tool" in checked.stderr


def test_nothing_is_overwritten(tmp_path):
    """A second time is refused, with exit code 2."""
    assert codeact("packs", "new", "twiceshop", "--folder", tmp_path / "x", "--licence", "MIT").exit_code == 0
    result = codeact("packs", "new", "twiceshop", "--folder", tmp_path / "x")
    assert result.exit_code == 2
    assert "is not empty" in result.stderr


def test_a_wrong_name_is_wrong_use(tmp_path, monkeypatch):
    """And makes nothing."""
    monkeypatch.chdir(tmp_path)
    result = codeact("packs", "new", "Acme Orders")
    assert result.exit_code == 2
    assert "acme-orders" in result.stderr
    assert not list(tmp_path.iterdir())
