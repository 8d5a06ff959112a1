"""What an interpreter is put together from: the toolset that is offered, the hooks and approvals around calls, the session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from codeact_sdk.interpreter.journal import CallEnd, CallStart
from codeact_sdk.interpreter.session import Session
from codeact_sdk.later import Later
from codeact_sdk.observations import ToolCall
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.passage import Passage
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.tools.type_rules import TypeRules

if TYPE_CHECKING:
    from codeact_sdk import typecheck
    from codeact_sdk.approvals import gate, rules
    from codeact_sdk.approvals.gate import Gate
    from codeact_sdk.approvals.rules import ApprovalRule
    from codeact_sdk.behaviour import previews
    from codeact_sdk.packs import around, choose, discovery, settings
    from codeact_sdk.packs.discovery import Plugins
    from codeact_sdk.packs.pack import ToolPack
    from codeact_sdk.packs.secrets import Secrets
    from codeact_sdk.packs.settings import Config
    from codeact_sdk.tools.redaction import Redactor
    from codeact_sdk.tools.tool import Tool
else:
    around, choose, discovery, settings = map(
        Later, (f"codeact_sdk.packs.{name}" for name in ("around", "choose", "discovery", "settings"))
    )
    gate, rules = Later("codeact_sdk.approvals.gate"), Later("codeact_sdk.approvals.rules")
    previews, typecheck = Later("codeact_sdk.behaviour.previews"), Later("codeact_sdk.typecheck")

Check = Literal["names", "types", "off"]
"""What is looked for before anything of an action runs.

"names": names that are certainly undefined, calls that no tool takes, coroutines that nobody awaits. "types": also what a
type checker finds, which takes some 0.1 s an action and needs the extra `codeact-sdk[types]`. "off": nothing.
"""

Tools = Iterable["Callable[..., object] | Tool"] | Mapping[str, "Callable[..., object] | Tool"]
"""Functions and tools, or a mapping of the names that model code uses to either."""


def offer_tools(
    tools: Tools,
    packs: Sequence[str | ToolPack] | None,
    *,
    plugins: Plugins | None,
    config: Config | None,
    environ: Mapping[str, str] | None,
    secrets: Secrets | None,
    faults: Faults,
) -> tuple[Toolset, Plugins | None, Redactor | None]:
    """Makes the toolset of a session; looks for installed plugins only where names ask for it.

    Args:
        tools: As for `Interpreter`.
        packs: As for `Interpreter`.
        plugins: As for `Interpreter`.
        config: As for `Interpreter`.
        environ: As for `Interpreter`.
        secrets: As for `Interpreter`.
        faults: Is told of what goes wrong in the code of packs and is contained.

    Returns:
        The tools, what is installed if that was asked for, and what takes values of secrets out of what is seen; None where
        no pack has secrets.
    """
    if packs is not None and not isinstance(packs, str) and not packs:
        return Toolset.of(tools), plugins, None
    config = config or settings.Config()
    by_name = packs is None or any(isinstance(pack, str) for pack in packs)
    if plugins is None and by_name:
        plugins = discovery.load_plugins(aliases=config.packs.aliases)
    sources = choose.secret_sources(secrets, os.environ if environ is None else environ, config)
    groups, redactor = choose.open_packs(plugins or discovery.Plugins(), packs, config, sources=sources, faults=faults)
    if redactor is not None:
        faults.redact = redactor.text
    return Toolset.of(tools, groups=groups), plugins, redactor


def make_hooks(plugins: Plugins | None, config: Config | None, faults: Faults) -> Passage | None:
    """The hooks of the plugins around calls; None where there are none.

    Args:
        plugins: What is installed.
        config: Says what becomes of a call when a hook raises.
        faults: Is told of hooks that raise.
    """
    if plugins is None or not plugins.call_hooks:
        return None
    denies = config is not None and config.hooks.on_error == "deny"
    return around.CallHooks(plugins.call_hooks, faults, denies_on_error=denies)


def make_gate(
    toolset: Toolset,
    approvals: Sequence[ApprovalRule] | None,
    config: Config | None,
    *,
    can_ask: bool,
    hooks: Passage | None,
    faults: Faults,
) -> Gate | None:
    """The gate of a session; None where every call goes ahead.

    Args:
        toolset: Its tools.
        approvals: Rules that come before those of the config; None where nobody has said anything.
        config: Has rules.
        can_ask: Whether there is an approver.
        hooks: What calls pass behind the gate.
        faults: Is told of previews that raise.
    """
    of_config = config.approvals if config is not None else ()
    if approvals is None and not can_ask and not of_config:
        return None
    chosen = (*(approvals or ()), *of_config)
    if all(rules.judge(chosen, tool).action == "allow" for tool in toolset):
        return None
    preview = partial(_preview, toolset, faults)
    return gate.Gate(toolset, chosen, can_ask=can_ask, inner=hooks, preview=preview)


def _preview(toolset: Toolset, faults: Faults, tool: Tool, arguments: Mapping[str, object]) -> str:
    return previews.preview_text(tool, arguments, services=toolset.services.get(tool.pack), faults=faults)


def make_session(
    toolset: Toolset,
    plugins: Plugins | None,
    check: Check | None,
    *,
    observers: tuple[CallStart | None, CallEnd | None],
    redactor: Redactor | None,
    faults: Faults,
    **options: Any,
) -> Session:
    """Makes a session.

    Args:
        toolset: Its tools.
        plugins: Have modules that it may import.
        check: What is looked for before an action runs.
        observers: Told of calls that begin and end.
        redactor: Takes values of secrets out of what they are told, and out of what tools return.
        faults: Is told of rules for types that fail, and of what else is contained.
        options: As for `Session`.
    """
    checks: typecheck.TypeChecker | bool = check != "off" and (check is not None or len(toolset) > 0)
    if check == "types":
        checks = typecheck.TypeChecker(toolset)
    modules = plugins.modules if plugins is not None else MappingProxyType({})
    start, end = observers if redactor is None else _without_secrets(observers, redactor)
    options |= {"redactor": redactor, "faults": faults, "types": _types(toolset, plugins, faults)}
    return Session(toolset, modules=modules, check=checks, on_call_start=start, on_call_end=end, **options)


def _types(toolset: Toolset, plugins: Plugins | None, faults: Faults) -> TypeRules | None:
    """The rules for types, those of a pack that is offered before those of a plugin; None where there are none."""
    rules = {} if plugins is None else dict(plugins.types)
    for group in toolset.groups.values():
        rules |= group.types
    return TypeRules(rules, faults=faults) if rules else None


def _without_secrets(
    observers: tuple[CallStart | None, CallEnd | None], redactor: Redactor
) -> tuple[CallStart | None, CallEnd | None]:
    start, end = observers

    def started(n: int, tool: str, arguments: dict[str, Any]) -> None:
        if start is not None:
            start(n, tool, redactor.data(arguments))

    def ended(call: ToolCall) -> None:
        if end is not None:
            end(redactor.data(call))

    return (started if start else None), (ended if end else None)
