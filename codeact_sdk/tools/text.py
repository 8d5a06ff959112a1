"""Text that is safe inside Python source, whatever it was made from."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

from codeact_sdk.later import unicodedata
from codeact_sdk.tools.kinds import is_model, is_path

MAX_LITERAL_CHARS = 200
"""A longer default is written as `...`: it would cost more of the prompt than it tells."""

_MAX_DEPTH = 8
_TOO_LONG = "..."


def identifier(name: str, *, fallback: str = "Type") -> str:
    """The nearest name that Python accepts and reads back unchanged."""
    if name.isidentifier() and name.isascii() and not keyword.iskeyword(name):
        return name
    text = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name)).strip("_")
    if text and not text.isidentifier():
        text = f"_{text}"
    if not text.isidentifier() or unicodedata.normalize("NFKC", text) != text:
        return fallback
    return f"{text}_" if keyword.iskeyword(text) else text


def one_line(text: str) -> str:
    """The text on one line, as a comment can hold it: other whitespace is a space, what cannot be printed is escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char.isspace() else escaped(char) for char in text).strip()


def escaped(char: str) -> str:
    """One character as a Python escape."""
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004  # the widths of Python's escapes


def literal(value: object) -> str | None:
    """A value as Python source.

    Returns:
        An expression that parses; `...` where it would be long or tell where a file of the host is; None where the value
        has no such text.
    """
    if value is None or value is True or value is False:
        return str(value)
    try:
        text = repr(value) if type(value) in _PLAINEST else _literal(value, 0)
    except ValueError:  # an int with more digits than Python prints
        return _TOO_LONG
    if text is not None and len(text) > MAX_LITERAL_CHARS:
        return _TOO_LONG
    return text


def _literal(value: object, depth: int) -> str | None:
    kind = type(value)
    if value is None or kind in _AS_REPR:
        return repr(value)
    if depth > _MAX_DEPTH:
        return _TOO_LONG
    return _WRITERS.get(kind, _instance)(value, depth)


def _instance(value: object, depth: int) -> str | None:
    if isinstance(value, Enum):
        return _literal(value.value, depth + 1)
    if is_path(value):
        return _TOO_LONG if value.is_absolute() else repr(str(value))
    if is_model(value):
        names = [name for name in type(value).model_fields if name in value.model_fields_set]
    elif is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init]
    else:
        return None
    parts = [(name, _literal(getattr(value, name, None), depth + 1)) for name in names]
    if not all(name.isidentifier() for name in names):
        return _TOO_LONG
    arguments = ", ".join(f"{name}={_TOO_LONG if text is None else text}" for name, text in parts)
    return f"{identifier(type(value).__name__)}({arguments})"


def _items(values: Any, depth: int) -> str | None:
    parts = [_literal(item, depth + 1) for item in values]
    texts = [part for part in parts if part is not None]
    if len(texts) < len(parts):
        return None
    if isinstance(values, set | frozenset):  # the order of their items differs from process to process
        texts.sort(key=lambda text: (len(text), text))
    return ", ".join(texts)


def _wrapped(opening: str, closing: str, *, empty: str = "") -> Callable[[Any, int], str | None]:
    def write(value: Any, depth: int) -> str | None:
        if empty and not value:
            return empty
        text = _items(value, depth)
        return None if text is None else f"{opening}{text}{closing}"

    return write


def _float(value: float, _depth: int) -> str:
    text = repr(value)
    return text if text[-1].isdigit() else f"float({text!r})"


def _tuple(value: Any, depth: int) -> str | None:
    text = _items(value, depth)
    return None if text is None else f"({text},)" if len(value) == 1 else f"({text})"


def _dict(value: Any, depth: int) -> str | None:
    keys = [_literal(key, depth + 1) for key in value]
    values = [_literal(item, depth + 1) for item in value.values()]
    if None in keys or None in values:
        return None
    return "{" + ", ".join(f"{key}: {item}" for key, item in zip(keys, values, strict=True)) + "}"


def _without_module(value: object, _depth: int) -> str:
    return repr(value).replace("datetime.", "")


_PLAINEST = frozenset({str, int})
_AS_REPR = frozenset({bool, int, str, bytes, complex, range, type(...), Decimal, Fraction, UUID})
_WRITERS: dict[type, Callable[[Any, int], str | None]] = {
    list: _wrapped("[", "]"),
    set: _wrapped("{", "}", empty="set()"),
    frozenset: _wrapped("frozenset({", "})", empty="frozenset()"),
    float: _float,
    tuple: _tuple,
    dict: _dict,
    **dict.fromkeys((date, datetime, time, timedelta, timezone), _without_module),
}
