"""`codeact runs`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scenes import hostile_run, refunds
from shell import codeact, record

from codeact_sdk.events import EVENT, ModelText
from codeact_sdk.runs.write import RunWriter

FOLDER = Path(".codeact", "runs")


def test_runs_are_listed_newest_first():
    """Id, status, steps, duration, task."""
    record(FOLDER / "r1.jsonl", "a", run_id="r1")
    record(FOLDER / "r2.jsonl", "a", "b", run_id="r2", at=100.0, finished=False)
    (FOLDER / "torn.jsonl").write_text("oops\n")
    rows = [line.split("\t") for line in codeact("runs", "list").stdout.splitlines()]
    assert [row[0] for row in rows] == ["torn", "r2", "r1"]
    assert [row[1] for row in rows] == ["unreadable", "unfinished", "answered"]
    assert rows[2][2:] == ["1", "9.0 s", "count the rows"]
    assert "not a run file" in rows[0][4]


def test_no_runs_says_so():
    """On stderr, for a pipe to stay empty."""
    result = codeact("runs", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"no runs in {FOLDER}\n")
    result = codeact("runs", "show")
    assert result.exit_code == 1
    assert "there are no runs in" in result.stderr


def test_runs_as_json():
    """A list of objects with the path of each file."""
    path = record(FOLDER / "r1.jsonl", "a")
    (run,) = json.loads(codeact("runs", "list", "--json").stdout)
    assert (run["run_id"], run["path"], run["status"], run["started"]) == ("r1", str(path), "answered", 1.0)


@pytest.mark.parametrize("arguments", [[], ["r1"], ["r"], [FOLDER / "r1.jsonl"]])
def test_a_run_is_shown_as_it_was_seen(arguments):
    """The newest, by id, by the beginning of one, by path."""
    with RunWriter(FOLDER / "r1.jsonl") as write:
        for event in refunds():
            write(event)
    golden = Path(__file__).parent / "golden" / "plain.txt"
    assert codeact("runs", "show", *arguments).stdout == golden.read_text(encoding="utf-8")


def test_a_run_as_json_is_its_events():
    """Line by line as in the file."""
    with RunWriter(FOLDER / "r1.jsonl") as write:
        for event in refunds():
            write(event)
    events = [EVENT.validate_json(line) for line in codeact("runs", "show", "--json").stdout.splitlines()]
    assert events == [event for event in refunds() if not isinstance(event, ModelText)]


def test_a_run_without_an_end_says_so():
    """It may be going on, it may have been killed, or its file was cut."""
    path = record(FOLDER / "r1.jsonl", "a", finished=False)
    assert "it is going on, or it was killed" in codeact("runs", "show").stderr
    with path.open("a") as file:
        file.write('{"kind":')
    assert "its last line was cut" in codeact("runs", "show").stderr


def test_a_run_that_is_not_there_names_the_nearest():
    """An id is easily mistyped."""
    record(FOLDER / "20240101-a.jsonl", "a")
    result = codeact("runs", "show", "20240101-b")
    assert result.exit_code == 1
    assert "the nearest: 20240101-a" in result.stderr


def test_a_hostile_run_file_is_shown_and_not_obeyed():
    """A run file may come from somebody else."""
    with RunWriter(FOLDER / "r1.jsonl") as write:
        for event in hostile_run():
            write(event)
    for arguments in (["show"], ["show", "--json"], ["list"], ["list", "--json"]):
        result = codeact("runs", *arguments)
        assert result.exit_code == 0
        assert not set("\x1b\x07\x9b\u202e\x00\r") & set(result.stdout + result.stderr)
