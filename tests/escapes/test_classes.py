"""Classes are made by class statements only, from chosen bases, with special methods that the policy knows."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "class A:\n    def __getattribute__(self, *args):\n        return 1",
            "SyntaxError: the name __getattribute__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __getattr__(self, *args):\n        return 1",
            "SyntaxError: the name __getattr__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __setattr__(self, *args):\n        return 1",
            "SyntaxError: the name __setattr__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __del__(self, *args):\n        return 1",
            "SyntaxError: the name __del__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __new__(self, *args):\n        return 1",
            "SyntaxError: the name __new__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __init_subclass__(self, *args):\n        return 1",
            "SyntaxError: the name __init_subclass__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __set_name__(self, *args):\n        return 1",
            "SyntaxError: the name __set_name__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __get__(self, *args):\n        return 1",
            "SyntaxError: the name __get__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __instancecheck__(self, *args):\n        return 1",
            "SyntaxError: the name __instancecheck__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __class_getitem__(self, *args):\n        return 1",
            "SyntaxError: the name __class_getitem__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __reduce_ex__(self, *args):\n        return 1",
            "SyntaxError: the name __reduce_ex__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __mro_entries__(self, *args):\n        return 1",
            "SyntaxError: the name __mro_entries__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __prepare__(self, *args):\n        return 1",
            "SyntaxError: the name __prepare__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __subclasshook__(self, *args):\n        return 1",
            "SyntaxError: the name __subclasshook__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    __class__ = str",
            "SyntaxError: the name __class__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    __dataclass_fields__ = {}",
            "SyntaxError: the name __dataclass_fields__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    _asyncio_future_blocking = False",
            "SyntaxError: the name _asyncio_future_blocking is reserved: choose another",
        ),
    ],
)
def test_special_methods(refused, code, refusal):
    """A method that answers for the object before anyone looks cannot be defined."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("class A(type(look)):\n    pass", "TypeError: own classes cannot inherit from the class SealedTool"),
        ("class A(type(print)):\n    pass", "TypeError: own classes cannot inherit from the class method"),
        (
            "import random\nclass A(random.Random):\n    pass",
            "TypeError: own classes cannot inherit from the class Random",
        ),
        (
            "import datetime\nclass A(datetime.tzinfo):\n    pass",
            "TypeError: own classes cannot inherit from the class tzinfo",
        ),
        (
            "import string\nclass A(string.Template):\n    pass",
            "TypeError: own classes cannot inherit from the class Template",
        ),
        ("class A(type):\n    pass", "TypeError: own classes cannot inherit from the class type"),
        ("class A(bool):\n    pass", "TypeError: own classes cannot inherit from the class bool"),
        (
            "import asyncio\nclass A(asyncio.Queue):\n    pass",
            "TypeError: own classes cannot inherit from the class Queue",
        ),
        (
            "import asyncio\nclass A(asyncio.CancelledError):\n    pass",
            "TypeError: own classes cannot inherit from the class CancelledError",
        ),
        ("import re\nclass A(re.Pattern):\n    pass", "TypeError: own classes cannot inherit from the class Pattern"),
    ],
)
def test_bases(refused, code, refusal):
    """Only chosen classes may be inherited from."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("class A(metaclass=type(look)):\n    pass", "TypeError: metaclass= takes nothing but ABCMeta here"),
        ("class A(metaclass=lambda *_: 1):\n    pass", "TypeError: metaclass= takes nothing but ABCMeta here"),
        (
            "import enum\nclass A(metaclass=enum.Enum):\n    pass",
            "TypeError: metaclass= takes nothing but ABCMeta here",
        ),
        (
            "from abc import ABCMeta\nclass A(ABCMeta):\n    pass\nclass B(metaclass=A):\n    pass",
            "TypeError: own classes cannot inherit from the class ABCMeta",
        ),
    ],
)
def test_metaclasses(refused, code, refusal):
    """A metaclass is `ABCMeta` or nothing."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("type('A', (), {})", "TypeError: type() takes one object here: write a class statement to make a class"),
        (
            "from abc import ABCMeta\nABCMeta('A', (), {'__getattribute__': lambda self, name: 1})",
            "TypeError: the class ABCMeta cannot be called here",
        ),
        ("type(int)('A', (), {})", "TypeError: type() takes one object here: write a class statement to make a class"),
        (
            "from enum import Enum\nEnum('A', {'__reduce_ex__': lambda *_: 1})",
            "TypeError: '__reduce_ex__' cannot be the name of a member",
        ),
        (
            "from enum import Enum\nEnum('A', {'B': 1}, type=type(look))",
            "TypeError: an enum is made from names here: Enum('Color', ['RED', 'GREEN'])",
        ),
        ("from enum import Enum\nEnum('A', {'_missing_': 1})", "TypeError: '_missing_' cannot be the name of a member"),
        (
            "from enum import Enum\nclass Base(Enum):\n    pass\nBase('A', {'__del__': lambda self: 1, 'B': 1})",
            "TypeError: '__del__' cannot be the name of a member",
        ),
        (
            "from enum import Enum\nclass Name(str):\n    pass\nEnum('A', [(Name('B'), 1)])",
            "TypeError: 'B' cannot be the name of a member",
        ),
        ("from enum import Enum\nEnum('A', 'mro')", "TypeError: 'mro' cannot be the name of a member"),
        (
            "from collections import namedtuple\nnamedtuple('A', ['__class__'])",
            "ValueError: Field names cannot start with an underscore: '__class__'",
        ),
        (
            "from collections import namedtuple\nnamedtuple('A', ['x y=print()'])",
            "ValueError: Type names and field names must be valid identifiers: 'x y=print()'",
        ),
        (
            "from dataclasses import make_dataclass",
            "ImportError: cannot import name 'make_dataclass' from 'dataclasses': it is not available here; did you mean dataclass, is_dataclass?",
        ),
        (
            "from types import new_class",
            "ImportError: cannot import name 'new_class' from 'types': it is not available here; it has MappingProxyType, SimpleNamespace",
        ),
    ],
)
def test_classes_from_dicts(refused, code, refusal):
    """No call makes a class with a body of its own choosing."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "class Key(str):\n    def __hash__(self):\n        return 1",
            "TypeError: a subclass of str cannot define __hash__: keep the str in an attribute of a class of your own",
        ),
        (
            "class Key(str):\n    def __eq__(self, other):\n        return True",
            "TypeError: a subclass of str cannot define __eq__: keep the str in an attribute of a class of your own",
        ),
        (
            "class Key(str):\n    def __len__(self):\n        return 0",
            "TypeError: a subclass of str cannot define __len__: keep the str in an attribute of a class of your own",
        ),
        (
            "class Many(int):\n    def __index__(self):\n        return 0",
            "TypeError: a subclass of int cannot define __index__: keep the int in an attribute of a class of your own",
        ),
        (
            "class Many(int):\n    def __radd__(self, other):\n        return self",
            "TypeError: a subclass of int cannot define __radd__: keep the int in an attribute of a class of your own",
        ),
        (
            "class Raw(bytes):\n    def __iter__(self):\n        return iter('x')",
            "TypeError: a subclass of bytes cannot define __iter__: keep the bytes in an attribute of a class of your own",
        ),
        (
            "class Part:\n    def __eq__(self, other):\n        return True\n    __hash__ = object.__hash__\nclass Key(Part, str):\n    pass",
            "TypeError: a subclass of str cannot define __eq__: keep the str in an attribute of a class of your own",
        ),
        (
            "from enum import IntEnum\nclass Code(IntEnum):\n    A = 1\n    def __eq__(self, other):\n        return True",
            "TypeError: a subclass of int cannot define __eq__: keep the int in an attribute of a class of your own",
        ),
        (
            "from functools import partial\nclass Key(str):\n    __contains__ = partial(print)",
            "TypeError: a subclass of str cannot define __contains__: keep the str in an attribute of a class of your own",
        ),
    ],
)
def test_scalars_that_lie(refused, code, refusal):
    """Text and numbers of own classes say the truth to the host's code, which takes them at their word."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "from dataclasses import dataclass\nfrom collections import Counter\ndataclass(Counter)",
            "TypeError: the class Counter cannot be decorated: only your own classes and functions can",
        ),
        (
            "from functools import total_ordering\nfrom fractions import Fraction\ntotal_ordering(Fraction)",
            "TypeError: the class Fraction cannot be decorated: only your own classes and functions can",
        ),
        (
            "from typing import final\nfinal(look)",
            "TypeError: an object of type SealedTool cannot be decorated: only your own classes and functions can",
        ),
        (
            "from abc import abstractmethod\nabstractmethod(print)",
            "TypeError: an object of type method cannot be decorated: only your own classes and functions can",
        ),
        (
            "from functools import update_wrapper\nupdate_wrapper(look, print)",
            "TypeError: an object of type SealedTool cannot be decorated: only your own classes and functions can",
        ),
        (
            "from functools import wraps\nwraps(print)(int)",
            "TypeError: the class int cannot be decorated: only your own classes and functions can",
        ),
    ],
)
def test_decorators(refused, code, refusal):
    """Decorators that write take own classes and functions only."""
    assert refused(code) == refusal
