"""A run file gives back what happened."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from strategies import run_ends, run_starts, same, steps

from codeact_sdk.events import ModelText
from codeact_sdk.runs.read import read_run
from codeact_sdk.runs.write import RunWriter


@given(run_starts, st.lists(steps, max_size=4), st.none() | run_ends)
def test_every_event_comes_back_in_order(start, middle, end):
    """Any run, finished or not; only the pieces of replies are left out."""
    happened = [start, *middle, *([end] if end else [])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.jsonl")
        with RunWriter(path) as record:
            for event in happened:
                record(event)
        run = read_run(path)
    assert same(run.events, tuple(event for event in happened if not isinstance(event, ModelText)))
    assert same(run.finished, end)
    assert run.status == (end.status if end else "unfinished")
    assert not run.cut


@given(run_starts, st.lists(steps, min_size=1, max_size=3), st.data())
def test_a_run_that_was_cut_anywhere_gives_the_whole_lines(start, middle, data):
    """Whatever byte the machine stopped at, all events before it are read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.jsonl")
        with RunWriter(path) as record:
            for event in [start, *middle]:
                record(event)
        whole = path.read_bytes()
        at = data.draw(st.integers(whole.index(b"\n"), len(whole)))
        path.write_bytes(whole[:at])
        run = read_run(path)
    complete = whole[:at].count(b"\n")
    assert len(run.events) in {complete, complete + 1}  # a last line may lack its line break only
    assert same(run.events[0], start)
