"""What a call of an async tool costs that returns at once: blocking and awaited, with and without a loop of the caller."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from bench.engines import Engine, WrongResultError

_LOOP = "got = 0\nfor i in range({calls}):\n    got = {expression}\nprint(got)\n"
_FORMS = {"blocking": "same(i)", "awaited": "await same(i)"}
_EMPTY = {"blocking": "i", "awaited": "(await nothing) if i < 0 else i"}

Act = Callable[[str], Awaitable[Any]]


async def same(value: int) -> int:
    """Gives the number back.

    Args:
        value: The number.
    """
    return value


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures both forms, by wall time: a hand-over to another thread is waiting, not work.

    Args:
        engine: Ours; no peer has this.
        quick: Whether few calls are enough.
    """
    calls, rounds = (100, 2) if quick else (1_000, 7)
    sdk = import_module(engine.distribution.replace("-", "_"))
    interpreter = sdk.Interpreter(tools=[same], limits=sdk.Limits(tool_calls=None))

    async def in_run(code: str) -> Any:
        return interpreter.run(code)

    async def both() -> dict[str, float]:
        figures: dict[str, float] = {}
        for form in _FORMS:
            figures[f"async.{form}"] = await _each(in_run, form, calls, rounds) * 1e6
            figures[f"async.{form}_arun"] = await _each(interpreter.arun, form, calls, rounds) * 1e6
        return figures

    with interpreter:
        return asyncio.run(both())


async def _each(act: Act, form: str, calls: int, rounds: int) -> float:
    call = _LOOP.format(calls=calls, expression=_FORMS[form])
    empty = _LOOP.format(calls=calls, expression=_EMPTY[form])
    times: dict[str, list[float]] = {call: [], empty: []}
    for _ in range(rounds + 1):  # the first warms up
        for code, spent in times.items():
            start = time.perf_counter()
            observation = await act(code)
            spent.append(time.perf_counter() - start)
            if observation.stdout.strip() != str(calls - 1):
                raise WrongResultError(f"async tool, {form}: {observation.error or observation.stdout}")
    return (min(times[call][1:]) - min(times[empty][1:])) / calls
