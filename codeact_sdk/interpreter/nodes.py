"""New nodes of syntax trees, each in the place of another, and the verdict about one that is refused."""

from __future__ import annotations

import ast
from typing import Any

from codeact_sdk.interpreter import language


class Refusal(Exception):  # noqa: N818  # a verdict about code, not an error of the SDK
    """One thing in the code that the policy refuses."""

    def __init__(self, node: ast.AST, message: str) -> None:
        at = next((part for part in ast.walk(node) if hasattr(part, "lineno")), None)  # some nodes have no place
        self.line = getattr(at, "lineno", None)
        self.column = getattr(at, "col_offset", None)
        self.end_line = getattr(at, "end_lineno", None)
        self.end_column = getattr(at, "end_col_offset", None)
        self.message = message
        super().__init__(message)


def too_deep(node: ast.AST) -> Refusal:
    """Refuses a tree that would exhaust the compiler.

    Args:
        node: Where it became too deep.
    """
    return Refusal(node, f"the code is nested more than {language.MAX_DEPTH} levels deep: use variables for the parts")


def unbindable(node: ast.AST, name: str, *, in_class: bool) -> Refusal:
    """Refuses to set a name of the form `__x__`.

    Args:
        node: Where it is set.
        name: The name.
        in_class: Whether that is the body of a class.
    """
    possible = "no names of this form are free"
    if in_class:
        possible = (
            language.NOT_IN_CLASSES.get(name)
            or "an own class may define special methods such as __init__, __repr__, __eq__, __iter__"
        )
    return Refusal(node, f"the name {name} cannot be set: {possible}")


def check_handlers(node: ast.Try) -> None:
    """Refuses what the compiler would, had a bare `except` not been given a class.

    Raises:
        Refusal: A bare `except` stands before another.
    """
    for handler in node.handlers[:-1]:
        if handler.type is None:
            raise Refusal(handler, "default 'except:' must be last")


def is_special(name: str) -> bool:
    """Tells whether a name has the form `__x__`."""
    return name.startswith("__") and name.endswith("__") and len(name) > 4  # noqa: PLR2004  # the underscores themselves


_NO_NODES = frozenset({
    # Names, flags and constants.
    "ctx", "op", "ops", "kind", "type_comment", "id", "attr", "arg", "name", "names", "rest", "kwd_attrs", "conversion",
    "is_async", "level", "module", "simple",
})  # fmt: skip
"""Fields that hold no nodes, or nodes that the rule of their parent looks at."""


_LEAVES = (ast.Constant, ast.MatchSingleton)
"""Nodes whose value is no node."""

CHILD_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: () if kind in _LEAVES else tuple(field for field in kind._fields if field not in _NO_NODES)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""The fields of each kind of node that hold nodes to visit."""


_LOAD, _STORE, _IN, _IS, _AND = ast.Load(), ast.Store(), ast.In(), ast.Is(), ast.And()


def placed(node: Any, at: Any) -> Any:
    """Gives a new node the place of another, as `ast.copy_location` does in more time."""
    node.lineno = at.lineno
    node.col_offset = at.col_offset
    node.end_lineno = at.end_lineno
    node.end_col_offset = at.end_col_offset
    return node


def load(name: str, at: ast.AST) -> Any:
    """Reads a name."""
    return placed(ast.Name(name, _LOAD), at)


def store(name: str, at: ast.AST) -> Any:
    """Names a target."""
    return placed(ast.Name(name, _STORE), at)


def constant(value: str | bool | int | None, at: ast.AST) -> Any:
    """Writes a value."""
    return placed(ast.Constant(value), at)


def assignment(name: str, value: ast.expr, at: ast.AST) -> Any:
    """Sets a name."""
    return placed(ast.Assign([store(name, at)], value), at)


def kept(name: str, value: ast.expr) -> Any:
    """Sets a name within an expression."""
    return placed(ast.NamedExpr(store(name, value), value), value)


def guard_call(guard: str, arguments: list[Any], at: ast.AST) -> Any:
    """Calls a guard."""
    return placed(ast.Call(load(guard, at), arguments, []), at)


def statement(value: ast.expr, at: ast.AST) -> Any:
    """Makes an expression a statement."""
    return placed(ast.Expr(value), at)


def guard_statement(guard: str, at: ast.AST) -> Any:
    """Calls a guard for its effect."""
    return statement(guard_call(guard, [], at), at)


def either(test: ast.expr, fast: ast.expr, slow: ast.expr, at: ast.AST) -> Any:
    """Chooses between two ways to compute a value."""
    return placed(ast.IfExp(test, fast, slow), at)


def type_of(value: ast.expr) -> Any:
    """Asks for the exact type."""
    return guard_call("@type", [value], value)


def type_in(value: ast.expr, group: str) -> Any:
    """Asks whether the exact type is one of a group."""
    return placed(ast.Compare(type_of(value), [_IN], [load(group, value)]), value)


def type_is(value: ast.expr, kind: str) -> Any:
    """Asks whether the exact type is this one."""
    return placed(ast.Compare(type_of(value), [_IS], [load(kind, value)]), value)


def same_type(left: ast.expr, right: ast.expr, at: ast.AST) -> Any:
    """Asks whether two values have the same exact type."""
    return placed(ast.Compare(type_of(left), [_IS], [type_of(right)]), at)


def all_of(tests: list[Any], at: ast.AST) -> Any:
    """Asks for all of these, in order; there is one at least."""
    return tests[0] if len(tests) == 1 else placed(ast.BoolOp(_AND, tests), at)


def guard_own(value: ast.expr, guard: str, *arguments: ast.expr) -> Any:
    """Wraps `value` so that objects of own classes pass without a call and others go to `guard`."""
    if not isinstance(value, ast.Name):
        return guard_call(guard, [value, *arguments], value)
    checked = guard_call(guard, [load(value.id, value), *arguments], value)
    return either(type_in(load(value.id, value), "@own"), load(value.id, value), checked, value)


def under_policy(value: ast.expr, attribute: str) -> Any:
    """Wraps an object of which an attribute is read and set in one go, as in `x.a += 1`: the guards see to both."""
    if attribute in language.CHECKED_ATTRIBUTES:  # objects of own classes may have it from a class of Python's own
        return guard_call("@guarded", [value], value)
    return guard_own(value, "@guarded")
