"""Reading run files."""

from __future__ import annotations

import pytest

from codeact_sdk.errors import RunFileError
from codeact_sdk.events import EVENT, ModelReplied, Noted, RunFinished, RunStarted
from codeact_sdk.messages import Reply, Usage
from codeact_sdk.runs.read import read_run

START = RunStarted(at=1.0, run_id="r1", task="count", model="scripted", sdk="0.1.0")
REPLY = ModelReplied(at=2.0, step=1, reply=Reply(text="3"), seconds=1.0)
END = RunFinished(at=3.0, status="answered", answer="3", steps=1, usage=Usage(), seconds=2.0)


def lines(*events):
    """The text of a run file."""
    return b"".join(EVENT.dump_json(event) + b"\n" for event in events)


@pytest.fixture
def path(tmp_path):
    """Where the run file is."""
    return tmp_path / "run.jsonl"


def test_a_run_answers_what_its_readers_ask(path):
    """The start, the end, the replies, the status."""
    path.write_bytes(lines(START, REPLY, END))
    run = read_run(str(path))
    assert (run.started, run.finished, run.status) == (START, END, "answered")
    assert run.replies == (Reply(text="3"),)
    assert run.path == path


def test_a_run_without_an_end_is_unfinished(path):
    """It may be going on, or it was killed."""
    path.write_bytes(lines(START, REPLY))
    assert read_run(path).finished is None
    assert read_run(path).status == "unfinished"


def test_a_cut_last_line_is_noted(path):
    """What came before it is kept."""
    path.write_bytes(lines(START, REPLY) + lines(END)[:-20])
    run = read_run(path)
    assert run.events == (START, REPLY)
    assert run.cut


def test_a_last_line_without_its_line_break_counts(path):
    """Editors drop the last line break."""
    path.write_bytes(lines(START, END).rstrip())
    assert read_run(path).finished == END
    assert not read_run(path).cut


def test_empty_lines_and_other_line_breaks_are_passed_over(path):
    """Version control and editors on other systems add them."""
    path.write_bytes(lines(START, END).replace(b"\n", b"\r\n") + b"\r\n")
    assert read_run(path).events == (START, END)


def test_text_that_looks_like_line_breaks_is_kept(path):
    """Only a line feed ends a line: U+2028 and form feeds are part of the text."""
    event = Noted(at=2.0, step=1, text="a\u2028b\x0cc\x85d\ne")
    path.write_bytes(lines(START, event))
    assert read_run(path).events[1] == event


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: not a run file, which begins with a run_started event"),
        (b"hello\n", "line 1: not a run file"),
        (b'{"a": 1}\n', "line 1: not a run file"),
        (b"[" * 100_000, "line 1: not a run file"),
        (b"\xff\xfe\n", "line 1: not a run file"),
        (lines(END), "line 1: not a run file"),
        (
            lines(START).replace(b'"version":1', b'"version":99'),
            "run format 99, and this codeact-sdk reads 1; the file was written by codeact-sdk 0.1.0",
        ),
        (lines(START).replace(b'"task":"count"', b'"task":7'), "line 1: run_started.task: .*expected text, not int"),
        (lines(START)[:-2] + b',"new":1}', "line 1: run_started.new: Extra inputs"),
        (lines(START) + b"{]\n" + lines(END), "line 2: Invalid JSON"),
        (lines(START) + b'{"kind":"new","at":1}\n', "line 2: Input tag 'new'"),
        (
            lines(START, END).replace(b'"answer":"3"', b'"answer":{"$new":1}'),
            "line 2: run_finished.answer: .*unknown value tag",
        ),
        (
            lines(START, END).replace(b'"answer":"3"', b'"answer":{"$fraction":[1,0]}'),
            r"line 2: run_finished.answer: .*malformed \$fraction",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_reason(path, content, message):
    """The message names the file, the line and what is wrong there."""
    path.write_bytes(content)
    with pytest.raises(RunFileError, match=message) as caught:
        read_run(path)
    assert str(caught.value).startswith(str(path))
    assert "pydantic" not in str(caught.value)


def test_a_missing_file_is_named(path):
    """The reason is the operating system's."""
    with pytest.raises(RunFileError, match=r"run\.jsonl cannot be read: No such file"):
        read_run(path)
