"""`codeact runs`: the run files of a folder."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from codeact_sdk.cli.follow import JsonLines
from codeact_sdk.cli.options import folder_option, json_option
from codeact_sdk.cli.screen import Screen
from codeact_sdk.cli.tables import print_table
from codeact_sdk.cli.text import clean_json, show_seconds
from codeact_sdk.errors import RunFileError
from codeact_sdk.runs.read import read_run
from codeact_sdk.runs.store import RunStore, RunSummary


@click.group()
def runs() -> None:
    """List and show recorded runs."""


@runs.command("list")
@folder_option
@json_option
def list_(*, folder: Path, as_json: bool) -> None:
    """List the runs of a folder, newest first."""
    found = RunStore(folder).list()
    if as_json:
        rows = [{**asdict(run), "path": str(run.path)} for run in found]
        click.echo(clean_json(json.dumps(rows, ensure_ascii=False, indent=2)))
        return
    if not found:
        click.echo(f"no runs in {folder}", err=True)
    print_table(("run", "status", "steps", "took", "task"), [_row(run) for run in found])


@runs.command()
@click.argument("run", required=False)
@folder_option
@json_option
def show(*, run: str | None, folder: Path, as_json: bool) -> None:
    """Show RUN as it was seen when it ran: an id, the beginning of one, or a file. Default: the newest."""
    recorded = read_run(_newest(folder) if run is None else RunStore(folder).find(run))
    if as_json:
        write = JsonLines(sys.stdout)
        for event in recorded.events:
            write(event)
        return
    with Screen(Console(), live=False) as screen:
        for event in recorded.events:
            screen(event)
    if recorded.finished is None:
        why = "its last line was cut" if recorded.cut else "it is going on, or it was killed"
        Console(stderr=True).print(Text(f"the run has no end: {why}", "yellow"))


def _newest(folder: Path) -> Path:
    found = RunStore(folder).list()
    if not found:
        raise RunFileError(f"there are no runs in {folder}: `codeact demo` makes one")
    return found[0].path


def _row(run: RunSummary) -> tuple[str, ...]:
    return (
        run.run_id,
        run.status,
        str(run.steps),
        show_seconds(run.seconds),
        run.problem or " ".join(run.task.split()),
    )
