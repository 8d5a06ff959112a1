"""What the policy learns of names while it visits a tree: those of a function, and those of the top level."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Set as AbstractSet
from typing import Any

from codeact_sdk.interpreter import nodes
from codeact_sdk.interpreter.inference import Values

TOP = "<module>"
"""Name of the function that a top level becomes: tracebacks show what they show of a module."""

_LOOKS_AT_NAMES = frozenset({"eval", "exec", "vars", "dir", "locals", "globals"})
"""Builtins that see the variables of the program from outside."""

_ENOUGH = 2
"""Uses of a parameter in a function from which one look at its entry is cheaper."""


class Function:
    """A function whose body is being visited."""

    def __init__(self, node: ast.AST, parameters: AbstractSet[str], outer: Function | None) -> None:
        self.node = node
        self.parameters = parameters
        self.outer = outer
        self.bound: set[str] = set()
        """Names that the body binds."""
        self.values = Values(parameters)
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
        for name in sorted(self.values.entered):
            at = self.node
            first[f"@number:{name}"] = nodes.assignment(
                f"@number:{name}", nodes.type_in(nodes.load(name, at), "@numbers"), at
            )
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
        self._chosen: list[tuple[Any, Any]] = []
        self._stored: set[str] = set()
        self._global: set[str] = set()
        """Names that must be globals for another reason."""
        self._set: set[str] = set()
        """Names that are surely set at this point."""

    def binds(self, name: str, value: ast.expr | None) -> None:
        """Takes note of a binding."""
        if self.level:
            self.nested.add(name)
        elif self.in_target:
            self._global.add(name)
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

    def choose(self, made: Any, slow: Any, function: Function | None) -> None:
        """Takes note of a choice between ways, some of which keep operands in names of ours.

        Where text may run that sets these names, only the slow way is left.
        """
        if function is None:
            self._chosen.append((made, slow))

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
        if self.dynamic:
            for made, slow in self._chosen:
                made.test, made.orelse = nodes.constant(False, made), slow
        if not self.loops or not local or self.dynamic:
            self.values.settle(frozenset())
            return tree
        self.values.settle(local)
        self.local = frozenset(local)
        at = tree.body[0]
        written = nodes.statement(nodes.guard_call("@keep", [nodes.guard_call("@locals", [], at)], at), at)
        outer = sorted({*(self._stored - local), *extra})
        body = [nodes.placed(ast.Global(outer), at), nodes.placed(ast.Try(tree.body, [], [], [written]), at)]
        function = (ast.AsyncFunctionDef if self.awaits else ast.FunctionDef)(TOP, _NO_ARGUMENTS, body, [], None, None)
        if sys.version_info >= (3, 12):  # pragma: no cover  # the field is not there before
            function.type_params = []
        tree.body = [nodes.placed(function, at)]
        return tree


_NO_ARGUMENTS = ast.arguments([], [], None, [], [], None, [])
