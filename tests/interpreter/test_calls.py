"""Calls of tools: what is recorded of them, and where async tools run."""

from __future__ import annotations

import asyncio
import contextvars
import datetime
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

import httpx
import pytest
from acts import arun, run
from pydantic import AfterValidator, Field

from codeact_sdk import Interpreter, Limits, tool
from codeact_sdk.events import Observation
from codeact_sdk.interpreter.handover import HandOver

VAR: contextvars.ContextVar[str] = contextvars.ContextVar("var", default="unset")


both = pytest.mark.parametrize("act", [run, arun])
forms = pytest.mark.parametrize("call", ["{}", "await {}"])


def five(call: str) -> str:
    """A program that calls five times, so that the last calls take the short way where there is one."""
    return f"[{call} for _ in range(5)]"


# ---------------------------------------------------------------- the short way


def test_every_shape_of_a_call_gives_what_its_first_call_gave() -> None:
    """Arguments by position, by name, left out and of other types: the value and the record stay as they were."""

    def shop(
        day: datetime.date, most: Annotated[float, Field(gt=0)] = 1.5, *, state: Literal["open", "paid"] = "open"
    ) -> str:
        return f"{day} {most!r} {state}"

    calls = {
        "shop('2026-01-02')": {"day": datetime.date(2026, 1, 2)},
        "shop('2026-01-02', '2')": {"day": datetime.date(2026, 1, 2), "most": 2.0},
        "shop(day='2026-01-02', most=3)": {"day": datetime.date(2026, 1, 2), "most": 3.0},
        "shop(most=3, day='2026-01-02')": {"most": 3.0, "day": datetime.date(2026, 1, 2)},
        "shop('2026-01-02', state='paid')": {"day": datetime.date(2026, 1, 2), "state": "paid"},
    }
    for call, arguments in calls.items():
        with Interpreter(tools=[shop], limits=Limits(tool_calls=None)) as interpreter:
            seen = interpreter.run(five(call))
            assert len(set(seen.value)) == 1
            assert [[*made.arguments.items()] for made in seen.calls] == [[*arguments.items()]] * 5
            interpreter.run("; ".join(map(five, calls)))  # more shapes than are kept
            again = interpreter.run(call)
            assert (again.value, again.calls[0].arguments) == (seen.value[0], arguments)


def test_what_a_short_call_records_has_all_fields() -> None:
    """Number, tool, arguments, result, effect and times are those of any call."""

    @tool(effect="write")
    def pause(ms: int) -> None:
        time.sleep(ms / 1000)

    began = time.time()
    *_, last = run("for _ in range(4): pause(0)\npause(20)", pause).calls
    assert (last.n, last.tool, last.arguments, last.result, last.error, last.effect) == (
        5, "pause", {"ms": 20}, None, None, "write",
    )  # fmt: skip
    assert began <= last.started <= time.time()
    assert 0.015 < last.seconds < 20


def test_a_short_call_that_does_not_return_says_so() -> None:
    """An action that is given up while a tool holds it has the call in its record."""
    ended = threading.Event()

    def hold(n: int) -> int:
        if n:
            ended.wait(20)
        return n

    with Interpreter(tools=[hold], limits=Limits(seconds=0.3)) as interpreter:
        seen = interpreter.run("for _ in range(4): hold(0)\nhold(7)")
        calls, told = seen.calls, seen.error.message
        ended.set()
    assert told == "seconds: the action ran longer than 0.3 s, while the tool hold was running"
    assert (len(calls), calls[-1].arguments, calls[-1].result) == (5, {"n": 7}, None)
    assert "did not return" in calls[-1].error


def odd(value: int) -> int:
    """Takes small numbers."""
    if value > 3:
        raise KeyError("no")
    return value


def test_a_check_of_a_pack_may_raise_anything() -> None:
    """What a validator of the host raises is a wrong argument, on both ways."""

    def take(n: Annotated[int, AfterValidator(odd)]) -> int:
        return n

    code = "for _ in range(5): take(1)\ntry:\n    take(7)\nexcept ToolArgumentError as e:\n    said = str(e)\nsaid"
    assert "which its check refused with KeyError" in run(code, take).value


# ---------------------------------------------------------------- async tools


async def loop_facts() -> str:
    """Tells what a coroutine may ask for."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    return f"{loop.is_running()} {task is not None and task.get_loop() is loop} {task in asyncio.all_tasks(loop)}"


@both
@forms
def test_a_tool_that_returns_at_once_runs_within_a_loop_and_a_task(act: Callable[..., Observation], call: str) -> None:
    """Whether or not the loop turns for it, everything that it may ask for is there."""
    for said in act(five(call.format("loop_facts()")), loop_facts).value:
        assert said.startswith("True True")


async def in_time() -> str:
    """Sets a timeout that is not reached, and one that is."""
    async with asyncio.timeout(5):
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(5)
        except TimeoutError:
            return "timed out"
    return "not"


async def group() -> list[int]:
    """Runs tasks together."""

    async def one(n: int) -> int:
        await asyncio.sleep(0)
        return n

    async with asyncio.TaskGroup() as tasks:
        made = [tasks.create_task(one(n)) for n in range(3)]
    return [task.result() for task in made]


async def executor() -> int:
    """Waits for a thread."""
    return await asyncio.get_running_loop().run_in_executor(None, lambda: 5)


async def requests() -> str:
    """Makes a request through a client of the kind that packs have."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text=str(request.url)))
    async with httpx.AsyncClient(transport=transport) as client:
        return (await client.get("http://shop.test/")).text


async def stops_early() -> list[int]:
    """Leaves an asynchronous generator before its end."""

    async def numbers() -> AsyncIterator[int]:
        try:
            for n in range(9):
                yield n
        finally:
            await asyncio.sleep(0)

    got = []
    async for n in numbers():
        got.append(n)
        if n == 2:
            break
    return got


async def keeps_its_context() -> str:
    """Sets a context variable over an await, and takes it back."""
    token = VAR.set("mine")
    await asyncio.sleep(0)
    inside = VAR.get()
    VAR.reset(token)
    return f"{inside} {VAR.get()}"


WAITS = {
    in_time: "timed out",
    group: [0, 1, 2],
    executor: 5,
    requests: "http://shop.test/",
    stops_early: [0, 1, 2],
    keeps_its_context: "mine unset",
}


@both
@forms
@pytest.mark.parametrize("waits", WAITS)
def test_a_tool_that_does_not_return_at_once_goes_on_in_the_same_task(
    act: Callable[..., Observation], call: str, waits: Callable[..., Any]
) -> None:
    """Timeouts, groups, threads, clients, generators and context variables work as in any loop."""
    seen = act(five(call.format(f"{waits.__name__}()")), waits)
    assert seen.value == [WAITS[waits]] * 5, seen.error


@both
def test_context_variables_do_not_pass_from_one_blocking_call_to_the_next(act: Callable[..., Observation]) -> None:
    """Each call has a task, and so a context, of its own; it sees what the caller had set."""

    async def leave() -> str:
        before = VAR.get()
        VAR.set("left")
        return before

    token = VAR.set("of the caller")
    try:
        assert act(five("leave()"), leave).value == ["of the caller"] * 5
    finally:
        VAR.reset(token)


def test_a_task_that_a_tool_leaves_behind_takes_its_first_step_and_is_cancelled() -> None:
    """A call that blocks ends with what it began."""
    told: list[str] = []

    async def leave() -> int:
        async def rest() -> None:
            told.append("began")
            try:
                await asyncio.sleep(60)
            finally:
                told.append("ended")

        asyncio.create_task(rest())  # noqa: RUF006  # left behind on purpose
        return 1

    assert run(five("leave()"), leave).value == [1] * 5
    assert told == ["began", "ended"] * 5


@both
@forms
def test_a_limit_ends_an_async_tool(act: Callable[..., Observation], call: str) -> None:
    """It is cancelled in its loop, and the next action runs."""
    told: list[str] = []

    async def slow(n: int) -> int:
        try:
            await asyncio.sleep(60 * n)
        finally:
            told.append("ended")
        return n

    seen = act(
        f"for _ in range(5): {call.format('slow(0)')}\n{call.format('slow(1)')}", slow, limits=Limits(seconds=0.5)
    )
    assert seen.error.message.startswith("seconds: the action ran longer than 0.5 s")
    assert seen.seconds < 10
    assert seen.calls[-1].error
    end = time.monotonic() + 20
    while len(told) < 6 and time.monotonic() < end:
        time.sleep(0.01)  # on a busy machine the answer may come first
    assert told == ["ended"] * 6


@both
@forms
def test_what_an_async_tool_raises_is_the_model_s_to_read(act: Callable[..., Observation], call: str) -> None:
    """Before its first await or after it, as a builtin exception."""

    async def fail(late: bool) -> int:
        if late:
            await asyncio.sleep(0)
        raise KeyError("k")

    for late in (False, True):
        use = call.format(f"fail({late})")
        code = f"said = []\nfor _ in range(5):\n    try: {use}\n    except KeyError as e: said.append(repr(e))\nsaid"
        seen = act(code, fail)
        assert seen.value == ["KeyError('k')"] * 5
        assert {made.error for made in seen.calls} == {"KeyError: 'k'"}


def test_an_action_that_awaits_never_takes_the_way_of_one_that_blocks() -> None:
    """A tool that was called without await in one action is awaited in the next."""

    async def same(n: int) -> int:
        return n

    with Interpreter(tools=[same]) as interpreter:
        assert interpreter.run(five("same(1)")).value == [1] * 5
        assert interpreter.run("import asyncio\nawait asyncio.gather(same(1), same(2))").value == [1, 2]
        assert interpreter.run(five("same(3)")).value == [3] * 5
        assert interpreter.run("x = same(4)\nawait x").value == 4


def test_calls_of_both_kinds_are_told_apart_while_they_overlap() -> None:
    """The record has each call with its own result, whichever way it took."""

    def plain(n: int) -> int:
        return n * 2

    async def later(n: int) -> int:
        await asyncio.sleep(0.001 * (3 - n))
        return n * 10

    code = """
import asyncio
for _ in range(5): plain(0)
async def both(n):
    return plain(n) + await later(n) + plain(n + 1)
await asyncio.gather(both(1), both(2), both(3))
"""
    for act in (run, arun):
        seen = act(code, plain, later)
        assert seen.value == [16, 30, 44]
        for made in seen.calls:
            assert made.result == made.arguments["n"] * (2 if made.tool == "plain" else 10)
        assert [made.n for made in seen.calls] == list(range(1, len(seen.calls) + 1))


# ---------------------------------------------------------------- handing over


def test_a_call_that_is_handed_over_after_its_loop_has_begun_to_end_is_told() -> None:
    """A task that is cancelled before its first step ends the wait."""

    async def main() -> tuple[bool, bool]:
        async def never() -> None:
            raise AssertionError("it must not run")

        loop = asyncio.get_running_loop()
        loop.set_task_factory(lambda loop, coroutine, **more: asyncio.Task(coroutine, loop=loop, **more))
        call = HandOver(never, loop)
        await asyncio.sleep(0)  # the task is made, and has not begun
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.01)
        try:
            call.result()
        except asyncio.CancelledError:
            return call.ends_within(0.0), True
        return call.ends_within(0.0), False

    assert asyncio.run(main()) == (True, True)


def test_a_call_that_was_given_up_does_not_begin() -> None:
    """Nobody would see its result."""
    begun: list[int] = []

    async def main() -> None:
        async def begin() -> None:
            begun.append(1)

        HandOver(begin, asyncio.get_running_loop()).cancel()
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert begun == []


def test_a_tool_that_is_cancelled_by_its_host_fails() -> None:
    """A cancelled task of the host is a failure of the tool, and no cancellation of the action."""

    async def cancelled() -> None:
        raise asyncio.CancelledError

    code = "try:\n    cancelled()\nexcept ToolError as e:\n    said = str(e)\nsaid"
    assert arun(code, cancelled).value == "CancelledError"


def test_a_tool_that_ends_the_host_ends_the_action_too() -> None:
    """SystemExit of a tool in the caller's loop leaves nobody waiting."""

    async def leave() -> None:
        raise SystemExit(3)

    async def main() -> None:
        with Interpreter(tools=[leave], limits=Limits(seconds=20)) as interpreter:
            await interpreter.arun("leave()")

    began = time.monotonic()
    with pytest.raises(SystemExit):
        asyncio.run(main())
    assert time.monotonic() - began < 15
