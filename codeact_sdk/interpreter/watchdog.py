"""The thread that stops actions: one for the process, a daemon.

It interrupts what runs Python code past its deadline, again and again until the action has ended, and never a tool: the
host's own code is not stopped half way. While actions run it looks at the memory of the process every few milliseconds, and at
how long it had to wait for the interpreter: a C call that holds it for long means that the next one has to be looked at first.
"""

from __future__ import annotations

import ctypes
import heapq
import itertools
import os
import sys
import threading
import time

from codeact_sdk.interpreter.limits import Budget, Interrupted, Signal, resident_bytes
from codeact_sdk.interpreter.module_members import MEMBERS

_PURGE_AT = 64
"""Entries of ended actions are dropped when the queue has grown to this."""

_REPEAT_S = 0.005
"""Pause between two interrupts of one action: model code may swallow one, never all."""

_TICK_S = 0.005
"""Pause between two looks at memory."""

_HEAVY_S = 0.03
"""Wait for the interpreter from which C calls are taken to be long. It switches threads every 5 ms where it can."""

_IDLE_TICKS = 100
"""Looks at nothing before the thread sleeps until it is told of an action: telling it costs more than looking."""


class Watchdog:
    """Interrupts actions past their deadline, or past their memory."""

    def __init__(self) -> None:
        self._order = itertools.count()
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._condition = threading.Condition()
        self._queue: list[tuple[float, int, Budget]] = []
        self._purge_at = _PURGE_AT
        self._running: set[Budget] = set()
        self._idle = _IDLE_TICKS
        self._thread: threading.Thread | None = None

    def watch(self, budget: Budget) -> None:
        """Begins to watch an action."""
        budget.watch = self
        if budget.limits.memory_bytes is not None:
            budget.base_memory = resident_bytes()
        self._schedule(budget.deadline, budget, begins=True)

    def running(self) -> int:
        """How many actions run now."""
        return len(self._running)

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
            budget.free_calls = 0
            self._running.discard(budget)
            if budget.interrupted:
                _take_back_interrupt(budget.thread)

    def _schedule(self, due: float | None, budget: Budget, *, begins: bool = False) -> None:
        if sys.is_finalizing():  # threads that are gone may hold the lock, and a new one would never begin
            return
        if self._process != os.getpid():  # a fork has our memory, not our thread
            self._begin()
        with self._condition:
            if begins:
                self._running.add(budget)
            if due is not None:
                self._push(due, budget)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._loop, name="codeact-watchdog", daemon=True)
                self._thread.start()
            elif self._idle >= _IDLE_TICKS:  # it sleeps; otherwise it looks every few milliseconds anyway
                self._idle = 0
                self._condition.notify()

    def _push(self, due: float, budget: Budget) -> None:
        if len(self._queue) >= self._purge_at:
            self._queue = [entry for entry in self._queue if not entry[2].done]
            heapq.heapify(self._queue)
            self._purge_at = max(_PURGE_AT, 2 * len(self._queue))
        heapq.heappush(self._queue, (due, next(self._order), budget))

    def _loop(self) -> None:
        with self._condition:
            while True:
                while self._queue and self._queue[0][2].done:
                    heapq.heappop(self._queue)
                self._idle = 0 if self._running else self._idle + 1
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    self._look(heapq.heappop(self._queue)[2])
                    continue
                if self._idle < _IDLE_TICKS:
                    wait = _TICK_S if wait is None else min(wait, _TICK_S)
                began = time.monotonic()
                self._condition.wait(wait)
                if self._running:
                    self._look_at_memory(time.monotonic() - began - _TICK_S > _HEAVY_S)

    def _look_at_memory(self, heavy: bool) -> None:
        """Judges what every running action has taken, under the lock."""
        resident = resident_bytes()
        for budget in self._running:
            if budget.signal is not None:
                continue
            if heavy:
                budget.namespace["@light"] = False
            limit = budget.limits.memory_bytes
            if limit is not None:
                budget.look_at_memory(resident, limit)
                self._stop_if_told(budget)

    def _stop_if_told(self, budget: Budget) -> None:
        if budget.signal is not None:
            self._push(time.monotonic(), budget)

    def _look(self, budget: Budget) -> None:
        """Checks one action that is due, under the lock, and looks again soon."""
        now = time.monotonic()
        if budget.deadline is not None and now >= budget.deadline:
            budget.mark(budget.time_is_up())
        if budget.signal is not None and not budget.in_tool and _in_model_code(budget):
            budget.interrupted = True
            _set_async_exception(budget.thread, type(budget.signal))
        repeat = budget.signal is not None or budget.deadline is None
        self._push(now + _REPEAT_S if repeat or budget.deadline is None else budget.deadline, budget)


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
    for name in (
        *("answers", "bindings", "calls", "crews", "endings", "journal", "limits", "loops"),
        *("light_loops", "parallel", "parts", "session", "turns", "watchdog", "workers"),
    )
)
"""Modules of ours that would lose a lock, a loop or a record."""


def _in_model_code(budget: Budget) -> bool:
    """Tells whether an interrupt would arrive in model code, or in a library that it calls directly.

    The thread does not run while this one does, and looks for interrupts before its next instruction.
    """
    own = budget.namespace.get("@own", budget)
    frame = sys._current_frames().get(budget.thread)  # noqa: SLF001  # the documented way to see another thread's stack
    while frame is not None:
        if frame.f_globals.get("@own") is own:  # the session's namespace, and those of texts that it runs
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
