"""How fast a tool may be called: a token bucket (`token-bucket`), and a queue before it so that nobody is overtaken."""

from __future__ import annotations

import threading
from collections.abc import Generator

import token_bucket

from codeact_sdk.behaviour.needs import Wait
from codeact_sdk.behaviour.slots import Slots
from codeact_sdk.errors import ToolError
from codeact_sdk.tools.behaviour import Rate

_KEY = "calls"
_EPSILON_S = 0.001
"""Added to a wait, so that the token is there when it ends."""


class Pace:
    """The bucket of one tool, for the whole process."""

    def __init__(self, rate: Rate) -> None:
        """Makes a full bucket.

        Args:
            rate: How fast.
        """
        self._rate = rate
        self._per_s = rate.calls / rate.per_s
        self._tokens = token_bucket.MemoryStorage()
        self._bucket = token_bucket.Limiter(self._per_s, rate.burst or rate.calls, self._tokens)
        self._lock = threading.Lock()  # the bucket may take two tokens for one when two threads ask at the same moment
        self._turn = Slots(1)

    def turn(self, name: str, left: float | None) -> Generator[Wait, object, None]:
        """Waits until a call may go ahead.

        Args:
            name: Of the tool, for the message.
            left: Seconds that the action has; None where there is no limit.

        Raises:
            ToolError: The turn would come after the end of the action.
        """
        ahead = self._turn.waiting
        ticket = self._turn.ask()
        try:
            if not ticket.has_place:
                self._refuse_late(name, self._seconds() + (ahead + 1) / self._per_s, left)
            while not ticket.has_place:
                yield Wait(None, ticket)
            while (seconds := self._take()) > 0:
                self._refuse_late(name, seconds, left)
                yield Wait(seconds + _EPSILON_S)
        finally:
            self._turn.give_back(ticket)

    def _take(self) -> float:
        """Takes a token; gives the seconds until there is one where there is none."""
        with self._lock:
            return 0.0 if self._bucket.consume(_KEY) else self._seconds()

    def _seconds(self) -> float:
        return max(0.0, 1 - self._tokens.get_token_count(_KEY)) / self._per_s

    def _refuse_late(self, name: str, seconds: float, left: float | None) -> None:
        if left is None or seconds < left:
            return
        rate = self._rate
        raise ToolError(
            f"{name} may be called {rate.calls:,} times in {rate.per_s:g} s by all sessions together, and its next turn comes "
            f"in {seconds:.1f} s, when this block has only {max(left, 0):.1f} s left: nothing was done; call it in a later block"
        )
