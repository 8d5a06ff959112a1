"""`codeact packs enable` and `codeact packs disable`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from codeact_sdk.cli.options import config_option, read_config
from codeact_sdk.cli.text import clean
from codeact_sdk.packs.choose import find_pack
from codeact_sdk.packs.discovery import Plugins, load_plugins
from codeact_sdk.packs.edit import Table, edit_config, target_of
from codeact_sdk.packs.permissions import permission_lines, permissions_of
from codeact_sdk.packs.settings import Config
from codeact_sdk.packs.switches import disable_packs, enable_packs


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@config_option
def enable(*, names: tuple[str, ...], yes: bool, config: Path | None) -> None:
    """Offer packs, after showing what they may do.

    What is changed is the config file: the nearest codeact.toml or pyproject.toml with [tool.codeact], or a new codeact.toml.
    """
    settings = read_config(config)
    plugins = load_plugins(aliases=settings.packs.aliases)
    for name in dict.fromkeys(names):
        for line in permission_lines(permissions_of(find_pack(plugins, name, "codeact packs enable"))):
            click.echo(clean(line))
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                "nobody can be asked here: look at what the packs may do, and add --yes to agree to it"
            )
        if not click.confirm("Enable?", err=True):
            click.echo("nothing is changed", err=True)
            sys.exit(1)
    _change(settings, names, enable_packs)


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@config_option
def disable(*, names: tuple[str, ...], config: Path | None) -> None:
    """Offer packs no longer."""
    settings = read_config(config)
    plugins = load_plugins(aliases=settings.packs.aliases)
    for name in names:
        if not _is_known(name, plugins, settings):
            find_pack(plugins, name, "codeact packs disable")  # it says which names there are
    _change(settings, names, disable_packs)


def _is_known(name: str, plugins: Plugins, settings: Config) -> bool:
    """Whether a pack is installed, or would be if it were not broken, or is at least named in the config."""
    named = {*(settings.packs.enabled or ()), *settings.packs.disabled}
    return plugins.pack(name) is not None or plugins.fault(name) is not None or name in named


def _change(settings: Config, names: Iterable[str], change: Callable[[Table, Iterable[str]], tuple[str, ...]]) -> None:
    path = target_of(settings, Path.cwd())
    said: list[str] = []
    edit_config(path, lambda table: said.extend(change(table, dict.fromkeys(names))))
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    for sentence in said:
        click.echo(clean(f"{shown}: {sentence}"))
    for variable in sorted({*settings.variables("packs", "enabled"), *settings.variables("packs", "disabled")}):
        click.echo(f"note: the environment variable {variable} is set and comes before the file", err=True)
