"""A crew: threads that each run model code for one item, one at a time, while tools run beside one another.

Model code never runs in two threads at once: the watchdog, the budget, the journal and the program's own data know of one. Whoever
runs it holds the baton; it is given up for as long as a tool of the host runs, and taken again before anything of the
program goes on.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from codeact_sdk.interpreter.limits import Budget, Interrupted
from codeact_sdk.interpreter.turns import Bell, tell_loop
from codeact_sdk.interpreter.workers import WORKERS
from codeact_sdk.later import asyncio


class Strays:
    """The threads of a session's crews: one may be in a tool still when its action has ended.

    What it would come back to is code of the program, which knows only the action that runs. So no other begins before it has
    come back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._told: list[Callable[[], object]] = []

    def begin(self) -> None:
        """Counts a thread."""
        with self._lock:
            self._count += 1

    def end(self) -> None:
        """Counts a thread no more."""
        with self._lock:
            self._count -= 1
            told, self._told = (self._told, []) if not self._count else ([], self._told)
        for tell in told:
            tell()

    def when_none(self, tell: Callable[[], object]) -> None:
        """Calls a function when there are none, at once where that is so; in the thread of the last one otherwise."""
        with self._lock:
            waits = self._count > 0
            if waits:
                self._told.append(tell)
        if not waits:
            tell()


class Crew:
    """The threads of one `parallel`."""

    def __init__(
        self, budget: Budget, carry: Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any], strays: Strays
    ) -> None:
        """Makes a crew of nobody; the calling thread holds the baton.

        Args:
            budget: That of the running action.
            carry: Makes what runs the coroutine of a tool, inside the session's own loop.
            strays: Counts the threads.
        """
        self._strays = strays
        self._budget = budget
        self._carry = carry
        self._home = threading.get_ident()
        self._baton = threading.Lock()
        self._baton.acquire()
        self._holder = self._home
        self._is_over = False
        self.loop: asyncio.AbstractEventLoop | None = None
        """The session's own loop, while the action's thread runs it for async tools; None where it waits."""

    @contextlib.contextmanager
    def let_go(self, name: str) -> Iterator[None]:
        """Gives up the baton for as long as a tool runs.

        Args:
            name: Of the tool.
        """
        budget = self._budget
        inside, budget.in_tool = budget.in_tool, ""
        budget.awaited[name] += 1
        self._give()
        try:
            yield
        finally:
            self._take()
            budget.awaited[name] -= 1
            budget.in_tool = inside

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Takes the baton for as long as model code runs that a tool calls back."""
        inside = self._budget.in_tool
        self._take()
        try:
            yield
        finally:
            self._budget.in_tool = inside
            self._give()

    def _take(self) -> None:
        self._baton.acquire()
        if self._is_over:
            self._baton.release()
            raise Interrupted("the action is over")
        self._holder = self._budget.thread = threading.get_ident()

    def _give(self) -> None:
        """Gives the baton up, if this thread has it: one that found the action over has not."""
        if self._holder == threading.get_ident():
            self._holder = 0
            self._baton.release()

    def submit(self, work: Callable[[], None], ended: Callable[[], object]) -> None:
        """Runs something in a thread of its own, with the baton.

        Args:
            work: Takes care of its own exceptions.
            ended: Called at the end.
        """

        def run() -> None:
            try:
                self._take()
                try:
                    work()
                finally:
                    self._give()
            except Interrupted:
                return
            finally:
                self._strays.end()

        self._strays.begin()
        try:
            WORKERS.submit(run, told=ended)
        except BaseException:
            self._strays.end()
            raise

    def call_tool(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Runs an async tool in the loop that the action's thread runs, and waits for it.

        Args:
            make: Makes the coroutine of the call.
        """
        loop = self.loop
        if loop is None:
            raise RuntimeError("an async tool cannot be called here without `await`: give parallel() the tool itself")
        return asyncio.run_coroutine_threadsafe(self._carried(make), loop).result()

    async def _carried(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return await self._carry(make)

    def go_home(self) -> None:
        """Ends the crew: the action's thread goes on, and whoever comes back from a tool runs nothing any more."""
        self._baton.acquire()
        self._is_over = True
        self._budget.thread = self._home
        self._baton.release()

    # -- how the action's thread waits

    def stand_by(self, start: Callable[[Callable[[], object]], None]) -> None:
        """Waits in the action's thread until all have ended; for actions whose loop is busy with other things.

        Args:
            start: Starts them, and is given what each calls at its end.
        """
        bell, budget = Bell(WORKERS.turns), self._budget
        wake = bell.ring
        budget.wakes.append(wake)
        self._give()
        try:
            start(wake)
            bell.wait(None)
        finally:
            budget.wakes.remove(wake)
            self.go_home()
        budget.alive()

    async def serve(self, start: Callable[[Callable[[], object]], None]) -> None:
        """Runs async tools for them in the session's own loop until all have ended.

        Args:
            start: As for `stand_by`.
        """
        self.loop = loop = asyncio.get_running_loop()
        ended = loop.create_future()
        self._give()
        try:
            start(partial(tell_loop, loop, ended))
            await ended
        finally:
            self.go_home()
