"""The rules of the policy for calls, displays and formats, whose results may be much larger than their parts.

See `operators` for the two ways through an expression.
"""

from __future__ import annotations

import ast
from typing import Any

from codeact_sdk.interpreter import advice, language, nodes
from codeact_sdk.interpreter.inference import is_number
from codeact_sdk.interpreter.policy import Policy, rule
from codeact_sdk.interpreter.ways import kept, light, unless_numbers
from codeact_sdk.later import later_pattern

_WIDE = later_pattern(r"[0-9]{4,}")
"""A width that is worth a look."""


@rule(ast.JoinedStr)
def _joined(policy: Policy, node: ast.JoinedStr) -> Any:
    policy.deeper(node)
    fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    seen: set[str] = set()
    for part in fields:
        name = part.value.id if isinstance(part.value, ast.Name) else ""
        _field(policy, part, alone=len(fields) == 1, again=name in seen)
        seen |= {name} - {""}
    policy.depth -= 1
    return node


def _field(policy: Policy, node: ast.FormattedValue, *, alone: bool, again: bool) -> None:
    """Visits one field: its width is bounded, and long text in it is looked at where there are several.

    Args:
        policy: Knows the scope.
        node: The field.
        alone: Whether there is no other.
        again: Whether another holds the same variable: what doubles at each turn is always looked at.
    """
    value, spec = node.value, node.format_spec
    made = node.value = policy.visit(value)
    if isinstance(spec, ast.JoinedStr):
        policy.visit(spec)
        if any(isinstance(part, ast.FormattedValue) or _WIDE.search(str(part.value)) for part in spec.values):  # type: ignore[attr-defined]  # a constant
            if node.conversion in _CONVERSIONS:
                made = nodes.guard_call(_CONVERSIONS[node.conversion], [made], value)
                node.conversion = -1
            node.value = nodes.guard_call("@format", [made, spec], value)
            node.format_spec = None
            return
    if is_number(value) or isinstance(value, ast.Constant):
        return
    is_shown = node.conversion in _CONVERSIONS or spec is None or not spec.values  # type: ignore[attr-defined]  # as above
    is_part = not alone and not isinstance(value, ast.Call)
    if is_shown or is_part:
        is_quoted = node.conversion in (ord("r"), ord("a"))
        node.value = _quoted(policy, made) if is_quoted else _part(policy, made, is_part=is_part, again=again)


def _part(policy: Policy, made: Any, *, is_part: bool, again: bool) -> Any:
    """Has a part of a text looked at, unless it is plain to see that it is short: its type tells that it holds nothing."""
    guard = "@part" if is_part else "@shown"
    operand = kept(policy, made, "s", steady=True) if policy.hot else None
    if operand is None:  # what runs once is not worth a second way
        return nodes.guard_call(guard, [made], made)
    first, kept_part = operand
    looked_at = nodes.guard_call(guard, [kept_part], made)
    flat = kept_part
    if is_part:
        flat = looked_at if again else light(policy, made, kept_part, looked_at, 1)
    either = nodes.either(nodes.type_in(first, "@flat"), flat, nodes.guard_call("@shown", [kept_part], made), made)
    return unless_numbers(policy, either, made, made)


def _quoted(policy: Policy, made: Any) -> Any:
    """As `_part`, of `!r` and `!a`: a text may become four times as long."""
    operand = kept(policy, made, "s", steady=True) if policy.hot else None
    if operand is None:
        return nodes.guard_call("@quoted", [made], made)
    first, part = operand
    looked_at = nodes.guard_call("@quoted", [part], made)
    return unless_numbers(policy, nodes.either(nodes.type_in(first, "@brief"), part, looked_at, made), made, made)


_CONVERSIONS = {ord("r"): "@repr", ord("s"): "@str", ord("a"): "@ascii"}


@rule(ast.Call)
def _call(policy: Policy, node: ast.Call) -> Any:
    function = node.func
    policy.mentions.calls.append((function, node))
    policy.deeper(node)
    if isinstance(function, ast.Attribute) and function.attr in language.SIZED_METHODS:
        this = policy.visit(function.value)
        policy.each(node.args)
        policy.each(node.keywords)
        node.args = [nodes.constant(function.attr, function), this, *node.args]
        node.func = nodes.load("@method", function)
    else:
        node.func = policy.visit(function)
        policy.each(node.args)
        policy.each(node.keywords)
        if isinstance(function, ast.Name) and function.id in language.SIZED_BUILTINS and len(node.args) == 1:
            _bound_argument(node, language.SIZED_BUILTINS[function.id])
        elif isinstance(function, ast.Name) and function.id == "int" and (len(node.args) > 1 or node.keywords):
            own = nodes.placed(ast.Compare(node.func, [ast.Is()], [nodes.load("@int", function)]), function)
            node.func = nodes.either(own, nodes.load("@integer", function), nodes.load("int", function), function)
    policy.depth -= 1
    policy.unchecked = 0
    return advice.quiet_call(node)


_NOT_ASKED = frozenset({ast.GeneratorExp, ast.Starred, ast.Constant, ast.JoinedStr})


def _bound_argument(node: ast.Call, guard: str) -> None:
    """Has what a container is made from looked at; generator expressions run Python code at every turn."""
    given = node.args[0]
    if given.__class__ in _NOT_ASKED:
        return
    if guard == "@members" or not isinstance(given, ast.ListComp):  # a set asks its items, however they came
        node.args = [nodes.guard_call(guard, [given], given)]


@rule(ast.List, ast.Tuple, ast.Set)
def _display(policy: Policy, node: Any) -> Any:
    policy.children(node)
    if node.__class__ is ast.Set or node.ctx.__class__ is ast.Load:
        for item in node.elts:
            if isinstance(item, ast.Starred):
                item.value = nodes.guard_call("@whole", [item.value], item)
    return node


@rule(ast.keyword)
def _keyword(policy: Policy, node: ast.keyword) -> Any:
    if node.arg is not None:
        policy.check(node.arg, node)
    node.value = policy.visit(node.value)
    return node


@rule(ast.NamedExpr)
def _walrus(policy: Policy, node: ast.NamedExpr) -> Any:
    policy.deeper(node)
    node.value = policy.visit(node.value)
    policy.value = node.value
    node.target = policy.visit(node.target)
    policy.depth -= 1
    return node
