"""What Python calls when a generator or coroutine is dropped is no way to run after the end of an action."""

from __future__ import annotations

import gc
import sys
import time

import pytest

from codeact_sdk import Interpreter, Limits

PRELUDE = """
import contextlib, collections.abc
def end(*_):
    ring(1)
    while True: pass
class Manager:
    def __enter__(self): return self
    def __exit__(self, *_): end()
class Later:
    async def __aenter__(self): return self
    async def __aexit__(self, *_): end()
class Iterator:
    def __iter__(self): return self
    def __next__(self): return 1
    def close(self): end()
    def throw(self, error): end()
class Awaited(Iterator):
    def __await__(self): return self
class Hold:
    def __await__(self): yield 1
class Closes:
    close = end
def begun(step):
    try: step.send(None)
    except StopIteration: pass
"""


@pytest.mark.parametrize(
    "code",
    [
        "def g():\n    with Manager(): yield\nx = g()\nnext(x)",
        "def g():\n    with Manager(), Manager(): yield\nx = g()\nnext(x)",
        "def g():\n    for _ in 'ab':\n        if 1:\n            with Manager(): yield from 'ab'\nx = g()\nnext(x)",
        "def g():\n    with contextlib.closing(Closes()): yield\nx = g()\nnext(x)",
        "def g():\n    with contextlib.ExitStack() as s:\n        s.callback(end)\n        yield\nx = g()\nnext(x)",
        "@contextlib.contextmanager\ndef c():\n    try: yield\n    finally: end()\ndef g():\n    with c(): yield\nx = g()\nnext(x)",
        "def g():\n    yield from Iterator()\nx = g()\nnext(x)",
        "class G(collections.abc.Generator):\n    def send(self, v): return 1\n    def throw(self, *_): end()\ndef g(): yield from G()\nx = g()\nnext(x)",
        "class I:\n    def __iter__(self): return Iterator()\ndef g(): yield from I()\nx = g()\nnext(x)",
        "def f(): return lambda: (yield from Iterator())\nx = f()()\nnext(x)",
        "exec('def g():\\n    try: yield\\n    finally: end()', d := {'end': end})\nx = d['g']()\nnext(x)",
        "exec('def g():\\n    with m: yield', d := {'m': Manager()})\nx = d['g']()\nnext(x)",
        "async def g():\n    with Manager(): yield\nx = g()\nbegun(x.asend(None))",
        "async def g():\n    async with Later(): yield\nx = g()\nbegun(x.asend(None))",
        "async def g():\n    try: yield\n    finally: end()\nx = g()\nbegun(x.asend(None))",
        "async def g():\n    with Manager(): yield\nasync def h():\n    async for y in g(): yield y\nx = h()\nbegun(x.asend(None))",
    ],
)
def test_nothing_runs_when_it_is_dropped(code, capfd, monkeypatch):
    """The session is dropped at once, no tool is called, and the process has nothing to print."""
    rung: list[int] = []

    def ring(n: int) -> None:
        """Rings.

        Args:
            n: How often.
        """
        rung.append(n)

    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: unraisable.append(report.exc_value))
    interpreter = Interpreter(tools=[ring], limits=Limits(seconds=20))
    seen = interpreter.run(f"ring(0)\n{PRELUDE}\n{code}")
    assert (seen.status, seen.stderr) == ("ok", "")
    interpreter.close()
    del interpreter
    gc.collect()
    assert rung == [0]
    assert unraisable == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "code",
    [
        "async def f(): await Awaited()",
        "async def f():\n    with Manager(): await Hold()",
        "async def f():\n    async with Later(): await Hold()",
        "async def f():\n    try: await Hold()\n    finally: end()",
    ],
)
def test_coroutines_are_ended_within_the_limits(code):
    """However many wait in the midst of something, the action ends, and the next one can run."""
    drive = "\nxs = [f() for _ in range(20)]\nfor x in xs: x.send(None)\n"

    def ring(n: int) -> None:
        """Rings.

        Args:
            n: How often.
        """

    with Interpreter(tools=[ring], limits=Limits(seconds=0.3)) as interpreter:
        seen = interpreter.run(f"{PRELUDE}\n{code}{drive}")
        assert seen.error.message.startswith("seconds: the action ran longer than 0.3 s")
        deadline = time.monotonic() + 20
        while (seen := interpreter.run("1")).error is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert seen.value == 1


def test_a_tool_is_not_called_after_the_end():
    """A tool that model code has kept refuses calls that no action makes, the short way and the long."""
    called: list[int] = []

    def look(n: int) -> int:
        """Looks.

        Args:
            n: At what.
        """
        called.append(n)
        return n

    with Interpreter(tools=[look]) as interpreter:
        interpreter.run(
            "look(1), look(2)\nclass A:\n    def __repr__(self): return str(look(3)) + str(look(n=4))\na = A()"
        )
        for late in ("look(3)", "look(n=4)"):
            interpreter.run(f"late = lambda: {late}")
            with pytest.raises(BaseException, match="the action is over"):
                interpreter.variables["late"]()
    assert called == [1, 2]


def test_managers_and_iterators_behave_as_in_python(attack):
    """The stand-ins pass everything on."""
    code = """
log = []
class E:
    def __enter__(self): return 7
    def __exit__(self, kind, error, trace): log.append((kind, str(error), trace)); return True
class L:
    async def __aenter__(self): return 8
    async def __aexit__(self, kind, error, trace): log.append((kind, str(error), trace)); return True
class It:
    def __iter__(self): return self
    def __next__(self): return 1
    def send(self, v): return ("sent", v)
    def close(self): log.append("closed")
    def throw(self, e): return ("thrown", str(e))
class Bare:
    def __iter__(self): return self
    def __next__(self): raise StopIteration("end")
def g(x):
    try: log.append((yield from x))
    except ValueError as e: yield str(e)
def w(x):
    with x as y:
        yield y
        1 / 0
async def a():
    with E() as x:
        1 / 0
    async with L() as y:
        1 / 0
    return x, y
def told(f):
    try: return f()
    except Exception as e: return f"{type(e).__name__}: {e}"
i = g(It())
found = [next(i), i.send(5), i.throw(KeyError("x")), i.close(), list(g(Bare())), list(w(E())), await a()]
found += [told(lambda: list(w(5))), told(lambda: list(g(5))), list(g("ab")), list(g({1: 2}))]
found, log
"""
    found, log = attack(code).value
    assert found == [
        1, ("sent", 5), ("thrown", "'x'"), None, [], [7], (7, 8),
        "TypeError: 'int' object does not support the context manager protocol",
        "TypeError: 'int' object is not iterable", ["a", "b"], [1],
    ]  # fmt: skip
    zero = "division by zero"
    assert log[:2] == ["closed", "end"]
    assert [(item[1], item[2]) for item in log if isinstance(item, tuple)] == [(zero, None)] * 3
