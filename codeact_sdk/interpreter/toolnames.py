"""The names by which model code reaches tools, and the classes of their signatures.

Tools given directly have plain names, those of packs are `pack.tool`. A class that the prompt shows can be called, to
make a record for an argument, and used with `isinstance`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.rarely import declared, fields
from codeact_sdk.interpreter.visible import Facade, SealedTool
from codeact_sdk.later import inspect
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.values import record_type

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool

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

    def _names(self) -> dict[str, Any]:
        """What has been made, by all names that there are."""
        if not self._made:
            toolset = self._toolset
            of_signatures = toolset.classes.items() if len(toolset) else ()
            classes = [name for name, cls in of_signatures if fields.kind_of(cls) in _SEEN]
            self._made = dict.fromkeys((*classes, *toolset.direct, *toolset.groups))
        return self._made

    def among(self, names: Iterable[str]) -> Iterable[str]:
        """Those of these names that there are."""
        return self._names().keys() & names

    def __getitem__(self, name: str) -> Any:
        made = self._names()[name]
        if made is None:
            made = self._made[name] = self._make(name)
        return made

    def _make(self, name: str) -> Any:
        toolset = self._toolset
        if name in toolset.groups:
            classes = {needed: self._class(needed) for needed in toolset.classes_of_groups[name]}
            known = {needed: made for needed, made in classes.items() if made is not None}
            tools = {tool.name: seal(tool, self._caller) for tool in toolset.groups[name].tools}
            return Facade(f"pack {name!r}", {**known, **tools})
        return seal(toolset.direct[name], self._caller) if name in toolset.direct else self._class(name)

    def _class(self, name: str) -> type | None:
        cls = self._toolset.classes[name]
        kind = fields.kind_of(cls)
        if kind == "enum":
            return self._mirror(cls)
        return record_type(cls.__name__) if kind in _RECORDS else None

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


def seal(tool: Tool, caller: Caller) -> SealedTool:
    """Makes a tool into what model code may hold."""
    bound = caller.bind(tool)
    return SealedTool(tool.qualified_name, tool.signature_text, partial(_documentation, tool), *bound)


def _documentation(tool: Tool) -> str:
    return declared.documentation(tool, inspect.getdoc(tool.function) or "")
