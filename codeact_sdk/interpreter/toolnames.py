"""The names by which model code reaches tools: plain for those given directly, `pack.tool` for those of packs."""

from __future__ import annotations

import inspect
from typing import Any

from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.visible import Facade, SealedTool
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import Toolset


def tool_names(toolset: Toolset, caller: Caller) -> dict[str, Any]:
    """Makes the names.

    Args:
        toolset: The tools of the session.
        caller: Makes the calls.
    """
    names: dict[str, Any] = {name: seal(tool, caller) for name, tool in toolset.direct.items()}
    for namespace, group in toolset.groups.items():
        names[namespace] = Facade(f"pack {namespace!r}", {tool.name: seal(tool, caller) for tool in group.tools})
    return names


def tool_modules(names: dict[str, Any]) -> dict[str, dict[str, object]]:
    """Makes packs importable: models write `import acme` and `from acme import orders`."""
    return {name: dict(vars(value)) for name, value in names.items() if isinstance(value, Facade)}


def seal(tool: Tool, caller: Caller) -> SealedTool:
    """Makes a tool into what model code may hold."""
    return SealedTool(
        tool.qualified_name,
        tool.signature_text,
        _documentation(tool),
        lambda args, kwargs: caller.call(tool, args, kwargs),
    )


def _documentation(tool: Tool) -> str:
    return inspect.getdoc(tool.function) or ""
