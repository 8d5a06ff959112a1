"""Short texts of values and exceptions: bounded before they are built, without commands of a terminal.

`excerpt` and `outline` run no method of the value's class. `message` asks exceptions of own classes for their text, so
the limits of the action must hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from types import FunctionType
from typing import Any
from uuid import UUID

from codeact_sdk.interpreter.output import printable
from codeact_sdk.interpreter.visible import Handle
from codeact_sdk.later import later_pattern
from codeact_sdk.tools.scrub import scrub_message
from codeact_sdk.values import Opaque, Record

MAX_MESSAGE_CHARS = 4_000
"""Longest message of an exception."""

_MAX_NAME_CHARS = 80
_MAX_PARTS = 4
"""Exceptions of a group that its message tells."""

_MAX_GROUP_DEPTH = 3
_LONG_BITS = 1_000
_DECIMAL_BYTES = 200
_SHOWN_ITEMS = 6
_LOOKED_AT = 20
"""Items of a container that are asked for their type."""

_CONTROL = later_pattern(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves a cursor, changes colours or turns the direction of a line; line breaks and tabs stay."""

# Read through the descriptors: own classes may define attributes of these names.
type_name_of: Callable[[type], str] = type.__dict__["__name__"].__get__
args_of: Callable[[BaseException], tuple[Any, ...]] = BaseException.__dict__["args"].__get__
cause_of: Callable[[BaseException], BaseException | None] = BaseException.__dict__["__cause__"].__get__
context_of: Callable[[BaseException], BaseException | None] = BaseException.__dict__["__context__"].__get__
is_suppressed: Callable[[BaseException], bool] = BaseException.__dict__["__suppress_context__"].__get__
parts_of: Callable[[BaseException], tuple[BaseException, ...]] = BaseExceptionGroup.__dict__["exceptions"].__get__
_kind_of: Callable[[object], str] = Handle.__dict__["_kind"].__get__
_record_fields: Callable[[object], dict[str, object]] = Record.__dict__["__dict__"].__get__


def clean(text: str, max_chars: int = MAX_MESSAGE_CHARS) -> str:
    """Cuts a text and makes it one that can be sent, printed and shown to a model."""
    if len(text) > max_chars:
        text = f"{text[:max_chars]}... ({len(text):,} characters)"
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}" if found[0] < "\u0100" else f"\\u{ord(found[0]):04x}",
                        printable(scrub_message(text)))  # fmt: skip


def type_name(value: object) -> str:
    """The name of a value's class."""
    return clean(type_name_of(type(value)), _MAX_NAME_CHARS)


# -- values


def excerpt(value: Any, max_chars: int = 60) -> str:
    """A value as it would be written, cut; the name of its type where it has no short form."""
    kind = type(value)
    if kind is str or kind is bytes:
        return _cut_literal(value, max_chars)
    if kind is int and value.bit_length() > _LONG_BITS:
        return f"an int of about {value.bit_length() * 3 // 10:,} digits"
    if kind in _SHORT:
        return repr(value)
    if kind in _MADE_TEXT:
        return _MADE_TEXT[kind](value)
    return f"a {shape(value)}"


def _cut_literal(value: Any, max_chars: int) -> str:
    if len(value) <= max_chars:
        return clean(repr(value), 4 * max_chars)
    return f"{clean(repr(value[:max_chars]), 4 * max_chars)}... ({len(value):,} in all)"


def outline(name: str, value: Any) -> str:
    """A variable with its type, and its value or its shape: `total: float = 12.5`, `rows: list of 20 dicts`."""
    kind = type(value)
    if value is None:
        return f"{name} = None"
    if (kind is str or kind is bytes) and len(value) > 60:  # noqa: PLR2004  # more would cost more than it tells
        return f"{name}: {kind.__name__} of {len(value):,} = {_cut_literal(value, 40).partition('... (')[0]}..."
    if kind in _SHORT or kind in _MADE_TEXT or kind in (str, bytes):
        return f"{name}: {kind.__name__} = {excerpt(value)}"
    return f"{name}: {shape(value)}"


def shape(value: Any) -> str:  # noqa: PLR0911  # one line for each kind
    """The type of a value and what can be told of its size and parts."""
    kind = type(value)
    if kind in _LISTED:
        return f"{kind.__name__} of {len(value):,}{_items(value)}" if value else f"empty {kind.__name__}"
    if kind is dict:
        return f"dict of {len(value):,}{_keys(value)}" if value else "empty dict"
    if issubclass(kind, Record):
        return f"{type_name(value)} with {_listed(_record_fields(value))}"
    if kind is Handle:
        return f"handle of a {clean(_kind_of(value), _MAX_NAME_CHARS)}"
    if kind is FunctionType:
        return f"function {clean(value.__name__, _MAX_NAME_CHARS)}"
    if issubclass(kind, type):
        return f"class {clean(type_name_of(value), _MAX_NAME_CHARS)}"
    if issubclass(kind, _SIZED):
        base = next(base for base in _SIZED if issubclass(kind, base))
        return f"{type_name(value)} of {base.__len__(value):,}"
    if kind.__module__ == "__main__" and (own := attributes_of(value)):
        return f"{type_name(value)} with {_listed(own)}"
    return type_name(value)


def attributes_of(value: object) -> dict[object, object]:
    """The attributes of an object itself; empty where it has none."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}


def _items(value: Iterable[Any]) -> str:
    kinds = {type(item) for item in islice(value, _LOOKED_AT)}
    if len(kinds) != 1:
        return ""
    (kind,) = kinds
    name = clean(type_name_of(kind), _MAX_NAME_CHARS)
    first = next(iter(value))
    inside = f" ({_keys(first)[2:]})" if kind is dict and _keys(first) else ""
    return f" {name}" + ("" if name.endswith("s") or kind is type(None) else "s") + inside


def _keys(value: dict[Any, Any]) -> str:
    keys = [key for key in islice(value, _SHOWN_ITEMS + 1) if type(key) is str]
    if not keys:
        return ""
    more = ", ..." if len(keys) > _SHOWN_ITEMS else ""
    return ", keys " + ", ".join(excerpt(key, 30) for key in keys[:_SHOWN_ITEMS]) + more


def _listed(names: Iterable[object]) -> str:
    found = [clean(name, 40) for name in islice(names, _SHOWN_ITEMS + 1) if type(name) is str]
    more = ", ..." if len(found) > _SHOWN_ITEMS else ""
    return ", ".join(found[:_SHOWN_ITEMS]) + more if found else "no attributes"


def _decimal(value: Decimal) -> str:
    return str(value) if value.__sizeof__() < _DECIMAL_BYTES else "(a long number)"


def _fraction(value: Fraction) -> str:
    whole = (value.numerator, value.denominator)
    if all(type(part) is int and part.bit_length() < _LONG_BITS for part in whole):
        return f"{whole[0]}/{whole[1]}"
    return "(a long fraction)"


def _clock(value: Any) -> str:
    zone = value.tzinfo
    return str(value if zone is None or type(zone) is timezone else value.replace(tzinfo=None))


_SHORT = frozenset({bool, int, float, complex, type(None), type(...), range})
_LISTED = frozenset({list, tuple, set, frozenset, deque})
_MADE_TEXT: dict[type, Callable[[Any], str]] = {
    date: str,
    datetime: _clock,
    time: _clock,
    timedelta: str,
    Decimal: _decimal,
    Fraction: _fraction,
    UUID: lambda value: str(value) if type(value.int) is int else "a UUID",
    Opaque: lambda value: clean(value.text, 60),
}
"""Types whose values have a short text that none of their parts can make long."""


# -- exceptions


def message(error: BaseException, depth: int = 0) -> str:
    """The text of an exception, cut."""
    try:
        if issubclass(type(error), BaseExceptionGroup):
            return _group_message(error, depth)
        if not _writes_its_own(type(error)) and (size(args_of(error)) > MAX_MESSAGE_CHARS or _is_long_os_error(error)):
            return _from_arguments(error)
        text = str.__str__(str(error))  # `__str__` may give a subclass
    except Exception as broken:  # noqa: BLE001  # __str__ of an own class may raise anything
        return f"(the exception's own text cannot be shown: {type_name(broken)})"
    return clean(text)


def _writes_its_own(kind: type) -> bool:
    """Whether a class outside the library says how its text is made."""
    return any("__str__" in vars(cls) for cls in kind.__mro__ if cls.__module__ == "__main__")


def _from_arguments(error: BaseException) -> str:
    args = args_of(error)
    if len(args) == 1 and type(args[0]) is str and not issubclass(type(error), KeyError):
        return clean(args[0])
    shown = ", ".join(excerpt(item, 200) for item in args[:_SHOWN_ITEMS])
    return clean(shown + (f", ... ({len(args):,} in all)" if len(args) > _SHOWN_ITEMS else ""))


_os_error_filename: Callable[[BaseException], Any] = OSError.__dict__["filename"].__get__


def _is_long_os_error(error: BaseException) -> bool:
    return issubclass(type(error), OSError) and size(_os_error_filename(error)) > MAX_MESSAGE_CHARS


def _group_message(error: BaseException, depth: int) -> str:
    args, parts = args_of(error), parts_of(error)
    head = args[0] if args and type(args[0]) is str else ""
    text = f"{clean(head, 500)} ({len(parts):,} sub-exception{'s' if len(parts) != 1 else ''})"
    if depth >= _MAX_GROUP_DEPTH:
        return text
    told = "; ".join(f"{type_name(part)}: {message(part, depth + 1)}".rstrip(": ") for part in parts[:_MAX_PARTS])
    return clean(f"{text}: {told}" + (f"; and {len(parts) - _MAX_PARTS:,} more" if len(parts) > _MAX_PARTS else ""))


def size(value: Any, enough: int = MAX_MESSAGE_CHARS) -> int:
    """About how many characters the text of builtin data would have; stops counting where it is more than enough."""
    total, waiting, left = 0, [value], enough
    while waiting and total <= enough and left:
        item, left = waiting.pop(), left - 1
        kind = type(item)
        if kind is str or kind is bytes or kind is bytearray:
            total += len(item)
        elif kind is int:
            total += item.bit_length() * 3 // 10
        elif issubclass(kind, _SIZED):
            total += 2 * next(base for base in _SIZED if issubclass(kind, base)).__len__(item)
            waiting += islice(_iterate(item), max(enough - total, _LOOKED_AT))
        elif issubclass(kind, Record):
            waiting += islice(_record_fields(item).values(), _LOOKED_AT)
        elif kind is Decimal:
            total += item.__sizeof__()
    return total if left else enough + 1


_SIZED: tuple[Any, ...] = (list, tuple, dict, set, frozenset, deque)


def _iterate(value: Any) -> Iterable[Any]:
    if issubclass(type(value), dict):
        return (part for pair in dict.items(value) for part in pair)
    base = next(base for base in _SIZED if issubclass(type(value), base))
    found: Iterable[Any] = base.__iter__(value)
    return found
