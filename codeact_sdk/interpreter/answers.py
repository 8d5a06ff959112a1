"""`answer(value)`: ends the run with a value, in the type that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.boundary import Boundary
from codeact_sdk.interpreter.clips import Clip
from codeact_sdk.interpreter.limits import Answered, Budget
from codeact_sdk.interpreter.number_contexts import NumberContexts
from codeact_sdk.tools.checkers import adapters


class Answers:
    """The answers of one session."""

    __slots__ = ("_boundary", "_budget", "_numbers", "_type", "last", "of_action", "shows")

    def __init__(
        self,
        boundary: Boundary,
        budget: Callable[[], Budget],
        asked: adapters.TypeAdapter[Any] | None,
        numbers: NumberContexts,
    ) -> None:
        """Waits for an answer.

        Args:
            boundary: Takes values from one side to the other.
            budget: Gives that of the running action.
            asked: The type of an answer; None where anything is one.
            numbers: In which context a type of the host computes.
        """
        self._boundary = boundary
        self._budget = budget
        self._type = asked
        self._numbers = numbers
        self.last: Any = None
        """What `answer(value)` was given last, in the type that was asked for."""
        self.of_action: object = None
        """What the running action has answered, as data."""
        self.shows: Callable[[object], str] = lambda _: ""
        """Shows an object of the host, of which code has a handle, and gives its text; empty for anything else."""

    def take(self, value: object) -> None:
        """Ends the run with a value."""
        problems = self._problems(value)
        if problems:
            raise visible.ToolArgumentError(f"answer() was given a value of the wrong form: {problems}")
        budget = self._budget()
        budget.spend(Answered())
        budget.alive()

    def _problems(self, value: object) -> str:
        """Keeps the value, or tells why it is no answer."""
        if self._type is None:
            self.last = self.of_action = self.shows(value) or Clip(float("inf")).copy(value)
            return ""
        try:
            given = self._boundary.outward(value)
            with self._numbers.outside():
                self.last = self._type.validate_python(given)
            self.of_action = Clip(float("inf")).copy(self._boundary.inward(self.last))
        except adapters.ValidationError as error:
            return "; ".join(
                f"{'.'.join(map(str, item['loc'])) or 'the value'}: {item['msg']}"
                for item in error.errors(include_url=False, include_context=False, include_input=False)
            )
        return ""
