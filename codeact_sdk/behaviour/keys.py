"""The same text for the same arguments, in every process; and what tells one tenant from another."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from codeact_sdk.tools.context import ToolContext
from codeact_sdk.values import encode

MAX_DEPTH = 50


class NoKey(Exception):  # noqa: N818  # it is told as a fault, with its own words
    """A value that has no such text."""


def digest(value: object) -> str:
    """The SHA-256 of a value.

    Args:
        value: Data, models, dataclasses, enums; containers of them.

    Raises:
        NoKey: It is something else.
    """
    return hashlib.sha256(json.dumps(_plain(value, 0)).encode()).hexdigest()


def fingerprint(context: ToolContext | None) -> str:
    """Tells tenants apart: a hash of the pack's secrets and settings, and of the session where that has a state of its own.

    Args:
        context: Of the call.

    Raises:
        NoKey: The settings hold something without a text.
    """
    return "" if context is None else digest(context.identity())


def _plain(value: Any, depth: int) -> object:
    kind = type(value)
    if depth > MAX_DEPTH:
        raise NoKey("it is nested too deeply")
    if isinstance(value, Enum):
        return [_name(kind), value.name]
    if kind is dict:
        return ["dict", *([_plain(key, depth + 1), _plain(item, depth + 1)] for key, item in value.items())]
    if kind in (list, tuple):
        return [kind.__name__, *(_plain(item, depth + 1) for item in value)]
    if kind in (set, frozenset):
        return [kind.__name__, *sorted((_plain(item, depth + 1) for item in value), key=json.dumps)]
    fields = _fields(value)
    if fields is not None:
        return [_name(kind), *([name, _plain(item, depth + 1)] for name, item in fields.items())]
    return _scalar(value)


def _scalar(value: Any) -> object:
    made = encode(value)
    if isinstance(made, dict) and "$opaque" in made:
        secret = getattr(value, "get_secret_value", None)
        if callable(secret):
            return [_name(type(value)), _scalar(secret())]
        if isinstance(value, str) or hasattr(value, "__fspath__"):
            return [_name(type(value)), str(value)]
        raise NoKey(f"a {type(value).__name__} cannot be part of a key: it is no data")
    return made


def _fields(value: Any) -> Mapping[str, object] | None:
    """The fields of an object that is made of them; None for any other."""
    kind = type(value)
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=True))
    if dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(kind)}
    names = getattr(kind, "model_fields", None)
    if isinstance(names, Mapping):
        return {**{name: getattr(value, name) for name in names}, **(value.__pydantic_extra__ or {})}
    return None


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
