"""Threads that actions run in, and what comes out of them."""

from __future__ import annotations

import threading
import time

import pytest

from codeact_sdk.interpreter.workers import WORKERS, Pending, Workers, _Inbox


def test_a_result_comes_to_whoever_waits() -> None:
    """To several threads, and after the end."""
    gate = threading.Event()
    pending = WORKERS.submit(lambda: gate.wait() and 42)
    assert not pending.done
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(pending.result())) for _ in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert found == [42] * 4
    assert (pending.done, pending.result(timeout=0)) == (True, 42)


def test_what_was_raised_is_raised_where_it_is_waited_for() -> None:
    """Whatever it is."""

    def fail() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        WORKERS.submit(fail).result()


def test_waiting_ends_in_time() -> None:
    """With the error that waiting has everywhere; what comes later is still there."""
    pending: Pending[int] = Pending()
    began = time.monotonic()
    for timeout in (0.02, 0.0, -1.0):
        with pytest.raises(TimeoutError):
            pending.result(timeout=timeout)
    assert time.monotonic() - began < 10
    pending.perform(lambda: 1)
    assert pending.result(timeout=0.0) == 1


def test_who_asked_for_it_is_told_of_the_end() -> None:
    """After the result is there, in the thread that made it."""
    told: list[object] = []
    pending: Pending[int] = Pending(lambda: told.append(pending.result(timeout=0)))
    pending.perform(lambda: 1)
    assert told == [1]


def test_work_that_woke_nobody_is_not_done_later() -> None:
    """Where there is no room on the stack for waking, whoever submits is told, and the thread stays in the pool."""

    class Full:
        def ring(self) -> None:
            raise RecursionError

    pool = Workers()
    inbox = _Inbox(Full())
    pool._idle.append(inbox)
    with pytest.raises(RecursionError):
        pool.submit(lambda: 1)
    assert pool._idle == [inbox]
    assert inbox.work is None


def test_a_thread_that_is_woken_for_nothing_waits_again() -> None:
    """It stays in the pool."""
    pool = Workers()
    pool.submit(lambda: 1).result()
    while not pool._idle:
        time.sleep(0.001)
    inbox = pool._idle.pop()
    inbox.bell.ring()
    while not pool._idle:
        time.sleep(0.001)
    assert pool._idle == [inbox]
    assert pool.submit(lambda: 2).result() == 2
