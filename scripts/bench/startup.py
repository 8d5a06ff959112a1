"""What a process pays before its first action, an empty interpreter taken off."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from bench.engines import Engine


class _Spent(NamedTuple):
    wall: float
    cpu: float


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures whole processes, each beside an empty one.

    Args:
        engine: What is imported and made ready.
        quick: Whether two pairs are enough.
    """
    rounds = 2 if quick else 11
    return {
        "start.import": _above_empty(engine.imports, rounds, external=False),
        "start.ready": _above_empty(engine.ready, rounds, external=engine.external),
    }


def _above_empty(code: str, rounds: int, *, external: bool) -> float:
    """Milliseconds: the median of the differences of CPU time, or of wall time where another process does the work."""
    _process(code)
    pairs = [(_process("pass"), _process(code)) for _ in range(rounds)]
    if external:
        return statistics.median(full.wall - empty.wall for empty, full in pairs) * 1e3
    return statistics.median(full.cpu - empty.cpu for empty, full in pairs) * 1e3


def _process(code: str) -> _Spent:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, env=environ)  # noqa: S603  # our own command
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return _Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
