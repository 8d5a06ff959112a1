"""`codeact packs new`: the beginning of a pack."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from codeact_sdk.cli.text import clean
from codeact_sdk.errors import ConfigError
from codeact_sdk.scaffold.names import pack_names
from codeact_sdk.scaffold.render import Licence, PackPlan, render_pack, write_pack


@click.command()
@click.argument("name")
@click.option("--purpose", help="What the pack is for, in one line; models read it.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to put it. Default: its distribution's name.")
@click.option(
    "--licence",
    "--license",
    type=click.Choice(get_args(Licence)),
    default="Apache-2.0",
    show_default=True,
    help='"none" for a pack that is not given away.',
)
@click.option("--author", default="", help="Who holds the rights, for the licence.")
def new(*, name: str, purpose: str | None, folder: Path | None, licence: Licence, author: str) -> None:
    """Begin a pack: a distribution with one tool, its tests, and what CI needs.

    NAME is what model code writes, such as `acme`: the distribution becomes codeact-acme, the module codeact_acme.
    A folder that holds something already is left alone.
    """
    try:
        names = pack_names(name)
        said = " ".join((purpose or "").split()) or f"Items of the {names.namespace} catalogue."
        target = folder or Path(names.distribution)
        files = render_pack(PackPlan(names=names, purpose=said, licence=licence, author=author))
        write_pack(files, target)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    click.echo(clean(f"{names.distribution} is in {target}: the pack {names.namespace!r}, module {names.module}"))
    for path in sorted(files):
        click.echo(clean(f"  {path}"))
    click.echo(f'next: pip install -e "{target}[test]" && pytest {target} && codeact packs check {target}', err=True)
