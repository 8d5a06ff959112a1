"""Values that cross the boundary, and their JSON form.

Everything that leaves an interpreter, enters a run file or is kept in a journal is made of: `None`, `bool`, `int`,
`float`, `str`, `bytes`, `complex`, `list`, `tuple`, `dict`, `set`, `frozenset`, `range`, the types of `datetime`,
`Decimal`, `Fraction`, `UUID`, `Record`, and `Opaque` for the text of everything else.

`encode` and `decode` are inverse: `decode(json.loads(json.dumps(encode(value)))) == value`, types included. What JSON
has is written as it is; the rest is a one-key object `{"$type": ...}`, and a dict that could be mistaken for
one is written as pairs.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_JSON_SAFE_INT = 2**53
"""Readers of JSON that use doubles lose digits beyond this, so larger numbers are written as text."""


class Record:
    """Fields of a tool's result: read as attributes or as items.

    A record has no methods of its own, so that a field may have any name. Where no field is in the way it answers to
    `keys`, `values`, `items` and `get` as a mapping does, which makes `dict(record)` and `f(**record)` work.
    Two records are equal when their type names and fields are.
    """

    __slots__ = ("__dict__",)
    __hash__ = None  # type: ignore[assignment]  # mutable

    def __getitem__(self, name: str) -> Any:
        try:
            return self.__dict__[name]
        except (KeyError, TypeError):
            raise KeyError(f"{name!r} is not a field of {type(self).__name__}; {_fields_of(self)}") from None

    def __setitem__(self, name: str, value: object) -> None:
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


@dataclasses.dataclass(frozen=True, slots=True)
class Opaque:
    """The text of a value that cannot cross the boundary."""

    type: str
    """Name of the value's type."""
    text: str
    """Its `repr`, cut to a sane length."""

    def __repr__(self) -> str:
        return self.text


def encode(value: object) -> Any:
    """Turns a value into what `json.dumps` accepts.

    Args:
        value: Anything; what is not data becomes the text of its type, never a call of its methods.
    """
    kind = type(value)
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value)
    if isinstance(value, Record):
        return {"$record": kind.__name__, "fields": encode(vars(value))}
    return {"$opaque": kind.__name__, "text": f"<{kind.__name__}>"}


def decode(data: object) -> Any:
    """Turns the result of `encode` back into the value.

    Raises:
        ValueError: An object has a `$` key that this version does not know.
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
    return decoder(data)


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


def _encode_dict(value: dict[object, object]) -> Any:
    plain = all(type(key) is str and not key.startswith("$") and _encode_str(key) == key for key in value)
    if plain:
        return {key: encode(item) for key, item in value.items()}
    return {"$dict": [[encode(key), encode(item)] for key, item in value.items()]}


def _encode_datetime(value: datetime) -> Any:
    zone = value.tzinfo
    if zone is None or isinstance(zone, timezone):
        return {"$datetime": value.isoformat(), "fold": value.fold}
    if isinstance(zone, ZoneInfo) and zone.key:
        return {"$datetime": value.replace(tzinfo=None).isoformat(), "fold": value.fold, "zone": zone.key}
    return {"$opaque": "datetime", "text": value.isoformat()}


def _decode_datetime(data: dict[str, Any]) -> Any:
    value = datetime.fromisoformat(data["$datetime"]).replace(fold=data["fold"])
    if "zone" not in data:
        return value
    try:
        return value.replace(tzinfo=ZoneInfo(data["zone"]))
    except ZoneInfoNotFoundError:  # this machine has no such zone: keep the text rather than a wrong time
        return Opaque("datetime", f"{data['$datetime']}[{data['zone']}]")


def _encode_time(value: time) -> Any:
    if value.tzinfo is not None and not isinstance(value.tzinfo, timezone):
        return {"$opaque": "time", "text": value.isoformat()}
    return {"$time": value.isoformat(), "fold": value.fold}


_ENCODERS: dict[type, Callable[[Any], Any]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: _encode_int,
    float: _encode_float,
    str: _encode_str,
    bytes: lambda value: {"$bytes": value.hex()},
    bytearray: lambda value: {"$bytearray": value.hex()},
    complex: lambda value: {"$complex": [repr(value.real), repr(value.imag)]},
    list: lambda value: [encode(item) for item in value],
    tuple: lambda value: {"$tuple": [encode(item) for item in value]},
    set: lambda value: {"$set": [encode(item) for item in value]},
    frozenset: lambda value: {"$frozenset": [encode(item) for item in value]},
    dict: _encode_dict,
    range: lambda value: {"$range": [encode(value.start), encode(value.stop), encode(value.step)]},
    date: lambda value: {"$date": value.isoformat()},
    datetime: _encode_datetime,
    time: _encode_time,
    timedelta: lambda value: {"$timedelta": [value.days, value.seconds, value.microseconds]},
    Decimal: lambda value: {"$decimal": str(value)},
    Fraction: lambda value: {"$fraction": [encode(value.numerator), encode(value.denominator)]},
    UUID: lambda value: {"$uuid": str(value)},
    Opaque: lambda value: {"$opaque": value.type, "text": _encode_str(value.text)},
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
    "$record": lambda data: make_record(data["$record"], decode(data["fields"])),
    "$opaque": lambda data: Opaque(data["$opaque"], decode(data["text"])),
}
