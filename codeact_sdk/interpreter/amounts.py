"""How much one call of C code may be asked for: nothing in the process interrupts it while it runs.

The policy calls these guards where the result of an expression may be much larger than its parts (see `operators` and
`displays`). Memory that would go beyond the limit is refused before it is asked for; whole numbers have a bound of their own,
since arithmetic on them takes time that grows faster than their size.
"""

from __future__ import annotations

import math
import operator
from array import array
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from typing import Any

from codeact_sdk.interpreter.formatting import check_widths
from codeact_sdk.interpreter.limits import Budget

MAX_BITS = 1_100_000
"""Largest whole number that a product, a power or a shift makes. Dividing numbers of this size takes CPython 3.11 about
a quarter of a second, and nothing stops it."""

LOOK_FROM = 1_000_000
"""Bytes from which memory that will be taken is looked at."""

_SEQUENCES: tuple[type, ...] = (str, bytes, bytearray, list, tuple, deque, array)
_TEXTS: tuple[type, ...] = (str, bytes, bytearray)

_COUNTED: tuple[Any, ...] = (*_SEQUENCES, dict, set, frozenset)
_SIZED: tuple[Any, ...] = (*_COUNTED, int)

_ITEM_BYTES = 60
"""About what a short text takes as an item of a list."""


_IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, name) for name in ("imul", "imod", "ipow", "ilshift")
}


def size(value: object) -> int:
    """Bytes of a builtin value itself, without what it holds; its class is not asked."""
    for kind in _SIZED:
        if isinstance(value, kind):
            return int(kind.__sizeof__(value))
    return 0


def length(value: Any) -> int:
    """Items of a builtin value; its class is not asked."""
    for kind in _COUNTED:
        if isinstance(value, kind):
            return int(kind.__len__(value))
    return 0


def too_many_bits(what: str) -> OverflowError:
    """The refusal of a whole number."""
    return OverflowError(f"{what} would have more than {MAX_BITS:,} bits: use floats, or pow(a, b, modulus)")


class Amounts:
    """The guards of one session."""

    def __init__(self, budget: Callable[[], Budget]) -> None:
        self._budget = budget

    def bindings(self) -> dict[str, object]:
        """The names by which compiled code reaches them."""
        named = {
            name: getattr(self, name) for name in ("mul", "imul", "mod", "imod", "pow", "ipow", "lshift", "ilshift")
        }
        own = {f"@{name}": guard for name, guard in named.items()}
        return own | {
            "@add": self.add,
            "@adding": self.adding,
            "@part": self.part,
            "@whole": self.whole,
            "@zeros": self.zeros,
            "@shown": self.shown,
        }

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
        if isinstance(value, (*_SEQUENCES, dict, set)) or isinstance(beside, _SEQUENCES):
            taken = size(value)
            self.room(taken + (taken if beside is None else size(beside)))
        return value

    def mul(self, left: Any, right: Any) -> Any:
        """`left * right`."""
        self._check_product(left, right)
        return left * right

    def imul(self, left: Any, right: Any) -> Any:
        """`left *= right`."""
        self._check_product(left, right)
        return _IN_PLACE["imul"](left, right)

    def _check_product(self, left: Any, right: Any) -> None:
        if type(left) is float or type(right) is float:
            return
        if isinstance(left, int) and isinstance(right, int):
            if int.bit_length(left) + int.bit_length(right) > MAX_BITS:
                raise too_many_bits("this product")
        elif isinstance(left, _SEQUENCES):
            self._check_repetition(left, right)
        elif isinstance(right, _SEQUENCES):
            self._check_repetition(right, left)

    def _check_repetition(self, items: Any, times: Any) -> None:
        if not isinstance(times, int):
            if not hasattr(type(times), "__index__"):
                return
            raise TypeError(f"can't multiply sequence by non-int of type {type(times).__name__!r}")
        self.room(size(items) * max(int.__int__(times), 0))

    def mod(self, left: Any, right: Any) -> Any:
        """`left % right`, which formats where `left` is text."""
        if isinstance(left, _TEXTS):
            self._check_percent(left, right)
        return left % right

    def imod(self, left: Any, right: Any) -> Any:
        """`left %= right`."""
        if isinstance(left, _TEXTS):
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
        if isinstance(base, Fraction) and isinstance(exponent, int):
            base = max(abs(base.numerator), base.denominator)
        if not (isinstance(base, int) and isinstance(exponent, int)):
            return
        times = int.__int__(exponent)
        if modulus is None:
            if int.bit_length(base) > 1 and times * math.log2(abs(int.__int__(base))) > MAX_BITS:
                raise too_many_bits("this power")
        # Each bit of the exponent is a product of numbers as long as the modulus; 20,000 takes a tenth of a second.
        elif isinstance(modulus, int) and (
            abs(times).bit_length() * max(int.bit_length(modulus), 64) ** 1.6 > 20_000**2.6
        ):
            raise OverflowError("pow() of numbers this long takes too much time: use shorter ones")

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

    def special(self, value: Any, name: str) -> Callable[..., Any]:
        """Gives a special method of an operator that looks first.

        Args:
            value: A value of Python's own.
            name: Such as `__rmul__`.
        """
        found = getattr(value, name)
        kind = name.strip("_")
        kind, swapped = (
            (kind[1:], True) if kind in ("rmul", "rmod", "rpow", "rlshift", "radd") else (kind.removeprefix("i"), False)
        )

        def method(other: Any = None, *rest: Any) -> Any:
            left, right = (other, value) if swapped else (value, other)
            if kind == "mul":
                self._check_product(left, right)
            elif kind == "pow":
                self._check_power(left, right, rest[0] if rest else None)
            elif kind == "lshift":
                self._check_shift(left, right)
            elif kind == "mod" and isinstance(left, _TEXTS):
                self._check_percent(left, right)
            elif kind == "add":
                self.adding(right, left)
            return found(other, *rest)

        return _named(method, name)

    # -- formats, displays, containers

    def part(self, value: Any) -> Any:
        """Gives back one of several parts of a formatted text."""
        if isinstance(value, str):
            self.room(2 * size(value))
        return value

    def whole(self, value: Any) -> Any:
        """Gives back what a container is made from: text gives an item for each character."""
        if isinstance(value, _TEXTS):
            self.room(8 * length(value))
        elif isinstance(value, list | tuple | set | frozenset | dict):
            self.room(size(value))
        return value

    def zeros(self, value: Any) -> Any:
        """Gives back what `bytes` is made from: a number asks for as many zeros."""
        if isinstance(value, int):
            self.room(int.__int__(value))
        return value

    def shown(self, value: Any) -> Any:
        """Gives back what is turned into text: a list that holds another many times over has text without end."""
        if type(value) in _CONTAINERS:
            self.room(3 * expanded(value, {}))
        return value

    # -- methods

    def methods(self) -> dict[str, Callable[..., Any]]:
        """Those of `language.SIZED_METHODS`: each gets the object and the arguments of the call."""
        checks: dict[str, Check] = {
            "join": self._join,
            "replace": self._replace,
            "translate": self._translate,
            "expandtabs": self._expandtabs,
            "to_bytes": self._to_bytes,
            **dict.fromkeys(("ljust", "rjust", "center", "zfill"), self._pad),
            **dict.fromkeys(("split", "rsplit", "splitlines"), self._split),
        }
        checks |= {name: self._copying(factor) for name, factor in _COPIES.items()}
        return {name: _guarded(name, check) for name, check in checks.items()}

    def _join(self, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
        if not isinstance(this, _TEXTS) or len(args) != 1:
            return args
        items = args[0] if isinstance(args[0], list | tuple) else gathered(args[0])
        try:
            taken = sum(map(len, items)) + length(this) * len(items)
        except TypeError:  # not all of it is text: the method says so
            return (items,)
        self.room(taken)
        return (items,)

    def _replace(self, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
        if isinstance(this, _TEXTS) and len(args) >= 2 and length(this) * (1 + length(args[1])) > LOOK_FROM:  # noqa: PLR2004  # old and new
            times = count(this, args[0])
            if len(args) > 2 and isinstance(args[2], int) and args[2] >= 0:  # noqa: PLR2004  # and how often
                times = min(times, int.__int__(args[2]))
            self.room(size(this) + times * size(args[1]))
        return args

    def _translate(self, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
        if isinstance(this, str) and args and isinstance(args[0], dict):
            texts = (item for item in dict.values(args[0]) if isinstance(item, str))
            self.room(size(this) * max(map(length, texts), default=1))
        return args

    def _expandtabs(self, this: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        if isinstance(this, _TEXTS):
            width = next((value for value in (*args, *kwargs.values()) if isinstance(value, int)), 8)
            self.room(size(this) + int.__int__(width) * count(this, "\t" if isinstance(this, str) else b"\t"))
        return args

    def _pad(self, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
        if isinstance(this, _TEXTS) and args and isinstance(args[0], int):
            self.room(int.__int__(args[0]) * (4 if len(args) > 1 else 1))
        return args

    def _split(self, this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
        if isinstance(this, _TEXTS) and length(this) > LOOK_FROM // 8:
            by = args[0] if args and isinstance(args[0], str | bytes) else None
            self.room(length(this) + _ITEM_BYTES * (count(this, by) if by else length(this) // 2))
        return args

    def _copying(self, factor: int) -> Check:
        def check(this: Any, args: tuple[Any, ...], _: dict[str, Any]) -> tuple[Any, ...]:
            if isinstance(this, (*_SEQUENCES, dict, set)):
                self.room((size(this) + sum(map(size, args))) * factor)
            return args

        return check

    def _to_bytes(self, this: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        if isinstance(this, int):
            self.room(
                max((int.__int__(value) for value in (*args, *kwargs.values()) if isinstance(value, int)), default=1)
            )
        return args


_CONTAINERS = (list, tuple, dict, set, frozenset)


def expanded(value: Any, known: dict[int, int]) -> int:
    """Counts the items of a container and of all that is in it, each as often as it is there.

    Args:
        value: The container.
        known: Counts by identity; one that holds itself counts as nothing there.
    """
    if id(value) in known:
        return known[id(value)]
    known[id(value)] = 0
    items = (*value, *value.values()) if type(value) is dict else value
    total = len(value) + sum(expanded(item, known) for item in items if type(item) in _CONTAINERS)
    known[id(value)] = total
    return total


Check = Callable[[Any, tuple[Any, ...], dict[str, Any]], tuple[Any, ...]]
"""Looks at a call of a method: the object, the arguments; gives the positional arguments."""


def _guarded(name: str, check: Check) -> Callable[..., Any]:
    """Makes a method that looks before it does what the object's own does."""

    def method(this: Any, /, *args: Any, **kwargs: Any) -> Any:
        if isinstance(this, type) and args:  # str.join(text, items)
            args = (args[0], *check(args[0], args[1:], kwargs))
        else:
            args = check(this.__self__ if type(this) is super else this, args, kwargs)  # type: ignore[attr-defined]  # typeshed does not know it
        return getattr(this, name)(*args, **kwargs)

    return _named(method, name)


def _named(method: Any, name: str) -> Callable[..., Any]:
    method.__name__ = method.__qualname__ = name
    return method  # type: ignore[no-any-return]  # a function


def gathered(items: Any) -> Any:
    """Takes items one after another, so that memory is seen to grow; gives back what is not iterable."""
    try:
        given = iter(items)
    except TypeError:
        return items
    out: list[Any] = []
    while part := list(islice(given, 1024)):
        out += part
    return out


_COPIES = {"encode": 4, "extend": 1, "update": 1, "copy": 1, "hex": 2, "decode": 4}
"""Methods whose result is as large as what they are given, or so many times larger at most."""


def count(text: Any, part: Any) -> int:
    """How often a part is in a text."""
    if isinstance(part, _TEXTS) and length(part) == 0:
        return length(text) + 1
    kind: Any = str if isinstance(text, str) else bytes if isinstance(text, bytes) else bytearray
    try:
        return kind.count(text, part)  # type: ignore[no-any-return]  # it is an int
    except TypeError:  # the method itself says so
        return 0
