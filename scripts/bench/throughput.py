"""How fast code runs: twelve texts, the time of plain `exec` by that of the engine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from bench.engines import Engine, Session, WrongResultError, open_exec
from bench.timing import alternate
from bench.workloads import WORKLOADS, Tools, load_rows

_TOOLS: Tools = {"load_rows": load_rows}
_QUICK_SCALE = 0.1
_PAIRS = 3
"""Sessions of each that take turns: where a session's objects lie in memory makes a difference of its own."""


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures each text that the engine can run.

    Args:
        engine: Who runs it.
        quick: Whether small sizes and two rounds are enough.

    Raises:
        WrongResultError: The engine printed something else than `exec`.
    """
    figures: dict[str, float] = {}
    for name, workload in WORKLOADS.items():
        code = workload.at(engine.scale * (_QUICK_SCALE if quick else 1.0))
        ratio = _ratio(name, code, engine, quick=quick)
        if ratio is not None:
            figures[f"throughput.{name}"] = ratio
    figures["throughput.mean"] = statistics.geometric_mean(figures.values())
    figures["throughput.worst"] = min(figures.values())
    return figures


def _ratio(name: str, code: str, engine: Engine, *, quick: bool) -> float | None:
    """Compares one text; None where the engine does not know its language."""
    pairs = _PAIRS if engine.scale == 1.0 and not engine.external and not quick else 1
    with ExitStack() as stack:  # new ones: an engine may be unusable after a text that it refuses
        sessions = [engine.open(_TOOLS) for _ in range(pairs)]
        for session in sessions:
            stack.callback(session.close)
        controls = [open_exec(_TOOLS) for _ in range(pairs)]
        if not _agree(name, code, engine, [*controls, *sessions]):
            return None
        both = {"exec": controls, "engine": sessions}
        times = alternate(
            {f"{side} {n}": partial(both[side][n].run, code) for n in range(pairs) for side in both},
            least=2 if quick else 5,
            most=2 if quick else 18,
            clock=time.perf_counter if engine.external else time.process_time,
        )
    best = {side: min(min(spent) for name, spent in times.items() if name.startswith(side)) for side in both}
    return best["exec"] / best["engine"]


def _agree(name: str, code: str, engine: Engine, sessions: Sequence[Session]) -> bool:
    """Tells whether all print the same; False where the engine, if it is a peer, refuses the text."""
    try:
        printed = {session.run(code) for session in sessions}
    except Exception as error:
        if engine.distribution == "codeact-sdk":
            raise WrongResultError(f"{name}: {type(error).__name__}: {error}") from error
        return False
    if len(printed) > 1:
        raise WrongResultError(f"{name}: {engine.name} and exec printed {' and '.join(map(repr, sorted(printed)))}")
    return True
