"""What a plugin may implement: each hook with its arguments and what it returns.

A plugin is a module or object behind an entry point of the group `codeact_sdk`, with functions marked `@hookimpl`.
A hook returns what it offers; it registers nothing. A plugin with nothing but one pack needs no hook: its entry point
names the `ToolPack` itself.
"""
# mypy: disable-error-code="empty-body"
# A hook specification is a signature and a sentence; pluggy never calls it.

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pluggy

from codeact_sdk.events import Observer
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.tools.passage import Answer, Change, Deny
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.type_rules import TypeRule

PROJECT = "codeact_sdk"
"""The name by which pluggy knows our markers; also the entry point group."""

hookspec = pluggy.HookspecMarker(PROJECT)

hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function as the implementation of the hook whose name it has."""

ModelFactory = Callable[..., Any]
"""Makes a model: `factory(name, **options)`, where `name` is what follows the scheme in `scheme:name`."""


@hookspec
def codeact_packs() -> Iterable[ToolPack]:
    """Offers tool packs: for more than one, or for packs made when the plugin is loaded."""


@hookspec
def codeact_models() -> Mapping[str, ModelFactory]:
    """Offers language models: a factory for each scheme, such as `{"acme": AcmeModel}` for `acme:large`."""


@hookspec
def codeact_modules() -> Mapping[str, Mapping[str, object]]:
    """Offers modules that model code may import: the chosen members of each, by name, never the module itself."""


@hookspec
def codeact_types() -> Mapping[type, TypeRule | Callable[[Any], object]]:
    """Says how values of a type cross into model code, as data or as a handle, and what is shown of them."""


@hookspec
def codeact_runtimes() -> Mapping[str, Callable[..., object]]:
    """Offers places to run code, by name. Nothing calls this yet."""


@hookspec
def codeact_benchmarks() -> Mapping[str, Path]:
    """Offers benchmarks: the folder of each, by name. Nothing calls this yet."""


@hookspec
def codeact_commands() -> Iterable[object]:
    """Offers commands of the `codeact` command line. Nothing calls this yet."""


@hookspec
def codeact_observers() -> Iterable[Callable[[], Observer | None]]:
    """Offers observers of runs: functions that make one when a run begins, or return None."""


@hookspec
def codeact_before_call(tool: Tool, arguments: Mapping[str, object]) -> Deny | Change | Answer | None:
    """Sees a call before it happens, and may deny it, change its arguments or answer it from elsewhere."""


@hookspec
def codeact_after_call(
    tool: Tool, arguments: Mapping[str, object], result: object, error: Exception | None
) -> Answer | None:
    """Sees what came of a call that went ahead, and may put another result in its place."""
