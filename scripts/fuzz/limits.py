"""Programs that try to outlive a limit: each ends in time, takes no more memory than it may, and leaves no thread at work."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from pathlib import Path
from typing import Any

from codeact_sdk import Interpreter, Limits
from codeact_sdk.observations import Observation
from fuzz import endless
from fuzz.findings import Verdict

_SECONDS = 0.3
_MEMORY = 100_000_000
_LIMITS = {
    "seconds": Limits(seconds=_SECONDS, memory_bytes=_MEMORY),
    "steps": Limits(seconds=_SECONDS, memory_bytes=_MEMORY, steps=20_000),
    "recursion": Limits(seconds=_SECONDS, memory_bytes=_MEMORY, recursion=60),
    "output": Limits(seconds=_SECONDS, memory_bytes=_MEMORY, output_chars=1_000, tool_calls=500),
}
_LATE_S = 0.2
"""By how much the limit may be passed, where the processor is free."""
_LEAVE_S = 2.0
"""How long after its observation an action's thread may need to end."""
_MEMORY_SLACK = 40_000_000
"""Bytes: allocator and interpreter around the growth that is the program's, on top of half the limit."""
_AGAIN = 2


def make_target() -> Outliving:
    """Makes the target."""
    return Outliving()


def echo(value: list[Any]) -> list[Any]:
    """Gives the value back.

    Args:
        value: A list.
    """
    return value


def apply(function: Any) -> int:
    """Calls a function until it has been called three times.

    Args:
        function: The function.
    """
    for n in range(3):
        function(n)
    return 3


def nap(seconds: float) -> None:
    """Sleeps for a while, at most half a second.

    Args:
        seconds: How long.
    """
    time.sleep(min(seconds, 0.5))


async def nap_later(seconds: float) -> None:
    """Sleeps for a while.

    Args:
        seconds: How long.
    """
    await asyncio.sleep(seconds)


class Outliving:
    """Runs each program in an interpreter of its own, by the clock and by the peak of this process's memory."""

    def make(self, rng: random.Random) -> str:
        """Makes a program; its first line says what it is and what limits it."""
        name, text = endless.write(rng)
        return f"# {rng.choice(list(_LIMITS))}: {name}\n{text}"

    def judge(self, program: str) -> Verdict:
        """Runs a program; what was late only because others had the processor is not late when it is run again."""
        limit, _, name = program.partition("\n")[0].removeprefix("# ").partition(": ")
        name = name.partition(" in ")[0] if " in " in name else name
        seen, late, grown, left = _measured(program, _LIMITS[limit])
        for _ in range(_AGAIN):
            if late <= _LATE_S or left:
                break
            late = min(late, _measured(program, _LIMITS[limit])[1])
        faults = []
        if left:
            faults.append(("outlived", f"still at work after its end: {name}", f"{late:.2f} s late\n{seen.error}"))
        elif late > _LATE_S:
            faults.append(("late", f"ends too late: {name}", f"{late:.2f} s late\n{seen.error}"))
        if grown > 1.5 * _MEMORY + _MEMORY_SLACK:
            faults.append(("memory", f"takes too much: {name}", f"{grown / 1e6:.0f} MB more\n{seen.error}"))
        ending = {"error": "errors", "limit": "limits"}.get(seen.status, "ran")
        if seen.error is not None and seen.error.type == "SyntaxError":
            ending = "refused"
        return Verdict(ending, tuple(faults))

    def close(self) -> None:
        """Nothing is open."""


def _measured(program: str, limits: Limits) -> tuple[Observation, float, int, bool]:
    """Gives what came out, by how many seconds it was late, by how many bytes the process grew, and whether it goes on."""
    gc.collect()
    with Interpreter(tools=[echo, apply, nap, nap_later], limits=limits, check="off") as interpreter:
        interpreter.run(endless.PRELUDE)
        _reset_peak()
        before = _status("VmRSS")
        began = time.monotonic()
        seen = interpreter.run(program)
        late = time.monotonic() - began - _SECONDS
        grown = _status("VmHWM") - before
        left = not _ended(interpreter._session._busy)  # noqa: SLF001  # nothing else tells of an abandoned thread
    return seen, late, grown, left


def _ended(busy: Any) -> bool:
    """Whether no action holds the session any more, in the time that it has."""
    if not busy.acquire(timeout=_LEAVE_S):
        return False
    busy.release()
    return True


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _status(name: str) -> int:
    """Bytes, by the kernel's count of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
