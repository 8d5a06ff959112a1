"""Names are there when code mentions them, and only then."""

from __future__ import annotations

import builtins

import pytest

from codeact_sdk import Interpreter
from codeact_sdk.interpreter.bindings import _OF_GUARDS
from codeact_sdk.interpreter.compiler import compile_action
from codeact_sdk.interpreter.session import Session

from .conftest import Act


def test_a_session_holds_what_its_actions_mention(session: Session) -> None:
    """Not the whole table: it would be most of what a session weighs."""
    session.run("print(len([1]))")
    names = {name for name in session._namespace["__builtins__"] if not name.startswith("_")}
    assert names == {"print", "len"}
    assert len(session._guards.builtins) > 100
    assert {"sum", "ValueError", "answer", "type"} <= set(session._guards.builtins)


@pytest.mark.parametrize(
    "code",
    [
        "f = lambda: [max(x) for x in [[1], [2]]]\nf()",
        "class A:\n    size = len('abc')\n    def f(self): return sorted([2, 1])\nA.size, A().f()",
        "def f(*, key=abs): return (lambda: key(min(-1, 2)))()\nf()",
        "eval('sum([1, 2])'), exec('y = divmod(7, 2)'), y",
        "exec('def g(): return round(2.5)')\ng()",
        "d = {}\nexec('def g(): return list(zip([1]))', d)\nd['g']()",
        "print = 5\ndel print\nprint(1)",
        "async def f(): return any([1])\nawait f()",
        "def g():\n    yield from reversed([1, 2])\nlist(g())",
        "match 5:\n    case int(x): y = chr(65 + x)\ny",
        "globals()['len'] = 3\ndel len\nlen([])",
    ],
)
def test_names_are_found_wherever_they_are_mentioned(act: Act, code: str) -> None:
    """In functions, classes, comprehensions and texts, and where a variable has hidden them before."""
    assert act(code).error is None


def test_a_name_that_a_variable_hid_is_there_for_a_later_action(act: Act) -> None:
    """The action that mentions it may not be the one that uncovers it."""
    act("sorted = 5")
    act("def f(): return sorted([2, 1])")
    assert act("f()").error.type == "TypeError"
    act("del sorted")
    assert act("f()").value == [1, 2]


def test_every_builtin_is_found_by_its_mention() -> None:
    """Each name of the table, in an action that mentions nothing else."""
    with Interpreter() as interpreter:
        known = [name for name in interpreter._session._guards.builtins if not name.startswith("__")]
    for name in known:
        with Interpreter() as interpreter:
            seen = interpreter.run(f"x = {name}\n1")
            assert seen.error is None, name
            assert interpreter._session._namespace["x"] is interpreter._session._guards.builtins[name]


def test_the_names_of_an_action_are_all_that_its_code_can_load() -> None:
    """Nested code included; guards too."""
    code = "def f():\n    class A:\n        x = [len(y) for y in z]\n    return lambda: print(A) + B.c\nfor i in f(): i.d %= 2"
    names = set(compile_action(code, "action 1").names)
    assert {"len", "print", "z", "f", "B"} <= names
    assert names & _OF_GUARDS


def test_tools_and_packs_are_made_when_they_are_mentioned() -> None:
    """A session with many tools costs what its actions use."""

    def one(x: int) -> int:
        """One."""
        return x

    def two(x: int) -> int:
        """Two."""
        return x

    with Interpreter(tools=[one, two]) as interpreter:
        assert interpreter.run("one(3)").value == 3
        made = interpreter._session._parts.bindings._tools._made
        assert (made["one"] is not None, made["two"]) == (True, None)
        assert interpreter.run("one is one, two(4)").value == (True, 4)


def test_what_only_the_observation_needed_is_let_go(session: Session) -> None:
    """A session that waits holds neither the last value nor the calls of its last action."""
    assert len(session.run("[0] * 1000").value) == 1000
    assert session._namespace["@value"] is None
    assert len(session._parts.journal.calls()) == 0


def test_names_of_python_itself_are_not_put_there(session: Session) -> None:
    """What C code looks up by itself is all that is there without a mention."""
    session.run("1")
    assert set(session._namespace["__builtins__"]) == {"__build_class__", "__import__"}
    assert session._namespace["__builtins__"] is not vars(builtins)
