"""The state of a session's variables at one moment, to which it can be put back.

An action that waits for a person's yes is run again from its beginning, so what it did to its variables is undone first. Objects
keep their identity: the contents of each that can change are kept, and put back into it. What has a state that nobody can
read, such as a generator, cannot be put back: then the session says so.
"""

from __future__ import annotations

import collections
import io
import re
import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import Enum
from functools import partial
from types import (
    BuiltinMethodType,
    CellType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
    WrapperDescriptorType,
)
from typing import Any

from codeact_sdk.interpreter.boundary import SCALARS
from codeact_sdk.interpreter.stand_ins import ClassFacade
from codeact_sdk.interpreter.visible import Facade, Handle, SealedTool
from codeact_sdk.values import Record

MOST_OBJECTS = 1_000_000
"""Objects that are looked at."""

_INERT = (
    *(*SCALARS, Enum, slice, type(...), type(NotImplemented), re.Match, re.Pattern),
    *(Facade, Handle, SealedTool, ClassFacade),
    *(GetSetDescriptorType, MemberDescriptorType, MethodDescriptorType, WrapperDescriptorType),
)
"""Types of what never changes, or whose state is not the program's."""

_PLAIN: frozenset[type] = SCALARS
_OURS = "codeact_sdk."

Restore = Callable[[], object]


class NotRestorable(Exception):  # noqa: N818  # it tells of a state, not of a fault
    """The state of a variable cannot be kept.

    Attributes:
        name: The variable.
        kind: The type of what it holds.
    """

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        super().__init__(f"the variable {name} holds a {kind}, whose state cannot be put back")


class Checkpoint:
    """What the variables of a session held."""

    def __init__(self, namespace: dict[str, Any], own: Collection[type], *extra: object) -> None:
        """Keeps the state of everything that can be reached.

        Args:
            namespace: Globals of model code.
            own: Classes of the program.
            extra: Objects beside the variables.

        Raises:
            NotRestorable: Something that can be reached has a state that nobody can read.
        """
        self._namespace = namespace
        self._own = own
        self._kept = {name: value for name, value in namespace.items() if not name.startswith("@")}
        self._restores: list[Restore] = []
        self._seen: dict[int, object] = {id(namespace): namespace}
        for name, value in [*self._kept.items(), *(("", value) for value in extra)]:
            if not name.startswith("__"):
                self._walk(name, value)

    def restore(self) -> None:
        """Puts everything back."""
        namespace = self._namespace
        for name in [name for name in namespace if not name.startswith("@") and name not in self._kept]:
            del namespace[name]
        namespace.update(self._kept)
        for restore in self._restores:
            restore()

    def _walk(self, name: str, value: object) -> None:
        waiting = [value]
        while waiting:
            value = waiting.pop()
            if id(value) in self._seen:
                continue
            if len(self._seen) > MOST_OBJECTS:
                raise NotRestorable(name, f"part of more than {MOST_OBJECTS:,} objects")
            self._seen[id(value)] = value
            waiting += [part for part in self._parts(name, value) if type(part) not in _PLAIN]

    def _parts(self, name: str, value: Any) -> Iterable[object]:
        """Keeps the state of one object, and gives what it holds."""
        kind = type(value)
        if kind in self._own:
            return [*self._attributes(value), *self._contents(value)]
        if isinstance(value, Record | SimpleNamespace | Exception):
            return self._attributes(value)
        if isinstance(value, type | FunctionType):
            return self._class(value) if isinstance(value, type) else self._function(value)
        if state := _state(value):
            self._restores.append(state)
            return ()
        if isinstance(value, _INERT) or kind.__module__.startswith(_OURS):
            return ()
        held = self._contents(value) if _is_container(value) else _members(value)
        if held is None:
            raise NotRestorable(name, kind.__name__)
        return held

    def _contents(self, value: Any) -> list[object]:
        """The items of a container, which are put back as they were."""
        if isinstance(value, dict):
            kept = [*dict.items(value)]
            self._restores.append(partial(_refill_dict, value, kept))
            factory = [_factory(value)] if isinstance(value, collections.defaultdict) else []
            return [*factory, *(item for pair in kept for item in pair)]
        for base, refill in _REFILLS.items():
            if isinstance(value, base):
                items = [*base.__iter__(value)]
                self._restores.append(partial(refill, value, items))
                return items
        return [*tuple.__iter__(value)] if isinstance(value, tuple) else []

    def _attributes(self, value: Any) -> list[object]:
        """The attributes of an object, which are put back as they were."""
        held: list[object] = []
        attributes = _own_dict(value)
        if type(attributes) is dict:
            kept = [*attributes.items()]
            self._restores.append(partial(_refill_dict, attributes, kept))
            held += attributes.values()
        for slot in _slots(type(value)):
            try:
                item = slot.__get__(value)
            except AttributeError:
                self._restores.append(partial(_clear_slot, slot, value))
            else:
                self._restores.append(partial(slot.__set__, value, item))
                held.append(item)
        return held

    def _class(self, cls: type) -> list[object]:
        if cls not in self._own:
            return []
        kept = {name: item for name, item in vars(cls).items() if name not in ("__dict__", "__weakref__")}
        self._restores.append(partial(_refill_class, cls, kept))
        return [*kept.values(), *cls.__bases__]

    def _function(self, function: FunctionType) -> list[object]:
        if function.__globals__ is not self._namespace:
            return []  # of the SDK: what it holds is not the program's
        cells = [cell for cell in function.__closure__ or () if not _is_empty(cell)]
        held = [cell.cell_contents for cell in cells]
        self._restores += [
            partial(setattr, cell, "cell_contents", item) for cell, item in zip(cells, held, strict=True)
        ]
        self._restores.append(partial(_refill_dict, function.__dict__, [*function.__dict__.items()]))
        return [
            *held,
            *function.__dict__.values(),
            *(function.__defaults__ or ()),
            *(function.__kwdefaults__ or {}).values(),
        ]


def _own_dict(value: object) -> object:
    """The attributes of an object, without asking anything of its class."""
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None


def _factory(value: object) -> object:
    slot: Any = vars(collections.defaultdict)["default_factory"]  # an own class may hide it
    return slot.__get__(value)


def _is_container(value: object) -> bool:
    return isinstance(value, (dict, tuple, *_REFILLS))


def _members(value: Any) -> list[object] | None:
    """What an object holds that cannot change itself; None where nobody knows."""
    for kind, members in _MEMBERS.items():
        if isinstance(value, kind):
            return [*members(value)]
    return [] if type(value).__module__ in _INERT_HOMES and not isinstance(value, Iterator) else None


_MEMBERS: Mapping[type, Callable[[Any], Iterable[object]]] = MappingProxyType({
    frozenset: iter,
    MethodType: lambda value: (value.__self__, value.__func__),
    partial: lambda value: (value.func, *value.args, *value.keywords.values()),
    property: lambda value: (value.fget, value.fset, value.fdel),
    staticmethod: lambda value: (value.__func__,),
    classmethod: lambda value: (value.__func__,),
    BuiltinMethodType: lambda value: () if isinstance(value.__self__, ModuleType) else (value.__self__,),
    collections.ChainMap: lambda value: (value.maps,),
    MappingProxyType: lambda value: value.values(),
})  # fmt: skip
"""What objects hold that do not change themselves, by their type."""

_INERT_HOMES = frozenset(
    {"_regex", "_struct", "abc", "dataclasses", "datetime", "operator", "re", "types", "typing", "uuid", "zoneinfo"}
)
"""Modules whose objects do not change."""


def _refill_dict(target: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
    if isinstance(target, collections.OrderedDict):
        collections.OrderedDict.clear(target)
        for key, item in items:
            collections.OrderedDict.__setitem__(target, key, item)
        return
    dict.clear(target)
    dict.update(target, items)


def _refill_list(target: list[Any], items: list[Any]) -> None:
    list.__setitem__(target, slice(None), items)


def _refill_set(target: set[Any], items: list[Any]) -> None:
    set.clear(target)
    set.update(target, items)


def _refill_deque(target: collections.deque[Any], items: list[Any]) -> None:
    collections.deque.clear(target)
    collections.deque.extend(target, items)


_REFILLS: dict[Any, Callable[[Any, list[Any]], None]] = {
    list: _refill_list,
    set: _refill_set,
    collections.deque: _refill_deque,
}


def _refill_class(cls: type, kept: Mapping[str, object]) -> None:
    for name in [name for name in vars(cls) if name not in kept and name not in ("__dict__", "__weakref__")]:
        type.__delattr__(cls, name)
    for name, item in kept.items():
        if vars(cls).get(name, cls) is not item:
            type.__setattr__(cls, name, item)


def _slots(kind: type) -> Iterator[Any]:
    for cls in kind.__mro__:
        yield from (
            item
            for item in vars(cls).values()
            if type(item).__name__ == "member_descriptor" and cls.__module__ == "__main__"
        )


def _clear_slot(slot: Any, value: object) -> None:
    try:
        slot.__delete__(value)
    except AttributeError:  # it is empty still
        return


def _is_empty(cell: CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018  # asking is the only way to know
    except ValueError:
        return True
    return False


def _state(value: Any) -> Restore | None:
    """What puts an object back that holds nothing but its own state; None for any other."""
    make = _STATES.get(type(value))
    if make is not None:
        return make(value)
    generator: Any = getattr(sys.modules.get("random"), "Random", ())
    return partial(value.setstate, value.getstate()) if isinstance(value, generator) else None


def _text_state(file: io.StringIO) -> Restore:
    text, place = file.getvalue(), file.tell()
    return lambda: (file.seek(0), file.truncate(), file.write(text), file.seek(place))


def _bytes_state(file: io.BytesIO) -> Restore:
    data, place = file.getvalue(), file.tell()
    return lambda: (file.seek(0), file.truncate(), file.write(data), file.seek(place))


def _items_state(target: Any) -> Restore:
    kept = target[:]
    return lambda: target.__setitem__(slice(None), kept)


_STATES: Mapping[type, Callable[[Any], Restore]] = MappingProxyType(
    {io.StringIO: _text_state, io.BytesIO: _bytes_state, bytearray: _items_state, array: _items_state}
)
"""What keeps the state of types that hold nothing else."""
