"""The folder of run files."""

from __future__ import annotations

import pytest

from codeact_sdk.errors import RunFileError
from codeact_sdk.events import ModelReplied, RunFinished, RunStarted
from codeact_sdk.messages import Reply, Usage
from codeact_sdk.runs.store import DEFAULT_FOLDER, RunStore


def write(store, run_id, *, at=1.0, finished=True):
    """Records a short run."""
    with store.recorder() as record:
        record(RunStarted(at=at, run_id=run_id, task=f"task of {run_id}", model="scripted", sdk="0.1.0"))
        record(ModelReplied(at=at + 2, step=1, reply=Reply(text="3"), seconds=1.0))
        if finished:
            record(RunFinished(at=at + 3, status="answered", answer="3", steps=1, usage=Usage(), seconds=3.0))
    return record.path


@pytest.fixture
def store(tmp_path):
    """A store in an own folder."""
    return RunStore(tmp_path / "runs")


def test_a_recorder_names_the_file_after_the_run(store):
    """The id is known only when the run starts."""
    assert write(store, "r1") == store.folder / "r1.jsonl"


def test_runs_are_listed_newest_first(store):
    """With what a person needs to find one."""
    write(store, "a", at=5.0)
    write(store, "b", at=9.0, finished=False)
    newest, oldest = store.list()
    assert (newest.run_id, newest.status, newest.steps, newest.seconds) == ("b", "unfinished", 1, 2.0)
    assert (oldest.task, oldest.model, oldest.status) == ("task of a", "scripted", "answered")


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(store):
    """One broken file hides neither itself nor the others."""
    write(store, "a")
    (store.folder / "b.jsonl").write_text("oops\n")
    broken, fine = store.list()
    assert (broken.run_id, broken.status) == ("b", "unreadable")
    assert "not a run file" in broken.problem
    assert fine.problem == ""


def test_no_folder_is_no_run(store):
    """Listing makes nothing on the disk."""
    assert store.list() == ()
    assert not store.folder.exists()


def test_a_run_is_found_by_id_beginning_or_path(store, tmp_path):
    """An exact id wins over longer ones that begin with it."""
    path, longer = write(store, "run-1"), write(store, "run-12")
    assert store.find("run-1") == path
    assert store.find("run-12") == longer
    assert store.find(str(path)) == path
    assert RunStore(tmp_path / "runs").find("run-12") == longer


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("run-2", r"'run-2' is the beginning of 2 runs: run-21, run-22"),
        ("rnu-21", r"no run 'rnu-21' in .*; the nearest: run-21"),
        ("zzz", r"no run 'zzz' in .*; there are 2, such as run-21, run-22"),
        ("", r"no run ''"),
    ],
)
def test_what_is_not_found_names_the_nearest(store, wanted, message):
    """A mistyped id leads to the right one."""
    write(store, "run-21")
    write(store, "run-22")
    with pytest.raises(RunFileError, match=message):
        store.find(wanted)


def test_an_empty_store_says_so(store):
    """Instead of naming nothing as the nearest."""
    with pytest.raises(RunFileError, match="no run 'x': there are no runs in"):
        store.find("x")


def test_the_default_folder_is_kept_out_of_repositories(tmp_path, monkeypatch):
    """`.codeact` gets a `.gitignore`, an own folder does not, and one that is there stays."""
    monkeypatch.chdir(tmp_path)
    RunStore().new_path("r1")
    assert (tmp_path / ".codeact" / ".gitignore").read_text() == "*\n"
    assert RunStore().folder == DEFAULT_FOLDER
    (tmp_path / ".codeact" / ".gitignore").write_text("mine\n")
    RunStore().new_path("r2")
    assert (tmp_path / ".codeact" / ".gitignore").read_text() == "mine\n"
    RunStore(tmp_path / "own" / "runs").new_path("r1")
    assert not (tmp_path / "own" / ".gitignore").exists()


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", ".hidden", "a\nb", "x" * 200])
def test_run_ids_are_file_names(store, run_id):
    """An id from elsewhere cannot point outside the folder."""
    with pytest.raises(RunFileError, match="is no file name"):
        store.new_path(run_id)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """The message holds the path and the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFileError, match="runs cannot be made"):
        RunStore(tmp_path / "file" / "runs").new_path("r1")
