"""Classes: inheritance, special methods, properties, private names, slots."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    def __init__(self, x):\n        self.x = x\n    def double(self):\n        return self.x * 2\na = A(3)\na.x, a.double(), A.double(a), isinstance(a, A), type(a).__name__, type(a) is A",
        "class A:\n    def hi(self):\n        return 'A'\nclass B(A):\n    def hi(self):\n        return 'B' + super().hi()\nclass C(A):\n    def hi(self):\n        return 'C' + super().hi()\nclass D(B, C):\n    pass\nD().hi(), issubclass(D, A), isinstance(D(), (int, C))",
        "class A:\n    def __init__(self):\n        self._x = 1\n        self.__y = 2\n    def get(self):\n        return self._x + self.__y\na = A()\na.get(), a._x, a._A__y",
        "class _Hidden:\n    def __init__(self):\n        self.__v = 5\n    def v(self):\n        return self.__v\n_Hidden().v()",
        "class A:\n    @property\n    def x(self):\n        return self._x\n    @x.setter\n    def x(self, v):\n        self._x = v * 2\n    @x.deleter\n    def x(self):\n        print('deleted')\na = A()\na.x = 4\nprint(a.x)\ndel a.x",
        "class A:\n    n = 0\n    @classmethod\n    def make(cls):\n        cls.n += 1\n        return cls()\n    @staticmethod\n    def add(a, b):\n        return a + b\nA.make()\nA.n, A.add(1, 2), A().add(3, 4)",
        "class A:\n    __slots__ = ('x',)\na = A()\na.x = 1\ntry:\n    a.y = 2\nexcept AttributeError as e:\n    print('no y')\na.x",
        "class A:\n    'Docs.'\n    y = 1\nA.__doc__, A.__name__, A.__qualname__",
        "class A: pass\nA()._x",
        "class A: pass\na = A()\na.b.c",
        "class A:\n    class Inner:\n        v = 3\n    x = Inner.v + 1\nA.x, A.Inner.__qualname__",
        "class A:\n    def __init__(self):\n        self.x = 1\na = A()\nvars(a), a.__dict__, getattr(a, 'x'), getattr(a, 'z', 9), hasattr(a, 'x')",
        "class A: pass\na = A()\nsetattr(a, 'k', 1)\na.__dict__['j'] = 2\ndelattr(a, 'k')\nvars(a)",
        "class A:\n    def f(self):\n        return self.__class__.__name__\nclass B(A): pass\nB().f()",
        "class A: pass\nA.f = lambda self: 7\nA().f()",
        "class Stack(list):\n    def peek(self):\n        return self[-1]\ns = Stack([1, 2])\ns.append(3)\ns.peek(), len(s), s == [1, 2, 3]",
        "class D(dict):\n    def __missing__(self, k):\n        return k * 2\nD(a=1)['zz']",
        "class Money(float):\n    pass\nMoney(2.5) + 1",
        "class Name(str):\n    def shout(self):\n        return self.upper() + '!'\nName('a').shout(), Name('b') == 'b'",
        "class A:\n    def __init__(self):\n        super().__init__()\n        self.done = True\nA().done",
        "class A(undefined): pass",
        "class A:\n    x = 1 / 0",
    ],
)
def test_classes(code: str) -> None:
    """Classes behave as CPython's do."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "class V:\n    def __init__(self, x): self.x = x\n    def __add__(self, o): return V(self.x + (o.x if isinstance(o, V) else o))\n    __radd__ = __add__\n    def __mul__(self, k): return V(self.x * k)\n    def __neg__(self): return V(-self.x)\n    def __eq__(self, o): return isinstance(o, V) and self.x == o.x\n    def __hash__(self): return hash(self.x)\n    def __repr__(self): return f'V({self.x})'\nprint(V(1) + V(2), 1 + V(2), V(2) * 3, -V(1), V(1) == V(1), len({V(1), V(1)}), sum([V(1), V(2)]))",
        "class S:\n    def __len__(self): return 2\n    def __getitem__(self, i):\n        if i > 1: raise IndexError\n        return i * 10\n    def __contains__(self, x): return x == 'in'\ns = S()\nlen(s), list(s), 'in' in s, bool(s), s[1]",
        "class It:\n    def __init__(self): self.n = 0\n    def __iter__(self): return self\n    def __next__(self):\n        self.n += 1\n        if self.n > 3: raise StopIteration\n        return self.n\nlist(It()), sum(It())",
        "class C:\n    def __call__(self, *a, **k): return a, k\n    def __str__(self): return 'str'\n    def __format__(self, spec): return f'<{spec}>'\n    def __bool__(self): return False\nc = C()\nc(1, x=2), str(c), f'{c:abc}', format(c, 'q'), bool(c), f'{c!s}'",
        "class D:\n    def __init__(self): self.d = {}\n    def __setitem__(self, k, v): self.d[k] = v\n    def __delitem__(self, k): del self.d[k]\nd = D()\nd['a'] = 1\nd['b'] = 2\ndel d['a']\nd.d",
        "from functools import total_ordering\n@total_ordering\nclass N:\n    def __init__(self, n): self.n = n\n    def __eq__(self, o): return self.n == o.n\n    def __lt__(self, o): return self.n < o.n\nN(1) <= N(2), N(3) > N(2), max(N(1), N(5)).n",
        "class A:\n    def __lt__(self, o): return NotImplemented\nA() < A()",
        "class A:\n    def __int__(self): return 3\n    def __index__(self): return 4\n    def __float__(self): return 0.5\nint(A()), float(A()), [0, 1, 2, 3, 4][A()], hex(A())",
        "import copy\nclass A:\n    def __copy__(self): return 'c'\n    def __deepcopy__(self, memo): return 'd'\ncopy.copy(A()), copy.deepcopy(A())",
    ],
)
def test_special_methods(code: str) -> None:
    """Special methods are called by the operators and builtins that call them in CPython."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "from abc import ABC, abstractmethod\nclass Shape(ABC):\n    @abstractmethod\n    def area(self): ...\nclass Sq(Shape):\n    def area(self): return 4\nprint(Sq().area())\nShape()",
        "from abc import ABCMeta, abstractmethod\nclass Shape(metaclass=ABCMeta):\n    @property\n    @abstractmethod\n    def area(self): ...\nShape()",
        "from collections.abc import Mapping, Iterator\nclass M(Mapping):\n    def __getitem__(self, k): return 1\n    def __iter__(self): return iter('ab')\n    def __len__(self): return 2\ndict(M()), isinstance(M(), Mapping), isinstance([], Iterator)",
        "from typing import Generic, TypeVar, Protocol, runtime_checkable\nT = TypeVar('T')\nclass Box(Generic[T]):\n    def __init__(self, v: T): self.v = v\n@runtime_checkable\nclass Has(Protocol):\n    def area(self) -> float: ...\nclass Sq:\n    def area(self): return 1\nBox[int](3).v, isinstance(Sq(), Has), isinstance(3, Has)",
        "from typing import NamedTuple, TypedDict\nclass P(NamedTuple):\n    x: int\n    y: int = 0\n    def norm(self): return abs(self.x)\nclass T(TypedDict, total=False):\n    a: int\np = P(-3)\np.norm(), p._replace(y=2)._asdict(), P._fields, T(a=1), p == (-3, 0)",
        "from collections import namedtuple\nP = namedtuple('P', 'x y', defaults=[5])\np = P(1)\nx, y = p\np.x, p.y, x + y, p._asdict(), P._make([7, 8]).y, str(p)",
        "from types import SimpleNamespace\ns = SimpleNamespace(a=1)\ns.b = 2\ndel s.a\nvars(s)",
    ],
)
def test_classes_of_the_standard_library_may_be_inherited(code: str) -> None:
    """Abstract classes, protocols, generics and named tuples."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    def __init__(self): super().__setattr__('x', 1)\n    def drop(self): object.__delattr__(self, 'x')\na = A()\nprint(vars(a))\na.drop()\nvars(a)",
        "class A:\n    x = 1\n    def me(self): return __class__.x, __class__.__name__\nA().me()",
        "class A:\n    def __init__(self): self._x, self.y = 1, 2\n    def _f(self): pass\n[n for n in dir(A()) if not n.startswith('__')]",
    ],
)
def test_making_and_reading(code: str) -> None:
    """Attributes set and deleted through `super()` and `object`, `__class__` in methods, `dir`."""
    assert_ordinary(code)
