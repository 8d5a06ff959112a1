"""Functions, arguments, closures, decorators and generators."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "def f(a, b=2, *args, c, d=4, **rest):\n    return a, b, args, c, d, rest\nf(1, c=3), f(1, 5, 6, 7, c=8, z=9), f(*[1, 2], **{'c': 3})",
        "def f(a, /, b, *, c):\n    return a, b, c\nf(1, b=2, c=3)",
        "def f(a, /):\n    pass\nf(a=1)",
        "def f(a):\n    pass\nf()",
        "def f(a):\n    pass\nf(1, 2)",
        "def f(a):\n    pass\nf(1, a=2)",
        "def f(*, a):\n    pass\nf(b=1)",
        "def f(x=[]):\n    x.append(1)\n    return x\nf()\nf()",
        "def f():\n    'Docs.'\nf.__doc__, f.__name__, f()",
        "f = lambda x, *a, k=1, **kw: (x, a, k, kw)\nf(1, 2, z=3), f.__name__",
        "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\nfact(20)",
        "def f():\n    return f\nf() is f",
        "def _helper():\n    return 1\ndef __also():\n    return 2\n_helper() + __also()",
        "max(*[1, 2], *[3]), print(*'ab', sep='-', end='!\\n')",
        "def f(n): return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print('deep')",
    ],
)
def test_calls_and_arguments(code: str) -> None:
    """Every kind of parameter, and the errors of wrong calls."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "def counter():\n    n = 0\n    def add(by=1):\n        nonlocal n\n        n += by\n        return n\n    return add\nc = counter()\nc(), c(5), counter()()",
        "total = 0\ndef add(x):\n    global total\n    total += x\nadd(3)\nadd(4)\ntotal",
        "x = 1\ndef f():\n    print(x)\n    x = 2\nf()",
        "def f():\n    def g():\n        return y\n    y = 3\n    return g\nf()()",
        "def f():\n    global made\n    made = 1\nf()\nmade",
        "x = 'global'\nclass A:\n    x = 'class'\n    def f(self):\n        return x\nA().f()",
        "def f():\n    try:\n        return 1\n    finally:\n        print('cleanup')\nf()",
    ],
)
def test_scopes(code: str) -> None:
    """`global`, `nonlocal`, closures and class scopes."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "def twice(f):\n    def g(*a, **k):\n        return f(*a, **k) * 2\n    return g\n@twice\ndef three():\n    return 3\nthree()",
        "from functools import wraps\ndef deco(f):\n    @wraps(f)\n    def g(*a):\n        return f(*a)\n    return g\n@deco\ndef hello():\n    'Doc.'\n    return 1\nhello.__name__, hello.__doc__, hello.__wrapped__(), hello()",
        "def times(n):\n    def deco(f):\n        return lambda *a: f(*a) * n\n    return deco\n@times(3)\n@times(2)\ndef one():\n    return 1\none()",
        "from functools import lru_cache, cache, partial, reduce\n@lru_cache(maxsize=None)\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n@cache\ndef g(x):\n    print('once')\n    return x\nfib(50), g(1), g(1), partial(max, 3)(2), reduce(lambda a, b: a * b, [1, 2, 3])",
        "def register(cls):\n    cls.tag = 'seen'\n    return cls\n@register\nclass A: pass\nA.tag",
    ],
)
def test_decorators(code: str) -> None:
    """Decorators with and without arguments, on functions and classes."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "def gen():\n    x = yield 1\n    print('got', x)\n    yield 2\n    return 'end'\ng = gen()\nnext(g), g.send('s'), next(g, 'over')",
        "def inner():\n    yield 1\n    return 'r'\ndef outer():\n    r = yield from inner()\n    print(r)\n    yield from 'ab'\nlist(outer())",
        "def gen():\n    try:\n        yield 1\n    except ValueError as e:\n        print('caught', e)\n        yield 2\n    finally:\n        print('closed')\ng = gen()\nnext(g)\ng.throw(ValueError('v'))\ng.close()",
        "def gen():\n    yield 1\ng = gen()\ng.close()\nnext(g)",
        "def countdown(n):\n    while n:\n        yield n\n        n -= 1\nlist(countdown(3)), sum(countdown(4))",
        "from itertools import islice\ndef naturals():\n    n = 0\n    while True:\n        yield n\n        n += 1\nlist(islice(naturals(), 5))",
        "def g():\n    yield\n    raise StopIteration\nlist(g())",
    ],
)
def test_generators(code: str) -> None:
    """`yield`, `send`, `throw`, `close` and `yield from`."""
    assert_ordinary(code)
