"""Coroutines that nobody awaits and generators that are dropped: the model is told, the host's process prints nothing."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Callable, Iterator

import pytest

from codeact_sdk import Interpreter, Limits, tool
from codeact_sdk.interpreter.session import Session
from codeact_sdk.observations import Observation
from codeact_sdk.tools.toolset import Toolset

Act = Callable[[str], Observation]

NEVER = "was never awaited: write `await` before the call\n"

DROPPED = "def g():\n    try:\n        yield 1\n    finally:\n        {}\nx = g()\nnext(x)\ndel x\nprint('after')"


@pytest.fixture
def act() -> Iterator[Act]:
    """Runs actions one after another; nothing of them is refused before they run."""
    session = Session(Toolset.of([]), check=False)
    yield session.run
    session.close()


@pytest.fixture
def strict(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Fails if anything reaches the hooks of the process, its filters or its streams."""
    seen: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: seen.append(report.exc_value))
    hook, filters = sys.unraisablehook, list(warnings.filters)
    yield seen
    gc.collect()
    assert seen == []
    assert sys.unraisablehook is hook
    assert list(warnings.filters) == filters
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("async def f(): pass\nf()\n1", f"RuntimeWarning: coroutine 'f' (line 1) {NEVER}"),
        ("x = 1\nasync def f(): pass\ny = f()", f"RuntimeWarning: coroutine 'f' (line 2) {NEVER}"),
        ("async def f(): pass\nfor _ in range(3_000):\n    f()", f"RuntimeWarning: coroutine 'f' (line 1) {NEVER}"),
        ("class A:\n    async def m(self): pass\nA().m()", f"RuntimeWarning: coroutine 'A.m' (line 2) {NEVER}"),
        ("import asyncio\nasyncio.sleep(1)", f"RuntimeWarning: coroutine 'sleep' {NEVER}"),
        ("import asyncio\nasyncio.Queue().put(1)", f"RuntimeWarning: coroutine 'Queue.put' {NEVER}"),
        (
            "import asyncio\nasyncio.Lock().__aenter__()",
            f"RuntimeWarning: coroutine '_ContextManagerMixin.__aenter__' {NEVER}",
        ),
        ("async def g():\n    yield\nanext(g())", f"RuntimeWarning: coroutine 'anext' {NEVER}"),
        ("async def g():\n    yield\ng().asend(None)", f"RuntimeWarning: coroutine 'asend' {NEVER}"),
        ("async def f(): pass\nf()\n1 / 0", f"RuntimeWarning: coroutine 'f' (line 1) {NEVER}"),
        ("async def f(): pass\nx = f()\nanswer(1)", f"RuntimeWarning: coroutine 'f' (line 1) {NEVER}"),
        ("async def f(): return 1\nawait f()", ""),
        ("import asyncio\nasync def f(n): return n\nawait asyncio.gather(f(1), f(n=2))", ""),
        ("import asyncio\nasync def f(): return 1\nasyncio.run(f())", ""),
    ],
)
def test_coroutines(strict: list[object], act: Act, code: str, told: str) -> None:
    """What was never awaited stands in the observation, whoever made it; what was awaited is not told of."""
    assert act(code).stderr == told


def test_a_limit_leaves_no_coroutine(strict: list[object]) -> None:
    """Coroutines of an action that was stopped are closed too."""
    with Interpreter(limits=Limits(seconds=0.2), check="off") as interp:
        assert interp.run("async def f(): pass\nx = f()\nwhile True: f()").status == "limit"


def test_calls_of_async_tools(strict: list[object]) -> None:
    """A call that was not awaited was not made, and the model reads so."""

    @tool(effect="write")
    async def send(text: str) -> str:
        """Sends."""
        return text

    with Interpreter(tools=[send], check="off") as interp:
        obs = interp.run("async def f(): pass\nsend('a')\nawait send('b')")
    assert (obs.value, obs.stderr) == ("b", f"RuntimeWarning: coroutine 'send' {NEVER}")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (DROPPED.format("raise ValueError('\\x1b[31mcanary')"), "ValueError"),
        (DROPPED.format("yield 2"), "RuntimeError"),
        (DROPPED.format("raise SystemExit"), "SystemExit"),
        (
            "def g():\n    while True:\n        try:\n            yield 1\n        finally:\n            break\n    raise KeyError('canary')\nx = g()\nnext(x)\ndel x\nprint('after')",
            "KeyError",
        ),
        (
            "class C:\n    def __enter__(self): pass\n    def __exit__(self, *_): 1 / 0\ndef g():\n    with C():\n        yield\nx = g()\nnext(x)\ndel x\nprint('after')",
            "ZeroDivisionError",
        ),
        (
            "def h():\n    try:\n        yield 1\n    finally:\n        raise ValueError\ndef g():\n    yield from h()\nx = g()\nnext(x)\ndel x\nprint('after')",
            "ValueError",
        ),
    ],
)
def test_generators_that_are_dropped(strict: list[object], act: Act, code: str, told: str) -> None:
    """What their `finally` raises is told by its type, and reaches nobody else."""
    obs = act(code)
    assert (obs.stdout, obs.error) == ("after\n", None)
    assert obs.stderr == f"Exception ignored in a generator that was dropped: {told}\n"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (DROPPED.replace("del x", "x.close()").format("raise ValueError('seen')"), "ValueError"),
        (DROPPED.replace("del x", "x.close()").format("yield 2"), "RuntimeError"),
        (
            "def h():\n    try:\n        yield 1\n    finally:\n        raise KeyError\ndef g():\n    yield from h()\nx = g()\nnext(x)\nx.close()",
            "KeyError",
        ),
        (
            "async def g():\n    try:\n        yield 1\n    finally:\n        raise ValueError\nx = g()\nawait anext(x)\nawait x.aclose()",
            "ValueError",
        ),
    ],
)
def test_generators_that_are_closed(strict: list[object], act: Act, code: str, error: str) -> None:
    """Whoever closes a generator sees what it raises."""
    assert act(code).error.type == error


@pytest.mark.parametrize(
    "code",
    [
        "async def g():\n    try:\n        yield 1\n    finally:\n        raise ValueError('canary')\nx = g()\nawait anext(x)\ndel x",
        "async def g():\n    try:\n        yield 1\n    finally:\n        raise ValueError('canary')\nx = g()\nawait anext(x)",
        "async def f():\n    import asyncio\n    try:\n        await asyncio.sleep(9)\n    finally:\n        raise ValueError('canary')\nx = f()\nx.send(None)",
        "async def f():\n    import asyncio\n    try:\n        await asyncio.sleep(9)\n    finally:\n        await asyncio.sleep(9)\nx = f()\nx.send(None)",
        "def g():\n    try:\n        yield 1\n    finally:\n        print('late')\nx = g()\nnext(x)",
    ],
)
def test_what_is_left_at_the_end(strict: list[object], act: Act, code: str) -> None:
    """Whatever the collector finds after the action is quiet."""
    act(code)


def test_a_coroutine_that_fails_at_the_end(strict: list[object], act: Act) -> None:
    """What its `finally` raises is told by its type."""
    code = (
        "import asyncio\nasync def f():\n    try:\n        await asyncio.sleep(0)\n    finally:\n"
        "        raise ValueError('canary')\nx = f()\nx.send(None)"
    )
    assert act(code).stderr == "Exception ignored at the end of coroutine: ValueError\n"


def test_functions_in_generators_are_left_alone(act: Act) -> None:
    """What stands in a function inside of a guarded block is its own."""
    code = (
        "def g():\n    try:\n        def h():\n            yield 1\n            yield 2\n        class A:\n            x = 3\n"
        "        yield list(h())\n        yield A.x\n    finally:\n        print('end')\nlist(g())"
    )
    obs = act(code)
    assert (obs.value, obs.stdout) == ([[1, 2], 3], "end\n")


def test_generators_end_where_they_are_dropped(act: Act) -> None:
    """The `finally` of a generator runs at once, as in CPython."""
    code = "def g():\n    try:\n        yield 1\n    finally:\n        print('end')\nfor _ in g():\n    break\nprint('after')"
    assert act(code).stdout == "end\nafter\n"


def test_values_go_in_and_out_of_generators(act: Act) -> None:
    """What is sent, thrown and returned is as ever, also where a `yield` stands in a head."""
    code = """
class Gate:
    def __enter__(self): return self
    def __exit__(self, *_): return False
def g():
    "doc"
    with Gate() as gate:
        if (yield 1):
            try:
                got = [(yield 2), (yield 3)]
            except ValueError as error:
                got = str(error)
            for x in (yield got):
                match (yield x):
                    case 'a': yield 'A'
                    case _: yield 'other'
        else:
            return 'none'
    return 'end'
def drive(*steps):
    it, out = g(), []
    try:
        out.append(next(it))
        for step in steps:
            out.append(it.throw(step) if isinstance(step, Exception) else it.send(step))
    except StopIteration as stop:
        out.append(stop.value)
    return out
g.__doc__, drive(0), drive(1, 'x', 'y', [7], 'a', None), drive(1, ValueError('v'), [8], 'b', None, None)
"""
    assert act(code).value == (
        "doc",
        [1, "none"],
        [1, 2, 3, ["x", "y"], 7, "A", "end"],
        [1, 2, "v", 8, "other", "end", None][:6],
    )


def test_functions_that_make_coroutines_are_as_ever(act: Act) -> None:
    """Names, documentation, arguments and methods."""
    code = """
import asyncio, functools
def log(f):
    @functools.wraps(f)
    async def call(*a, **k): return await f(*a, **k)
    return call
class A:
    @log
    async def m(self, x: int = 1, *, y=2):
        "doc"
        return x + y
    @staticmethod
    async def s(): return await B().m(5)
    @classmethod
    async def c(cls): return cls.__name__
class B(A):
    async def m(self, x=1): return await super().m(x, y=10)
[await B().m(), await A.s(), await B.c(), A.m.__name__, A.m.__doc__, asyncio.iscoroutinefunction(B.m), \
asyncio.iscoroutinefunction(B().m), asyncio.iscoroutinefunction(len)]
"""
    assert act(code).value == [11, 15, "B", "m", "doc", True, True, False]


def test_wrong_arguments_of_coroutines_are_told_at_the_call(act: Act) -> None:
    """A call with wrong arguments fails where it stands."""
    assert act("async def f(x): pass\ny = f()").error.line == 2


def test_an_iterator_of_own_that_knows_no_throw_and_no_close(act: Act) -> None:
    """What is thrown into a generator that waits for it is raised there; closing only ends the generator."""
    code = """
class Fives:
    def __iter__(self):
        return self
    def __next__(self):
        return 5
def g():
    try:
        yield from Fives()
    except ValueError as error:
        yield f'got {error}'
    finally:
        print('left')
first, second = g(), g()
next(first), next(second)
second.close()
first.throw(ValueError('a five too many'))
"""
    seen = act(code)
    assert (seen.value, seen.stdout) == ("got a five too many", "left\n")
