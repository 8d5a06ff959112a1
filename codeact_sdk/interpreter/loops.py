"""Where coroutines run: those of the action in the session's own event loop, async tools in the caller's if it has one."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from codeact_sdk.interpreter.handover import HandOver
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.rarely import light_loops
from codeact_sdk.interpreter.turns import Bell
from codeact_sdk.interpreter.workers import WORKERS
from codeact_sdk.later import asyncio

_CLEANUP_S = 1.0
"""How long cancelled tasks may take to end."""

_FRAMES = 100
"""More than asyncio puts on the stack."""

_FEW = 4
"""Actions that may run at the same time where a loop stands still for a moment."""

_PATIENCE_S = 0.001
"""How long a loop that has nothing else to do stands still for a tool in another: waking it costs more than most tools take."""


class CancelledError(Exception):
    """A tool's task was cancelled by its host, which is a failure of the tool and no cancellation of the action."""


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
        main = _as_coroutine(awaitable)
        # Stopped before its first line, a coroutine would be reported as never awaited.
        return self._finish(loop, main, main, *([awaitable] if asyncio.iscoroutine(awaitable) else []))

    def _finish(self, loop: asyncio.AbstractEventLoop, main: Awaitable[Any], *closed: Coroutine[Any, Any, Any]) -> Any:
        """Runs a coroutine or a task to its end, and whatever it has left in the loop."""
        budget = self._budget()
        wake = partial(loop.call_soon_threadsafe, loop.stop)
        budget.wakes.append(wake)
        try:
            _make_room(_FRAMES)
            budget.alive()  # what has stopped the action before this wakes nobody
            return loop.run_until_complete(main)
        except RuntimeError:
            budget.alive()  # the loop was told to stop
            raise
        finally:
            budget.wakes.remove(wake)
            for coroutine in closed:
                coroutine.close()
            self._settle(loop)

    async def call_tool(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Does `run_tool`: this coroutine does not suspend."""
        return self.run_tool(make)

    def run_tool(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Runs an async tool and waits for its result, in the action's thread."""
        if self.host is not None:
            return self._wait(HandOver(make, self.host))
        loop = self._loop()
        if not _can_step(loop):
            return self.run(make())
        task = _first_step(loop, make)
        if task.done() and not loop._ready:  # noqa: SLF001  # what `_can_step` has asked for
            return task.result()
        return self._finish(loop, task)

    def await_tool(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Coroutine[Any, Any, Any]:
        """Makes what awaits an async tool, inside the session's own loop."""
        return make() if self.host is None else self._await_host(make, self.host)

    async def _await_host(self, make: Callable[[], Coroutine[Any, Any, Any]], host: asyncio.AbstractEventLoop) -> Any:
        call = HandOver(make, host)
        own = asyncio.get_running_loop()
        try:
            if not call.ends_within(self._patience(own)):
                await call.end_in(own)
            return call.result()
        except BaseException:
            call.cancel()
            raise

    def _patience(self, own: asyncio.AbstractEventLoop) -> float:
        """Where nothing else has a turn, neither here nor in other threads, the loop may stand still for a moment."""
        watch = self._budget().watch
        busy = _ready(own) or (watch is not None and watch.running() > _FEW)
        return 0.0 if busy else _PATIENCE_S

    def _wait(self, call: HandOver) -> Any:
        budget = self._budget()
        wake = call.wake
        budget.wakes.append(wake)
        try:
            budget.alive()  # as above
            while not call.ends_within(None):
                budget.alive()
            return call.result()
        except asyncio.CancelledError:
            raise CancelledError from None
        except BaseException:
            call.cancel()
            raise
        finally:
            budget.wakes.remove(wake)

    def close(self) -> None:
        """Ends the session's own loop."""
        loop, self._own = self._own, None
        if loop is not None and not loop.is_running():
            loop.close()

    def _loop(self) -> Any:
        own = self._own
        if own is not None and not self._serves(own):
            own.close()
        if own is None or own.is_closed():
            _make_room(_FRAMES)
            own = self._own = _whole_loop() if self.host is None else light_loops.LightLoop(Bell(WORKERS.turns))
        return own

    def _serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether this loop will do: without a host, async tools run in it; and a fork leaves the bells behind."""
        if not isinstance(loop, light_loops.LightLoop):
            return True
        return self.host is not None and loop.bell.turns is WORKERS.turns

    def _settle(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancels what is left when the main coroutine has ended."""
        if _ready(loop):  # an async generator that was dropped last has not begun to end
            with contextlib.suppress(BaseException):
                loop.run_until_complete(asyncio.sleep(0))
        left = loop.unfinished() if isinstance(loop, light_loops.LightLoop) else asyncio.all_tasks(loop)
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


def _ready(loop: asyncio.AbstractEventLoop) -> Any:
    """What has a turn next; true where the loop does not tell."""
    return getattr(loop, "_ready", True)


def _can_step(loop: Any) -> bool:
    """Whether a task may make its first step in this loop without the loop being run: it is asyncio's own, and does nothing."""
    if not isinstance(loop, asyncio.BaseEventLoop):
        return False
    own: Any = loop
    busy = own._ready or own._thread_id or own._debug or own._task_factory  # noqa: SLF001  # asked at each call
    return not busy and asyncio._get_running_loop() is None  # noqa: SLF001  # the public one raises


def _first_step(loop: Any, make: Callable[[], Coroutine[Any, Any, Any]]) -> asyncio.Task[Any]:
    """Makes a task and has it make its first step, within what a loop that runs sets around it.

    Selecting, scheduling and waking cost ten times as much, and a tool that returns at once needs none of it.
    """
    hooks, thread = sys.get_asyncgen_hooks(), threading.get_ident()
    coroutine = make()
    try:
        sys.set_asyncgen_hooks(loop._asyncgen_firstiter_hook, loop._asyncgen_finalizer_hook)  # noqa: SLF001  # as `run_forever`
        loop._thread_id = thread  # noqa: SLF001  # as above
        asyncio._set_running_loop(loop)  # noqa: SLF001  # made for those who drive loops
        if sys.version_info >= (3, 12):  # pragma: no cover  # Python 3.11 cannot
            return asyncio.Task(coroutine, loop=loop, eager_start=True)
        return _stepped(asyncio.Task(coroutine, loop=loop), loop._ready)  # noqa: SLF001  # where it schedules its first step
    except BaseException:
        coroutine.close()  # there is no task that would
        raise
    finally:
        asyncio._set_running_loop(None)  # noqa: SLF001  # as above
        loop._thread_id = None  # noqa: SLF001  # as above
        sys.set_asyncgen_hooks(*hooks)


def _stepped(task: asyncio.Task[Any], ready: Any) -> asyncio.Task[Any]:
    step = ready.pop()
    if getattr(step._callback, "__self__", None) is task:  # noqa: SLF001  # another thread may have come between
        step._context.run(step._callback)  # noqa: SLF001  # not `_run`, which keeps what is raised to itself
    else:
        ready.append(step)
    return task


def _make_room(frames: int) -> None:
    """Raises RecursionError where the stack has no room for so many frames.

    Asyncio reports what it raises itself while it makes or runs a loop, and then waits for what it has lost.
    """
    if frames:
        _make_room(frames - 1)


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
