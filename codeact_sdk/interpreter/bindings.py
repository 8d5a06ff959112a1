"""The names by which compiled code reaches guards and builtins, each made when code first mentions it.

An action mentions a dozen of some 200. Code finds a name by its mention only: every name that it can load, as a guard or
as a builtin, stands in its code object, and nothing of it runs before these have been provided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from codeact_sdk.interpreter import amounts, builtin_names, endings, guards, modules
from codeact_sdk.interpreter.public_names import publish
from codeact_sdk.interpreter.toolnames import ToolNames

_SHARED_GUARDS: Mapping[str, object] = MappingProxyType({**guards.SHARED, **amounts.SHARED, **endings.SHARED})

_GUARDS: Mapping[str, attrgetter[Any]] = MappingProxyType(
    {
        name: attrgetter(f"{part}.{attribute}")
        for part, names in (
            ("guards", guards.NAMES),
            ("guards.amounts", amounts.NAMES),
            ("endings", endings.NAMES),
            ("modules", modules.NAMES),
        )
        for name, attribute in names.items()
    }
)
"""What gives those of one session from its parts."""


_OF_GUARDS = frozenset({*_SHARED_GUARDS, *_GUARDS})
_OF_PYTHON = frozenset({*builtin_names.SHARED, *builtin_names.OWN})


class Bindings(Mapping[str, Any]):
    """Every builtin of one session by its name; and what puts names where compiled code finds them."""

    __slots__ = ("_parts", "_tools", "builtins")

    def __init__(self, parts: Any, tools: ToolNames) -> None:
        """Makes them.

        Args:
            parts: What the session is made of.
            tools: Tools, packs and classes of their signatures, by the names that model code has for them.
        """
        self._parts = parts
        self._tools = tools
        self.builtins: dict[str, Any] = {}
        """Those that code has mentioned: a plain dict, in which C code looks them up."""

    def provide(self, names: Iterable[str], target: dict[str, Any]) -> None:
        """Puts what code mentions where it will look for it.

        Args:
            names: All that it loads, and others.
            target: The globals that it runs in.
        """
        builtins = self.builtins  # text with builtins of its own has all that it may have
        for name in _OF_GUARDS.intersection(names):
            if name not in target:
                target[name] = self._guard(name)
        for name in (*_OF_PYTHON.intersection(names), *self._tools.among(names)):
            if name not in builtins:
                builtins[name] = self._make(name)

    def _guard(self, name: str) -> object:
        getter = _GUARDS.get(name)
        return _SHARED_GUARDS[name] if getter is None else getter(self._parts)

    def __getitem__(self, name: str) -> Any:
        if name not in self.builtins:
            self.builtins[name] = self._make(name)
        return self.builtins[name]

    def _make(self, name: str) -> object:
        if name in self._tools:
            return self._tools[name]
        make = builtin_names.OWN.get(name)
        if make is None:
            return builtin_names.SHARED[name]
        made = make(self._parts)
        publish({name: made})
        return made

    def __contains__(self, name: object) -> bool:
        return name in _OF_PYTHON or name in self._tools

    def __iter__(self) -> Iterator[str]:
        return iter({**builtin_names.SHARED, **builtin_names.OWN, **dict.fromkeys(self._tools)})

    def __len__(self) -> int:
        return sum(1 for _ in self)
