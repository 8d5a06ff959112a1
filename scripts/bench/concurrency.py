"""200 sessions at once, each with one action that waits for a tool of 50 ms; the bare sleeps are the control."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module

from bench.engines import Engine, WrongResultError

_SESSIONS = 200
_SLEEP_S = 0.05
_ACTION = "got = {call}\ntotal = 0\nfor k in range(20):\n    total = total + k * got\nprint(total)\n"
_FORMS = {"blocking": "wait(3)", "awaited": "await wait(3)"}
_EXPECTED = "570"

Act = Callable[[], Awaitable[str]]


async def wait(value: int) -> int:
    """Waits, then gives the number back.

    Args:
        value: The number.
    """
    await asyncio.sleep(_SLEEP_S)
    return value


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures how long all take, by the median of the rounds after the first.

    Args:
        engine: Whose sessions they are.
        quick: Whether two rounds are enough.
    """
    rounds = 2 if quick else 7
    if engine.distribution != "codeact-sdk":
        return {"sessions.blocking": asyncio.run(_by_threads(engine, rounds))}
    return {f"sessions.{form}": asyncio.run(_by_arun(engine, form, rounds)) for form in _FORMS}


async def _by_arun(engine: Engine, form: str, rounds: int) -> float:
    sdk = import_module(engine.distribution.replace("-", "_"))
    sessions = [sdk.Interpreter(tools=[wait]) for _ in range(_SESSIONS)]
    code = _ACTION.format(call=_FORMS[form])

    async def act(session: object) -> str:
        observation = await session.arun(code)  # type: ignore[attr-defined]  # imported by name
        return str(observation.error or observation.stdout)

    try:
        return await _beside_sleeps([partial(act, session) for session in sessions], rounds)
    finally:
        for session in sessions:
            session.close()


async def _by_threads(engine: Engine, rounds: int) -> float:
    """The usual way round an engine that blocks: a thread for each session, and the tool waits for the loop."""
    loop = asyncio.get_running_loop()

    def bridge(value: int) -> int:
        return asyncio.run_coroutine_threadsafe(wait(value), loop).result()

    sessions = [engine.open({"wait": bridge}) for _ in range(_SESSIONS)]
    code = _ACTION.format(call=_FORMS["blocking"])
    try:
        with ThreadPoolExecutor(_SESSIONS) as pool:
            acts = [partial(loop.run_in_executor, pool, session.run, code) for session in sessions]
            return await _beside_sleeps(acts, rounds)
    finally:
        for session in sessions:
            session.close()


async def _beside_sleeps(acts: Sequence[Act], rounds: int) -> float:
    sleeps, engine = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        await asyncio.gather(*(asyncio.sleep(_SLEEP_S) for _ in acts))
        sleeps.append(time.perf_counter() - start)
        start = time.perf_counter()
        printed = await asyncio.gather(*(act() for act in acts))
        engine.append(time.perf_counter() - start)
        if wrong := [text for text in printed if text.strip() != _EXPECTED]:
            raise WrongResultError(f"{len(wrong)} of {len(acts)} sessions printed something else, such as {wrong[0]!r}")
    return statistics.median(engine[1:]) / statistics.median(sleeps[1:])
