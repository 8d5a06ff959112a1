"""`codeact tools`, `codeact prompt`, `codeact packs list`."""

from __future__ import annotations

import ast
import json

import pytest
from shell import codeact, install


def test_tools_are_shown_as_the_model_sees_them():
    """Python that parses, the cost of each, and the total on stderr."""
    result = codeact("tools", "--pack", "files")
    assert result.exit_code == 0
    functions = [node.name for node in ast.parse(result.stdout).body]
    assert {"list", "read", "write"} <= {name.rpartition(".")[2] for name in functions}
    assert "# files.read · read · about " in result.stdout
    assert "with the titles and types of their packs" in result.stderr


@pytest.mark.parametrize("pattern", ["files.re*", "FILES.READ", "*.read"])
def test_a_pattern_chooses_tools(pattern):
    """With a star the whole name, without one a part of it."""
    result = codeact("tools", pattern)
    assert result.stdout.count("# ") == 1
    assert "# files.read" in result.stdout
    assert "1 tool, about" in result.stderr


def test_a_pattern_that_nothing_fits_names_the_nearest():
    """A typo is wrong use."""
    result = codeact("tools", "files.raed")
    assert result.exit_code == 2
    assert "no tool matches 'files.raed'; there are files.read" in result.stderr


def test_no_tools_says_why(tmp_path):
    """An empty list would look like a bug."""
    (tmp_path / "codeact.toml").write_text("[packs]\nenabled = []\n")
    result = codeact("tools")
    assert result.exit_code == 2
    assert "no tools are offered" in result.stderr


def test_tools_as_json():
    """What a program needs, with the same numbers."""
    data = json.loads(codeact("tools", "--json").stdout)
    read = next(tool for tool in data["tools"] if tool["name"] == "files.read")
    assert (read["pack"], read["effect"], read["async"]) == ("files", "read", False)
    ast.parse(read["text"])
    assert data["tokens"] > sum(tool["tokens"] for tool in data["tools"]) // 2


def test_the_prompt_goes_to_stdout_and_its_cost_to_stderr():
    """So that it can be piped."""
    result = codeact("prompt", "--pack", "files")
    assert "<execute>" in result.stdout
    assert "def read(" in result.stdout
    assert result.stderr.startswith("about ")
    data = json.loads(codeact("prompt", "--pack", "files", "--json").stdout)
    assert data["prompt"] + "\n" == result.stdout
    assert f"{data['tokens']:,} tokens" in result.stderr


def test_the_prompt_keeps_to_the_budget_of_the_config():
    """What has no room is shown in brief, or is only named."""
    full = json.loads(codeact("prompt", "--json").stdout)
    brief = json.loads(codeact("prompt", "--json", CODEACT_PROMPT__BUDGET_TOKENS="300").stdout)
    assert brief["tokens"] < full["tokens"] - 500
    assert "sql" in brief["prompt"]


def test_packs_are_listed_with_what_is_wrong(tmp_path, monkeypatch):
    """Enabled, disabled, broken: each is visible."""
    install(tmp_path / "site", "codeact-torn", "torn", "pack = 7")
    monkeypatch.syspath_prepend(tmp_path / "site")
    (tmp_path / "codeact.toml").write_text('[packs]\ndisabled = ["sql"]\n')
    result = codeact("packs", "list")
    rows = {line.split("\t")[0]: line.split("\t") for line in result.stdout.splitlines()}
    assert rows["files"][1].startswith("codeact-files ")
    assert (rows["files"][2], rows["sql"][2]) == ("yes", "no")
    assert "warning: plugin 'torn' (from codeact-torn 1.0)" in result.stderr
    data = json.loads(codeact("packs", "list", "--json").stdout)
    assert {pack["pack"]: pack["enabled"] for pack in data["packs"]}["sql"] is False
    assert [error["plugin"] for error in data["broken"]] == ["torn"]


def test_text_of_packs_cannot_carry_terminal_commands(tmp_path, monkeypatch):
    """An installed pack's purpose and docs are somebody else's text."""
    source = (
        "from codeact_sdk import ToolPack\n"
        "pack = ToolPack('evil', 'Does \\x1b[2J things.')\n"
        "@pack.tool\n"
        "def go(x: int) -> int:\n"
        "    'Goes \\x1b]0;pwned\\x07 on.'\n"
    )
    install(tmp_path / "site", "codeact-evil", "evil_pack", source)
    monkeypatch.syspath_prepend(tmp_path / "site")
    for command in (["tools"], ["prompt"], ["packs", "list"], ["tools", "--json"], ["packs", "list", "--json"]):
        result = codeact(*command)
        assert result.exit_code == 0, result.stderr
        assert "evil" in result.stdout
        assert "\x1b" not in result.stdout + result.stderr
