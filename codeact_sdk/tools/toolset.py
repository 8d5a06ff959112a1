"""The tools that one run sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from codeact_sdk.errors import ToolDefinitionError
from codeact_sdk.frozen import Frozen
from codeact_sdk.later import Later, difflib
from codeact_sdk.tools.context import Services

if TYPE_CHECKING:
    from codeact_sdk.tools import index, types
    from codeact_sdk.tools import tool as making
    from codeact_sdk.tools.tool import Tool
    from codeact_sdk.tools.type_rules import PluginRule
else:
    index, making, types = map(Later, (f"codeact_sdk.tools.{name}" for name in ("index", "tool", "types")))

RESERVED = frozenset(
    {
        *("answer", "display", "print", "help", "tools", "parallel", "budget", "input", "open"),
        *(
            "abs",
            "all",
            "any",
            "bool",
            "bytes",
            "dict",
            "enumerate",
            "filter",
            "float",
            "frozenset",
            "getattr",
            "hasattr",
        ),
        *(
            "int",
            "isinstance",
            "iter",
            "len",
            "list",
            "map",
            "max",
            "min",
            "next",
            "object",
            "range",
            "repr",
            "reversed",
        ),
        *("round", "set", "sorted", "str", "sum", "super", "tuple", "type", "zip"),
    }
)
"""Names that model code needs for something else, so that no direct tool and no namespace may have them."""


class ToolGroup(Frozen):
    """The tools of one pack, under one namespace."""

    namespace: str
    purpose: str
    """What the pack is for, in one line."""
    distribution: str = ""
    """Where it came from, such as `codeact-sql 0.1.0`."""
    tools: tuple[Tool, ...] = ()

    def __init__(
        self,
        namespace: str,
        purpose: str,
        *,
        distribution: str = "",
        tools: tuple[Tool, ...] = (),
        services: Services | None = None,
        types: Mapping[type, PluginRule] = MappingProxyType({}),
    ) -> None:
        super().__init__(namespace=namespace, purpose=purpose, distribution=distribution, tools=tools)
        self.__dict__.update(services=services, types=types)  # no fields: groups of the same tools are equal

    @property
    def services(self) -> Services | None:
        """What makes the contexts of its tools."""
        services: Services | None = self.__dict__["services"]
        return services

    @property
    def types(self) -> Mapping[type, PluginRule]:
        """Rules for types whose values its tools give and take."""
        types: Mapping[type, PluginRule] = self.__dict__["types"]
        return types


class Toolset:
    """The frozen mapping of tools that one run sees.

    The order is that of the tools given directly, then that of the packs; it does not change, so that a prompt made from
    it stays cacheable.
    """

    def __init__(self, tools: Iterable[Tool] = (), *, groups: Iterable[ToolGroup] = ()) -> None:
        """Makes a toolset.

        Args:
            tools: Given directly; model code calls them by plain name.
            groups: Packs; model code calls their tools as `namespace.name`.

        Raises:
            ToolDefinitionError: Two have one name, or a name is needed for something else.
        """
        given = tuple(tools)
        direct = {tool.name: tool for tool in given}
        if len(direct) < len(given) or not RESERVED.isdisjoint(direct):
            raise _naming_fault(given)
        self.direct: Mapping[str, Tool] = MappingProxyType(direct)
        self.groups: Mapping[str, ToolGroup] = MappingProxyType(_grouped(groups, direct))

    @classmethod
    def of(
        cls,
        tools: Iterable[Callable[..., object]] | Mapping[str, Callable[..., object]] = (),
        *,
        groups: Iterable[ToolGroup] = (),
    ) -> Toolset:
        """Makes a toolset from functions.

        Args:
            tools: Functions and tools, or a mapping from name to either.
            groups: Packs.

        Raises:
            ToolDefinitionError: Something cannot be a tool, or names clash.
        """
        if isinstance(tools, Mapping):
            return cls([making.make_tool(function, name=name) for name, function in tools.items()], groups=groups)
        return cls([making.make_tool(function) for function in tools], groups=groups)

    def __iter__(self) -> Iterator[Tool]:
        yield from self.direct.values()
        for group in self.groups.values():
            yield from group.tools

    def __len__(self) -> int:
        return len(self.by_name)

    def __contains__(self, qualified_name: object) -> bool:
        return qualified_name in self.by_name

    def __repr__(self) -> str:
        return f"Toolset({', '.join(self.by_name) or 'no tools'})"

    @cached_property
    def by_name(self) -> Mapping[str, Tool]:
        """Every tool by its qualified name."""
        return MappingProxyType({tool.qualified_name: tool for tool in self})

    @cached_property
    def classes_of_groups(self) -> Mapping[str, Mapping[str, type]]:
        """The part of `classes` that the tools of each pack need."""
        return MappingProxyType({name: self._classes_of(group.tools) for name, group in self.groups.items()})

    def _classes_of(self, tools: Iterable[Tool]) -> Mapping[str, type]:
        needed = set(types.collect_types(annotation for tool in tools for annotation in tool.annotations))
        return MappingProxyType({name: cls for name, cls in self.classes.items() if cls in needed})

    @cached_property
    def classes(self) -> Mapping[str, type]:
        """The classes that signatures need, by the names that they have in text."""
        collector = types.TypeCollector()
        found = dict.fromkeys(cls for tool in self for cls in collector.collect(tool.annotations))
        names = types.TypeNames(found)
        return MappingProxyType({names[cls]: cls for cls in found})

    def get(self, qualified_name: str) -> Tool | None:
        """The tool with this name, such as `acme.orders`; None where there is none."""
        return self.by_name.get(qualified_name)

    def nearest(self, name: str, *, n: int = 3) -> tuple[str, ...]:
        """Qualified names that look like this one, the likeliest first.

        Args:
            name: What was written, with or without a namespace.
            n: How many at most.
        """
        last = name.rpartition(".")[2]
        exact = [known for known, tool in self.by_name.items() if tool.name == last]
        close = difflib.get_close_matches(name, self.by_name, n=n)
        plain: dict[str, list[str]] = {}
        for known, tool in self.by_name.items():
            plain.setdefault(tool.name, []).append(known)
        similar = [known for match in difflib.get_close_matches(last, plain, n=n, cutoff=0.7) for known in plain[match]]
        return tuple(dict.fromkeys([*exact, *close, *similar]))[:n]

    def search(self, query: str, *, limit: int = 5) -> tuple[Tool, ...]:
        """Tools whose names and docs hold the words of a query, the best first; those that are deprecated come last.

        The first search makes a full-text index, a hundredth of a millisecond for each tool.

        Args:
            query: A few words.
            limit: How many at most.
        """
        old = self._deprecated
        found = self._index.search(query, limit=limit + old if limit > 0 else limit)
        return tuple(sorted(found, key=lambda tool: bool(tool.behaviour.deprecated))[:limit]) if old else found

    @cached_property
    def services(self) -> dict[str, Services]:
        """What makes the contexts of the tools of each pack, by namespace."""
        return {name: group.services for name, group in self.groups.items() if group.services is not None}

    @cached_property
    def _deprecated(self) -> int:
        """How many tools are."""
        return sum(1 for tool in self if tool.behaviour.deprecated)

    @cached_property
    def _index(self) -> index.ToolIndex:
        return index.ToolIndex(self, {namespace: group.purpose for namespace, group in self.groups.items()})


def _grouped(groups: Iterable[ToolGroup], direct: Mapping[str, Tool]) -> dict[str, ToolGroup]:
    found: dict[str, ToolGroup] = {}
    for group in groups:
        name = group.namespace
        faults = []
        if name in found:
            origins = " and ".join(item.distribution or f"{item.purpose!r}" for item in (found[name], group))
            faults.append(f"two packs have the namespace {name!r} ({origins}): give one an alias")
        if name in direct:
            faults.append(f"a direct tool has the name {name!r} of a pack: give the tool another with name=")
        if name in RESERVED:
            faults.append(_reserved(name))
        counts = Counter(tool.name for tool in group.tools)
        faults += [f"the pack has {n} tools called {tool!r}: rename one" for tool, n in counts.items() if n > 1]
        if faults:
            raise ToolDefinitionError(name, faults)
        found[name] = group
    return found


def _naming_fault(tools: Sequence[Tool]) -> ToolDefinitionError:
    """Tells what is wrong with the names of tools given directly, the first fault."""
    firsts = {tool.name: place for place, tool in reversed([*enumerate(tools)])}
    tool = next(tool for n, tool in enumerate(tools) if tool.name in RESERVED or firsts[tool.name] < n)
    is_reserved = tool.name in RESERVED
    return ToolDefinitionError(
        tool.name, [_reserved(tool.name) if is_reserved else _clash(tools[firsts[tool.name]], tool)]
    )


def _clash(first: Tool, second: Tool) -> str:
    same = " (the same function)" if first.function is second.function else ""
    return f"two tools have the name {first.name!r}{same}: give one another name with name="


def _reserved(name: str) -> str:
    return f"{name!r} is a name that model code needs for something else: choose another, such as {name + '_tool'!r}"
