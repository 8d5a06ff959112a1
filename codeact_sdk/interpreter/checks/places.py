"""Where in a text a finding is, and when code before it may keep it from ever being reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from typing import Any, NamedTuple

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
"""Nodes whose bodies run later, if they run."""


class Span(NamedTuple):
    """Part of a line; columns are offsets in UTF-8 bytes, as in syntax trees."""

    line: int
    start: int
    end: int | None
    """None where it ends on another line: the rest of the line is meant."""


def span(node: Any) -> Span:
    """The place of a node, of which only the first line is shown."""
    return Span(node.lineno, node.col_offset, node.end_col_offset if node.end_lineno == node.lineno else None)


def truth(test: ast.expr) -> bool | None:
    """What a condition is whenever it is asked; None where that depends."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="TYPE_CHECKING"):
            return False
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = truth(operand)
            return None if inner is None else not inner
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
    return None


def leaves(statement: ast.stmt) -> bool:
    """Tells whether the statements after this one in its block are never reached."""
    return isinstance(statement, ast.Return | ast.Raise | ast.Break | ast.Continue)


def catches(node: ast.Try, error: type[Exception], rebound: Set[str]) -> bool:
    """Tells whether an exception of this class might be caught.

    Args:
        node: The `try`.
        error: What would be raised in its body.
        rebound: Names that may mean something else than Python's own.
    """
    return any(_may_catch(kind, error, rebound) for handler in node.handlers for kind in _kinds(handler.type))


def _kinds(node: ast.expr | None) -> Iterator[ast.expr | None]:
    if isinstance(node, ast.Tuple):
        yield from node.elts
    else:
        yield node


def _may_catch(kind: ast.expr | None, error: type[Exception], rebound: Set[str]) -> bool:
    if not isinstance(kind, ast.Name) or kind.id in rebound:
        return True
    known = _EXCEPTIONS.get(kind.id)
    return known is None or issubclass(error, known)


_EXCEPTIONS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        *(ArithmeticError, ZeroDivisionError, OverflowError, LookupError, KeyError, IndexError, ValueError, OSError),
        *(FileNotFoundError, PermissionError, TimeoutError, ConnectionError, StopIteration, AssertionError),
        *(RuntimeError, NotImplementedError, RecursionError, UnicodeError, ImportError, TypeError, AttributeError),
        NameError,
    )
}
"""Exceptions by whose handlers models catch what they expect, and not a mistake in the code."""


def falls_through(node: ast.With | ast.AsyncWith) -> bool:
    """Tells whether an exception in the body surely leaves it."""
    return all(_is_of_asyncio(item.context_expr) for item in node.items)


def _is_of_asyncio(node: ast.expr) -> bool:
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id == "asyncio"
