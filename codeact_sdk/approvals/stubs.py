"""What stands for the result of a call that has not happened, while an action is only looked through."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

from codeact_sdk.tools.kinds import is_model_class
from codeact_sdk.tools.types import bare, union_members
from codeact_sdk.values import is_hashable

WAITING = "(waits for approval)"

_DEEP = 8

_VALUES: Mapping[object, object] = {
    None: None,
    type(None): None,
    bool: True,
    int: 0,
    float: 0.0,
    complex: 0j,
    str: WAITING,
    bytes: b"",
    object: None,
    Any: None,
    datetime: datetime(1970, 1, 1, tzinfo=UTC),
    date: date(1970, 1, 1),
    time: time(),
    timedelta: timedelta(),
    Decimal: Decimal(0),
    UUID: UUID(int=0),
}


class NoStub(Exception):  # noqa: N818  # it tells of a type, not of a fault
    """Nothing can stand for a value of this type."""


def stub(declared: object) -> Any:
    """A value of a type, as plain as possible.

    Args:
        declared: The type that a tool declares for its result.

    Raises:
        NoStub: None is known.
    """
    return _stub(declared, 0)


def _stub(declared: Any, depth: int) -> Any:
    declared = bare(declared)
    if depth > _DEEP:
        raise NoStub(str(declared))
    members = union_members(declared)
    if len(members) > 1:
        return _stub(next(member for member in members if member is not None and member is not type(None)), depth)
    if is_hashable(declared) and declared in _VALUES:
        return _VALUES[declared]
    origin = get_origin(declared) or declared
    if origin is Literal:
        return get_args(declared)[0]
    if origin in (list, tuple, set, frozenset, dict):
        return _empty(declared, origin, depth)
    if isinstance(origin, type):
        return _of_class(origin, depth)
    raise NoStub(str(declared))


def _empty(declared: Any, origin: Any, depth: int) -> Any:
    parts = get_args(declared)
    if origin is tuple and parts and parts[-1] is not Ellipsis:
        return tuple(_stub(part, depth + 1) for part in parts)
    return origin()


def _of_class(cls: Any, depth: int) -> Any:
    if issubclass(cls, Enum):
        return next(iter(cls))
    if is_model_class(cls):
        fields = {name: field for name, field in cls.model_fields.items() if field.is_required()}
        return cls.model_construct(**{name: _stub(field.annotation, depth + 1) for name, field in fields.items()})
    if is_typeddict(cls):
        return {name: _stub(kind, depth + 1) for name, kind in get_type_hints(cls).items()}
    if hasattr(cls, "__dataclass_fields__"):
        hints = get_type_hints(cls)
        return cls(
            **{field.name: _stub(hints[field.name], depth + 1) for field in dataclasses.fields(cls) if field.init}
        )
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        hints = get_type_hints(cls)
        return cls(**{name: _stub(hints.get(name, Any), depth + 1) for name in cls._fields})
    raise NoStub(cls.__name__)
