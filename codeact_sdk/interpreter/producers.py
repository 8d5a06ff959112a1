"""Members of modules of which one call makes much of little, or is long over much: looked at before, or done in pieces.

What text and containers can do themselves is in `sized_methods`; more of numbers is in `own_numbers`, of text in `own_texts`.
"""

from __future__ import annotations

import base64
import binascii
import functools
import html
import operator
import random
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from codeact_sdk.interpreter.amounts import MAX_BITS, Amounts, too_many_bits
from codeact_sdk.interpreter.module_members import standard_members
from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.sizes import LOOK_FROM, SEQUENCES, TEXTS, as_index, size

_PIECE = 2 * LOOK_FROM
"""Bytes that are worked on in one go."""

_ITEM_BYTES = 8
_TIMES: Mapping[str, Mapping[str, int]] = {
    "base64": {
        name: 2 if "64" in name else 9 for name in standard_members("base64")
    },  # the others make lists on the way
    "binascii": dict.fromkeys(("hexlify", "b2a_hex", "b2a_base64"), 2),
    "html": {"escape": 6, "unescape": 4},
}
"""By module and member: bytes that are made of one byte of the arguments, at most."""

Room = Callable[[int], None]


class Producers:
    """Makes the members for one session."""

    def __init__(self, amounts: Amounts, stand_in: Callable[[type, Callable[..., Any]], Any]) -> None:
        self._room = amounts.room
        self._stand_in = stand_in

    def makers(self) -> dict[str, Callable[[], dict[str, object]]]:
        """By module name, what makes its members."""
        growing = {module.__name__: functools.partial(self._growing, module) for module in (base64, binascii, html)}
        return growing | {
            "zlib": lambda: {"compress": self._compress},
        }

    def random(self, generator: random.Random) -> dict[str, object]:
        """Those of `random` that make as much as they are asked for."""

        def make(kind: Any) -> Callable[..., Any]:
            return lambda seed=None: kind(seed, room=self._room)

        classes: dict[str, object] = {
            kind.__name__: self._stand_in(kind, make(kind)) for kind in (Random, SystemRandom)
        }
        return classes | {"sample": functools.partial(_sample, self._room, generator.sample)}

    def _growing(self, module: Any) -> dict[str, object]:
        return {name: self._looked_at(getattr(module, name), times) for name, times in _TIMES[module.__name__].items()}

    def _looked_at(self, function: Callable[..., Any], times: int) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self._room(times * sum(map(size, (*args, *kwargs.values()))))
            return function(*args, **kwargs)

        del call.__wrapped__
        return call

    def _compress(self, data: Any, /, level: int = -1, wbits: int = zlib.MAX_WBITS) -> bytes:
        if size(data) <= _PIECE:
            return zlib.compress(data, level, wbits)
        machine, made = zlib.compressobj(level, zlib.DEFLATED, wbits), bytearray()
        for start in range(0, len(data), _PIECE):
            self._room(_PIECE)
            made += machine.compress(data[start : start + _PIECE])
        return bytes(made + machine.flush())


class Random(random.Random):
    """`random.Random` that looks at how much it is asked for."""

    def __init__(self, seed: Any = None, *, room: Room) -> None:
        """Makes a generator.

        Args:
            seed: Where it begins.
            room: Ends the action if there is no room.
        """
        super().__init__(seed)
        self._room = room

    def getrandbits(self, k: int, /) -> int:
        """A number of so many bits."""
        return super().getrandbits(_few_bits(k))

    def randbytes(self, n: int) -> bytes:
        """So many bytes."""
        n = operator.index(n)
        _few_bits(n * 8)
        return super().randbytes(n)

    def sample(self, population: Any, k: int, **options: Any) -> list[Any]:
        """So many of some."""
        return _sample(self._room, super().sample, population, k, **options)


class SystemRandom(random.SystemRandom):
    """`random.SystemRandom` that looks at how much it is asked for."""

    def __init__(self, seed: Any = None, *, room: Room) -> None:
        """Makes a generator.

        Args:
            seed: Not used.
            room: Ends the action if there is no room.
        """
        super().__init__(seed)
        self._room = room

    def getrandbits(self, k: int) -> int:
        """A number of so many bits."""
        return super().getrandbits(_few_bits(k))

    def randbytes(self, n: int) -> bytes:
        """So many bytes."""
        n = operator.index(n)
        self._room(2 * n)
        return super().randbytes(n)

    def sample(self, population: Any, k: int, **options: Any) -> list[Any]:
        """So many of some."""
        return _sample(self._room, super().sample, population, k, **options)


def _few_bits(bits: Any) -> int:
    number = operator.index(bits)
    if number > MAX_BITS:
        raise too_many_bits("this number")
    return number


def _sample(room: Room, sample: Callable[..., list[Any]], population: Any, k: Any, **options: Any) -> list[Any]:
    k = as_index(k)
    if isinstance(k, int):
        room(2 * _ITEM_BYTES * k)
    return sample(population, k, **options)


_JOINED = tuple(kind for kind in SEQUENCES if kind not in TEXTS)  # `sum` refuses text


def summing(add: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Makes `sum` that can be stopped where it joins containers, each of which is as long as all before it.

    Args:
        add: `+` under the limits.
    """

    def total(iterable: Iterable[Any], /, start: Any = 0) -> Any:
        if not isinstance(start, _JOINED):
            made: Any = sum(iterable, start)
            return made
        for item in iterable:
            start = add(start, item)
        return start

    return named(total, "sum")
