"""What a person is shown, and what the person may answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from codeact_sdk.errors import ConfigError
from codeact_sdk.frozen import Frozen
from codeact_sdk.observations import PlannedCall

Scope = Literal["once", "run", "always"]
"""For how long a yes holds: for these calls, for every call of these tools in this run, or in all runs."""


class Card(Frozen):
    """Calls that wait for one yes: all those of an action that can be known before any of them has happened."""

    calls: tuple[PlannedCall, ...]
    code: str
    """The action that makes them."""
    note: str = ""
    """Why the calls may not be all; empty where the action ends after them."""

    @property
    def tools(self) -> tuple[str, ...]:
        """Qualified names of the tools, each once."""
        return tuple(dict.fromkeys(call.tool for call in self.calls))


class Decision(Frozen):
    """A person's answer to a card."""

    allowed: bool | tuple[bool, ...] = False
    """For all calls, or for each."""
    scope: Scope = "once"
    reason: str = ""
    """Why not, in the person's words; the model reads it."""

    def of(self, card: Card) -> tuple[bool, ...]:
        """For each call of a card whether it may happen.

        Raises:
            ConfigError: There are answers for more calls or for fewer.
        """
        if isinstance(self.allowed, bool):
            return (self.allowed,) * len(card.calls)
        if len(self.allowed) != len(card.calls):
            raise ConfigError(f"the decision is about {len(self.allowed)} calls, and the card has {len(card.calls)}")
        return self.allowed


Answer = Decision | bool | str | Sequence[bool]
"""What an approver may return: a text is a no with its reason, a list has an answer for each call."""

Approver = Callable[[Card], Answer | Awaitable[Answer]]
"""Asks whoever may decide. One that is async needs `arun`."""


def decision(answer: object) -> Decision:
    """Makes what an approver returned into a decision.

    Raises:
        ConfigError: It is none of what is possible.
    """
    match answer:
        case Decision():
            return answer
        case bool():
            return Decision(allowed=answer)
        case str():
            return Decision(reason=answer)
        case list() | tuple() if all(isinstance(item, bool) for item in answer):
            return Decision(allowed=tuple(answer))
    raise ConfigError(
        f"the approver returned {type(answer).__name__}: return True, False, the reason of a no, a list of bool, or a Decision"
    )
