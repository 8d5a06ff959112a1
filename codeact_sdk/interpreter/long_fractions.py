"""How long the numbers of a fraction may be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

MAX_FRACTION_BITS = 200_000
"""Longest numerator or denominator of fractions that are made or multiplied: each takes a greatest common divisor, which of
two numbers of this size is a fifth of a second, and nothing stops it."""


def check_fractions(*numbers: Any) -> None:
    """Looks at what fractions are made of.

    Args:
        numbers: Fractions, and numbers of other kinds.

    Raises:
        OverflowError: One is too long.
    """
    for number in numbers:
        if isinstance(number, int | Fraction):
            above, below = number.numerator, number.denominator
            if max(int.bit_length(above), int.bit_length(below)) > MAX_FRACTION_BITS:
                raise long_fraction()


def long_fraction() -> OverflowError:
    """The refusal."""
    return OverflowError(f"fractions of numbers of more than {MAX_FRACTION_BITS:,} bits are not available: use floats")
