"""`codeact run` and `codeact demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from codeact_sdk.agent import Agent, RunResult
from codeact_sdk.cli.approve import approve_option, rules_of, terminal_approver, yes_option
from codeact_sdk.cli.displays import displays_option
from codeact_sdk.cli.follow import follow
from codeact_sdk.cli.options import (
    config_option,
    folder_option,
    json_option,
    pack_option,
    seconds_option,
)
from codeact_sdk.cli.packs_lock import load_locked_offer, locked_option
from codeact_sdk.cli.remember import remember_in
from codeact_sdk.events import Observer


@click.command()
@click.argument("task")
@click.option(
    "--model", help="Such as anthropic:claude-sonnet-4-6. Default: CODEACT_MODEL, the config, what has a key."
)
@pack_option
@click.option("--max-steps", type=click.IntRange(min=1), default=20, show_default=True, help="Limit of model replies.")
@seconds_option
@click.option("--no-record", is_flag=True, help="Keep no run file.")
@folder_option
@config_option
@displays_option
@locked_option
@approve_option
@yes_option
@click.option("--quiet", "-q", is_flag=True, help="Show the answer only.")
@json_option
def run(
    *,
    task: str,
    model: str | None,
    names: tuple[str, ...],
    max_steps: int,
    seconds: float | None,
    no_record: bool,
    folder: Path,
    config: Path | None,
    displays: Path | None,
    locked: bool,
    approved: tuple[str, ...],
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Let a model do a task with the installed packs.

    TASK is what to do, in words; `-` reads it from stdin.
    """
    text = _task(task)
    offer = load_locked_offer(names, config, locked=locked, quiet=quiet)
    agent = Agent(
        offer.model(model, os.environ),
        packs=offer.namespaces,
        limits=offer.limits(seconds=seconds),
        max_steps=max_steps,
        max_seconds=seconds,
        plugins=offer.plugins,
        config=offer.config,
        approvals=rules_of(approved, yes=yes),
        approver=None if as_json else terminal_approver(remember_in(offer.config)),
    )
    code = follow(
        lambda observers: agent.run(text, observers=observers),
        folder=folder, record=not no_record, as_json=as_json, quiet=quiet, displays=displays,
    )  # fmt: skip
    sys.exit(code)


def _task(given: str) -> str:
    text = sys.stdin.read() if given == "-" else given
    if not text.strip():
        raise click.UsageError("the task is empty: say what is to be done")
    return text


@click.command()
@folder_option
@json_option
def demo(*, folder: Path, as_json: bool) -> None:
    """Show a whole run, without a key and without a network."""
    from codeact_sdk.demo import run_demo  # noqa: PLC0415  # the demo's data is loaded only where it is shown

    def start(observers: list[Observer]) -> RunResult:
        return run_demo(observers, runs_folder=folder)

    sys.exit(follow(start, folder=folder, record=False, as_json=as_json, story=True))
