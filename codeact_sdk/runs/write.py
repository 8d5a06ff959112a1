"""The recorder: an observer that appends each event to a file as it happens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from codeact_sdk.errors import RunFileError
from codeact_sdk.events import EVENT, Event, ModelText, RunStarted


class RunWriter:
    """Writes a run file.

    Each event is one line, given to the operating system in one write before the next event happens, so that a run
    that is killed leaves whole lines. Pieces of a reply (`ModelText`) are left out: the whole reply follows.

    The file is made when the run starts, readable by its owner only: it holds what tools returned.

    Example:
        >>> with RunWriter("run.jsonl") as record:  # doctest: +SKIP
        ...     agent.run("…", observers=[record])
    """

    def __init__(self, path: str | os.PathLike[str] | Callable[[RunStarted], Path]) -> None:
        """Opens nothing yet.

        Args:
            path: Where to write; no file may be there. Or a function that gives the place when the run starts.
        """
        self._place = path
        self._lock = Lock()
        self._descriptor: int | None = None
        self.path: Path | None = None
        """Where the run is being written; None before its first event."""

    def __call__(self, event: Event) -> None:
        """Appends one event.

        Raises:
            RunFileError: The file cannot be made or written.
        """
        if isinstance(event, ModelText):
            return
        line = EVENT.dump_json(event) + b"\n"
        with self._lock:
            if self._descriptor is None:
                self._open(event)
            self._append(line)

    def close(self) -> None:
        """Closes the file; an event that comes later is an error."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, event: Event) -> None:
        if self.path is not None:
            raise RunFileError(f"{self.path} is closed: no event can be added")
        if not isinstance(event, RunStarted):
            raise RunFileError(f"a run file begins with run_started, not {event.kind}")
        path = self._place(event) if callable(self._place) else Path(self._place)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            raise RunFileError(f"{path} exists already: name another file, a run is never added to") from None
        except OSError as error:
            raise RunFileError(f"{path} cannot be written: {error.strerror or error}") from error
        self.path = path

    def _append(self, line: bytes) -> None:
        rest = memoryview(line)
        try:
            while rest and self._descriptor is not None:  # a write may take a part only, then the next says why
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise RunFileError(f"{self.path} cannot be written: {error.strerror or error}") from error
