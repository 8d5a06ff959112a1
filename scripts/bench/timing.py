"""Clocks, rounds and quantiles.

A shared machine only ever adds time, so figures are minima, or medians, over rounds in which engine and control alternate.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

_PAGE_KB = 4
_STEADY = 0.005

Clock = Callable[[], float]


def alternate(
    runs: Mapping[str, Callable[[], object]], *, least: int, most: int, clock: Clock = time.process_time
) -> dict[str, list[float]]:
    """Times functions in turns, until the minima are steady.

    Minima of two equal runs differ by 3 % on a busy machine after nine rounds, by 2 % after 25; paired medians and
    quartiles differ by more.

    Args:
        runs: By name; each is called once a round, in this order.
        least: Rounds that are always made.
        most: Rounds after which no more are made, steady or not.
        clock: CPU time of this process by default: what other processes do is not in it.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    while True:
        gc.collect()
        for name, run in runs.items():
            start = clock()
            run()
            times[name].append(clock() - start)
        done = len(next(iter(times.values())))
        if done >= most or (done >= least and all(is_steady(spent) for spent in times.values())):
            return times


def is_steady(spent: list[float]) -> bool:
    """Tells whether the last third of the rounds has brought no better minimum worth telling."""
    before = spent[: -max(1, len(spent) // 3)]
    return bool(before) and min(spent) >= min(before) * (1 - _STEADY)


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which this share of the values lies.

    Raises:
        IndexError: There are no values.
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def memory_kb() -> float:
    """Memory of this process that is in RAM, with the share of each child process; 0 where the system does not tell."""
    try:
        own = float(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_KB
    except OSError:
        return 0.0
    return own + sum(_proportional_kb(child) for child in _children("self"))


def _children(process: str) -> list[str]:
    found: list[str] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            listed = path.read_text(encoding="ascii").split()
        except OSError:  # the thread has ended
            continue
        for child in listed:
            found += [child, *_children(child)]
    return found


def _proportional_kb(process: str) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("Pss:"))
