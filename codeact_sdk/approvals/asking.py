"""Asking: one card to an approver, whose failures are a no that is named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from codeact_sdk.approvals.cards import Approver, Card, Decision, decision
from codeact_sdk.errors import ConfigError
from codeact_sdk.later import asyncio, inspect
from codeact_sdk.tools.faults import Faults


class Witness:
    """An approver with whoever is told of its cards and decisions."""

    def __init__(
        self, approver: Approver, asked: Callable[[Card], None], decided: Callable[[Card, Decision], None]
    ) -> None:
        """Makes an approver of another.

        Args:
            approver: Who decides.
            asked: Told of each card before it is put.
            decided: Told of each decision.
        """
        self._approver = approver
        self._asked = asked
        self._decided = decided

    def __call__(self, card: Card) -> Decision | Awaitable[Decision]:
        """Puts a card."""
        self._asked(card)
        answer = self._approver(card)
        return self._awaited(card, answer) if isinstance(answer, Awaitable) else self._told(card, answer)

    async def _awaited(self, card: Card, answer: Awaitable[object]) -> Decision:
        return self._told(card, await answer)

    def _told(self, card: Card, answer: object) -> Decision:
        made = _decided(answer, card)
        self._decided(card, made)
        return made


def put(approver: Approver, card: Card, faults: Faults) -> Decision:
    """Asks, and waits.

    Args:
        approver: Who decides.
        card: About what.
        faults: Is told of an approver that raises.
    """
    try:
        answer = approver(card)
        if inspect.isawaitable(answer):
            getattr(answer, "close", lambda: None)()
            raise ConfigError("the approver is async, which needs arun: give one that is not, or call arun")  # noqa: TRY301  # told as any other fault
        return _decided(answer, card)
    except Exception as error:  # noqa: BLE001  # nothing happens that nobody has agreed to
        return _failed(error, faults)


async def aput(approver: Approver, card: Card, faults: Faults) -> Decision:
    """Asks without blocking the event loop: an approver that blocks has a thread of its own.

    Args:
        approver: Who decides.
        card: About what.
        faults: Is told of an approver that raises.
    """
    try:
        answer: object = await asyncio.to_thread(approver, card)
        if isinstance(answer, Awaitable):
            answer = await answer
        return _decided(answer, card)
    except Exception as error:  # noqa: BLE001  # as above
        return _failed(error, faults)


def _decided(answer: object, card: Card) -> Decision:
    made = decision(answer)
    made.of(card)
    return made


def _failed(error: Exception, faults: Faults) -> Decision:
    faults.add(error, pack="approvals", what="the approver")
    return Decision(reason=f"the approver failed ({type(error).__name__})")
