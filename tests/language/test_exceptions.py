"""Raising, catching, and `with`."""

from __future__ import annotations

import pytest
from oracle import assert_fails_alike, assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    print('caught', e)\nelse:\n    print('else')\nfinally:\n    print('finally')",
        "try:\n    x = 1\nexcept ValueError:\n    print('no')\nelse:\n    print('else')\nfinally:\n    print('finally')",
        "try:\n    int('x')\nexcept (TypeError, ValueError) as e:\n    print(type(e).__name__, e.args)",
        "try:\n    {}['a']\nexcept:\n    print('bare')",
        "try:\n    {}['a']\nexcept TypeError:\n    print('type')\nexcept (IndexError, KeyError):\n    print('key')\nexcept:\n    print('bare')",
        "try:\n    raise KeyError('k')\nexcept LookupError as e:\n    print(repr(e))",
        "class AppError(Exception):\n    def __init__(self, code):\n        super().__init__(f'code {code}')\n        self.code = code\ntry:\n    raise AppError(5)\nexcept AppError as e:\n    print(e, e.code)",
        "class AppError(Exception): pass\nraise AppError('mine')",
        "class AppError(ValueError): pass\nraise AppError",
        "try:\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        raise ValueError('bad') from e\nexcept ValueError as e:\n    print(repr(e.__cause__), e.__context__ is e.__cause__)",
        "try:\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        raise ValueError('bad') from None\nexcept ValueError as e:\n    print(e.__cause__)",
        "try:\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        raise\nexcept ArithmeticError as e:\n    print('again', e)",
        "raise",
        "raise ValueError",
        "def f():\n    for i in range(3):\n        try:\n            if i == 1:\n                return i\n        finally:\n            print('f', i)\nf()",
        "def f():\n    try:\n        return 'try'\n    finally:\n        return 'finally'\nf()",
        "try:\n    raise ValueError('a', 'b')\nexcept Exception as e:\n    e.add_note('noted')\n    print(e.args, e.__notes__)",
        "try:\n    pass\nexcept 5:\n    pass",
        "e = 1\ntry:\n    1 / 0\nexcept ZeroDivisionError as e:\n    pass\ne",
        "try:\n    raise StopIteration(3)\nexcept StopIteration as e:\n    print(e.value)",
        "from contextlib import suppress\nwith suppress(KeyError):\n    {}['x']\nprint('on')",
        "import warnings\nissubclass(UserWarning, Warning), OSError('x').strerror, IOError is OSError",
    ],
)
def test_try_and_raise(code: str) -> None:
    """Handlers, chains, notes and re-raising."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n    def __enter__(self):\n        print('in')\n        return 'v'\n    def __exit__(self, t, v, tb):\n        print('out', t and t.__name__, v)\n        return t is ValueError\nwith C() as x:\n    print(x)\nwith C():\n    raise ValueError('swallowed')\nwith C():\n    raise KeyError('goes on')",
        "from contextlib import contextmanager\n@contextmanager\ndef tag(n):\n    print('<', n)\n    try:\n        yield n.upper()\n    finally:\n        print('>', n)\nwith tag('a') as a, tag('b') as b:\n    print(a + b)",
        "from contextlib import ExitStack, nullcontext, closing\nwith ExitStack() as stack:\n    x = stack.enter_context(nullcontext(5))\n    stack.callback(print, 'cleanup')\nx",
        "with 5:\n    pass",
        "import io\nwith io.StringIO() as f:\n    f.write('text')\n    print(f.getvalue())",
        "class C:\n    def __enter__(self): return (1, [2, 3])\n    def __exit__(self, *a): pass\nwith C() as (a, [b, c]):\n    print(a, b, c)",
        "import io, contextlib\nbuf = io.StringIO()\nwith contextlib.redirect_stdout(buf):\n    print('hidden')\nprint(buf.getvalue().upper())",
        "def f():\n    with suppress_all():\n        return 1\nclass suppress_all:\n    def __enter__(self): pass\n    def __exit__(self, *a): print('exit'); return True\nf()",
    ],
)
def test_with(code: str) -> None:
    """Context managers of one's own and of contextlib."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    exit()\nexcept SystemExit as e:\n    print('end', e.code, e.args)",
        "import sys\nfor end in (exit, quit, sys.exit):\n    try:\n        end('bye')\n    except SystemExit as e:\n        print(e, e.code)",
        "def f():\n    try:\n        quit(2)\n    except:\n        print('caught')\n    finally:\n        print('finally')\nf()",
        "for given in ((), (1, 2)):\n    try:\n        raise SystemExit(*given)\n    except SystemExit as e:\n        print(repr(e), e.code)",
        "def f(quit=3):\n    exit = quit\n    return exit\nf()",
    ],
)
def test_ending_the_program(code: str) -> None:
    """`exit` and `quit` are there without an import, and can be variables as well."""
    assert_ordinary(code)


@pytest.mark.parametrize("code", ["raise 5", "'{} {0}'.format(1)", "eval('1 +')", "exec('x = ')", "eval(5)", "1 +"])
def test_errors_that_are_worded_otherwise(code: str) -> None:
    """Where the message is our own, the type of the exception is CPython's."""
    assert_fails_alike(code)
