"""`codeact exec`: code with the enabled packs, without a model."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from pydantic import TypeAdapter
from rich.console import Console, RenderableType

from codeact_sdk.cli import views
from codeact_sdk.cli.approve import approve_option, rules_of, terminal_approver, yes_option
from codeact_sdk.cli.displays import DisplayFiles, displays_option
from codeact_sdk.cli.options import config_option, json_option, pack_option, seconds_option
from codeact_sdk.cli.packs_lock import load_locked_offer, locked_option
from codeact_sdk.cli.remember import remember_in
from codeact_sdk.cli.text import clean, clean_json
from codeact_sdk.observations import Observation, Status, ToolCall
from codeact_sdk.runtime import Interpreter

MAX_VALUE_CHARS = 100_000

EXIT_CODES: dict[Status, int] = {"ok": 0, "answered": 0, "error": 1, "limit": 3, "paused": 4}


@click.command("exec")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@pack_option
@seconds_option
@config_option
@displays_option
@locked_option
@approve_option
@yes_option
@click.option("--quiet", "-q", is_flag=True, help="Show no tool calls and no packs.")
@json_option
def execute(
    *,
    file: str,
    names: tuple[str, ...],
    seconds: float | None,
    config: Path | None,
    displays: Path | None,
    locked: bool,
    approved: tuple[str, ...],
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run Python with the installed packs, without a model.

    The code in FILE runs as an action of a model would; `-` reads stdin. What it prints and the value of its last expression go to stdout, tool calls and errors to stderr.
    """
    quiet = quiet or as_json
    offer = load_locked_offer(names, config, locked=locked, quiet=quiet)
    errors = Console(stderr=True)

    def show(call: ToolCall) -> None:
        if not quiet:
            _print(errors, views.call_view(call, look=views.Look(boxed=errors.is_terminal)))

    with Interpreter(
        packs=offer.namespaces,
        limits=offer.limits(seconds=seconds),
        plugins=offer.plugins,
        config=offer.config,
        on_call_end=show,
        approvals=rules_of(approved, yes=yes),
        approver=None if as_json else terminal_approver(remember_in(offer.config)),
    ) as interpreter:
        observation = interpreter.run(_read(file))
    sys.exit(_end(observation, errors, displays, as_json=as_json))


def _end(observation: Observation, errors: Console, displays: Path | None, *, as_json: bool) -> int:
    """Shows what came of it, and gives the exit code."""
    if as_json:
        click.echo(clean_json(TypeAdapter(Observation).dump_json(observation).decode()))
    else:
        _show(observation, errors, views.Look(boxed=errors.is_terminal, says_how=displays is None))
    if displays is not None:
        DisplayFiles(displays).write(observation.displays)
    return EXIT_CODES[observation.status]


def _read(file: str) -> str:
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8 text (byte {error.start})") from error


def _show(observation: Observation, errors: Console, look: views.Look) -> None:
    click.echo(clean(observation.stdout), nl=False)
    click.echo(clean(observation.stderr), nl=False, err=True)
    if observation.status == "answered":
        click.echo(views.answer_text(observation.answer))
    elif observation.value is not None:
        click.echo(views.value_text(observation, max_chars=MAX_VALUE_CHARS))
    for display in observation.displays:
        _print(errors, views.display_view(display, look=look))
    if observation.error is not None:
        _print(errors, views.error_view(observation.error, look=look))


def _print(console: Console, view: RenderableType) -> None:
    console.print(view, soft_wrap=not console.is_terminal)
