"""`range` and the iterators that C code could take from for ever, as model code sees them.

C code that goes through a long iterator runs no Python code, so nothing stops it and memory is not seen to grow. What gives
many items therefore comes in parts, with a few lines of Python between them.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from codeact_sdk.interpreter.public_names import named

PART = 1024
"""Items that C code takes in one go."""

MAX_LENGTH = 100_000
"""Longest range that C code goes through in one go: some milliseconds."""


ITERATORS: frozenset[type] = frozenset({
    zip, enumerate, map, filter, reversed, io.StringIO, io.BytesIO,
    *map(type, map(iter, ("", "\u00e9", b"", bytearray()))),
    *(kind for kind in vars(itertools).values() if isinstance(kind, type)),
})  # fmt: skip
"""What gives items without a line of Python between them, be they many or new."""


def in_parts(items: Iterable[Any], part: int = PART) -> Iterator[Any]:
    """Gives the items, with Python code between the parts."""
    return itertools.chain.from_iterable(_parts(iter(items), part))


def begun(items: Iterable[Any], part: int = PART) -> Iterable[Any]:
    """As `in_parts`, for what is taken whole or not at all: few items come as a list, which costs less."""
    items = iter(items)
    first = list(itertools.islice(items, part))
    return first if len(first) < part else itertools.chain(first, in_parts(items, part))


def _parts(items: Iterator[Any], part: int) -> Iterator[Iterator[Any]]:
    for first in items:
        yield itertools.chain((first,), itertools.islice(items, part - 1))


class _RangeClass(type):
    """The class of `Range`, so that it is asked for as `range` is."""

    def __call__(cls, *args: Any) -> Any:
        return limited(range(*args))

    def __instancecheck__(cls, value: object) -> bool:
        return type(value) is range or type(value) is LongRange

    def __repr__(cls) -> str:
        return "<class 'range'>"


class Range(metaclass=_RangeClass):
    """`range` for model code: gives a `LongRange` where that is safer."""

    __slots__ = ()


Range.__name__ = Range.__qualname__ = "range"
Range.__module__ = "builtins"


def _length(numbers: range) -> int:
    """Length of a range; `len` has no room for long ones."""
    span, step = numbers.stop - numbers.start, numbers.step
    return max(0, -(-span // step) if step > 0 else -(span // -step) if span < 0 else 0)


class LongRange(Sequence[int]):
    """A range that C code goes through in parts."""

    __slots__ = ("_numbers",)

    def __init__(self, numbers: range) -> None:
        self._numbers = numbers

    @property
    def start(self) -> int:
        """As of `range`."""
        return self._numbers.start

    @property
    def stop(self) -> int:
        """As of `range`."""
        return self._numbers.stop

    @property
    def step(self) -> int:
        """As of `range`."""
        return self._numbers.step

    def __len__(self) -> int:
        return len(self._numbers)

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def __getitem__(self, index: Any) -> Any:
        found = self._numbers[index]
        return found if isinstance(found, int) else limited(found)

    def __iter__(self) -> Iterator[int]:
        return in_parts(self._numbers)

    def __reversed__(self) -> Iterator[int]:
        return in_parts(reversed(self._numbers))

    def __contains__(self, value: object) -> bool:
        if type(value) is int or type(value) is bool:
            return value in self._numbers
        if type(value) is float:
            return value.is_integer() and int(value) in self._numbers
        return any(value == number for number in self)

    def index(self, value: Any, *_: Any) -> int:
        """Position of a number."""
        if value in self:
            return self._numbers.index(int(value))
        raise ValueError(f"{value!r} is not in range")

    def count(self, value: Any) -> int:
        """How often a number is in it: once or never."""
        return int(value in self)

    def __eq__(self, other: object) -> bool:
        return bool(self._numbers == numbers_of(other))

    def __hash__(self) -> int:
        return hash(self._numbers)

    def __repr__(self) -> str:
        return repr(self._numbers)


def limited(numbers: range) -> Any:
    """The range itself, or a `LongRange` where it is long."""
    return numbers if _length(numbers) <= MAX_LENGTH else LongRange(numbers)


def numbers_of(value: Any) -> Any:
    """The range of Python's own in a `LongRange`; anything else as it is."""
    return value._numbers if type(value) is LongRange else value  # noqa: SLF001  # a friend of the class


def counting(make: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
    """Wraps what a program calls `range` where the compiler has counted on numbers.

    Args:
        make: Whatever the program has set that name to.
    """

    def call(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for item in make(*args, **kwargs):
            if not (isinstance(item, int) or type(item) is float):  # a subclass of float may compute as it likes
                raise TypeError("a loop over range(...) takes numbers only: give your own function another name")
            yield item

    return call


def endless_iter(*arguments: Any) -> Any:
    """`iter`, in parts where it calls a function."""
    made = iter(*arguments)
    return made if len(arguments) == 1 else in_parts(made)


def repeat(value: Any, times: Any = None) -> Iterator[Any]:
    """`itertools.repeat`, in parts where it is long."""
    if times is None:
        return in_parts(itertools.repeat(value))
    made = itertools.repeat(value, times)
    return made if made.__length_hint__() <= PART else in_parts(made)


class Chain:
    """`itertools.chain`, in parts."""

    __slots__ = ()

    def __call__(self, *iterables: Any) -> Iterator[Any]:
        """Gives the items of one after the other."""
        return itertools.chain(*iterables)

    def from_iterable(self, iterables: Any) -> Iterator[Any]:
        """Gives the items of each: one that is long, again and again, is without end for C code."""
        return itertools.chain.from_iterable(map(_short, iterables))

    def __repr__(self) -> str:
        return "<class 'itertools.chain'>"


def _short(items: Any) -> Any:
    return in_parts(items) if not isinstance(items, str | bytes | list | tuple) or len(items) > PART else items


def members() -> dict[str, object]:
    """Those of `itertools` that give many items from few."""

    def parted(name: str) -> Callable[..., Iterator[Any]]:
        make = getattr(itertools, name)

        def call(*args: Any, **kwargs: Any) -> Iterator[Any]:
            return in_parts(make(*args, **kwargs))

        return named(call, name)

    names = ("count", "cycle", "product", "permutations", "combinations", "combinations_with_replacement")
    return {"repeat": repeat, "chain": Chain(), **{name: parted(name) for name in names}}
