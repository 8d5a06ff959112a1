"""Attribute names that lead to frames, globals, classes or private state, in every way of spelling them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "(lambda: 1).__globals__",
            "SyntaxError: the attribute .__globals__ is not available: it leads into the interpreter",
        ),
        ("print.__self__", "SyntaxError: the attribute .__self__ is not available: it leads into the interpreter"),
        (
            "(lambda: 1).__code__",
            "SyntaxError: the attribute .__code__ is not available: it leads into the interpreter",
        ),
        (
            "().__class__.__bases__",
            "SyntaxError: the attribute .__class__ is available inside own classes only: use type(x)",
        ),
        (
            "().__class__.__name__",
            "SyntaxError: the attribute .__class__ is available inside own classes only: use type(x)",
        ),
        (
            "int.__subclasses__()",
            "SyntaxError: the attribute .__subclasses__ is not available: it leads into the interpreter",
        ),
        ("str.mro()", "SyntaxError: the attribute .mro is not available: it leads into the interpreter"),
        (
            "def g():\n    yield\ng().gi_frame",
            "SyntaxError: the attribute .gi_frame is not available: it leads into the interpreter",
        ),
        (
            "def g():\n    yield\ng().gi_code",
            "SyntaxError: the attribute .gi_code is not available: it leads into the interpreter",
        ),
        (
            "async def f():\n    pass\nf().cr_frame",
            "SyntaxError: the attribute .cr_frame is not available: it leads into the interpreter",
        ),
        (
            "look.__call__.__self__",
            "SyntaxError: the attribute .__self__ is not available: it leads into the interpreter",
        ),
        ("(1).__class__", "SyntaxError: the attribute .__class__ is available inside own classes only: use type(x)"),
        (
            "(1).__reduce_ex__(4)",
            "SyntaxError: the attribute .__reduce_ex__ is not available: it leads into the interpreter",
        ),
        (
            "x = 1\nx.__\uff43lass__",
            "SyntaxError: the attribute .__class__ is available inside own classes only: use type(x)",
        ),
        (
            "import functools\nfunctools.wraps.__wrapped__.__globals__",
            "SyntaxError: the attribute .__globals__ is not available: it leads into the interpreter",
        ),
    ],
)
def test_names_in_the_source(refused, code, refusal):
    """What is constant in the source is judged before anything runs."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("getattr(lambda: 1, '__globals__')", "AttributeError: the attribute .__globals__ is not available"),
        ("getattr(lambda: 1, '__glo' + 'bals__')", "AttributeError: the attribute .__globals__ is not available"),
        (
            "import operator\noperator.attrgetter('__globals__')(look)",
            "AttributeError: the attribute .__globals__ is not available",
        ),
        (
            "import operator\noperator.attrgetter('__class__.__base__')(1)",
            "AttributeError: the attribute .__base__ is not available",
        ),
        (
            "import operator\noperator.methodcaller('__subclasses__')(int)",
            "AttributeError: the attribute .__subclasses__ is not available",
        ),
        ("getattr(super(int, True), '__thisclass__')", "AttributeError: the attribute .__thisclass__ is not available"),
        (
            "list(map(getattr, [look], ['_call']))",
            "AttributeError: an object of type SealedTool has no public attribute '_call'",
        ),
    ],
)
def test_names_at_run_time(refused, code, refusal):
    """`getattr` and what is like it judge a name as the compiler does."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "class Name(str):\n    def startswith(self, *_):\n        return False\ngetattr(1, Name('__class__'))",
            "TypeError: attribute name must be string, not 'Name'",
        ),
        (
            "class Name(str):\n    pass\nsetattr(look, Name('x'), 1)",
            "TypeError: attribute name must be string, not 'Name'",
        ),
        ("hasattr(look, 5)", "TypeError: attribute name must be string, not 'int'"),
    ],
)
def test_names_that_are_not_exactly_text(refused, code, refusal):
    """A name that could answer differently the second time is not looked at at all."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("look._call", "AttributeError: an object of type SealedTool has no public attribute '_call'"),
        ("import math\nmath._label", "AttributeError: an object of type Facade has no public attribute '_label'"),
        (
            "import sys\nsys.stdout._output",
            "AttributeError: an object of type Stream has no public attribute '_output'",
        ),
        ("type._type_of", "AttributeError: an object of type TypeFacade has no public attribute '_type_of'"),
        ("import random\nrandom._inst", "AttributeError: an object of type Facade has no public attribute '_inst'"),
        (
            "import re\nre.compile('a')._compiled",
            "AttributeError: an object of type Pattern has no public attribute '_compiled'",
        ),
        (
            "import uuid\nuuid.uuid4().is_safe._member_map_",
            "AttributeError: an object of type SafeUUID has no public attribute '_member_map_'",
        ),
        (
            "from urllib.parse import urlparse\nurlparse('http://a')._field_defaults",
            "AttributeError: an object of type ParseResult has no public attribute '_field_defaults'",
        ),
    ],
)
def test_private_names(refused, code, refusal):
    """Names with a leading underscore are read on own objects only."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "import collections\nsuper(collections.Counter, collections.Counter())._keep_positive",
            "AttributeError: an object of type super has no public attribute '_keep_positive'",
        ),
        (
            "import asyncio\nasync def main():\n    task = asyncio.create_task(asyncio.sleep(0))\n    return super(type(task), task)._loop\nawait main()",
            "TypeError: super() argument 1 must be a type, not ClassFacade",
        ),
    ],
)
def test_private_names_through_super(refused, code, refusal):
    """`super()` of a class that is not the program's own gives no private names."""
    assert refused(code) == refusal


CLASS = "class A(Enum): pass\n"


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("A._convert_('B', 'os', lambda name: name == 'system')", "the class A has no public attribute '_convert_'"),
        ("getattr(A, '_create_')", "the class A has no public attribute '_create_'"),
        ("'{0._convert_}'.format(A)", "the class A has no public attribute '_convert_'"),
        ("A._convert_ += 1", "the class A has no public attribute '_convert_'"),
        ("class B(A): pass\nB._find_new_", "the class B has no public attribute '_find_new_'"),
        ("class C(A):\n    X = 1\nC._dump_registry", "the class C has no public attribute '_dump_registry'"),
        ("class C(ABC): pass\nC._dump_registry()", "the class C has no public attribute '_dump_registry'"),
        ("class C(Flag): pass\nC._iter_member_", "the class C has no public attribute '_iter_member_'"),
        (
            "class C(IntFlag):\n    X = 1\n    def f(self): return super()._member_names_\nC.X.f().append('Y')",
            "an object of type super has no public attribute '_member_names_'",
        ),
    ],
)
def test_private_names_of_metaclasses_and_bases(refused, code, refusal):
    """An own class gives the private names that the program itself gave it, not those of the library's classes."""
    assert (
        refused(f"from abc import ABC\nfrom enum import Enum, Flag, IntFlag\n{CLASS}{code}")
        == f"AttributeError: {refusal}"
    )


def test_private_names_of_own_classes(attack):
    """What the program itself has put into its classes is its own, through `super()` and in enums too."""
    code = """
from enum import Enum, auto
class A:
    _count = 0
    __hidden = 1
    def _f(self): return 1
    @classmethod
    def _g(cls):
        cls._count += 1
        cls._late = cls.__hidden
        return cls._count
class B(A):
    def _f(self): return super()._f() + 1
    @classmethod
    def _g(cls): return super()._g() + cls._late
class C(Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last): return name.lower()
    X = auto()
    @classmethod
    def _missing_(cls, value): return cls.X if value else super()._missing_(value)
B()._f(), A._g(), B._g(), C(5).value, C._member_names_
"""
    assert attack(code).value == (2, 1, 3, "x", ["X"])


SEEN = """
class Seen:
    def __radd__(self, other): raise ValueError(str(other))
    __rmul__ = __rpow__ = __radd__
class Text(str): pass
text = Text('{0.__class__}')
"""


@pytest.mark.parametrize("operator", ["+=", "*=", "**="])
@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("text.format {} Seen()", "ValueError: <function SafeFormatter.bound.<locals>.<lambda>>"),
        ("def f(x): x.format {} Seen()\nf(text)", "ValueError: <function SafeFormatter.bound.<locals>.<lambda>>"),
        ("look._call {} Seen()", "AttributeError: an object of type SealedTool has no public attribute '_call'"),
        (
            "def f(x): x._call {} Seen()\nf(look)",
            "AttributeError: an object of type SealedTool has no public attribute '_call'",
        ),
        (
            "def f(x):\n    x._call {0} Seen()\n    x._call {0} Seen()\nf(look)",
            "AttributeError: an object of type SealedTool has no public attribute '_call'",
        ),
    ],
)
def test_reading_in_place(refused, code, refusal, operator):
    """`x.a += y` reads before it sets: what it reads goes to `y`, so it is read under the policy too."""
    assert refused(SEEN + code.format(operator)) == refusal


def test_setting_in_place_after_text_has_run(refused):
    """The object of `x.a *= y` is looked at when it is set: text that runs in between has the same names of ours."""
    code = """
from collections.abc import Mapping
class A: pass
a = A()
a.get = 1
a.get *= exec("try:\\n    Mapping[0] *= 2\\nexcept TypeError: pass") or 7
"""
    assert refused(code) == "AttributeError: attributes of the class Mapping cannot be set"


def test_several_attributes_in_place(attack):
    """A method may change several attributes of its object, in place, by operators whose results are looked at."""
    code = "class A:\n    def f(self, n):\n        self.x = self._y = 2\n        self.x *= n\n        self._y **= n\n        self.x %= 4\n        return self.x, self._y\nA().f(3)"
    assert attack(code).value == (2, 8)
