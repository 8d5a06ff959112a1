"""How much one call of C code may be asked for: nothing in the process interrupts it while it runs.

The policy calls these guards where the result of an expression may be much larger than its parts (see `operators` and
`displays`). Memory that would go beyond the limit is refused before it is asked for; whole numbers have a bound of their own,
since arithmetic on them takes time that grows faster than their size.
"""

from __future__ import annotations

import itertools
import math
import operator
from array import array
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from codeact_sdk.interpreter.formatting import check_format, check_widths, safe_format
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.long_numbers import MAX_FRACTION_BITS, check_fractions, long_fraction, rounded
from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.ranges import ITERATORS, PART, begun, in_parts
from codeact_sdk.interpreter.sized_methods import CHECKS
from codeact_sdk.interpreter.sizes import (
    BRIEF,
    FLAT,
    LOOK_FROM,
    SEQUENCES,
    TEXTS,
    as_index,
    content,
    expanded,
    length,
    size,
)
from codeact_sdk.interpreter.visible import Handle

MAX_BITS = 1_100_000
"""Largest whole number that a product, a power or a shift makes. Dividing numbers of this size takes CPython 3.11 about
a quarter of a second, and nothing stops it."""

_MAX_INVERTED = 20_000
"""Bits of the longest modulus of which an inverse is looked for: it takes time that grows with their square."""

_FEW_ITEMS = LOOK_FROM // 8
"""Items of a list that takes no look."""

_PAIR_BYTES = 100
"""About what a pair takes in a dict."""

_ROWS = 32
"""Items of a `zip` that C code takes in one go."""

_SUMS = 3
"""How many times as large as a repeated text may be what an expression makes of it by sums, and has in memory at one time."""

_IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, name) for name in ("imul", "imod", "ipow", "ilshift")
}


def too_many_bits(what: str) -> OverflowError:
    """The refusal of a whole number."""
    return OverflowError(f"{what} would have more than {MAX_BITS:,} bits: use floats, or pow(a, b, modulus)")


SHARED: Mapping[str, object] = MappingProxyType({"@flat": FLAT - {bytes}, "@brief": BRIEF})
"""What compiled code finds by these names in every session."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        f"@{name}": name
        for name in (
            *("mul", "imul", "mod", "imod", "pow", "ipow", "lshift", "ilshift"),
            *("mul_part", "add", "adding", "part", "whole", "members", "zeros", "pairs", "spliced"),
            *("method", "shown", "quoted", "integer"),
        )
    }
    | {"@format": "formatted", "@repr": "representation", "@ascii": "escaped", "@str": "text"}
)
"""By the names in compiled code, attributes of `Amounts`."""


class Amounts:
    """The guards of one session."""

    __slots__ = ("_budget",)

    def __init__(self, budget: Callable[[], Budget]) -> None:
        self._budget = budget

    def room(self, taken: int) -> None:
        """Ends the action if it would take more memory than it may.

        Args:
            taken: Bytes that will be asked for.
        """
        if taken > LOOK_FROM:
            self._budget().make_room(taken)

    # -- operators

    def add(self, left: Any, right: Any) -> Any:
        """`left + right`."""
        self.adding(right, left)
        return left + right

    def adding(self, value: Any, beside: Any = None) -> Any:
        """Gives back what is added to something else."""
        if isinstance(value, (*SEQUENCES, dict, set)) or isinstance(beside, SEQUENCES):
            taken = size(value)
            self.room(taken + (taken if beside is None else size(beside)))
        return value

    def mul(self, left: Any, right: Any) -> Any:
        """`left * right`."""
        self._check_product(left, right)
        return left * right

    def mul_part(self, left: Any, right: Any) -> Any:
        """`left * right` in an expression that goes on with it, and adds without a look: there must be room for sums too."""
        self._check_product(left, right, _SUMS)
        return left * right

    def imul(self, left: Any, right: Any) -> Any:
        """`left *= right`."""
        self._check_product(left, right)
        return _IN_PLACE["imul"](left, right)

    def _check_product(self, left: Any, right: Any, copies: int = 1) -> None:
        if type(left) is float or type(right) is float:
            return
        if isinstance(left, int) and isinstance(right, int):
            if int.bit_length(left) + int.bit_length(right) > MAX_BITS:
                raise too_many_bits("this product")
        elif isinstance(left, SEQUENCES):
            self._check_repetition(left, right, copies)
        elif isinstance(right, SEQUENCES):
            self._check_repetition(right, left, copies)
        elif isinstance(left, Fraction) or isinstance(right, Fraction):
            check_fractions(left, right)

    def _check_repetition(self, items: Any, times: Any, copies: int) -> None:
        if not isinstance(times, int):
            if not hasattr(type(times), "__index__"):
                return
            raise TypeError(f"can't multiply sequence by non-int of type {type(times).__name__!r}")
        self.room(content(items) * max(int.__int__(times), 0) * copies)

    def mod(self, left: Any, right: Any) -> Any:
        """`left % right`, which formats where `left` is text."""
        if isinstance(left, TEXTS):
            self._check_percent(left, right)
        return left % right

    def imod(self, left: Any, right: Any) -> Any:
        """`left %= right`."""
        if isinstance(left, TEXTS):
            self._check_percent(left, right)
        return _IN_PLACE["imod"](left, right)

    def _check_percent(self, template: Any, values: Any) -> None:
        text = str.__str__(template) if isinstance(template, str) else bytes(template).decode("latin-1")
        check_widths(text)
        given = values if isinstance(values, tuple) else (values,)
        if "*" in text:
            for value in tuple.__iter__(given):
                if isinstance(value, int) and abs(int.__int__(value)) > LOOK_FROM:
                    raise ValueError(f"a width above {LOOK_FROM:,} is not available")
        parts = given if not isinstance(values, dict) else dict.values(values)
        for part in parts:
            self.shown(part)
        largest = max(map(size, parts), default=0)
        self.room(largest * (text.count("%") if isinstance(values, dict) else len(given)))

    def pow(self, base: Any, exponent: Any, modulus: Any = None) -> Any:
        """`base ** exponent`, and `pow` with a modulus."""
        self._check_power(base, exponent, modulus)
        return pow(base, exponent, modulus)

    def ipow(self, base: Any, exponent: Any) -> Any:
        """`base **= exponent`."""
        self._check_power(base, exponent, None)
        return _IN_PLACE["ipow"](base, exponent)

    def _check_power(self, base: Any, exponent: Any, modulus: Any) -> None:
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            exponent = exponent.numerator
        if isinstance(base, Fraction) and isinstance(exponent, int):
            base, exponent = max(abs(base.numerator), base.denominator), abs(int.__int__(exponent))
            if MAX_FRACTION_BITS < exponent * (int.bit_length(base) - 1) < MAX_BITS:
                raise long_fraction()
        if not (isinstance(base, int) and isinstance(exponent, int)):
            return
        times = int.__int__(exponent)
        if modulus is None:
            if int.bit_length(base) > 1 and times * math.log2(abs(int.__int__(base))) > MAX_BITS:
                raise too_many_bits("this power")
        # Each bit of the exponent is a product of numbers as long as the modulus; 20,000 takes a tenth of a second.
        elif isinstance(modulus, int) and (
            (times < 0 and int.bit_length(modulus) > _MAX_INVERTED)
            or abs(times).bit_length() * max(int.bit_length(modulus), 64) ** 1.6 > 20_000**2.6
        ):
            raise OverflowError("pow() of numbers this long takes too much time: use shorter ones")

    def integer(self, *args: Any, **kwargs: Any) -> int:
        """`int` of text and a base, which has no other bound where the base is a power of two."""
        return self.short(int(*args, **kwargs))  # type: ignore[no-any-return]  # a number

    def short(self, number: Any) -> Any:
        """Gives back a whole number that is not too long."""
        if isinstance(number, int) and int.bit_length(number) > MAX_BITS:
            raise too_many_bits("this number")
        return number

    def lshift(self, value: Any, bits: Any) -> Any:
        """`value << bits`."""
        self._check_shift(value, bits)
        return value << bits

    def ilshift(self, value: Any, bits: Any) -> Any:
        """`value <<= bits`."""
        self._check_shift(value, bits)
        return _IN_PLACE["ilshift"](value, bits)

    def _check_shift(self, value: Any, bits: Any) -> None:
        if isinstance(value, int) and isinstance(bits, int) and int.bit_length(value) + int.__int__(bits) > MAX_BITS:
            raise too_many_bits("this shift")

    def special(self, value: Any, name: str, found: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """Gives a special method of an operator that looks first.

        Args:
            value: A value of Python's own.
            name: Such as `__rmul__`.
            found: The method, where it is not what the value has by that name.
        """
        found = getattr(value, name) if found is None else found
        value = value.__self__ if type(value) is super else value  # type: ignore[attr-defined]  # typeshed does not know it
        kind = name.strip("_")
        if kind in ("format", "repr", "str"):
            return named(lambda *spec: self._text_of(value, found, spec, quoted=kind == "repr"), name)
        kind, swapped = (
            (kind[1:], True) if kind in ("rmul", "rmod", "rpow", "rlshift", "radd") else (kind.removeprefix("i"), False)
        )

        def method(other: Any = None, *rest: Any) -> Any:
            if kind == "round":
                return rounded(value, other)
            left, right = (other, value) if swapped else (value, other)
            if kind == "mul":
                self._check_product(left, right)
            elif kind == "pow":
                self._check_power(left, right, rest[0] if rest else None)
            elif kind == "lshift":
                self._check_shift(left, right)
            elif kind == "mod" and isinstance(left, TEXTS):
                self._check_percent(left, right)
            elif kind == "add":
                self.adding(right, left)
            return found(other, *rest)

        return named(method, name)

    def _text_of(self, value: Any, found: Callable[..., str], spec: tuple[Any, ...], *, quoted: bool) -> str:
        for given in spec:
            if isinstance(given, str):
                check_format(given)
                check_widths(str.__str__(given))
        (self.quoted if quoted else self.shown)(value)
        return found(*spec)

    # -- formats, displays, containers

    def part(self, value: Any) -> Any:
        """Gives back one of several parts of a formatted text."""
        if isinstance(value, str):
            self.room(2 * size(value))
        return self.shown(value)

    def whole(self, value: Any) -> Any:
        """Gives back what a container is made from: text gives an item for each character."""
        if type(value) in ITERATORS:  # items of `zip` may be rows of a matrix, each as long as another list
            return begun(value, _ROWS if type(value) is zip else PART)
        if isinstance(value, TEXTS):
            self.room(8 * length(value))
        elif isinstance(value, (list, tuple, set, frozenset, dict)):
            self.room(size(value))
        return value

    def spliced(self, value: Any, target: Any = None) -> Any:
        """Gives back what takes the place of a slice."""
        if type(value) is list and len(value) < _FEW_ITEMS:
            return value
        return self.adding(value) if isinstance(target, (bytearray, array)) else self.whole(value)

    def members(self, value: Any) -> Any:
        """As `whole`, of a set: what has equal hashes takes time that grows with the square of its number."""
        value = self.whole(value)
        return in_parts(value) if isinstance(value, list | tuple) and length(value) > _ROWS else value

    def pairs(self, value: Any) -> Any:
        """Gives back what a dict is made from: an iterator of pairs comes in parts."""
        if type(value) in ITERATORS:
            return begun(value)
        if isinstance(value, (dict, list, tuple)):
            self.room(_PAIR_BYTES * length(value))
        return value

    def accumulate(self, iterable: Any, func: Any = None, *, initial: Any = None) -> Any:
        """`itertools.accumulate`, which adds lists and texts as well."""
        return itertools.accumulate(iterable, self.add if func is None else func, initial=initial)

    def zeros(self, value: Any) -> Any:
        """Gives back what `bytes` is made from: a number asks for as many zeros."""
        number = as_index(value)
        if isinstance(number, int):
            self.room(number)
        return value if isinstance(value, int) else number  # an own number may say what bytes it is

    def shown(self, value: Any) -> Any:
        """Gives back what is turned into text: a list that holds another many times over has text without end."""
        if (kind := type(value)) not in FLAT or kind is bytes:
            self.room(3 * expanded(value, {}))
        return value

    def quoted(self, value: Any) -> Any:
        """As `shown`, of what is quoted: a character may become four."""
        if type(value) is not str:
            return self.shown(value)
        if len(value) > _FEW_ITEMS:
            self.room(4 * size(value))
        return value

    def representation(self, value: Any, /) -> str:
        """`repr`; of a handle the text that a rule gives: inside of other values it is short, so that those stay readable."""
        return str(value) if type(value) is Handle else repr(self.quoted(value))

    def text(self, value: Any) -> str:
        """`str`."""
        return str(self.shown(value))

    def escaped(self, value: Any, /) -> str:
        """`ascii`."""
        return ascii(self.quoted(value))

    def formatted(self, value: Any, spec: Any = "", /) -> str:
        """`format`."""
        return safe_format(self.shown(value), spec)

    # -- methods

    def method(self, name: str, this: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Calls one of `language.SIZED_METHODS`, after a look at what it would make.

        Args:
            name: The method.
            this: The object.
            args: By position.
            kwargs: By name.
        """
        check = CHECKS[name]
        if isinstance(this, type) and args:  # str.join(text, items)
            args = (args[0], *check(self.room, args[0], args[1:], kwargs))
        else:
            args = check(self.room, this.__self__ if type(this) is super else this, args, kwargs)  # type: ignore[attr-defined]  # typeshed does not know it
        return getattr(this, name)(*args, **kwargs)


# What takes all that a call gives is named in Python's message where that does not fit.
named(Amounts.method, "method", "builtins")
named(Amounts.integer, "int", "builtins")
