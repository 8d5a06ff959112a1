"""A run from the command line: who watches it, how Ctrl-C ends it, what it exits with."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.text import Text

from codeact_sdk.cli.displays import DisplayFiles
from codeact_sdk.cli.screen import Screen
from codeact_sdk.cli.text import clean, clean_json
from codeact_sdk.cli.views import Look, answer_text
from codeact_sdk.events import EVENT, Event, ModelReplied, ModelText, Observer, RunFinished, RunStarted, RunStatus
from codeact_sdk.messages import Usage
from codeact_sdk.runs.store import RunStore

EXIT_CODES: dict[RunStatus, int] = {"answered": 0, "error": 1, "limit": 3, "stopped": 130}


class JsonLines:
    """Writes each event as a line of JSON, which together are a run file."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, event: Event) -> None:
        """Writes one event; pieces of replies are left out, as in run files."""
        if not isinstance(event, ModelText):
            self._out.write(clean_json(EVENT.dump_json(event).decode()) + "\n")
            self._out.flush()


class Ledger:
    """Remembers what the end of a run needs to say, for a run that is interrupted."""

    def __init__(self) -> None:
        self.started: RunStarted | None = None
        self.finished: RunFinished | None = None
        self._steps = 0
        self._usage = Usage()

    def __call__(self, event: Event) -> None:
        """Takes note of one event."""
        match event:
            case RunStarted():
                self.started = event
            case ModelReplied():
                self._steps += 1
                self._usage += event.reply.usage
            case RunFinished():
                self.finished = event

    def stopped(self, now: float) -> RunFinished | None:
        """The end of a run that the person stopped; None where it has not begun or has its end."""
        if self.started is None or self.finished is not None:
            return None
        return RunFinished(
            at=now,
            status="stopped",
            reason="interrupted",
            steps=self._steps,
            usage=self._usage,
            seconds=max(0.0, now - self.started.at),
        )


def follow(
    start: Callable[[list[Observer]], object],
    *,
    folder: Path,
    record: bool,
    as_json: bool = False,
    quiet: bool = False,
    story: bool = False,
    displays: Path | None = None,
) -> int:
    """Runs something with the observers that the options ask for, and gives the exit code.

    Progress goes to stdout on a terminal and to stderr elsewhere, so that stdout holds the answer alone.

    Args:
        start: Runs it with these observers.
        folder: Where run files are.
        record: Whether to write a run file; not, where `start` writes its own.
        as_json: Events on stdout instead of a screen.
        quiet: The answer only.
        story: Progress goes to stdout wherever that leads: it is what was asked for.
        displays: Where pictures are written to; nowhere where this is left out.
    """
    ledger, store = Ledger(), RunStore(folder)
    whole = story or Console().is_terminal
    with ExitStack() as opened:
        observers: list[Observer] = [ledger]
        if record:
            observers.append(opened.enter_context(store.recorder()))
        if as_json:
            observers.append(JsonLines(sys.stdout))
        elif not quiet:
            observers.append(opened.enter_context(_screen(whole=whole, story=story, says_how=displays is None)))
        if displays is not None:
            observers.append(DisplayFiles(displays))
        _run(start, observers, ledger)
    if not as_json and (quiet or not whole):
        _write_answer(ledger)
    _say_where(ledger, store, quiet=quiet)
    return EXIT_CODES[ledger.finished.status if ledger.finished else "stopped"]


def _run(start: Callable[[list[Observer]], object], observers: list[Observer], ledger: Ledger) -> None:
    try:
        start(observers)
    except KeyboardInterrupt:
        _stop(ledger, observers)


def _screen(*, whole: bool, story: bool, says_how: bool) -> Screen:
    console = Console(stderr=not whole)
    look = Look(boxed=console.is_terminal, says_how=says_how)
    return Screen(console, look=look, with_answer=whole, with_packs=story)


def _write_answer(ledger: Ledger) -> None:
    if ledger.finished is not None and ledger.finished.status == "answered":
        click.echo(answer_text(ledger.finished.answer))


def _stop(ledger: Ledger, observers: list[Observer]) -> None:
    """Gives an interrupted run its end, if the agent has not."""
    end = ledger.stopped(time.time())
    if end is not None:
        for observer in observers:
            observer(end)


def _say_where(ledger: Ledger, store: RunStore, *, quiet: bool) -> None:
    if ledger.started is None or (quiet and ledger.finished is not None and ledger.finished.status != "stopped"):
        return
    path = store.folder / f"{ledger.started.run_id}.jsonl"
    if path.exists():
        Console(stderr=True, soft_wrap=True).print(Text(f"run file: {clean(str(path))}", "dim"))
