"""An alias such as `type[int]` stands before a class: it is no way around what guards the class."""

from __future__ import annotations

import collections.abc

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "type[int]('A', (), {'__getattribute__': lambda *_: 1})",
            "TypeError: Type Type cannot be instantiated; use type() instead",
        ),
        (
            "import typing\ntyping.Type[int]('A', (), {})",
            "TypeError: Type Type cannot be instantiated; use type() instead",
        ),
        ("class A(type[int]): pass", "TypeError: own classes cannot inherit from the class type"),
        ("type(print)[int](print, 1)", "TypeError: the class method cannot be called here"),
        (
            "import asyncio\nasync def main():\n    task = asyncio.create_task(asyncio.sleep(0))\n    type(task)[int](None, loop=1)\nawait main()",
            "TypeError: the class Task cannot be called here",
        ),
        (
            "import typing\ntyping.Mapping.register(int)",
            "AttributeError: the attribute .register of Mapping is not available: the class belongs to everybody",
        ),
        (
            "from collections.abc import Sized, Mapping\nMapping[str, int].register(int)",
            "AttributeError: the attribute .register of Mapping is not available: the class belongs to everybody",
        ),
        (
            "import operator, typing\noperator.methodcaller('register', int)(typing.Sized)",
            "AttributeError: the attribute .register of Sized is not available: the class belongs to everybody",
        ),
        (
            "import asyncio\nasyncio.Queue[int].__init__(asyncio.Queue())",
            "AttributeError: the attribute .__init__ is not available",
        ),
    ],
)
def test_aliases_are_judged_as_their_classes(refused, code, refusal):
    """What an alias passes on is refused as it is on the class."""
    assert refused(code) == refusal
    assert not issubclass(int, collections.abc.Sized)
    assert not issubclass(int, collections.abc.Mapping)


def test_annotations_with_aliases_work(attack):
    """Types are written down as in ordinary code."""
    code = """
from dataclasses import dataclass
from enum import Enum
from zoneinfo import ZoneInfo
class Color(Enum):
    RED = 1
@dataclass
class A:
    kind: type[int]
    color: Color | None = None
    zone: ZoneInfo | None = None
    base: type[Enum] | type | None = None
A(int, Color.RED).color, isinstance(Color.RED, Enum), isinstance(Color, type), issubclass(Color, Enum)
"""
    seen = attack(code)
    assert seen.error is None
    assert seen.value[1:] == (True, True, True)
