"""Modules of the standard library that actions may import."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "import math\nmath.sqrt(16), math.pi, math.floor(2.7), math.factorial(10), math.gcd(12, 18), math.inf",
        "import math as m, json as j\nm.ceil(1.2), j.loads('[1]')",
        "from math import sqrt as root, pi\nroot(9), pi",
        "from math import *\nfloor(2.5)",
        "import collections.abc, urllib.parse\nurllib.parse.quote('a b'), isinstance([], collections.abc.Sequence), collections.Counter('aab')['a']",
        "import urllib.parse as up\nup.urlparse('http://h:1/p?q=1').netloc",
        "from urllib import parse\nparse.urlencode({'a': 1})",
        "from collections import abc\nisinstance({}, abc.Mapping)",
        "import math\nhasattr(math, 'sqrt')",
    ],
)
def test_import_statements(code: str) -> None:
    """Every form of `import` binds what it binds in CPython."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "import json\njson.dumps({'a': [1, None, True]}, indent=2, sort_keys=True), json.loads('{\"x\": 1.5}')",
        "import json, io\nf = io.StringIO()\njson.dump([1], f)\nf.seek(0)\njson.load(f), json.dumps({1, 2}, default=list), json.dumps('é', ensure_ascii=False)",
        "import json\njson.loads('{bad')",
        "import json\njson.dumps({1})",
        "import re\nre.findall(r'\\d+', 'a1b22'), re.sub('(a)(b)', r'\\2\\1', 'ab'), re.match('x', 'y'), re.split(r'[,;]', 'a,b;c'), re.search('(?P<n>b)', 'abc').group('n')",
        "import re\np = re.compile(r'(\\w)(\\d)?', re.I | re.M)\n[m.groups() for m in p.finditer('a1 b')], p.pattern, p.groups, p.sub(lambda m: m.group(1).upper(), 'a1'), p.fullmatch('a1').span(), p.match('a').start()",
        "import re\nre.sub('a', r'\\u0305', 'a')",
        "import re\nre.sub('(a)', r'\\1\\g<1>\\n\\\\q\\.', 'a'), re.sub(b'a', rb'\\n', b'a')",
        "import re\nre.compile(r'\\p{L}')",
        "import re\ntry: re.compile('(')\nexcept re.error as e: print(type(e).__name__, e.msg, e.pos, e)",
        "import re\nre.findall('[[]a--z', '[a--z')",
        "import re\nre.escape('a.b'), re.subn('a', 'b', 'aa', count=1), re.fullmatch('a+', 'aaa') is not None, re.split('a', 'bab', maxsplit=1)",
        "from datetime import datetime, timedelta, date, timezone, UTC\nd = datetime(2024, 1, 31, 12)\nd + timedelta(days=1), d.strftime('%Y-%m-%d'), datetime.strptime('2024-02-03', '%Y-%m-%d'), date.fromisoformat('2024-05-06').weekday(), (date(2024, 3, 1) - date(2024, 2, 1)).days, datetime.fromisoformat('2024-01-01T00:00:00+00:00').tzinfo == UTC",
        "from collections import Counter, defaultdict, deque, OrderedDict, ChainMap\nc = Counter('abca')\nd = defaultdict(list)\nd['x'].append(1)\nq = deque([1, 2], maxlen=2)\nq.append(3)\nc.most_common(1), dict(d), list(q), list(OrderedDict(a=1).items()), ChainMap({'a': 1}, {'b': 2})['b']",
        "import itertools as it\nlist(it.chain([1], [2])), list(it.combinations('abc', 2)), [(k, list(g)) for k, g in it.groupby('aab')], list(it.accumulate([1, 2, 3])), list(it.product([0, 1], repeat=2))[:2], list(it.zip_longest([1], [2, 3])), list(it.pairwise('abc'))",
        "import statistics as s\ns.mean([1, 2, 3]), s.median([1, 5, 2]), round(s.stdev([1, 2, 4]), 3), s.mode('aab')",
        "from decimal import Decimal, ROUND_HALF_UP\nfrom fractions import Fraction\nDecimal('1.005').quantize(Decimal('0.01'), rounding=ROUND_HALF_UP), Decimal('0.1') + 1, Fraction(1, 3) + Fraction(1, 6)",
        "import random\nrandom.seed(5)\na = random.random(), random.randint(1, 9), random.choice('abc')\nrandom.seed(5)\na == (random.random(), random.randint(1, 9), random.choice('abc'))",
        "import random\nr = random.Random(3)\nr.random(), r.sample(range(10), 3)",
        "import hashlib, base64, binascii, hmac, zlib\nhashlib.sha256(b'a').hexdigest()[:8], base64.b64encode(b'hi'), binascii.hexlify(b'a'), zlib.crc32(b'a'), hmac.new(b'k', b'm', 'sha1').hexdigest()[:6]",
        "import csv, io\nrows = list(csv.DictReader(io.StringIO('a,b\\n1,2\\n')))\nout = io.StringIO()\ncsv.writer(out).writerow([1, 'x,y'])\nrows, out.getvalue()",
        "import heapq, bisect\nh = [3, 1, 2]\nheapq.heapify(h)\nheapq.heappop(h), heapq.nlargest(2, [1, 5, 3]), bisect.bisect([1, 3, 5], 3)",
        "import textwrap, string, difflib, pprint\ntextwrap.shorten('a long text', 8), string.ascii_lowercase[:3], difflib.get_close_matches('appel', ['apple']), pprint.pformat({'a': 1}), string.Template('$x').substitute(x=1)",
        "import pprint\npprint.pprint({'b': 1, 'a': 2})\npprint.pp({'b': 1, 'a': 2})",
        "import operator as op\nop.add(1, 2), op.itemgetter(1)([5, 6]), op.attrgetter('real')(3), op.attrgetter('real', 'imag')(3), op.methodcaller('upper')('a'), op.methodcaller('split', ',')('a,b')",
        "import copy\na = [[1]]\nb = copy.deepcopy(a)\nb[0].append(2)\na, copy.copy(a)[0] is a[0]",
        "import uuid, time, calendar\nuuid.UUID(int=5), uuid.uuid5(uuid.NAMESPACE_DNS, 'a'), time.gmtime(0).tm_year, calendar.monthrange(2024, 2), time.strftime('%Y', time.gmtime(0))",
        "import time\nt = time.perf_counter()\ntime.sleep(0.001)\ntime.perf_counter() > t, time.time() > 1",
        "import time\ntime.sleep(-1)",
        "import struct, array, cmath, numbers, unicodedata, html\nstruct.pack('>I', 5), array.array('i', [1]).tolist(), cmath.sqrt(-1), isinstance(1, numbers.Integral), unicodedata.name('a'), html.escape('<')",
        "from graphlib import TopologicalSorter\nlist(TopologicalSorter({'b': ['a']}).static_order())",
        "import ipaddress, zoneinfo\nstr(ipaddress.ip_network('10.0.0.0/8').network_address), str(zoneinfo.ZoneInfo('UTC'))",
        "import sys\nsys.stdout.write('out\\n'), sys.maxsize > 0, sys.version_info >= (3, 11), sys.version_info.major, sys.byteorder",
        "from typing import Any, Optional, Union, Literal, Callable, cast, NewType, Annotated\nUserId = NewType('UserId', int)\nUserId(5), cast(int, 'a'), Optional[int] == Union[int, None]",
        "import functools\n@functools.cache\ndef f(): return 1\nclass A:\n    @functools.cached_property\n    def x(self):\n        print('once')\n        return 5\na = A()\na.x + a.x, sorted([3, 1], key=functools.cmp_to_key(lambda a, b: a - b))",
        "import secrets\nlen(secrets.token_hex(4)), secrets.choice([1])",
        "from io import BytesIO\nb = BytesIO(b'abc')\nb.read(2), b.tell()",
        "from dataclasses import asdict\nasdict(5)",
        "import colorsys, types\ncolorsys.rgb_to_hls(0, 0, 0), types.MappingProxyType({'a': 1})['a']",
    ],
)
def test_members(code: str) -> None:
    """What the facades offer gives what the modules give."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "import json\njson.dumps([1] * 10, separators=('x' * 50, ':' * 50))",
        "import json\njson.dumps({'a': [1, {}]}, indent='-' * 20)",
        "import textwrap\ntextwrap.TextWrapper(initial_indent='a' * 2000, subsequent_indent='b').fill('c d')",
        "len(repr('\\n' * 100_000)), ascii('\\u00e9' * 3)",
        "(5).__format__('>9')",
        "(5).__format__(3)",
        "'ab'.__format__()",
    ],
)
def test_layouts_and_quotes_of_ordinary_length(code: str) -> None:
    """What is looked at because it may be long is as in CPython where it is not."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "make", ["array.array('b')", "collections.deque()", "datetime.date(2024, 1, 2)", "decimal.Decimal(1)"]
)
def test_the_class_of_a_library_s_object_is_the_member_of_its_module(make: str) -> None:
    """Whatever the module is called: `type(x) is array.array` asks for the kind of an object."""
    module = make.partition(".")[0]
    assert_ordinary(
        f"import {module}\nx = {make}\ntype(x) is {make.partition('(')[0]}, isinstance(x, {make.partition('(')[0]})"
    )
