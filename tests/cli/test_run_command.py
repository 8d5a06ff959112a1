"""`codeact run` and `codeact demo`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shell import codeact, record

from codeact_sdk.events import EVENT, RunFinished, RunStarted
from codeact_sdk.models.choose import require_model
from codeact_sdk.runs.read import read_run

COUNT = "I count.\n<execute>\nprint('counting')\nanswer(len('abc'))\n</execute>"
FOLDER = Path(".codeact", "runs")


def replay(*replies, **options):
    """Runs a task with a recorded model; the record stands outside the folder of runs."""
    path = Path("recorded.jsonl")
    path.unlink(missing_ok=True)
    return ("run", "count the rows", "--model", f"replay:{record(path, *replies)}", "--pack", "files")


def test_the_answer_alone_goes_to_stdout():
    """In a pipe, progress is on stderr, with where the run file is."""
    result = codeact(*replay(COUNT))
    assert (result.exit_code, result.stdout) == (0, "3\n")
    assert "step 1\n    print('counting')" in result.stderr
    assert "  | counting\n" in result.stderr
    assert "answered · 1 step" in result.stderr
    (path,) = FOLDER.iterdir()
    assert result.stderr.endswith(f"run file: {path}\n")
    assert read_run(path).finished.answer == 3


def test_a_reply_without_code_is_the_answer():
    """The model may answer in words."""
    result = codeact(*replay("There are three."))
    assert (result.exit_code, result.stdout) == (0, "There are three.\n")


def test_quiet_is_the_answer_only():
    """Nothing on stderr where all goes well."""
    result = codeact(*replay(COUNT), "--quiet")
    assert (result.stdout, result.stderr) == ("3\n", "")


def test_no_record_keeps_no_file():
    """Nothing is written."""
    result = codeact(*replay(COUNT), "--no-record")
    assert result.exit_code == 0
    assert not Path(".codeact").exists()
    assert "run file" not in result.stderr


def test_json_is_the_run_file():
    """The events of stdout read back as those that were recorded."""
    result = codeact(*replay(COUNT), "--json")
    events = [EVENT.validate_json(line) for line in result.stdout.splitlines()]
    (path,) = FOLDER.iterdir()
    assert tuple(events) == read_run(path).events
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)


def test_a_limit_exits_with_3():
    """The run was not finished, and says which limit."""
    result = codeact(*replay("<execute>\nx = 1\n</execute>", "<execute>\nx = 2\n</execute>"), "--max-steps", "1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "limit" in result.stderr


def test_a_model_that_fails_exits_with_1():
    """The reason is shown, the run file is kept."""
    result = codeact(*replay("<execute>\nx = 1\n</execute>"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    (path,) = FOLDER.iterdir()
    assert read_run(path).status == "error"


def test_no_model_gives_the_exact_message():
    """It says what to set."""
    with pytest.raises(Exception, match="ANTHROPIC_API_KEY") as wanted:
        require_model({})
    result = codeact("run", "count")
    assert result.exit_code == 2
    assert str(wanted.value) in result.stderr


@pytest.mark.parametrize("where", ["option", "environment", "config"])
def test_where_the_model_comes_from(where):
    """The option goes before the environment, that before the config."""
    record(Path("good.jsonl"), "good")
    record(Path("bad.jsonl"), "bad")
    good, bad = "replay:good.jsonl", "replay:bad.jsonl"
    Path("codeact.toml").write_text(f'[model]\nname = "{good if where == "config" else bad}"\n')
    environ = {} if where == "config" else {"CODEACT_MODEL": good if where == "environment" else bad}
    option = ["--model", good] if where == "option" else []
    assert codeact("run", "x", "--quiet", *option, **environ).stdout == "good\n"


def test_an_unknown_scheme_is_wrong_use():
    """The message names the schemes there are."""
    result = codeact("run", "x", "--model", "opneai:gpt")
    assert result.exit_code == 2
    assert "did you mean openai:gpt?" in result.stderr


def test_the_task_may_come_from_stdin():
    """Long tasks do not fit a command line."""
    arguments = ["-" if item == "count the rows" else item for item in replay("ok")]
    codeact(*arguments, stdin="a long\ntask")
    (path,) = FOLDER.iterdir()
    assert read_run(path).started.task == "a long\ntask"
    assert codeact("run", "-", stdin=" \n").exit_code == 2


def test_text_of_the_model_is_shown_and_not_obeyed():
    """Not in the answer, not in the code, not in what the code prints."""
    code = "\x1b[2J<execute>\nprint('\\x1b]0;pwned\\x07')\nanswer('\\x1b[31m[red]\u202e')\n</execute>"
    for option in ([], ["--json"], ["--quiet"]):
        result = codeact(*replay(code), *option)
        assert result.exit_code == 0
        assert not set("\x1b\x07\u202e") & set(result.stdout + result.stderr)
    assert result.stdout == "\\x1b[31m[red]\\u202e\n"


def test_the_demo_runs_without_a_key():
    """It shows a whole run on stdout, and keeps its file."""
    result = codeact("demo")
    assert result.exit_code == 0, result.stderr
    assert "step 1" in result.stdout
    assert "\nanswer\n" in result.stdout
    (path,) = FOLDER.iterdir()
    assert read_run(path).status == "answered"
    assert f"run file: {path}" in result.stderr


def test_the_demo_as_json():
    """One event per line."""
    lines = codeact("demo", "--json").stdout.splitlines()
    assert json.loads(lines[0])["kind"] == "run_started"
    assert json.loads(lines[-1])["status"] == "answered"
