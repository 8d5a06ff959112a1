"""Threads that wait for something, woken one after another.

Each thread that is awake and waits for the interpreter wakes up every 5 ms to ask for it. A few hundred of them at once
keep a processor busy with asking. So a bell that rings wakes its thread only while few others have been woken that do not
run yet; otherwise one of these wakes it when it runs.

A turn that is lost would stop every action of the process. So what changes hands is set under the lock, and the call that
wakes a thread is the last thing done: Ctrl-C arrives after calls. And no function of Python is called on the way: near the
end of the stack it might fail, where the same call of C code succeeds the second time as it did the first.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Turns:
    """Who is woken next."""

    __slots__ = ("at_once", "lock", "queue", "taken")

    def __init__(self, at_once: int = 4) -> None:
        """Makes turns that nobody has taken.

        Args:
            at_once: Threads that may be on their way: on a busy machine each waits for a processor, too.
        """
        self.at_once = at_once
        self.lock = threading.Lock()
        self.queue: deque[Bell] = deque()
        """Bells that have been rung, of threads that are to be woken."""
        self.taken = 0
        """How many threads have been woken that do not run yet."""


class Bell:
    """Wakes one thread, however often it is rung before that one looks."""

    __slots__ = ("_gate", "_is_waiting", "_rung", "turns")

    def __init__(self, turns: Turns) -> None:
        """Makes a bell that nobody has rung.

        Args:
            turns: Those of all threads of the process that wait like this.
        """
        self.turns = turns
        self._gate = threading.Lock()
        self._gate.acquire()
        self._rung = False
        self._is_waiting = False

    def ring(self) -> None:
        """Wakes the thread, or has its next wait end at once."""
        turns = self.turns
        with turns.lock:
            if self._rung:
                return
            self._rung = True
            if self._is_waiting:
                if turns.taken >= turns.at_once:
                    turns.queue.append(self)
                else:
                    turns.taken += 1
                    self._gate.release()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until it is rung; gives whether it was.

        Args:
            timeout: Longest wait in seconds; None where there is no limit.
        """
        turns = self.turns
        with turns.lock:
            if self._rung:
                self._rung = False
                return True
            self._is_waiting = True
        woken = self._gate.acquire(timeout=-1 if timeout is None else max(timeout, 0))
        with turns.lock:
            self._is_waiting = False
            if not bool(self._rung):  # another thread has set it meanwhile, or has not
                return False
            self._rung = False
            if not woken and self in turns.queue:
                turns.queue.remove(self)
                return True
            if not woken:  # it was rung while this thread gave up: the turn is its own all the same
                self._gate.acquire()
            if turns.queue:
                turns.queue.popleft()._gate.release()  # noqa: SLF001  # of the same class
            else:
                turns.taken -= 1
        return True


def tell_loop(loop: asyncio.AbstractEventLoop, ended: asyncio.Future[None]) -> None:
    """Ends a wait in an event loop, from any thread.

    Args:
        loop: Where something waits; one that has been closed is told nothing.
        ended: What it awaits.
    """
    with contextlib.suppress(RuntimeError):  # the loop has been closed
        loop.call_soon_threadsafe(settle, ended)


def settle(ended: asyncio.Future[None]) -> None:
    """Ends a wait, in its own event loop; one that has ended stays as it is."""
    if not ended.done():
        ended.set_result(None)
