"""Drivers of generators without I/O, which yield what they need and are sent what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TypeVar

Need = TypeVar("Need")
Came = TypeVar("Came")
Result = TypeVar("Result")


def drive(steps: Generator[Need, Came, Result], perform: Callable[[Need], Came]) -> Result:
    """Runs the steps to their end, and lets them know of what is raised.

    Args:
        steps: The generator.
        perform: Does what a step needs.
    """
    try:
        need = next(steps)
        while True:
            try:
                came = perform(need)
            except BaseException as error:  # noqa: BLE001  # theirs to handle
                need = steps.throw(error)
            else:
                need = steps.send(came)
    except StopIteration as end:
        result: Result = end.value
        return result


async def adrive(steps: Generator[Need, Came, Result], perform: Callable[[Need], Awaitable[Came]]) -> Result:
    """Does what `drive` does, awaiting what the steps need.

    Args:
        steps: The generator.
        perform: Does what a step needs.
    """
    try:
        need = next(steps)
        while True:
            try:
                came = await perform(need)
            except BaseException as error:  # noqa: BLE001  # as above
                need = steps.throw(error)
            else:
                need = steps.send(came)
    except StopIteration as end:
        result: Result = end.value
        return result
