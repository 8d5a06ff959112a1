"""The loop without files, in which the coroutines of an action under `arun` run."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from codeact_sdk import Interpreter, Limits
from codeact_sdk.events import Observation
from codeact_sdk.interpreter.light_loops import LightLoop


async def wait(value: int) -> int:
    """Waits a moment.

    Args:
        value: Given back.
    """
    await asyncio.sleep(0.005)
    return value


QUEUE = "import asyncio\nq = asyncio.Queue()\nasync def put():\n    for n in range(2):\n        await q.put(await wait(n))\n"


def acts(*codes: str) -> list[Observation]:
    """Runs actions one after another in one session under `arun`."""

    async def main() -> list[Observation]:
        with Interpreter(tools=[wait]) as interpreter:
            return [await interpreter.arun(code) for code in codes]

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("await wait(1) + await wait(2)", 3),
        ("import asyncio\nawait asyncio.gather(wait(1), wait(2), asyncio.sleep(0.01, 3))", [1, 2, 3]),
        ("import asyncio\nasyncio.run(asyncio.sleep(0.001, 4))", 4),
        (
            "import asyncio\ntry:\n    await asyncio.wait_for(asyncio.sleep(9), 0.01)\nexcept TimeoutError:\n    x = 5\nx",
            5,
        ),
        ("import asyncio\nasync with asyncio.timeout(9):\n    y = await wait(6)\ny", 6),
        (
            f"{QUEUE}async with asyncio.TaskGroup() as group:\n    group.create_task(put())\n    got = [await q.get(), await q.get()]\ngot",
            [0, 1],
        ),
        ("async def g():\n    for n in range(3):\n        yield await wait(n)\n[n async for n in g()]", [0, 1, 2]),
    ],
)
def test_what_actions_await(code: str, value: object) -> None:
    """Time, tasks and tools, as in a loop of the library's."""
    (seen,) = acts(code)
    assert seen.error is None
    assert seen.value == value


def test_it_has_no_files() -> None:
    """A session costs no file descriptor, and its loop is used again."""

    async def main() -> list[int]:
        counts = []
        with Interpreter(tools=[wait]) as interpreter:
            await interpreter.arun("1")
            for _ in range(3):
                counts.append(len(list(Path("/proc/self/fd").iterdir())))
                await interpreter.arun("await wait(1)")
            loops = interpreter._session._parts.loops
            assert isinstance(loops._own, LightLoop)
        return counts

    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc")
    assert len(set(asyncio.run(main()))) == 1


def test_a_session_may_go_from_one_kind_of_running_to_the_other() -> None:
    """`run` needs a loop in which tools can open files; what model code has kept works on."""
    with Interpreter(tools=[wait]) as interpreter:
        for code in ("x = await wait(1)", "x += await wait(2)"):
            assert asyncio.run(interpreter.arun(code)).error is None
            assert interpreter.run(code).error is None
        assert interpreter.run("x").value == 5


def test_tasks_that_are_left_are_cancelled() -> None:
    """Of this session only, with what they do on their way out."""
    code = (
        "import asyncio\nended = []\nasync def f():\n    try:\n        await asyncio.sleep(9)\n    finally:\n        ended.append(1)\n"
        "async def main():\n    asyncio.create_task(f())\n    await wait(1)\nasyncio.run(main())\nended"
    )
    (seen,) = acts(code)
    assert seen.value == [1]


def test_a_limit_wakes_it() -> None:
    """A sleep and a tool that hang are stopped at their time, and the session goes on."""

    async def hang() -> None:
        """Hangs."""
        await asyncio.sleep(30)

    async def main(code: str) -> str:
        with Interpreter(tools=[hang], limits=Limits(seconds=0.2)) as interpreter:
            seen = await interpreter.arun(code)
            while (after := await interpreter.arun("7")).error is not None:  # on a busy machine it is still ending
                await asyncio.sleep(0.01)
        return f"{seen.status} {after.value}"

    for code in ("import asyncio\nawait asyncio.sleep(30)", "await hang()"):
        assert asyncio.run(main(code)) == "limit 7"


def test_nothing_is_said_about_what_fails_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A task that nobody asks for its exception is silent on the host's streams."""
    acts(
        "import asyncio\nasync def f(): raise ValueError('v')\nasyncio.create_task(f())\nawait asyncio.sleep(0.01)",
        "async def g():\n    try:\n        yield 1\n    finally:\n        raise ValueError('w')\nx = g()\nawait anext(x)\ndel x",
    )
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_makes_its_own() -> None:
    """The bells of the parent may be in any state when it forks."""
    with Interpreter(tools=[wait]) as interpreter:
        assert asyncio.run(interpreter.arun("await wait(1)")).value == 1
        interpreter._session._parts.loops._own.bell.turns.taken = 9
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if asyncio.run(interpreter.arun("await wait(2)")).value == 2 else 1)
            finally:
                os._exit(2)
        interpreter._session._parts.loops._own.bell.turns.taken = 0
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_asynchronous_generator_that_is_dropped_between_actions_wakes_nobody() -> None:
    """No loop runs that could end it."""
    made, dropped = acts("async def g():\n    yield 1\nx = g()\nawait anext(x)", "del x\n2")
    assert (made.value, dropped.value, dropped.error) == (1, 2, None)
