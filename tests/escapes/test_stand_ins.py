"""`type(x)` gives the class where it was chosen, and otherwise a stand-in that has a name and nothing else."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("type(lambda: 1)(1, 2)", "TypeError: the class function cannot be called here"),
        ("type(print)(print, 1)", "TypeError: the class method cannot be called here"),
        ("type(look)('x', print, 'y', print)", "TypeError: the class SealedTool cannot be called here"),
        ("import math\ntype(math)('x', {})", "TypeError: the class Facade cannot be called here"),
        (
            "import asyncio\nasync def main():\n    task = asyncio.create_task(asyncio.sleep(0))\n    type(task)(None, loop=1)\nawait main()",
            "TypeError: the class Task cannot be called here",
        ),
        ("from dataclasses import field\ntype(field())()", "TypeError: the class Field cannot be called here"),
        ("import uuid\ntype(uuid.uuid4().is_safe)(0)", "TypeError: the class SafeUUID cannot be called here"),
    ],
)
def test_calls(refused, code, refusal):
    """A class that nobody chose cannot be called."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "type(look).__init__(look, 'x', print, 'y', print)",
            "AttributeError: the attribute .__init__ is not available",
        ),
        ("type(look).__call__", "AttributeError: the attribute .__call__ is not available"),
        ("import math\ntype(math).__init__(math, 'x', {})", "AttributeError: the attribute .__init__ is not available"),
        ("type(type).__init__(type, print)", "AttributeError: the attribute .__init__ is not available"),
        (
            "from dataclasses import field\ntype(field()).__init__",
            "AttributeError: the attribute .__init__ is not available",
        ),
        (
            "import asyncio\nclass Fake:\n    _entered = False\nawait asyncio.TaskGroup.__aenter__(Fake())",
            "AttributeError: the attribute .__aenter__ is not available",
        ),
        (
            "from contextlib import ExitStack\nclass Fake:\n    pass\nExitStack.__exit__(Fake(), None, None, None)",
            "AttributeError: the attribute .__exit__ is not available",
        ),
    ],
)
def test_methods(refused, code, refusal):
    """Its methods cannot be taken from it and given another object."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "import uuid\nuuid.NAMESPACE_DNS.__init__(int=5)",
            "AttributeError: an object of type UUID cannot be initialised again",
        ),
        (
            "import uuid\nuuid.UUID.__init__(uuid.NAMESPACE_DNS, int=5)",
            "AttributeError: the attribute .__init__ is not available",
        ),
        (
            "import calendar\ncalendar.month_name.__init__('%d')",
            "AttributeError: an object of type _localized_month cannot be initialised again",
        ),
        (
            "import calendar\ngetattr(calendar.month_name, '__init__')('%d')",
            "AttributeError: an object of type _localized_month cannot be initialised again",
        ),
        ("look.__init__('x', print, 'y', print)", "AttributeError: the attribute .__init__ is not available"),
        ("import math\nmath.__init__('x', {})", "AttributeError: the attribute .__init__ is not available"),
        (
            "import uuid\nsuper(uuid.UUID, uuid.NAMESPACE_DNS).__init__()",
            "TypeError: super() argument 1 must be a type, not ClassFacade",
        ),
    ],
)
def test_objects_made_again(refused, code, refusal):
    """An object that is not the program's own is not initialised a second time."""
    assert refused(code) == refusal
