"""Threads that actions run in, and what comes out of them."""

from __future__ import annotations

import threading
import time

import pytest

from codeact_sdk.interpreter.workers import WORKERS, Pending


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
