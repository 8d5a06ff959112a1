"""Every rule of Python's grammar that actions may use, in its plain and in its odd forms."""

from __future__ import annotations

import sys

import pytest
from oracle import assert_fails_alike, assert_ordinary

NEWER = sys.version_info >= (3, 12)


@pytest.mark.parametrize(
    "code",
    [
        "0xFF, 0b101, 0o17, 0XdeadBEEF, 1_000_000, 0x_ff, 00, 0_0",
        "3.14, 314., .5, 1e3, 1E-3, 3.e2, .5e1, 1_0.0_1e1_0, 1j, 2.5J, 0_7j",
        "-2**2, 2**-1, (-2)**2, ~-1, - -1, +-1, not not 1, 2**3**2",
        "'a' 'b' \"c\" '''d''' \"\"\"e\"\"\", r'\\n', R'\\d', b'x' b'y', rb'\\x', Rb'\\y', u'z', f'{1}' 'n'",
        "'\\x41\\u0042\\N{LATIN SMALL LETTER C}\\104\\\\\\'', '\\\na', '''x\\\ny\nz'''",
        "x = 1 + \\\n    2; y = (3 +\n  4); x, y",
        "..., Ellipsis, None, __name__",
        "(), (1,), (1, 2,), [], [1,], {}, {1,}, {1: 2,}, {**{1: 2}, 3: 4}, [*(), *[1]], (*'ab', 'c'), {*()}",
        "x = 1,\ny = *x, 2\nx, y",
        "1 < 2 < 3, 1 < 3 > 2 != 5 == 5, 1 in [1] in [[1]], 1 is 1 is not None, not 1 in [], 3 not in [3]",
        "1 if 0 else 2 if 0 else 3, (lambda: 1 if 0 else 2)(), [1 if x else 2 for x in (0, 1)]",
        "5 & 3 | 4 ^ 1 << 2 >> 1, 7 // 2 * 3 % 4 + 1 - -1, 6 / 4",
        "x = [1, 2, 3, 4, 5]\nx[0], x[-1], x[1:3], x[:2], x[3:], x[:], x[::2], x[::-1], x[4:1:-1], x[1:][0]",
        "class A:\n    def __getitem__(self, i): return i\na = A()\na[1], a[1:2], a[1, 2], a[1:2, ::3], a[...], a[()], a[*[1, 2], 3], a[:, None]",
        "class M:\n    def __init__(self, n): self.n = n\n    def __matmul__(self, o): return self.n * o.n\n    def __rmatmul__(self, o): return ('r', o)\n    def __imatmul__(self, o):\n        self.n = (self.n, o)\n        return self\nm = M(2)\nx = m @ M(3), 5 @ m\nm @= 7\nx, m.n",
        "(x := 5), x, [y := 1, y ** 2], {(z := 2): z}, (lambda: (w := 3))(), f'{(v := 4)}', v",
        "print((a := 1, b := 2)[1], a, b) or [last := i for i in range(3)] and last",
        "(lambda: 0)(), (lambda *a, **k: (a, k))(1, b=2), (lambda a, /, b=2, *c, d, e=5, **f: (a, b, c, d, e, f))(1, d=4, g=7), (lambda x: lambda y: x + y)(1)(2)",
        "f'{1!r:>{5}}{\"a\"!s}{3.14159:.{2}f}{{}}{1:{\"\"}}', f'{1=}, {1 = !r}', f'{(lambda x: x)(1)}', f'{ {1: 2}[1] }', f'{[1, 2][0]:03d}', rf'\\{1}'",
        "if 1: x = 1\nelse: x = 2\nwhile 0: pass\nelse: y = 3\nfor z in []: pass\nelse: w = 4\nx, y, w",
        "pass; x = 1; pass\nif x: pass; y = 2\nclass A: x = 1; y = 2\ndef f(): a = 1; return a\nx, y, A.y, f()",
    ],
)
def test_atoms_and_operators(code: str) -> None:
    """Literals, displays, operators with their precedence, subscripts, lambdas, f-strings."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "a = b = c = [1]\na is b is c",
        "a, b = b, a = 1, 2\na, b",
        "(a, [b, *c], (d,)) = 1, (2, 3, 4), [5]\na, b, c, d",
        "[a, *b] = 'xyz'\n*c, d = range(4)\n(*e,) = {7}\na, b, c, d, e",
        "x = [0, 0]\nx[0], x[1] = 1, 2\ni = 0\ni, x[i] = 1, 9\nx",
        "x: int\ny: 'anything at all' = 1\n(z): int = 2\nclass A:\n    a: int = 1\n    b: str\nx = [0]\nx[0]: int = 5\ny, z, A.__annotations__, x",
        "x = 5\nx += 1; x -= 2; x *= 3; x //= 2; x **= 2; x %= 7; x <<= 2; x >>= 1; x |= 8; x &= 13; x ^= 3\nx",
        "x = {'a': [1]}\nx['a'][0] += 1\nx['a'] += [2]\nclass A: pass\na = A()\na.x = [1]\na.x[0] -= 5\na.x *= 2\nx, a.x",
        "x = y = z = 1\ndel x, (y), [z]\nx",
        "x = {'a': 1, 'b': [1, 2, 3]}\ndel x['a'], x['b'][1:]\ndel (x['b'][0])\nx",
        "def f():\n    def g():\n        nonlocal x\n        x += 1\n        def h():\n            nonlocal x\n            x *= 2\n        h()\n    x = 1\n    g()\n    return x\nf()",
        "def f():\n    global g_one, g_two\n    g_one, g_two = 1, 2\nf()\ng_one + g_two",
        "x = 1\ndef f():\n    print(x)\n    x = 2\nf()",
        "x = 'global'\nclass A:\n    x = 'class'\n    def f(self): return x\n    y = [x for _ in '1']\nA().f(), A.y",
    ],
)
def test_assignments(code: str) -> None:
    """Targets of every form, deletion, scopes."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "def f(): pass\ndef g(a,): return a\ndef h(*, a): return a\ndef i(a, /): return a\ndef j(a=1, *, b, c=3, **d): return a, b, c, d\nf(), g(1,), h(a=1), i(1), j(b=2, e=5), j(*[9], **{'b': 1})",
        "def f(a, b=2, /, c=3, *d, e, f=6, **g): return locals()\nf(1, e=5), f(1, 2, 3, 4, e=5, z=1), f(*'abcd', **{'e': 1, 'a': 2})",
        "def f(a: int, b: 'x' = 1, *c: str, d: float = 2, **e: list) -> dict: return a\nf.__annotations__, f(1)",
        "def f(*args, **kwargs): return args, kwargs\nf(1, *[2], 3, *(4,), a=1, **{'b': 2}, c=3, **{'d': 4}), f(*'ab', *range(2)), f(x for x in 'ab')[0][0].__next__()",
        "def f(a, b=[]):\n    b.append(a)\n    return b\nf(1), f(2), f(3, [])",
        "def f():\n    try: return 'try'\n    finally: print('finally')\ndef g():\n    try: return 'try'\n    finally: return 'finally'\ndef h():\n    for i in range(3):\n        try: continue\n        finally: break\n    return i\nf(), g(), h()",
        "def f():\n    for i in range(5):\n        try:\n            if i == 1: continue\n            if i == 3: break\n        finally: print('f', i)\n    else: print('no')\n    return i\nf()",
        "def f():\n    while True:\n        try:\n            try: 1 / 0\n            finally: return 'swallowed'\n        except ZeroDivisionError: return 'caught'\nf()",
        "def f(): yield\ndef g(): yield 1, 2\ndef h(): x = yield 1; print(x); y = yield x; return y\ndef i(): return (yield from h())\nit = i()\nlist(f()), list(g()), next(it), it.send(5)",
        "def f():\n    yield *[1], 2\n    return *[3], 4\ng = f()\nnext(g), list(f())",
        "def deco(x): return lambda f: (x, f())\nclass N: d = [deco]\n@(lambda f: f)\n@N.d[0](1)\n@lambda f: f\ndef f(): return 2\nf",
        "def f(x): 'documentation'; return x\nf.__doc__, f.__name__, f(1), (lambda: 1).__name__",
        "def f(n): return 1 if n < 2 else n * f(n - 1)\nf(10)",
        "class A: pass\nclass B(): pass\nclass C(A, B,): 'doc'\nclass D(*[A], **{}): x: int = 1\n@(lambda c: c)\nclass E(D):\n    def m(self, /): return self\n    class F: y = 2\nC.__doc__, D.x, E().m().F.y",
        "class A:\n    x = 1\n    x += 1\n    if x: y = 3\n    for z in range(2): pass\n    try: w = 1 / 0\n    except ZeroDivisionError: w = 0\n    def f(self): return self.x\n    del z\nA.x, A.y, A.w, hasattr(A, 'z'), A().f()",
        "class A:\n    def f(self): return __class__.__name__\n    def g(self): return super().__repr__()[:1]\nA().f(), A().g()",
        "class A:\n    def __secret(self): return 1\n    def f(self): return self.__secret()\nclass B(A):\n    def __secret(self): return 2\nB().f(), [n for n in dir(B()) if 'secret' in n], [n for n in dir(A) if 'secret' in n]",
    ],
)
def test_functions_and_classes(code: str) -> None:
    """Parameters, calls, returns through `finally`, generators, decorators, class bodies."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "try: pass\nexcept: print(1)\nelse: print(2)\nfinally: print(3)",
        "try: 1 / 0\nexcept (ValueError, ZeroDivisionError) as e: print(type(e).__name__, e)\ne",
        "try:\n    try: raise KeyError('a')\n    except ValueError: print('no')\n    finally: print('inner')\nexcept LookupError as e: print(repr(e))",
        "try:\n    try: 1 / 0\n    except ZeroDivisionError as e: raise ValueError('v') from e\nexcept ValueError as e: x = type(e.__cause__).__name__, e.__cause__ is e.__context__\nx",
        "try:\n    try: 1 / 0\n    except ZeroDivisionError: raise\nexcept ZeroDivisionError as e: print(e)",
        "for e in (ValueError, ValueError('x'), KeyError('k')):\n    try: raise e\n    except Exception as caught: print(repr(caught))",
        "raise",
        "raise ValueError from 5",
        "assert 1, 1 / 0\nassert 0, 'message'",
        "assert ()",
        "with open_ as x: pass",
        "import contextlib as c\nwith c.nullcontext(1) as a, c.nullcontext((2, 3)) as (b, d), c.suppress(ValueError): print(a, b, d)",
        "import contextlib as c\nwith (c.nullcontext(1) as a, c.nullcontext(2) as b,): print(a, b)\nwith (c.nullcontext(3)) as x, c.nullcontext([0]) as y: y[0] = x\nwith c.nullcontext(y) as y[0]: pass\nlen(y)",
        "class A:\n    def __enter__(self): raise ValueError('enter')\n    def __exit__(self, *a): print('exit')\nwith A(): print('body')",
        "class A:\n    def __enter__(self): return self\n    def __exit__(self, k, v, t):\n        print(k.__name__ if k else k)\n        return True\nwith A() as a: x = 1\nwith A(): raise KeyError\nx",
        "[x for x in range(5) if x % 2 if x > 1], [(x, y) for x in 'ab' for y in range(2) if y], [[y for y in range(x)] for x in range(3)], {x: y for x, y in [(1, 2)]}, {x % 2 for x in range(5)}",
        "x = 'outer'\n[x for x in range(3)], x, list(x for x in 'ab'), [lambda: x for x in range(2)][0]()",
        "g = (print('made') or x for x in print('first') or [1])\nprint('after')\nlist(g)",
        "sum(x * y for x in range(3) for y in range(x)), max((x for x in [1, 5, 2]), default=0), list(map(lambda f: f(), [lambda i=i: i for i in range(3)]))",
        "for x, *y in [(1, 2, 3), 'ab']: print(x, y)\nfor x[0:1] in []: pass\nd = {}\nfor d['k'] in range(2): pass\nd, x",
        "for i in range(3):\n    for j in range(3):\n        if j == 1: break\n    else: continue\n    if i == 1: break\nelse: print('no')\ni, j",
        "i = 0\nwhile (i := i + 1) < 5:\n    if i == 2: continue\n    if i == 4: break\nelse: print('no')\ni",
    ],
)
def test_statements(code: str) -> None:
    """`try`, `raise`, `assert`, `with`, loops and comprehensions, ordinary and failing."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "match 5:\n    case 1 | 2: print('a')\n    case int(x) if x > 5: print('b')\n    case int(x) | float(x): print('c', x)",
        "match [1, [2, 3], {'k': 4, 'z': 0}]:\n    case [a, (b, *_), {'k': c, **rest}]: print(a, b, c, rest)",
        "match 'abc':\n    case [*_]: print('sequence')\n    case 'a' 'bc': print('text')",
        "match -1.5:\n    case -1.5: print('number')\nmatch 1 + 2j:\n    case 1 + 2j: print('complex')\nmatch None:\n    case None: print('none')",
        "class P:\n    __match_args__ = ('x', 'y')\n    def __init__(self, x, y): self.x, self.y = x, y\nmatch P(1, P(2, 3)):\n    case P(0): pass\n    case P(x=1, y=P(a, b)) as whole: print(a, b, whole.x)",
        "import math\nclass C: RED = 1\nmatch 1:\n    case C.RED: print('red')\nmatch math.pi:\n    case math.e: print('e')\n    case math.pi: print('pi')",
        "match 1, 2:\n    case (a, b): print(a + b)\nmatch x := 5:\n    case y: print(x, y)\nmatch = case = type = 3\nmatch, case, type",
        "match {}:\n    case {'a': _}: print('no')\n    case {}: print('any')\nmatch (1, 2, 3):\n    case (1, *middle, 3): print(middle)\n    case _: print('no')",
        "async def f(): return 1\nasync def g():\n    yield 1\n    yield await f()\nasync def main():\n    return [x async for x in g()], [await f() for _ in '12'], {x: 1 async for x in g() if x}\nawait main()",
        "class A:\n    async def __aenter__(self): return 'in'\n    async def __aexit__(self, *a): print('out')\nasync def main():\n    async with A() as a, A(): print(a)\n    async for x in gen(): print(x)\n    else: return 'done'\nasync def gen():\n    yield 1\nawait main()",
        "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n\nasync def main():\n    async with asyncio.TaskGroup() as group: tasks = [group.create_task(f(n)) for n in range(3)]\n    return [t.result() for t in tasks], await asyncio.gather(f(1), f(2)), await asyncio.wait_for(f(5), 1), await asyncio.to_thread(len, 'abc')\nasyncio.run(main())",
    ],
)
def test_match_and_async(code: str) -> None:
    """Patterns of every kind; coroutines, asynchronous generators, loops and contexts."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "def f[T](x: T) -> T: return x\nclass A[T, *Ts, **P]:\n    def m(self, x: T) -> T: return x\ntype L[T] = list[T] | None\nf(1), A[int, str, [int]]().m(2), L.__name__",
        "f'{f'{f'{1}'}'} {'a' 'b'} {\"x\"!r:{'>'}{5}} {[\n    1,  # a comment\n    2,\n]}'",
        "def f[T: int, U: (int, str)](x: T, y: U): return x, y\nf(1, 'a')",
    ],
)
@pytest.mark.skipif(not NEWER, reason="grammar of Python 3.12")
def test_newer_grammar(code: str) -> None:
    """Type parameters and f-strings inside one another."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "x = = 1", "def f(:", "return 1", "yield 1", "break", "continue", "f(a=1, 2)", "f(**a, *b)", "def f(a, a): pass", "def f(a=1, b): pass", "def f(): nonlocal x",
        "nonlocal x", "x = 1\nglobal x\ndef f():\n    x = 1\n    global x", "1 = x", "f() = 1", "x + 1 = 2", "del f()", "(x for x in y) = 1", "[x := 1 for x in y]", "class A:\n    [y := 1 for x in 'a']",
        "*a", "*a, *b = 1", "lambda: (yield)\nreturn", "if 1\n    pass", "if 1:\npass", "  x = 1", "x = 1\n  y = 2", "if 1:\n    x\n  y", "'abc", "'''abc", "(1, 2", "1)", "0777", "1_", "1__0", "0b2",
        "f'{'", "f'{}'", "f'{a!x}'", "f'{a:{b'", "from __future__ import braces", "from x import *, y", "import a.b as c.d", "try: pass", "try: pass\nelse: pass", "try: pass\nexcept: pass\nexcept ValueError: pass",
        "async def f(): yield from x", "def f(): await x", "def f():\n    async with a: pass", "match x:\n    case a: pass\n    case b: pass", "match x:\n    case {**a, 'b': 1}: pass", "match x:\n    case (a, a): pass",
        "x: int = 1\nx: y: z", "assert", "raise from x", "with: pass", "for x in: pass", "while: pass", "class: pass", "@\ndef f(): pass", "print 'a'", "exec 'a'", "a <> b", "`a`", "x++", "a ? b : c", "\x00", "None = 1", "True: int = 1", "f(None=1)",
    ],
)  # fmt: skip
def test_what_is_no_python(code: str) -> None:
    """What CPython refuses is refused, with the same class of error."""
    assert_fails_alike(code)
