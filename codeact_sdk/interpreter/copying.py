"""`copy.deepcopy` and what is built on it, for data and own objects only.

The library's version takes apart whatever it meets, and tells each `__deepcopy__` on its way about all of it. Here,
what is the host's stays as it is.
"""

from __future__ import annotations

import collections
import copy
import io
import sys
from array import array
from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

from codeact_sdk.later import dataclasses
from codeact_sdk.values import Record

_REBUILT: frozenset[type] = frozenset({
    collections.deque, collections.OrderedDict, collections.defaultdict, collections.Counter, collections.ChainMap,
    SimpleNamespace, array, bytearray, io.StringIO, io.BytesIO, slice,
})  # fmt: skip
"""Classes of the library of which a copy is made as they make it themselves."""

_PROTOCOL = 4


def _is_rebuilt(kind: type) -> bool:
    return kind in _REBUILT or kind is getattr(sys.modules.get("random"), "Random", None)


class DeepCopy:
    """`copy.deepcopy` of one session."""

    def __init__(self, own: Collection[object]) -> None:
        """Makes the function.

        Args:
            own: Classes of the program.
        """
        self._own = own

    def __call__(self, value: Any, memo: dict[Any, Any] | None = None) -> Any:
        """Copies a value and all that is in it."""
        memo = {} if memo is None else memo
        if id(value) in memo:
            return memo[id(value)]
        kind = type(value)
        made: Any
        if kind is list:
            made = memo[id(value)] = []
            made.extend(self(item, memo) for item in value)
        elif kind is dict:
            made = memo[id(value)] = {}
            made.update((self(key, memo), self(item, memo)) for key, item in value.items())
        elif kind is tuple or kind is set or kind is frozenset:
            made = kind(self(item, memo) for item in value)
        elif kind in self._own and hasattr(kind, "__deepcopy__"):
            made = kind.__deepcopy__(value, memo)
        elif kind in self._own or _is_rebuilt(kind) or isinstance(value, Exception) or _is_named_tuple(kind):
            made = self._rebuilt(value, memo, self)
        elif isinstance(value, Record):
            made = memo[id(value)] = kind()
            made.__dict__.update((name, self(item, memo)) for name, item in vars(value).items())
        else:
            return value
        memo[id(value)] = made
        memo.setdefault(id(memo), []).append(value)  # kept alive, so that its id stays its own
        return made

    def copy(self, value: Any) -> Any:
        """`copy.copy`: a new container or own object with the same parts."""
        kind = type(value)
        if kind in (list, dict, set, bytearray) or isinstance(value, Record):
            return copy.copy(value)
        if kind in self._own and hasattr(kind, "__copy__"):
            return kind.__copy__(value)
        if kind in self._own or _is_rebuilt(kind) or isinstance(value, Exception):
            return self._rebuilt(value, {}, lambda item, _: item)
        return value

    def _rebuilt(self, value: Any, memo: dict[Any, Any], each: Callable[[Any, Any], Any]) -> Any:
        kind = type(value)
        parts: tuple[Any, ...] = (*_reduced(kind, value), None, None, None)
        make, args, state, items, pairs = parts[:5]
        made = memo[id(value)] = make(*(each(item, memo) for item in args))
        if (
            type(made) is not kind
        ):  # an attribute of the object can have given any recipe: it would be filled with any state
            raise TypeError(f"a copy of {kind.__name__} cannot be a {type(made).__name__}")
        if state is not None:
            self._restore(made, each(state, memo))
        for item in items or ():
            made.append(each(item, memo))
        for key, item in pairs or ():
            made[each(key, memo)] = each(item, memo)
        return made

    def _restore(self, made: Any, state: Any) -> None:
        if hasattr(made, "__setstate__") and type(made) not in self._own:
            made.__setstate__(state)
            return
        attributes, slots = state if isinstance(state, tuple) else (state, None)
        for name, item in {**(attributes or {}), **(slots or {})}.items():
            object.__setattr__(made, name, item)

    def asdict(self, value: Any, *, dict_factory: Callable[[list[tuple[str, Any]]], Any] = dict) -> Any:
        """`dataclasses.asdict`, which also takes records."""
        if not (isinstance(value, Record) or (dataclasses.is_dataclass(value) and type(value) in self._own)):
            raise TypeError("asdict() should be called on dataclass instances")
        return self._as(value, dict_factory)

    def astuple(self, value: Any, *, tuple_factory: Callable[[list[Any]], Any] = tuple) -> Any:
        """`dataclasses.astuple`, which also takes records."""
        if not (isinstance(value, Record) or (dataclasses.is_dataclass(value) and type(value) in self._own)):
            raise TypeError("astuple() should be called on dataclass instances")
        return self._as(value, lambda pairs: tuple_factory([item for _, item in pairs]))

    def replace(self, value: Any, /, **changes: Any) -> Any:
        """`dataclasses.replace`, which also takes records."""
        if isinstance(value, Record):
            made = copy.copy(value)
            made.__dict__.update(changes)
            return made
        if "__dataclass_fields__" in getattr(value, "__dict__", {}):  # it would be asked for any attribute
            raise TypeError("replace() should be called on dataclass instances")
        return dataclasses.replace(value, **changes)

    def _as(self, value: Any, make: Callable[[list[tuple[str, Any]]], Any]) -> Any:
        kind = type(value)
        if isinstance(value, Record):
            return make([(name, self._as(item, make)) for name, item in vars(value).items()])
        if kind in self._own and dataclasses.is_dataclass(value):
            return make([(item.name, self._as(getattr(value, item.name), make)) for item in dataclasses.fields(kind)])
        if _is_named_tuple(kind):
            return kind(*(self._as(item, make) for item in value))
        if kind is list or kind is tuple:
            return kind(self._as(item, make) for item in value)
        if kind is dict:
            return {self._as(key, make): self._as(item, make) for key, item in value.items()}
        return self(value)


def _is_named_tuple(kind: type) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def _reduced(kind: Any, value: object) -> tuple[Any, ...]:
    recipe: tuple[Any, ...] = kind.__reduce_ex__(value, _PROTOCOL)
    return recipe
