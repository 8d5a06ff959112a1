"""Variables are put back to where they were before an action that is run again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeact_sdk import Interpreter, tool

SETUP = {
    "list": ("x = [1, [2]]", "x.append(3); x[1].clear(); x.sort(key=str)", "x == [1, [2]]"),
    "dict": (
        "x = {'a': {'b': 1}, 'c': 2}",
        "x['a']['b'] = 9; del x['c']; x['d'] = 1",
        "x == {'a': {'b': 1}, 'c': 2} and list(x) == ['a', 'c']",
    ),
    "set": ("x = {1, 2}", "x.add(3); x.discard(1)", "x == {1, 2}"),
    "tuple": ("x = ([1],)", "x[0].append(2)", "x == ([1],)"),
    "frozenset": ("x = frozenset([1])", "x = 3", "x == frozenset([1])"),
    "bytearray": ("x = bytearray(b'ab')", "x.extend(b'c'); x[0] = 65", "x == bytearray(b'ab')"),
    "deque": (
        "from collections import deque\nx = deque([1, 2], maxlen=3)",
        "x.append(3); x.rotate(1)",
        "list(x) == [1, 2]",
    ),
    "ordered dict": (
        "from collections import OrderedDict\nx = OrderedDict(a=1, b=2)",
        "x.move_to_end('a'); x['c'] = 3",
        "list(x.items()) == [('a', 1), ('b', 2)]",
    ),
    "default dict": (
        "from collections import defaultdict\nx = defaultdict(list, a=[1])",
        "x['a'].append(2); x['b']",
        "dict(x) == {'a': [1]} and x['z'] == []",
    ),
    "counter": ("from collections import Counter\nx = Counter('aab')", "x.update('abc')", "x == {'a': 2, 'b': 1}"),
    "chain map": (
        "from collections import ChainMap\nx = ChainMap({'a': 1}, {'b': 2})",
        "x['c'] = 3",
        "dict(x) == {'a': 1, 'b': 2}",
    ),
    "object": (
        "class A:\n    def __init__(self): self.items = [1]\nx = A()",
        "x.items.append(2); x.new = 1; del x.items",
        "x.items == [1] and not hasattr(x, 'new')",
    ),
    "slots": (
        "class A:\n    __slots__ = ('a', 'b')\nx = A(); x.a = [1]",
        "x.a.append(2); x.b = 3; x.a = 4",
        "x.a == [1] and not hasattr(x, 'b')",
    ),
    "class": (
        "class A:\n    n = 1\n    items = []\nx = A",
        "A.n = 2; A.items.append(1); A.more = 3",
        "A.n == 1 and A.items == [] and not hasattr(A, 'more')",
    ),
    "list of an own class": (
        "class L(list):\n    tag = ''\nx = L([1])",
        "x.append(2); x.tag = 'y'",
        "list(x) == [1] and x.tag == ''",
    ),
    "dataclass": (
        "from dataclasses import dataclass, field\n@dataclass\nclass A:\n    n: int\n    rows: list = field(default_factory=list)\nx = A(1)",
        "x.n = 2; x.rows.append(1)",
        "x == A(1)",
    ),
    "closure": (
        "def make():\n    n = 0\n    seen = []\n    def step():\n        nonlocal n\n        n += 1\n        seen.append(n)\n        return n, len(seen)\n    return step\nx = make()",
        "x(); x()",
        "x() == (1, 1)",
    ),
    "empty cell": (
        "def make():\n    def f():\n        return later\n    if 0:\n        later = 1\n    return f\nx = make()",
        "x = None",
        "callable(x)",
    ),
    "default argument": (
        "def f(n, seen=[]):\n    seen.append(n)\n    return len(seen)\nx = f",
        "f(1); f(2)",
        "f(1) == 1",
    ),
    "function attribute": (
        "def f(): pass\nf.n = [1]\nx = f",
        "f.n.append(2); f.m = 1",
        "f.n == [1] and not hasattr(f, 'm')",
    ),
    "bound method": (
        "class A:\n    def __init__(self): self.n = 0\n    def go(self): self.n += 1; return self.n\nx = A().go",
        "x(); x()",
        "x() == 1",
    ),
    "partial": ("from functools import partial\nitems = []\nx = partial(items.append, 1)", "x(); x()", "items == []"),
    "namespace": (
        "from types import SimpleNamespace\nx = SimpleNamespace(a=[1])",
        "x.a.append(2); x.b = 1",
        "vars(x) == {'a': [1]}",
    ),
    "text file": (
        "import io\nx = io.StringIO('ab'); x.read(1)",
        "x.write('zz'); x.seek(0)",
        "x.getvalue() == 'ab' and x.tell() == 1",
    ),
    "bytes file": ("import io\nx = io.BytesIO(b'ab')", "x.write(b'zzz')", "x.getvalue() == b'ab'"),
    "generator of chance": (
        "import random\nx = random.Random(4)\nfirst = random.Random(4).random()",
        "x.random()",
        "x.random() == first",
    ),
    "exception": (
        "class E(Exception): pass\nx = E('a')",
        "x.note = 1",
        "not hasattr(x, 'note')",
    ),
    "exception of Python": ("x = [ValueError('a')]", "x.clear()", "x[0].args == ('a',)"),
    "new names": ("x = 1", "y = 2\nx = 5", "x == 1 and 'y' not in globals()"),
    "removed names": ("x = 1; z = 2", "del z", "z == 2"),
    "a cycle": ("x = []; x.append(x)", "x.append(1)", "len(x) == 1 and x[0] is x"),
    "shared": ("x = [1]; y = {'x': x}", "y['x'].append(2)", "x == [1] and y['x'] is x"),
    "date": ("import datetime\nx = datetime.date(2026, 1, 1)", "x = None", "x.year == 2026"),
    "pattern": (
        "import re\nx = re.compile('a')\ny = x.search('a')",
        "x = None",
        "bool(x.search('a')) and y.group() == 'a'",
    ),
    "enum": ("from enum import Enum\nclass C(Enum):\n    A = 1\nx = C.A", "x = None", "x is C.A"),
    "decimal": ("from decimal import Decimal\nx = [Decimal('1.5')]", "x.append(1)", "len(x) == 1"),
    "property": (
        "class A:\n    @property\n    def p(self): return 1\n    @staticmethod\n    def s(): return 2\n    @classmethod\n    def c(cls): return 3\nx = A()",
        "A.p = 5",
        "x.p == 1 and x.s() == 2 and x.c() == 3",
    ),
    "modules": (
        "import math, json, collections\nfrom itertools import chain\nx = [math, json.dumps]",
        "x.clear()",
        "len(x) == 2",
    ),
}


@tool(effect="write")
def act() -> int:
    """Acts."""
    return 1


@pytest.mark.parametrize("kind", SETUP)
def test_what_an_action_changed_is_put_back(kind):
    """Contents, attributes, cells and names are as before, and objects are the same objects."""
    setup, change, holds = SETUP[kind]
    with Interpreter(tools=[act], approver=lambda card: False, check="off") as interp:
        assert interp.run(setup + "\nkept = x").error is None
        obs = interp.run(f"{change}\nact()")
        assert obs.error.type == "ToolDenied"
        # The second run of the action has changed things again, up to the call that was denied: look at the state between.
    seen = []

    def approver(card):
        interp._session.rewind()
        seen.append(interp._session.run(f"({holds}, x is kept)"))
        interp._session.rewind()
        return False

    with Interpreter(tools=[act], approver=approver, check="off") as interp:
        assert interp.run(setup + "\nkept = x").error is None
        interp.run(f"{change}\nact()")
    assert [(obs.error, obs.value) for obs in seen] == [(None, (True, True))]


def test_more_than_can_be_looked_at_is_named(monkeypatch):
    """A million objects take a second; more of them cannot be put back."""
    from codeact_sdk.interpreter import checkpoints

    monkeypatch.setattr(checkpoints, "MOST_OBJECTS", 100)
    with Interpreter(tools=[act], approver=lambda card: True) as interp:
        interp.run("rows = [[n] for n in range(200)]")
        assert "part of more than 100 objects" in interp.run("act()").error.message


@pytest.mark.parametrize(
    ("setup", "kind"),
    [
        ("g = (n for n in [1])", "generator"),
        ("g = [iter([1])]", "list_iterator"),
        ("g = {'a': map(str, [1])}", "map"),
        ("def f():\n    yield 1\nclass A: pass\ng = A()\ng.run = f()", "generator"),
        ("import itertools\ng = itertools.cycle([1])", "chain"),
        ("def f(n=iter([1])):\n    return n\ng = f", "list_iterator"),
    ],
)
def test_what_cannot_be_put_back_is_named(setup, kind):
    """The variable and its type, so that the program can let go of it."""
    with Interpreter(tools=[act], approver=lambda card: True, check="off") as interp:
        assert interp.run(setup).error is None
        message = interp.run("act()").error.message
    assert "holds a " in message
    assert kind in message


def test_numbers_of_calls_go_on_where_they_were():
    """Calls of the look ahead have no numbers of their own."""
    with Interpreter(tools=[act], approver=lambda card: True) as interp:
        assert [call.n for call in interp.run("act(); act()").calls] == [1, 2]
        assert [call.n for call in interp.run("act(); act()").calls] == [3, 4]


def test_tracebacks_name_the_action_by_its_own_number():
    """An action that was run twice is one action."""
    with Interpreter(tools=[act], approver=lambda card: True) as interp:
        interp.run("act()")
        assert "action 2, line 1" in interp.run("1 / 0").error.traceback


_VALUES = st.recursive(
    st.integers() | st.text(max_size=3) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=30, deadline=None)
@given(value=_VALUES)
def test_any_data_is_put_back(value):
    """Whatever an action does to nested containers is undone before it runs again."""
    spoil = """
def spoil(v):
    if isinstance(v, list):
        for i in v: spoil(i)
        v.append(0)
    elif isinstance(v, dict):
        for i in v.values(): spoil(i)
        v['spoilt'] = 1
spoil(x)
act()
"""
    with Interpreter(tools=[act], approver=lambda card: True) as interp:
        interp.run(f"x = {value!r}\ny = {value!r}")
        once = interp.run(spoil)
        assert once.error is None
        with Interpreter(tools=[act]) as plain:
            plain.run(f"x = {value!r}")
            plain.run(spoil)
            assert interp.run("x").value == plain.run("x").value


@pytest.mark.parametrize(
    "setup",
    [
        "class A:\n    @property\n    def __dict__(self): log.append(1); return {}\nx = A()",
        "class A:\n    def __getattr__(self, name): log.append(name); return {}\nx = A()",
        "class A:\n    def __iter__(self): log.append(1); return iter(())\n    def __eq__(self, other): log.append(2); return True\n    def __hash__(self): log.append(3); return 1\nx = A()",
        "class L(list):\n    def __iter__(self): log.append(1); return iter(())\nx = L([1])",
        "class D(dict):\n    def items(self): log.append(1); return []\n    def __iter__(self): log.append(2); return iter(())\nx = D(a=1)",
        "from collections import defaultdict\nclass D(defaultdict):\n    @property\n    def default_factory(self): log.append(1); return None\nx = D()",
    ],
)
def test_keeping_the_state_runs_nothing_of_the_program(setup):
    """What own classes say about themselves is not asked: they are looked at from outside."""
    with Interpreter(tools=[act], approver=lambda card: True, check="off") as interp:
        made = interp.run(f"log = []\n{setup}\nlog.clear()")
        if made.error is not None:
            assert made.error.type in ("TypeError", "SyntaxError", "AttributeError"), made.error
            return
        assert interp.run("act()").error is None
        assert interp.run("log").value == []
