"""Drives the steps of a call that `codeact_sdk.behaviour.engine` makes: in the action's thread, or in an event loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from codeact_sdk.behaviour.engine import Call, steps
from codeact_sdk.behaviour.needs import Attempt, Wait
from codeact_sdk.driving import adrive, drive
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.turns import Bell, tell_loop
from codeact_sdk.interpreter.workers import WORKERS
from codeact_sdk.later import asyncio

_SLICE_S = 0.1
"""Longest wait in one piece: of several threads of one action, only one can be woken by its end."""


def perform(call: Call, budget: Budget, attempt: Callable[[], object]) -> object:
    """Makes a call of a tool that blocks.

    Args:
        call: The call.
        budget: Of the action, whose end ends a wait.
        attempt: Calls the function once.
    """

    def does(need: Attempt | Wait) -> object:
        if isinstance(need, Attempt):
            return attempt()
        _pause(need, budget)
        return None

    return drive(steps(call), does)


async def aperform(call: Call, attempt: Callable[[], Coroutine[Any, Any, Any]]) -> object:
    """Makes a call of an async tool, in whichever loop this runs; being cancelled ends a wait.

    Args:
        call: The call.
        attempt: Makes the coroutine of one call of the function.
    """

    async def does(need: Attempt | Wait) -> object:
        if isinstance(need, Attempt):
            return await attempt()
        await _apause(need)
        return None

    return await adrive(steps(call), does)


def _pause(need: Wait, budget: Budget) -> None:
    bell = Bell(WORKERS.turns)
    end = None if need.seconds is None else time.monotonic() + need.seconds
    wake = bell.ring
    budget.wakes.append(wake)
    try:
        if need.ticket is not None:
            need.ticket.listen(bell.ring)
        while True:
            budget.alive()  # what has stopped the action before this wakes nobody
            left = _SLICE_S if end is None else min(_SLICE_S, end - time.monotonic())
            if left <= 0 or bell.wait(left):
                break
    finally:
        budget.wakes.remove(wake)
    budget.alive()


async def _apause(need: Wait) -> None:
    if need.ticket is None:
        await asyncio.sleep(need.seconds or 0.0)
        return
    loop = asyncio.get_running_loop()
    turn = loop.create_future()
    need.ticket.listen(partial(tell_loop, loop, turn))
    await turn
