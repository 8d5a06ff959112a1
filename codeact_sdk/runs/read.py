"""Reading run files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from codeact_sdk.errors import RunFileError
from codeact_sdk.events import EVENT, RUN_FORMAT_VERSION, Event, ModelReplied, RunFinished, RunStarted, RunStatus
from codeact_sdk.messages import Reply

RunState = RunStatus | Literal["unfinished"]
"""How a run ended; "unfinished" where its file has no end: it is still going on, or it was killed."""


@dataclass(frozen=True)
class Run:
    """What a run file holds."""

    path: Path
    events: tuple[Event, ...]
    """In the order they happened; the first is `RunStarted`."""
    cut: bool = False
    """Whether the last line was only partly written and left out."""

    @property
    def started(self) -> RunStarted:
        """The first event."""
        first = self.events[0]
        if not isinstance(first, RunStarted):
            raise RunFileError(f"{self.path}: a run begins with run_started, not {first.kind}")
        return first

    @property
    def finished(self) -> RunFinished | None:
        """The last event, if the run came to its end."""
        last = self.events[-1]
        return last if isinstance(last, RunFinished) else None

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What the model said, reply by reply: what replaying needs."""
        return tuple(event.reply for event in self.events if isinstance(event, ModelReplied))

    @property
    def status(self) -> RunState:
        """How the run ended."""
        return self.finished.status if self.finished else "unfinished"


def read_run(path: str | PathLike[str]) -> Run:
    """Reads a run file.

    A last line that was cut while it was written is left out and noted in `Run.cut`.

    Args:
        path: The file.

    Raises:
        RunFileError: There is no such file, it is not a run file, it is of a newer format, or a line is wrong.
    """
    path = Path(path)
    try:
        *lines, tail = path.read_bytes().split(b"\n")
    except OSError as error:
        raise RunFileError(f"{path} cannot be read: {error.strerror or error}") from error
    _check_head(path, lines[0] if lines else tail)
    events = [_read_line(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    cut = False
    if tail.strip():
        try:
            events.append(_read_line(path, len(lines) + 1, tail))
        except RunFileError:
            if not events:
                raise
            cut = True
    return Run(path, tuple(events), cut)


def _check_head(path: Path, line: bytes) -> None:
    """Says what the file is if it is no run of this format, before its lines are read one by one."""
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.get("kind") != "run_started":
        raise RunFileError(f"{path}, line 1: not a run file, which begins with a run_started event")
    version = head.get("version")
    if version != RUN_FORMAT_VERSION:
        raise RunFileError(
            f"{path}, line 1: run format {version!r}, and this codeact-sdk reads {RUN_FORMAT_VERSION}; "
            f"the file was written by codeact-sdk {head.get('sdk', '(unknown)')}: use that version"
        )


def _read_line(path: Path, number: int, line: bytes) -> Event:
    try:
        return EVENT.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RunFileError(f"{path}, line {number}: {f'{where}: ' if where else ''}{first['msg']}") from error
