"""Actions that succeed, and leave everything of the host as it was."""

from __future__ import annotations

import calendar
import contextvars
import dataclasses
import decimal
import ipaddress
import logging
import random
import string
import sys
import time
import uuid
import warnings
from collections import Counter
from collections.abc import Mapping
from urllib.parse import quote

import pytest

from codeact_sdk import Interpreter


def test_fields_of_dataclasses_share_no_metadata(attack):
    """The empty metadata of all fields of the process is one dict behind a proxy."""
    code = """
import dataclasses
found = []
class Spy:
    def __eq__(self, other):
        found.append(other)
@dataclasses.dataclass
class A:
    x: int
    y: int = dataclasses.field(default=1)
for field in (*dataclasses.fields(A), dataclasses.field(), A.__dataclass_fields__['x']):
    field.metadata == Spy()
for item in found:
    item['changed'] = 1
len(found)
"""
    assert attack(code).value == 4
    assert dataclasses.field().metadata == {}


def test_patterns_of_the_library_keep_their_groups(attack):
    """`groupindex` is a proxy of a dict that the pattern itself uses."""
    code = """
import string
found = []
class Spy:
    def __eq__(self, other):
        found.append(other)
string.Template('$a').pattern.groupindex == Spy()
for item in found:
    item.clear()
"""
    assert attack(code).error is None
    assert string.Template("$a").substitute(a=1) == "1"


def test_caches_of_formats_are_not_poisoned(attack):
    """`strptime` keeps a pattern for each format, and a format may have methods of its own."""
    code = """
import time
from datetime import datetime
class Format(str):
    def index(self, *args): raise ValueError
    def replace(self, *args): return '%d'
for parse in (time.strptime, datetime.strptime):
    try: parse('05', Format('%Y--%m'))
    except ValueError: pass
"""
    assert attack(code).error is None
    assert time.strptime("2024--07", "%Y--%m").tm_mon == 7


def test_quoting_is_not_poisoned(attack):
    """`quote` keeps a table for each set of safe characters, and the set may be an own object."""
    code = """
from urllib.parse import quote
class Safe(str):
    def encode(self, *args): return Bytes()
class Bytes:
    def __hash__(self): return hash(b'!~')
    def __eq__(self, other): return True
    def __iter__(self): return iter(b'&?=')
    def __len__(self): return 1
quote('a&b', safe=Safe('!~'))
"""
    attack(code)
    assert quote("a&b", safe="!~") == "a%26b"


def test_addresses_are_not_poisoned(attack):
    """Whether an address is private is kept for each address, which may be made of an own number."""
    code = """
import ipaddress
class Number(int):
    def __int__(self): return 0x0A00002A
    def __eq__(self, other): return True
    def __and__(self, other): return 0
print(ipaddress.IPv4Address(Number(0x08080808)).is_private)
"""
    assert attack(code).error.message.startswith("a subclass of int cannot define __int__")
    assert ipaddress.ip_address("10.0.0.42").is_private


def test_the_flags_of_decimal_are_the_callers_own(attack):
    """Arithmetic raises flags in the context of the thread, which is the caller's."""
    decimal.getcontext().clear_flags()
    assert attack("from decimal import Decimal\nDecimal(1) / 3").error is None
    assert not decimal.getcontext().flags[decimal.Inexact]


def test_chance_is_the_sessions_own(attack):
    """Seeding controls the action's numbers only."""
    state = random.getstate()
    assert attack("import random\nrandom.seed(0)\nrandom.shuffle([1, 2, 3])").error is None
    assert random.getstate() == state


def test_names_and_classes_are_as_before(attack):
    """What looks like writing to the library writes to copies."""
    code = """
import math, uuid, calendar, collections, sys, json
vars(math)['pi'] = 3
math.__dict__['pi'] = 3
vars()['print'] = 5
sys.argv.append('x')
vars(json).clear()
for kind in (collections.Counter, uuid.UUID):
    try: vars(kind)['x'] = 1
    except TypeError: pass
"""
    assert attack(code).error is None
    assert "x" not in sys.argv
    assert not hasattr(Counter, "x")
    assert calendar.month_name.format == "%B"
    assert uuid.NAMESPACE_DNS.int == 0x6BA7B8109DAD11D180B400C04FD430C8
    assert not issubclass(str, Mapping)


def test_overloads_are_not_kept(attack):
    """The library keeps every function that was marked as overloaded, by module and name."""
    import typing

    assert attack("from typing import overload\n@overload\ndef attack_overload(x): ...").error is None
    assert not [name for name in typing._overload_registry.get("__main__", {}) if "attack_overload" in name]  # type: ignore[attr-defined]


def test_context_variables_are_out_of_reach(attack):
    """An object that asyncio takes for a future would be given the context, with all the host's variables in it."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("secret")
    variable.set("canary")
    code = """
import asyncio
found = []
class Fake:
    def done(self): return False
    def get_loop(self): return self
    def add_done_callback(self, function, context=None): found.append(context)
    def __await__(self): yield self
async def main():
    task = asyncio.create_task(wait())
    await asyncio.sleep(0.01)
async def wait():
    await Fake()
await main()
found
"""
    seen = attack(code)
    assert seen.value == []


def test_two_sessions_share_no_mutable_object():
    """Records, named tuples and facades of one session are not a way into another."""

    def get() -> dict[str, int]:
        """Gives a dict."""
        return {"a": 1}

    with Interpreter(tools=[get]) as one, Interpreter(tools=[get]) as two:
        one.run("import math, re\nget().update(b=2)\nclass A: pass\nre.compile('(?P<n>a)').groupindex['x'] = 1")
        assert two.run("import re\nget(), dict(re.compile('(?P<n>a)').groupindex)").value == ({"a": 1}, {"n": 1})
        assert two.run("A").error.type == "NameError"


@pytest.mark.parametrize(
    "code",
    [
        "def g():\n    try:\n        yield 1\n    finally:\n        raise ValueError('\\x1b[31mcanary')\nx = g()\nnext(x)\ndel x",
        "async def g():\n    try:\n        yield 1\n    finally:\n        raise ValueError('canary')\nx = g()\nawait anext(x)\ndel x",
        "import warnings\nwarnings.warn('canary')",
        "import sys\nsys.stderr.write('canary')",
        "print('canary', file=__import__) if 0 else print('canary')",
    ],
)
def test_nothing_is_written_to_the_hosts_streams(attack, capfd, code):
    """Text of model code reaches the host as data only: it may hold commands of a terminal."""
    with warnings.catch_warnings():
        attack(code)
    captured = capfd.readouterr()
    assert "canary" not in captured.out + captured.err


def test_names_of_functions_hold_no_commands_of_a_terminal(attack):
    """Python prints the name of a coroutine that was never awaited."""
    code = """
import functools
class Names: pass
names = Names()
vars(names)['__name__'] = vars(names)['__qualname__'] = '\\x1b[31mred'
@functools.wraps(names)
def f(): pass
f.__name__, f.__qualname__
"""
    assert attack(code).value == ("f", "f")


def test_functions_of_library_classes_do_not_write_to_other_objects(attack):
    """A function in Python takes any object as `self`: one of `csv` sets an attribute of it."""
    code = """
import collections, contextlib, csv, difflib, json, random
for write in (
    lambda: csv.DictReader.fieldnames.fset(collections.Counter, 5),
    lambda: csv.DictReader.fieldnames.fset(json.loads, 5),
    lambda: type(csv.DictReader(['a'])).fieldnames,
    lambda: difflib.SequenceMatcher.set_seq1(json.loads, 'a'),
    lambda: contextlib.ExitStack.pop_all(5),
    lambda: random.Random.gauss(5),
):
    try:
        write()
    except AttributeError as error:
        print(error)
"""
    import json

    lines = attack(code).stdout.splitlines()
    assert lines[0] == "the class DictReader has no attribute 'fieldnames' here"
    assert len(lines) == 6
    assert all("has no attribute" in line for line in lines)
    assert not hasattr(Counter, "_fieldnames")
    assert not hasattr(json.loads, "_fieldnames")


def test_library_classes_are_used_as_ever(attack):
    """What programs do with classes that are given as stand-ins."""
    code = """
import asyncio, csv, functools, random, re, statistics, uuid
from fractions import Fraction
from ipaddress import IPv4Address, ip_address
class A:
    @functools.cached_property
    def x(self): return 1
isinstance(Fraction(1, 2), Fraction), type(Fraction(1)) is Fraction, Fraction.from_float(0.5) == Fraction(1, 2), \
statistics.NormalDist.from_samples([1, 2]).mean, isinstance(ip_address('10.0.0.1'), IPv4Address), A().x, \
list(map(Fraction, ['1/2'])), issubclass(Fraction, object), isinstance(1, int | Fraction), isinstance(uuid.uuid4(), (str, uuid.UUID)), \
list(csv.DictReader(['a', '1'])), type(random.Random(0)).__name__, isinstance(re.compile('a'), re.Pattern), bool(asyncio.Lock())
"""
    seen = attack(code)
    assert seen.error is None, seen.error
    assert [str(item) for item in seen.value] == [
        "True", "True", "True", "1.5", "True", "1", "[Fraction(1, 2)]", "True", "True", "True",
        "[{'a': '1'}]", "Random", "True", "True",
    ]  # fmt: skip


def test_number_contexts_are_the_session_s_own(attack):
    """Precision and signals stay from action to action of one session, and reach neither a tool nor the host."""
    before = decimal.getcontext().prec, decimal.getcontext().traps.copy()

    def third() -> str:
        """Divides."""
        return str(decimal.Decimal(1) / 3)

    code = "from decimal import *\ngetcontext().prec = 3\ngetcontext().traps[DivisionByZero] = False\n"
    with Interpreter(tools=[third]) as one, Interpreter() as other:
        assert one.run(code + "str(Decimal(1) / 3), third(), str(Decimal(1) / 0)").value == (
            "0.333",
            "0." + "3" * 28,
            "Infinity",
        )
        assert one.run("str(Decimal(1) / 3)").value == "0.333"
        assert other.run("from decimal import *\nstr(Decimal(1) / 3)").value == "0." + "3" * 28
        one.reset()
        assert one.run("from decimal import *\ngetcontext().prec").value == 28
    assert (decimal.getcontext().prec, decimal.getcontext().traps) == before


def test_reports_are_the_session_s_own(attack, capfd):
    """Loggers, handlers and filters of warnings are made anew for each session; the process's stay as they are."""
    attack("1")  # the first action of a process adds a filter for the compiler's advice
    filters = list(warnings.filters)
    code = (
        "import logging, warnings\nlogging.basicConfig(level='DEBUG', force=True)\nlogging.getLogger('httpx').setLevel(50)\n"
        "logging.disable(10)\nlogging.addLevelName(10, 'X')\nlogging.debug('no')\nlogging.info('yes')\nwarnings.simplefilter('error')"
    )
    assert attack(code).stderr == "INFO:root:yes\n"
    assert attack("import warnings\nwarnings.warn('x')").stderr == "action 1:2: UserWarning: x\n"
    assert logging.root.manager.disable == 0
    assert logging.getLevelName(10) == "DEBUG"
    assert logging.getLogger("httpx").level != 50
    assert warnings.filters == filters
    assert capfd.readouterr() == ("", "")


def test_calendars_print_to_the_session(attack, capfd):
    """The library prints to the stdout of the process, and keeps the first weekday for everybody."""
    seen = attack(
        "import calendar\ncalendar.setfirstweekday(6)\ncalendar.prmonth(2024, 2)\ncalendar.TextCalendar().prmonth(2024, 2)"
    )
    assert seen.stdout.count("February 2024") == 2
    assert calendar.firstweekday() == 0
    assert capfd.readouterr() == ("", "")


def test_written_modules_belong_to_their_session(attack):
    """A class of one session that is changed is changed for nobody else."""
    code = "from collections import UserDict\nUserDict.x = 1\nimport logging\nlogging.Logger.x = 1\nUserDict.x"
    assert attack(code).value == 1
    assert attack("from collections import UserDict\nhasattr(UserDict, 'x')").value is False


def test_numbers_of_identity_tell_no_address(attack):
    """`id` tells objects apart, and tells nothing else."""
    assert attack("x = []\nid(x) == id(x), id(x) == id([])").value == (True, False)
    values = [attack("id(None)").value for _ in range(2)]
    assert id(None) not in values
    assert values[0] != values[1]


def test_texts_with_globals_of_their_own_are_stopped(attack):
    """A loop in such a text, and in a function that it leaves behind, is stopped like any other."""
    for code in (
        "exec('while True: pass', {})",
        "names = {}\nexec('def f():\\n    while True:\\n        try: pass\\n        finally: pass', names)\nnames['f']()",
        "import logging\nclass Deaf(logging.Handler):\n    def emit(self, record):\n        while True: pass\nlogging.root.addHandler(Deaf())\nlogging.error('x')",
    ):
        seen = attack(code, seconds=0.3)
        assert (seen.status, seen.error.type) == ("limit", "LimitExceeded")
        assert seen.seconds < 0.6
    assert (
        attack("names = {}\nexec('def f():\\n    for i in range(100): pass', names)\nnames['f']()", steps=50).status
        == "limit"
    )


def test_a_function_of_an_earlier_text_looks_at_the_running_action():
    """Its guards are made once; the budget that they look at is that of the action that runs."""
    with Interpreter() as interpreter:
        interpreter.run("names = {}\nexec('def f():\\n    try: 1 / 0\\n    except Exception: return 5', names)")
        assert interpreter.run("names['f']()").value == 5
        assert interpreter.run("try: answer(1)\nfinally: names['f']()").status == "answered"
