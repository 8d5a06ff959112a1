"""A number of places that calls take in the order in which they asked, from threads and from event loops."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class Ticket:
    """Stands for one call that has a place, or waits for one."""

    __slots__ = ("_told", "has_place")

    def __init__(self, *, has_place: bool) -> None:
        self.has_place = has_place
        self._told: Callable[[], object] | None = None

    def listen(self, told: Callable[[], object]) -> None:
        """Has a function called when the place is there, at once where it is there already.

        Args:
            told: Called from any thread; raises nothing.
        """
        self._told = told
        if self.has_place:
            told()

    def give(self) -> None:
        """Gives it the place."""
        self.has_place = True
        if self._told is not None:
            self._told()


class Slots:
    """So many places."""

    def __init__(self, places: int) -> None:
        """Makes them; all are free.

        Args:
            places: How many calls have one at the same time.
        """
        self._lock = threading.Lock()
        self._free = places
        self._queue: deque[Ticket] = deque()

    def ask(self) -> Ticket:
        """Takes a place, or the last place of the queue."""
        with self._lock:
            ticket = Ticket(has_place=self._free > 0)
            if ticket.has_place:
                self._free -= 1
            else:
                self._queue.append(ticket)
        return ticket

    def give_back(self, ticket: Ticket) -> None:
        """Ends a ticket, whether or not it had its turn; the next in the queue has the place."""
        heir = None
        with self._lock:
            if not ticket.has_place:
                self._queue.remove(ticket)
                return
            if self._queue:
                heir = self._queue.popleft()
                heir.has_place = True  # under the lock: it may be given back at this moment
            else:
                self._free += 1
        if heir is not None:
            heir.give()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._queue)
