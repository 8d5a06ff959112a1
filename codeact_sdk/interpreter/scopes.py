"""What the policy learns of names while it visits a tree: those of a function, and those of the top level."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

from codeact_sdk.interpreter import nodes

TOP = "<module>"
"""Name of the function that a top level becomes: tracebacks show what they show of a module."""

_LOOKS_AT_NAMES = frozenset({"eval", "exec", "vars", "dir", "locals", "globals"})
"""Builtins that see the variables of the program from outside."""

_ENOUGH = 2
"""Uses of a parameter in a function from which one look at its entry is cheaper."""

Settle = Callable[["Values", AbstractSet[str]], None]
"""Decides, once all is known, how an expression is computed: told which variables hold nothing but numbers."""


class Values:
    """The variables of one scope: what each is set to, and the expressions that wait to know it."""

    def __init__(self) -> None:
        self._set_to: dict[str, list[ast.expr]] = {}
        self._unknown: set[str] = set()
        self._waiting: list[Settle] = []

    def add(self, name: str, value: ast.expr | None) -> None:
        """Takes note of a binding; None is anything."""
        if value is None:
            self._unknown.add(name)
        else:
            self._set_to.setdefault(name, []).append(value)

    def wait(self, settle: Settle) -> None:
        """Has this called when the scope ends."""
        self._waiting.append(settle)

    def settle(self, local: AbstractSet[str] | None = None) -> None:
        """Ends the scope.

        Args:
            local: The variables that nothing outside can set; all of them where this is None.
        """
        if not self._waiting:
            return
        numbers = {name for name in self._set_to if name not in self._unknown and (local is None or name in local)}
        before = -1
        while len(numbers) != before:
            before = len(numbers)
            numbers = {name for name in numbers if all(is_number(value, numbers) for value in self._set_to[name])}
        for settle in self._waiting:
            settle(self, numbers)


def is_number(node: Any, numbers: AbstractSet[str] = frozenset()) -> bool:
    """Tells whether an expression is certainly a number of Python's own.

    Args:
        node: The expression, visited or not.
        numbers: The variables that are.
    """
    node = getattr(node, "native", node)
    kind = node.__class__
    if kind is ast.Constant:
        return isinstance(node.value, int | float | complex)
    if kind is ast.Name:
        return node.id in numbers
    parts = _NUMBER_PARTS.get(kind)
    return parts is not None and all(is_number(part, numbers) for part in parts(node))


_NUMBER_PARTS: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    ast.BinOp: lambda node: (node.left, node.right),
    ast.UnaryOp: lambda node: (node.operand,),
    ast.IfExp: lambda node: (node.body, node.orelse),
    ast.Compare: lambda node: (node.left, *node.comparators),
}
"""What must be numbers for an expression to be one."""


class Function:
    """A function whose body is being visited."""

    def __init__(self, parameters: AbstractSet[str], outer: Function | None) -> None:
        self.parameters = parameters
        self.outer = outer
        self.bound: set[str] = set()
        """Names that the body binds."""
        self.values = Values()
        for name in parameters:
            self.values.add(name, None)
        self.uses: list[tuple[ast.Attribute, str, tuple[ast.expr, ...]]] = []
        """Attributes of parameters whose objects must be the program's own, with the guard and its further arguments."""

    def entry(self) -> list[ast.stmt]:
        """Places the guards of the uses; gives statements for the entry of the function.

        Of a parameter that is used often and never bound anew, a single look at the entry decides: `@own:self` is the
        object itself, or a stand-in that asks the guards at each use.
        """
        counts = Counter(use.value.id for use, _, _ in self.uses)  # type: ignore[attr-defined]  # a name, by construction
        hoisted = {name: f"@own:{name}" for name, uses in counts.items() if uses >= _ENOUGH and name not in self.bound}
        first: dict[str, ast.stmt] = {}
        for use, guard, arguments in self.uses:
            value: Any = use.value
            if value.id in hoisted:
                if value.id not in first:
                    first[value.id] = nodes.assignment(hoisted[value.id], nodes.guard_own(value, "@guarded"), value)
                use.value = nodes.load(hoisted[value.id], value)
            else:
                use.value = nodes.guard_own(value, guard, *arguments)
        return list(first.values())


class Top:
    """The top level of an action, which runs as a function where that makes its loops faster.

    Names that it alone uses become locals, and are written back when it ends, however it ends. All others are globals: those
    that nested code of this action or of an earlier one reads, those that may be read before they are set (they may be
    of an earlier action, or a builtin), and those that are deleted.
    """

    def __init__(self, shared: AbstractSet[str], *, dynamic: bool) -> None:
        """Prepares for one action.

        Args:
            shared: Names that functions of earlier actions use.
            dynamic: Whether variables may be seen or set by their names while it runs.
        """
        self._shared = shared
        self.level = 0
        """How many functions, classes, lambdas and generator expressions are around."""
        self.in_target = False
        """Whether a target of a comprehension is being visited."""
        self.awaits = False
        self.loops = False
        """Whether there is a loop that may turn often: over a range, while something holds, or within another."""
        self.dynamic = dynamic
        """Whether the code may see or set variables by their names."""
        self.local: frozenset[str] = frozenset()
        """Names that the top level holds for itself, known when all is visited."""
        self.nested: set[str] = set()
        """Names that nested code uses."""
        self.values = Values()
        self._stored: set[str] = set()
        self._global: set[str] = set()
        """Names that must be globals for another reason."""
        self._targets: set[str] = set()
        """Variables of comprehensions."""
        self._set: set[str] = set()
        """Names that are surely set at this point."""

    def binds(self, name: str, value: ast.expr | None) -> None:
        """Takes note of a binding."""
        if self.level:
            self.nested.add(name)
        elif self.in_target:
            self._global.add(name)
            self._targets.add(name)
            self.values.add(name, value)
        else:
            self._stored.add(name)
            self._set.add(name)
            self.values.add(name, value)

    def reads(self, name: str) -> None:
        """Takes note of a reading."""
        if self.level:
            self.nested.add(name)
        elif name not in self._set:
            self._global.add(name)

    def shares(self, name: str) -> None:
        """Takes note of a name that is deleted, or declared global."""
        self._global.add(name)
        self._set.discard(name)

    def here(self) -> set[str]:
        """What is set where paths part or end."""
        return self._set if self.level else self._set.copy()

    def join(self, *paths: set[str]) -> None:
        """Goes on where paths meet: set is what is set on each of them."""
        if not self.level:
            self._set = set.intersection(*paths)

    def apply(self, tree: ast.Module, *, extra: tuple[str, ...]) -> ast.Module:
        """Makes the body a function where that helps.

        Args:
            tree: The lowered module.
            extra: Names of ours that are globals.
        """
        local = self._stored - self.nested - self._global - self._shared
        self.dynamic |= not _LOOKS_AT_NAMES.isdisjoint(self._global | self.nested)
        if not self.loops or not local or self.dynamic:
            self.values.settle(self._targets - self._stored)
            return tree
        self.values.settle(local | (self._targets - self._stored))
        self.local = frozenset(local)
        at = tree.body[0]
        written = nodes.statement(nodes.guard_call("@keep", [nodes.guard_call("@locals", [], at)], at), at)
        outer = sorted({*(self._stored - local), *extra})
        body = [nodes.placed(ast.Global(outer), at), nodes.placed(ast.Try(tree.body, [], [], [written]), at)]
        function = (ast.AsyncFunctionDef if self.awaits else ast.FunctionDef)(TOP, _NO_ARGUMENTS, body, [], None, None)
        if sys.version_info >= (3, 12):
            function.type_params = []
        tree.body = [nodes.placed(function, at)]
        return tree


_NO_ARGUMENTS = ast.arguments([], [], None, [], [], None, [])
