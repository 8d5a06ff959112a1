"""Options that several commands have, and what they stand for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from codeact_sdk.cli.text import clean, count
from codeact_sdk.interpreter.limits import Limits
from codeact_sdk.models.base import Model
from codeact_sdk.models.choose import MODEL_VARIABLE, build_model, require_model
from codeact_sdk.packs.choose import choose_packs
from codeact_sdk.packs.discovery import Plugins, load_plugins
from codeact_sdk.packs.settings import CONFIG_VARIABLE, Config, load_config
from codeact_sdk.runs.store import DEFAULT_FOLDER
from codeact_sdk.tools.toolset import ToolGroup

pack_option = click.option(
    "--pack",
    "names",
    multiple=True,
    metavar="NAME",
    help="Offer this pack; may be repeated. Default: all enabled ones.",
)
config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="A config file instead of the nearest codeact.toml.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_FOLDER,
    show_default=True,
    help="Where run files are.",
)
seconds_option = click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after this many seconds."
)


@dataclass(frozen=True)
class Offer:
    """What is installed, and what of it is offered."""

    config: Config
    plugins: Plugins
    groups: tuple[ToolGroup, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The packs that are offered."""
        return tuple(group.namespace for group in self.groups)

    def limits(self, *, seconds: float | None = None) -> Limits:
        """Limits of one action: those of the config, and no action longer than the whole may take.

        Args:
            seconds: What the whole may take.
        """
        limits = Limits(**self.config.limits.given())  # type: ignore[arg-type]  # the config's model has the same fields
        if seconds is None:
            return limits
        return replace(limits, seconds=seconds if limits.seconds is None else min(seconds, limits.seconds))

    def model(self, name: str | None, environ: Mapping[str, str]) -> Model:
        """The model: the option before `CODEACT_MODEL` before the config before what the environment has keys for.

        Raises:
            ModelNotConfigured: There is none.
            ConfigError: Nobody offers it.
        """
        set_ = self.config.model
        named = name or environ.get(MODEL_VARIABLE, "").strip() or set_.name or require_model(environ)
        options = set_.model_dump(exclude={"name"}, exclude_none=True)
        return build_model(named, self.plugins.models, **options)


def load_offer(names: Sequence[str], config: Path | None) -> Offer:
    """Reads the config, loads what is installed and chooses the packs.

    Args:
        names: Packs that were asked for; the config decides where there are none.
        config: The config file that was asked for.

    Raises:
        CodeActError: The config is wrong, or a pack that was asked for is missing or broken.
    """
    settings = read_config(config)
    plugins = load_plugins(aliases=settings.packs.aliases)
    return Offer(settings, plugins, choose_packs(plugins, names or None, settings))


def read_config(config: Path | None) -> Config:
    """Reads the config file that was asked for, or the nearest one."""
    environ = dict(os.environ) if config is None else {**os.environ, CONFIG_VARIABLE: str(config)}
    return load_config(Path.cwd(), environ)


def report_offer(offer: Offer, *, named: bool) -> None:
    """Says on stderr which packs are offered, and which cannot be and why.

    Args:
        offer: What was chosen.
        named: Whether the packs were asked for by name: then they need no repeating.
    """
    console = Console(stderr=True, soft_wrap=True)
    for error in offer.plugins.broken:
        console.print(Text(f"warning: {clean(str(error))}", "yellow"))
    if named:
        return
    found = ", ".join(f"{group.namespace} ({group.distribution})" for group in offer.groups)
    tools = sum(len(group.tools) for group in offer.groups)
    text = f"packs: {found}; {count(tools, 'tool')}" if found else "packs: none is installed and enabled"
    console.print(Text(clean(text), "dim"))
