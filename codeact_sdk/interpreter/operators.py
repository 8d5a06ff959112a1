"""The rules of the policy for expressions whose result may be much larger than their parts.

Nothing in the process interrupts one running C call, so what it is asked for is looked at before. Where the types tell
that nothing can happen, there is no look. Elsewhere it must cost little in code that runs often, so there are several ways through
such an expression (see `ways`). The watchdog turns `@light` off when memory has grown, or a call has held the interpreter for
long (see `limits`). As the parts of a light program are small, so are sums of a few of them; products, powers and formats
are looked at always, as small parts can ask for any amount.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter import advice, language, nodes
from codeact_sdk.interpreter.inference import is_number
from codeact_sdk.interpreter.policy import RULES, Policy, rule
from codeact_sdk.interpreter.ways import (
    MOST_PARTS,
    Ways,
    bulk_of,
    choose,
    kept,
    light,
    pass_through,
    unless_numbers,
    visit_operand,
    ways_of,
)

_SMALL_EXPONENT = 3

_FEW = 1_000
"""Items, times or bits that are made without a look where all of it is written out."""

_SMALL_SHIFT = 64

_MOST_WITHIN = 16
"""Choices in the left operand of a remainder that has several ways itself."""


def _is_text_or_list(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return node.__class__ in _MADE_OF_PARTS


_MADE_OF_PARTS = frozenset({ast.List, ast.Tuple, ast.JoinedStr, ast.ListComp})


def _small(node: ast.expr, most: int) -> bool:
    """Tells whether this is a constant number up to a size, or one with a fraction."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand  # a fraction grows by negative powers too
    return isinstance(node, ast.Constant) and (
        isinstance(node.value, float | complex) or (isinstance(node.value, int) and node.value <= most)
    )


# -- operators


def _operator(policy: Policy, operator: ast.AST) -> None:
    if operator.__class__ not in language.PLAIN_NODES:
        RULES[operator.__class__](policy, operator)


@rule(ast.BinOp)
def _binary(policy: Policy, node: ast.BinOp) -> Any:
    _operator(policy, node.op)
    policy.deeper(node)
    node.left = visit_operand(policy, node.left)
    node.right = visit_operand(policy, node.right)
    policy.depth -= 1
    make = _GROWING.get(node.op.__class__)
    return pass_through(node, "left", "right") if make is None else make(policy, node)


@rule(ast.UnaryOp)
def _unary(policy: Policy, node: ast.UnaryOp) -> Any:
    _operator(policy, node.op)
    policy.deeper(node)
    node.operand = visit_operand(policy, node.operand)
    policy.depth -= 1
    return pass_through(node, "operand")


@rule(ast.Compare)
def _compare(policy: Policy, node: ast.Compare) -> Any:
    for operator in node.ops:
        _operator(policy, operator)
    before = policy.top.here()
    policy.children(node)
    if len(node.ops) > 1:
        policy.top.join(before)  # what a walrus behind the first has set may not be set
    return advice.quiet_compare(node)


def _sum(policy: Policy, node: ast.BinOp) -> Any:
    if is_number(node.left) or is_number(node.right):
        return pass_through(node, "left", "right")
    return choose(policy, node, "@add", None if _same_variable(node.left, node.right) else _fast(node))


def _same_variable(left: ast.expr, right: ast.expr) -> bool:
    """Whether it is `x + x`: what doubles at each turn is large before the watchdog has had one."""
    return isinstance(left, ast.Name) and isinstance(right, ast.Name) and left.id == right.id


def _fast(node: ast.BinOp) -> Any:
    """The operator itself, of operands that take their fast ways."""
    left, right = ways_of(node.left), ways_of(node.right)
    return nodes.placed(ast.BinOp(left.fast, node.op, right.fast), node)


def _product(policy: Policy, node: ast.BinOp) -> Any:
    left, right = node.left, node.right
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant) and is_number(node):
        return node
    if _is_short(left, right) or _is_short(right, left):
        return node
    if not policy.hot or _is_text_or_list(left) or _is_text_or_list(right):
        return nodes.guard_call("@mul", [left, right], node)
    weight = _weight(left, right)
    if weight is not None and weight <= MOST_PARTS:
        return choose(policy, node, "@mul", _fast(node), weight=weight)
    if not (is_number(left) or is_number(right)):
        node.grows = True  # type: ignore[attr-defined]  # numbers may become large
    return choose(policy, node, "@mul", _like_times_like(policy, node))


def _weight(left: ast.expr, right: ast.expr) -> int | None:
    """What a product adds up to if one factor is written out: three times a value are that many parts. Else None."""
    for factor, other in ((left, right), (right, left)):
        if (
            isinstance(factor, ast.UnaryOp)
            and isinstance(factor.op, ast.USub)
            and isinstance(factor.operand, ast.Constant)
        ):
            return ways_of(other).weight  # nothing is repeated less than once
        if isinstance(factor, ast.Constant) and isinstance(factor.value, int | float | complex):
            times = factor.value if isinstance(factor.value, int) else 1
            return (ways_of(other).weight + 1) * max(times, 1) - 1
    return None


def _like_times_like(policy: Policy, node: ast.BinOp) -> Any:
    """Two of one type are numbers, or make an error; None where they cannot be kept to be asked."""
    left, right = ways_of(node.left).fast, ways_of(node.right).fast
    if _same_variable(left, right):
        return node
    one = (left, left) if is_number(left) else kept(policy, left, "l", steady=isinstance(right, ast.Name))
    two = (right, right) if is_number(right) else kept(policy, right, "r", steady=True)
    if one is None or two is None:
        return None
    if is_number(left):
        test = nodes.type_in(two[0], "@numbers")
    elif is_number(right):
        test = nodes.type_in(one[0], "@numbers")
    else:
        test = nodes.same_type(one[0], two[0], node)
    product = nodes.placed(ast.BinOp(one[1], node.op, two[1]), node)
    return nodes.either(test, product, nodes.guard_call("@mul_part", [one[1], two[1]], node), node)


def _remainder(policy: Policy, node: ast.BinOp) -> Any:
    """`%` of text is a format with widths."""
    left, right = node.left, node.right
    if is_number(left):
        return pass_through(node, "left", "right")
    if not policy.hot or _is_text_or_list(left) or bulk_of(right) or bulk_of(left) > _MOST_WITHIN:
        # The right one stands there twice, and the left one stays as it is, with all of its ways.
        return nodes.guard_call("@mod", [left, right], node)
    policy.bulk += 1
    made = _of_whole_number(policy, node, left)
    if made is None:
        never = nodes.constant(False, node)
        made = nodes.either(never, never, nodes.guard_call("@mod", [left, right], node), node)
    else:
        ways = ways_of(left)
        slow = nodes.guard_call("@mod", [ways.slow, right], node)
        made.ways = Ways(_of_whole_number(policy, node, ways.fast), slow, ways.weight, ways.bulk)
        policy.top.choose(made, slow, policy.function)
    return unless_numbers(policy, made, node, left)


def _of_whole_number(policy: Policy, node: ast.BinOp, left: Any) -> Any:
    operand = kept(policy, left, "l", steady=True)
    if operand is None:
        return None
    native = nodes.placed(ast.BinOp(operand[1], node.op, node.right), node)
    guarded = nodes.guard_call("@mod", [operand[1], node.right], node)
    return nodes.either(nodes.type_is(operand[0], "@int"), native, guarded, node)


def _is_short(items: ast.expr, times: ast.expr) -> bool:
    """Tells whether text or a list that is written out is repeated a few times, as in `"-" * 40`."""
    if not (isinstance(times, ast.Constant) and type(times.value) is int and times.value <= _FEW):
        return False
    if isinstance(items, ast.Constant):
        return isinstance(items.value, str | bytes) and len(items.value) <= _FEW
    return (
        isinstance(items, ast.List)
        and len(items.elts) <= _FEW
        and not any(isinstance(item, ast.Starred) for item in items.elts)
    )


def _is_short_power(base: ast.expr, exponent: ast.expr) -> bool:
    return (
        isinstance(base, ast.Constant)
        and isinstance(exponent, ast.Constant)
        and type(base.value) is int
        and type(exponent.value) is int
        and base.value.bit_length() * exponent.value <= _FEW
    )


def _power(policy: Policy, node: ast.BinOp) -> Any:
    if _is_short_power(node.left, node.right):
        return node
    if not _small(node.right, _SMALL_EXPONENT):
        return nodes.guard_call("@pow", [node.left, node.right], node)
    exponent: Any = getattr(node.right, "operand", node.right)  # a fraction grows by negative powers too
    times = max(exponent.value, 1) if isinstance(exponent.value, int) else 1
    return choose(policy, node, "@pow", _fast(node), weight=(ways_of(node.left).weight + 1) * times - 1)


def _shift(_: Policy, node: ast.BinOp) -> Any:
    if _small(node.right, _SMALL_SHIFT):
        return pass_through(node, "left", "right")
    return nodes.guard_call("@lshift", [node.left, node.right], node)


_GROWING: dict[type[ast.operator], Callable[[Policy, ast.BinOp], Any]] = {
    ast.Add: _sum,
    ast.Mult: _product,
    ast.Mod: _remainder,
    ast.Pow: _power,
    ast.LShift: _shift,
}
"""What makes the native or the guarded form of each operator whose result may be larger than its operands."""

_IN_PLACE: dict[type[ast.operator], tuple[str, int | None]] = {
    ast.Mult: ("@imul", 1),
    ast.Mod: ("@imod", None),  # a number is enough for a format
    ast.Pow: ("@ipow", 1),
    ast.LShift: ("@ilshift", _SMALL_SHIFT),
}
"""The guards of `x op= y`, and the constants up to which there is nothing to guard."""


@rule(ast.AugAssign)
def _augmented(policy: Policy, node: ast.AugAssign) -> Any:
    target = node.target
    _operator(policy, node.op)
    if isinstance(target, ast.Name):
        policy.top.reads(target.id)
    policy.deeper(node)
    value = node.value = policy.visit(node.value)
    guard, small = _IN_PLACE.get(node.op.__class__, (None, 0))
    if small is not None and _small(value, small):
        guard = None
    if isinstance(target, ast.Name):
        policy.value = value
    elif isinstance(target, ast.Attribute):
        target.augmented = guard is None  # type: ignore[attr-defined]  # whether it is for the rule to place guards
    node.target = policy.visit(target)
    policy.depth -= 1
    if node.op.__class__ is ast.Add and not is_number(value):
        node.value = _addition(policy, node)
    return node if guard is None else _in_place(policy, node, guard)


def _addition(policy: Policy, node: ast.AugAssign) -> Any:
    """The value of `x += value`, looked at together with `x` where that is a variable."""
    value, target = node.value, node.target
    ways = ways_of(value)
    beside = [nodes.load(target.id, target)] if isinstance(target, ast.Name) else []
    made = light(policy, value, ways.fast, nodes.guard_call("@adding", [ways.slow, *beside], value), ways.weight + 1)
    if not isinstance(made, ast.IfExp) or _same_variable(target, value):
        never = nodes.constant(False, value)
        made = nodes.either(never, never, nodes.guard_call("@adding", [value, *beside], value), value)
    policy.top.choose(made, made.orelse, policy.function)
    return unless_numbers(policy, made, value, value)


def _in_place(policy: Policy, node: ast.AugAssign, guard: str) -> Any:
    """Does `target op= value` by a guard, which gets the object that `target` holds."""
    target: Any = node.target
    before: list[ast.stmt] = []
    if isinstance(target, ast.Attribute):
        before = [nodes.assignment("@of", target.value, target)]
        of = nodes.load("@of", target)
        target.value = nodes.under_policy(of, target.attr)  # and not once before: text that `exec` runs may set `@of`
        again: Any = nodes.placed(ast.Attribute(nodes.under_policy(of, target.attr), target.attr, ast.Load()), target)
    elif isinstance(target, ast.Subscript):
        before = [nodes.assignment("@of", target.value, target), nodes.assignment("@at", target.slice, target)]
        target.value, target.slice = nodes.load("@of", target), nodes.load("@at", target)
        again = nodes.placed(ast.Subscript(target.value, target.slice, ast.Load()), target)
    else:
        again = nodes.load(target.id, target)
    value = nodes.guard_call(guard, [again, node.value], node)
    if isinstance(target, ast.Name) and node.op.__class__ in (ast.Mult, ast.Mod):
        native = nodes.placed(ast.BinOp(again, node.op, node.value), node)
        native.grows = node.op.__class__ is ast.Mult
        never = nodes.constant(False, node)
        value = unless_numbers(policy, nodes.either(never, never, value, node), native, again, node.value)
    return [*before, nodes.placed(ast.Assign([target], value), node)]


# -- comprehensions


@rule(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
def _comprehension(policy: Policy, node: Any) -> Any:
    policy.enter_nested(node)
    policy.deeper(node)
    is_nested = isinstance(node, ast.GeneratorExp)
    first = node.generators[0]
    outer, before = (policy.temporaries, policy.hot, policy.comprehension), policy.top.here()
    policy.temporaries = False  # no name may be bound in what a comprehension goes through
    first.iter = range_head(policy, first.iter)  # in the scope around
    policy.hot += 1
    policy.comprehension = None if policy.values is None else policy.values.inside()
    policy.top.level += is_nested
    for generator in node.generators:
        _generator(policy, generator, first=generator is first, nested=is_nested)
    for field in ("elt", "key", "value"):
        if (value := getattr(node, field, None)) is not None:
            setattr(node, field, policy.visit(value))
    policy.top.level -= is_nested
    policy.temporaries, policy.hot, policy.comprehension = outer
    policy.top.join(before)
    policy.depth -= 1
    policy.nesting -= 1
    return node


def _generator(policy: Policy, node: ast.comprehension, *, first: bool, nested: bool) -> None:
    if node.is_async:
        policy.awaits = True
        policy.top.awaits |= policy.top.level == 0 and not nested
    if not first:
        node.iter = range_head(policy, node.iter)
    outer, policy.top.in_target = policy.top.in_target, True
    if isinstance(node.target, ast.Name):
        policy.value = getattr(node.iter, "items", None)
    node.target = policy.visit(node.target)
    policy.top.in_target = outer
    policy.each(node.ifs)


def range_head(policy: Policy, node: ast.expr) -> Any:
    """Visits what a loop goes through: Python code runs at every turn, so a range there needs no bound."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"):
        return policy.visit(node)
    policy.children(node)
    own = nodes.placed(ast.Compare(nodes.load("range", node), [ast.Is()], [nodes.load("@Range", node)]), node)
    other = nodes.guard_call("@counting", [nodes.load("range", node)], node)
    node.func = nodes.either(own, nodes.load("@range", node), other, node.func)
    node.items = nodes.constant(0, node)  # type: ignore[attr-defined]  # what the loop's variable will be: a number
    return node
