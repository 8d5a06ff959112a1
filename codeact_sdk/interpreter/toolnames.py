"""The names by which model code reaches tools, and the classes of their signatures.

Tools given directly have plain names, those of packs are `pack.tool`. A class that the prompt shows can be called, to
make a record for an argument, and used with `isinstance`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.rarely import fields
from codeact_sdk.interpreter.visible import Facade, SealedTool
from codeact_sdk.later import inspect
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.values import record_type

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool

_RECORDS = frozenset({"model", "dataclass", "typed_dict", "named_tuple"})


def tool_names(toolset: Toolset, caller: Caller, mirror: Callable[[type[Enum]], type[Enum]]) -> dict[str, Any]:
    """Makes the names.

    Args:
        toolset: The tools of the session.
        caller: Makes the calls.
        mirror: Gives the enum that model code sees for one of the host.
    """
    classes = {
        name: made
        for name, cls in (toolset.classes.items() if len(toolset) else ())
        if (made := _class(cls, mirror)) is not None
    }
    names: dict[str, Any] = {**classes, **{name: seal(tool, caller) for name, tool in toolset.direct.items()}}
    for namespace, group in toolset.groups.items():
        needed = {name: classes[name] for name in toolset.classes_of_groups[namespace] if name in classes}
        tools = {tool.name: seal(tool, caller) for tool in group.tools}
        names[namespace] = Facade(f"pack {namespace!r}", {**needed, **tools})
    return names


def tool_modules(names: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """Makes packs importable: models write `import acme` and `from acme import orders`."""
    return {name: dict(vars(value)) for name, value in names.items() if isinstance(value, Facade)}


def seal(tool: Tool, caller: Caller) -> SealedTool:
    """Makes a tool into what model code may hold."""
    bound = caller.bind(tool)
    return SealedTool(tool.qualified_name, tool.signature_text, lambda: _documentation(tool), *bound)


def _class(cls: type, mirror: Callable[[type[Enum]], type[Enum]]) -> type | None:
    kind = fields.kind_of(cls)
    if kind == "enum":
        return mirror(cls)
    return record_type(cls.__name__) if kind in _RECORDS else None


def _documentation(tool: Tool) -> str:
    return f"{tool.signature_text()}\n\n{inspect.getdoc(tool.function) or ''}".strip()
