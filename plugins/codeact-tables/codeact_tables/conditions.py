"""Conditions and computed columns as text: a small part of Python's expressions, over columns.

Only the nodes in `_Reader` mean anything; whatever else is written is refused, so that a condition can reach nothing but the
columns of its table.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from codeact_sdk import ToolError
from codeact_tables.table import Table, column, unknown_column

if TYPE_CHECKING:
    import polars as pl

MAX_CHARS = 5_000
"""Longest condition: deep ones take the stack."""

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPUTE: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}

_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "lower": (1, lambda column: column.str.to_lowercase()),
    "upper": (1, lambda column: column.str.to_uppercase()),
    "length": (1, lambda column: column.str.len_chars()),
    "contains": (2, lambda column, part: column.str.contains(part, literal=True)),
    "startswith": (2, lambda column, part: column.str.starts_with(part)),
    "endswith": (2, lambda column, part: column.str.ends_with(part)),
    "abs": (1, lambda column: column.abs()),
    "round": (2, lambda column, digits: column.round(_plain(digits))),
    "year": (1, lambda column: column.dt.year()),
    "month": (1, lambda column: column.dt.month()),
    "day": (1, lambda column: column.dt.day()),
    "date": (1, lambda text: _date(_plain(text))),
}
"""By name: how many arguments, and what it means."""

SYNTAX = (
    "write it as Python: columns by name, or col('Unit price'); == != < <= > >=, and, or, not, in [..], is None, + - * / // %; "
    f"{', '.join(f'{name}()' for name in _FUNCTIONS)}"
)


def read_condition(text: str, table: Table, values: Mapping[str, object] | None = None) -> pl.Expr:
    """Makes an expression of a text.

    Args:
        text: Such as `total > 100 and city == "Graz"`.
        table: Whose columns it is over.
        values: What other names stand for.

    Raises:
        ToolError: It is no such expression; the message says what can be written.
    """
    if len(text) > MAX_CHARS:
        raise ToolError(
            f"the expression has {len(text):,} characters; {MAX_CHARS:,} is the limit: filter in several steps"
        )
    try:
        tree = ast.parse(text.strip(), mode="eval")
        made = _Reader(table, values or {}).read(tree.body)
    except SyntaxError as error:
        raise ToolError(f"{text!r} is no expression ({error.msg}): {SYNTAX}") from None
    except (RecursionError, MemoryError):
        raise ToolError("the expression is nested too deep: filter in several steps") from None
    return _expression(made)


class _Reader:
    """Reads one expression."""

    def __init__(self, table: Table, values: Mapping[str, object]) -> None:
        self._table = table
        self._values = values

    def read(self, node: ast.expr) -> Any:
        """An expression of polars, or a plain value."""
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None):
                return node.value
            case ast.Name(id=name):
                return self._name(name)
            case ast.Compare():
                return self._compare(node)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
        return self._composed(node)

    def _composed(self, node: ast.expr) -> Any:
        match node:
            case ast.BoolOp():
                return self._join(node)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return ~_expression(self.read(inner))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.read(inner)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _COMPUTE:
                return _COMPUTE[type(op)](_expression(self.read(left)), _expression(self.read(right)))
        raise ToolError(f"{ast.unparse(node)!r} cannot stand in an expression: {SYNTAX}")

    def _name(self, name: str) -> Any:
        if name in self._table.columns:
            return column(name)
        if name in self._values:
            return self._values[name]
        raise ToolError(
            f"{unknown_column(name, self._table.columns)} (text stands in quotes; other values are given as values={{...}})"
        )

    def _join(self, node: ast.BoolOp) -> Any:
        parts = [_expression(self.read(part)) for part in node.values]
        join = operator.and_ if isinstance(node.op, ast.And) else operator.or_
        made = parts[0]
        for part in parts[1:]:
            made = join(made, part)
        return made

    def _compare(self, node: ast.Compare) -> Any:
        left, made = node.left, None
        for op, right in zip(node.ops, node.comparators, strict=True):
            found = self._pair(left, op, right)
            made = found if made is None else made & found
            left = right
        return made

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        first = _expression(self.read(left))
        match op:
            case ast.In() | ast.NotIn():
                found = first.is_in(self._list(right))
                return ~found if isinstance(op, ast.NotIn) else found
            case ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() if _is_none(right):
                return first.is_null() if isinstance(op, ast.Is | ast.Eq) else first.is_not_null()
        if type(op) not in _COMPARE:
            raise ToolError(f"'is' compares with None only: {SYNTAX}")
        return _COMPARE[type(op)](first, self.read(right))

    def _list(self, node: ast.expr) -> list[Any]:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [_plain(self.read(item)) for item in node.elts]
        found = self.read(node)
        if not isinstance(found, list | tuple | set | frozenset):
            raise ToolError(f"after 'in' stands a list of values, and {ast.unparse(node)!r} is none: {SYNTAX}")
        return list(found)

    def _call(self, name: str, arguments: list[ast.expr]) -> Any:
        if name == "col" and len(arguments) == 1:
            wanted = _plain(self.read(arguments[0]))
            self._table.need([wanted])
            return column(wanted)
        number, make = _FUNCTIONS.get(name, (0, None))
        if make is None or len(arguments) != number:
            raise ToolError(f"there is no function {name}() of {len(arguments)} arguments here: {SYNTAX}")
        first, *rest = [self.read(argument) for argument in arguments]
        return make(first if name == "date" else _expression(first), *rest)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _expression(value: Any) -> pl.Expr:
    import polars as pl  # noqa: PLC0415  # as above

    return value if isinstance(value, pl.Expr) else pl.lit(value)


def _plain(value: Any) -> Any:
    """A value that is no column."""
    if not isinstance(value, str | int | float | bool | date | None):
        raise ToolError(f"here stands a value, not a column: {SYNTAX}")
    return value


def _date(text: Any) -> date:
    try:
        return datetime.fromisoformat(text) if "T" in text or " " in text else date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ToolError(f"date({text!r}) is no date: write date('2024-12-31')") from None
