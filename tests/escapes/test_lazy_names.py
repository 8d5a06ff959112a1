"""Names that are made when code mentions them: nothing gets in their place, and none belongs to another session."""

from __future__ import annotations

import asyncio
import sys

import pytest

from codeact_sdk import Interpreter, Limits, tool


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("globals()['@checked'] = print", "KeyError: \"the name '@checked' cannot be set\""),
        ("globals().update({'@own': set()})", "KeyError: \"the name '@own' cannot be set\""),
        ("vars()['@writable'] = lambda x: x", "KeyError: \"the name '@writable' cannot be set\""),
        ("locals().setdefault('@import', print)", "KeyError: \"the name '@import' cannot be set\""),
        ("globals()['@import']", "KeyError: '@import'"),
        (
            "exec('1', globals(), {'@checked': print, '@import': print})\nimport os",
            "ModuleNotFoundError: no module 'os' here",
        ),
        ("exec('(1).real.__class__.__base__', {'@special': lambda *a: 1})", "SyntaxError"),
        ("exec('import os', {'@import': lambda *a: 1})", "ModuleNotFoundError: no module 'os' here"),
        ("d = {'__builtins__': {'len': print}}\nexec('len(5)', d)", "TypeError: object of type 'int' has no len()"),
        ("exec('print(1)', {'__builtins__': {}})", "NameError: name 'print' is not defined"),
        ("print\nexec('print(1)', {'__builtins__': {}})", "NameError: name 'print' is not defined"),
        ("exec('eval(\"print(1)\")', {'__builtins__': {'eval': 1}})", "NameError: name 'print' is not defined"),
        ("exec('class A: pass', {'__builtins__': {}})", "NameError: __build_class__ not found"),
        (
            "d = {'__builtins__': {}}\nexec('def f(): return len([])', d)\nlen\nd['f']()",
            "NameError: name 'len' is not defined",
        ),
    ],
)
def test_nothing_takes_the_place_of_a_name(refused, code, refusal):
    """A guard that is not there yet cannot be put there, and builtins that were taken away do not come back."""
    assert refused(code).startswith(refusal)


def test_a_function_of_one_session_uses_its_own_names():
    """Whatever session calls it, and whatever that one has mentioned."""
    with Interpreter() as one, Interpreter() as two:
        one.run("def f(): return print('of one')\nlast = []\ndef g(): return eval('last')")
        two._session._namespace |= {"f": one.variables["f"], "g": one.variables["g"]}
        assert two.run("f()").stdout == ""
        assert two.run("g()").value == []
        assert "last" not in two.variables


def test_sessions_share_no_builtin_that_can_be_told_apart():
    """What belongs to a session is made for each, and their dicts are their own."""
    with Interpreter() as one, Interpreter() as two:
        mine, others = (interpreter._session._guards.builtins for interpreter in (one, two))
        for name in ("print", "eval", "type", "getattr", "id", "answer", "globals", "sum", "__build_class__"):
            assert mine[name] is not others[name]
            assert mine[name] == mine[name]
        assert mine.builtins is not others.builtins


def _dives(call: str) -> str:
    return (
        f"def dive(n):\n    return dive(n - 1) if n else {call}\ngot = 0\nfor depth in range(1500):\n"
        "    if depth > 600:\n        try:\n            dive(depth)\n            got += 1\n        except RecursionError:\n            pass\ngot"
    )


async def pause() -> int:
    """Waits a moment."""
    await asyncio.sleep(0)
    return 1


@tool(timeout_s=5)
def brief() -> int:
    """Runs in a thread of its own."""
    return 1


@pytest.mark.parametrize("call", ["pause()", "brief()"])
def test_tools_that_are_called_at_the_end_of_the_stack_stop_nobody(call, monkeypatch):
    """Whichever step of a hand-over fails for want of stack, the threads of other sessions are still woken."""
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)  # a coroutine that fell at the end of the stack is told

    async def main() -> tuple[object, list[object]]:
        with Interpreter(tools=[pause, brief], limits=Limits(tool_calls=None)) as diver:
            seen = await diver.arun(_dives(call))
        others = [Interpreter(tools=[pause, brief]) for _ in range(8)]
        for code in ("await pause() + brief()", "pause() + brief()"):
            found = await asyncio.wait_for(asyncio.gather(*(other.arun(code) for other in others)), 20)
        for other in others:
            other.close()
        return seen, [item.value for item in found]

    seen, values = asyncio.run(main())
    assert seen.error is None
    assert seen.value > 0
    assert values == [2] * 8
