"""A variable that the compiler takes for a number holds one: no form of binding slips a list past it."""

from __future__ import annotations

import pytest

N = "n = 10**9\n"


@pytest.mark.parametrize(
    "code",
    [
        "def f(x, n):\n    for i in range(2):\n        y = x * n\nf([0], 10**9)",
        "def f(x=[0], n=10**9):\n    for i in range(2):\n        y = x * n\nf()",
        "def f(n, *x):\n    for i in range(2):\n        y = x * n\nf(10**9, 0)",
        "def f(n):\n    x = 1\n    def g():\n        nonlocal x\n        x = [0]\n    for i in range(2):\n        g()\n        y = x * n\nf(10**9)",
        "x = 1\ndef g():\n    global x\n    x = [0]\ndef f(n):\n    for i in range(2):\n        g()\n        y = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    for x in [[0]]:\n        y = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    for i, x in [(1, [0])]:\n        y = x * n\nf(10**9)",
        "def f(n):\n    x, *rest = 1, 2\n    for i in range(2):\n        y = rest * n\nf(10**9)",
        "def f(n):\n    x, y = 1, [0]\n    for i in range(2):\n        x, y = y, x\n        z = x * n, y * n\nf(10**9)",
        "def f(n):\n    x = y = [0]\n    for i in range(2):\n        z = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    for i in range(2):\n        (x := [0])\n        y = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    match [0]:\n        case x: pass\n    for i in range(2):\n        y = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    match [0]:\n        case [*x]: pass\n    for i in range(2):\n        y = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    match {'a': 0}:\n        case {'a': y, **x}: pass\n    for i in range(2):\n        y = list(x) or [0]\n        y = y * n\nf(10**9)",
        "from contextlib import nullcontext\ndef f(n):\n    x = 1\n    with nullcontext([0]) as x:\n        for i in range(2):\n            y = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    x = yield\n    for i in range(2):\n        y = x * n\ng = f(10**9)\nnext(g)\ng.send([0])",
        "import asyncio\nasync def g(): return [0]\nasync def f(n):\n    x = 1\n    for i in range(2):\n        x = await g()\n        y = x * n\nawait f(10**9)",
        "def f(n):\n    x = 1\n    for i in range(2):\n        x = [0] if i else 1\n        y = x * n\nf(10**9)",
        "def f(n):\n    x = 1\n    for i in range(2):\n        x = x and [0]\n        y = x * n\nf(10**9)",
        "class A:\n    def __sub__(self, other): return [0]\ndef f(x, n):\n    for i in range(2):\n        y = (x - 1) * n\nf(A(), 10**9)",
        "class A:\n    def __neg__(self): return [0]\ndef f(x, n):\n    for i in range(2):\n        y = -x * n\nf(A(), 10**9)",
        "class A:\n    def __lt__(self, other): return [0]\ndef f(x, n):\n    for i in range(2):\n        y = (x < 1) * n\nf(A(), 10**9)",
        "class I(int):\n    pass\ndef f(x, n):\n    for i in range(2):\n        y = x * n\nf('a', I(10**9))",
        "[x * 10**9 for x in [[0]]]",
        "def f(n):\n    x = 1\n    return [x * n for x in [[0]]]\nf(10**9)",
        "def f(n):\n    return [(lambda i: i * n)([0]) for i in range(3)]\nf(10**9)",
        "def f(n):\n    return [[i * n for i in [[0]]] for i in range(3)]\nf(10**9)",
        "def f(n):\n    return [x * n for i in range(2) if (x := [0])]\nf(10**9)",
        "def f(n, x):\n    return [i * x for i in range(n) if i]\nf(10**9, 'a')",
        "def f(n, x):\n    return sum(len(i * x) for i in range(n) if i > 10**5)\nf(10**9, 'a' * 10**5)",
        "n = 10**9\nfor i in range(2):\n    x = [0]\n    y = x * n",
        "n = 10**9\nx = 1\nfor i in range(2):\n    y = x * n\n    x = [0]",
        "n = 10**9\nx = 1\nexec('x = [0]')\nfor i in range(2):\n    y = x * n",
        "def g():\n    global x\n    x = [0]\nx = 1\nfor i in range(2):\n    g()\n    y = x * 10**9",
        "x = '%999999999d'\nfor i in range(2):\n    y = x % i",
        "def f(x):\n    for i in range(2):\n        x %= 5\nf('%999999999d')",
        "def f(n):\n    x = 1\n    class A:\n        def m(self):\n            nonlocal x\n            x = [0]\n    A().m()\n    for i in range(2):\n        y = x * n\nf(10**9)",
        "def f(x):\n    class A:\n        def m(self):\n            nonlocal x\n            x = [0]\n    A().m()\n    for i in range(2):\n        y = x * 10**9\nf(1)",
        "def f(x):\n    class A:\n        class B:\n            nonlocal x\n            x = [0]\n    for i in range(2):\n        y = x * 10**9\nf(1)",
        "def f(*x):\n    for i in range(2):\n        if i: x = 1\n        y = x * 10**9\nf(0)",
        "def f(*x):\n    for i in range(2):\n        x *= 10**9\nf(0)",
        "def f(*x):\n    y = 1\n    for i in range(2):\n        x, y = x, x\n        z = y * 10**9\nf(0)",
        "x = '%0999999999d'\nx %= -5",
        "x = '%999999999.1f'\nx %= 2.5",
        "x = {'a': '%999999999f'}\nx['a'] %= 2.5",
        "class A: pass\na = A()\na.x = '%999999999f'\na.x %= 2.5",
    ],
)
def test_no_binding_hides_a_list(attack, code):
    """What would be repeated a thousand million times is looked at, whatever it was before."""
    seen = attack(code, memory_bytes=50_000_000)
    refused = "a width above 1,000,000 is not available", "memory_bytes: the action "
    assert seen.status in ("limit", "error")
    assert seen.error.message.startswith(refused), seen.error


def test_a_range_that_is_not_one_gives_numbers_only(attack):
    """A loop over `range` was compiled for numbers: a function of that name may give nothing else."""
    with_own = "def f(n):\n    for i in range(2):\n        y = i * n\nf(3)\ndef range(n):\n    return [[0]]\nf(10**9)"
    seen = attack(with_own, memory_bytes=50_000_000)
    assert seen.error.message == "a loop over range(...) takes numbers only: give your own function another name"
    assert attack("def range(n):\n    yield n / 2\n[x for x in range(3)]").value == [1.5]


@pytest.mark.parametrize("operation", ["x * 1", "x + 1", "x % 1", "x < 1", "2 ** x"])
def test_a_range_gives_no_numbers_with_arithmetic_of_their_own(refused, operation):
    """A subclass of float may give a list where a number would give a number."""
    names = {"*": "mul", "+": "add", "%": "mod", "<": "lt", "*" * 2: "rpow"}
    name = names[operation.split()[1]]
    code = f"class R(float):\n    def __{name}__(self, other): return [0]\nrange = lambda n: [R(n)]\n[({operation}) * 10**9 for x in range(3)]"
    assert refused(code) == "TypeError: a loop over range(...) takes numbers only: give your own function another name"


def test_nonlocal_reaches_through_a_class(attack):
    """A name that a method of a class in the function sets anew is looked at where it is used, not once at the entry."""
    code = """
class P:
    def __init__(self): self._a = self._b = 1
def f(x):
    class A:
        nonlocal x
        y = x
        x = P()
    before = A.y
    def g(x=x): return x._a
    return x is before, x._a, x._b, g()
f(P())
"""
    assert attack(code).value == (False, 1, 1, 1)


def test_text_that_runs_between_operands_changes_none(attack):
    """What an operand was kept as is not what text that `exec` runs keeps by the same name."""
    code = """
k, q, a = 1, [0], 2
def f():
    exec("for j in range(1):\\n    z = (q + q) * (k + k)\\n    if 1:\\n        z = (q + q) * (k + k)", globals())
    return 3
for i in range(1):
    x = (a + 0) * f()
    y = (a + 0) % f()
x, y
"""
    assert attack(code).value == (6, 2)
