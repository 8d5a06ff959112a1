"""Bells: no ring is lost, and threads are woken one after another."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable

from codeact_sdk.interpreter.turns import Bell, Turns


def in_thread(function: Callable[[], object]) -> threading.Thread:
    """Runs a function beside the test."""
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def until(holds: Callable[[], object]) -> None:
    """Waits for what another thread is about to do."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_ring_before_the_wait_is_kept_and_counts_once() -> None:
    """However often it was rung, one wait ends at once and the next does not."""
    bell = Bell(Turns(1))
    bell.ring()
    bell.ring()
    assert bell.wait()
    assert not bell.wait(0)
    assert not bell.wait(0.001)


def test_a_thread_is_woken_only_when_the_one_before_it_runs() -> None:
    """What is rung meanwhile waits its turn, and gets it."""
    turns = Turns(1)
    bells = [Bell(turns) for _ in range(5)]
    woken: list[int] = []
    threads = [in_thread(lambda n=n, bell=bell: (bell.wait(), woken.append(n))) for n, bell in enumerate(bells)]
    until(lambda: all(bell._is_waiting for bell in bells))
    turns.taken = 1  # as if a thread had been woken that does not run yet
    for bell in bells:
        bell.ring()
    assert list(turns.queue) == bells
    assert not woken
    first = Bell(turns)
    runner = in_thread(first.wait)
    until(lambda: first._is_waiting)
    turns.taken = 0
    first.ring()
    for thread in (runner, *threads):
        thread.join(10)
    assert woken == [0, 1, 2, 3, 4]
    assert (turns.taken, list(turns.queue)) == (0, [])


def test_a_thread_that_gives_up_leaves_the_queue() -> None:
    """A wait that is over while its turn has not come ends as rung, and takes nobody's turn."""
    turns = Turns(1)
    bell = Bell(turns)
    heard: list[bool] = []
    thread = in_thread(lambda: heard.append(bell.wait(0.05)))
    until(lambda: bell._is_waiting)
    turns.taken = 1
    bell.ring()
    thread.join(10)
    assert heard == [True]
    assert (turns.taken, list(turns.queue)) == (1, [])
    assert not bell.wait(0)


def test_no_ring_is_lost_among_many_threads() -> None:
    """Waits with and without an end, rung at any moment: every thread gets on to its last round, and no turn is left."""
    turns, rounds = Turns(2), 60
    bells = [Bell(turns) for _ in range(12)]
    done = [0] * len(bells)

    def run(n: int) -> None:
        chance = random.Random(n)
        while done[n] < rounds:
            if bells[n].wait(chance.choice((None, 0.0, 0.0005, 0.01))):
                done[n] += 1

    threads = [in_thread(lambda n=n: run(n)) for n in range(len(bells))]
    end, chance = time.monotonic() + 30, random.Random(99)
    while any(thread.is_alive() for thread in threads) and time.monotonic() < end:
        for bell in chance.sample(bells, len(bells)):
            bell.ring()
        time.sleep(0.0002)
    assert done == [rounds] * len(bells)
    assert (turns.taken, list(turns.queue)) == (0, [])


def test_a_wait_at_the_end_of_the_stack_takes_no_turn_with_it() -> None:
    """At whatever depth the stack ends, the exception comes before anything has changed hands."""
    turns = Turns(1)
    bell, other = Bell(turns), Bell(turns)

    def dive(left: int) -> None:
        if left:
            dive(left - 1)
            return
        bell.ring()
        bell.wait()

    limit, failed = sys.getrecursionlimit(), 0
    for depth in range(limit - 60, limit + 5):
        try:
            dive(depth)
        except RecursionError:
            failed += 1
        assert (turns.taken, list(turns.queue)) == (0, [])
        bell.wait(0)  # where it was rung and not waited for
    assert failed
    thread = in_thread(other.wait)
    until(lambda: other._is_waiting)
    other.ring()
    thread.join(10)
    assert not thread.is_alive()
