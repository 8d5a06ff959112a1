"""Builtins that are guarded, as far as ordinary programs see them."""

from __future__ import annotations

import sys

import pytest
from oracle import assert_fails_alike, assert_ordinary, in_session


@pytest.mark.parametrize(
    "code",
    [
        "type(1), type('a') is str, type(None).__name__, isinstance(int, type), isinstance(1, (int, str)), type(type(1)) is type",
        "issubclass(bool, int), issubclass(int, (str, object)), callable(len), callable(3), issubclass(int, type)",
        "isinstance(1, 5)",
        "isinstance(True, int | str), type[int] == type[int], str(type)",
        "eval('1 + 2'), eval('x', {'x': 5}), eval(' [i for i in range(3)]')",
        "exec('y = 5')\ny",
        "x = eval('1 + 1')",
        "exec('1 + 1')",
        "pow(2, 3), pow(2, -1), pow(2, 3, 5), pow(2.0, 3), 2 ** 0.5",
        "iter([1]).__next__(), next(iter([]), 'd'), list(iter([1, 2].pop, 1))",
        "getattr(5, 'real'), getattr('a', 'upper')(), getattr(5, 'nothing', 'default'), hasattr('a', 'upper'), hasattr(5, 'x')",
        "getattr(5, 'nothing')",
        "slice(1, 2).start, range(3)[1], frozenset([1]), complex(1, 2).imag, set('a') | {'b'}, tuple([1])",
        "def f(): pass\nf.tag = 5\nf.tag, f.__name__, f.__qualname__, len.__name__",
        "hash('a') == hash('a'), bin(5), oct(8), hex(255), sorted({'b': 1, 'a': 2}), sum([1.5, 2], 10), sum([[1], [2]], [])",
        "NotImplemented is NotImplemented, Ellipsis is ..., __name__",
        "a, b = [], 5\nint.__name__, a.__class__.__name__, b.__class__.__name__",
        "[1, 2].__len__(), (5).__add__(3), 'a'.__eq__('a'), [3].__contains__(3), {}.__iter__().__length_hint__()",
        "print(1, 'a', [2], sep='-', end='|')\nprint()\nprint('x', file=None, flush=True)",
        "print(1, sep=5)",
        "import sys\nprint('to stderr', file=sys.stderr)\nprint('to stdout', file=sys.stdout)",
        "class F:\n    def write(self, s): print('W', repr(s))\nprint('a', 'b', file=F())",
        "class A:\n    x = 1\n    def f(self): pass\n[n for n in dir(A) if not n.startswith('_')]",
        "def f(a: int): ...\nf.__annotations__",
        "bytes(3), bytearray(2), round(-0.5), divmod(5.5, 2)",
    ],
)
def test_builtins(code: str) -> None:
    """Guarded builtins give what CPython's give."""
    assert_ordinary(code)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs the grammar of 3.12")
@pytest.mark.parametrize(
    "code",
    [
        "def first[T](x: list[T]) -> T:\n    return x[0]\nfirst([1])",
        "class Box[T: int, *Ts, **P]:\n    def __init__(self, v: T): self.v = v\nBox(3).v",
        "type Pair[A] = tuple[A, A]\nstr(Pair)",
        "x = {'a': 1}\nf'{x['a']} {'nested' f'{1}'}'",
    ],
)
def test_grammar_of_3_12(code: str) -> None:
    """Type parameters, type aliases and nested quotes in f-strings."""
    assert_ordinary(code)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="needs the grammar of 3.13")
def test_grammar_of_3_13() -> None:
    """Type parameters may have defaults."""
    assert_ordinary("class Box[T = int]:\n    pass\nBox.__name__")


@pytest.mark.parametrize(
    "code",
    [
        "x = 1\ndef f(a, *b):\n    c = 3\n    return sorted(locals().items()), 'x' in globals(), 'c' in globals()\nf(1, 2)",
        "globals()['made'] = 5\nmade, globals()['made'], 'nope' in globals(), globals().get('nope', 7), '%(made)s' % globals()",
        "made = 1\ndel globals()['made']\nmade",
        "vars()['v'] = 1\nv, 'v' in dir(), 'w' in dir()",
        "class A:\n    x = 1\n    names = sorted(n for n in locals() if not n.startswith('_'))\nA.names",
        "def f():\n    x = 5\n    exec('x = 6; y = 7')\n    return x, eval('x + 1'), 'y' in locals()\nf()",
        "x = 2\neval('x * 3'), eval(' x '), eval('y', {'y': 4}), eval('x + y', {'x': 1}, {'y': 2}), eval('[x for x in range(3)]')",
        "names = {'n': 3}\nexec('def f(): return g() + n\\ndef g(): return 1\\nm = f()', names)\nnames['m'], names['f'](), sorted(k for k in names if k[0] != '_')",
        "names = {}\nexec('count = 0\\ndef up():\\n    global count\\n    count += 1\\n    return count', names)\nnames['up'](), names['up']()",
        "names, more = {'x': 1}, {}\nexec('y = x + 1', names, more)\n'y' in names, more",
        "exec('y = 1\\ndel y')\n'y' in globals()",
        "exec('class A:\\n    def f(self): return __name__', d := {'__name__': '__main__'})\nd['A']().f()",
        "eval('abs(-1)', {'__builtins__': {}})",
        "eval('1 +')",
        "exec('x = = 1')",
        "eval('x = 1')",
        "eval(5)",
        "exec('1', 5)",
        "x = []\nid(x) == id(x), id(x) == id([]), id(None) == id(None), isinstance(id(x), int), len({id(i) for i in [[], [], ()]})",
        "A = type('A', (), {'x': 1, 'f': lambda self: self.x})\nB = type('B', (A,), dict(x=2))\nB().f(), B.__name__, isinstance(B(), A), type(B()) is B, type.__name__",
        "type('E', (ValueError,), {})('x')",
        "type('A', (int, str), {})",
        "type(1, 2)",
    ],
)
def test_names_and_texts(code: str) -> None:
    """`globals`, `locals`, `vars`, `eval` and `exec` with dicts of their own, `id`, classes made by `type`."""
    kind = (
        assert_fails_alike
        if code in ("eval('1 +')", "exec('x = = 1')", "eval('x = 1')", "exec('1', 5)")
        else assert_ordinary
    )
    kind(code)


def test_input_is_at_its_end() -> None:
    """A program that asks for input is told that there is none, as at the end of a file."""
    seen = in_session("try: input('name? ')\nexcept EOFError as e: print(e)")
    assert seen.stdout.startswith("name? input() is not available: nobody can type an answer while code runs")
    assert in_session("input()").error.startswith("EOFError: input() is not available")


def test_text_in_a_class_body_defines_attributes() -> None:
    """As the body itself does."""
    assert_ordinary("class A:\n    exec('x = 1')\n    y = eval('x + 1')\nA.x, A.y")
