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
