"""What an observation or a journal keeps of a value: a copy of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from codeact_sdk.interpreter.boundary import COMPOSED, MAX_DEPTH, SCALARS, are_rows, hashed
from codeact_sdk.interpreter.excerpts import clean, shape, size
from codeact_sdk.values import Opaque, Record, make_record

_SMALL_DICT = 64
"""Keys and values of a dict that is looked at as a whole."""

_FEW_ROWS = 200
"""Dicts of a list that is looked at as a whole."""

_SHORT_BITS = 64
"""Numbers up to this count as any other scalar."""

_LARGE = 2**_SHORT_BITS

_SHORT = frozenset({type(None), bool, int, float, str, date, datetime, time, timedelta})
"""Scalars that are kept as they are, however long they are: text counts for its length."""

_MAX_REPR_CHARS = 2_000
"""Longest text of a value that is no data: enough to recognise it."""


class Clip:
    """Copies what an observation or a journal keeps of a value: data, or its text, up to a size.

    Runs `repr` of own objects, so it must be used while the limits of the action hold.
    """

    def __init__(self, max_chars: float) -> None:
        """Makes an empty copy.

        Args:
            max_chars: About how much text the copy may hold.
        """
        self._left = max_chars

    @property
    def truncated(self) -> bool:
        """Whether anything was shortened."""
        return self._left < 0

    def copy(self, value: object) -> Any:
        """Copies a value."""
        return self.clip(value, 0)

    def clip(self, value: Any, depth: int) -> Any:  # noqa: PLR0911  # as above
        """Copies a part at a depth."""
        kind = type(value)
        self._left -= 8  # about what a scalar takes as text
        if kind in (str, bytes):
            return self._text(value)
        if kind is bytearray:
            kept = self._text(bytes(value))
            return bytearray(kept) if type(kept) is bytes else kept
        if kind is int and value.bit_length() > _SHORT_BITS:
            return self._number(value)
        if kind in COMPOSED:
            return COMPOSED[kind](value)
        if kind in SCALARS:
            return value
        if depth > MAX_DEPTH or self._left < 0:
            return Opaque(kind.__name__, f"<{kind.__name__}, not kept>")
        depth += 1
        if kind is list or kind is tuple or kind is set or kind is frozenset:
            return self._items(value, kind, depth)
        if kind is dict:
            return dict(value) if self._is_flat(value) else self._mapping(value, depth)
        if isinstance(value, Record):
            return make_record(kind.__name__, {name: self.clip(item, depth) for name, item in vars(value).items()})
        return Opaque(kind.__name__, self._repr(value))

    def _is_flat(self, value: dict[Any, Any]) -> bool:
        """Whether a dict is small and holds only short scalars; takes their room."""
        items = [*value, *value.values()]
        return len(items) <= _SMALL_DICT and _SHORT.issuperset(map(type, items)) and self._take(items)

    def _are_flat(self, rows: list[Any]) -> bool:
        """The same, of a short list of dicts."""
        if len(rows) > _FEW_ROWS or not are_rows(rows, _SHORT):
            return False
        keys = set().union(*rows)
        room = len(rows) * (8 + sum(8 + len(key) if type(key) is str else 8 for key in keys))
        return self._take([*keys, *chain.from_iterable(map(dict.values, rows))], room)

    def _take(self, scalars: list[Any], more: int = 0) -> bool:
        """Takes the room of short scalars if there is enough of it, and no number is long."""
        numbers = [item for item in scalars if item.__class__ is int]
        if numbers and not (min(numbers) > -_LARGE and max(numbers) < _LARGE):
            return False
        taken = more + 8 * len(scalars) + sum(map(len, [item for item in scalars if item.__class__ is str]))
        if taken > self._left:
            return False
        self._left -= taken
        return True

    def _text(self, value: Any) -> Any:
        room = max(self._left, 200)
        self._left -= len(value)
        if len(value) <= room:
            return value
        head = value[:200] if isinstance(value, str) else repr(value[:100])
        return Opaque(type(value).__name__, f"{head}... ({len(value):,} in all)")

    def _number(self, value: int) -> Any:
        digits = value.bit_length() * 3 // 10
        room = max(self._left, 200)
        self._left -= digits
        return value if digits <= room else Opaque("int", f"<a number of about {digits:,} digits>")

    def _items(self, value: Any, kind: Callable[[Iterable[Any]], Any], depth: int) -> Any:
        if kind is list and self._are_flat(value):
            return list(map(dict.copy, value))
        out: list[Any] = []
        for item in value:
            if self._left < 0:
                out.append(Opaque(type(item).__name__, f"... {len(value) - len(out):,} more items"))
                break
            out.append(self.clip(item, depth))
        return kind(out) if kind in (list, tuple) else hashed(kind, out)

    def _mapping(self, value: dict[Any, Any], depth: int) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for key, item in value.items():
            if self._left < 0:
                out["..."] = Opaque("dict", f"{len(value) - len(out):,} more entries")
                break
            kept = self.clip(key, depth)
            out[kept] = self.clip(item, depth)
        return out

    def _repr(self, value: object) -> str:
        large = size(value, _MAX_REPR_CHARS) > _MAX_REPR_CHARS  # a deque, a Counter: its text would be built as a whole
        text = f"<{shape(value)}>" if large else str.__str__(repr(value))
        self._left -= len(text)
        return clean(text, _MAX_REPR_CHARS)
