"""What one call of a tool costs: a loop with it, the same loop without it taken off."""

from __future__ import annotations

import time
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from bench.engines import Engine, Session, WrongResultError, open_exec
from bench.timing import Clock, alternate
from bench.workloads import add

_LOOP = "got = 0\nfor i in range({calls}):\n    got = {expression}\nprint(got)\n"
_EMPTY = "i"
_EXACT = "add(i, 2)"
_COERCED = "add('7', 2)"


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures a call whose arguments have the right types, and one that has a number as text.

    Args:
        engine: Who calls.
        quick: Whether few calls are enough.

    Raises:
        WrongResultError: A call gave something else than it should.
    """
    calls = (200 if quick else 4_000) if engine.scale == 1.0 else 500
    sessions = {"engine": engine.open({"add": add}), "exec": open_exec({"add": add})}
    if find_spec("pydantic") is not None:
        sessions["validated"] = open_exec({"add": import_module("pydantic").validate_call(add)})
    clock = time.perf_counter if engine.external else time.process_time
    rounds = (2, 2) if quick else (9, 45)
    try:
        cost = _each(sessions, calls, _EXACT, str(calls + 1), rounds=rounds, clock=clock)
        figures = {"call.us": cost["engine"] * 1e6, "exec.call.us": cost["exec"] * 1e6}
        if "validated" in cost and engine.distribution == "codeact-sdk":
            figures |= {
                "call.exact": cost["engine"] / cost["validated"],
                "exec.call.validated_us": cost["validated"] * 1e6,
            }
            del sessions["exec"]
            coerced = _each(sessions, calls, _COERCED, "9", rounds=rounds, clock=clock)
            figures["call.coerced"] = coerced["engine"] / coerced["validated"]
        return figures
    finally:
        sessions["engine"].close()


def _each(
    sessions: dict[str, Session], calls: int, expression: str, expected: str, *, rounds: tuple[int, int], clock: Clock
) -> dict[str, float]:
    """Seconds of one call, by session."""
    call, empty = (_LOOP.format(calls=calls, expression=text) for text in (expression, _EMPTY))
    for name, session in sessions.items():
        if (printed := session.run(call).strip()) != expected:
            raise WrongResultError(f"tool call {expression}: {name} printed {printed!r}, not {expected}")
        session.run(empty)
    runs = {
        f"{name} {text}": partial(session.run, text) for name, session in sessions.items() for text in (call, empty)
    }
    times = alternate(runs, least=rounds[0], most=rounds[1], clock=clock)
    return {name: (min(times[f"{name} {call}"]) - min(times[f"{name} {empty}"])) / calls for name in sessions}
