"""How large builtin values are: without asking their classes, which may lie."""

from __future__ import annotations

import operator
from array import array
from collections import deque
from itertools import islice
from typing import Any

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


def as_index(value: Any) -> Any:
    """Gives the whole number that an object stands for by `__index__`: asked again by C code, it may say another."""
    return operator.index(value) if not isinstance(value, int) and hasattr(type(value), "__index__") else value


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
