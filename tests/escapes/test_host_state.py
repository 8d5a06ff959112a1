"""What belongs to the whole process is not changed."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("import math\nmath.pi = 3", "AttributeError: attributes of an object of type Facade cannot be set"),
        (
            "from collections import Counter\nCounter.most_common = print",
            "AttributeError: attributes of the class Counter cannot be set",
        ),
        (
            "from decimal import Decimal\nsetattr(Decimal, 'x', 1)",
            "AttributeError: attributes of the class Decimal cannot be set",
        ),
        ("del look.__name__", "SyntaxError: the attribute .__name__ cannot be set"),
        ("look.x = 1", "AttributeError: attributes of an object of type SealedTool cannot be set"),
        ("print.x = 1", "AttributeError: attributes of an object of type method cannot be set"),
        (
            "from fractions import Fraction\nFraction(1).x = 1",
            "AttributeError: attributes of an object of type Fraction cannot be set",
        ),
        ("import json\ndel json.loads", "AttributeError: attributes of an object of type Facade cannot be set"),
        (
            "from datetime import datetime\ndatetime.now = print",
            "AttributeError: attributes of the class datetime cannot be set",
        ),
        (
            "object.__setattr__(look, 'x', 1)",
            "AttributeError: attributes of an object of type SealedTool cannot be set",
        ),
        (
            "from collections import Counter\nobject.__setattr__(Counter, 'x', 1)",
            "AttributeError: attributes of the class Counter cannot be set",
        ),
        (
            "from dataclasses import dataclass, fields\n@dataclass\nclass A:\n    x: int\nfields(A)[0].name = 'y'",
            "AttributeError: attributes of an object of type Field cannot be set",
        ),
        ("import json\njson.loads.__defaults__ = ()", "SyntaxError: the attribute .__defaults__ cannot be set"),
        ("class A:\n    pass\nA.__init__ = print", "SyntaxError: the attribute .__init__ cannot be set"),
        ("ValueError.x = 1", "AttributeError: attributes of the class ValueError cannot be set"),
        ("type(look).x = 1", "AttributeError: attributes of the class SealedTool cannot be set"),
    ],
)
def test_attributes(refused, code, refusal):
    """Modules, classes and tools cannot be written to."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "from collections.abc import Mapping\nMapping.register(str)",
            "AttributeError: the attribute .register of Mapping is not available: the class belongs to everybody",
        ),
        (
            "from numbers import Number\ngetattr(Number, 'register')(str)",
            "AttributeError: the attribute .register of Number is not available: the class belongs to everybody",
        ),
        (
            "from collections.abc import Sized\nimport operator\noperator.methodcaller('register', int)(Sized)",
            "AttributeError: the attribute .register of Sized is not available: the class belongs to everybody",
        ),
        (
            "from abc import ABCMeta\nfrom collections.abc import Sized\nABCMeta.register(Sized, int)",
            "AttributeError: the class ABCMeta has no attribute 'register' here",
        ),
    ],
)
def test_registers(refused, code, refusal):
    """Abstract classes of the library take no new members."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "import decimal\ndecimal.getcontext().prec = 10**9",
            "ValueError: valid range for prec is [1, 2000] here",
        ),
        (
            "import decimal\ndecimal.getcontext()._real.prec = 5",
            "AttributeError: attributes of an object of type Context cannot be set",
        ),
        (
            "import decimal, math\nmade = decimal.Context()\nmade._real = math\nmade.prec = 5",
            "TypeError: this is not a context",
        ),
        (
            "import decimal\nfrom collections.abc import Mapping\nmade = decimal.Context()\nmade._real = Mapping\nmade.clamp = 1",
            "TypeError: this is not a context",
        ),
        (
            "import decimal\nclass Long(int): pass\ndecimal.getcontext().prec = Long(10**9)",
            "ValueError: valid range for prec is [1, 2000] here",
        ),
        (
            "import decimal\nclass Long:\n    def __index__(self): return 10**9\ndecimal.Context(prec=Long())",
            "ValueError: valid range for prec is [1, 2000] here",
        ),
        (
            "import decimal\nmade = decimal.Context()\nmade._real = decimal.getcontext()\ndecimal.setcontext(made)",
            "TypeError: argument must be a context",
        ),
        (
            "import decimal\ndecimal.Context(Emax=10**9)",
            "ValueError: valid range for Emax is [0, 50000] here",
        ),
        (
            "import calendar\ncalendar.month(2024, 1, 10**9)",
            "OverflowError: columns of a calendar have at most 200 characters here",
        ),
        (
            "import calendar\ncalendar.TextCalendar().formatyear(2024, 2, 1, 10**9)",
            "OverflowError: columns of a calendar have at most 200 characters here",
        ),
        (
            "import zlib\nzlib.decompress(zlib.compress(bytes(100_000_001)))",
            "OverflowError: the data is longer than 100,000,000 bytes when decompressed",
        ),
        (
            "import ast\nast.literal_eval('-' * 50_000 + '1')",
            "ValueError: the text is nested too deeply",
        ),
        (
            "import ast\nast.literal_eval('look()')",
            "ValueError: malformed node or string on line 1: <ast.Call object>",
        ),
        (
            "import locale",
            "ModuleNotFoundError: no module 'locale' here: use format specifications such as f'{x:,.2f}'",
        ),
        (
            "import zoneinfo\nzoneinfo.ZoneInfo.clear_cache()",
            "AttributeError: the class ZoneInfo has no attribute 'clear_cache' here",
        ),
        (
            "import csv\ncsv.field_size_limit(1)",
            "AttributeError: module 'csv' has no 'field_size_limit' here; it has DictReader, DictWriter, Error, QUOTE_ALL, QUOTE_MINIMAL, QUOTE_NONE, QUOTE_NONNUMERIC, reader, writer",
        ),
        (
            "import csv\ncsv.register_dialect('x')",
            "AttributeError: module 'csv' has no 'register_dialect' here; it has DictReader, DictWriter, Error, QUOTE_ALL, QUOTE_MINIMAL, QUOTE_NONE, QUOTE_NONNUMERIC, reader, writer",
        ),
        (
            "import gc",
            "ModuleNotFoundError: no module 'gc' here: memory is managed by itself",
        ),
        (
            "import signal",
            "ModuleNotFoundError: no module 'signal' here: an action stops by itself",
        ),
        (
            "import threading",
            "ModuleNotFoundError: no module 'threading' here: use asyncio.gather with async tools, or a plain loop",
        ),
        (
            "import atexit",
            "ModuleNotFoundError: no module 'atexit' here: an action ends by itself",
        ),
        ("import importlib", "ModuleNotFoundError: no module 'importlib' here: write an import statement"),
        ("import ctypes", "ModuleNotFoundError: no module 'ctypes' here: use struct"),
        ("import inspect", "ModuleNotFoundError: no module 'inspect' here: use help(tool)"),
        ("import pickle", "ModuleNotFoundError: no module 'pickle' here: use json"),
        (
            "import os",
            "ModuleNotFoundError: no module 'os' here: files and processes are reachable only through tools; environment variables are not readable",
        ),
        ("import socket", "ModuleNotFoundError: no module 'socket' here: use a tool that makes requests"),
    ],
)
def test_settings(refused, code, refusal):
    """Settings of the process are not there."""
    assert refused(code) == refusal
