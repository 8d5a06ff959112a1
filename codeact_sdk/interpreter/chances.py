"""Generators of random numbers that look at how much they are asked for."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter.amounts import MAX_BITS, too_many_bits
from codeact_sdk.interpreter.sizes import as_index

_ITEM_BYTES = 8

Room = Callable[[int], None]
"""Ends the action if there is no room for so many bytes."""


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
        return sample(self._room, super().sample, population, k, **options)


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
        return sample(self._room, super().sample, population, k, **options)


def _few_bits(bits: Any) -> int:
    number = operator.index(bits)
    if number > MAX_BITS:
        raise too_many_bits("this number")
    return number


def sample(room: Room, choose: Callable[..., list[Any]], population: Any, k: Any, **options: Any) -> list[Any]:
    """Takes so many of some.

    Args:
        room: Ends the action if there is no room.
        choose: Takes them.
        population: Of what.
        k: How many.
        options: Of the library's function.
    """
    k = as_index(k)
    if isinstance(k, int):
        room(2 * _ITEM_BYTES * k)
    return choose(population, k, **options)
