"""`codeact tools`, `codeact prompt` and `codeact packs`: what a model is offered."""

from __future__ import annotations

import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import click
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from codeact_sdk.cli.options import (
    Offer,
    config_option,
    json_option,
    load_offer,
    pack_option,
    read_config,
    report_offer,
)
from codeact_sdk.cli.tables import print_table
from codeact_sdk.cli.text import clean, clean_json, count
from codeact_sdk.packs.choose import choose_packs
from codeact_sdk.packs.discovery import LoadedPack, load_plugins
from codeact_sdk.prompts.system import system_prompt
from codeact_sdk.prompts.tokens import estimate_tokens
from codeact_sdk.prompts.tools import render_tool, render_toolset
from codeact_sdk.runtime import Interpreter
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import Toolset


@click.command()
@click.argument("pattern", required=False)
@pack_option
@config_option
@json_option
def tools(*, pattern: str | None, names: tuple[str, ...], config: Path | None, as_json: bool) -> None:
    """Show each tool as the model sees it, with its cost.

    The cost is an estimate in tokens. PATTERN is a name with `*`, such as `sql.*`, or a part of one.
    """
    offer = load_offer(names, config)
    toolset = Toolset.of((), groups=offer.groups)
    found = [tool for tool in toolset if pattern is None or _matches(pattern, tool.qualified_name)]
    if not found:
        raise click.UsageError(_nothing(pattern, toolset))
    shown = [(tool, render_tool(tool)) for tool in found]
    total = sum(estimate_tokens(text) for _, text in shown)
    if pattern is None:  # titles of packs and the classes that signatures need come on top
        total = estimate_tokens(render_toolset(toolset))
    if as_json:
        click.echo(_json({"tools": [_as_data(tool, text) for tool, text in shown], "tokens": total}))
        return
    report_offer(offer, named=bool(names))
    for tool, text in shown:
        _print_tool(tool, text)
    costs = "with the titles and types of their packs" if pattern is None else "without the types they share"
    _note(f"{count(len(shown), 'tool')}, about {count(total, 'token')} {costs}")


@click.command()
@pack_option
@config_option
@json_option
def prompt(*, names: tuple[str, ...], config: Path | None, as_json: bool) -> None:
    """Print the system prompt that a run begins with.

    Its cost in tokens goes to stderr.
    """
    offer = load_offer(names, config)
    with Interpreter(packs=offer.namespaces, plugins=offer.plugins, config=offer.config) as interpreter:
        budget = offer.config.prompt.budget_tokens
        text = system_prompt(
            interpreter.toolset, rules=interpreter.rules, modules=interpreter.modules, budget_tokens=budget
        )
    if as_json:
        click.echo(_json({"prompt": text, "tokens": estimate_tokens(text)}))
        return
    report_offer(offer, named=bool(names))
    click.echo(clean(text))
    _note(f"about {count(estimate_tokens(text), 'token')}")


@click.group()
def packs() -> None:
    """Begin, check, list, enable, examine and lock packs."""


@packs.command("list")
@config_option
@json_option
def list_packs(*, config: Path | None, as_json: bool) -> None:
    """List the installed packs.

    Those that are not enabled are listed too, and those that are broken with the reason.
    """
    settings = read_config(config)
    plugins = load_plugins(aliases=settings.packs.aliases)
    offer = Offer(settings, plugins, choose_packs(plugins, None, settings))
    if as_json:
        found = [_pack_data(loaded, offer) for loaded in plugins.packs]
        broken = [
            {"plugin": error.plugin, "distribution": error.distribution, "reason": error.reason}
            for error in plugins.broken
        ]
        click.echo(_json({"packs": found, "broken": broken}))
        return
    print_table(("pack", "from", "enabled", "tools", "purpose"), [_pack_row(loaded, offer) for loaded in plugins.packs])
    for error in plugins.broken:
        Console(stderr=True, soft_wrap=True).print(Text(f"warning: {clean(str(error))}", "yellow"))
    if not plugins.packs:
        click.echo("no pack is installed: try `pip install codeact-files`", err=True)


def _matches(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern) if "*" in pattern else pattern.lower() in name.lower()


def _nothing(pattern: str | None, toolset: Toolset) -> str:
    if not len(toolset):
        return "no tools are offered: no pack is installed and enabled (`codeact packs list`)"
    near = ", ".join(toolset.nearest(pattern or "")) or ", ".join(tool.qualified_name for tool in toolset)
    return f"no tool matches {pattern!r}; there are {near}"


def _as_data(tool: Tool, text: str) -> dict[str, object]:
    return {
        "name": tool.qualified_name,
        "pack": tool.pack,
        "effect": tool.effect,
        "async": tool.is_async,
        "tokens": estimate_tokens(text),
        "text": text,
    }


def _print_tool(tool: Tool, text: str) -> None:
    console = Console()
    title = f"# {tool.qualified_name} · {tool.effect} · about {count(estimate_tokens(text), 'token')}"
    if not console.is_terminal:
        click.echo(f"{clean(title)}\n{clean(text)}\n")
        return
    console.print(Text(clean(title), "bold"))
    console.print(Syntax(clean(text), "python", theme="ansi_dark", background_color="default", word_wrap=True))
    console.print()


def _pack_row(loaded: LoadedPack, offer: Offer) -> tuple[str, ...]:
    enabled = "yes" if loaded.namespace in offer.namespaces else "no"
    return (loaded.namespace, loaded.origin, enabled, str(len(loaded.pack.tools)), loaded.pack.purpose)


def _pack_data(loaded: LoadedPack, offer: Offer) -> dict[str, object]:
    return {
        "pack": loaded.namespace,
        "distribution": loaded.distribution,
        "version": loaded.version,
        "enabled": loaded.namespace in offer.namespaces,
        "purpose": loaded.pack.purpose,
        "tools": [tool.name for tool in loaded.pack.tools],
    }


def _json(data: object) -> str:
    return clean_json(json.dumps(data, ensure_ascii=False, indent=2))


def _note(text: str) -> None:
    sys.stdout.flush()
    Console(stderr=True, soft_wrap=True).print(Text(text, "dim"))
