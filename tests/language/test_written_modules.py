"""Modules that are written in the language of actions, or belong to one session, behave as the library's."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary, in_session

LOGGER = """
import io, logging
made = io.StringIO()
log = logging.getLogger('codeact.test.ordinary')
log.handlers.clear()
log.setLevel('DEBUG')
log.propagate = False
handler = logging.StreamHandler(made)
log.addHandler(handler)
"""


@pytest.mark.parametrize(
    "code",
    [
        "log.debug('a %s', 1)\nlog.info('b %(x)d', {'x': 2})\nlog.warning('c')\nlog.error('%s', 'd')\nlog.critical('e', stacklevel=2)\nlog.log(25, 'f')",
        "handler.setFormatter(logging.Formatter('%(levelname)-8s %(name)s %(levelno)d %(message)s'))\nlog.info('x')\nlog.log(25, 'y')",
        "handler.setFormatter(logging.Formatter('{levelname}/{message:>5}', style='{'))\nlog.info('x')",
        "handler.setFormatter(logging.Formatter('$levelname ${message}', style='$'))\nlog.info('x')",
        "handler.setFormatter(logging.Formatter('%(asctime)s|%(message)s', '%Y'))\nlog.info('x')",
        "handler.setLevel(logging.ERROR)\nlog.info('no')\nlog.error('yes')\nlog.setLevel(logging.CRITICAL)\nlog.error('no')\nprint(log.isEnabledFor(40), log.getEffectiveLevel(), log.level, log.name)",
        "child = log.getChild('child')\nchild.info('up')\nprint(child.name, child.parent is log, child.getEffectiveLevel(), child.hasHandlers(), logging.getLogger('codeact.test.ordinary.child') is child)",
        "class Kept(logging.Handler):\n    def __init__(self):\n        super().__init__()\n        self.kept = []\n    def emit(self, record): self.kept.append((record.levelname, record.getMessage(), record.args, record.extra))\nkept = Kept()\nlog.addHandler(kept)\nlog.info('x %s', 1, extra={'extra': 5})\nlog.removeHandler(kept)\nlog.info('y')\nkept.kept",
        "log.addFilter(lambda record: 'secret' not in record.getMessage())\nlog.info('secret')\nlog.info('open')",
        "class Named(logging.Filter):\n    def filter(self, record):\n        record.msg = record.msg.upper()\n        return True\nnamed = Named()\nhandler.addFilter(named)\nlog.info('low')\nhandler.removeFilter(named)",
        "logging.addLevelName(5, 'TRACE5')\nprint(logging.getLevelName(5), logging.getLevelName('INFO'), logging.getLevelName(99))",
        "logging.getLogger(5)",
        "log.setLevel('NOPE')",
        "log.setLevel([])",
        "logging.Formatter('x', style='!')",
        "logging.LoggerAdapter(log, {'user': 'u'}).warning('x')\nprint(logging.NullHandler().handle(None), logging.DEBUG, logging.WARN, logging.FATAL)",
        "logging.getLogger() is logging.getLogger('root') is logging.root, repr(log), repr(handler)[:14]",
    ],
)
def test_logging(code: str) -> None:
    """Levels, handlers, formatters, filters and the tree of loggers."""
    assert_ordinary(f"{LOGGER}{code}\nprint(made.getvalue())")


def test_logging_of_exceptions_shows_frames_of_actions() -> None:
    """With the error's own text at its end, and to stderr where nothing else was said."""
    seen = in_session(f"{LOGGER}try: 1 / 0\nexcept ZeroDivisionError: log.exception('failed')\nmade.getvalue()").value
    assert seen.startswith("failed\nTraceback (most recent call last):\n  action 1, line 10\n    try: 1 / 0\n")
    assert seen.endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize(
    "code",
    [
        "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    warnings.warn('a')\n    warnings.warn('b', DeprecationWarning)\n    warnings.warn(FutureWarning('c'))\n[(str(w.message), w.category.__name__) for w in seen]",
        "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('default')\n    for i in range(3): warnings.warn('same')\n    warnings.warn('same')\nlen(seen)",
        "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('once')\n    for i in range(3): warnings.warn('same')\n    warnings.warn('same')\nlen(seen)",
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n    try: warnings.warn('x', RuntimeWarning)\n    except RuntimeWarning as e: print(repr(e))",
        "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    warnings.filterwarnings('ignore', message='no.*')\n    warnings.filterwarnings('ignore', category=DeprecationWarning)\n    warnings.warn('no way')\n    warnings.warn('yes')\n    warnings.warn('d', DeprecationWarning)\n[str(w.message) for w in seen]",
        "import warnings\nwarnings.warn('x', int)",
        "import warnings\nwith warnings.catch_warnings(): warnings.resetwarnings()",
        "import warnings\nwarnings.formatwarning('m', UserWarning, 'f', 3, 'line')[:20]",
    ],
)
def test_warnings(code: str) -> None:
    """Filters, recording, errors."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "from decimal import *\nwith localcontext() as c:\n    c.prec = 6\n    print(Decimal(1) / 7, getcontext().prec)\nwith localcontext(Context(prec=3, rounding=ROUND_UP)): print(Decimal(1) / 7)\nDecimal(1) / 7",
        "import decimal\nold = decimal.getcontext().copy()\ndecimal.getcontext().prec = 50\nx = decimal.Decimal(2).sqrt()\ndecimal.setcontext(old)\nx, decimal.Decimal(2).sqrt(), decimal.getcontext().prec",
        "from decimal import *\nwith localcontext() as c:\n    c.traps[DivisionByZero] = False\n    c.rounding = ROUND_DOWN\n    print(Decimal(1) / 0, Decimal('2.567').quantize(Decimal('0.1')), c.flags[DivisionByZero], c.rounding)",
        "from decimal import *\nwith localcontext() as c:\n    c.traps[Inexact] = True\n    Decimal(1) / 3",
        "from decimal import *\nc = Context(prec=4)\nc.create_decimal('1.23456'), c.divide(1, 3), c.sqrt(2), c.quantize(Decimal('1.55'), Decimal('0.1')), repr(c)[:16], Context().prec, BasicContext.prec, c.capitals, c.clamp",
        "from decimal import *\nlocalcontext().__enter__().prec",
        "from decimal import *\nContext(rounding='up')",
        "from decimal import *\nsetcontext(5)",
    ],
)
def test_decimal_contexts(code: str) -> None:
    """Precision, rounding, signals, local contexts."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "from collections import UserDict\nclass D(UserDict):\n    def __setitem__(self, key, value): super().__setitem__(key.lower(), value)\n    def __missing__(self, key): return key * 2\nd = D({'A': 1}, B=2)\nd['C'] = 3\nd['zz'], dict(d), len(d), 'a' in d, d.get('q', 0), sorted(d.items()), d.pop('a'), (d | {'x': 1}).data, d == {'b': 2, 'c': 3}, d.copy().data, D.fromkeys('AB').data, repr(d)",
        "from collections import UserDict\nUserDict()['no']",
        "from collections import UserList\nclass L(UserList):\n    def append(self, item): super().append(item * 2)\nx = L([3, 1])\nx.append(2)\nx.sort()\nx + [9], x[0], x[1:], x * 2, len(x), 3 in x, x == [1, 3, 4], x < [2], x.index(3), x.count(4), x.pop(), list(reversed(x)), [0] + x, type(x[1:]).__name__, x.copy().data",
        "from collections import UserString\ns = UserString('a b')\ns.upper(), s + 'c', 'c' + s, s * 2, s[0], s == 'a b', s.split(), len(s), 'a' in s, s.replace('a', 'x'), hash(s) == hash('a b'), int(UserString('5')), s.find('b'), type(s.upper()).__name__, s.isalpha(), s < 'b', s.center(7), UserString('%s!') % 'x'",
        "from functools import singledispatch\n@singledispatch\ndef f(x, y=0): return 'any', y\n@f.register\ndef _(x: int, y=0): return 'int', y\n@f.register(list)\ndef _(x, y=0): return 'list', y\n@f.register(str)\n@f.register(bytes)\ndef text(x, y=0): return 'text', y\nf(1), f(True, y=2), f([]), f('a'), f(b'a'), f(None), f.dispatch(bool)(0), f.__name__, list in f.registry, text('x')",
        "from functools import singledispatch\nfrom collections.abc import Mapping, Sized\n@singledispatch\ndef f(x): return 'any'\n@f.register\ndef _(x: Sized): return 'sized'\n@f.register\ndef _(x: Mapping): return 'mapping'\n@f.register\ndef _(x: float | complex): return 'number'\nclass A: pass\nclass B(A): pass\n@f.register\ndef _(x: A): return 'A'\nf({}), f([]), f(1.5), f(1), f(B())",
        "from functools import singledispatch\n@singledispatch\ndef f(x): pass\nf()",
    ],
)
def test_collections_and_dispatch(code: str) -> None:
    """Containers to inherit from, and functions that choose by the class of their argument."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "import calendar\nprint(calendar.month(2024, 2), calendar.TextCalendar(6).formatmonth(2024, 2), calendar.weekheader(3))\ncalendar.prmonth(2024, 3)\ncalendar.calendar(2024)[:60], calendar.monthcalendar(2024, 2)[0], list(calendar.Calendar(6).iterweekdays()), calendar.Calendar().monthdays2calendar(2024, 2)[0]",
        "import zlib\nx = zlib.compress(b'abc' * 100)\nzlib.decompress(x), len(x) < 50, zlib.crc32(b'a')",
        "import zlib\nzlib.decompress(zlib.compress(b'abc')[:-2])",
        "import ast\nast.literal_eval('{\"a\": [1, (2.5, None), {3}], \"b\": -1 + 2j}'), ast.literal_eval(' [1]')",
        "import os.path\nos.path.join('a', '/b', 'c'), os.path.split('/a/b'), os.path.splitext('a/b.tar.gz'), os.path.basename('a/'), os.path.dirname('/a/b'), os.path.normpath('a//b/../c'), os.path.isabs('/a'), os.path.commonprefix(['abc', 'abd']), os.path.commonpath(['/a/b', '/a/c']), os.path.sep",
        "from os import path\nfrom os.path import join as j\npath.join('a', 'b') == j('a', 'b')",
        "import keyword, timeit, textwrap, random\nkeyword.iskeyword('if'), 'for' in keyword.kwlist, timeit.default_timer() > 0, textwrap.TextWrapper(width=9, initial_indent='* ').fill('some words here'), random.Random(5).getstate()[0]",
        "import random\nrandom.seed(1)\nstate = random.getstate()\nx = random.random()\nrandom.setstate(state)\nx == random.random(), 0 <= random.SystemRandom().random() < 1",
        "import types\ndef f(): yield\nclass A:\n    def m(self): pass\n[isinstance(x, k) for x, k in [(f, types.FunctionType), (f(), types.GeneratorType), (A().m, types.MethodType), (len, types.BuiltinFunctionType), (None, types.NoneType), (int | str, types.UnionType), (list[int], types.GenericAlias), (A, types.FunctionType)]], type(f) is types.FunctionType, type(None) is types.NoneType",
        "import typing\nfrom typing import *\nget_origin(list[int]), get_args(dict[str, int]), get_args(Optional[int]), get_origin(int), get_args(Literal['a', 1]), get_origin(Union[int, str]) is Union",
        "import sys\nsys.version_info.major, sys.version_info[:1], sys.float_info.max > 1e300, sys.maxunicode, sys.getsizeof([]) > 0, sys.intern('a'), sys.platform != '', sys.getdefaultencoding()\n",
        "import sys\ntry: 1 / 0\nexcept ZeroDivisionError as e: print(sys.exc_info()[:2] == (ZeroDivisionError, e), sys.exception() is e)\nsys.exc_info()",
        "import sys\nsys.setrecursionlimit(sys.getrecursionlimit())",
        "import time\ntime.asctime(time.gmtime(0)), time.monotonic_ns() > 0, len(time.ctime(0)), time.perf_counter_ns() > 0, type(time.timezone).__name__",
        "import difflib\nlist(difflib.Differ().compare(['a\\n'], ['b\\n'])), list(difflib.restore(difflib.ndiff(['a'], ['b']), 1))",
        "import enum\nclass A(enum.Enum):\n    X = enum.member(1)\n    y = enum.nonmember(2)\n    @enum.property\n    def z(self): return 3\nlist(A), A.y, A.X.z",
        "import traceback\ntry: raise ValueError('x')\nexcept ValueError as e: print(traceback.format_exc().splitlines()[0], traceback.format_exc().splitlines()[-1], traceback.format_exception_only(e), traceback.format_exception(e)[-1])",
        "import traceback, io\nout = io.StringIO()\ntry:\n    try: 1 / 0\n    except ZeroDivisionError as e: raise KeyError('k') from e\nexcept KeyError: traceback.print_exc(file=out)\nout.getvalue().splitlines()[-1], 'ZeroDivisionError: division by zero' in out.getvalue(), traceback.format_exc()",
        "import traceback\ntraceback.format_exception_only(KeyError, KeyError('a')), traceback.format_exception_only(ValueError())",
    ],
)
def test_members_of_the_session(code: str) -> None:
    """Calendars, bounded versions, paths as text, kinds of objects, what is being handled."""
    assert_ordinary(code)
