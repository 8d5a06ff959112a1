"""How long a typical action takes, from its text to what it printed."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterable

from bench.engines import Engine, Session, WrongResultError, open_exec
from bench.timing import quantile
from bench.workloads import ACTION_TOOLS, action

_BLOCK = 20
"""Actions that one runs before the other has its turn: alternating each would have each find cold caches."""

_WARM_UP = 40

Times = list[tuple[float, float]]
"""Wall time and CPU time of each action."""


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures a new text each time, and one text again and again.

    Args:
        engine: Who runs it.
        quick: Whether few actions are enough.

    Raises:
        WrongResultError: The engine printed something else than `exec`.
    """
    control, session = open_exec(ACTION_TOOLS), engine.open(ACTION_TOOLS)
    count = 2 * _BLOCK if quick else engine.actions
    numbers = itertools.count(1)
    try:
        own, plain = _compare(session, control, count, lambda: next(numbers))
        own_again, plain_again = _compare(session, control, count // 2, lambda: 0)
    finally:
        session.close()
    figures = {
        "action.p50": quantile(_walls(own), 0.5) / quantile(_walls(plain), 0.5),
        "action.p99": quantile(_walls(own), 0.99) / quantile(_walls(plain), 0.99),
        "action.again": statistics.median(_walls(own_again)) / statistics.median(_walls(plain_again)),
        "action.us": quantile(_walls(own), 0.5) * 1e6,
        "exec.action.us": quantile(_walls(plain), 0.5) * 1e6,
    }
    if not engine.external:
        figures["action.cpu"] = statistics.median(cpu for _, cpu in own) / statistics.median(cpu for _, cpu in plain)
    return figures


def _compare(session: Session, control: Session, count: int, number: Callable[[], int]) -> tuple[Times, Times]:
    for _ in range(_WARM_UP):
        code = action(number())
        expected, printed = control.run(code), session.run(code)
        if printed != expected:
            raise WrongResultError(f"12-line action: printed {printed!r}, exec printed {expected!r}")
    own: Times = []
    plain: Times = []
    while len(own) < count:
        plain += _timed(control, [action(number()) for _ in range(_BLOCK)])
        own += _timed(session, [action(number()) for _ in range(_BLOCK)])
    return own, plain


def _timed(session: Session, codes: Iterable[str]) -> Times:
    times: Times = []
    for code in codes:
        wall, cpu = time.perf_counter(), time.process_time()
        session.run(code)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return times


def _walls(times: Times) -> list[float]:
    return [wall for wall, _ in times]
