"""Threads that actions run in, so that the caller gets an answer even where a tool never returns.

They are daemons, unlike those of `concurrent.futures`: a hung tool must not keep the process alive at exit.
"""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from codeact_sdk.interpreter.turns import Bell, Turns
from codeact_sdk.later import DeepThread

T = TypeVar("T")

_STACK_BYTES = 256 * 2**20
"""Address space of a thread's stack; memory is taken only where it is used."""

_IDLE_S = 30.0
"""How long a thread without work is kept."""


class Pending(Generic[T]):
    """What a thread of the pool is about to give: a future with nothing in it but a lock."""

    __slots__ = ("_error", "_lock", "_result", "_told", "done")

    def __init__(self, told: Callable[[], object] | None = None) -> None:
        """Waits for the thread.

        Args:
            told: Called by it when it has ended; raises nothing.
        """
        self._lock = threading.Lock()
        self._lock.acquire()
        self._told = told
        self._error: BaseException | None = None
        self.done = False

    def result(self, timeout: float | None = None) -> T:
        """Waits for what the function gives, or raises what it raised.

        Args:
            timeout: Longest wait in seconds; None where there is no limit.

        Raises:
            TimeoutError: It has not ended in this time.
        """
        if not self.done:
            if not self._lock.acquire(timeout=-1 if timeout is None else max(timeout, 0)):
                raise TimeoutError
            self._lock.release()  # for whoever waits too
        if self._error is not None:
            raise self._error
        return self._result

    def perform(self, function: Callable[[], T]) -> None:
        """Calls the function, in the thread of the pool."""
        try:
            self._result = function()
        except BaseException as error:  # noqa: BLE001  # handed to whoever waits
            self._error = error
        self.done = True
        self._lock.release()
        if self._told is not None:
            self._told()


class _Inbox:
    """Where a thread finds what it has to do."""

    __slots__ = ("bell", "work")

    def __init__(self, bell: Bell) -> None:
        self.bell = bell
        self.work: Callable[[], None] | None = None


class Workers:
    """A pool that grows with need and lends the thread that was used last."""

    def __init__(self, *, idle_s: float = _IDLE_S) -> None:
        self._idle_s = idle_s
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self.turns = Turns()
        self._idle: list[_Inbox] = []

    def submit(self, function: Callable[[], T], *, told: Callable[[], object] | None = None) -> Pending[T]:
        """Runs a function in a thread of the pool, with the caller's context variables.

        Args:
            function: What is run.
            told: Called in that thread when it has ended.
        """
        if self._process != os.getpid():  # a fork has our memory, not our threads
            self._begin()
        pending: Pending[T] = Pending(told)
        work = partial(contextvars.copy_context().run, pending.perform, function)
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = _Inbox(Bell(self.turns))
            self._start(inbox)
        inbox.work = work
        try:
            inbox.bell.ring()
        except RecursionError:  # a call of a tool at the end of the stack: it has woken nobody
            inbox.work = None
            with self._lock:
                self._idle.append(inbox)
            raise
        return pending

    def _start(self, inbox: _Inbox) -> None:
        """Starts a thread with a deep stack: deeply nested data makes C code recurse, which would end the process."""
        thread = DeepThread(target=self._loop, args=(inbox,), name="codeact-action", daemon=True)
        with self._lock:
            before = threading.stack_size(_STACK_BYTES)
            try:
                thread.start()
            except RuntimeError:  # address space is limited: take the usual stack
                threading.stack_size(before)
                DeepThread(target=self._loop, args=(inbox,), name="codeact-action", daemon=True).start()
            finally:
                threading.stack_size(before)

    def _loop(self, inbox: _Inbox) -> None:
        while True:
            if not inbox.bell.wait(self._idle_s):
                with self._lock:
                    if inbox in self._idle:
                        self._idle.remove(inbox)
                        return
                continue  # lent at this very moment
            work, inbox.work = inbox.work, None
            if work is not None:
                work()
            del work
            with self._lock:
                self._idle.append(inbox)


WORKERS = Workers()
"""The pool of this process; empty until an action runs."""
