"""The calls of an action with their places, read from its unchanged tree.

What cannot be reached is left out; where the text shows that a failure is expected, that is noted.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from codeact_sdk.interpreter.checks.places import SCOPES, Span, catches, falls_through, leaves, span, truth
from codeact_sdk.interpreter.checks.shapes import CallShape, call_shape, root_of

_MISTAKES = (TypeError, AttributeError, ImportError)
"""What wrong uses of tools raise."""


class Site(NamedTuple):
    """A call and its place."""

    shape: CallShape
    span: Span
    unawaited: bool
    """Whether its result is certainly not awaited: nothing takes it, or a loop goes through it."""
    expected: bool
    """Whether the text is prepared for its failure."""


class Access(NamedTuple):
    """An attribute of a name, or `from root import attribute`."""

    root: str
    attribute: str
    span: Span
    expected: bool
    imported: bool


@dataclass
class Survey:
    """What a tree does with names that may be tools."""

    sites: list[Site] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Names that an import at the top level binds, and nothing else does: to a module, or to a member of one."""
    coroutines: set[str] = field(default_factory=set)
    """Own `async def`s of the top level whose names mean nothing else."""
    examined: set[str] = field(default_factory=set)
    """Names that are used as a whole, such as in `hasattr(acme, "orders")`."""


def survey(tree: ast.Module, rebound: Set[str]) -> Survey:
    """Reads a tree.

    Args:
        tree: Before the policy has changed it.
        rebound: Names that the action binds anywhere.
    """
    reader = _Reader(tree, rebound)
    reader.block(tree.body, expected=False)
    found = reader.found
    times = bindings(tree)
    for statement in tree.body:
        if isinstance(statement, ast.AsyncFunctionDef) and _is_plain_coroutine(statement):
            found.coroutines.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            found.imports.update(_imported(statement))
    found.coroutines = {name for name in found.coroutines if times[name] == 1}
    found.imports = {name: origin for name, origin in found.imports.items() if times[name] == 1}
    return found


class _Reader:
    def __init__(self, tree: ast.Module, rebound: Set[str]) -> None:
        self.found = Survey()
        self._rebound = rebound
        self._unawaited: set[int] = set()
        # What a function raises may be caught where it is called.
        self._functions_expected = any(isinstance(node, ast.Try) and self._is_prepared(node) for node in ast.walk(tree))

    def block(self, statements: Iterable[ast.stmt], *, expected: bool) -> None:
        for statement in statements:
            self._visit(statement, expected)
            if leaves(statement):
                break

    def _visit(self, node: ast.AST, expected: bool) -> None:
        rule = self._rules.get(type(node))
        if rule is not None:
            rule(self, node, expected)
        else:
            self._children(node, expected)

    def _children(self, node: ast.AST, expected: bool) -> None:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                if value and isinstance(value[0], ast.stmt):
                    self.block(value, expected=expected)
                else:
                    for item in value:
                        if isinstance(item, ast.AST):
                            self._visit(item, expected)
            elif isinstance(value, ast.AST):
                self._visit(value, expected)

    def _is_prepared(self, node: ast.Try) -> bool:
        return any(catches(node, error, self._rebound) for error in _MISTAKES)

    # -- rules

    def _call(self, node: ast.Call, expected: bool) -> None:
        if root_of(node.func) is not None:
            self.found.sites.append(
                Site(call_shape(node.func, node), span(node), id(node) in self._unawaited, expected)
            )
        if isinstance(node.func, ast.Name):
            self._all(node.args, expected)
            self._all(node.keywords, expected)
        else:
            self._children(node, expected)

    def _all(self, nodes: Iterable[ast.AST], expected: bool) -> None:
        for node in nodes:
            self._visit(node, expected)

    def _attribute(self, node: ast.Attribute, expected: bool) -> None:
        if not isinstance(node.value, ast.Name):
            self._visit(node.value, expected)
        elif isinstance(node.ctx, ast.Load):
            place = span(node)
            self.found.accesses.append(Access(node.value.id, node.attr, place, expected, imported=False))

    def _name(self, node: ast.Name, _: bool) -> None:
        self.found.examined.add(node.id)

    def _expression(self, node: ast.Expr, expected: bool) -> None:
        self._unawaited.add(id(node.value))
        self._visit(node.value, expected)

    def _loop(self, node: Any, expected: bool) -> None:
        self._unawaited.add(id(node.iter))
        self._children(node, expected)

    def _comprehension(self, node: ast.comprehension, expected: bool) -> None:
        if not node.is_async:
            self._unawaited.add(id(node.iter))
        self._children(node, expected)

    def _if(self, node: ast.If | ast.While, expected: bool) -> None:
        known = truth(node.test)
        self._visit(node.test, expected)
        if known is not False:
            self.block(node.body, expected=expected)
        if known is not True or isinstance(node, ast.While):
            self.block(node.orelse, expected=expected)

    def _try(self, node: ast.Try, expected: bool) -> None:
        self.block(node.body, expected=expected or self._is_prepared(node))
        self._all(node.handlers, expected)
        self.block(node.orelse, expected=expected)
        self.block(node.finalbody, expected=expected)

    def _with(self, node: ast.With | ast.AsyncWith, expected: bool) -> None:
        self._all(node.items, expected)
        self.block(node.body, expected=expected or not falls_through(node))

    def _scope(self, node: Any, expected: bool) -> None:
        self._children(node, expected or self._functions_expected)

    def _import_from(self, node: ast.ImportFrom, expected: bool) -> None:
        for alias in node.names:
            self.found.accesses.append(Access(node.module or "", alias.name, span(alias), expected, imported=True))

    _rules: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any, bool], None]]] = {
        ast.Call: _call,
        ast.Attribute: _attribute,
        ast.Name: _name,
        ast.Expr: _expression,
        ast.For: _loop,
        ast.comprehension: _comprehension,
        ast.If: _if,
        ast.While: _if,
        ast.Try: _try,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.ImportFrom: _import_from,
        **dict.fromkeys(SCOPES, _scope),
    }


def bindings(tree: ast.AST) -> Counter[str]:
    """Counts in how many places each name is bound or deleted, in any scope."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                found[name] += 1
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] += 1
            case ast.alias(name=full, asname=renamed):
                found[renamed or full.partition(".")[0]] += 1
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found[name] += 1
            case ast.MatchMapping(rest=str(name)):
                found[name] += 1
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
    return found


def _is_plain_coroutine(node: ast.AsyncFunctionDef) -> bool:
    yields = any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
    return not (yields or node.decorator_list)


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, tuple[str, str | None]]:
    if isinstance(node, ast.Import):
        return {
            alias.asname or alias.name: (alias.name, None)
            for alias in node.names
            if alias.asname or "." not in alias.name
        }
    return {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}
