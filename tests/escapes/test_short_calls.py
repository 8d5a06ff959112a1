"""The short way of calls gives nothing away that the whole way would not, and leaves nothing behind."""

from __future__ import annotations

import decimal
import gc
import time
from decimal import Decimal
from typing import Any

import pytest

from codeact_sdk import Interpreter, Limits
from codeact_sdk.events import Observation
from codeact_sdk.interpreter.journal import Journal, Shape
from codeact_sdk.interpreter.quick import _shorten
from codeact_sdk.tools.tool import make_tool

WARM = "for _ in range(5):\n    add(1, 2), add(1, b=2), add('1', 2)\n"
"""After this, calls of these shapes take the short way."""


def add(a: int, b: int = 1) -> int:
    """Adds."""
    assert type(a) is type(b) is int
    return a + b


def name(text: str, note: str | None = None) -> str:
    """Gives a text back."""
    assert type(text) is str
    assert note is None or type(note) is str
    return text


def run(code: str, *tools: Any, **limits: Any) -> Observation:
    """Runs one action in which the short way is open."""
    with Interpreter(
        tools=[add, *tools], limits=Limits(**{"tool_calls": None, "seconds": 20, **limits})
    ) as interpreter:
        return interpreter.run(WARM + code)


@pytest.mark.parametrize("levels", range(6))
def test_a_call_at_the_last_frame_of_the_stack_leaves_no_tool_running(levels: int) -> None:
    """Where there is no room to call the tool there is none to clean up by a call: the clock must stop what follows."""
    code = f"""
def f():
    try:
        f()
    finally:
        add(1, 2)
def down(n):
    return down(n - 1) if n else f()
try:
    down({levels})
except RecursionError:
    pass
while True: pass
"""
    with Interpreter(tools=[add], limits=Limits(seconds=0.5, tool_calls=None)) as interpreter:
        seen = interpreter.run(WARM + code)
        assert (seen.status, seen.error.message) == ("limit", "seconds: the action ran longer than 0.5 s")
        end = time.monotonic() + 30
        while (after := interpreter.run("5")).error is not None and time.monotonic() < end:
            time.sleep(0.05)  # on a busy machine the thread may need a moment
        assert after.value == 5


@pytest.mark.parametrize("levels", range(4))
@pytest.mark.parametrize("warm", ["", "for _ in range(5): same(1)\n"])
def test_an_async_call_at_the_last_frames_of_the_stack_is_a_recursion_error(
    levels: int, warm: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Asyncio neither waits for what it has lost on a full stack nor reports it to the process."""

    async def same(n: int) -> int:
        return n

    code = f"""
def f(n):
    try:
        f(n + 1)
    finally:
        same(n)
def down(n):
    return down(n - 1) if n else f(0)
try:
    down({levels})
except RecursionError:
    pass
"""
    with Interpreter(tools=[same], limits=Limits(seconds=20, tool_calls=None)) as interpreter:
        seen = interpreter.run(warm + code)
        assert seen.status == "ok", seen.error
        assert {(call.error or "RecursionError").partition(":")[0] for call in seen.calls} == {"RecursionError"}
        assert interpreter.run("same(3)").value == 3
        assert interpreter.run("await same(4)").value == 4
    gc.collect()
    assert capfd.readouterr() == ("", "")


def test_a_call_without_room_on_the_stack_is_recorded() -> None:
    """What happened is told as far as it is known, and later calls have their own results."""
    code = "def f(n):\n    try:\n        return f(n + 1)\n    finally:\n        add(n, 2)\ntry:\n    f(0)\nexcept RecursionError:\n    pass\nadd(40, 2)"
    calls = run(code).calls
    assert [call.n for call in calls] == list(range(1, len(calls) + 1))
    assert all(call.result == call.arguments["a"] + call.arguments["b"] for call in calls if call.error is None)
    assert {call.error.partition(":")[0] for call in calls if call.error} <= {"RecursionError"}
    assert calls[-1].result == 42


def test_numbers_and_texts_of_own_classes_reach_no_tool_as_they_are() -> None:
    """The types are compared exactly, so an object with methods of the program goes the way that takes them off."""
    code = """
class N(int):
    def more(self): return 'mine'
class S(str):
    def upper(self): return 'mine'
for _ in range(5): name('x'), name('x', note='y')
add(N(3), N(4)), add(True, 2), name(S('ab')), name('x', note=S('q'))
"""
    seen = run(code, name)
    assert seen.value == (7, 3, "ab", "x")
    assert all(type(value) in (int, str) for call in seen.calls for value in call.arguments.values())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("add(1, 2, 3)", "3 positional arguments were given, at most 2 are possible"),
        ("add(1, a=2)", "a: given twice, by position and by name"),
        ("add(1, **{'b': 2, 'c': 3})", "c: no such parameter"),
        ("add(1, **D(b='x'))", "b: got 'x'"),
        ("add(1, **{'not a name': 2})", "not a name: no such parameter"),
        ("add(1, **{S('c'): 2})", "c: no such parameter"),
        ("add(1, budget=2)", "budget: no such parameter"),
        ("add(1, self=2)", "self: no such parameter"),
        ("add('x', 2)", "a: got 'x'"),
        ("add('x', b='y')", "a: got 'x'"),
        ("add(b=2)", "a: missing, must be int"),
        ("add()", "a: missing, must be int"),
        ("add(None, 2)", "a: got None"),
    ],
)
def test_wrong_calls_are_told_in_the_same_words(call: str, message: str) -> None:
    """The short way never judges: what it does not know goes the whole way."""
    code = f"class D(dict): pass\nclass S(str): pass\ntry:\n    {call}\nexcept ToolArgumentError as e:\n    said = str(e)\nsaid"
    with Interpreter(tools=[add], check="off") as interpreter:
        first = interpreter.run(code)
        interpreter.run(WARM)
        again = interpreter.run(code)
    assert message in first.value
    assert again.value == first.value


def test_names_of_a_call_are_compared_by_identity() -> None:
    """A key of an own class is text, and is no name that was seen before."""
    code = "class S(str):\n    def __eq__(self, other): return True\n    def __hash__(self): return hash('b')\nadd(1, **{S('zz'): 2})"
    seen = run(code)
    assert seen.status == "error"
    assert run("add(1, **{''.join(['b']): 2})").value == 3


def test_a_tool_computes_with_the_host_s_numbers() -> None:
    """What model code sets for its own decimal numbers does not reach a tool, whichever way it is called."""

    def third(n: int) -> str:
        return str(Decimal(1) / n)

    code = "for _ in range(5): third(3)\nimport decimal\ndecimal.getcontext().prec = 3\nthird(3), third(n=3), third(3)"
    with decimal.localcontext() as context:
        context.prec = 40
        with Interpreter(tools=[third]) as interpreter:
            assert {len(text) for text in interpreter.run(code).value} == {42}
            assert {len(text) for text in interpreter.run("[third(3) for _ in range(9)]").value} == {42}
    with Interpreter(tools=[third]) as interpreter:
        assert {len(text) for text in interpreter.run(code).value} == {30}
        assert {len(text) for text in interpreter.run("[third(3) for _ in range(9)]").value} == {30}


def test_the_limit_of_calls_is_exact() -> None:
    """Calls of both ways are counted together."""
    for most in (1, 2, 3, 4, 10, 17):
        with Interpreter(tools=[add], limits=Limits(tool_calls=most)) as interpreter:
            for _ in range(2):
                seen = interpreter.run("while True:\n    add(1, 2), add([1][0], b=2)")
                assert seen.error.message.startswith(f"tool_calls: more than {most} tool calls")
                assert len(seen.calls) == most


def test_no_call_is_made_when_a_limit_is_spent() -> None:
    """The short way looks at the budget as the other does."""
    made: list[int] = []

    def note(n: int) -> int:
        made.append(n)
        return n

    code = "for _ in range(5): note(1)\ntry:\n    while True: pass\nfinally:\n    note(2)"
    assert run(code, note, seconds=0.3).status == "limit"
    assert made == [1] * 5
    made.clear()
    answered = run("for _ in range(5): note(1)\ntry:\n    answer(1)\nfinally:\n    note(2)", note)
    assert (answered.status, made) == ("answered", [1] * 5)


def test_calls_within_a_callback_are_recorded_in_their_order() -> None:
    """A tool may keep a function and call it while another call of the short way runs."""
    kept: list[Any] = []

    def keep(function: object) -> None:
        kept.append(function)

    def outer(n: int) -> int:
        return int(kept[0](n)) if n > 1 else n

    code = """
for _ in range(5): outer(1)
keep(lambda n: add(n, 1) + outer(n - 1))
got = outer(3)
"""
    seen = run(code + "got", outer, keep)
    assert seen.value == 4 + 3 + 1
    calls = [(call.tool, call.arguments, call.result) for call in seen.calls][-5:]
    assert calls == [
        ("outer", {"n": 3}, 8),
        ("add", {"a": 3, "b": 1}, 4),
        ("outer", {"n": 2}, 4),
        ("add", {"a": 2, "b": 1}, 3),
        ("outer", {"n": 1}, 1),
    ]
    kept.clear()
    failing = run(code.replace("add(n, 1)", "add(n, 1) // (n - 2)") + "got", outer, keep)
    assert failing.error.type == "ZeroDivisionError"
    divided = "ZeroDivisionError: integer division or modulo by zero"
    assert [(call.tool, call.error) for call in failing.calls][-4:] == [
        ("outer", divided), ("add", None), ("outer", divided), ("add", None),
    ]  # fmt: skip


def test_a_generator_of_another_action_calls_in_the_one_that_runs_it() -> None:
    """Its calls count and are recorded where they are made."""
    with Interpreter(tools=[add], limits=Limits(tool_calls=20)) as interpreter:
        interpreter.run("def g():\n    while True:\n        yield add(1, 2)\nx = g()\nfor _ in range(6): next(x)")
        seen = interpreter.run("[next(x) for _ in range(7)]")
        assert (seen.value, len(seen.calls), seen.calls[0].n) == ([3] * 7, 7, 7)
        assert interpreter.run("while True: next(x)").error.message.startswith("tool_calls: more than 20")


def test_a_long_text_is_cut_for_the_record_only() -> None:
    """The record of a call has a bound, whichever way it takes."""
    seen = run("for _ in range(5): name('x')\nlen(name('y' * 2_000_000)), len(name('z' * 1_000_000))", name)
    assert seen.value == (2_000_000, 1_000_000)
    long, fits = seen.calls[-2:]
    assert len(str(long.arguments["text"])) < 1_100_000
    assert (len(fits.arguments["text"]), len(fits.result)) == (1_000_000, 1_000_000)


def test_a_tool_that_was_shortened_is_the_same_to_model_code() -> None:
    """Its class has another method, which nobody reaches."""
    with Interpreter(tools=[add], check="off") as interpreter:
        looks = "repr(add), type(add).__name__, add.__name__, isinstance(add, type(add)), callable(add)"
        first = interpreter.run(looks).value
        interpreter.run(WARM)
        assert interpreter.run(looks).value == first
        for way in (
            "add.__call__.__globals__",
            "type(add).__call__(add, 1)",
            "add.__call__.__closure__",
            "type(add)(1)",
        ):
            assert interpreter.run(way).status == "error"


def test_what_a_tool_returns_is_judged_on_the_short_way_too() -> None:
    """Only a result of exactly the declared type passes without a look."""

    class Sly(int):
        def bit_length(self) -> int:
            return 99

    def sly(n: int) -> int:
        return Sly(n)

    def wrong(n: int) -> int:
        return "text"  # type: ignore[return-value]

    code = "for _ in range(5): sly(1)\nsly(70).bit_length(), type(sly(1)) is int"
    assert run(code, sly).value == (7, True)
    code = "said = set()\nfor _ in range(6):\n    try: wrong(1)\n    except ToolError as e: said.add(str(e))\nlen(said), 'fault of the tool' in said.pop()"
    assert run(code, wrong).value == (1, True)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("add()", "missing"),
        ("lost(1)", "ToolDefinitionError"),
    ],
)
def test_a_call_that_never_succeeds_gets_no_short_way(call: str, said: str) -> None:
    """However often it is made, it is refused in the same words."""

    class Unknown:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            raise RuntimeError

    def lost(a): ...

    lost.__annotations__["a"] = Unknown

    code = f"told = []\nfor _ in range(6):\n    try:\n        {call}\n    except Exception as e:\n        told.append(f'{{type(e).__name__}}: {{e}}')\ntold"
    with Interpreter(tools=[add, lost]) as interpreter:
        seen = interpreter.run(code)
    assert seen.status == "ok", seen.error
    assert len(seen.value) == 6
    assert len(set(seen.value)) == 1, seen.value
    assert said in seen.value[0]


def test_a_limit_between_the_end_of_a_call_and_its_return_ends_no_other() -> None:
    """The call has ended once, as it did first; a second end belongs to nobody."""
    journal = Journal(lambda value: value)
    journal.log.extend((Shape(make_tool(add), ("a",)), 1, 10.0, 2, 11.0, KeyboardInterrupt, 12.0))
    (call,) = journal.calls()
    assert (call.result, call.error) == (2, None)


def test_names_that_a_tool_does_not_have_get_no_short_way() -> None:
    """What could not be called the whole way is never compiled."""
    made = make_tool(name)
    assert not _shorten(None, None, made, None, args=(), kwargs={"texts": "a"})
    assert made.checks(("text", "text"), (str, str)) is None
    assert made.checks(("text",), (str,)) == (None,)
