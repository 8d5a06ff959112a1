"""Values other than the plainest, as Python source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from codeact_sdk.tools.loaded import loaded, loaded_kind
from codeact_sdk.tools.text import TOO_LONG, identifier

_MAX_DEPTH = 8


def written(value: object) -> str | None:
    """A value as an expression, of any length; None where it has no such text.

    Raises:
        ValueError: An int has more digits than Python prints.
    """
    return _written(value, 0)


def _written(value: object, depth: int) -> str | None:
    kind = type(value)
    if value is None or kind in _AS_REPR:
        return repr(value)
    if depth > _MAX_DEPTH:
        return TOO_LONG
    return _WRITERS.get(kind, _instance)(value, depth)


def _instance(value: Any, depth: int) -> str | None:
    kind = type(value)
    place = loaded_kind(kind)
    if place in _LOADED_AS_REPR:
        return repr(value)
    if place in _LOADED_WITHOUT_MODULE:
        return repr(value).replace("datetime.", "")
    if isinstance(value, Enum):
        return _written(value.value, depth + 1)
    if isinstance(value, loaded("pathlib", "PurePath")):
        return TOO_LONG if value.is_absolute() else repr(str(value))
    return _record(value, depth)


def _record(value: Any, depth: int) -> str | None:
    kind: Any = type(value)
    if isinstance(value, loaded("pydantic.main", "BaseModel")):
        names = [name for name in kind.model_fields if name in value.model_fields_set]
    elif is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init]
    else:
        return None
    parts = [(name, _written(getattr(value, name, None), depth + 1)) for name in names]
    if not all(name.isidentifier() for name in names):
        return TOO_LONG
    arguments = ", ".join(f"{name}={TOO_LONG if text is None else text}" for name, text in parts)
    return f"{identifier(type(value).__name__)}({arguments})"


def _items(values: Any, depth: int) -> str | None:
    parts = [_written(item, depth + 1) for item in values]
    return None if None in parts else ", ".join(part or "" for part in parts)


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
    keys = [_written(key, depth + 1) for key in value]
    values = [_written(item, depth + 1) for item in value.values()]
    if None in keys or None in values:
        return None
    return "{" + ", ".join(f"{key}: {item}" for key, item in zip(keys, values, strict=True)) + "}"


_AS_REPR = frozenset({bool, int, str, bytes, complex, range, type(...)})
_LOADED_AS_REPR = frozenset({("decimal", "Decimal"), ("fractions", "Fraction"), ("uuid", "UUID")})
_LOADED_WITHOUT_MODULE = frozenset(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone"))
_WRITERS: dict[type, Callable[[Any, int], str | None]] = {
    list: _wrapped("[", "]"),
    set: _wrapped("{", "}", empty="set()"),
    frozenset: _wrapped("frozenset({", "})", empty="frozenset()"),
    float: _float,
    tuple: _tuple,
    dict: _dict,
}
