"""Threads that wait for something, woken one after another.

Each thread that is awake and waits for the interpreter wakes up every 5 ms to ask for it. A few hundred of them at once
keep a processor busy with asking. So a bell that rings wakes its thread only when the thread that was woken before it has
begun to run; then that one wakes it.

A turn that is lost would stop every action of the process. So what changes hands is set under the lock, and the call that
wakes a thread is the last thing done: Ctrl-C arrives after calls. And no function of Python is called on the way: near the
end of the stack it might fail, where the same call of C code succeeds the second time as it did the first.
"""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """Who is woken next."""

    __slots__ = ("lock", "queue", "taken")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.queue: deque[Bell] = deque()
        """Bells that have been rung, of threads that are to be woken."""
        self.taken = False
        """Whether a thread has been woken that does not run yet."""


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
                if turns.taken:
                    turns.queue.append(self)
                else:
                    turns.taken = True
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
            turns.taken = bool(turns.queue)
            if turns.taken:
                turns.queue.popleft()._gate.release()  # noqa: SLF001  # of the same class
        return True
