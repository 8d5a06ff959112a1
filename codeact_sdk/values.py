"""Values that cross the boundary, and their JSON form.

Everything that leaves an interpreter, enters a run file or is kept in a journal is made of: `None`, `bool`, `int`,
`float`, `str`, `bytes`, `complex`, `list`, `tuple`, `dict`, `set`, `frozenset`, `range`, the types of `datetime`,
`Decimal`, `Fraction`, `UUID`, `Record`, and `Opaque` for the text of everything else.

`encode` and `decode` are inverse: `decode(json.loads(json.dumps(encode(value)))) == value`, types included. What JSON
has is written as it is; the rest is a one-key object `{"$type": ...}`, and a dict that could be mistaken for
one is written as pairs. `encode` never runs a method of the value's own class, and ends on every value: a container
that holds itself, lies too deep or makes the whole too large becomes an `Opaque` that says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID

from codeact_sdk.later import zoneinfo

_JSON_SAFE_INT = 2**53
"""Readers of JSON that use doubles lose digits beyond this, so larger numbers are written as text."""

MAX_DEPTH = 50
"""Containers inside one another. Each takes up to three levels of JSON, of which pydantic's reader allows 200."""

MAX_ITEMS = 5_000_000
"""Items of all containers together, counted as often as they are written: sixty nested pairs `[x, x]` are 2**60."""


class Record:
    """Fields of a tool's result: read as attributes or as items.

    A record has no methods of its own, so that a field may have any name. Where no field is in the way it answers to
    `keys`, `values`, `items` and `get` as a mapping does, which makes `dict(record)` and `f(**record)` work.
    Two records are equal when their type names and fields are.
    """

    __slots__ = ("__dict__",)
    __hash__ = None  # type: ignore[assignment]  # mutable

    def __init__(self, /, *args: object, **fields: object) -> None:
        if args:
            example = f"{type(self).__name__}(name=value, ...)"
            raise TypeError(f"{type(self).__name__}() takes its fields by name: {example}")
        self.__dict__.update(fields)

    def __getitem__(self, name: str) -> Any:
        try:
            return self.__dict__[name]
        except (KeyError, TypeError):
            raise KeyError(f"{name!r} is not a field of {type(self).__name__}; {_fields_of(self)}") from None

    def __setitem__(self, name: str, value: object) -> None:
        if type(name) is not str:
            raise TypeError(f"a field's name is a str, not {type(name).__name__}")
        self.__dict__[name] = value

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __len__(self) -> int:
        return len(self.__dict__)

    def __contains__(self, name: object) -> bool:
        return name in self.__dict__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return type(self).__name__ == type(other).__name__ and self.__dict__ == other.__dict__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    def __getattr__(self, name: str) -> Any:
        # Reached only where no field has this name.
        if name in _MAPPING_METHODS:
            return getattr(self.__dict__.copy(), name)
        raise AttributeError(f"{type(self).__name__} has no field {name!r}; {_fields_of(self)}")


_MAPPING_METHODS = frozenset({"keys", "values", "items", "get"})


def _fields_of(record: Record) -> str:
    return f"its fields are {', '.join(vars(record)) or '(none)'}"


@lru_cache(maxsize=4096)
def record_type(name: str) -> type[Record]:
    """The record class with this name: it appears in `repr`, `type(x).__name__` and equality."""
    return type(name, (Record,), {"__slots__": (), "__module__": "records"})


def make_record(name: str, fields: Mapping[str, object]) -> Record:
    """Makes a record.

    Args:
        name: Name of its type.
        fields: Its values, in order.
    """
    record = record_type(name)()
    record.__dict__.update(fields)
    return record


class Opaque:
    """The text of a value that cannot cross the boundary."""

    __slots__ = ("text", "type")

    type: str
    """Name of the value's type."""
    text: str
    """Its `repr`, cut to a sane length."""

    def __init__(self, type: str, text: str) -> None:  # noqa: A002  # the field's name
        object.__setattr__(self, "type", type)
        object.__setattr__(self, "text", text)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return (self.type, self.text) == (other.type, other.text) if isinstance(other, Opaque) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.type, self.text))

    def __reduce__(self) -> tuple[Any, ...]:
        return Opaque, (self.type, self.text)

    def __repr__(self) -> str:
        return self.text


def encode(value: object) -> Any:
    """Turns a value into what `json.dumps` accepts.

    Args:
        value: Anything; what is not data becomes the name of its type, never a call of its methods.
    """
    return _encode(value, _Walk())


class _Walk:
    """Where one call of `encode` is: the containers around the current value, and how many items it may still write."""

    __slots__ = ("around", "left")

    def __init__(self) -> None:
        self.around: set[int] = set()
        self.left = MAX_ITEMS

    def refusal(self, value: Any) -> str:
        """Why a container cannot be written; empty if it can."""
        if id(value) in self.around:
            return "holds itself"
        if len(self.around) >= MAX_DEPTH:
            return "nested too deeply"
        if len(value) > self.left:
            return "too large"
        self.left -= len(value)
        return ""


def _encode(value: object, walk: _Walk) -> Any:
    kind = type(value)
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar(value)
    container = _CONTAINERS.get(kind)
    inside: object = value
    if container is None and issubclass(kind, Record):
        container, inside = _encode_dict, _record_fields(value)
    if container is None:
        return _opaque(kind, "")
    refusal = walk.refusal(inside)
    if refusal:
        return _opaque(kind, f": {refusal}")
    walk.around.add(id(inside))
    data = container(inside, walk)
    walk.around.remove(id(inside))
    return data if inside is value else {"$record": _type_name(kind), "fields": data}


# Read through the descriptors: a class may override the attributes.
_type_name: Callable[[type], str] = type.__dict__["__name__"].__get__
_record_fields: Callable[[object], dict[str, object]] = Record.__dict__["__dict__"].__get__


def _opaque(kind: type, reason: str) -> Any:
    return {"$opaque": _type_name(kind), "text": f"<{_type_name(kind)}{reason}>"}


def decode(data: object) -> Any:
    """Turns the result of `encode` back into the value.

    Raises:
        ValueError: An object has a `$` key that this version does not know, or does not hold what that key promises.
    """
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    tag = next(iter(data), "")
    if not tag.startswith("$"):
        return {key: decode(item) for key, item in data.items()}
    decoder = _DECODERS.get(tag)
    if decoder is None:
        raise ValueError(f"unknown value tag {tag!r}; known are {', '.join(sorted(_DECODERS))}")
    try:
        return decoder(data)
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
        raise ValueError(f"malformed {tag}: {type(error).__name__}: {error}") from error


def _encode_int(value: int) -> Any:
    return value if -_JSON_SAFE_INT <= value <= _JSON_SAFE_INT else {"$int": hex(value)}


def _encode_float(value: float) -> Any:
    return value if math.isfinite(value) else {"$float": repr(value)}


def _encode_str(value: str) -> Any:
    try:
        value.encode()
    except UnicodeEncodeError:  # lone surrogates are valid in Python, not in UTF-8 files
        return {"$str": value.encode("utf-8", "surrogatepass").hex()}
    return value


def _encode_dict(value: dict[object, object], walk: _Walk) -> Any:
    plain = all(type(key) is str and not key.startswith("$") and _encode_str(key) == key for key in value)
    if plain:
        return {key: _encode(item, walk) for key, item in value.items()}
    return {"$dict": [[_encode(key, walk), _encode(item, walk)] for key, item in value.items()]}


def _encode_datetime(value: datetime) -> Any:
    zone = value.tzinfo
    if zone is None or type(zone) is timezone:
        return {"$datetime": value.isoformat(), "fold": value.fold}
    local = value.replace(tzinfo=None).isoformat()
    if type(zone) is zoneinfo.ZoneInfo and zone.key:
        return {"$datetime": local, "fold": value.fold, "zone": zone.key}
    return {"$opaque": "datetime", "text": f"{local}[{_type_name(type(zone))}]"}


def _decode_datetime(data: dict[str, Any]) -> Any:
    value = datetime.fromisoformat(data["$datetime"]).replace(fold=data["fold"])
    if "zone" not in data:
        return value
    try:
        return value.replace(tzinfo=zoneinfo.ZoneInfo(data["zone"]))
    except zoneinfo.ZoneInfoNotFoundError:  # this machine has no such zone: keep the text rather than a wrong time
        return Opaque("datetime", f"{data['$datetime']}[{data['zone']}]")


def _encode_time(value: time) -> Any:
    zone = value.tzinfo
    if zone is None or type(zone) is timezone:
        return {"$time": value.isoformat(), "fold": value.fold}
    return {"$opaque": "time", "text": f"{value.replace(tzinfo=None).isoformat()}[{_type_name(type(zone))}]"}


def _decode_record(data: dict[str, Any]) -> Record:
    fields = decode(data["fields"])
    if not (isinstance(fields, dict) and all(isinstance(name, str) for name in fields)):
        raise ValueError("malformed $record: its fields are not named")
    return make_record(decode(data["$record"]), fields)


_SCALARS: dict[type, Callable[[Any], Any]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: _encode_int,
    float: _encode_float,
    str: _encode_str,
    bytes: lambda value: {"$bytes": value.hex()},
    bytearray: lambda value: {"$bytearray": value.hex()},
    complex: lambda value: {"$complex": [repr(value.real), repr(value.imag)]},
    range: lambda value: {"$range": [_encode_int(value.start), _encode_int(value.stop), _encode_int(value.step)]},
    date: lambda value: {"$date": value.isoformat()},
    datetime: _encode_datetime,
    time: _encode_time,
    timedelta: lambda value: {"$timedelta": [value.days, value.seconds, value.microseconds]},
    Decimal: lambda value: {"$decimal": str(value)},
    Fraction: lambda value: {"$fraction": [_encode_int(value.numerator), _encode_int(value.denominator)]},
    UUID: lambda value: {"$uuid": str(value)},
    Opaque: lambda value: {"$opaque": _encode_str(value.type), "text": _encode_str(value.text)},
}

_CONTAINERS: dict[type, Callable[[Any, _Walk], Any]] = {
    list: lambda value, walk: [_encode(item, walk) for item in value],
    tuple: lambda value, walk: {"$tuple": [_encode(item, walk) for item in value]},
    set: lambda value, walk: {"$set": [_encode(item, walk) for item in value]},
    frozenset: lambda value, walk: {"$frozenset": [_encode(item, walk) for item in value]},
    dict: _encode_dict,
}

_DECODERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "$int": lambda data: int(data["$int"], 16),
    "$float": lambda data: float(data["$float"]),
    "$str": lambda data: bytes.fromhex(data["$str"]).decode("utf-8", "surrogatepass"),
    "$bytes": lambda data: bytes.fromhex(data["$bytes"]),
    "$bytearray": lambda data: bytearray.fromhex(data["$bytearray"]),
    "$complex": lambda data: complex(*(float(part) for part in data["$complex"])),
    "$tuple": lambda data: tuple(decode(item) for item in data["$tuple"]),
    "$set": lambda data: {decode(item) for item in data["$set"]},
    "$frozenset": lambda data: frozenset(decode(item) for item in data["$frozenset"]),
    "$dict": lambda data: {decode(key): decode(item) for key, item in data["$dict"]},
    "$range": lambda data: range(*(decode(part) for part in data["$range"])),
    "$date": lambda data: date.fromisoformat(data["$date"]),
    "$datetime": _decode_datetime,
    "$time": lambda data: time.fromisoformat(data["$time"]).replace(fold=data["fold"]),
    "$timedelta": lambda data: timedelta(*data["$timedelta"]),
    "$decimal": lambda data: Decimal(data["$decimal"]),
    "$fraction": lambda data: Fraction(*(decode(part) for part in data["$fraction"])),
    "$uuid": lambda data: UUID(data["$uuid"]),
    "$record": _decode_record,
    "$opaque": lambda data: Opaque(decode(data["$opaque"]), decode(data["text"])),
}


def is_hashable(value: object) -> bool:
    """Whether this may be a key of a dict, with all that it holds."""
    try:
        hash(value)
    except TypeError:
        return False
    return True
