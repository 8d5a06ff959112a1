"""Where async tools run, whatever loops the host has, and how a call is handed over to another."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any

import pytest
from pydantic import Field

from codeact_sdk import Interpreter, Limits, tool
from codeact_sdk.interpreter.calls import Caller, prepare
from codeact_sdk.interpreter.handover import HandOver
from codeact_sdk.interpreter.journal import Journal
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.number_contexts import NumberContexts
from codeact_sdk.interpreter.results import needs_check
from codeact_sdk.interpreter.toolnames import ToolNames
from codeact_sdk.tools.tool import Tool, make_tool
from codeact_sdk.tools.toolset import Toolset


async def double(n: int) -> int:
    """Doubles a number.

    Args:
        n: The number.
    """
    return 2 * n


class Foreign(asyncio.AbstractEventLoop):
    """A loop that is not made of asyncio's own class, as those in C are."""

    def __init__(self) -> None:
        self.own = asyncio.new_event_loop()

    def __getattribute__(self, name: str) -> Any:
        own = object.__getattribute__(self, "own")
        return Foreign if name == "__class__" else getattr(own, name)


class Crowded(asyncio.SelectorEventLoop):
    """A loop to which another thread gives something whenever a task has been made."""

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
        handle = super().call_soon(callback, *args, context=context)
        super().call_soon(lambda: None)
        return handle


def debugging() -> asyncio.AbstractEventLoop:
    """Makes a loop that looks at each of its steps."""
    loop = asyncio.SelectorEventLoop()
    loop.set_debug(True)
    return loop


@pytest.fixture
def loops() -> Iterator[Callable[[Callable[[], Any]], None]]:
    """Has `asyncio.new_event_loop` make other loops."""
    before = asyncio.get_event_loop_policy()

    def use(make: Callable[[], Any]) -> None:
        policy = asyncio.DefaultEventLoopPolicy()
        policy._loop_factory = make
        asyncio.set_event_loop_policy(policy)

    yield use
    asyncio.set_event_loop_policy(before)


@pytest.mark.parametrize("make", [debugging, Crowded])
def test_an_async_tool_runs_in_whatever_loop_the_host_makes(loops: Callable[..., None], make: Any) -> None:
    """Where a call cannot make its first step before the loop runs, it makes it then."""
    loops(make)
    with Interpreter(tools=[double]) as interpreter:
        assert interpreter.run("[double(n) for n in range(6)]").value == [0, 2, 4, 6, 8, 10]


def test_an_async_tool_runs_in_a_loop_that_is_not_asyncio_s_own(loops: Callable[..., None]) -> None:
    """Nothing of the inside of such a loop is asked for."""
    made = Foreign()
    loops(lambda: made)
    with Interpreter(tools=[double]) as interpreter:
        assert interpreter.run("double(4)").value == 8


class Doubling:
    """An object whose call is async."""

    async def __call__(self, n: int) -> int:
        return 2 * n


@pytest.mark.parametrize("function", [partial(double), Doubling()])
def test_what_gives_something_to_await_is_a_tool_on_every_way(function: Any) -> None:
    """An async function that is none of Python's own gives its value, however often it is called."""
    with Interpreter(tools=[tool(function, name="twice")]) as interpreter:
        assert interpreter.run("[twice(n) for n in range(6)]").value == [0, 2, 4, 6, 8, 10]


def test_a_timeout_of_the_tool_s_own_is_not_that_of_the_call() -> None:
    """Only a tool that took longer than it declares is said to have done so."""

    @tool(timeout_s=30)
    async def ask() -> int:
        raise TimeoutError("the bank does not answer")

    with Interpreter(tools=[ask]) as interpreter:
        seen = interpreter.run("try:\n    ask()\nexcept Exception as e:\n    said = str(e)\nsaid")
    assert "the bank does not answer" in seen.value


def test_an_action_without_a_limit_of_time_ends_by_itself() -> None:
    """Nothing waits to abandon it."""

    async def main() -> Any:
        with Interpreter(tools=[double], limits=Limits(seconds=None)) as interpreter:
            return (await interpreter.arun("double(21)")).value

    assert asyncio.run(main()) == 42


def test_a_call_that_suspends_where_nobody_can_wait_is_an_error_of_ours() -> None:
    """What a coroutine yields belongs to the loop of the host, and is no result."""

    class Suspends:
        async def call_tool(self, make: Any) -> Any:
            await asyncio.sleep(0)

    class Boundary:
        def inward(self, value: Any, *_: Any) -> Any:
            return value

        outward = inward

    budget = Budget(Limits())
    caller = Caller(
        boundary=Boundary(),
        journal=Journal(lambda value: value),
        loops=Suspends(),
        budget=lambda: budget,
        services={},
        hold=lambda made: made,
        numbers=NumberContexts(),
    )
    with pytest.raises(RuntimeError, match="a call that blocks has suspended"):
        caller.bind(make_tool(double)).call((1,), {})


# ---------------------------------------------------------------- handing over


def test_a_host_whose_tasks_run_at_once_ends_a_call_before_it_is_waited_for() -> None:
    """A task that has ended when it is made has nobody to tell later."""

    class Ended(asyncio.Future):
        def set_name(self, name: str) -> None:
            """Has none."""

    def at_once(loop: asyncio.AbstractEventLoop, coroutine: Any, **_: Any) -> Any:
        made = Ended(loop=loop)
        try:
            coroutine.send(None)
        except StopIteration as end:
            made.set_result(end.value)
        return made

    async def main() -> tuple[bool, int]:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(at_once)
        call = HandOver(partial(double, 4), loop)
        await asyncio.sleep(0)
        await call.end_in(loop)  # it has ended, and so nobody waits
        return call.done, call.result()

    assert asyncio.run(main()) == (True, 8)


def test_a_host_that_can_make_no_task_fails_the_call() -> None:
    """The error of its task factory is the end of the call, and the coroutine does not stay behind."""
    told: list[dict[str, Any]] = []

    def refuse(*_: Any, **__: Any) -> Any:
        raise RuntimeError("no more tasks")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context))
        loop.set_task_factory(refuse)
        call = HandOver(partial(double, 4), loop)
        await asyncio.sleep(0)
        loop.set_task_factory(None)
        assert call.ends_within(0.0)
        with pytest.raises(RuntimeError, match="no more tasks"):
            call.result()

    asyncio.run(main())
    assert [str(context["exception"]) for context in told] == ["no more tasks"]


def test_a_session_of_async_tools_imports_no_checker_that_it_does_not_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain numbers go through no checker of pydantic."""
    name = "codeact_sdk.tools.adapters"
    monkeypatch.delitem(sys.modules, name, raising=False)
    tools: list[Tool] = [make_tool(double)]
    prepare(tools)
    assert name not in sys.modules


def test_calls_that_nobody_awaits_do_not_pile_up() -> None:
    """A program that forgets thousands of them is told so, and keeps none."""
    with Interpreter(tools=[double]) as interpreter:
        seen = interpreter.run("call = double\nfor n in range(2_500):\n    call(n)\nawait double(4)")
    assert (seen.value, len(seen.calls)) == (8, 1)
    assert "'double' was never awaited" in seen.stderr


def test_the_names_of_tools_are_counted() -> None:
    """As many as model code can use."""
    with Interpreter(tools=[double]) as interpreter:
        caller = interpreter._session._parts.caller
    assert len(ToolNames(Toolset.of([double]), caller, lambda kind: kind)) == 1


def test_an_annotated_type_goes_through_a_checker() -> None:
    """What its notes say is not to be seen from its class."""
    assert [needs_check(kind) for kind in (int, int | None, Annotated[int, Field(gt=0)])] == [False, False, True]
