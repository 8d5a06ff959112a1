"""What a model may have meant, in the cases that need a look at what variables held."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codeact_sdk.interpreter.hints import Scene, hint_for
from codeact_sdk.observations import Observation

Act = Callable[[str], Observation]


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("data = {'a': [1, 2]}\ndata['a'][5]", "data['a'] has 2 items: the last index is 1"),
        ("rows = [[1], []]\nrows[-1][0]", "rows[-1] is empty"),
        ("rows = [[1]]\nrows[7][0]", "rows has 1 item: the last index is 0"),
        ("rows = ([1], [2])\nkey = 3\nrows[key]", "rows has 2 items: the last index is 1, 3 was asked for"),
        (
            "class A:\n    def __init__(self):\n        self.items = [1]\na = A()\na.items[3]",
            "a.items has 1 item: the last index is 0",
        ),
        ("class A: pass\na = A()\na.rows[3]", ""),
        ("codes = {(1, 2): 'a'}\ncodes[(1, 3)]", ""),
        ("codes = {(1, 2): ['a']}\ncodes[(1, 2)][4]", ""),
        ("codes = {'a': None}\ncodes['a'].upper()", "codes['a'] is None: look at where it was set"),
        ("n = None\nn[0]", "n is None: look at where it was set"),
        ("n = None\nfor x in n:\n    pass", "n is None: look at where it was set"),
        ("codes = {}\ncodes['a']", "the dict is empty"),
        ("codes = {(1,): 2}\ncodes['a']", ""),
        ("def f(a, *rest, b=1, **more): pass\nf()", "it is called as f(a, *rest, b, **more)"),
        ("def f(*, b): pass\nf(1)", "it is called as f(*, b)"),
        ("class A:\n    def f(self, x): pass\nA().f()", ""),
        ("class A:\n    def f(self, x): pass\na = A()\na.f()", ""),
        ("class A:\n    def __init__(self, x): pass\nA()", "it is called as __init__(x)"),
        ("next(iter([]))", "the iterator has ended: use a for loop, or next(x, None)"),
        ("int('a', 'b', 'c')", ""),
        ("f = len\nf(1, 2)", ""),
        (f"rows = [1]\nrows[{' ' * 1_200}5]", ""),
        ("rows = [1]\nrows[\n    5\n]", ""),
        ("n = None\n[x for x in n]", "n is None: look at where it was set"),
        ("rows = [[1]]\nrows[0.5][0]", ""),
        ("s = 'ab'\ns[0][5]", ""),
        ("codes = {0.5: []}\ncodes[0.5][0]", ""),
        ("names = ['a']\nnames[0][7]", "names[0] has 1 item: the last index is 0"),
        ("x = [(1, 2) (3, 4)]", "a comma may be missing before the bracket"),
    ],
)
def test_hints_by_what_was_held(act: Act, code: str, hint: str) -> None:
    """Values are looked at without running their methods; where that is not possible nothing is said."""
    error = act(code).error
    assert error is not None
    assert error.hint == hint


def test_long_names_are_not_compared(act: Act) -> None:
    """Comparing takes time with the square of the length."""
    name = "x" * 80
    assert act(f"class A: pass\na = A()\na.{name}y = 1\na.{name}").error.hint == ""


def test_an_error_without_a_place_has_no_hint() -> None:
    """Where no code of an action failed there is nothing to look at."""
    assert hint_for(IndexError("list index out of range"), Scene(), (), {}) == ""


def test_objects_with_many_attributes_are_looked_at_in_part(act: Act) -> None:
    """The search for what was meant ends."""
    code = "class A: pass\na = A()\nfor n in range(3_000):\n    setattr(a, f'x{n}', n)\na.x1x"
    assert act(code).error.hint.startswith("did you mean .x1")


def test_dicts_with_many_keys_are_looked_at_in_part(act: Act) -> None:
    """A key that is far behind is not found, and the keys that are listed are few."""
    error = act("codes = {f'key {n}': n for n in range(3_000)}\ncodes['zzz']").error
    assert error.hint.endswith("'key 9', ... (3,000 in all)")
