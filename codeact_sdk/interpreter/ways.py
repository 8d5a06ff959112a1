"""The ways through an expression whose result may be much larger than its parts, and which of them the code takes.

There are three. Where all operands can be nothing but numbers the expression is computed natively (see `inference`). The fast way
is taken while `@light` is true: sums are made without a look, products and formats look at the types of their operands. The slow
way asks the guards, which know the limits.

An expression is chosen for as a whole. What it is made of stands in each of its ways once, in the same way as the whole; so
the code of an expression grows with its length and not with its depth. What is no arithmetic, such as a call with sums in its
arguments, stands in each way with all of its own, which `policy.bulk` counts: beyond a bound the slow way alone is left.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, NamedTuple

from codeact_sdk.interpreter import nodes
from codeact_sdk.interpreter.inference import OPERANDS, Waiting, grows
from codeact_sdk.interpreter.policy import RULES, Policy

MOST_PARTS = 6
"""The largest weight of an expression that is made without a look; see `limits.LIGHT_SHARE`."""

_MOST_UNCHECKED = 4
"""Statements in a row, without a loop or call between them, whose sums are made without a look."""

_MOST_BULK = 100
"""Choices that one expression may hold, counted as often as they stand in its code."""


class Ways(NamedTuple):
    """Two ways through a part, for the expression that it is part of. Both take its operands in the order of the text."""

    fast: Any
    slow: Any
    weight: int
    """As how many values of a light program its value may be large, less one: nothing looks at it before."""
    bulk: int
    """Choices that stand in one of the ways, in what is no arithmetic."""


def bulk_of(node: Any) -> int:
    """The choices that stand in a node that was visited."""
    bulk: int = getattr(node, "bulk", 0)
    return bulk


def ways_of(node: Any) -> Ways:
    """The ways through a node that was visited; the node itself where it has none."""
    found: Ways | None = getattr(node, "ways", None)
    return Ways(node, node, 0, bulk_of(node)) if found is None else found


def visit_operand(policy: Policy, node: ast.expr) -> Any:
    """Visits an operand, and takes note on it of the choices that it holds."""
    before = policy.bulk
    made: Any = RULES[node.__class__](policy, node)
    if policy.bulk != before:
        made.bulk = policy.bulk - before
    return made


def pass_through(node: Any, *fields: str) -> Any:
    """Has an operator that needs no guard stand in the ways of the expression that it is part of."""
    operands = [getattr(node, field) for field in fields]
    if any(hasattr(operand, "ways") for operand in operands):
        ways = [ways_of(operand) for operand in operands]
        fast = _with_operands(node, fields, [way.fast for way in ways])
        slow = _with_operands(node, fields, [way.slow for way in ways])
        node.ways = Ways(fast, slow, sum(way.weight for way in ways), sum(way.bulk for way in ways))
    return node


def _with_operands(node: Any, fields: Iterable[str], operands: Iterable[Any]) -> Any:
    made = node.__class__(**{**dict(ast.iter_fields(node)), **dict(zip(fields, operands, strict=True))})
    return nodes.placed(made, node)


def choose(policy: Policy, node: Any, guard: str, fast: Any, *, weight: int | None = None) -> Any:
    """Gives what stands in the place of a guarded operator.

    Args:
        policy: Knows the scope.
        node: The operator, its operands visited.
        guard: Takes both operands.
        fast: The fast way; None where there is none.
        weight: Parts that are put together without a look, less one; those of both operands together where this is left out.
    """
    if not policy.hot:  # what runs once is not worth a second way
        return nodes.guard_call(guard, [node.left, node.right], node)
    left, right = ways_of(node.left), ways_of(node.right)
    if weight is None:
        weight = left.weight + right.weight + 1
    bulk, within = left.bulk + right.bulk, bulk_of(node.left) + bulk_of(node.right)
    slow = nodes.guard_call(guard, [left.slow, right.slow], node)
    if 3 * bulk > _MOST_BULK:
        return slow
    if fast is None or weight > MOST_PARTS or not _may_skip(policy):
        never = nodes.constant(False, node)
        made = nodes.either(never, never, nodes.guard_call(guard, [node.left, node.right], node), node)
        policy.bulk += 1 + bulk
    else:
        made = nodes.either(nodes.load("@light", node), fast, slow, node)
        made.ways = Ways(fast, slow, weight, bulk)
        policy.top.choose(made, slow, policy.function)
        policy.bulk += 1 + 3 * bulk - within
    return unless_numbers(policy, made, node, node.left, node.right)


def light(policy: Policy, node: Any, fast: Any, slow: Any, weight: int) -> Any:
    """Chooses between two ways of anything; gives the slow one alone where too much is unchecked."""
    if not policy.hot or weight > MOST_PARTS or not _may_skip(policy):
        return slow
    return nodes.either(nodes.load("@light", node), fast, slow, node)


def _may_skip(policy: Policy) -> bool:
    policy.unchecked += 1
    return policy.unchecked % (_MOST_UNCHECKED + 1) != 0


def unless_numbers(policy: Policy, made: Any, native: Any, *operands: Any) -> Any:
    """Has the native way taken if it turns out that the operands can be nothing but numbers.

    Args:
        policy: Knows the scope.
        made: A choice between the other ways.
        native: The native way, of operands that may be choices themselves.
        operands: What must be numbers.
    """
    values = policy.values
    if values is None or not policy.hot:
        return made
    made.native = native
    before = nodes.either(made.test, made.body, made.orelse, made)

    def take(flags: list[str]) -> None:
        otherwise = before if flags else getattr(made, "ways", before)
        made.body = pure(native)
        if grows(native):
            flags = [*flags, "@light"]
        if flags:
            made.test = nodes.all_of([nodes.load(flag, made) for flag in flags], made)
            made.orelse = otherwise.slow if isinstance(otherwise, Ways) else otherwise
        else:
            made.test = made.orelse = nodes.constant(True, made)

    values.wait(Waiting(operands, take))
    return made


def pure(node: Any) -> Any:
    """The native way of an expression and all its operands."""
    node = getattr(node, "native", node)
    fields = OPERANDS.get(node.__class__, ())
    parts = [pure(getattr(node, field)) for field in fields]
    if all(part is getattr(node, field) for field, part in zip(fields, parts, strict=True)):
        return node
    return _with_operands(node, fields, parts)


def kept(policy: Policy, node: ast.expr, name: str, *, steady: bool) -> tuple[Any, Any] | None:
    """Gives an operand twice: as it is computed, and as it is read again. None where it cannot be kept.

    Args:
        policy: Knows whether there is room for names of ours.
        node: The operand.
        name: First part of the name that it is kept by.
        steady: Whether nothing runs between the two that could set a variable anew.
    """
    if isinstance(node, ast.Constant) or (steady and isinstance(node, ast.Name)):
        return node, node
    if not policy.temporaries:
        return None
    name = f"@{name}{policy.depth}"  # an operand may hold another product
    return nodes.kept(name, node), nodes.load(name, node)
