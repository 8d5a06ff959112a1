"""Threads that actions run in, and what comes out of them."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from codeact_sdk.interpreter.workers import WORKERS, Outcome


def test_a_result_comes_to_whoever_waits() -> None:
    """To several threads, and after the end."""
    gate = threading.Event()
    outcome = WORKERS.submit(lambda: gate.wait() and 42)
    assert not outcome.done()
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(outcome.result())) for _ in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert found == [42] * 4
    assert (outcome.done(), outcome.result(timeout=0), outcome.exception()) == (True, 42, None)


def test_what_was_raised_is_raised_where_it_is_waited_for() -> None:
    """Whatever it is."""

    def fail() -> None:
        raise SystemExit(3)

    outcome = WORKERS.submit(fail)
    with pytest.raises(SystemExit):
        outcome.result()
    assert isinstance(outcome.exception(), SystemExit)


def test_waiting_ends_in_time() -> None:
    """With the error that waiting has everywhere; what comes later is still there."""
    outcome: Outcome[int] = Outcome()
    began = time.monotonic()
    for timeout in (0.02, 0.0, -1.0):
        with pytest.raises(TimeoutError):
            outcome.result(timeout=timeout)
    assert time.monotonic() - began < 10
    outcome.settle(1)
    assert outcome.result(timeout=0.0) == 1


def test_an_event_loop_may_await_it() -> None:
    """Before and after it is there; a loop that has been closed is not told."""

    async def main() -> list[object]:
        early: Outcome[int] = Outcome()
        late: Outcome[int] = Outcome()
        broken: Outcome[int] = Outcome()
        late.settle(1)
        broken.settle(None, ValueError("no"))
        threading.Timer(0.01, early.settle, (2,)).start()
        with pytest.raises(ValueError, match="no"):
            await broken.in_loop()
        return [await late.in_loop(), await early.in_loop()]

    assert asyncio.run(main()) == [1, 2]

    async def leave(outcome: Outcome[int]) -> None:
        outcome.in_loop()

    left: Outcome[int] = Outcome()
    asyncio.run(leave(left))
    left.settle(3)
    assert left.result() == 3
