"""How long after a limit of one second a program has really stopped: it holds no thread and takes no time any more."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench.engines import Engine, Session, engine

LIMIT_S = 1.0
GIVE_UP_S = 8.0
"""A program that runs for so long is said to run on."""

_MEMORY_LIMIT = 200 * 10**6
_ADDRESS_SPACE = 4 * 2**30
"""Of the process that does the measuring, so that a limit which does not hold harms nobody."""

_WINDOW_S = 0.02
_QUIET_SHARE = 0.3
"""Where a process takes less CPU than this, nothing of ours runs in it."""

PROGRAMS: Mapping[str, str] = {
    "busy": "while True:\n    pass\n",
    "bare_except": "while True:\n    try:\n        while True:\n            pass\n    except:\n        pass\n",
    "finally": (
        "def spin():\n    try:\n        while True:\n            pass\n    finally:\n        while True:\n            pass\n"
        "spin()\n"
    ),
    "recursion": "def tree(n):\n    return 1 if n == 0 else tree(n - 1) + tree(n - 1)\nprint(tree(60))\n",
    "callback": "print(len(sorted(range(10**6), key=lambda n: sum([k * n for k in range(100)]))))\n",
    "pattern": "import re\nprint(re.match('(a+)+$', 'a' * 40 + 'b'))\n",
    "big_call": "import itertools\nprint(sum(itertools.count()))\n",
    "big_power": "n = 9\nprint(len(str(n ** n ** n)))\n",
    "sleep": "import time\ntime.sleep(30)\n",
    "memory": "data = [0] * 1000\nwhile True:\n    data = data + data\n",
}


def measure(engine: Engine, *, quick: bool = False) -> dict[str, float]:
    """Measures each program in a process of its own, which the next one finds quiet.

    Args:
        engine: Whose limit it is.
        quick: Whether the first program and the last are enough.
    """
    programs = [name for name in PROGRAMS if not quick or name in ("busy", "memory")]
    if engine.memory_limited is None or not Path("/proc/self/status").exists():
        programs.remove("memory")
    figures = {f"limit.{name}": _child(engine.name, name) for name in programs}
    return {key: value for key, value in figures.items() if value is not None}


def _child(name: str, program: str) -> float | None:
    """Seconds, or a share for memory; None where the engine does not know the language of the program."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.limits", name, program]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=2 * GIVE_UP_S)  # noqa: S603  # our own
    except subprocess.TimeoutExpired:
        return GIVE_UP_S
    value: float | None = json.loads(done.stdout.splitlines()[-1])
    return value


def _stopped_after(session: Session, program: str) -> float | None:
    start = time.perf_counter()
    try:
        session.run(program)
    except SyntaxError:
        return None
    except Exception as error:  # noqa: BLE001  # engines tell of a limit in their own ways
        if re.search(r"SyntaxError|NotImplemented|ModuleNotFound|not (?:supported|allowed)|unsupported", repr(error)):
            return None
    while (now := time.perf_counter() - start) < GIVE_UP_S:
        if _is_quiet() and _takes_more(session):
            return now
    return GIVE_UP_S


def _is_quiet() -> bool:
    used = time.process_time()
    time.sleep(_WINDOW_S)
    return time.process_time() - used < _QUIET_SHARE * _WINDOW_S


def _takes_more(session: Session) -> bool:
    """Whether the next action runs, or the engine says that the session is gone."""
    try:
        return session.run("print(1)").strip().endswith("1")
    except Exception as error:  # noqa: BLE001  # as above
        return "Busy" not in str(error)


def _growth(engine: Engine) -> float:
    if engine.memory_limited is None:
        raise ValueError(f"{engine.name} has no limit of memory")
    session = engine.memory_limited(_MEMORY_LIMIT)
    session.run("print(1)")
    before = _peak_bytes()
    with contextlib.suppress(RuntimeError):  # the limit, which is what is waited for
        session.run(PROGRAMS["memory"])
    return (_peak_bytes() - before) / _MEMORY_LIMIT


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def _main(name: str, program: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    chosen = engine(name)
    if program == "memory":
        value: float | None = _growth(chosen)
    elif chosen.limited is None:
        raise ValueError(f"{name} has no limit of time")
    else:
        session = chosen.limited(LIMIT_S)
        with contextlib.suppress(Exception):
            session.run("print(1)")
        value = _stopped_after(session, PROGRAMS[program])
    print(json.dumps(value), flush=True)
    os._exit(0)  # a program that still runs must not keep the process


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2])
