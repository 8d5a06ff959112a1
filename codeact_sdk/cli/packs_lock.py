"""`codeact packs lock`, and what stands between a lock and a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from codeact_sdk.cli.options import Offer, config_option, load_offer, report_offer
from codeact_sdk.cli.text import clean, count
from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.lock import Change, Lock, diff, lock_of
from codeact_sdk.packs.lockfile import lock_path, read_lock, write_lock
from codeact_sdk.tools.toolset import Toolset

_ACCEPT = "accept this with `codeact packs lock`"

locked_option = click.option(
    "--locked", is_flag=True, help="Refuse to start unless the packs are exactly those of codeact.lock."
)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where something has changed.")
@config_option
def lock(*, check: bool, config: Path | None) -> None:
    """Write down what each enabled pack offers.

    `codeact.lock` holds each tool's signature, effect and hash of its docs, and each pack's secrets, hosts, distribution and version. When something of it changes, runs show the difference and ask, or refuse.
    """
    offer = load_offer((), config)
    path = lock_path(offer.config, Path.cwd())
    new = _lock_of(offer)
    if check:
        changes = _difference(path, new)
        _print(changes, Console(soft_wrap=True))
        click.echo(f"{count(len(changes), 'change')}: {_ACCEPT}" if changes else "nothing has changed", err=True)
        sys.exit(1 if changes else 0)
    try:
        old = read_lock(path) or Lock()
    except ConfigError as error:  # it is about to be replaced
        click.echo(clean(f"warning: {error}"), err=True)
        old = Lock()
    _print(diff(old, new), Console(soft_wrap=True))
    write_lock(path, new)
    tools = sum(len(pack.tools) for pack in new.packs.values())
    click.echo(clean(f"{path.name}: {count(len(new.packs), 'pack')}, {count(tools, 'tool')}"), err=True)


def load_locked_offer(names: Sequence[str], config: Path | None, *, locked: bool, quiet: bool) -> Offer:
    """Loads what a run is offered, lets the lock have its say, and tells what it is.

    Args:
        names: Packs that were asked for; the config decides where there are none.
        config: The config file that was asked for.
        locked: Whether there must be a lock, and no difference.
        quiet: Tell nothing.

    Raises:
        CodeActError: The config is wrong, a pack is missing or broken, or the packs are not those that were accepted.
    """
    offer = load_offer(names, config)
    check_lock(offer, locked=locked, named=bool(names))
    if not quiet:
        report_offer(offer, named=bool(names))
    return offer


def check_lock(offer: Offer, *, locked: bool, named: bool) -> None:
    """Lets a run begin only with the packs that were accepted.

    Where there is a lock that says otherwise, the difference is shown; a person at a terminal is asked, and nobody else gets
    past it.

    Args:
        offer: What the run would have.
        locked: Whether there must be a lock, and no difference.
        named: Whether the packs were asked for by name: then the lock may hold others.

    Raises:
        ConfigError: There is no lock, it is damaged, or the packs are not those that were accepted.
    """
    path = lock_path(offer.config, Path.cwd())
    if not locked and not path.exists():
        return
    new = _lock_of(offer)
    changes = _difference(path, new, only=offer.namespaces if named else None)
    if not changes:
        return
    told = f"the packs are not those of {path.name}"
    if locked or not (sys.stdin.isatty() and sys.stderr.isatty()):
        lines = "\n".join(f"  {change}" for change in changes)
        raise ConfigError(f"{told}:\n{lines}\n{_ACCEPT}")
    click.echo(f"{told}:", err=True)
    _print(changes, Console(stderr=True, soft_wrap=True))
    answer = click.prompt(
        "Go on? y(es), this time; u(pdate the lock) and go on; n(o)",
        type=click.Choice(["y", "u", "n"]),
        default="n",
        show_default=True,
        show_choices=False,
        err=True,
    )
    if answer == "n":
        raise ConfigError(f"{told}, and you said no: nothing has run")
    if answer == "u":
        write_lock(path, _merged(path, new, only=named))


def _lock_of(offer: Offer) -> Lock:
    return lock_of(Toolset.of((), groups=offer.groups), offer.plugins)


def _difference(path: Path, new: Lock, *, only: Sequence[str] | None = None) -> tuple[Change, ...]:
    old = read_lock(path)
    if old is None:
        raise ConfigError(f"there is no {path}: `codeact packs lock` writes it")
    return diff(old if only is None else old.only(only), new)


def _merged(path: Path, new: Lock, *, only: bool) -> Lock:
    """What is written where a run had only some of the packs: the others stay as they were accepted."""
    old = read_lock(path) if only else None
    return Lock(packs={**(old.packs if old else {}), **new.packs})


def _print(changes: Sequence[Change], console: Console) -> None:
    for change in changes:
        style = "red" if change.is_risk else {"added": "green", "removed": "yellow", "changed": "cyan"}[change.kind]
        console.print(Text(clean(f"  {change}"), style))
