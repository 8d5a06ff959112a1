"""In which context decimal numbers are computed: model code has one of its own, tools have the host's."""

from __future__ import annotations

import contextlib
import decimal
from collections.abc import Iterator

from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.own_numbers import number_context


class NumberContexts:
    """Those of one session."""

    def __init__(self) -> None:
        self._own = number_context()
        """That of model code, until it makes another."""
        self.host = decimal.Context()
        """That of whoever runs the action."""
        self.is_settable = False
        """Whether the program has what changes a context."""

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Has model code compute for as long as an action runs, in its thread."""
        self.host = decimal.getcontext()
        with self.inside():
            yield

    def hand_out(self, budget: Budget) -> None:
        """Takes note that the program gets what changes a context: from now on each call sets that of the host."""
        self.is_settable = True
        budget.take_back_calls()

    @property
    def are_shared(self) -> bool:
        """Whether tools compute as the host does without being made to: a short call changes no context."""
        return not self.is_settable and _alike(self.host, self._own)

    def go_out(self) -> decimal.Context:
        """Has the host compute, until `decimal.setcontext` is given back what this gives."""
        inner = self._own = decimal.getcontext()
        decimal.setcontext(self.host)
        return inner

    @contextlib.contextmanager
    def outside(self) -> Iterator[None]:
        """Has the host compute for as long as its code runs."""
        inner = self.go_out()
        try:
            yield
        finally:
            decimal.setcontext(inner)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Has model code compute for as long as a tool calls it."""
        outer = decimal.getcontext()
        decimal.setcontext(self._own)
        try:
            yield
        finally:
            self._own = decimal.getcontext()
            decimal.setcontext(outer)


def _alike(one: decimal.Context, other: decimal.Context) -> bool:
    """Whether two contexts give the same numbers, but for the bounds of exponents."""
    return (
        one.prec == other.prec
        and one.rounding == other.rounding
        and one.capitals == other.capitals
        and one.clamp == other.clamp
        and one.traps == other.traps
    )
