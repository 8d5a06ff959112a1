"""Threads that actions run in, so that the caller gets an answer even where a tool never returns.

They are daemons, unlike those of `concurrent.futures`: a hung tool must not keep the process alive at exit.
"""

from __future__ import annotations

import contextvars
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from codeact_sdk.later import DeepThread, asyncio

T = TypeVar("T")

_STACK_BYTES = 256 * 2**20
"""Address space of a thread's stack; memory is taken only where it is used."""

_IDLE_S = 30.0
"""How long a thread without work is kept."""


class Outcome(Generic[T]):
    """What a thread will have made. `concurrent.futures` has the like, which costs as much to import as a quarter of ours."""

    __slots__ = ("_error", "_guard", "_is_done", "_listeners", "_pending", "_result")

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._pending = threading.Lock()
        self._pending.acquire()
        self._is_done = False
        self._listeners: list[Callable[[], None]] = []
        self._result: Any = None
        self._error: BaseException | None = None

    def done(self) -> bool:
        """Whether it is there."""
        return self._is_done

    def result(self, timeout: float | None = None) -> T:
        """Waits for it.

        Args:
            timeout: Seconds; as long as it takes where this is left out.

        Raises:
            TimeoutError: It is not there yet.
            BaseException: What the function raised.
        """
        error = self.exception(timeout)
        if error is not None:
            raise error
        made: T = self._result
        return made

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Waits, and gives what the function raised, if anything."""
        if not self._is_done:
            if self._pending.acquire(timeout=-1 if timeout is None else max(timeout, 0.0)):
                self._pending.release()
            if not self._is_done:
                raise TimeoutError
        return self._error

    def settle(self, result: T | None, error: BaseException | None = None) -> None:
        """Tells whoever waits."""
        with self._guard:
            self._result, self._error, self._is_done = result, error, True
            self._pending.release()
        for listener in self._listeners:
            listener()

    def in_loop(self) -> asyncio.Future[T]:
        """The same for who awaits it in the running event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def hand_over() -> None:
            if future.done():
                return
            if self._error is not None:
                future.set_exception(self._error)
            else:
                future.set_result(self._result)

        def tell() -> None:
            with suppress(RuntimeError):  # the loop has been closed
                loop.call_soon_threadsafe(hand_over)

        with self._guard:
            if not self._is_done:
                self._listeners.append(tell)
                return future
        hand_over()
        return future


class Workers:
    """A pool that grows with need and lends the thread that was used last."""

    def __init__(self, *, idle_s: float = _IDLE_S) -> None:
        self._idle_s = idle_s
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[queue.SimpleQueue[Callable[[], None]]] = []

    def submit(self, function: Callable[[], T]) -> Outcome[T]:
        """Runs a function in a thread of the pool, with the caller's context variables."""
        if self._process != os.getpid():  # a fork has our memory, not our threads
            self._begin()
        outcome: Outcome[T] = Outcome()
        context = contextvars.copy_context()

        def work() -> None:
            try:
                result = context.run(function)
            except BaseException as error:  # noqa: BLE001  # handed to whoever waits
                outcome.settle(None, error)
            else:
                outcome.settle(result)

        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = queue.SimpleQueue()
            self._start(inbox)
        inbox.put(work)
        return outcome

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
