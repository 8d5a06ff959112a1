"""What only the running program can tell: whose object it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import regex

from codeact_sdk.interpreter.session import Session
from codeact_sdk.observations import Observation

Act = Callable[[str], Observation]


@pytest.mark.parametrize(
    "code",
    [
        "getattr([], '__class__').__name__ == 'list' and getattr([], '__globals__')",
        "getattr(len, '_x')",
        "getattr([], 'gi_frame')",
        "getattr([], '__subclasses__')",
        "getattr(len, '__wrapped__')",
        "getattr(len, '__annotations__')",
        "getattr(5, '__members__')",
        "getattr(5, '__dict__')",
        "getattr(5, '__dataclass_fields__')",
        "setattr([], 'x', 1)",
        "class A: pass\nsetattr(A(), '__class__', int)",
        "class A: pass\nsetattr(A, 'gi_frame', int)",
        "class A: pass\ndelattr(A(), '__dict__')",
        "delattr([], 'append')",
        "class A: pass\nobject.__setattr__(A(), '__class__', int)",
        "object.__setattr__([], 'x', 1)",
        "class A: pass\nA.__setattr__(5, 'x', 1)",
        "[].__setattr__('x', 1)",
        "class A:\n    def __init__(self): super().__setattr__('__class__', int)\nA()",
        "import math\nmath.__init__('x')",
        "[].__init__([1])",
        "Exception('x').obj",
        "import collections.abc as c\nc.Sized.register(int)",
        "import math\ngetattr(math.sqrt, '__self__')",
        "import re\nre.Match.re",
        "getattr(str, '__doc__').x",
        "import collections\ncollections.namedtuple('P', 'x')._nothing",
    ],
)
def test_attributes_that_are_not_there(act: Act, code: str) -> None:
    """They are missing in the words of an AttributeError."""
    assert act(code).error.type == "AttributeError"


@pytest.mark.parametrize(
    "code",
    [
        "class S(str): pass\ngetattr(5, S('real'))",
        "class S(str): pass\nhasattr(5, S('real'))",
        "setattr(5, 5, 5)",
        "type('X', (int,), {'__eq__': print})",
        "type()",
        "class A(bool): pass",
        "class A(type): pass",
        "class A(5): pass",
        "class A(type(len)): pass",
        "class A(metaclass=int): pass",
        "class A(type(print)): pass",
        "class A:\n    __match_args__ = ('__class__',)",
        "class A:\n    __match_args__ = 5",
        "class A(int):\n    def __eq__(self, o): return True",
        "from functools import total_ordering\ntotal_ordering(int)",
        "from dataclasses import dataclass\ndataclass(int)",
        "from dataclasses import dataclass\ndataclass(frozen=True)(list)",
        "vars(5)",
        "try:\n    1 / 0\nexcept int:\n    pass",
        "try:\n    1 / 0\nexcept ((5,), 6):\n    pass",
        "raise int",
        "raise 'text'",
        "object.__init__(5)",
        "list.__init__([1], [2])",
        "type(len)()",
        "import asyncio\ntype(asyncio.sleep)(1)",
    ],
)
def test_what_may_not_be_done_to_objects_of_others(act: Act, code: str) -> None:
    """A TypeError, as Python gives for what makes no sense."""
    assert act(code).error.type == "TypeError"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("class A:\n    x = 1\n    def f(self): pass\nsorted(n for n in A.__dict__)", ["f", "x"]),
        ("import math\n'sqrt' in vars(math), 'sqrt' in dir(math)", (True, True)),
        ("x = 5\n'x' in vars(), 'x' in dir(), '__builtins__' in vars()", (True, True, False)),
        (
            "from enum import Enum\nclass C(Enum):\n    A = 1\nC.A._value_, C.A._name_, dict(C.__members__) == {'A': C.A}",
            (1, "A", True),
        ),
        (
            "class A(Exception): pass\nclass B(A): pass\ne = B('x')\ne.__cause__, e.__context__, e.__notes__",
            (None, None, []),
        ),
        ("type(5).__name__, type(5)(3), type('a') is str, type(None) is type(None)", ("int", 3, True, True)),
        (
            "type(len).__name__, repr(type(len)), type(len) is type(abs)",
            ("builtin_function_or_method", "<class 'builtin_function_or_method'>", True),
        ),
        (
            "def f(): pass\nisinstance(len, type(abs)), isinstance(f, (type(f), int)), issubclass(bool, type(True))",
            (True, True, True),
        ),
        (
            "def f(): pass\nisinstance(5, type(f) | int), isinstance(5, int | type(f)), isinstance(int, type | int)",
            (True, True, True),
        ),
        ("type is type(int), type(type), repr(type)", None),
        ("import copy\ndef f(): pass\nt = type(f)\ncopy.copy(t) is t, copy.deepcopy(t) is t", (True, True)),
        (
            "import enum\nC = enum.Enum('C', 'A B')\nD = enum.Enum('D', {'X': 5})\nE = enum.IntEnum('E', [('P', 1)], start=2)\nlen(C), D.X.value, E.P + 1",
            (2, 5, 2),
        ),
        ("import enum\nC = enum.Enum('C', ['A'], type=str)\nC.A.value", "1"),
        (
            "class A:\n    def __init__(self): self.x = 1\nclass B(A):\n    def __init__(self):\n        A.__init__(self)\n        object.__init__(self)\nB().x",
            1,
        ),
        ("class L(list):\n    def __init__(self, xs): list.__init__(self, xs)\nL([1, 2])", None),
        ("str.__len__('abc'), dict.__getitem__({1: 2}, 1), int.__add__(1, 2)", (3, 2, 3)),
        (
            "class A: pass\na = A()\na.__setattr__('x', 5)\nA.__setattr__(a, 'y', 6)\nobject.__setattr__(a, 'z', 7)\na.x + a.y + a.z",
            18,
        ),
        ("class P:\n    def __init__(self): super().__setattr__('x', 1)\nP().x", 1),
        ("from types import SimpleNamespace\nn = SimpleNamespace(a=1)\nn.b = 2\nn.__dict__", {"a": 1, "b": 2}),
        (
            "class A:\n    def f(self):\n        'Doc.'\na = A()\na.f.__doc__, a.f.__name__, A.f.__qualname__",
            ("Doc.", "f", "A.f"),
        ),
        ("class A:\n    def _f(self): return 1\nclass B(A):\n    def _f(self): return super()._f() + 1\nB()._f()", 2),
        (
            "class A:\n    register = 5\n    obj = 6\n    re = 7\n    strptime = 8\n    groupindex = 9\nA.register, A().obj, A().re, A.strptime, A().groupindex",
            (5, 6, 7, 8, 9),
        ),
        ("class A(Exception):\n    def __init__(self): self.obj = 5\nA().obj", 5),
        (
            "class T(str):\n    def format(self, *a): return 'mine'\nT('x').format(1), T('{a}').format_map({'a': '{}'})",
            ("mine", "{}"),
        ),
    ],
)
def test_what_may_be_read_and_done(act: Act, code: str, value: object) -> None:
    """Ordinary introspection works."""
    seen = act(code)
    assert seen.error is None
    assert value is None or seen.value == value


def test_names_of_named_tuples_and_methods(act: Act) -> None:
    """Underscored names that the library gives its tuples, and the program its methods."""
    code = "from urllib.parse import urlsplit\nu = urlsplit('http://h/p')\nu._asdict()['netloc'], u._replace(path='/q').path"
    assert act(code).value == ("h", "/q")
    assert act("class A:\n    def f(self, x: int): pass\nA().f.__annotations__").error is None
    assert act("class A:\n    __doc__ = 5\nA.__doc__").error.type == "AttributeError"
    assert act("from enum import Enum\nclass Base(Enum): pass\nBase('C', 'A B').B.value").value == 2


def test_the_session_s_import_serves_the_library_only(session: Session) -> None:
    """C code that imports by itself while model code runs finds a handful of modules."""
    lazy = session._namespace["__builtins__"]["__import__"]
    assert lazy("typing").__name__ == "typing"
    with pytest.raises(ImportError, match="no module 'os' here"):
        lazy("os")


def test_special_method_names_of_sealed_things(act: Act) -> None:
    """Facades and tools have a name and a text, not the methods of their class."""
    for code in ("import math\nmath.__eq__", "import math\nmath.__repr__", "import math\nmath._label"):
        assert act(code).error.type == "AttributeError"


def test_the_place_of_a_traceback_is_empty(act: Act) -> None:
    """`__exit__` sees the exception, not its frames."""
    code = """
from contextlib import ExitStack
seen = []
class C:
    def __enter__(self): return self
    def __exit__(self, kind, error, traceback):
        seen.append((kind.__name__, str(error), traceback))
        return True
with C():
    1 / 0
with ExitStack() as stack:
    stack.push(lambda *args: seen.append(args[2]) or True)
    stack.push(C())
    raise KeyError("k")
with ExitStack() as stack:
    stack.push(lambda *args: seen.append(args[2]) or True)
    raise KeyError("k")
seen
"""
    assert act(code).value == [("ZeroDivisionError", "division by zero", None), ("KeyError", "'k'", None), None, None]


def test_a_match_of_the_host_does_not_give_its_pattern(session: Session) -> None:
    """The compiled one has no time limit, and no module of the session has wrapped it."""
    match = regex.match("a", "a")
    with pytest.raises(AttributeError, match="not available"):
        session._parts.guards.get(match, "re")


def test_methods_of_own_objects_may_have_names_that_are_looked_at(act: Act) -> None:
    """They are the program's own, and do what it wrote."""
    code = "class A:\n    def from_bytes(self, x):\n        return x\n    def close(self):\n        return 2\n(A().from_bytes(1), A().close())"
    assert act(code).value == (1, 2)
