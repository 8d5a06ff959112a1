"""A folder of run files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Literal

from codeact_sdk.errors import RunFileError
from codeact_sdk.events import ModelReplied, RunStarted
from codeact_sdk.runs.read import RunState, read_run
from codeact_sdk.runs.write import RunWriter

DEFAULT_FOLDER = Path(".codeact", "runs")
"""Relative to where the program runs."""

SUFFIX = ".jsonl"

_MAX_NAMED = 5
"""How many run ids an error names."""

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


@dataclass(frozen=True)
class RunSummary:
    """One line of a list of runs."""

    run_id: str
    path: Path
    task: str
    model: str
    status: RunState | Literal["unreadable"]
    steps: int
    started: float
    """Unix time, seconds; when the file was last written for a file that cannot be read."""
    seconds: float
    """From the first event to the last."""
    problem: str = ""
    """Why the file cannot be read."""


class RunStore:
    """The run files of one folder, each named after its run."""

    def __init__(self, folder: str | PathLike[str] = DEFAULT_FOLDER) -> None:
        """Touches nothing on the disk.

        Args:
            folder: Where the files are; it is made when the first run is written.
        """
        self.folder = Path(folder)

    def new_path(self, run_id: str) -> Path:
        """The place for a new run, with its folder made.

        A folder `.codeact` gets a `.gitignore`: runs hold what tools returned, which does not belong into a repository.

        Raises:
            RunFileError: The id is no plain file name, or the folder cannot be made.
        """
        if not _RUN_ID.fullmatch(run_id):
            raise RunFileError(f"run id {run_id!r} is no file name: use letters, digits, '.', '_' and '-'")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            ignore = self.folder.parent / ".gitignore"
            if self.folder.parent.name == DEFAULT_FOLDER.parent.name and not ignore.exists():
                ignore.write_text("*\n")
        except OSError as error:
            raise RunFileError(f"{self.folder} cannot be made: {error.strerror or error}") from error
        return self.folder / f"{run_id}{SUFFIX}"

    def recorder(self) -> RunWriter:
        """An observer that writes the next run under its own id."""
        return RunWriter(lambda started: self.new_path(started.run_id))

    def list(self) -> tuple[RunSummary, ...]:
        """Every run, newest first; a file that cannot be read is listed with the reason."""
        found = [_summarise(path) for path in self._paths()]
        return tuple(sorted(found, key=lambda run: (run.started, run.run_id), reverse=True))

    def find(self, wanted: str) -> Path:
        """The file of one run.

        Args:
            wanted: A run id, the beginning of one, or the path of a run file.

        Raises:
            RunFileError: None fits, or several do; the message names the nearest.
        """
        if Path(wanted).is_file():
            return Path(wanted)
        paths = {path.name.removesuffix(SUFFIX): path for path in self._paths()}
        if wanted in paths:
            return paths[wanted]
        fitting = [run_id for run_id in paths if wanted and run_id.startswith(wanted)]
        if len(fitting) == 1:
            return paths[fitting[0]]
        if fitting:
            raise RunFileError(f"{wanted!r} is the beginning of {len(fitting)} runs: {_some(fitting)}")
        raise RunFileError(self._nothing_like(wanted, sorted(paths)))

    def _paths(self) -> tuple[Path, ...]:
        return tuple(sorted(self.folder.glob(f"*{SUFFIX}")))

    def _nothing_like(self, wanted: str, run_ids: Sequence[str]) -> str:
        if not run_ids:
            return f"no run {wanted!r}: there are no runs in {self.folder}"
        near = get_close_matches(wanted, run_ids, n=3, cutoff=0.5)
        hint = f"the nearest: {_some(near)}" if near else f"there are {len(run_ids)}, such as {_some(run_ids[-3:])}"
        return f"no run {wanted!r} in {self.folder}; {hint}"


def _some(run_ids: Sequence[str]) -> str:
    shown = ", ".join(run_ids[:_MAX_NAMED])
    return f"{shown}, …" if len(run_ids) > _MAX_NAMED else shown


def _summarise(path: Path) -> RunSummary:
    run_id = path.name.removesuffix(SUFFIX)
    try:
        run = read_run(path)
    except RunFileError as error:
        written = path.stat().st_mtime if path.exists() else 0.0
        return RunSummary(run_id, path, "", "", "unreadable", 0, written, 0.0, str(error))
    started: RunStarted = run.started
    steps = run.finished.steps if run.finished else sum(isinstance(event, ModelReplied) for event in run.events)
    seconds = run.finished.seconds if run.finished else run.events[-1].at - started.at
    return RunSummary(run_id, path, started.task, started.model, run.status, steps, started.at, seconds)
