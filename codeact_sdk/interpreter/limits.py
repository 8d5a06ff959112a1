"""How much an action may use, and the signals that stop it.

A signal derives from `BaseException`, which model code cannot name, and the budget stays spent: the policy looks at it
first in every handler and `finally` body and after every `with`, so that catching a signal does not outlive it.
The thread that looks after them is in `watchdog`.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from codeact_sdk.frozen import Frozen

LIGHT_SHARE = 32
"""An action is light while it has taken less than this part of the memory that it may. Then no value of it is larger than
that part, and a sum of a few values, once made, is still far below the limit: it is made without a look."""


_MANY = 2**29
"""Calls that are let be made at once where there is no limit of them: a small number for Python, which counts it down fast."""

MOST_SHARES = 4
"""Actions at the same time whose memory is added up: most of many wait for something."""


class Limits(Frozen):
    """What one action may use. None is "no limit"."""

    seconds: float | None = 60.0
    """Wall clock, tools included."""
    steps: int | None = None
    """Turns of loops and calls of own functions. Counting costs about half the speed of loops."""
    memory_bytes: int | None = 2**30
    """Growth of the process while the action runs. Where several run at once, each may use the share of all of them, since
    nobody can tell whose memory it is."""
    output_chars: int = 100_000
    """Characters of stdout, and as many of stderr, that are kept; what is beyond is counted and dropped."""
    tool_calls: int | None = 1_000
    """Calls of tools, all together."""
    calls_per_tool: int | None = None
    """Calls of any one tool."""
    recursion: int | None = None
    """Depth of own functions. Python's own limit holds where this is None; a value needs counting, as `steps`."""


class Signal(BaseException):
    """Stops an action; model code can neither name nor outlive it."""


class LimitExceeded(Signal):
    """A limit is spent.

    Attributes:
        limit: Name of the field of `Limits`.
        message: What was reached and what to do.
    """

    def __init__(self, limit: str = "seconds", message: str = "") -> None:
        self.limit = limit
        self.message = message
        super().__init__(message)


class Answered(Signal):
    """`answer(value)` was called: the action is done."""


class Paused(Signal):
    """The action cannot go on before a person has said yes to calls."""


class Interrupted(Signal):
    """The host stopped the action: Ctrl-C, a cancelled task, a closed interpreter."""


class Watch(Protocol):
    """What looks after the actions of a process."""

    def remind(self, budget: Budget) -> None:
        """Looks after an action that has been told to stop, soon."""

    def running(self) -> int:
        """How many actions run now."""


class Budget:
    """What one action has used. Once `signal` is set, it is spent for good."""

    __slots__ = (
        "__weakref__", "awaited", "base_depth", "base_memory", "calls", "counted_calls", "deadline", "done", "free_calls",
        "granted_calls", "in_tool", "interrupted", "limits", "namespace", "over", "signal", "steps", "thread", "wakes", "watch",
    )  # fmt: skip

    def __init__(
        self,
        limits: Limits,
        thread: int = 0,
        *,
        namespace: dict[str, object] | None = None,
        deadline: float | None = None,
    ) -> None:
        self.limits = limits
        self.thread = thread
        """Identifier of the thread that runs the action."""
        self.namespace: dict[str, object] = {} if namespace is None else namespace
        """Globals of model code, by which its frames are known."""
        self.watch: Watch | None = None
        """Set when the action is watched."""
        self.deadline = deadline
        """By `time.monotonic()`."""
        self.signal: Signal | None = None
        self.wakes: list[Callable[[], object]] = []
        """Wake the threads of the action that wait for something; called once, when the signal is set."""
        self.free_calls = self.granted_calls = self.counted_calls = 0
        """Calls that may be made before someone looks again, how many of these there were, and calls made without one."""
        self.calls: Counter[str] = Counter()
        """By tool, where each has a limit."""
        self.steps = 0
        self.in_tool = ""
        """Name of the tool that is running now; interrupts wait until it has returned."""
        self.awaited: Counter[str] = Counter()
        """Async tools that are running now, which can be cancelled."""
        self.interrupted = False
        """Whether an interrupt was sent to the thread."""
        self.done = False
        self.over = False
        """Whether the observation has been made, and what it was made from may be gone."""
        self.base_memory = self.base_depth = 0
        """Memory of the process when the action began, and frames below its own."""

    @property
    def tool_calls(self) -> int:
        """Calls that were made."""
        return self.counted_calls + self.granted_calls - self.free_calls

    def alive(self) -> None:
        """Raises again what stopped the action."""
        if self.signal is not None:
            raise self.signal

    def spend(self, signal: Signal) -> None:
        """Stops the action with this signal, unless another came first; does not raise."""
        self.mark(signal)
        if self.watch is not None:
            self.watch.remind(self)  # asyncio keeps what a task raises for whoever asks: it may never be raised again

    def mark(self, signal: Signal) -> None:
        """As `spend`, for the watchdog itself."""
        if self.signal is None:
            self.signal = signal
            for wake in (*self.wakes,):  # a list of threads, which take themselves off it
                with contextlib.suppress(RuntimeError):  # the loop has been closed
                    wake()

    def step(self) -> None:
        """Counts one turn."""
        self.alive()
        self.steps += 1
        if self.limits.steps is not None and self.steps > self.limits.steps:
            self.spend(
                LimitExceeded(
                    "steps",
                    f"more than {self.limits.steps:,} loop turns and function calls: use a better algorithm or less data",
                )
            )
            self.alive()

    def enter(self) -> None:
        """Counts one call of an own function, and looks at its depth."""
        self.step()
        if self.limits.recursion is None:
            return
        with contextlib.suppress(ValueError):  # the stack is not that deep
            sys._getframe(self.base_depth + self.limits.recursion + 1)  # noqa: SLF001  # the only way to ask in O(1) Python steps
            self.spend(
                LimitExceeded("recursion", f"own functions call one another more than {self.limits.recursion:,} deep")
            )
        self.alive()

    def count_call(self, tool: str) -> None:
        """Counts one call of a tool."""
        if self.signal is not None:
            raise self.signal
        if self.done:  # model code that the collector runs
            raise Interrupted("the action is over")
        if self.free_calls:
            self.free_calls -= 1
            return
        self.counted_calls += 1
        total, each = self.limits.tool_calls, self.limits.calls_per_tool
        if total is not None and self.tool_calls > total:
            message = f"more than {total:,} tool calls in one action: ask for more in one call"
            self.spend(LimitExceeded("tool_calls", message))
        if each is not None:
            self.calls[tool] += 1
            if self.calls[tool] > each:
                message = f"more than {each:,} calls of {tool} in one action"
                self.spend(LimitExceeded("calls_per_tool", message))
        self.alive()

    @property
    def may_free_more(self) -> bool:
        """Whether calls may be made without a look, and none are left."""
        each = self.limits.calls_per_tool
        return each is None and not self.free_calls

    def free_more(self) -> None:
        """Lets as many calls be made without a look as the limit leaves."""
        total = self.limits.tool_calls
        self.free_calls = _MANY if total is None else max(0, total - self.tool_calls)
        self.granted_calls += self.free_calls

    def take_back_calls(self) -> None:
        """Has every further call looked at."""
        self.granted_calls -= self.free_calls
        self.free_calls = 0

    def remaining(self) -> float | None:
        """Seconds until the deadline; None without one."""
        return None if self.deadline is None else self.deadline - time.monotonic()

    @property
    def running(self) -> str:
        """Names of the tools that are running now; empty where there are none."""
        return self.in_tool or ", ".join(sorted(+self.awaited))

    def time_is_up(self) -> LimitExceeded:
        """Makes the signal of a spent clock."""
        seconds = self.limits.seconds
        during = f", while the tool {self.running} was running" if self.running else ""
        return LimitExceeded("seconds", f"the action ran longer than {seconds:g} s{during}")

    # -- memory

    def make_room(self, taken: int) -> None:
        """Stops the action if it would take more memory than it may.

        Args:
            taken: Bytes that it is about to ask for.
        """
        limit = self.limits.memory_bytes
        if limit is not None and self.growth() + taken > self.allowed(limit):
            self.spend(self.memory_is_full(taken))
        self.alive()

    def growth(self) -> int:
        """By how many bytes the process has grown since the action began."""
        return resident_bytes() - self.base_memory

    def allowed(self, limit: int) -> int:
        """Bytes by which the process may grow: the actions that run share it, up to a few of them."""
        running = self.watch.running() if self.watch is not None else 1
        return limit * min(max(1, running), MOST_SHARES)

    def look_at_memory(self, resident: int, limit: int) -> None:
        """Judges the memory of the process.

        Args:
            resident: Bytes that it has now.
            limit: Bytes that the action may take.
        """
        growth, allowed = resident - self.base_memory, self.allowed(limit)
        if growth > allowed:
            self.mark(self.memory_is_full())
        elif growth * LIGHT_SHARE > allowed:
            self.namespace["@light"] = False

    def memory_is_full(self, taken: int = 0) -> LimitExceeded:
        """Makes the signal of spent memory."""
        what = f"would take {taken:,} bytes more" if taken else "took more"
        return LimitExceeded(
            "memory_bytes",
            f"the action {what} than the {self.limits.memory_bytes:,} bytes of memory that it may: work on parts of the data",
        )


class _Statm:
    """Reads what Linux tells of this process, by a file that stays open: opening it costs more than reading."""

    def __init__(self) -> None:
        self._file = -1
        self._process = 0

    def resident_bytes(self) -> int:
        """Memory that is in RAM; 0 where the system does not tell."""
        try:
            if self._process != os.getpid():  # the file of the process that we were forked from
                self._file, self._process = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC), os.getpid()
            return int(os.pread(self._file, 64, 0).split()[1]) * _PAGE_BYTES
        except OSError:  # pragma: no cover  # Linux has the file
            return 0


_PAGE_BYTES = 4096

resident_bytes = _Statm().resident_bytes
