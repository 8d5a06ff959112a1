"""`codeact exec`."""

from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter
from shell import codeact

from codeact_sdk.observations import Observation


def test_output_and_value_go_to_stdout(tmp_path):
    """As in a notebook: what is printed, then the value of the last expression."""
    (tmp_path / "code.py").write_text("print('hello')\nsum(range(5))\n")
    result = codeact("exec", tmp_path / "code.py")
    assert (result.exit_code, result.stdout) == (0, "hello\n10\n")


def test_it_says_which_packs_are_offered():
    """All that are enabled, unless packs are asked for by name."""
    assert "packs: files (codeact-files" in codeact("exec", "-", stdin="1").stderr
    assert codeact("exec", "-", "--pack", "files", stdin="1").stderr == ""
    assert codeact("exec", "-", "--quiet", stdin="1").stderr == ""


def test_an_unknown_pack_names_the_nearest():
    """A typo is wrong use."""
    result = codeact("exec", "-", "--pack", "flies", stdin="1")
    assert result.exit_code == 2
    assert "did you mean 'files'?" in result.stderr


@pytest.mark.parametrize(
    ("code", "exit_code", "stderr"),
    [
        ("answer('done')", 0, ""),
        ("x = 1\n1 / 0", 1, "!! ZeroDivisionError: division by zero (line 2)\n    2 | 1 / 0\n        ^"),
        ("while True: pass", 3, "!! LimitExceeded: seconds"),
        ("x = ", 1, "!! SyntaxError"),
    ],
)
def test_how_the_action_ended_is_the_exit_code(code, exit_code, stderr):
    """0 done, 1 an error with line and caret, 3 a limit."""
    result = codeact("exec", "-", "--seconds", "0.3", "--pack", "files", stdin=code)
    assert result.exit_code == exit_code
    assert stderr in result.stderr
    assert "Traceback" not in result.stderr


def test_tool_calls_are_shown_on_stderr(tmp_path):
    """What the code did, without mixing it into its output."""
    (tmp_path / "a.txt").write_text("x")
    result = codeact("exec", "-", stdin="print(len(files.list()))")
    assert result.stdout == "1\n"
    assert "-> files.list(" in result.stderr


def test_json_is_the_observation():
    """One line that reads back as it was, with nothing on stderr."""
    result = codeact("exec", "-", "--json", stdin="print('\x1b[2J\u202e')\n{(1, 2): 3}")
    observation = TypeAdapter(Observation).validate_json(result.stdout)
    assert (observation.stdout, observation.value) == ("\x1b[2J\u202e\n", {(1, 2): 3})
    assert result.stdout.count("\n") == 1
    assert result.stdout.isascii()
    assert result.stderr == ""
    assert json.loads(codeact("exec", "-", "--json", stdin="1 / 0").stdout)["error"]["type"] == "ZeroDivisionError"


def test_hostile_output_is_shown_and_not_obeyed():
    """Neither what is printed nor a value nor an error reaches the terminal as commands."""
    code = "print('\\x1b]0;pwned\\x07[red]')\nraise ValueError('\\x9b2J')"
    result = codeact("exec", "-", stdin=code)
    assert result.stdout == "\\x1b]0;pwned\\x07[red]\n"
    assert "ValueError: \\x9b2J" in result.stderr
    assert "\x1b" not in result.stdout + result.stderr


def test_text_that_is_not_utf8_is_refused():
    """The message names the place."""
    result = codeact("exec", "-", stdin=b"x = '\xff'")
    assert result.exit_code == 2
    assert "is not UTF-8 text (byte 5)" in result.stderr


def test_limits_come_from_the_config(tmp_path):
    """And the option can only make them shorter."""
    (tmp_path / "codeact.toml").write_text("[limits]\nseconds = 0.2\n")
    assert codeact("exec", "-", stdin="while True: pass").exit_code == 3
    (tmp_path / "codeact.toml").write_text("[limits]\nseconds = 600\n")
    assert codeact("exec", "-", "--seconds", "0.2", stdin="while True: pass").exit_code == 3
