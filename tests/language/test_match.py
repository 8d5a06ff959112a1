"""The `match` statement: every kind of pattern."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary

CLASSIFY = """
class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y

def f(v):
    match v:
        case 0 | 1:
            return "small"
        case -5:
            return "minus five"
        case "text" as t:
            return t
        case None | True:
            return "singleton"
        case []:
            return "empty"
        case [x]:
            return "one", x
        case [x, *rest] if x == "go":
            return "go", rest
        case (1, 2, *_):
            return "starts"
        case {"kind": "a", **rest}:
            return "a", rest
        case {"k": [first, _]}:
            return "nested", first
        case P(0, y=y):
            return "x is 0", y
        case P(x=x):
            return "P", x
        case int() | float() as n if n > 100:
            return "big", n
        case str(s):
            return "str", s
        case _:
            return "other"
"""


@pytest.mark.parametrize(
    "value",
    [
        "0", "1", "-5", "'text'", "None", "True", "[]", "['a']", "['go', 1, 2]", "[1, 2, 3]", "(1, 2)",
        "{'kind': 'a', 'z': 1}", "{'k': [7, 8]}", "P(0, 3)", "P(4, 5)", "500", "100.5", "'word'", "{}", "b''", "3j",
    ],
)  # fmt: skip
def test_patterns(value: str) -> None:
    """Each value takes the case that it takes in CPython."""
    assert_ordinary(f"{CLASSIFY}\nf({value})")


@pytest.mark.parametrize(
    "code",
    [
        "match [1, [2, {'a': 3}]]:\n    case [int(x), [y, {'a': z}]]:\n        print(x, y, z)",
        "match {'_id': 1}:\n    case {'_id': _id}:\n        print(_id)",
        "match 5:\n    case 6:\n        print('no')\nprint('fell through')",
        "from enum import Enum\nclass C(Enum):\n    A = 1\nmatch C.A:\n    case C.A: print('A')",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int\nmatch P(1, 2):\n    case P(1, y): print(y)",
        "match 1:\n    case str(a, b): pass\n    case int(a, b): pass",
        "match 1, 2:\n    case a, b if a > b: print('gt')\n    case a, b: print('le')",
        "match 'x':\n    case 'x' | 'y' as letter: print(letter)",
    ],
)
def test_more_patterns(code: str) -> None:
    """Nested, guarded and enum patterns."""
    assert_ordinary(code)
