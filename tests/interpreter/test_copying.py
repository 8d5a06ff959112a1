"""`copy.deepcopy`, `dataclasses.asdict` and their kin, compared with CPython's."""

from __future__ import annotations

import pytest
from oracle import assert_fails_alike, assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "import copy\na = [1, {'k': (2, {3})}, frozenset({4}), b'x']\nb = copy.deepcopy(a)\nb[1]['k'][1].add(9)\na, b, copy.deepcopy(5)",
        "import copy\na = []\na.append(a)\nb = copy.deepcopy(a)\nb[0] is b, b is not a",
        "import copy\nclass A:\n    def __init__(self): self.x = [1]; self.me = self\na = A()\nb = copy.deepcopy(a)\nb.x.append(2)\na.x, b.x, b.me is b, type(b) is A",
        "import copy\nclass A:\n    __slots__ = ('x', 'y')\na = A()\na.x = [1]\nb = copy.deepcopy(a)\nb.x.append(2)\na.x, b.x, hasattr(b, 'y')",
        "import copy\nfrom dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: list\na = A([1])\nb = copy.deepcopy(a)\nb.x.append(2)\na, b",
        "import copy\nfrom collections import OrderedDict, defaultdict, deque, Counter, namedtuple\nP = namedtuple('P', 'x y')\na = [OrderedDict(a=[1]), defaultdict(list, a=[1]), deque([[1]], 3), Counter('ab'), P([1], 2)]\nb = copy.deepcopy(a)\nb[0]['a'].append(2)\nb[1]['z'].append(1)\nb[2][0].append(2)\nb[4].x.append(3)\nstr(a), str(b)",
        "import copy\nclass L(list): pass\nl = L([[1]])\nl.tag = 'x'\nm = copy.deepcopy(l)\nm[0].append(2)\nl, m, m.tag, type(m) is L",
        "import copy\nclass D(dict): pass\nd = D(a=[1])\ne = copy.deepcopy(d)\ne['a'].append(2)\nd == {'a': [1]}, e == {'a': [1, 2]}",
        "import copy\ne = ValueError('x', [1])\nf = copy.deepcopy(e)\nf.args[1].append(2)\ne.args, f.args",
        "import copy\nfrom enum import Enum\nclass C(Enum):\n    A = 1\ncopy.deepcopy([C.A])[0] is C.A, copy.deepcopy(len) is len",
        "import copy\nfrom types import SimpleNamespace\nn = SimpleNamespace(a=[1])\nm = copy.deepcopy(n)\nm.a.append(2)\nn.a, m.a",
        "import copy\nfrom datetime import date, timedelta\nfrom decimal import Decimal\ncopy.deepcopy([date(2024, 1, 1), timedelta(1), Decimal('1.5')])",
        "import copy, io\ns = io.StringIO('ab')\ns.read(1)\nt, u = copy.deepcopy(s), copy.copy(s)\nt.write('c')\n(s.getvalue(), s.tell()), (t.getvalue(), t.tell()), u.read()",
        "import copy\ne = ValueError('x')\ne.add_note('why')\nf = copy.deepcopy(e)\nf.add_note('more')\ne.__notes__, f.__notes__",
        "import copy\nx = [1]\nboth = copy.deepcopy([x, x])\nboth[0] is both[1]",
        "from dataclasses import dataclass, asdict, astuple\nfrom collections import namedtuple\nP = namedtuple('P', 'a')\n@dataclass\nclass A:\n    x: object\n@dataclass\nclass B:\n    a: A\n    b: list\n    c: dict\n    d: tuple\n    e: object\nv = B(A(1), [A(2)], {'k': A(3)}, (A(4), 5), P(A(6)))\nstr(asdict(v)), str(astuple(v)), asdict(v, dict_factory=list)",
    ],
)
def test_copies_are_cpython_s(code: str) -> None:
    """Deep copies keep identity, types and attributes."""
    assert_ordinary(code)


@pytest.mark.parametrize("code", ["asdict(5)", "asdict(int)", "astuple([1])"])
def test_what_is_no_dataclass_is_refused(code: str) -> None:
    """As in CPython."""
    assert_fails_alike(f"from dataclasses import asdict, astuple\n{code}")


@pytest.mark.parametrize(
    "code",
    [
        "class Meters(float):\n    def __add__(self, o): return Meters(float(self) + o)\nMeters(1.5) + 1",
        "class Id(str):\n    def __repr__(self): return 'Id'\nrepr(Id('a'))",
        "class N(int):\n    '''Docs.'''\n    unit = 'm'\n    def double(self): return N(self * 2)\nN(4).double() + N(1)",
        "from enum import Enum\nclass C(str, Enum):\n    A = 'a'\nC.A == 'a', C('a') is C.A, [c.value for c in C]",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    _y: int = 0\nmatch P(1, 2):\n    case P(x): print(x)",
        "from enum import Enum\nC = Enum('C', 'A, B', module='m', qualname='q')\nC.A.name, C['B'].value, C(1) is C.A",
        "from enum import Enum\nC = Enum('C', [('A', 5), ['B', 6]])\n[c.value for c in C]",
        "class A:\n    async def __aenter__(self): return self\n    async def __aexit__(self, *args): print(args[0])\nasync with A():\n    pass",
    ],
)
def test_own_scalars_enums_and_patterns(code: str) -> None:
    """Subclasses of text and numbers, functional enums and private fields."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "from enum import Enum\nEnum('C', ['_x'])",
        "from enum import Enum\nEnum('C', [5])",
        "from enum import Enum\nEnum('C', ['A'], type=list)",
        "from enum import Enum\nEnum('C', ['A'], boundary=5)",
    ],
)
def test_functional_enums_take_names_only(code: str) -> None:
    """What would make anything else is a TypeError."""
    from oracle import in_session

    assert in_session(code).error.startswith("TypeError")
