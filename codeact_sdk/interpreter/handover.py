"""A call of an async tool that runs in the event loop of the caller, while the action waits in its own thread."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from codeact_sdk.interpreter.turns import Bell
from codeact_sdk.interpreter.workers import WORKERS
from codeact_sdk.later import asyncio


class HandOver:
    """One call, handed over when it is made.

    What is done in one thread and read in the other is set before the other is woken. The wait is a lock and not a future: waking
    by one costs a third of what two chained futures cost, and most calls end within one turn of the caller's loop.
    """

    __slots__ = ("_bell", "_error", "_given_up", "_host", "_make", "_result", "_task", "_waiter", "done")

    def __init__(self, make: Callable[[], Coroutine[Any, Any, Any]], host: asyncio.AbstractEventLoop) -> None:
        """Hands a call over.

        Args:
            make: Makes the coroutine of the call, in the caller's loop.
            host: That loop.
        """
        self._make = make
        self._host = host
        self._bell = Bell(WORKERS.turns)
        self._task: asyncio.Task[None] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._given_up = False
        self._result: Any = None
        self._error: BaseException | None = None
        self.done = False
        """Whether the call has ended."""
        host.call_soon_threadsafe(self._start)

    # -- in the action's thread

    def ends_within(self, seconds: float | None) -> bool:
        """Waits until the call has ended, the time is over or `wake` is called; tells whether it has ended."""
        if seconds is None or seconds > 0:
            self._bell.wait(seconds)
        return self.done

    def wake(self) -> None:
        """Ends the wait."""
        self._bell.ring()

    async def end_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Waits for the end of the call and lets others have their turn.

        Args:
            loop: The loop of the action, which runs.
        """
        self._waiter = loop.create_future()
        if not self.done:  # otherwise it ended before it could know of the waiter
            await self._waiter

    def result(self) -> Any:
        """What the tool returned; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._result

    def cancel(self) -> None:
        """Gives the call up."""
        if not self.done:
            self._given_up = True
            with contextlib.suppress(RuntimeError):  # the loop has been closed
                self._host.call_soon_threadsafe(self._stop)

    # -- in the caller's loop

    def _start(self) -> None:
        if self._given_up:
            return
        carrying = self._carry()
        try:
            self._task = _begun(self._host, carrying)
        except BaseException as error:
            carrying.close()
            self._end(error)
            raise
        if not self._task.done():
            self._task.add_done_callback(self._ended)

    async def _carry(self) -> None:
        try:
            self._result = await self._make()
        except BaseException as error:
            self._end(error)
            if not isinstance(error, Exception):  # the task, or the loop, is being ended
                raise
        else:
            self._end(None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Sees a task that was cancelled before its first step, and what nobody else asks for."""
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if not self.done:
            self._end(error)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _end(self, error: BaseException | None) -> None:
        self._error = error
        self.done = True
        self.wake()
        waiter = self._waiter
        if waiter is not None:
            with contextlib.suppress(RuntimeError):  # the loop of the action has been closed
                waiter.get_loop().call_soon_threadsafe(_tell, waiter)


def _begun(host: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Makes a task, which makes its first step at once where Python can do that and the host makes no tasks of its own."""
    if sys.version_info >= (3, 12) and host.get_task_factory() is None:  # pragma: no cover  # Python 3.11 cannot
        return asyncio.Task(coroutine, loop=host, eager_start=True)
    return host.create_task(coroutine)


def _tell(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
