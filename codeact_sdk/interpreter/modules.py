"""Import facades: modules as model code sees them.

A facade holds chosen members (`module_members`), and its own versions of those that would read or change the process.
`codeact_modules` hooks add more. No import statement of model code ever reaches Python's import system.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.module_members import MAY_BE_INHERITED, MEMBERS, OWN_ONLY, standard_members
from codeact_sdk.interpreter.public_names import publish
from codeact_sdk.interpreter.stand_ins import real as real_class
from codeact_sdk.interpreter.visible import Facade
from codeact_sdk.later import difflib, imported

Members = Mapping[str, object]


NAMES: Mapping[str, str] = MappingProxyType(
    {"@import": "import_", "@import_from": "import_from", "@import_all": "import_all"}
)
"""By the names in lowered import statements, attributes of `Modules`."""


class Modules:
    """The modules that one session may import."""

    __slots__ = ("_extra", "_guards", "_made", "_packs", "_replaced", "_tools")

    def __init__(
        self,
        guards: Guards,
        replaced: Callable[[], Mapping[str, Callable[[], dict[str, object]]]],
        *,
        extra: Mapping[str, Members],
        packs: Collection[str],
        tools: Mapping[str, Any],
    ) -> None:
        """Makes the set.

        Args:
            guards: Told which classes may be inherited from.
            replaced: Gives by module name what makes the session's own members.
            extra: Whole facades of other modules, from hooks.
            packs: Names of tool packs, which may be imported too.
            tools: Facades of packs, by name.
        """
        self._guards = guards
        self._replaced = replaced
        self._extra = extra
        self._packs = packs
        self._tools = tools
        self._made: dict[str, Facade] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every module that may be imported."""
        return tuple(sorted({*MEMBERS, *self._extra, *self._packs}))

    def _is_there(self, name: str) -> bool:
        return name in MEMBERS or name in self._packs or name in self._extra

    def import_(self, name: str, renamed: bool) -> object:  # called by compiled code
        """Does `import name`: gives the first part of a dotted name unless it is renamed by `as`."""
        module = self._module(name)
        if renamed or "." not in name:
            return module
        parts = name.split(".")
        for depth in range(len(parts) - 1, 0, -1):  # `import urllib.parse` binds `urllib`, with `parse` in it
            parent = self._parent(".".join(parts[:depth]))
            parent.__dict__.setdefault(parts[depth], module)
            module = parent
        return module

    def import_from(self, name: str, member: str) -> object:
        """Does `from name import member`."""
        below = f"{name}.{member}"
        if not self._is_there(name) and self._is_there(below):  # `from urllib import parse`
            return self._module(below)
        module = self._module(name)
        found = vars(module).get(member, _NONE)
        if found is not _NONE:
            return found
        if self._is_there(below):
            return self._module(below)
        members = list(vars(module))
        near = difflib.get_close_matches(member, members, 3)
        hint = f"; did you mean {', '.join(near)}?" if near else f"; it has {', '.join(sorted(members))}"
        if instead := _hints(name)(member):
            hint = f": {instead}"
        raise ImportError(f"cannot import name {member!r} from {name!r}: it is not available here{hint}")

    def import_all(self, name: str) -> None:
        """Does `from name import *`."""
        module = self._module(name)
        self._guards.namespace.update({key: value for key, value in vars(module).items() if not key.startswith("_")})

    def _parent(self, name: str) -> Facade:
        if self._is_there(name):
            return self._module(name)
        return self._made.setdefault(name, Facade(f"module {name!r}", {}, _hints(name)))

    def _module(self, name: str) -> Facade:
        made: Facade | None = self._made.get(name)
        if made is None:
            if name.startswith("."):
                raise ImportError("attempted relative import with no known parent package: an action belongs to none")
            if not self._is_there(name):
                raise ModuleNotFoundError(self._missing(name), name=name)
            made = self._made[name] = self._make(name)
        return made

    def _make(self, name: str) -> Facade:
        if name in self._packs:
            members = dict(vars(self._tools[name]))
        elif name in self._extra:
            members = dict(self._extra[name])
        else:
            members = dict(standard_members(name))
            if name in OWN_ONLY:
                real = imported(name)
                members |= {
                    item: self._guards.own_only(getattr(real, item))
                    for item in OWN_ONLY[name].split()
                    if hasattr(real, item)
                }
            make = self._replaced().get(name)
            if make is not None:
                members |= make()
            inherited = MAY_BE_INHERITED.get(name, "").split()
            self._guards.classes.allow_bases(real_class(members[item]) for item in inherited if item in members)
            members = {key: self._closed(member) for key, member in members.items()}
        publish(members, name)
        self._guards.choose(member for member in members.values() if isinstance(member, type))
        return Facade(f"module {name!r}", members, _hints(name))

    def _closed(self, member: Any) -> object:
        if self._guards.is_own_class(member):  # of a module that is written in the language
            return member
        return self._guards.stand_in(member, member) if self._guards.is_closed(member) else member

    def _missing(self, name: str) -> str:
        hint = language.MODULE_HINTS.get(name) or language.MODULE_HINTS.get(name.partition(".")[0])
        if hint:
            return f"no module {name!r} here: {hint}"
        near = difflib.get_close_matches(name, self.names, 3)
        nearest = f" (nearest: {', '.join(near)})" if near else ""
        return f"no module {name!r} here{nearest}; available are {', '.join(self.names)}"


def _hints(module: str) -> Callable[[str], str]:
    """Tells what to use instead of members that are not there."""
    whole = language.MODULE_HINTS.get(module, "")  # of a package of which only a part is there
    return lambda member: language.MEMBER_HINTS.get(f"{module}.{member}", whole)


_NONE = object()
