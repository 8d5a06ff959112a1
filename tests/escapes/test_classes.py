"""Classes are made by class statements only, from chosen bases, with special methods that the policy knows."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "class A:\n    def __getattribute__(self, *args):\n        return 1",
            "SyntaxError: the name __getattribute__ cannot be set: use a property, or a method that takes the name",
        ),
        (
            "class A:\n    def __del__(self, *args):\n        return 1",
            "SyntaxError: the name __del__ cannot be set: nothing runs when an object is freed: use a `with` block, or call a method when you are done",
        ),
        (
            "class A:\n    def __instancecheck__(self, *args):\n        return 1",
            "SyntaxError: the name __instancecheck__ cannot be set: own metaclasses are not available: use an ABC or a function",
        ),
        (
            "class A:\n    def __reduce_ex__(self, *args):\n        return 1",
            "SyntaxError: the name __reduce_ex__ cannot be set: define __copy__ or __deepcopy__",
        ),
        (
            "class A:\n    def __mro_entries__(self, *args):\n        return 1",
            "SyntaxError: the name __mro_entries__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    def __prepare__(self, *args):\n        return 1",
            "SyntaxError: the name __prepare__ cannot be set: own metaclasses are not available: use a class decorator",
        ),
        (
            "class A:\n    def __subclasshook__(self, *args):\n        return 1",
            "SyntaxError: the name __subclasshook__ cannot be set: an own class may define special methods such as __init__, __repr__, __eq__, __iter__",
        ),
        (
            "class A:\n    __class__ = str",
            "SyntaxError: the name __class__ cannot be set: give the class a method or an attribute of another name",
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
        ("type('A', (), {'__del__': print})", "TypeError: own classes cannot have an attribute '__del__'"),
        ("type('A', (), {'@own': print})", "TypeError: own classes cannot have an attribute '@own'"),
        (
            "type('A', (), {'_asyncio_future_blocking': 1})",
            "TypeError: own classes cannot have an attribute '_asyncio_future_blocking'",
        ),
        (
            "type('A', (str,), {'__eq__': print})",
            "TypeError: a subclass of str cannot define __eq__: keep the str in an attribute of a class of your own",
        ),
        ("type('A', (type(look),), {})", "TypeError: own classes cannot inherit from the class SealedTool"),
        ("type('A', (type,), {})", "TypeError: own classes cannot inherit from the class type"),
        ("type('A', (), {}, metaclass=print)", "TypeError: type() makes own classes with the class type only"),
        ("from enum import Enum\ntype('A', (Enum,), {})", "TypeError: write a class statement to make an enum"),
        (
            "class Body(dict): pass\ntype('A', (), Body())",
            "TypeError: type() takes a name, a tuple of classes and a dict",
        ),
        (
            "from abc import ABCMeta\nABCMeta('A', (), {'__getattribute__': lambda self, name: 1})",
            "TypeError: the class ABCMeta cannot be called here",
        ),
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
            "ImportError: cannot import name 'new_class' from 'types': it is not available here: use a class statement, or type(name, bases, body)",
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


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("__new__", "use __init__, or a function that makes the object"),
        ("__init_subclass__", "use a class decorator, or a dict of classes"),
        ("__class_getitem__", "inherit from typing.Generic, or use a function"),
        ("__set_name__", "use a property, or give the name as an argument"),
        ("__get__", "use a property"),
        ("__set__", "use a property with a setter"),
        ("__getattr__", "use __getitem__, or a method that takes the name"),
        ("__setattr__", "use a property with a setter, or @dataclass(frozen=True)"),
    ],
)
def test_methods_that_are_asked_first(refused, name, instead):
    """What Python asks on its own, while it looks for something else, cannot be defined, in any way of making a class."""
    assert (
        refused(f"class A:\n    def {name}(self, *args): return 1")
        == f"SyntaxError: the name {name} cannot be set: {instead}"
    )
    assert refused(f"type('A', (), {{'{name}': print}})") == f"TypeError: own classes cannot have an attribute '{name}'"
    assert (
        refused(f"class A: pass\nsetattr(A, '{name}', print)") == f"AttributeError: the attribute .{name} cannot be set"
    )


def test_options_of_class_statements_reach_nothing(refused):
    """They go to the library's `__init_subclass__`, which takes none."""
    assert (
        refused("class A(name=1, bases=2, body=3): pass")
        == "TypeError: A.__init_subclass__() takes no keyword arguments"
    )
