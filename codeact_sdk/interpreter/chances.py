"""Generators of random numbers that look at how much they are asked for."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter.amounts import MAX_BITS, too_many_bits

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
        if isinstance(n, int):
            self._room(2 * int.__int__(n))
        return super().randbytes(n)

    def sample(self, population: Any, k: int, **options: Any) -> list[Any]:
        """So many of some."""
        return sample(self._room, super().sample, population, k, **options)


def _few_bits(bits: Any) -> Any:
    if isinstance(bits, int) and int.__int__(bits) > MAX_BITS:
        raise too_many_bits("this number")
    return bits


def sample(room: Room, choose: Callable[..., list[Any]], population: Any, k: Any, **options: Any) -> list[Any]:
    """Takes so many of some.

    Args:
        room: Ends the action if there is no room.
        choose: Takes them.
        population: Of what.
        k: How many.
        options: Of the library's function.
    """
    if isinstance(k, int):
        room(2 * _ITEM_BYTES * int.__int__(k))
    return choose(population, k, **options)
