"""Bounds on what one call of C code may be asked for: nothing in the process interrupts it.

What is visible in the source is judged when it is compiled; iterators without an end, and padded text, where they are
made. A loop in the source is left alone: it runs Python code at every turn, so the clock stops it.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from codeact_sdk.interpreter import advice, nodes

MAX_ITEMS = 20_000_000
"""Most items that C code may take from one range or endless iterator: about a second."""

MAX_BITS = 4_000_000
"""Largest whole number that a power or a shift in the source may make, in bits."""

MAX_TEXT = 100_000_000
"""Longest text or list that a product in the source may make, and widest padding."""

_BOUNDED = "@bounded"


# -- in the source


def call_rule(policy: Any, node: ast.Call) -> Any:
    """Bounds the ranges that are not the head of a loop."""
    policy._children(node)  # noqa: SLF001  # a rule of the policy
    if isinstance(node.func, ast.Name) and node.func.id == "range":
        return nodes.guard_call(_BOUNDED, [node], node)
    return advice.quiet_call(node)


def native_head(node: Any) -> Any:
    """Takes the bound off the head of a loop, if it has one."""
    head = getattr(node, "iter", None)
    if isinstance(head, ast.Call) and isinstance(head.func, ast.Name) and head.func.id == _BOUNDED:
        node.iter = head.args[0]
    return node


def too_large(node: ast.BinOp) -> str:
    """Tells what is wrong with a product, a power or a shift of constants; empty if nothing is."""
    left, right = node.left, _number(node.right)
    if isinstance(node.op, ast.Mult):
        for part, times in ((left, right), (node.right, _number(left))):
            if times is not None and _length(part) * times > MAX_TEXT:
                return f"this would have more than {MAX_TEXT:,} items: make less"
    elif isinstance(node.op, ast.Pow | ast.LShift) and right is not None:
        base = _number(left)
        if base is not None and _bits(node.op, base, right) > MAX_BITS:
            return f"this number would have more than {MAX_BITS:,} bits: use floats, or pow(a, b, modulus)"
    return ""


def _number(node: ast.expr) -> int | None:
    """The value of a whole number that is written out, such as `10**9`."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Pow | ast.LShift | ast.Add | ast.Sub):
        left, right = _number(node.left), _number(node.right)
        if left is None or right is None or right < 0 or _bits(node.op, left, right) > MAX_BITS:
            return None
        return _COMPUTED[type(node.op)](left, right)
    return None


def _bits(operator: ast.operator, left: int, right: int) -> int:
    """About how many bits the result has."""
    if isinstance(operator, ast.Pow):
        return left.bit_length() * right
    return left.bit_length() + (right if isinstance(operator, ast.LShift) else right.bit_length())


_COMPUTED: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Mult: lambda left, right: left * right,
    ast.Pow: lambda left, right: left**right,
    ast.LShift: lambda left, right: left << right,
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
}


def _length(node: ast.expr) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return len(node.value)
    return len(node.elts) if isinstance(node, ast.List | ast.Tuple) else 0


# -- in the running program


def bounded(value: Any) -> Any:
    """Gives back a range that C code may go through.

    Raises:
        OverflowError: It is longer than `MAX_ITEMS`.
    """
    if type(value) is range and abs(value.stop - value.start) > MAX_ITEMS * abs(value.step):
        raise OverflowError(f"a range of more than {MAX_ITEMS:,} numbers can be the head of a for loop only")
    return value


def _over(rest: Iterator[Any], name: str) -> Iterator[Any]:
    for _ in rest:
        raise OverflowError(f"{name} gave {MAX_ITEMS:,} items: use a while loop, or itertools.islice")
    yield from ()


def _ended(endless: Iterator[Any], name: str) -> Iterator[Any]:
    return itertools.chain(itertools.islice(endless, MAX_ITEMS), _over(endless, name))


def safe_iter(*arguments: Any) -> Any:
    """`iter`, with an end where it calls a function."""
    made = iter(*arguments)
    return made if len(arguments) == 1 else _ended(made, "iter()")


def count(start: Any = 0, step: Any = 1) -> Iterator[Any]:
    """`itertools.count`, with an end."""
    return _ended(itertools.count(start, step), "itertools.count()")


def cycle(iterable: Iterable[Any]) -> Iterator[Any]:
    """`itertools.cycle`, with an end."""
    return _ended(itertools.cycle(iterable), "itertools.cycle()")


def repeat(value: Any, times: Any = None) -> Iterator[Any]:
    """`itertools.repeat`, with an end."""
    if times is None:
        return _ended(itertools.repeat(value), "itertools.repeat()")
    made = itertools.repeat(value, times)
    return made if made.__length_hint__() <= MAX_ITEMS else _ended(made, "itertools.repeat()")


def padded(value: Any, name: str) -> Any:
    """A method of text that pads, with a bound on the width."""
    method = getattr(value, name)
    kind = value if isinstance(value, type) else type(value)
    if not issubclass(kind, str | bytes | bytearray):
        return method

    def call(*arguments: Any, **options: Any) -> Any:
        for width in (*arguments, *options.values()):
            if isinstance(width, int) and width > MAX_TEXT:
                raise OverflowError(f"a width above {MAX_TEXT:,} is not available")
        return method(*arguments, **options)

    return call
