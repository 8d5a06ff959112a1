"""Where coroutines run: those of the action in the session's own event loop, async tools in the caller's if it has one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from codeact_sdk.interpreter.light_loops import LightLoop
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.turns import Bell
from codeact_sdk.interpreter.workers import WORKERS

_CLEANUP_S = 1.0
"""How long cancelled tasks may take to end."""


class Loops:
    """The event loops of one session."""

    def __init__(self, budget: Callable[[], Budget]) -> None:
        self._budget = budget
        self._own: asyncio.AbstractEventLoop | None = None
        self.host: asyncio.AbstractEventLoop | None = None
        """The loop of the caller of `arun`, while it waits for the action."""

    def run(self, awaitable: Awaitable[Any]) -> Any:
        """Runs an awaitable of model code to its end, in the action's thread.

        Raises:
            RuntimeError: The loop is running already.
        """
        loop = self._loop()
        if loop.is_running():
            if asyncio.iscoroutine(awaitable):
                awaitable.close()
            raise RuntimeError("the event loop is running already: write `await main()` instead of asyncio.run(main())")
        budget = self._budget()
        outer, budget.wake = budget.wake, lambda: loop.call_soon_threadsafe(loop.stop)
        main = _as_coroutine(awaitable)
        try:
            budget.alive()  # what has stopped the action before this wakes nobody
            return loop.run_until_complete(main)
        except RuntimeError:
            budget.alive()  # the loop was told to stop
            raise
        finally:
            budget.wake = outer
            main.close()  # stopped before its first line, it would be reported as never awaited
            if asyncio.iscoroutine(awaitable):
                awaitable.close()
            self._settle(loop)

    def call_tool(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Runs an async tool and waits for its result, in the action's thread."""
        if self.host is None:
            return self.run(make())
        budget = self._budget()
        bell = Bell(WORKERS.turns)
        outer, budget.wake = budget.wake, bell.ring
        future = asyncio.run_coroutine_threadsafe(make(), self.host)
        try:
            future.add_done_callback(lambda _: bell.ring())
            budget.alive()  # as above
            while not future.done():
                bell.wait()
                budget.alive()
            return future.result()
        except BaseException:
            future.cancel()
            raise
        finally:
            budget.wake = outer

    async def await_tool(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Awaits an async tool, inside the session's own loop."""
        if self.host is None:
            return await make()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(make(), self.host))

    def close(self) -> None:
        """Ends the session's own loop."""
        loop, self._own = self._own, None
        if loop is not None and not loop.is_running():
            loop.close()

    def _loop(self) -> asyncio.AbstractEventLoop:
        own = self._own
        if own is not None and not self._serves(own):
            own.close()
        if own is None or own.is_closed():
            own = self._own = _whole_loop() if self.host is None else LightLoop(Bell(WORKERS.turns))
        return own

    def _serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether this loop will do: without a host, async tools run in it; and a fork leaves the bells behind."""
        return not isinstance(loop, LightLoop) or (self.host is not None and loop.bell.turns is WORKERS.turns)

    def _settle(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancels what is left when the main coroutine has ended."""
        if getattr(loop, "_ready", True):  # an async generator that was dropped last has not begun to end
            with contextlib.suppress(BaseException):
                loop.run_until_complete(asyncio.sleep(0))
        left = loop.unfinished() if isinstance(loop, LightLoop) else asyncio.all_tasks(loop)
        if left:
            for task in left:
                task.cancel()
            with contextlib.suppress(BaseException):
                loop.run_until_complete(asyncio.wait(left, timeout=_CLEANUP_S))
            for task in left:
                if task.done() and not task.cancelled():
                    task.exception()  # looked at, so that nothing is reported
        if self._budget().signal is not None:
            self.close()


def _whole_loop() -> asyncio.AbstractEventLoop:
    """Makes a loop that closes a dropped asynchronous generator while it runs, and not when it is closed itself."""
    loop: Any = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)  # reports go to the observation, not to stderr
    close = getattr(loop, "_asyncgen_finalizer_hook", None)
    loop._asyncgen_finalizer_hook = lambda dropped: close(dropped) if close and loop.is_running() else None  # noqa: SLF001
    made: asyncio.AbstractEventLoop = loop
    return made


async def _as_coroutine(awaitable: Awaitable[Any]) -> Any:
    return await awaitable
