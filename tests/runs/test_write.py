"""The recorder."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from codeact_sdk.errors import RunFileError
from codeact_sdk.events import EVENT, ModelText, Noted, RunStarted
from codeact_sdk.runs.read import read_run
from codeact_sdk.runs.write import RunWriter

START = RunStarted(at=1.0, run_id="r1", task="count", model="scripted", sdk="0.1.0")


def test_each_event_is_on_the_disk_before_the_next(tmp_path):
    """Whoever kills the process after an event finds that event."""
    path = tmp_path / "deep" / "er" / "run.jsonl"
    record = RunWriter(path)
    assert not path.exists()
    record(START)
    assert path.read_bytes() == EVENT.dump_json(START) + b"\n"
    record(Noted(at=2.0, step=1, text="x\ny"))
    assert path.read_bytes().count(b"\n") == 2
    assert record.path == path
    record.close()


def test_pieces_of_replies_are_left_out(tmp_path):
    """The whole reply is recorded; its pieces would double the file."""
    with RunWriter(tmp_path / "run.jsonl") as record:
        record(START)
        record(ModelText(at=2.0, step=1, text="he"))
    assert read_run(tmp_path / "run.jsonl").events == (START,)


def test_a_run_is_never_added_to_another(tmp_path):
    """Two runs in one file could be told apart by nobody."""
    path = tmp_path / "run.jsonl"
    path.write_text("mine")
    with pytest.raises(RunFileError, match="exists already: name another file"):
        RunWriter(path)(START)
    assert path.read_text() == "mine"


def test_a_run_file_begins_with_its_start(tmp_path):
    """Observers that are attached too late make no broken file."""
    with pytest.raises(RunFileError, match="begins with run_started, not noted"):
        RunWriter(tmp_path / "run.jsonl")(Noted(at=2.0, step=1, text="x"))
    assert not (tmp_path / "run.jsonl").exists()


def test_nothing_follows_a_closed_run(tmp_path):
    """An event after closing is an error and not silence."""
    record = RunWriter(tmp_path / "run.jsonl")
    record(START)
    record.close()
    record.close()
    with pytest.raises(RunFileError, match="is closed"):
        record(Noted(at=2.0, step=1, text="x"))


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    """The message holds the path and the reason of the operating system."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFileError, match=r"file.*run\.jsonl cannot be written: (Not a directory|File exists)"):
        RunWriter(tmp_path / "file" / "sub" / "run.jsonl")(START)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_others_cannot_read_it(tmp_path):
    """A run holds what tools returned."""
    with RunWriter(tmp_path / "run.jsonl") as record:
        record(START)
    assert stat.S_IMODE((tmp_path / "run.jsonl").stat().st_mode) == 0o600


def test_lines_of_several_threads_stay_whole(tmp_path):
    """Tools may run side by side, and so do their events."""
    with RunWriter(tmp_path / "run.jsonl") as record:
        record(START)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: record(Noted(at=2.0, step=n, text="x" * 5000)), range(50)))
    assert {event.step for event in read_run(tmp_path / "run.jsonl").events[1:]} == set(range(50))
