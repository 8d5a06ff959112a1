"""What a tool is given is data of exact builtin types, and what it gives shares nothing with the host."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from codeact_sdk import Interpreter


class Color(Enum):
    """An enum of the host."""

    RED = "red"


@dataclass
class Box:
    """A dataclass of the host."""

    items: list[int]
    color: Color


@pytest.fixture
def given(attack) -> Callable[[str], Any]:
    """What a tool without annotations is given for an expression; `setup` runs before."""

    def run(expression: str, setup: str = "") -> Any:
        seen: list[Any] = []

        def take(value):
            """Takes a value."""
            seen.append(value)

        observation = attack(f"{setup}\ntake({expression})", take)
        assert observation.error is None, observation.error
        return seen[0]

    return run


@pytest.mark.parametrize(
    ("expression", "setup", "kind"),
    [
        ("Text('x')", "class Text(str):\n    def upper(self): return 1", str),
        ("Many(3)", "class Many(int): pass", int),
        ("Part(0.5)", "class Part(float):\n    def __add__(self, other): return self", float),
        ("Raw(b'x')", "class Raw(bytes):\n    def __bytes__(self): return self", bytes),
        ("Items([1])", "class Items(list):\n    def __iter__(self): return iter([2])", list),
        ("Names(a=1)", "class Names(dict):\n    def items(self): return 5", dict),
        ("Color.RED", "from enum import Enum\nclass Color(Enum):\n    RED = 'red'", str),
        ("Shape(1)", "from dataclasses import dataclass\n@dataclass\nclass Shape:\n    x: int", dict),
        ("ValueError('x')", "", str),
        ("Sorry()", "class Sorry(Exception):\n    def __str__(self): return type('')('y')", str),
    ],
)
def test_own_subclasses_arrive_as_the_type_itself(given, expression, setup, kind):
    """A subclass may lie about what it holds, so the host gets what it holds."""
    if "__bytes__" in setup:
        with pytest.raises(AssertionError, match="cannot define __bytes__"):
            given(expression, setup)
        return
    assert type(given(expression, setup)) is kind


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("range(Many(1), Many(5))", lambda value: (value.start, value.stop, value.step)),
        ("Fraction(Many(1), Many(2))", lambda value: (value.numerator, value.denominator)),
        ("UUID(int=Many(7))", lambda value: (value.int,)),
    ],
)
def test_numbers_inside_scalars_are_exact(given, expression, parts):
    """Ranges, fractions and UUIDs keep the objects that they were made of."""
    setup = "from fractions import Fraction\nfrom uuid import UUID\nclass Many(int): pass"
    value = given(expression, setup)
    assert type(value) in (range, Fraction, UUID)
    assert {type(part) for part in parts(value)} == {int}


def test_a_fraction_of_own_objects_does_not_cross(attack):
    """A property of an own number can put any object into a fraction."""

    def take(value):
        """Takes a value."""

    setup = "class Evil: pass\nclass Many(int):\n    numerator = property(lambda self: Evil())\nfrom fractions import Fraction\n"
    seen = attack(f"{setup}take(Fraction(Many(1)))", take)
    assert seen.error.message == "a number made of Evil cannot be given away: make it from int"


def test_names_of_arguments_are_exact_text(attack):
    """A keyword may be given as an own subclass of `str`."""
    seen: list[type] = []

    def take(value: int) -> None:
        """Takes a value.

        Args:
            value: Anything.
        """

    with Interpreter(tools=[take], on_call_start=lambda _, __, arguments: seen.extend(map(type, arguments))) as interp:
        assert interp.run("class Name(str): pass\ntake(**{Name('value'): 1})").error is None
    assert seen == [str]


@pytest.mark.parametrize(
    "code",
    [
        "class Text(str): pass\nclass Shown:\n    def __repr__(self): return Text('x')\nShown()",
        "class Text(str): pass\nclass Sorry(Exception):\n    def __str__(self): return Text('x')\nraise Sorry",
        "class Text(str): pass\nclass Shown:\n    def __str__(self): return Text('x')\nprint(Shown(), sep=Text(), end=Text())",
        "class Text(str): pass\nText('x')",
        "class Text(str): pass\nanswer({Text('x'): Text('y')})",
        "class Text(str): pass\nraise ImportError(Text('x'), name=Text('y'))",
    ],
)
def test_observations_hold_no_own_objects(attack, code):
    """What a host reads of an action has no method that model code wrote."""
    seen = attack(code)
    error = seen.error
    texts = [seen.stdout, getattr(seen.value, "text", ""), getattr(seen.value, "type", "")]
    texts += [error.message, error.type, error.hint, error.traceback] if error else []
    texts += [text for pair in seen.answer.items() for text in (pair[0].text, pair[1].text)] if seen.answer else []
    assert {type(text) for text in texts} == {str}


def test_a_callback_gets_copies_and_gives_data(attack):
    """Neither side of a callback holds an object of the other."""
    secret = ["canary"]
    seen: list[Any] = []

    def each(function: Callable[..., Any]) -> None:
        """Calls back.

        Args:
            function: What to call.
        """
        seen.append(function(secret))

    assert (
        attack("class Text(str): pass\ndef f(x):\n    x.append('changed')\n    return Text('y')\neach(f)", each).error
        is None
    )
    assert secret == ["canary"]
    assert type(seen[0]) is str


def test_exceptions_of_callbacks_are_made_again(attack):
    """A tool that handles an exception of a callback must not run methods of model code."""
    seen: list[BaseException] = []

    def each(function: Callable[..., Any]) -> None:
        """Calls back.

        Args:
            function: What to call.
        """
        try:
            function()
        except Exception as error:  # noqa: BLE001
            seen.append(error)

    code = "class Sorry(Exception):\n    def __eq__(self, other): return True\n    __hash__ = None\ndef f(): raise Sorry('no')\neach(f)"
    assert attack(code, each).error is None
    assert (type(seen[0]).__name__, str(seen[0]), seen[0].__cause__) == ("ToolError", "Sorry: no", None)


def test_a_callback_is_dead_after_its_action():
    """A function that a tool keeps would run without limits, in whatever action calls the tool next."""
    kept: list[Callable[..., Any]] = []

    def keep(function: Callable[..., Any]) -> None:
        """Keeps a function.

        Args:
            function: What to keep.
        """
        kept.append(function)

    def call() -> None:
        """Calls what was kept."""
        kept[0]()

    with Interpreter(tools=[keep, call]) as interp:
        interp.run("keep(lambda: print('late'))")
        late = interp.run("call()")
    assert late.stdout == ""
    assert late.error.message == "a function of the action can be called only while the action runs"


def test_a_callback_is_dead_in_other_threads(attack):
    """A limit interrupts the action's own thread only."""
    errors: list[str] = []

    def start(function: Callable[..., Any]) -> None:
        """Calls in a thread.

        Args:
            function: What to call.
        """

        def work() -> None:
            try:
                function()
            except Exception as error:  # noqa: BLE001
                errors.append(str(error))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    assert attack("start(lambda: 1)", start).error is None
    assert errors == ["a function of the action can be called only in the thread of the action that gave it"]


def test_results_are_copies(attack):
    """Changing a result changes nothing of the host's."""
    box = Box([1], Color.RED)

    def get() -> Box:
        """Gives a box."""
        return box

    code = "b = get()\nb.items.append(2)\nb.color = 'x'\nb['items'] = 5\nsetattr(b, 'new', 1)\nvars(b).clear()"
    assert attack(code, get).error is None
    assert box == Box([1], Color.RED)


def test_members_of_enums_are_copies(attack):
    """The dict behind `__members__` is not handed out by comparing its proxy."""

    def get() -> Color:
        """Gives a colour."""
        return Color.RED

    code = """
found = []
class Spy:
    def __eq__(self, other):
        found.append(other)
        return True
    def __ror__(self, other):
        found.append(other)
members = type(get()).__members__
members == Spy()
members | Spy()
for item in found:
    item['BLUE'] = 1
len(found), list(type(get()).__members__)
"""
    assert attack(code, get).value == (2, ["RED"])


def test_a_handle_of_another_session_is_worth_nothing():
    """A handle gives the object back only where it was made."""

    class Thing:
        pass

    def make():
        """Makes a thing."""
        return Thing()

    seen: list[object] = []

    def use(thing):
        """Uses a thing."""
        seen.append(thing)

    with Interpreter(tools=[make, use]) as one, Interpreter(tools=[make, use]) as two:
        one.run("h = make()")
        kind = one.run("type(h).__name__, str(h)").value
        forged = two.run("h = make()\nuse(type(h)('Thing'))")
        copied = one.run("import copy\nuse(copy.copy(h))\nuse(copy.deepcopy(h))")
    assert kind == ("Handle", "<handle of a Thing: pass it to a tool>")
    assert forged.error.message == "the class Handle cannot be called here"
    assert copied.error is None
    assert [type(item) for item in seen] == [Thing, Thing]
