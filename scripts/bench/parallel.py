"""A hundred calls of 50 ms at once, from model code: a tool that blocks, one that awaits, and a function around each."""

from __future__ import annotations

import asyncio
import statistics
import time
from importlib import import_module

from bench.engines import Engine, WrongResultError

_CALLS = 100
_SLEEP_S = 0.05
_FORMS = {
    "sync": "parallel(blocking, range(100), limit=100)",
    "async": "parallel(waiting, range(100), limit=100)",
    "function": "parallel(lambda n: waiting(n), range(100), limit=100)",
}


def blocking(value: int) -> int:
    """Blocks, then gives the number back.

    Args:
        value: The number.
    """
    time.sleep(_SLEEP_S)
    return value


async def waiting(value: int) -> int:
    """Waits, then gives the number back.

    Args:
        value: The number.
    """
    await asyncio.sleep(_SLEEP_S)
    return value


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures how long the calls take together, in milliseconds, by the median of the rounds after the first.

    Args:
        engine: Ours: no other has `parallel`.
        quick: Whether two rounds are enough.
    """
    if engine.distribution != "codeact-sdk":
        return {}
    rounds = 2 if quick else 7
    sdk = import_module("codeact_sdk")
    with sdk.Interpreter(tools=[blocking, waiting]) as session:
        return {f"parallel.{form}": _timed(session, code, rounds) for form, code in _FORMS.items()}


def _timed(session: object, code: str, rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        observation = session.run(code)  # type: ignore[attr-defined]  # imported by name
        took.append(time.perf_counter() - began)
        if observation.value != list(range(_CALLS)):
            raise WrongResultError(f"{code} gave {observation.error or observation.value}")
    return statistics.median(took[1:]) * 1000
