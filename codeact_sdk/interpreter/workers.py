"""Threads that actions run in, so that the caller gets an answer even where a tool never returns.

They are daemons, unlike those of `concurrent.futures`: a hung tool must not keep the process alive at exit.
"""

from __future__ import annotations

import contextvars
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from codeact_sdk.later import DeepThread

T = TypeVar("T")

_STACK_BYTES = 256 * 2**20
"""Address space of a thread's stack; memory is taken only where it is used."""

_IDLE_S = 30.0
"""How long a thread without work is kept."""


class Workers:
    """A pool that grows with need and lends the thread that was used last."""

    def __init__(self, *, idle_s: float = _IDLE_S) -> None:
        self._idle_s = idle_s
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[queue.SimpleQueue[Callable[[], None]]] = []

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Runs a function in a thread of the pool, with the caller's context variables."""
        if self._process != os.getpid():  # a fork has our memory, not our threads
            self._begin()
        future: Future[T] = Future()
        context = contextvars.copy_context()

        def work() -> None:
            try:
                result = context.run(function)
            except BaseException as error:  # noqa: BLE001  # handed to whoever waits
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = queue.SimpleQueue()
            self._start(inbox)
        inbox.put(work)
        return future

    def _start(self, inbox: queue.SimpleQueue[Callable[[], None]]) -> None:
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

    def _loop(self, inbox: queue.SimpleQueue[Callable[[], None]]) -> None:
        while True:
            try:
                work = inbox.get(timeout=self._idle_s)
            except queue.Empty:
                with self._lock:
                    if inbox in self._idle:
                        self._idle.remove(inbox)
                        return
                continue  # lent at this very moment
            work()
            del work
            with self._lock:
                self._idle.append(inbox)


WORKERS = Workers()
"""The pool of this process; empty until an action runs."""
