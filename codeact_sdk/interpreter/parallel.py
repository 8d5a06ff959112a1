"""`parallel(fn, items)` in model code: one call for each item, several at a time, the results in the order of the items."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from types import CoroutineType
from typing import Any

from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.crews import Crew
from codeact_sdk.interpreter.endings import is_coroutine_function
from codeact_sdk.interpreter.limits import Budget, Signal
from codeact_sdk.interpreter.loops import Loops
from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.unawaited import UnawaitedCall
from codeact_sdk.later import asyncio

MOST_ITEMS = 10_000
MOST_AT_ONCE = 200
"""Threads of one `parallel`."""

_TOLD_PLACES = 10


class Parallel:
    """The function of one session."""

    def __init__(
        self, caller: Caller, loops: Loops, *, hold: Callable[[Any], Any], note: Callable[[str], object]
    ) -> None:
        """Makes it.

        Args:
            caller: Makes the calls of the session.
            loops: Where coroutines run.
            hold: Keeps what was not awaited, to tell of it.
            note: Writes to the stderr of the observation.
        """
        self._caller = caller
        self._loops = loops
        self._hold = hold
        self._note = note

    def function(self) -> Callable[..., Any]:
        """What model code calls."""

        def parallel(fn: Any, items: Any, *, limit: int = 10, strict: bool = False) -> Any:
            return self._run(fn, items, limit, strict)

        return named(parallel, "parallel")

    def _run(self, function: Any, items: Any, limit: Any, strict: Any) -> Any:
        caller = self._caller
        given = _checked(function, items, limit)
        if caller.crew is not None:
            raise RuntimeError("parallel() inside of parallel(): put all the calls into one list and call it once")
        waits = asyncio._get_running_loop() is not None  # noqa: SLF001  # the public one raises
        call = self._gathered if _is_async(caller, function) else partial(self._crewed, waits=waits)
        results: list[Any] = [None] * len(given)
        if waits:
            make = partial(self._awaited, partial(call, function, given, limit, results), results, strict)
            return self._hold(UnawaitedCall("parallel", make))
        if given:
            self._loops.run(call(function, given, limit, results))
        return self._told(results, strict)

    async def _awaited(self, call: Callable[[], Awaitable[None]], results: list[Any], strict: Any) -> list[Any]:
        if results:
            await call()
        return self._told(results, strict)

    async def _gathered(self, function: Any, items: list[Any], limit: int, results: list[Any]) -> None:
        """Calls an async function or tool: coroutines of one loop."""
        caller, gate = self._caller, asyncio.Semaphore(limit)
        before, caller.awaits = caller.awaits, True

        async def one(place: int, item: Any) -> None:
            async with gate:
                try:
                    results[place] = await function(item)
                except Exception as error:  # noqa: BLE001  # one that fails does not lose the others
                    results[place] = _failure(error)
                except asyncio.CancelledError:
                    task = asyncio.current_task()
                    if task is None or task.cancelling():
                        raise
                    results[place] = _failure(visible.ToolError("the call was cancelled by its host"))

        try:
            await asyncio.gather(*(one(place, item) for place, item in enumerate(items)))
        finally:
            caller.awaits = before

    async def _crewed(self, function: Any, items: list[Any], limit: int, results: list[Any], *, waits: bool) -> None:
        """Calls a function that blocks: threads, of which one at a time runs model code."""
        caller = self._caller
        budget = caller.budget
        budget.take_back_calls()  # the short way of calls is that of one thread
        crew = caller.crew = Crew(budget, self._loops.await_tool, caller.strays)
        work = partial(_work, function, items, results, iter(range(len(items))), budget)
        start = partial(_start, crew, work, min(limit, len(items)))
        try:
            if waits:
                crew.stand_by(start)
            else:
                await crew.serve(start)
        finally:
            caller.crew = None
        budget.alive()

    def _told(self, results: list[Any], strict: bool) -> list[Any]:
        """The results; what has failed is told of, because a list of exceptions is easily taken for one of results."""
        failed = [place for place, result in enumerate(results) if type(result) is _Failed]
        ends = next((results[place] for place in failed if isinstance(results[place].error, visible.SystemExit)), None)
        if ends is not None:
            raise ends.error
        made = [result.error if type(result) is _Failed else result for result in results]
        if failed:
            first = made[failed[0]]
            shown = ", ".join(map(str, failed[:_TOLD_PLACES])) + (", ..." if len(failed) > _TOLD_PLACES else "")
            if strict:
                raise first
            self._note(
                f"parallel: {len(failed):,} of {len(results):,} calls failed, and their places hold the exception ({shown}); "
                f"the first: {type(first).__name__}: {first}\n"
            )
        return made


def _is_async(caller: Caller, function: Any) -> bool:
    """Whether a call of this gives something to await: an async tool, an own async function, a partial of one."""
    while isinstance(function, partial):
        function = function.func
    return caller.is_async(function) if isinstance(function, visible.SealedTool) else is_coroutine_function(function)


def _work(function: Any, items: list[Any], results: list[Any], places: Iterator[int], budget: Budget) -> None:
    """Takes one item after another until there are none; whoever is here has the baton."""
    for place in places:
        if budget.signal is not None:
            return
        try:
            results[place] = _finished(function(items[place]))
        except Exception as error:  # noqa: BLE001  # one that fails does not lose the others
            results[place] = _failure(error)
        except Signal:  # it stays spent, and the action's thread raises it
            return


def _start(crew: Crew, work: Callable[[], None], size: int, ended: Callable[[], object]) -> None:
    """Starts the threads of a crew; the last that ends tells of it."""
    left = [size]

    def one_ended() -> None:
        left[0] -= 1
        if not left[0]:
            ended()

    for _ in range(size):
        crew.submit(work, one_ended)


class _Failed:
    """What stands for the result of a call that has failed, until all have ended."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


def _failure(error: Exception) -> _Failed:
    return _Failed(error.with_traceback(None))


def _finished(result: Any) -> Any:
    if isinstance(result, UnawaitedCall | CoroutineType):
        result.close()
        raise TypeError("the function gives something to await: give parallel() the async function itself")
    return result


def _checked(function: Any, items: Any, limit: Any) -> list[Any]:
    if not callable(function):
        raise TypeError(
            f"parallel() takes a function or a tool and items, not {type(function).__name__}: parallel(acme.order, ids)"
        )
    if type(limit) is not int or not 0 < limit <= MOST_AT_ONCE:
        raise ValueError(f"limit is {limit!r}: give how many calls may run at once, 1 to {MOST_AT_ONCE}")
    return _bounded(items)


def _bounded(items: Iterable[Any]) -> list[Any]:
    given: list[Any] = []
    for item in items:
        if len(given) >= MOST_ITEMS:
            raise ValueError(
                f"parallel() takes at most {MOST_ITEMS:,} items at once: give it parts, such as items[:1000]"
            )
        given.append(item)
    return given
