"""Names that an action surely reads: code that runs whenever the action runs and does not fail or end before.

A name that is bound nowhere is a mistake only where it is certain to be read: not in a branch, a loop that may have no
turn, a function that nobody calls, a `try` that may catch it, or behind what may end the action early and well.
Whatever is not known to be certain is not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from codeact_sdk.interpreter.checks.places import SCOPES, Span, falls_through, leaves, span, truth
from codeact_sdk.interpreter.checks.sites import bindings


class NameRead(NamedTuple):
    """A name, and where it is read first."""

    name: str
    span: Span


def certain_reads(tree: ast.Module, wanted: Collection[str], *, may_end: bool) -> list[NameRead]:
    """Finds the names that are surely read, each once, in the order of the text.

    Args:
        tree: Before the policy has changed it.
        wanted: Names to look for, which nothing in the tree binds.
        may_end: Whether functions that were there before could end the action well.
    """
    reader = _Reader(tree, wanted, any_call_ends=may_end or hides_end(tree))
    reader.block(tree.body)
    return [NameRead(name, place) for name, place in sorted(reader.found.items(), key=lambda item: item[1][:2])]


def hides_end(tree: ast.Module) -> bool:
    """Tells whether something else than a plain call at the top level may end the action early and well."""
    plain = {id(node) for node in _outside_scopes(tree) if isinstance(node, ast.Name | ast.Attribute)}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return any(_is_end(node) and not (id(node) in plain and id(node) in called) for node in ast.walk(tree))


def _outside_scopes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*SCOPES, ast.ClassDef)):
            yield child
            yield from _outside_scopes(child)


def _is_end(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in ENDS
    return isinstance(node, ast.Name) and node.id in ENDS


class _Reader:
    """Follows the code in the order in which it runs."""

    def __init__(self, tree: ast.Module, wanted: Collection[str], *, any_call_ends: bool) -> None:
        self.found: dict[str, Span] = {}
        self._wanted = wanted
        self._any_call_ends = any_call_ends
        self._ended = False
        """Whether the action may have ended by now."""
        self._entered = 0
        self._times = bindings(tree)
        self._functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}

    def block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            if self._ended:
                return
            self._visit(statement)
            if leaves(statement) or _may_leave(statement):
                return

    def _visit(self, node: ast.AST | None) -> None:
        if node is None or self._ended:
            return
        rule = self._rules.get(type(node))
        if rule is not None:
            rule(self, node)
        elif isinstance(node, _PLAIN):
            for child in ast.iter_child_nodes(node):
                self._visit(child)
        else:
            self._skip(node)

    def _all(self, *nodes: ast.AST | None) -> None:
        for node in nodes:
            self._visit(node)

    def _skip(self, *nodes: ast.AST) -> None:
        """Passes code that may run, or not."""
        inner = (part for node in nodes for part in ast.walk(node))
        self._ended |= any(isinstance(part, ast.Raise) or self._may_end(part) for part in inner)

    def _may_end(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        if not self._any_call_ends:
            return _is_end(node.func)
        return not (isinstance(node.func, ast.Name) and node.func.id in _HARMLESS)

    # -- expressions

    def _name(self, node: ast.Name) -> None:
        if node.id in self._wanted and isinstance(node.ctx, ast.Load):
            self.found.setdefault(node.id, span(node))

    def _call(self, node: ast.Call) -> None:
        self._all(node.func, *node.args, *node.keywords)
        match node:
            case ast.Call(func=ast.Name(id=name)) if isinstance(self._functions.get(name), ast.FunctionDef):
                self._enter(name)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="asyncio"), attr="run"),
                args=[ast.Call(func=ast.Name(id=name))],
            ):
                self._enter(name)
        self._ended |= self._may_end(node)

    def _await(self, node: ast.Await) -> None:
        self._visit(node.value)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            self._enter(node.value.func.id)

    def _enter(self, name: str) -> None:
        function = self._functions.pop(name, None)  # once is enough
        if function is not None and self._entered < _MAX_ENTERED:
            self._entered += 1
            self.block(function.body)
            self._entered -= 1

    def _first(self, node: ast.BoolOp) -> None:
        self._visit(node.values[0])
        self._skip(*node.values[1:])

    def _condition(self, node: ast.IfExp) -> None:
        self._visit(node.test)
        self._skip(node.body, node.orelse)

    def _compare(self, node: ast.Compare) -> None:
        self._all(node.left, node.comparators[0])
        self._skip(*node.comparators[1:])

    def _comprehension(self, node: Any) -> None:
        self._visit(node.generators[0].iter)
        self._skip(node)

    def _lambda(self, node: ast.Lambda) -> None:
        self._all(*node.args.defaults, *node.args.kw_defaults)

    # -- statements

    def _assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        self._visit(node.value)
        if node.value is not None:
            self._all(*(node.targets if isinstance(node, ast.Assign) else [node.target]))

    def _assert(self, node: ast.Assert) -> None:
        self._visit(node.test)

    def _if(self, node: ast.If) -> None:
        self._visit(node.test)
        known = truth(node.test)
        if known is None:
            self._skip(*node.body, *node.orelse)
        else:
            self.block(node.body if known else node.orelse)

    def _while(self, node: ast.While) -> None:
        self._visit(node.test)
        if truth(node.test):
            self.block(node.body)
        self._skip(*node.body, *node.orelse)

    def _for(self, node: ast.For) -> None:
        self._visit(node.iter)
        literal = node.iter
        if isinstance(literal, ast.List | ast.Tuple) and literal.elts and not isinstance(literal.elts[0], ast.Starred):
            self.block(node.body)
        self._skip(*node.body, *node.orelse)

    def _try(self, node: ast.Try) -> None:
        if node.handlers or any(map(_may_leave, node.finalbody)):  # what fails before a name is read may be caught
            self._skip(*node.body, *node.handlers, *node.orelse)
        else:
            self.block(node.body)
        self.block(node.finalbody)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        self._visit(node.items[0].context_expr)
        if falls_through(node):
            self.block(node.body)
        self._skip(node)

    def _match(self, node: Any) -> None:
        self._visit(node.subject)
        self._skip(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._all(*node.decorator_list, *node.args.defaults, *node.args.kw_defaults)
        if self._times[node.name] == 1 and not node.decorator_list and not _yields(node):
            self._functions[node.name] = node

    def _class(self, node: ast.ClassDef) -> None:
        self._all(*node.decorator_list, *node.bases, *node.keywords)
        outer, self._functions = self._functions, {}  # names of methods are no names of functions
        self.block(node.body)
        self._functions = outer

    _rules: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any], None]]] = {
        ast.Name: _name,
        ast.Call: _call,
        ast.Await: _await,
        ast.BoolOp: _first,
        ast.IfExp: _condition,
        ast.Compare: _compare,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.DictComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Lambda: _lambda,
        ast.Assign: _assign,
        ast.AnnAssign: _assign,
        ast.Assert: _assert,
        ast.If: _if,
        ast.While: _while,
        ast.For: _for,
        ast.Try: _try,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: _match,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
    }


_PLAIN = (
    *(ast.Expr, ast.AugAssign, ast.Return, ast.Raise, ast.keyword, ast.Starred, ast.NamedExpr, ast.Attribute),
    *(ast.Subscript, ast.Slice, ast.BinOp, ast.UnaryOp, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.JoinedStr),
    ast.FormattedValue,
)
"""Nodes all of whose parts are evaluated."""


_MAX_ENTERED = 4
"""How many functions deep calls are followed."""

ENDS = frozenset({"answer", "exit", "quit", "SystemExit", "_exit"})
"""Names and attributes that end an action early without a failure."""

_HARMLESS = frozenset(
    {
        *("print", "len", "range", "int", "float", "str", "bool", "list", "dict", "set", "tuple", "round", "abs"),
        *("enumerate", "zip", "isinstance", "repr", "type"),
    }
)
"""Functions that call nothing that could end an action."""


def _may_leave(node: ast.AST, *, in_loop: bool = False) -> bool:
    """Tells whether a statement may end the block that it stands in, or the function or loop around that."""
    if isinstance(node, (*SCOPES, ast.ClassDef, ast.expr)):
        return False
    if isinstance(node, ast.Return | ast.Raise) or (not in_loop and isinstance(node, ast.Break | ast.Continue)):
        return True
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        return any(_may_leave(child, in_loop=True) for child in node.body) or any(
            _may_leave(child, in_loop=in_loop) for child in node.orelse
        )
    return any(_may_leave(child, in_loop=in_loop) for child in ast.iter_child_nodes(node))


def _yields(node: ast.AST) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
