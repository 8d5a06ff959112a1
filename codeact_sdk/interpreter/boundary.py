"""Values in and out: results become data that model code may do anything with, arguments become the host's own types.

Nothing that crosses shares a mutable object with the other side. What has no rule becomes a handle, which model code can
only pass back.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain
from types import FunctionType, MethodType
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from codeact_sdk.interpreter.own_numbers import checked_decimal
from codeact_sdk.interpreter.ranges import LongRange, limited, numbers_of
from codeact_sdk.interpreter.renderings import Part, Renderings, text_of
from codeact_sdk.interpreter.visible import Handle
from codeact_sdk.interpreter.zones import with_plain_zone
from codeact_sdk.later import dataclasses
from codeact_sdk.tools.kinds import is_model, is_path, is_root_model
from codeact_sdk.values import Opaque, Record, is_hashable, make_record

SCALARS: frozenset[type] = frozenset({
    type(None), bool, int, float, complex, str, bytes, range,
    date, datetime, time, timedelta, Decimal, Fraction, UUID, Opaque,
})  # fmt: skip
"""Immutable types that cross as they are."""

_EXACT: dict[type, Callable[[Any], object]] = {
    # Each reads the value itself: `int(x)` and its kind would ask methods of the subclass.
    int: int.__int__,
    float: float.__float__,
    complex: complex.__complex__,
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
}
"""Types whose subclasses cross as the type itself."""

_SCALAR_BASES = tuple(_EXACT)

COMPOSED: dict[type, Callable[[Any], Any]] = {
    datetime: with_plain_zone,
    time: with_plain_zone,
    range: lambda value: range(_whole(value.start), _whole(value.stop), _whole(value.step)),
    LongRange: lambda value: COMPOSED[range](numbers_of(value)),
    Fraction: lambda value: Fraction(_whole(value.numerator), _whole(value.denominator)),
    UUID: lambda value: UUID(int=_whole(value.int)),
}
"""Scalars that hold others, which may be objects of own classes on the way out."""

_RECEIVED: dict[type, Callable[[Any], Any]] = {
    datetime: with_plain_zone,
    time: with_plain_zone,
    range: limited,
    Decimal: checked_decimal,
}
"""Scalars that may hold an object of the host, or be without end, on the way in."""

WELCOME: frozenset[type] = SCALARS - set(_RECEIVED)
"""Scalars that come in without a look inside."""

PLAIN: frozenset[type] = SCALARS - set(COMPOSED)
"""Scalars that cross in both directions without a look inside."""

_LISTED = (list, tuple, collections.deque, Iterator, KeysView, ValuesView, ItemsView)
"""Kinds that become lists; sets and frozensets too, where they go out."""

MAX_DEPTH = 100
"""Deepest nesting that crosses."""

MAX_LAZY_ITEMS = 1_000_000
"""Most items that are taken from a generator."""


def _are_welcome(values: Iterable[Any]) -> bool:
    """Whether all of these come in as they are."""
    return WELCOME.issuperset(map(type, values))


def are_rows(values: list[Any], kinds: frozenset[type]) -> bool:
    """Whether all of these are dicts of nothing but scalars, which is what most tools that find something return.

    Args:
        values: Of a list.
        kinds: The scalars.
    """
    return (
        {*map(type, values)} == _DICT
        and kinds.issuperset(map(type, set().union(*values)))
        and kinds.issuperset(map(type, chain.from_iterable(map(dict.values, values))))
    )


_DICT = {dict}


class BoundaryError(TypeError):
    """A value of model code cannot be given to a tool; the message says what can."""


class Boundary:
    """The rules for one session."""

    def __init__(self, *, call_back: Callable[[Any], Callable[..., Any]], renderings: Renderings | None = None) -> None:
        """Makes the rules.

        Args:
            call_back: Wraps a callable of model code for the host.
            renderings: Rules of packs and plugins for types.
        """
        self._call_back = call_back
        self._renderings = renderings or Renderings()
        self._enums: dict[type[Enum], type[Enum]] = {}

    @cached_property
    def _handles(self) -> WeakKeyDictionary[Handle, object]:
        return WeakKeyDictionary()

    # -- from the host to model code

    def inward(self, value: object) -> Any:
        """Makes what model code gets for a value of the host."""
        return self._inward(value, 0)

    def _inward(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in WELCOME:
            return value
        if kind in _RECEIVED:
            return _RECEIVED[kind](value)
        if depth > MAX_DEPTH:
            raise BoundaryError(f"the result is nested more than {MAX_DEPTH} levels deep, or holds itself")
        depth += 1
        if kind is list:
            return self._inward_list(value, depth)
        if kind is dict:
            flat = _are_welcome(value) and _are_welcome(value.values())
            return dict(value) if flat else self._inward_mapping(value, depth)
        if kind is tuple:
            return value if _are_welcome(value) else tuple(self._inward(item, depth) for item in value)
        return self._inward_object(value, kind, depth)

    def _inward_list(self, value: list[Any], depth: int) -> list[Any]:
        if _are_welcome(value):
            return list(value)
        return (
            list(map(dict.copy, value)) if are_rows(value, WELCOME) else [self._inward(item, depth) for item in value]
        )

    def _inward_object(self, value: Any, kind: type, depth: int) -> Any:  # noqa: C901, PLR0911  # one line for each kind
        if self._renderings.covers(kind):
            return self._inward_by_rule(value, depth)
        if isinstance(value, Enum):
            return self._enum_member(value)
        if is_root_model(value):
            return self._inward(value.root, depth)
        if (fields := _fields(value)) is not None:
            return make_record(kind.__name__, {name: self._inward(item, depth) for name, item in fields.items()})
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            return _named_tuple(kind.__name__, kind._fields)(*(self._inward(item, depth) for item in value))
        if isinstance(value, Handle):
            return value
        if is_path(value) or _is_url(kind):
            return str(value)
        if isinstance(value, _SCALAR_BASES):
            return self._exact(value)
        if isinstance(value, bytearray | memoryview):
            return bytearray(value)
        if isinstance(value, Mapping):
            return self._inward_mapping(value, depth)
        if isinstance(value, set | frozenset):
            return hashed(frozenset if kind is frozenset else set, [self._inward(item, depth) for item in value])
        if isinstance(value, _LISTED):
            return [self._inward(item, depth) for item in _bounded(value)]
        return self.handle(value)

    def _inward_by_rule(self, value: object, depth: int) -> Any:
        data = self._renderings.to_data(value)
        return self._inward(data[0], depth) if data else self.handle(value)

    def _inward_mapping(self, value: Mapping[Any, Any], depth: int) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for key, item in value.items():
            made = self._inward(key, depth)
            # A frozen dataclass may be a key, the record that it becomes may not.
            out[made if is_hashable(made) else repr(made)] = self._inward(item, depth)
        return out

    def _enum_member(self, value: Enum) -> Any:
        mirror = self.mirror(type(value))
        return (
            mirror[value.name] if value.name in mirror.__members__ else self._exact(value.value)
        )  # a flag's combination

    def mirror(self, kind: type[Enum]) -> type[Enum]:
        """Mirrors an enum by one of data only, since an enum class may have any method.

        Members with text or whole numbers compare equal to these: a model that reads `color: Color = 'red'` may well
        write `order.color == 'red'`.

        Args:
            kind: The host's class.
        """
        made = self._enums.get(kind)
        if made is None:
            members = {name: self._exact(member.value) for name, member in kind.__members__.items()}
            types = {type(value) for value in members.values()}
            make: Callable[..., object] = StrEnum if types == {str} else IntEnum if types == {int} else Enum
            made = cast("type[Enum]", make(kind.__name__, members, module="records"))
            self._enums[kind] = made
        return made

    def _exact(self, value: Any) -> Any:
        """Takes off a subclass: its methods are the other side's, so none of them is asked."""
        for base, make in _EXACT.items():
            if isinstance(value, base):
                return make(value)
        return self._inward(value, 1)

    def handle(self, value: object) -> Handle:
        """Makes a handle of a host object."""
        kind = type(value)
        made = Handle(kind.__name__, self._text_of if self._renderings.covers(kind) else None)
        self._handles[made] = value
        return made

    def parts_of(self, handle: Handle) -> tuple[Part, ...]:
        """Gives what is shown of the object of a handle; nothing where there is no rule for it."""
        return self._renderings.parts(self._handles[handle]) if handle in self._handles else ()

    def _text_of(self, handle: Handle) -> str:
        return text_of(self.parts_of(handle))

    # -- from model code to the host

    def outward(self, value: object) -> Any:
        """Makes what a tool gets for a value of model code.

        Raises:
            BoundaryError: The value has no form that the host may hold.
        """
        return self._outward(value, 0)

    def _outward(self, value: Any, depth: int) -> Any:  # noqa: PLR0911  # one line for each kind
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind in COMPOSED:
            return COMPOSED[kind](value)
        if depth > MAX_DEPTH:
            raise BoundaryError(f"the argument is nested more than {MAX_DEPTH} levels deep, or holds itself")
        depth += 1
        if kind is list:
            return [self._outward(item, depth) for item in value]
        if kind is dict:
            return {self._outward(key, depth): self._outward(item, depth) for key, item in value.items()}
        if kind is tuple:
            return tuple(self._outward(item, depth) for item in value)
        if kind is set or kind is frozenset:
            return hashed(kind, [self._outward(item, depth) for item in value])
        return self._outward_object(value, depth)

    def _outward_object(self, value: Any, depth: int) -> Any:  # noqa: C901, PLR0911  # one line for each kind
        if isinstance(value, Record):
            return {name: self._outward(item, depth) for name, item in vars(value).items()}
        if isinstance(value, Handle):
            if value not in self._handles:
                raise BoundaryError("this handle belongs to another session, or its object is gone")
            return self._handles[value]
        if isinstance(value, Enum):
            return self._outward(value.value, depth)
        if _is_dataclass(value) and not isinstance(value, type):
            return {
                field.name: self._outward(getattr(value, field.name), depth)
                for field in dataclasses.fields(type(value))
            }
        if isinstance(value, _SCALAR_BASES):
            return self._exact(value)
        if isinstance(value, dict):
            return {self._outward(key, depth): self._outward(item, depth) for key, item in dict.items(value)}
        if isinstance(value, (*_LISTED, set, frozenset)):
            return [self._outward(item, depth) for item in _bounded(value)]
        if isinstance(value, bytearray):
            return bytes(value)
        if isinstance(value, Exception):
            return f"{type(value).__name__}: {value}"
        if isinstance(value, FunctionType | MethodType) or (callable(value) and not isinstance(value, type)):
            return self._call_back(value)
        raise BoundaryError(_cannot_cross(value))


def _whole(value: object) -> int:
    if isinstance(value, int):
        return int.__int__(value)
    raise BoundaryError(f"a number made of {type(value).__name__} cannot be given away: make it from int")


def _is_dataclass(value: object) -> bool:
    """As `dataclasses.is_dataclass` tells, which takes long to import."""
    return hasattr(value if isinstance(value, type) else type(value), "__dataclass_fields__")


def _fields(value: Any) -> Mapping[str, Any] | None:
    """The fields of a host object that becomes a record; None for any other."""
    if isinstance(value, Record):
        return vars(value)
    if is_model(value):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        return {**fields, **(value.__pydantic_extra__ or {})}
    if _is_dataclass(value):
        names = (field.name for field in dataclasses.fields(value) if not field.name.startswith("_"))
        return {name: getattr(value, name) for name in names}
    return None


def _is_url(kind: type) -> bool:
    """Whether this is one of pydantic's classes for checked URLs, which are text to everybody else."""
    return kind.__module__ == "pydantic.networks" and kind.__name__.endswith(("Url", "Dsn"))


def hashed(kind: Callable[[list[Any]], Any], items: list[Any]) -> Any:
    """Makes a set; a list where an item has become a record or a dict."""
    return kind(items) if all(map(is_hashable, items)) else items


@lru_cache(maxsize=256)
def _named_tuple(name: str, fields: tuple[str, ...]) -> Any:
    return collections.namedtuple(name, fields)  # a copy of the host's type


def _bounded(values: Iterable[Any]) -> Iterator[Any]:
    for count, value in enumerate(values):
        if count >= MAX_LAZY_ITEMS:
            raise BoundaryError(f"more than {MAX_LAZY_ITEMS:,} items: take a part, such as itertools.islice(x, 1000)")
        yield value


def _cannot_cross(value: object) -> str:
    if isinstance(value, type):
        return f"a class ({value.__name__}) cannot be given to a tool: give data"
    name = type(value).__name__
    return (
        f"an object of the class {name} cannot be given to a tool: give data, such as vars(x) or a dict of its fields "
        "(numbers, text, lists, dicts, records, dataclasses, dates are taken)"
    )
