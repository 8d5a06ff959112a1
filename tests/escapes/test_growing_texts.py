"""Texts, patterns and fractions of which little is given, and one call of C code makes much."""

from __future__ import annotations

import json
import pprint
import re
import textwrap
from fractions import Fraction

import pytest
from apart import PEAK, apart

from codeact_sdk.interpreter.repeats import MOST_REPEATED, parts

MEMORY = "than the 60,000,000 bytes of memory that it may: work on parts of the data"
REPEATS = "the repeats such as {1000} come to more than 100,000 parts: use + or *, and look at the length of the match"
FRACTION = "OverflowError: fractions of numbers of more than 200,000 bits are not available: use floats"


@pytest.fixture(scope="module")
def elsewhere():
    """A process whose memory is that of one action."""
    with apart() as other:
        yield other


@pytest.mark.skipif(not PEAK.exists(), reason="needs Linux, which tells the most memory that a process has had")
@pytest.mark.parametrize(
    "code",
    [
        "repr(['a' * 10**6] * 1000)",
        "f = repr\nf(['a' * 10**6] * 1000)",
        "print(['a' * 10**6] * 1000)",
        "f\"{['a' * 10**6] * 1000}\"",
        "['a' * 10**6].__repr__()\n(['a' * 10**6] * 1000).__repr__()",
        "list.__repr__(['a' * 10**6] * 1000)",
        "(['a' * 10**6] * 1000).__str__()",
        "(['a' * 10**6] * 1000).__format__('')",
        "class L(list):\n    def f(self): return super().__repr__()\nL(['a' * 10**6] * 1000).f()",
        "class L(list): pass\nL(['a' * 10**6] * 1000).__repr__()",
        "class L(list): pass\nL.__repr__(L(['a' * 10**6] * 1000))",
        "class L(list): pass\nL([0]).__mul__(10**8)",
        "class L(list):\n    def __repr__(self): return 'L' + list.__repr__(self)\nrepr(L(['a' * 10**6] * 1000))",
        "import string\nstring.Template('$a').substitute(a=['a' * 10**6] * 1000)",
        "repr([b'\\x01' * 10**6] * 30)",
        "x = b'\\x01' * 40_000_000\nrepr(x)",
        "x = b'\\x01' * 40_000_000\nstr(x)",
        "x = b'\\x01' * 40_000_000\nf'{x}'",
        "x = b'\\x01' * 40_000_000\nprint(x)",
        "x = bytearray(40_000_000)\nrepr(x)",
        "x = '\\x01' * 40_000_000\nrepr(x)",
        "x = '\\x01' * 40_000_000\nf'{x!r}'",
        "x = '\\x01' * 40_000_000\n'{!r}'.format(x)",
        "def f(x):\n    for i in range(3):\n        f'{x!r}'\nf('\\x01' * 40_000_000)",
        "x = '\\U0001f600' * 12_000_000\nascii(x)",
        "from array import array\nrepr(array('b', bytes(10**7)))",
        "import json\njson.dumps(['a' * 10**6] * 1000)",
        "import json\njson.dumps('\\x01' * 40_000_000)",
        "import json\njson.dumps({'a': '\\x01' * 40_000_000})",
        "import json\njson.dumps([1] * 100_000, indent=10_000)",
        "import json\njson.dumps([1] * 100_000, indent=' ' * 10_000)",
        "import json\nx = [1] * 100_000\nfor i in range(90): x = [x]\njson.dumps(x, indent=100)",
        "import json\njson.dumps([1] * 100_000, separators=(' ' * 10_000, ''))",
        "import json\njson.dumps([1] * 100_000, separators=iter([' ' * 10_000, '']))",
        "import pprint\npprint.pformat([[[[1] * 100] * 100] * 100], indent=10_000)",
        "import pprint\npprint.pp([[[[1] * 100] * 100] * 100], indent=10_000)",
        "import textwrap\ntextwrap.TextWrapper(tabsize=10**9).fill('a\\tb')",
        "import textwrap\ntextwrap.TextWrapper(70, '', '', True, True, False, True, True, True, 10**9).wrap('a\\tb')",
        "import textwrap\ntextwrap.TextWrapper(width=2, subsequent_indent='a' * 2_000_000).fill('a b ' * 1000)",
        "import textwrap\ntextwrap.shorten('a b ' * 1000, width=10**9, placeholder='b' * 20_000_000)",
        "from urllib.parse import parse_qs\nparse_qs('a=b&' * 10_000_000)",
        "from urllib.parse import parse_qsl\nparse_qsl('a=b;' * 10_000_000, separator=';')",
        "import re\nre.compile('a{99999}')",
    ],
)
def test_memory_is_refused_before_it_is_taken(elsewhere, code):
    """What asks for too much is told so, and the process never grows by more than half again of what it may."""
    seen = elsewhere.run(code, memory_bytes=60_000_000, seconds=20)
    assert (seen["status"], seen["type"]) == ("limit", "LimitExceeded")
    assert seen["message"].startswith("memory_bytes: the action would take ")
    assert seen["message"].endswith(MEMORY)
    assert seen["growth"] < 90_000_000


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("import json\njson.dumps([1], indent=3 * 10**8)", "indent= above 10,000"),
        ("import json, io\njson.dump([1], io.StringIO(), indent=3 * 10**8)", "indent= above 10,000"),
        ("import json\njson.dumps([1], indent='a' * 10**6)", "indent= of more than 10,000 characters"),
        ("import json\njson.dumps([1], separators=(',', 'b' * 10**6))", "separators= of more than 10,000 characters"),
        ("import pprint\npprint.pprint([[1] * 100], indent=10**8)", "indent= above 10,000"),
        ("import pprint\npprint.pformat([[1] * 100], 10**8)", "indent= above 10,000"),
        ("import time\ntime.strftime('%c' * 10**6)", "a format of more than 10,000 characters"),
        ("import datetime\ndatetime.datetime(2024, 1, 1).strftime('%c' * 10**6)", "a format of more than 10,000 characters"),
        ("import datetime\ndatetime.time(1).strftime('%c' * 10**6)", "a format of more than 10,000 characters"),
        ("import datetime\nd = datetime.date\nd.strftime(d(2024, 1, 1), '%c' * 10**6)", "a format of more than 10,000 characters"),
        ("import datetime\nf = datetime.date(2024, 1, 1).strftime\nf(format='%c' * 10**6)", "a format of more than 10,000 characters"),
        ("import datetime\nformat(datetime.date(2024, 1, 1), '%c' * 10**6)", "a format of more than 10,000 characters"),
        ("import datetime\nd = datetime.date(2024, 1, 1)\nf\"{d:{'%c' * 10**6}}\"", "a format of more than 10,000 characters"),
        ("import datetime\n'{:{}}'.format(datetime.date(2024, 1, 1), '%c' * 10**6)", "a format of more than 10,000 characters"),
        ("import datetime\ndatetime.date(2024, 1, 1).__format__('%c' * 10**6)", "a format of more than 10,000 characters"),
        ("(5).__format__('999999999d')", "a width above 1,000,000"),
        ("int.__format__(5, '999999999d')", "a width above 1,000,000"),
    ],
)  # fmt: skip
def test_layouts_and_formats_have_a_bound(refused, code, refusal):
    """What each line or item has in it, and what each two characters make longer."""
    assert refused(code) == f"ValueError: {refusal} is not available"


@pytest.mark.parametrize(
    "pattern",
    [
        "'a{1000000}b{1000000}'",
        "b'a{1000000}b{1000000}'",
        "'a{1000000,}'",
        "'(' * 50 + 'a' + '){1000}' * 50",
        "'(' * 50 + 'a' + ')+' * 50",
        "'(?<=a{1000000})b'",
        "'(?P<n>(?:ab){1000}){1000}'",
        "'(?:a(?#no){1000}){1000}'",
        "'(?:[[a]{1000}){1000}'",
        "'(?:[^]{9})]{1000}){1000}'",
        "'(?:(?:[(]|\\\\)a){1000}){1000}'",
        "'(?x)(?:a{10 00 } # (\\n ){1#c\\n000}'",
        "'(?:(?x:(a{300} #(\\n){300}) #){300}'",
        "'(?x)(?:(?-x:(a{300}#){300}) \\n#(\\n){300}'",
        "'||(?:\\\\p{L}{1000}){1000}'",
    ],
)
def test_repeats_in_patterns_have_a_bound(refused, pattern):
    """The engine writes what is repeated as many times."""
    assert refused(f"import re\nre.compile({pattern})").split(": ", 1)[1] == REPEATS
    assert refused(f"import re\nre.sub({pattern}, '', '')").split(": ", 1)[1] == REPEATS
    assert refused(
        f"import re\ntry:\n    re.compile({pattern})\nexcept re.error as e:\n    raise ValueError(e)"
    ).endswith(REPEATS)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"(?:[A-Za-z]{2,100}\s+){1,50}\d{1,30}",
        r"((\w+\.)+(\w+/)+)+(\?(\w+=\w+&)+)+",
        "a{,100000}",
        "|".join(f"(?:word{number})" for number in range(3_000)),
        r"[{]{2}(\w+)[}]{2}",
    ],
)
def test_ordinary_patterns_are_far_from_it(pattern):
    """What programs write comes to a few thousand parts, besides its own length."""
    assert parts(pattern, verbose=False) <= MOST_REPEATED // 4 + len(pattern)
    assert parts(pattern, verbose=True) <= MOST_REPEATED // 4 + len(pattern)


@pytest.mark.parametrize(
    "code",
    [
        "Fraction(1, 3**600_000) * Fraction(7**300_000)",
        "Fraction(7**300_000)",
        "type(Fraction(1))(1, 3**300_000)",
        "Fraction(Fraction(3**100_000), Fraction(1, 7**70_000))",
        "Fraction(1, 3) ** 300_000",
        "x = Fraction(1, 3)\nfor i in range(40): x = x * x",
        "x = Fraction(1, 3)\nfor i in range(40): x *= x + 1",
        "f = Fraction(3**100_000, 2)\nf.__rmul__(3**600_000)",
        "import math\nmath.prod([Fraction(1, 3**1000)] * 1000)",
    ],
)
def test_fractions_have_a_bound(refused, code):
    """Each asks for a greatest common divisor, which nothing interrupts."""
    assert refused(f"from fractions import Fraction\n{code}") == FRACTION


def test_ordinary_ones_are_as_in_python(attack):
    """What is short is not touched."""
    code = """
import json, pprint, re, textwrap, time, datetime
from fractions import Fraction
from urllib.parse import parse_qs, parse_qsl
d, x = datetime.datetime(2024, 2, 3, 4, 5), [{'a': [1, {'b': 'c\\u00e9'}], 'd': None}, 'e' * 100, [list(range(30))]]
w, e = textwrap.TextWrapper(width=9, tabsize=4, subsequent_indent='> '), '\\u00e9'
[json.dumps(x, indent=2), json.dumps(x, indent='--', separators=(';', '=')), json.dumps(x, indent=0), json.dumps('\\u00e9'),
 pprint.pformat(x), pprint.pformat(x, 3, 40), pprint.pformat(x, indent=4, width=30), w.fill('aa\\tbb cc dd ee'), w.wrap('a b'),
 d.strftime('%Y-%m-%d'), d.date().strftime(format='%d'), datetime.date.strftime(d, '%H'), time.strftime('%Y', time.gmtime(0)),
 f'{d:%H:%M}', d.__format__('%j'), (5).__format__('3d'), [1, 'a'].__repr__(), str.__repr__('a'), x[1].__str__(),
 parse_qs('a=1&b=2&a=3'), parse_qsl('a=1;b=2', separator=';'), Fraction(3, 6) * 2 * Fraction('0.5'), Fraction(2, 3) ** -3,
 repr(b'\\x01'), f"{'a'!r} {b'b'!a} {e!a}", ascii('\\u00e9'), [re.fullmatch('(?:ab{3}){2,}', s) is not None for s in ('abbb' * 2, 'abbb')],
 len(re.compile('a{3000}').findall('a' * 6000)), json.dumps(tuple([]), indent=1)]
"""
    x = [{"a": [1, {"b": "c\u00e9"}], "d": None}, "e" * 100, [list(range(30))]]
    wrapper = textwrap.TextWrapper(width=9, tabsize=4, subsequent_indent="> ")
    assert attack(code).value == [
        json.dumps(x, indent=2), json.dumps(x, indent="--", separators=(";", "=")), json.dumps(x, indent=0), '"\\u00e9"',
        pprint.pformat(x), pprint.pformat(x, 3, 40), pprint.pformat(x, indent=4, width=30), wrapper.fill("aa\tbb cc dd ee"), ["a b"],
        "2024-02-03", "03", "04", "1970",
        "04:05", "034", "  5", "[1, 'a']", "'a'", "e" * 100,
        {"a": ["1", "3"], "b": ["2"]}, [("a", "1"), ("b", "2")], Fraction(1, 2), Fraction(27, 8),
        "b'\\x01'", "'a' b'b' '\\xe9'", "'\\xe9'", [True, False],
        2, "[]",
    ]  # fmt: skip


def test_a_large_pattern_is_compiled_once(attack):
    """A session keeps a few of them, so that a loop does not compile at every turn; equal texts give equal patterns."""
    assert attack("import re\nre.compile('a{3000}') == re.compile('a{3000}')").value is True
    assert re.compile("a{3000}").match("a" * 3000)


@pytest.mark.parametrize(
    "text",
    ["'[' * 300_000 + chr(92)", "'(?#' * 100_000 + '(a){3000}'", "'(?' * 100_000 + '(a){3000}'", "'(?:a){9000}' + '[' * 300_000"],
)  # fmt: skip
def test_counting_goes_through_a_pattern_once(attack, text):
    """What is open without an end is not looked for again at each place: that would take time without a bound."""
    seen = attack(f"import re\nre.compile({text})", seconds=20)
    assert (seen.status, seen.error.type.split(".")[-1]) in (("error", "error"), ("error", "PatternError"))


def test_own_classes_are_shown_as_in_python(attack):
    """A method of Python's own that an own class has, or goes on to, is looked at and does the same."""
    code = """
class D(dict):
    def __repr__(self): return 'D' + dict.__repr__(self)
    def __str__(self): return 'd' + super().__str__()
    def __format__(self, spec): return super().__format__('') + spec
class F(float):
    def __mul__(self, other): return F(super().__mul__(other))
    def __add__(self, other): return F(float.__add__(self, other))
class L(list):
    pass
class A:
    def __repr__(self): return 'A'
    def __str__(self): return 'a' + super().__str__()
d = D(a=1)
[repr(d), str(d), f'{d}', f'{d:x}', float(F(2.0) * 3), float(F(2.0) + 3), L([1]).__repr__(), L.__repr__(L([2])), L([1]).__mul__(2), L([1]).__add__([3]), str(A()), repr(A()), f'{A()}', d.__str__()]
"""
    assert attack(code).value == [
        "D{'a': 1}", "dD{'a': 1}", "dD{'a': 1}", "dD{'a': 1}x", 6.0, 5.0, "[1]", "[2]", [1, 1], [1, 3], "aA", "A", "aA", "dD{'a': 1}",
    ]  # fmt: skip
