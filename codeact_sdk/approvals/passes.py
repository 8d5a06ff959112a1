"""The runs of one action: until nothing waits for a yes any more. A generator without I/O."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple

from codeact_sdk.approvals.cards import Card, Decision
from codeact_sdk.frozen import replaced
from codeact_sdk.observations import CodeError, Observation

if TYPE_CHECKING:
    from codeact_sdk.approvals.gate import Gate


class Perform(NamedTuple):
    """Wants the observation of an action."""

    code: str
    is_again: bool
    """Whether everything is put back first to where it was before it."""


class Put(NamedTuple):
    """Wants a person's decision about a card."""

    card: Card


Passes = Generator[Perform | Put, Observation | Decision, Observation]


def passes(gate: Gate, code: str) -> Passes:
    """Runs an action, and again after each card, until nothing waits.

    Args:
        gate: What its calls pass.
        code: The action.
    """
    if not gate.busy.acquire(blocking=False):
        return Observation(status="limit", error=_BUSY)
    try:
        return (yield from _passes(gate, code))
    finally:
        gate.busy.release()


_BUSY = CodeError(
    type="Busy",
    message="the action before this one has not ended, or waits for an approval: this one was not run; wait, or do without it",
    hint="nothing was run",
)


def _passes(gate: Gate, code: str) -> Passes:
    gate.begin(code)
    is_again = False
    while True:
        observation = yield Perform(code, is_again)
        assert isinstance(observation, Observation)  # noqa: S101  # the driver's side of the contract
        if observation.error is not None:
            gate.explain(f"after these calls the code stops: {observation.error.type}: {observation.error.message}")
        card = gate.card
        if card is None:
            return _with_rest(observation, gate.left)
        decision = yield Put(card)
        assert isinstance(decision, Decision)  # noqa: S101  # as above
        gate.decide(decision)
        gate.begin_pass()
        is_again = True


def _with_rest(observation: Observation, left: tuple[str, ...]) -> Observation:
    if not left:
        return observation
    told = "\n".join(("This block was run again after an approval, and went another way:", *left))
    return replaced(observation, stderr=f"{observation.stderr}{told}\n")
