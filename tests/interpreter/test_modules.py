"""Import facades, and members that a session has for itself."""

from __future__ import annotations

import decimal
import math
import random
from collections.abc import Callable

import pytest

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.module_members import MAY_BE_INHERITED, MEMBERS, OWN_ONLY
from codeact_sdk.interpreter.modules import standard_members
from codeact_sdk.interpreter.own_modules import _joined
from codeact_sdk.interpreter.session import Session
from codeact_sdk.observations import Observation
from codeact_sdk.tools.toolset import Toolset

Act = Callable[[str], Observation]


def test_every_module_can_be_imported(session: Session) -> None:
    """Whole, and each of its members by name."""
    for name in session.modules:
        seen = session.run(f"import {name} as m\nfrom {name} import *\nsorted(vars(m))")
        assert seen.error is None
        assert seen.value
        members = ", ".join(member for member in seen.value if not member.startswith("_"))
        assert session.run(f"from {name} import {members}").error is None


def test_tables_name_members_that_exist() -> None:
    """A misspelt member would silently be missing."""
    newer = {"batched", "sumprod", "override", "exp2", "cbrt", "UTC", "fma", "kde", "kde_random"}
    newer |= {
        "JANUARY",
        "FEBRUARY",
        "Buffer",
        "QUOTE_STRINGS",
        "QUOTE_NOTNULL",
        "splitroot",
        "NoDefault",
        "TypeAliasType",
    }
    newer |= {"TypeIs", "ReadOnly"}
    for name, members in MEMBERS.items():
        module = __import__(name, fromlist=["x"])
        assert {member for member in members.split() if not hasattr(module, member)} <= newer
    for table in (MAY_BE_INHERITED, OWN_ONLY):
        assert set(table) <= set(MEMBERS)


def test_real_modules_stay_as_they_are(session: Session) -> None:
    """A facade can be changed by nobody."""
    before = random.getstate(), decimal.getcontext().prec
    for code in ("import math\nmath.pi = 3", "import math\ndel math.pi", "import math\nmath.__dict__['pi'] = 3"):
        session.run(code)
    session.run("import random\nrandom.seed(1)\nrandom.random()")
    assert session.run("import math\nmath.pi").value == math.pi == standard_members("math")["pi"]
    assert (random.getstate(), decimal.getcontext().prec) == before


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("import os", "ModuleNotFoundError", "files and processes"),
        ("import os.path\nos.getcwd()", "AttributeError", "files and processes"),
        ("from os.path import exists", "ImportError", "did you mean"),
        ("from os import getcwd", "ModuleNotFoundError", "files and processes"),
        ("from string import Formatter", "ImportError", "use str.format"),
        ("import sys\nsys.stdin.read()", "AttributeError", "nobody can type"),
        ("from subprocess import run", "ModuleNotFoundError", "use a tool"),
        ("import maths", "ModuleNotFoundError", "nearest: math"),
        ("import zzzzzz", "ModuleNotFoundError", "available are abc"),
        ("from math import squareroot", "ImportError", "cannot import name"),
        ("from math import sqr", "ImportError", "did you mean sqrt"),
        ("from json import JSONEncoderr", "ImportError", "cannot import name"),
        ("from abc import zzz", "ImportError", "it has ABC"),
        ("import urllib\nurllib.parse", "ModuleNotFoundError", "no module 'urllib'"),
        ("import math\nmath.sqr(4)", "AttributeError", "did you mean sqrt"),
        ("import abc\nabc.zzz", "AttributeError", "it has ABC"),
        ("import json\njson.dumps(1, cls=5)", "TypeError", "pass default="),
    ],
)
def test_what_is_not_there_is_missing_in_words(act: Act, code: str, kind: str, words: str) -> None:
    """The message names what is near, or what to use."""
    error = act(code).error
    assert error.type == kind
    assert words in error.message + error.hint


@pytest.mark.parametrize("name", sorted(language.MODULE_HINTS))
def test_modules_with_a_hint_are_not_there(session: Session, name: str) -> None:
    """Every hint is reachable, except for those of modules that are there in part."""
    error = session.run(f"import {name}").error
    assert (error is None) == (name in session.modules)


@pytest.mark.parametrize("name", sorted(name for name in language.HINTS if not name.startswith("__")))
def test_builtins_with_a_hint_say_it(act: Act, name: str) -> None:
    """A refused builtin tells what to use instead."""
    assert language.HINTS[name] in act(f"{name}('x')").error.hint + act(f"{name}('x')").error.message


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import urllib.parse\nimport urllib\nurllib.parse.quote('a b')", "a%20b"),
        ("import collections.abc\ncollections.Counter('a')['a'], isinstance([], collections.abc.Sized)", (1, True)),
        ("import math\nrepr(math)", "<module 'math'>"),
        (
            "import sys\nsys.getrecursionlimit() > 0, sys.stdout.isatty(), repr(sys.stderr), sys.version[0]",
            (True, False, "<sys.stderr>", "3"),
        ),
        ("import warnings\nwarnings.filterwarnings('ignore')\nwarnings.simplefilter('error')\n1", 1),
        (
            "from functools import update_wrapper\ndef f():\n    'Doc.'\ndef g(): pass\nf.tag = 1\nupdate_wrapper(g, f)\ng.__name__, g.__doc__, g.tag, g.__wrapped__ is f",
            ("f", "Doc.", 1, True),
        ),
        (
            "import re\nfrom functools import partial, wraps\np = partial(int, base=2)\n@wraps(p)\ndef g(x): return p(x)\ng('11')",
            3,
        ),
        ("import json\njson.dumps({'a': {1}}, default=sorted)", '{"a": [1]}'),
        ("import io, pprint\ns = io.StringIO()\npprint.pprint([1], stream=s)\ns.getvalue()", "[1]\n"),
        ("import asyncio\nasync def f(): return 5\nasyncio.run(f())", 5),
        ("pow(2, 5), pow(2, 10, 7), 2 ** 100 > 1", (32, 2, True)),
        (
            "from contextlib import AsyncExitStack\nseen = []\nasync with AsyncExitStack() as s:\n    s.push(lambda *a: seen.append(a[2]))\n    async def leave(*a): seen.append(a[2])\n    s.push_async_exit(leave)\nseen",
            [None, None],
        ),
        (
            "from contextlib import AsyncExitStack\nseen = []\nclass C:\n    async def __aenter__(self): return self\n    async def __aexit__(self, *a): seen.append(a[2])\nclass D:\n    def __enter__(self): return self\n    def __exit__(self, *a): seen.append(a[2])\nasync with AsyncExitStack() as s:\n    s.push_async_exit(C())\n    s.push(D())\nseen",
            [None, None],
        ),
    ],
)
def test_members_of_the_session_s_own(act: Act, code: str, value: object) -> None:
    """They do what the library's do, for this session alone."""
    seen = act(code)
    assert seen.error is None
    assert seen.value == value


def test_warnings_and_streams_go_to_stderr(act: Act) -> None:
    """A warning is text for whoever reads the observation."""
    seen = act(
        "import warnings, sys\nwarnings.warn('old')\nwarnings.warn('x', DeprecationWarning, stacklevel=2)\nsys.stderr.write('e')"
    )
    assert seen.stderr == "action 1:2: UserWarning: old\naction 1:3: DeprecationWarning: x\ne"
    assert act("import sys\nsys.stdout.write(5)").error.message == "write() argument must be str, not int"


@pytest.mark.parametrize(
    "code", ["pow(9, 9**9)", "pow(10, 10**8)", "import itertools\nlist(itertools.islice(itertools.count(), 3))"]
)
def test_large_powers_are_refused_by_pow(act: Act, code: str) -> None:
    """`pow` without a modulus has a bound, and nothing else is hit by it."""
    seen = act(code)
    assert seen.error is None or seen.error.type == "OverflowError"


def test_a_member_has_one_maker() -> None:
    """A second one would take the guards of the first away."""
    makers = _joined({"math": lambda: {"gcd": 1, "lcm": 2}}, {"math": lambda: {"lcm": 3, "gcd": 4}})
    with pytest.raises(ValueError, match="math has gcd, lcm twice"):
        makers["math"]()
    assert _joined({"math": lambda: {"gcd": 1}}, {"math": lambda: {"lcm": 2}})["math"]() == {"gcd": 1, "lcm": 2}


def test_records_are_taken_by_json_and_dataclasses() -> None:
    """A tool's result can be dumped without another word."""
    from pydantic import BaseModel

    class Inner(BaseModel):
        n: int

    class Outer(BaseModel):
        inner: Inner
        items: list[Inner]
        table: dict[str, Inner]

    def load() -> Outer:
        return Outer(inner=Inner(n=1), items=[Inner(n=2)], table={"a": Inner(n=3)})

    session = Session(Toolset.of([load]))
    code = """
import json, io
from dataclasses import asdict, astuple, replace
from copy import copy, deepcopy
o = load()
out = io.StringIO()
json.dump(o, out, default=str)
d = deepcopy(o)
d.items[0].n = 9
json.loads(out.getvalue()) == asdict(o) == json.loads(json.dumps(o)), astuple(o), o.items[0].n, replace(o.inner, n=5).n, o.inner.n
"""
    seen = session.run(code)
    session.close()
    assert seen.error is None
    assert seen.value == (True, ((1,), [(2,)], {"a": (3,)}), 2, 5, 1)
