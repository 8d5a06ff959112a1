"""How large builtin values are: without asking their classes, which may lie."""

from __future__ import annotations

import operator
from array import array
from collections import deque
from itertools import islice
from types import MappingProxyType, SimpleNamespace
from typing import Any

from codeact_sdk.values import Record

LOOK_FROM = 1_000_000
"""Bytes from which memory that will be taken is looked at."""

SEQUENCES: tuple[type, ...] = (str, bytes, bytearray, list, tuple, deque, array)
"""What can be joined and repeated."""

TEXTS: tuple[type, ...] = (str, bytes, bytearray)
"""What has methods that make much of little."""

_COUNTED: tuple[Any, ...] = (*SEQUENCES, dict, set, frozenset)
_SIZED: tuple[Any, ...] = (*_COUNTED, int)


def size(value: object) -> int:
    """Bytes of a builtin value itself, without what it holds; its class is not asked."""
    for kind in _SIZED:
        if isinstance(value, kind):
            return int(kind.__sizeof__(value))
    return 0


_FEW_CHARACTERS = 64


def content(items: Any) -> int:
    """Bytes that each repetition of a builtin sequence takes: what it holds, without its own head."""
    if not isinstance(items, str):
        return next((length(items) * each for kind, each in _EACH if isinstance(items, kind)), size(items))
    if str.__len__(items) > _FEW_CHARACTERS:
        return size(items)
    text = str.__str__(items)
    return max(size(text + text) - size(text), len(text))


_EACH: tuple[tuple[type, int], ...] = ((bytes, 1), (bytearray, 1), (list, 8), (tuple, 8), (deque, 9))
"""Bytes of one item."""


def as_index(value: Any) -> Any:
    """Gives the plain number that an object stands for: asked again or compared, it may say another."""
    kind = type(value)
    return operator.index(value) if kind is not int and hasattr(kind, "__index__") else value


def length(value: Any) -> int:
    """Items of a builtin value; its class is not asked."""
    for kind in _COUNTED:
        if isinstance(value, kind):
            return int(kind.__len__(value))
    return 0


def gathered(items: Any) -> Any:
    """Takes items one after another, so that memory is seen to grow; gives back what is not iterable."""
    try:
        given = iter(items)
    except TypeError:
        return items
    out: list[Any] = []
    while part := list(islice(given, 1024)):
        out += part
    return out


def count(text: Any, part: Any) -> int:
    """How often a part is in a text."""
    if isinstance(part, TEXTS) and length(part) == 0:
        return length(text) + 1
    kind: Any = str if isinstance(text, str) else bytes if isinstance(text, bytes) else bytearray
    try:
        return kind.count(text, part)  # type: ignore[no-any-return]  # it is an int
    except TypeError:  # the method itself says so
        return 0


FLAT: frozenset[type] = frozenset({str, bytes, int, float, bool, complex, type(None)})
"""Types whose values hold no others."""


BRIEF: frozenset[type] = FLAT - {str, bytes}
"""Those of which no value has long text, or a number at most."""

_DIGITS = 12
"""Of a number of an array, as text and as an object on the way."""


def expanded(value: Any, known: dict[int, int]) -> int:
    """Counts the items of a value and of all that is in it, and the characters of its texts, each as often as it is there.

    Args:
        value: A container, a record, an exception, an object with fields, bytes.
        known: Counts by identity; one that holds itself counts as nothing there.
    """
    if id(value) in known:
        return known[id(value)]
    known[id(value)] = 0
    items = _inside(value)
    total = len(items) + _written(value)
    for item in items:
        if (kind := type(item)) is str:
            total += len(item)
        elif kind not in BRIEF:
            total += expanded(item, known)
    known[id(value)] = total
    return total


def _written(value: Any) -> int:
    """Characters of texts and numbers that are in one piece, at most."""
    if isinstance(value, bytes | bytearray):
        return 2 * length(value)
    return _DIGITS * length(value) if isinstance(value, array) else length(value) if isinstance(value, str) else 0


def _inside(value: Any) -> Any:
    """What is in the text of a value, without asking its class."""
    kinds: tuple[Any, ...] = (list, tuple, set, frozenset, deque)
    for kind in kinds:
        if isinstance(value, kind):
            return value if type(value) is kind else list(kind.__iter__(value))
    if isinstance(value, dict):
        return [*dict.keys(value), *dict.values(value)]
    if isinstance(value, BaseException):
        return value.args
    if isinstance(value, Record | SimpleNamespace) or hasattr(type(value), "__dataclass_fields__"):
        return list(getattr(value, "__dict__", {}).values())
    return dict(value).values() if type(value) is MappingProxyType else ()
