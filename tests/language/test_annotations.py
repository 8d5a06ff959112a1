"""Expressions that may grow stand where Python takes no `:=`, and behind what may not be computed."""

from __future__ import annotations

import sys

import pytest
from oracle import assert_ordinary

from codeact_sdk import Interpreter

NUMBERS = "a, b, c, d = 1, 2, 3, 4\n"


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(2):\n    def f(x: (a + b) * (c + d)) -> (a + b) * (c + d): pass\nf.__annotations__",
        "def g():\n    def f(x: (a + b) * (c + d), *y: f'{a}{b + c}', **z: (a + b) % (c + d)): pass\n    return f.__annotations__\ng()",
        "for i in range(2):\n    class C:\n        x: (a + b) * (c + d) = (a + b) * (c + d)\n        y: f'{a + b}{c * d}'\nC.__annotations__, C.x",
        "def f():\n    return [lambda x=(a + b) * (c + d): (x + 1) * (x + 2) for i in range(2)]\n[g() for g in f()]",
        "def g(): return f'{a:{(a + b) * (c + d)}}', f'{(a + b) * (c + d):>{(a + b) * (c + d)}}|', f'{a + b!r:>{c * d}}'\ng()",
        "def g():\n    n = 0\n    class A:\n        nonlocal n\n        n = (a + b) * (c + d)\n        m = n\n    return n, A.m\ng()",
    ],
)
def test_operators_in_annotations_and_defaults(code: str) -> None:
    """Each is computed, or kept as text, as in Python."""
    assert_ordinary(NUMBERS + code)


def test_annotations_that_are_text_are_the_text_that_was_written() -> None:
    """What guards are placed in is not shown."""
    code = "from __future__ import annotations\na = b = 2\nfor i in range(2):\n    def f(x: (a + b) * (a * b), y: list[a ** b] = 1, *z: 'q', k: f'{a}{b}{a * b}') -> a % b: pass\n    class A:\n        x: (a + b) * (b + b) = 3\n        y: a._b\nf.__annotations__, A.__annotations__"
    assert_ordinary(code)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are new in Python 3.12")
@pytest.mark.parametrize(
    "code",
    [
        "for i in range(2):\n    def f[T](x: (a + b) * (c + d), y=(a + b) * (c + d)) -> (a + b) * (c + d): return y\nf.__annotations__, f(1)",
        "def g():\n    def f[T](x: (a + b) * (c + d)) -> f'{a}{b + c}{d}': pass\n    return f.__annotations__\ng()",
        "for i in range(2):\n    class C[T: (a * b) * (c + d)]: pass\nC.__name__",
        "def g():\n    class C[T: (a * b) * (c + d)](dict if (a + b) * (c + d) else list): pass\n    return C(a=1)\ng()",
        "def g():\n    type X[T] = (a * b) * (c * d)\n    type Y = f'{a}{b + c}{(a + b) * (c + d)}'\n    type Z = [x * y for x in 'ab' for y in (1, 2)]\n    type W = lambda x: (x + a) * (x + b)\n    return str(X), str(Y), str(Z), str(W)\ng()",
        "def g():\n    def f[T: (a + b) * (c + d), *U, **W](x: T, y=1): return (y + 1) * (y + 2)\n    return f(1)\ng()",
        "def g(x):\n    class A[T: (x + 1) * (x + 2)]:\n        def m(self):\n            nonlocal x\n            x = 'q'\n    A().m()\n    return x * 3\ng(2)",
    ],
)
def test_operators_in_scopes_of_type_parameters(code: str) -> None:
    """Bounds, values of aliases, annotations and bases beside them are scopes of their own."""
    assert_ordinary(NUMBERS + code)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="defaults of type parameters are new in Python 3.13")
def test_operators_in_defaults_of_type_parameters() -> None:
    """As above."""
    assert_ordinary(NUMBERS + "def g():\n    type X[T = (a + b) * (c + d)] = list[T]\n    return str(X)\ng()")


@pytest.mark.parametrize("skipped", ["1 > 2 > (x := 5)", "assert True, (x := 5)", "1 > 2 > 3 > f'{(x := 5)}'"])
def test_a_name_that_may_not_be_set_is_that_of_an_earlier_action(skipped: str) -> None:
    """A top level that runs as a function has no such name for itself."""
    with Interpreter() as interpreter:
        interpreter.run("x = 7")
        assert interpreter.run(f"for i in range(2): pass\n{skipped}\nx").value == 7
