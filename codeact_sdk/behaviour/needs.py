"""What the steps of a call need of whoever drives them."""

from __future__ import annotations

from typing import NamedTuple

from codeact_sdk.behaviour.slots import Ticket


class Attempt(NamedTuple):
    """The function is called once, within the time that the tool declares; what came of it is sent or thrown."""


class Wait(NamedTuple):
    """Nothing happens until the time is over or the ticket has its turn; an end of the action ends it at once."""

    seconds: float | None = None
    """None where only the ticket ends it."""
    ticket: Ticket | None = None


ATTEMPT = Attempt()
