"""Copies of the host's objects are the objects themselves, and nobody is told of what a copy is made of."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "expression",
    [
        "print",
        "answer",
        "look",
        "type",
        "math",
        "sys.stdout",
        "asyncio.Lock()",
        "asyncio.Queue()",
        "re.compile('a')",
        "getattr",
        "int",
    ],
)
def test_a_deep_copy_takes_nothing_of_the_host_apart(attack, expression):
    """The library's `deepcopy` would list the parts of each object in its memo."""

    def look(key: str) -> str:
        """Looks.

        Args:
            key: Where.
        """
        return key

    code = f"""
import asyncio, copy, math, re, sys
value = {expression}
found = []
class Spy:
    def __deepcopy__(self, memo):
        found.extend(memo.values())
        found.extend(item for kept in memo.values() if type(kept) is list for item in kept)
        return self
memo = {{}}
same = copy.deepcopy([value, Spy()], memo)[0] is value
known = (value, Spy, list)
same, [type(item).__name__ for item in found if item is not value and type(item) not in (list, Spy)]
"""
    assert attack(code, look).value == (True, [])


def test_asdict_takes_nothing_apart_either(attack):
    """`asdict` and `astuple` copy what they do not know."""
    code = """
import dataclasses
found = []
class Spy:
    def __deepcopy__(self, memo):
        found.extend(memo.values())
        return self
@dataclasses.dataclass
class A:
    parts: object
a = A((answer, print, Spy()))
d, t = dataclasses.asdict(a), dataclasses.astuple(a)
d['parts'][0] is answer, t[0][1] is print, found
"""
    assert attack(code).value == (True, True, [])


def test_copies_of_data_are_deep(attack):
    """Data and own objects are copied as Python copies them."""
    code = """
import copy
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
class A:
    def __init__(self): self.x = [1]; self.me = self
class L(list): pass
@dataclass(slots=True)
class D:
    x: list
P = namedtuple('P', 'x')
values = [A(), L([[1]]), D([1]), P([1]), deque([[1]]), OrderedDict(a=[1]), defaultdict(list, a=[1]), Counter('aa'), {1: [2]}, ValueError([1])]
made = copy.deepcopy(values)
first = made[0]
(first.me is first, first.x == [1], first.x is not values[0].x, [a == b for a, b in zip(values[1:9], made[1:9])],
 made[1][0] is not values[1][0], made[2].x is not values[2].x, made[3].x is not values[3].x, made[9].args)
"""
    assert attack(code).value == (True, True, True, [True] * 8, True, True, True, ([1],))


@pytest.mark.parametrize("copy", ["copy.copy", "copy.deepcopy"])
@pytest.mark.parametrize("name", ["__reduce_ex__", "__reduce__", "__getstate__", "__setstate__", "__getnewargs_ex__"])
@pytest.mark.parametrize("base", ["object", "Exception", "Counter", "dict"])
def test_recipes_for_copies_change_nothing_of_the_host(attack, copy, name, base):
    """The library takes a recipe from the object itself, and fills whatever the recipe gives with any state."""
    code = f"""
import calendar, copy
from collections import Counter
class A({base}): pass
for target in (Counter, calendar.month_name, print):
    a = A()
    vars(a)['{name}'] = lambda *_: (lambda *_: target, (), (None, {{'format': 'changed', 'most_common': 'changed'}}))
    try: {copy}(a)
    except Exception: pass
Counter.most_common is not None, calendar.month_name.format
"""
    import calendar
    from collections import Counter

    seen = attack(code)
    assert seen.error is None
    assert callable(Counter.most_common)
    assert calendar.month_name.format == "%B"


def test_replace_reads_the_fields_of_the_class(attack):
    """`replace` would read any attribute that the object says is a field."""
    code = """
from dataclasses import dataclass, replace, asdict
@dataclass
class A(Exception):
    x: int = 1
class Field:
    name = '__traceback__'
    init = True
try:
    raise A(1)
except A as error:
    vars(error)['__dataclass_fields__'] = {'a': Field()}
    found = asdict(error)
    replace(error)
"""
    assert attack(code).error.message == "replace() should be called on dataclass instances"
