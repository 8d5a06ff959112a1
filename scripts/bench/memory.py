"""What a live session weighs: the memory of the process before and after many were opened and used once."""

from __future__ import annotations

import gc
import time

from bench.engines import Engine, Session
from bench.timing import memory_kb
from bench.workloads import ACTION_TOOLS, action

_WARM_UP = 600
"""Actions of the first session, so that whatever keeps a number of compiled texts has its fill."""


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures what stays in RAM, child processes by their own share.

    Args:
        engine: Whose sessions they are.
        quick: Whether few sessions are enough.
    """
    count = min(20, engine.sessions) if quick else engine.sessions
    live = [engine.open(ACTION_TOOLS)]
    for n in range(min(_WARM_UP, engine.actions)):
        live[0].run(action(n))
    gc.collect()
    before, opening = memory_kb(), 0.0
    try:
        for n in range(count):
            start = time.perf_counter()
            live.append(engine.open(ACTION_TOOLS))
            opening += time.perf_counter() - start
            live[-1].run(action(10_000 + n))
        gc.collect()
        figures = {"memory.open_us": opening / count * 1e6}
        if before:
            figures["memory.session"] = (memory_kb() - before) / count
        return figures
    finally:
        _close(live)


def _close(sessions: list[Session]) -> None:
    for session in sessions:
        session.close()
