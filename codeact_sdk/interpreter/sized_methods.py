"""Methods of text and containers that make much of little: how much a call would make, looked at before it is made."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter.ranges import ITERATORS, in_parts
from codeact_sdk.interpreter.sizes import LOOK_FROM, SEQUENCES, TEXTS, as_index, count, gathered, length, size

_ITEM_BYTES = 60
"""About what a short text takes as an item of a list."""

_NUMBER_BYTES = 36
"""A number of an array as an item of a list."""

Room = Callable[[int], None]
"""Ends the action if there is no room for so many bytes."""

Check = Callable[[Room, Any, tuple[Any, ...], dict[str, Any]], tuple[Any, ...]]
"""Looks at a call of a method: the object, the arguments; gives the positional arguments."""


def _join(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    if not isinstance(this, TEXTS) or len(args) != 1:
        return args
    items = args[0] if isinstance(args[0], list | tuple) else gathered(args[0])
    try:
        taken = sum(map(len, items)) + length(this) * len(items)
    except TypeError:  # not all of it is text: the method says so
        return (items,)
    room(taken)
    return (items,)


def _replace(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    args = (*args[:2], *map(as_index, args[2:])) if isinstance(this, TEXTS) else args
    if isinstance(this, TEXTS) and len(args) >= 2 and length(this) * (1 + length(args[1])) > LOOK_FROM:  # noqa: PLR2004  # old and new
        times = count(this, args[0])
        if len(args) > 2 and isinstance(args[2], int) and args[2] >= 0:  # noqa: PLR2004  # and how often
            times = min(times, args[2])
        room(size(this) + times * size(args[1]))
    return args


def _translate(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(this, str) and args and isinstance(args[0], dict):
        texts = (item for item in dict.values(args[0]) if isinstance(item, str))
        room(size(this) * max(map(length, texts), default=1))
    return args


def _numbers(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """Has each argument that stands for a number replaced by it; those by name in place."""
    kwargs.update({name: as_index(value) for name, value in kwargs.items()})
    return tuple(map(as_index, args))


def _expandtabs(room: Room, this: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(this, TEXTS):
        args = _numbers(args, kwargs)
        width = next((value for value in (*args, *kwargs.values()) if isinstance(value, int)), 8)
        room(size(this) + width * count(this, "\t" if isinstance(this, str) else b"\t"))
    return args


def _pad(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(this, TEXTS) and args and isinstance((width := as_index(args[0])), int):
        args = (width, *args[1:])
        room(width * (4 if len(args) > 1 else 1))
    return args


def _split(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(this, TEXTS) and length(this) > LOOK_FROM // 8:
        by = args[0] if args and isinstance(args[0], str | bytes) else None
        room(length(this) + _ITEM_BYTES * (count(this, by) if by else length(this) // 2))
    return args


def _copy(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    if not isinstance(this, (*SEQUENCES, dict, set)):
        return args
    room(size(this) + sum(map(size, args)))
    return tuple(in_parts(value) if type(value) in ITERATORS else value for value in args)


def _recode(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(this, TEXTS):
        room(4 * size(this))
    return args


def _to_bytes(room: Room, this: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(this, int):
        args = _numbers(args, kwargs)
        room(max((value for value in (*args, *kwargs.values()) if isinstance(value, int)), default=1))
    return args


def _items_of_array(room: Room, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(this, array):
        room(_NUMBER_BYTES * length(this))
    return args


CHECKS: dict[str, Check] = {
    "join": _join,
    "replace": _replace,
    "translate": _translate,
    "expandtabs": _expandtabs,
    "to_bytes": _to_bytes,
    **dict.fromkeys(("ljust", "rjust", "center", "zfill"), _pad),
    **dict.fromkeys(("split", "rsplit", "splitlines"), _split),
    **dict.fromkeys(("tolist", "tobytes"), _items_of_array),
    **dict.fromkeys(("extend", "update", "copy"), _copy),
    **dict.fromkeys(("encode", "decode", "hex"), _recode),
}
"""By name of the method."""
