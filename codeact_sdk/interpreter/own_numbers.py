"""Members of the modules for numbers that one call of could run for long, with a bound on the size of what they make."""

from __future__ import annotations

import decimal
import fractions
import math
import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import islice
from typing import Any

from codeact_sdk.interpreter.amounts import MAX_BITS, Amounts, too_many_bits
from codeact_sdk.interpreter.long_numbers import MAX_EXPONENT, MAX_FRACTION_BITS, check_fractions
from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.sizes import as_index
from codeact_sdk.later import later_pattern, random, secrets, struct

_EXPONENT = later_pattern(r"[eE][+-]?0*([0-9]{5,})")

_MAX_GCD_BITS = MAX_FRACTION_BITS
"""Of each of two numbers."""

_PART = 64
"""Factors that C code multiplies in one go."""

_OTHER_NUMBERS = (float, complex, Decimal, fractions.Fraction)
_OTHER_BITS = 64

_ITEM_BYTES = 36
"""A number as an item of a tuple."""

_PACKING = ("pack", "unpack", "pack_into", "unpack_from", "calcsize", "iter_unpack")


class Numbers:
    """Makes the members for one session."""

    def __init__(self, amounts: Amounts, stand_in: Callable[[type, Callable[..., Any]], Any]) -> None:
        self._amounts = amounts
        self._stand_in = stand_in

    def makers(self) -> dict[str, Callable[[], dict[str, object]]]:
        """By module name, what makes its members."""
        return {
            "math": self._math,
            "operator": self.operator,
            "decimal": lambda: {"Decimal": self._stand_in(Decimal, _decimal)},
            "fractions": lambda: {"Fraction": self._stand_in(fractions.Fraction, _fraction)},
            "secrets": lambda: (
                {name: self._sized(getattr(secrets, name)) for name in ("token_bytes", "token_hex", "token_urlsafe")}
                | {"randbits": _bits(secrets.randbits)}
            ),
            "struct": lambda: {name: self._packing(getattr(struct, name)) for name in _PACKING},
        }

    def random(self, generator: random.Random) -> dict[str, object]:
        """Those of `random` that make as much as they are asked for."""
        return {"randbytes": self._sized(generator.randbytes), "getrandbits": _bits(generator.getrandbits)}

    def operator(self) -> dict[str, object]:
        """The operators that make much of little."""
        amounts = self._amounts
        return {
            "mul": amounts.mul, "imul": amounts.imul, "mod": amounts.mod, "imod": amounts.imod, "pow": _binary(amounts.pow),
            "ipow": amounts.ipow, "lshift": amounts.lshift, "ilshift": amounts.ilshift, "add": amounts.add,
            "concat": self._concat, "iadd": self._iadd, "iconcat": self._iadd,
        }  # fmt: skip

    def _concat(self, left: Any, right: Any, /) -> Any:
        self._amounts.adding(right, left)
        return operator.concat(left, right)

    def _iadd(self, left: Any, right: Any, /) -> Any:
        self._amounts.adding(right, left)
        made: Any = operator.iadd(left, right)  # type: ignore[no-untyped-call]  # typeshed has no types for it
        return made

    def _sized(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(given: Any = None, /) -> Any:
            if given is not None:
                given = operator.index(given)
                self._amounts.room(2 * given)
            return function(given)

        return named(call, function.__name__)

    def _packing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(template: Any, /, *given: Any, **options: Any) -> Any:
            if isinstance(template, str):  # the library keeps it in a dict of the whole process
                template = str.__str__(template)
            elif isinstance(template, bytes):
                template = bytes.__getitem__(template, slice(None))
            if function is struct.pack:
                self._amounts.room(struct.calcsize(template))
            elif function in (struct.unpack, struct.unpack_from):  # an object may come of each byte
                self._amounts.room(_ITEM_BYTES * struct.calcsize(template))
            return function(template, *given, **options)

        return named(call, function.__name__)

    def _math(self) -> dict[str, object]:
        return {
            "factorial": _factorial,
            "comb": lambda n, k: _choose(math.comb, n, k),
            "perm": lambda n, k=None: _choose(math.perm, n, k),
            "prod": self._prod,
            "lcm": self._lcm,
            "gcd": _gcd,
            "ceil": _whole(math.ceil),
            "floor": _whole(math.floor),
            "trunc": _whole(math.trunc),
        }

    def _prod(self, iterable: Iterable[Any], /, *, start: Any = 1) -> Any:
        items = iter(iterable)
        while part := list(islice(items, _PART)):
            if sum(map(_bits_of, part)) < MAX_BITS:
                start = self._amounts.mul(start, math.prod(part))
            else:
                for item in part:
                    start = self._amounts.mul(start, item)
        return start

    def _lcm(self, *numbers: Any) -> int:
        given = [as_index(item) for item in numbers]
        if sum(int.bit_length(item) for item in given if isinstance(item, int)) > MAX_BITS:
            raise too_many_bits("this multiple")
        return math.lcm(*given)


def _bits_of(factor: Any) -> int:
    """Bits of a number; too many of what may be a list, or give one."""
    if isinstance(factor, int):
        return int.bit_length(factor)
    return _OTHER_BITS if type(factor) in _OTHER_NUMBERS else MAX_BITS


def _binary(function: Callable[..., Any]) -> Callable[..., Any]:
    return named(lambda left, right, /: function(left, right), "pow")


def _bits(function: Callable[[Any], Any]) -> Callable[..., Any]:
    def call(given: Any, /) -> Any:
        given = operator.index(given)
        if given > MAX_BITS:
            raise too_many_bits("this number")
        return function(given)

    return named(call, function.__name__)


def _factorial(given: Any, /) -> int:
    given = as_index(given)
    if isinstance(given, int) and given > 1 and math.lgamma(min(given, MAX_BITS) + 1) > MAX_BITS * math.log(2):
        raise too_many_bits("this factorial")
    return math.factorial(given)


def _gcd(*numbers: Any) -> int:
    given = [as_index(number) for number in numbers]
    bits = sorted(int.bit_length(number) for number in given if isinstance(number, int))[-2:]
    if len(bits) > 1 and bits[0] * bits[1] > _MAX_GCD_BITS**2:
        raise OverflowError(
            f"gcd() of numbers of more than {_MAX_GCD_BITS:,} bits takes too much time: use shorter ones"
        )
    return math.gcd(*given)


def _choose(function: Callable[..., int], n: Any, k: Any) -> int:
    n, k = as_index(n), as_index(k)
    if isinstance(n, int) and (k is None or isinstance(k, int)):
        steps = n if k is None else k
        if function is math.comb:
            steps = min(steps, n - steps)
        if steps > 0 and steps * int.bit_length(n) > MAX_BITS * 2:
            raise too_many_bits("this number")
    return function(n, k)


def _whole(function: Callable[[Any], Any]) -> Callable[..., Any]:
    def call(number: Any, /) -> Any:
        check_decimal(number)
        return function(number)

    return named(call, function.__name__)


def _too_large() -> OverflowError:
    return OverflowError(f"a number with an exponent above {MAX_EXPONENT:,} is not available")


def number_context(given: decimal.Context | None = None) -> decimal.Context:
    """Makes a context whose results have exponents within bounds.

    Args:
        given: The one it is made from.
    """
    made = decimal.Context() if given is None else given.copy()
    made.Emax, made.Emin = min(made.Emax, MAX_EXPONENT), max(made.Emin, -MAX_EXPONENT)
    return made


def check_decimal(number: Any) -> None:
    """Refuses a decimal number that has no room as a whole number.

    Raises:
        OverflowError: Its exponent is too large.
    """
    if isinstance(number, Decimal) and number.is_finite() and abs(Decimal.adjusted(number)) > MAX_EXPONENT:
        raise _too_large()


def checked_decimal(number: Any) -> Any:
    """Gives back a decimal number after `check_decimal`."""
    check_decimal(number)
    return number


def _decimal(value: Any = "0", *context: Any) -> Decimal:
    if isinstance(value, str):
        value = str.__str__(value)
    if isinstance(value, int) and int.bit_length(value) > 4 * MAX_EXPONENT:  # taking its digits is slow itself
        raise _too_large()
    made = decimal.Decimal(value, *context)
    check_decimal(made)
    return made


def _fraction(numerator: Any = 0, denominator: Any = None) -> fractions.Fraction:
    if isinstance(numerator, str):
        numerator = str.__str__(numerator)
        found = _EXPONENT.search(numerator)
        if found is not None and (len(found[1]) > 6 or int(found[1]) > MAX_EXPONENT):  # noqa: PLR2004  # digits
            raise _too_large()
    for part in (numerator, denominator):
        check_decimal(part)
    if isinstance(numerator, int) and isinstance(denominator, int):
        _gcd(numerator, denominator)  # which every fraction asks for
    check_fractions(numerator, denominator)
    made = fractions.Fraction(numerator, denominator)
    check_fractions(made)
    return made
