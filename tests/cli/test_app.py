"""The command group."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest
from shell import codeact, install

import codeact_sdk.cli
from codeact_sdk.cli.app import main


def test_the_entry_point_is_the_group():
    """`codeact_sdk.cli:main` is what `codeact` calls."""
    assert codeact_sdk.cli.main is main
    with pytest.raises(AttributeError, match="no attribute 'mian'"):
        _ = codeact_sdk.cli.mian


def test_importing_the_package_of_the_commands_is_cheap():
    """Only calling a command loads what it needs."""
    code = "import sys, codeact_sdk.cli; print(*{'click', 'rich', 'pydantic'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


def test_it_runs_as_a_module():
    """Where no script is on the path, `python -m codeact_sdk.cli` does the same."""
    done = subprocess.run(
        [sys.executable, "-m", "codeact_sdk.cli", "--version"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, f"codeact-sdk {version('codeact-sdk')}\n")


def test_help_names_every_command():
    """With its first sentence, and what the exit codes mean."""
    text = codeact("--help").stdout
    assert all(name in text for name in ("demo", "run", "exec", "tools", "prompt", "packs", "runs"))
    assert "3 a limit, 4 waiting for approval" in text


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["run"], ["exec", "no-such-file"], ["run", "x", "--max-steps", "0"]]
)
def test_wrong_use_exits_with_2(arguments):
    """The message names what is wrong."""
    result = codeact(*arguments)
    assert result.exit_code == 2
    assert "Error:" in result.stderr


def test_errors_of_the_sdk_are_one_message_without_a_traceback():
    """The error says what to do; the lines of our own code do not help."""
    result = codeact("tools", "--config", "none.toml")
    assert result.exit_code == 2
    assert result.stderr == "error: none.toml cannot be read: No such file or directory\n"
    assert result.stdout == ""


def test_errors_cannot_carry_terminal_commands(tmp_path):
    """A message may quote a file that somebody else wrote."""
    (tmp_path / "codeact.toml").write_text('"\\u001b[2J" = 1\n')
    result = codeact("tools")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert "unknown key" in result.stderr


def test_broken_packs_are_warned_about_and_the_rest_works(tmp_path, monkeypatch):
    """The reason is shown with the distribution it came from."""
    install(tmp_path / "site", "codeact-torn", "torn", "import nothing_of_that_name")
    monkeypatch.syspath_prepend(tmp_path / "site")
    result = codeact("exec", "-", stdin="1 + 1")
    assert (result.exit_code, result.stdout) == (0, "2\n")
    assert "warning: plugin 'torn' (from codeact-torn 1.0)" in result.stderr
    assert "nothing_of_that_name" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_broken_pack_that_was_asked_for_is_an_error(tmp_path, monkeypatch):
    """Running without it would not be what was asked."""
    install(tmp_path / "site", "codeact-torn", "torn", "1 / 0")
    monkeypatch.syspath_prepend(tmp_path / "site")
    result = codeact("exec", "-", "--pack", "torn", stdin="1 + 1")
    assert result.exit_code == 2
    assert "ZeroDivisionError" in result.stderr
    assert result.stdout == ""


def test_output_that_a_terminal_cannot_show_is_escaped():
    """A terminal that knows Latin-1 only gets escapes for the rest and no crash."""
    done = subprocess.run(
        [sys.executable, "-m", "codeact_sdk.cli", "exec", "-"],
        input="print('grün 訂')\nraise ValueError('訂')".encode(),
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
    )
    assert done.stdout == b"gr\xfcn \\u8a02\n"
    assert b"ValueError: \\u8a02" in done.stderr


def test_the_command_line_starts_without_what_few_commands_need():
    """The debugger imports `code`, which may be a file of whoever calls; templates and servers take time."""
    code = "import sys, codeact_sdk.cli.app; print(*({'doctest', 'pdb', 'code', 'jinja2', 'vcr', 'httpx'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
