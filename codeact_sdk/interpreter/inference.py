"""Which variables of a scope hold nothing but numbers: what may be computed natively, decided when the scope has ended.

Text and lists are what small parts can make much of; a product of two numbers makes a number. So where the operands can be
nothing else, an expression needs no guard. Told are constants, loops over `range`, and what is computed of numbers alone; parameters
may be looked at once, when their function is entered.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple


class Waiting(NamedTuple):
    """An expression that is computed natively if its operands are numbers."""

    operands: tuple[Any, ...]
    take: Callable[[list[str]], None]
    """Has it computed natively while all of these variables are true; always where there are none."""


class Values:
    """The variables of one scope: what each is set to, and the expressions that wait to know it."""

    def __init__(self, parameters: AbstractSet[str] = frozenset(), outer: Values | None = None) -> None:
        """Makes an empty scope.

        Args:
            parameters: Variables that a caller sets: whether they are numbers is seen when the function is entered.
            outer: The scope around that of a comprehension.
        """
        self.outer = outer
        self.parameters = parameters
        self.set_to: dict[str, list[Any]] = {}
        self.unknown: set[str] = set()
        self._waiting: list[Waiting] = []
        self._inner: list[Values] = []
        self.loops = False
        """Whether there is a loop: without one, a look at the entry is not worth its time."""
        self.entered: set[str] = set()
        """Parameters that are to be looked at when the function is entered."""

    def add(self, name: str, value: ast.expr | None) -> None:
        """Takes note of a binding; None is anything."""
        if value is None:
            self.unknown.add(name)
        else:
            self.set_to.setdefault(name, []).append(value)

    def wait(self, waiting: Waiting) -> None:
        """Takes note of an expression."""
        self._waiting.append(waiting)

    def inside(self) -> Values:
        """Makes the scope of a comprehension in this one."""
        made = Values(outer=self)
        self._inner.append(made)
        return made

    def settle(self, local: AbstractSet[str] | None = None) -> None:
        """Ends the scope.

        Args:
            local: The variables that nothing outside can set; all of them where this is None.
        """
        if not self._waiting and not self._inner:
            return
        self.tell(self.numbers(local, frozenset()), frozenset())
        if self.loops and self.parameters:
            self.tell(self.numbers(local, self.parameters), self.parameters)

    def numbers(self, local: AbstractSet[str] | None, assumed: AbstractSet[str]) -> set[str]:
        """The variables that hold nothing but numbers, if some are assumed to come as such."""
        known = {*self.set_to, *assumed} - self.unknown - (self.parameters - assumed)
        numbers = known if local is None else known & local
        before = -1
        while len(numbers) != before:
            before = len(numbers)
            numbers = {
                name for name in numbers if all(is_number(value, numbers) for value in self.set_to.get(name, ()))
            }
        return numbers

    def tell(self, numbers: AbstractSet[str], assumed: AbstractSet[str]) -> None:
        """Has expressions computed natively whose operands are numbers.

        Args:
            numbers: The variables that are.
            assumed: Parameters of the function that these were assumed to be among.
        """
        left: list[Waiting] = []
        for waiting in self._waiting:
            if all(is_number(operand, numbers) for operand in waiting.operands):
                waiting.take(self._flags(waiting.operands, assumed))
            else:
                left.append(waiting)
        self._waiting = left
        for inner in self._inner:
            own, bound = inner.numbers(None, frozenset()), inner.unknown.union(inner.set_to)
            inner.tell(own | (numbers - bound), assumed)

    def _flags(self, operands: Iterable[Any], assumed: AbstractSet[str]) -> list[str]:
        """The variables of ours that tell whether the parameters are numbers which the operands depend on."""
        if not assumed:
            return []
        names = {part.id for operand in operands for part in ast.walk(operand) if isinstance(part, ast.Name)}
        scope: Values | None = self
        while scope is not None:
            names = scope.closure(names)
            needed = sorted(names & scope.parameters & assumed)
            scope.entered |= set(needed)
            scope = scope.outer
        return [f"@number:{name}" for name in needed]

    def closure(self, names: set[str]) -> set[str]:
        """The names, and those that their values depend on."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                values = self.set_to.get(name, ())
                pending += [part.id for value in values for part in ast.walk(value) if isinstance(part, ast.Name)]
        return found


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


def grows(node: Any) -> bool:
    """Tells whether an expression of numbers may make them large: whether there is a product in it."""
    node = getattr(node, "native", node)
    fields = OPERANDS.get(node.__class__, ())
    return getattr(node, "grows", False) or any(grows(getattr(node, field)) for field in fields)


OPERANDS: dict[type, tuple[str, ...]] = {ast.BinOp: ("left", "right"), ast.UnaryOp: ("operand",)}
"""The fields of arithmetic that hold its operands."""
