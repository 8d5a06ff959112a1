"""Conditions, loops and comprehensions."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "for x in range(5):\n    if x == 1:\n        continue\n    if x == 3:\n        break\n    print(x)\nelse:\n    print('never')",
        "for x in []:\n    pass\nelse:\n    print('else')",
        "n = 0\nwhile n < 3:\n    n += 1\nelse:\n    print('done', n)",
        "while True:\n    break\nelse:\n    print('never')",
        "for k, v in {'a': 1, 'b': 2}.items():\n    print(k, v)",
        "for x in 'ab':\n    for y in 'cd':\n        print(x + y, end=' ')",
        "d = {}\nfor d['k'] in range(2):\n    pass\nd",
        "x = 3\nif x > 5:\n    y = 1\nelif x > 2:\n    y = 2\nelse:\n    y = 3\ny",
        "for x in 5:\n    pass",
        "d = {1: 1}\nfor k in d:\n    d[k + 1] = 1",
        "pass",
        "assert 1 == 1\nassert 1 == 2, 'not equal'",
        "assert []",
    ],
)
def test_statements(code: str) -> None:
    """Loops with `else`, `break` and `continue`, conditions and assertions."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "[x * y for x in range(3) if x for y in range(x)]",
        "{x: x ** 2 for x in range(3)}, {x % 2 for x in range(5)}",
        "g = (x for x in range(3))\nnext(g), list(g), list(g)",
        "[[a for a in range(b)] for b in range(3)]",
        "x = 'outer'\n[x for x in range(3)]\nx",
        "[(lambda: i)() for i in range(3)], [f() for f in [lambda: i for i in range(3)]]",
        "def f(n):\n    return [x + n for x in range(2)]\nf(10)",
        "class A:\n    items = [1, 2]\n    doubled = [i * 2 for i in items]\nA.doubled",
        "sum(x for x in range(101)), ','.join(str(x) for x in range(3))",
        "[x for x in range(3) if (y := x) > 0]\ny",
        "[*(x for x in 'ab')], dict((k, 1) for k in 'ab')",
        "[x for x, *_ in [(1, 2, 3), (4, 5)]]",
        "list(zip([1, 2], 'ab')), list(map(str, [1])), list(filter(None, [0, 1])), list(enumerate('a', 1)), list(reversed([1, 2]))",
        "list(zip([1], [1, 2], strict=True))",
    ],
)
def test_comprehensions(code: str) -> None:
    """Comprehensions have their own scope and nest."""
    assert_ordinary(code)
