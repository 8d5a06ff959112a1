"""How much an action may use, and the signals that stop it.

A signal derives from `BaseException`, which model code cannot name, and the budget stays spent: the policy looks at it
first in every handler and `finally` body and after every `with`, so that catching a signal does not outlive it.
One daemon thread for the process interrupts what runs Python code past its deadline, again and again until the action
has ended. It never interrupts a tool: the host's own code is not stopped half way.
"""

from __future__ import annotations

import contextlib
import ctypes
import heapq
import itertools
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from codeact_sdk.interpreter.module_members import MEMBERS

_PURGE_AT = 64
"""Entries of ended actions are dropped when the queue has grown to this."""

_REPEAT_S = 0.005
"""Pause between two interrupts of one action: model code may swallow one, never all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one action may use. None is "no limit"."""

    seconds: float | None = 60.0
    """Wall clock, tools included."""
    steps: int | None = None
    """Turns of loops and calls of own functions. Counting costs about half the speed of loops."""
    memory_bytes: int | None = None
    """Growth of the process while the action runs, looked at every few milliseconds."""
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


class Interrupted(Signal):
    """The host stopped the action: Ctrl-C, a cancelled task, a closed interpreter."""


@dataclass(slots=True, eq=False)
class Budget:
    """What one action has used. Once `signal` is set, it is spent for good."""

    limits: Limits
    thread: int = 0
    """Identifier of the thread that runs the action."""
    namespace: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Globals of model code, by which its frames are known."""
    deadline: float | None = None
    """By `time.monotonic()`."""
    signal: Signal | None = None
    tool_calls: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    """By tool, where each has a limit."""
    steps: int = 0
    in_tool: str = ""
    """Name of the tool that is running now; interrupts wait until it has returned."""
    awaited: Counter[str] = field(default_factory=Counter)
    """Async tools that are running now, which can be cancelled."""
    interrupted: bool = False
    """Whether an interrupt was sent to the thread."""
    done: bool = False
    base_memory: int = 0
    base_depth: int = 0
    """Frames below the action's own."""

    def alive(self) -> None:
        """Raises again what stopped the action."""
        if self.signal is not None:
            raise self.signal

    def spend(self, signal: Signal) -> None:
        """Stops the action with this signal, unless another came first; does not raise."""
        self.mark(signal)
        WATCHDOG.remind(self)  # asyncio keeps what a task raises for whoever asks: it may never be raised again

    def mark(self, signal: Signal) -> None:
        """As `spend`, for the watchdog itself."""
        if self.signal is None:
            self.signal = signal

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
        self.tool_calls += 1
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

    def remaining(self) -> float | None:
        """Seconds until the deadline; None without one."""
        return None if self.deadline is None else self.deadline - time.monotonic()

    def time_is_up(self) -> LimitExceeded:
        """Makes the signal of a spent clock."""
        seconds = self.limits.seconds
        running = self.in_tool or ", ".join(sorted(+self.awaited))
        during = f", while the tool {running} was running" if running else ""
        return LimitExceeded("seconds", f"the action ran longer than {seconds:g} s{during}")


class Watchdog:
    """A thread that interrupts actions past their deadline."""

    def __init__(self) -> None:
        self._order = itertools.count()
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._condition = threading.Condition()
        self._queue: list[tuple[float, int, Budget]] = []
        self._purge_at = _PURGE_AT
        self._thread: threading.Thread | None = None

    def watch(self, budget: Budget) -> None:
        """Begins to watch an action."""
        due = budget.deadline
        if budget.limits.memory_bytes is not None:
            budget.base_memory = resident_bytes()
            due = time.monotonic() + _REPEAT_S
        if due is not None:
            self._schedule(due, budget)

    def interrupt(self, budget: Budget, signal: Signal) -> None:
        """Stops an action from outside, now."""
        budget.mark(signal)
        self._schedule(time.monotonic(), budget)

    def remind(self, budget: Budget) -> None:
        """Looks after an action that has been told to stop, soon."""
        if not budget.done:
            self._schedule(time.monotonic() + _REPEAT_S, budget)

    def release(self, budget: Budget) -> None:
        """Ends watching; called in the action's own thread, after its last line."""
        with self._condition:
            budget.done = True
            if budget.interrupted:
                _take_back_interrupt(budget.thread)

    def _schedule(self, due: float, budget: Budget) -> None:
        if self._process != os.getpid():  # a fork has our memory, not our thread
            self._begin()
        with self._condition:
            if len(self._queue) >= self._purge_at:
                self._queue = [entry for entry in self._queue if not entry[2].done]
                heapq.heapify(self._queue)
                self._purge_at = max(_PURGE_AT, 2 * len(self._queue))
            heapq.heappush(self._queue, (due, next(self._order), budget))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._loop, name="codeact-watchdog", daemon=True)
                self._thread.start()
            elif self._queue[0][2] is budget:
                self._condition.notify()

    def _loop(self) -> None:
        with self._condition:
            while True:
                while self._queue and self._queue[0][2].done:
                    heapq.heappop(self._queue)
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is None or wait > 0:
                    self._condition.wait(wait)
                    continue
                self._look(heapq.heappop(self._queue)[2])

    def _look(self, budget: Budget) -> None:
        """Checks one action that is due, under the lock, and looks again soon."""
        now = time.monotonic()
        if budget.deadline is not None and now >= budget.deadline:
            budget.mark(budget.time_is_up())
        limit = budget.limits.memory_bytes
        if limit is not None and budget.signal is None and resident_bytes() - budget.base_memory > limit:
            budget.mark(
                LimitExceeded(
                    "memory_bytes", f"the action took more than {limit:,} bytes of memory: work on parts of the data"
                )
            )
        if budget.signal is not None and not budget.in_tool and _in_model_code(budget):
            budget.interrupted = True
            _set_async_exception(budget.thread, type(budget.signal))
        again = budget.signal is not None or limit is not None
        due = now + _REPEAT_S if again or budget.deadline is None else budget.deadline
        heapq.heappush(self._queue, (due, next(self._order), budget))


def resident_bytes() -> int:
    """Memory of this process that is in RAM; 0 where the system does not tell."""
    with contextlib.suppress(OSError), open("/proc/self/statm", "rb", buffering=0) as file:  # noqa: PTH123  # 3x cheaper here
        return int(file.read().split()[1]) * _PAGE_BYTES
    return 0


_PAGE_BYTES = 4096


_STOPPABLE = {name.partition(".")[0] for name in MEMBERS} - {"asyncio"} | {
    "codeact_sdk",
    "copyreg",
    "regex",
    "_strptime",
}
"""Packages that model code runs in by calling a member of a facade. Whatever else is on the stack, such as a hook of the
host that reports a warning, must not be stopped half way."""

_UNTOUCHED = tuple(
    f"codeact_sdk.interpreter.{name}"
    for name in ("calls", "endings", "journal", "limits", "loops", "session", "workers")
)
"""Modules of ours that would lose a lock, a loop or a record."""


def _in_model_code(budget: Budget) -> bool:
    """Tells whether an interrupt would arrive in model code, or in a library that it calls directly.

    The thread does not run while this one does, and looks for interrupts before its next instruction.
    """
    frame = sys._current_frames().get(budget.thread)  # noqa: SLF001  # the documented way to see another thread's stack
    while frame is not None:
        if frame.f_globals is budget.namespace:
            return True
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] not in _STOPPABLE or name.startswith(_UNTOUCHED):
            return False
        frame = frame.f_back
    return False


def _set_async_exception(thread: int, exception: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(exception))


def _take_back_interrupt(own_thread: int) -> None:
    """Ends an interrupt that may still be on its way to this thread, by having one arrive here."""
    # The other way, to set none, has CPython 3.11 look for it for ever: slower, and without end under a tracer.
    try:
        while True:
            _set_async_exception(own_thread, Interrupted)
    except Interrupted:
        return


WATCHDOG = Watchdog()
"""The one of this process; its thread starts with the first action that has a deadline."""
