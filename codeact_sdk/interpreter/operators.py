"""The rules of the policy for expressions whose result may be much larger than their parts.

Nothing in the process interrupts one running C call, so what it is asked for is looked at before. Where the types tell
that nothing can happen, there is no look. Elsewhere it must cost little in code that runs often, so there are two ways through
such an expression: the native one while `@light` is true, and one by guards, which know the limits. The watchdog turns
`@light` off when memory has grown, or a call has held the interpreter for long (see `limits`). As the parts of a light program
are small, so are sums of a few of them; products, powers and formats are looked at always, as small parts can ask for any amount.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter import advice, language, nodes
from codeact_sdk.interpreter.inference import Waiting, is_number
from codeact_sdk.interpreter.policy import RULES, Policy, rule

_MOST_PARTS = 6
"""Sums in one expression that are made without a look; see `limits.LIGHT_SHARE`."""

_MOST_UNCHECKED = 4
"""Statements in a row, without a loop or call between them, whose sums are made without a look."""

_SMALL_FACTOR = 16
"""Constant factors up to this count as a sum of as many parts."""

_SMALL_EXPONENT = 3

_FEW = 1_000
"""Items, times or bits that are made without a look where all of it is written out."""

_SMALL_SHIFT = 64


def _is_text_or_list(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.List | ast.Tuple | ast.JoinedStr | ast.ListComp)


def _small(node: ast.expr, most: int) -> bool:
    """Tells whether this is a constant number up to a size, or one with a fraction."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand  # a fraction grows by negative powers too
    return isinstance(node, ast.Constant) and (
        isinstance(node.value, float | complex) or (isinstance(node.value, int) and node.value <= most)
    )


# -- two ways through an expression


def light(policy: Policy, node: Any, fast: Any, slow: Any, weight: int) -> Any:
    """Chooses while the program runs; gives the slow way alone where the code runs once or too much is unchecked."""
    if not policy.hot or weight > _MOST_PARTS:
        return slow
    policy.unchecked += 1
    if policy.unchecked % (_MOST_UNCHECKED + 1) == 0:
        return slow
    made = nodes.either(nodes.load("@light", node), fast, slow, node)
    made.ways = (fast, slow, weight)
    return made


def _ways(node: Any) -> tuple[Any, Any, int]:
    """Both ways of a part, so that an expression asks once."""
    return getattr(node, "ways", (node, node, 0))


def _unless_numbers(policy: Policy, made: Any, native: Any, light: bool, *operands: Any) -> Any:
    """Has the native way taken if it turns out that the operands can be nothing but numbers.

    Args:
        policy: Knows the scope.
        made: The guarded way: a choice between two, or a call.
        native: The native way.
        light: Whether numbers may become large here.
        operands: What must be numbers.
    """
    values = policy.values
    if values is None or not policy.hot:
        return made
    if not isinstance(made, ast.IfExp):
        made = nodes.either(nodes.placed(ast.Constant(False), made), native, made, made)
    made.native = native

    def take(flags: list[str]) -> None:
        tests = [nodes.load(flag, made) for flag in (*flags, *(["@light"] if light else []))]
        made.test = nodes.placed(ast.Constant(True), made) if not tests else nodes.all_of(tests, made)
        if not flags:
            made.body = native
        elif made.body is not native:
            made.body, made.orelse = native, made_before

    made_before = nodes.either(made.test, made.body, made.orelse, made)
    values.wait(Waiting(operands, take))
    return made


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


# -- operators


def _operator(policy: Policy, operator: ast.AST) -> None:
    if operator.__class__ not in language.PLAIN_NODES:
        RULES[operator.__class__](policy, operator)


@rule(ast.BinOp)
def _binary(policy: Policy, node: ast.BinOp) -> Any:
    _operator(policy, node.op)
    make = _GROWING.get(node.op.__class__)
    policy.children(node)
    return node if make is None else make(policy, node)


@rule(ast.UnaryOp)
def _unary(policy: Policy, node: ast.UnaryOp) -> Any:
    _operator(policy, node.op)
    return policy.children(node)


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
        return node
    (fast_left, slow_left, one), (fast_right, slow_right, two) = _ways(node.left), _ways(node.right)
    fast = nodes.placed(ast.BinOp(fast_left, node.op, fast_right), node)
    made = light(policy, node, fast, nodes.guard_call("@add", [slow_left, slow_right], node), one + two + 1)
    if isinstance(made, ast.IfExp):
        _unless_numbers(policy, made, node, False, node.left, node.right)
    return made


def _product(policy: Policy, node: ast.BinOp) -> Any:
    left, right = node.left, node.right
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant) and is_number(node):
        return node
    if _is_short(left, right) or _is_short(right, left):
        return node
    slow = nodes.guard_call("@mul", [left, right], node)
    if not policy.hot or _is_text_or_list(left) or _is_text_or_list(right):
        return slow
    if _small(left, _SMALL_FACTOR) or _small(right, _SMALL_FACTOR):
        return _unless_numbers(policy, light(policy, node, node, slow, 2), node, False, left, right)
    made = slow
    one = kept(policy, left, "l", steady=isinstance(right, ast.Name))
    two = kept(policy, right, "r", steady=True)
    if one is not None and two is not None:
        test = nodes.both(nodes.same_type(one[0], two[0], node), nodes.load("@light", node), node)
        made = _tested(policy, node, test, (one[1], two[1]), slow)
    return _unless_numbers(policy, made, node, True, left, right)


def _tested(policy: Policy, node: ast.BinOp, test: ast.expr, pair: tuple[Any, Any], guarded: Any) -> Any:
    """Chooses by a test that keeps the operands; `guarded` is the guarded way without it."""
    fast = nodes.placed(ast.BinOp(pair[0], node.op, pair[1]), node)
    made = nodes.either(test, fast, nodes.guard_call(guarded.func.id, list(pair), node), node)
    if policy.function is None:
        policy.top.tested.append((made, guarded))
    return made


def _remainder(policy: Policy, node: ast.BinOp) -> Any:
    """`%` of text is a format with widths."""
    left = node.left
    if is_number(left):
        return node
    made = nodes.guard_call("@mod", [left, node.right], node)
    if not policy.hot or _is_text_or_list(left):
        return made
    operand = kept(policy, left, "l", steady=True)
    if operand is not None:
        made = _tested(policy, node, nodes.type_is(operand[0], "@int"), (operand[1], node.right), made)
    return _unless_numbers(policy, made, node, False, left)


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
    slow = nodes.guard_call("@pow", [node.left, node.right], node)
    return light(policy, node, node, slow, 2) if _small(node.right, _SMALL_EXPONENT) else slow


def _shift(_: Policy, node: ast.BinOp) -> Any:
    return node if _small(node.right, _SMALL_SHIFT) else nodes.guard_call("@lshift", [node.left, node.right], node)


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
    fast, slow, weight = _ways(node.value)
    target = node.target
    beside = [nodes.load(target.id, target)] if isinstance(target, ast.Name) else []
    made = light(policy, node.value, fast, nodes.guard_call("@adding", [slow, *beside], slow), weight + 1)
    return _unless_numbers(policy, made, node.value, False, node.value) if isinstance(made, ast.IfExp) else made


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
        value = _unless_numbers(policy, value, native, node.op.__class__ is ast.Mult, again, node.value)
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
