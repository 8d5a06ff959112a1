"""The texts that are made of a failure: bounded, without a call of model code outside the limits, telling nothing of the host."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import codeact_sdk
from codeact_sdk import Interpreter, Limits
from codeact_sdk.observations import Observation
from codeact_sdk.prompts.observations import render_observation
from codeact_sdk.values import Opaque

MOST = 12_000
"""Characters that one text of an error may have: four messages of a chain."""


class Canary:
    """An object of the host whose text must not be seen."""

    def __repr__(self) -> str:
        return "CANARY"


def broken(kind: str) -> object:
    """A tool that fails, or gives an object of the host."""
    os.environ["CODEACT_TEST_SECRET"] = "canary-of-the-environment"
    if kind == "path":
        raise FileNotFoundError(2, "No such file", str(Path(__file__).with_name("orders.txt")))
    if kind == "object":
        return Canary()
    if kind == "own":
        raise type("HostError", (RuntimeError,), {})(f"no {Canary} and {object()}")
    raise KeyError(kind)


HOST = re.compile(
    "|".join(
        [
            r"0x[0-9a-f]{7,}",
            r"codeact_sdk",
            r"pydantic",
            r"site-packages",
            r"RestrictedPython",
            r"_regex",
            r"CANARY",
            r"canary-of",
            r"\.py\b",
            *(
                re.escape(str(path))
                for path in (Path.cwd(), Path.home(), Path(sys.prefix), Path(codeact_sdk.__file__).parent)
            ),
        ]
    )
)

PIECES = [
    "print",
    "len",
    "lambda: 1",
    "[].append",
    "object()",
    "(x for x in [])",
    "ToolError",
    "ToolError('x')",
    "broken",
    "broken('object')",
    "json",
    "json.dumps",
    "json.loads",
    "re",
    "re.compile('a')",
    "re.match('a', 'a')",
    "re.compile",
    "asyncio",
    "asyncio.sleep",
    "asyncio.Queue()",
    "asyncio.Lock()",
    "asyncio.Queue",
    "collections.Counter",
    "functools.partial(print, 1)",
    "functools.lru_cache(print)",
    "random.Random()",
    "io.StringIO()",
    "A",
    "A()",
    "A().f",
    "A.f",
    "f",
    "f()",
    "E",
    "E(print)",
    "D(print)",
    "N(print)",
    "Color.RED",
    "type(print)",
    "type(A)",
    "sys.stdout",
    "datetime.datetime.now",
    "decimal.Decimal",
    "uuid.UUID",
    "csv.reader(['a'])",
    "contextlib.ExitStack()",
    "g()",
    "answer",
    "help",
    "getattr",
    "itertools.count",
    "operator.attrgetter('a')",
    "enum.Enum",
    "typing.Any",
    "Exception",
    "property(print)",
    "staticmethod(print)",
    "super",
    "memoryview",
    "warnings.warn",
    "string.Template('a')",
]

PRELUDE = """
import asyncio, collections, contextlib, csv, dataclasses, datetime, decimal, enum, functools, io, itertools, json
import operator, random, re, string, sys, typing, uuid, warnings
class A:
    def f(self): pass
class E(Exception): pass
@dataclasses.dataclass
class D:
    x: object
N = collections.namedtuple('N', 'x')
Color = enum.Enum('Color', 'RED')
def f(): return lambda: f
def g(): yield
"""

FAILURES = [
    "print(X)",
    "x = X\nx + x",
    "raise ValueError(X)",
    "raise KeyError(X)",
    "{}[X]",
    "x = X\nx.missing_",
    "x = X\nx(1, 2, 3, 4, 5, 6, 7, no=8)",
    "x = X\nx[X]",
    "for x in X: pass\n1 / 0",
    "x = [X, {1: X}, (X,)]\nstr(x).missing",
    "x = X\nlen(x)\nint(x)",
    "x = X\nassert not x, x",
    "with X: pass",
    "raise E(X) from E(X)",
    "e = E()\ne.add_note(repr(X))\nraise e",
    "print(f'{X!r} {X!s}', repr(X))\nX",
    "sys.stderr.write(str(X))\n[X]",
    "broken('path')",
    "broken('own')",
    "broken(X)",
    "import missing_module",
    "from json import missing",
    "async def h():\n    raise E(X)\nasync def k():\n    async with asyncio.TaskGroup() as t:\n        t.create_task(h())\nawait k()",
    "match X:\n    case A(missing=1): pass\n    case _: X.missing_",
]


def texts(obs: Observation) -> list[str]:
    """Every text of an observation that is ours."""
    found = [obs.stdout, obs.stderr, render_observation(obs)]
    if obs.error is not None:
        error = obs.error
        found += [error.type, error.message, error.hint, error.traceback, *error.names]
    waiting: list[Any] = [obs.value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Opaque):
            found.append(value.text)
        elif isinstance(value, list | tuple):
            waiting += value
    return found


def told_of_the_host(code: str) -> list[str]:
    """What of the host is found in the texts of an action."""
    with Interpreter(tools=[broken], limits=Limits(seconds=2)) as interp:
        assert interp.run(PRELUDE).error is None
        obs = interp.run(code)
    return [match[0] for text in texts(obs) for match in HOST.finditer(text) if match[0] not in code]


@pytest.mark.parametrize("failure", FAILURES)
def test_nothing_of_the_host_is_told(failure: str) -> None:
    """No path, module, address or value of the environment, whichever object is printed, raised or misused."""
    with Interpreter(tools=[broken], limits=Limits(seconds=0.5)) as interp:
        interp.run(PRELUDE)
        for piece in PIECES:
            code = failure.replace("X", piece)
            obs = interp.run(code)
            told = [match[0] for text in texts(obs) for match in HOST.finditer(text) if match[0] not in code]
            assert told == [], code


@given(
    st.lists(st.sampled_from(FAILURES), min_size=1, max_size=2),
    st.lists(st.sampled_from(PIECES), min_size=3, max_size=3),
)
def test_nothing_of_the_host_is_told_by_any_mixture(failures: list[str], pieces: list[str]) -> None:
    """The same for objects beside one another, inside functions and containers."""
    code = "\n".join(failures)
    for piece in pieces:
        code = code.replace("X", piece, 1)
    code = code.replace("X", f"[{pieces[0]}, {pieces[1]}]")
    if "await" not in code:
        code = (
            "def outer(value):\n    kept = value\n"
            + "".join(f"    {line}\n" for line in code.split("\n"))
            + f"outer({pieces[2]})"
        )
    assert told_of_the_host(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError('x' * 3 * 10**7)",
        "raise ValueError(['x' * 3 * 10**7])",
        "raise ValueError(*range(10**6))",
        "raise KeyError('x' * 3 * 10**7)",
        "{}['x' * 3 * 10**7]",
        "{}[('x' * 10**7, 'y' * 10**7)]",
        "raise KeyError(10**1_000_000)",
        "raise OSError(1, 'x', 'y' * 3 * 10**7)",
        "raise UnicodeDecodeError('utf-8', b'x' * 10**7, 0, 1, 'bad')",
        "raise SyntaxError('x' * 10**7)",
        "raise ImportError('x' * 10**7, name='y' * 10**7)",
        "raise AttributeError('x', name='y' * 10**6, obj=1)",
        "raise NameError('x', name='y' * 10**6)",
        "import collections\nraise ValueError(collections.deque(['x' * 10**6] * 100))",
        "import collections\nraise ValueError(collections.Counter(range(10**6)))",
        "import decimal\nraise ValueError(decimal.Decimal('1' * 10**6), 1)",
        "x = []\nfor _ in range(10_000): x = [x]\nraise ValueError(x)",
        "x = []\nx.append(x)\nraise ValueError(x)",
        "x = ['x' * 10**6] * 1_000\nx.missing",
        "x = {str(n) * 100: n for n in range(100_000)}\nx['a' * 10**6]",
        "x = 'x' * 3 * 10**7\nx.missing",
        "e = None\nfor i in range(10_000):\n    try:\n        raise ValueError(i) from e\n    except ValueError as new:\n        e = new\nraise e",
        "a, b = ValueError('a'), ValueError('b')\nfor x, y in ((a, b), (b, a)):\n    try:\n        raise x from y\n    except ValueError:\n        pass\nraise a",
        "def f(n):\n    try:\n        raise ValueError(n)\n    except ValueError:\n        f(n - 1) if n else 1 / 0\nf(200)",
        "e = ValueError('x')\nfor _ in range(100_000):\n    try: raise e\n    except ValueError: pass\nraise e",
        "e = ValueError('x')\nfor _ in range(1_000): e.add_note('n' * 10**5)\nraise e",
        "class E(Exception): pass\ne = E()\nvars(e)['__notes__'] = 5\nraise e",
        "class E(Exception): pass\ne = E()\nvars(e)['__notes__'] = [5, print, 'x']\nraise e",
        "async def f(): raise ValueError('x' * 10**6)\nimport asyncio\nasync with asyncio.TaskGroup() as t:\n    for _ in range(1_000): t.create_task(f())",
        "class E(Exception):\n    def __str__(self): return 'x' * 3 * 10**7\nraise E",
        "class S(str): pass\nclass E(Exception):\n    def __str__(self): return S('x' * 10**7)\nraise E",
        "class E(Exception):\n    def __str__(self): raise E\nraise E",
        "class E(Exception):\n    def __str__(self): return 5\nraise E",
        "class E(Exception):\n    args = property(lambda self: 1 / 0)\nraise E(1)",
        "x = " + "1 + " * 20 + "'a' # " + "y" * 100_000,
        "raise ValueError(" + "'x' " * 5_000 + ")",
        "class " + "E" * 50_000 + "(Exception): pass\nraise " + "E" * 50_000,
        "def " + "f" * 50_000 + "(): 1 / 0\n" + "f" * 50_000 + "()",
        "f" * 50_000 + ".x",
    ],
)  # fmt: skip
def test_texts_are_bounded(attack: Any, code: str) -> None:
    """However large what failed is, what is told of it is small."""
    obs = attack(code, seconds=20)
    assert obs.status == "error"
    error = obs.error
    for text in (error.type, error.message, error.hint, *error.names):
        assert len(text) < MOST // 2
    assert len(error.traceback) < 3 * MOST
    assert len(render_observation(obs)) < 2 * MOST


@pytest.mark.parametrize(
    "text",
    ["\\x1b[31mred\\x1b[0m", "\\ud800", "\\x00\\x07\\r", "\\u202e\\u2066", "\\x9b31m", "\\x1b]0;title\\x07"],
)
def test_messages_hold_no_commands_of_a_terminal(attack: Any, text: str) -> None:
    """Control characters are written as escapes, in everything that is told of an exception."""
    code = f"x = {{'{text}': 1}}\ntry:\n    raise ValueError('{text}')\nexcept ValueError as e:\n    e.add_note('{text}')\n    raise RuntimeError('{text}') from e"
    error = attack(code).error
    for told in (
        error.message,
        error.hint,
        error.traceback,
        *error.names,
        *attack(f"x = {{'{text}': 1}}\nx['{text}b']").error.names,
    ):
        assert all(char.isprintable() or char == "\n" for char in told)


SPY = """
ran = []
def spy(name, result):
    def method(self, *rest):
        ran.append(name)
        return result
    return method
class Spy:
    __repr__ = spy('repr', 'x')
    __str__ = spy('str', 'x')
    __format__ = spy('format', 'x')
    __eq__ = spy('eq', True)
    __hash__ = spy('hash', 1)
    __len__ = spy('len', 1)
    __bool__ = spy('bool', True)
    __iter__ = spy('iter', iter([]))
    __getitem__ = spy('getitem', 1)
    __contains__ = spy('contains', True)
    name = property(spy('property', 'x'))
class Keys(dict):
    __iter__ = spy('iter', iter([]))
    __len__ = spy('len', 1)
    keys = items = values = spy('keys', [])
"""


@pytest.mark.parametrize(
    "code",
    [
        "s = Spy()\nd = {'a': 1, s: 2}\nran.clear()\nd['b']",
        "s = Spy()\ns.missing",
        "s = Spy()\nrows = [s, s]\nrows[5]",
        "s = Spy()\nt = (s, {'k': s})\nt.missing",
        "k = Keys(a=1)\nk.missing",
        "s = Spy()\ndef f(a, b=s): return a.missing\nran.clear()\nf(s)",
        "s = Spy()\ns.name.missing",
        "s = Spy()\nnot_there",
    ],
)
def test_looking_at_names_runs_nothing(code: str) -> None:
    """Live names and hints are made without a method of the values."""
    with Interpreter() as interp:
        interp.run(SPY)
        obs = interp.run(code)
        assert obs.error is not None
        assert set(interp.variables["ran"]) <= ({"property"} if ".name" in code else set())


def test_rendering_and_comparing_later_runs_nothing() -> None:
    """An observation holds data only: the host may print, compare and hash what is in it."""
    with Interpreter() as interp:
        interp.run(SPY)
        obs = interp.run("s = Spy()\nk = Keys(a=1)\n[s, {'a': k}, (s,)]")
        interp.run("ran.clear()")
        assert obs.value == obs.value
        assert repr(obs) + str(obs.value) + render_observation(obs)
        assert interp.variables["ran"] == []


def test_addresses_that_a_program_prints_are_left_alone(attack: Any) -> None:
    """Only Python's own descriptions lose theirs: text of the program is not touched."""
    text = "jump at 0x7f3a5c0d1e40, see foo at /etc/x.py:3 and codeact_sdk.Interpreter"
    assert attack(f"print({text!r})").stdout == f"{text}\n"
    assert attack("print(lambda: 1, [].append, (x for x in []))").stdout == (
        "<function <lambda>> <built-in method append of list object> <generator object <genexpr>>\n"
    )


_WRONG_CALLS = (
    "(*3)",
    "(**3)",
    "(zzz=1)",
    "(1, 2, 3, 4, 5, 6, 7, 8, 9)",
    "(a=1, **{'a': 1})",
    "(*[], **{'a': 1}, a=2)",
)
"""Calls that Python's own code answers with a message that names what was called."""


@pytest.mark.parametrize("module", ["", *Interpreter().modules])
def test_messages_of_python_name_what_model_code_knows(module: str) -> None:
    """C code puts the qualified name and the module of a function into its messages: never those of ours."""
    told = []
    with Interpreter(tools=[broken], limits=Limits(seconds=20)) as interpreter:
        names = interpreter.run(f"import {module}\ndir({module})").value if module else _builtins(interpreter)
        for name in names:
            for call in _WRONG_CALLS:
                code = f"import {module}\n{module}.{name}{call}" if module else f"{name}{call}"
                told.append(repr(interpreter.run(code)))
    assert not [text for text in told if "codeact" in text or "RestrictedPython" in text]


def _builtins(interpreter: Interpreter) -> list[str]:
    return [name for name in interpreter._session._namespace["__builtins__"] if name.isidentifier()]
