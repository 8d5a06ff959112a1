"""The names by which model code reaches tools, and the classes of their signatures.

Tools given directly have plain names, those of packs are `pack.tool`. A class that the prompt shows can be called, to
make a record for an argument, and used with `isinstance`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.visible import Facade, SealedTool
from codeact_sdk.tools.fields import kind_of
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.values import record_type

_RECORDS = frozenset({"model", "dataclass", "typed_dict", "named_tuple"})
_SEEN = _RECORDS | {"enum"}


class ToolNames(Mapping[str, Any]):
    """What model code finds by these names, each made when it is asked for: an action needs a few of many tools."""

    __slots__ = ("_caller", "_made", "_mirror", "_toolset")

    def __init__(self, toolset: Toolset, caller: Caller, mirror: Callable[[type[Enum]], type[Enum]]) -> None:
        """Makes the names.

        Args:
            toolset: The tools of the session.
            caller: Makes the calls.
            mirror: Gives the enum that model code sees for one of the host.
        """
        self._toolset = toolset
        self._caller = caller
        self._mirror = mirror
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Any:
        toolset = self._toolset
        if name in toolset.groups:
            classes = {needed: self._class(needed) for needed in toolset.classes_of_groups[name]}
            known = {needed: made for needed, made in classes.items() if made is not None}
            tools = {tool.name: seal(tool, self._caller) for tool in toolset.groups[name].tools}
            return Facade(f"pack {name!r}", {**known, **tools})
        if name in toolset.direct:
            return seal(toolset.direct[name], self._caller)
        made = self._class(name)
        if made is None:
            raise KeyError(name)
        return made

    def _class(self, name: str) -> type | None:
        cls = self._toolset.classes[name]
        kind = kind_of(cls)
        if kind == "enum":
            return self._mirror(cls)
        return record_type(cls.__name__) if kind in _RECORDS else None

    def __contains__(self, name: object) -> bool:
        toolset = self._toolset
        if name in toolset.direct or name in toolset.groups:
            return True
        return name in toolset.classes and kind_of(toolset.classes[str(name)]) in _SEEN

    def __iter__(self) -> Iterator[str]:
        toolset = self._toolset
        names = dict.fromkeys((*toolset.classes, *toolset.direct, *toolset.groups))
        return (name for name in names if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def seal(tool: Tool, caller: Caller) -> SealedTool:
    """Makes a tool into what model code may hold."""
    bound = caller.bind(tool)
    return SealedTool(tool.qualified_name, tool.signature_text, lambda: _documentation(tool), *bound)


def _documentation(tool: Tool) -> str:
    return f"{tool.signature_text()}\n\n{inspect.getdoc(tool.function) or ''}".strip()
