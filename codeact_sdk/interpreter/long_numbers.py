"""How long the numbers of a fraction may be, and how far a number may be rounded."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

MAX_EXPONENT = 50_000
"""Largest exponent of ten of a decimal number. Making one of this size a whole number takes CPython a tenth of a second,
and four times as long for twice the digits."""

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
        parts = (number.numerator, number.denominator) if isinstance(number, Fraction) else (number,)
        if any(isinstance(part, int) and int.bit_length(part) > MAX_FRACTION_BITS for part in parts):
            raise long_fraction()


def long_fraction() -> OverflowError:
    """The refusal."""
    return OverflowError(f"fractions of numbers of more than {MAX_FRACTION_BITS:,} bits are not available: use floats")


def rounded(number: Any, ndigits: Any = None) -> Any:
    """`round`, which makes a power of ten on the way.

    Args:
        number: What is rounded.
        ndigits: To how many digits behind the point, or before it where this is negative.

    Raises:
        OverflowError: That power has no room.
    """
    if ndigits is not None and isinstance(number, int | Fraction):
        ndigits = operator.index(ndigits)
        if abs(ndigits) > MAX_EXPONENT:
            if (type(number) is int or type(number) is bool) and (ndigits > 0 or -ndigits > int.bit_length(number)):
                return int(number) if ndigits > 0 else 0
            raise OverflowError(f"rounding to more than {MAX_EXPONENT:,} digits is not available")
    return round(number) if ndigits is None else round(number, ndigits)
