"""Members of modules of which one call makes much of little, or is long over much."""

from __future__ import annotations

import base64
import hashlib
import random
import string
import struct
import textwrap

import pytest

MEMORY = "memory_bytes: the action would take"
BITS = "OverflowError: this number would have more than 1,100,000 bits: use floats, or pow(a, b, modulus)"
GCD = "OverflowError: gcd() of numbers of more than 200,000 bits takes too much time: use shorter ones"


@pytest.mark.parametrize(
    "code",
    [
        "import struct\nstruct.pack('1000000000s', b'a')",
        "import struct\nstruct.pack('999999999x')",
        "import struct\nstruct.unpack('30000000B', bytes(30000000))",
        "import struct\nstruct.unpack_from('30000000B', bytes(30000000))",
        "import random\nrandom.sample(range(10**9), 10**8)",
        "import random\nrandom.Random(1).sample(range(10**9), 10**8)",
        "import random\nrandom.SystemRandom().sample(range(10**9), 10**8)",
        "import random\nrandom.SystemRandom().randbytes(10**9)",
        "import binascii\nbinascii.hexlify(bytes(9 * 10**7))",
        "import binascii\nbinascii.b2a_base64(bytes(9 * 10**7))",
        "import base64\nbase64.b64encode(bytes(9 * 10**7))",
        "import base64\nbase64.b85encode(bytes(3 * 10**7))",
        "import html\nhtml.escape('<' * (4 * 10**7))",
        "import unicodedata\nunicodedata.normalize('NFKD', '\\ufdfa' * (4 * 10**6))",
        "import array\narray.array('b', bytes(10**7)).tolist()",
        "import array\narray.array.tolist(array.array('b', bytes(10**7)))",
        "import array\ngetattr(array.array('b', bytes(10**7)), 'tolist')()",
        "import textwrap\ntextwrap.indent('a\\n' * 10**5, 'b' * 10**4)",
        "import textwrap\ntextwrap.fill('a\\tb', tabsize=3 * 10**8)",
        "import textwrap\ntextwrap.fill('a ' * 10**5, width=2, subsequent_indent='b' * 10**5)",
        "import re\nre.sub('a', 'b' * 10**5, 'a' * 10**5)",
        "import re\nre.compile('a').subn('b' * 10**5, 'a' * 10**5)",
        "('a' * 10**6).replace('', 'b' * 1000)",
        "import string\nstring.Template('$x' * 10**4).substitute(x='a' * 10**5)",
        "import string\nstring.Template('$x' * 10**4).safe_substitute({'x': 'a' * 10**5})",
        "import string\nclass A:\n    def __str__(self): return 'a' * 10**5\nstring.Template('$x' * 10**4).substitute(x=A())",
    ],
)
def test_memory_is_looked_at_before_it_is_asked_for(attack, code):
    """The result would be far beyond the limit, and made in one piece."""
    seen = attack(code, memory_bytes=100_000_000)
    assert (seen.status, seen.error.message[: len(MEMORY)]) == ("limit", MEMORY)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("import random\nrandom.Random(1).getrandbits(10**9)", BITS),
        ("import random\nrandom.Random(1).randbytes(10**8)", BITS),
        ("import random\nrandom.SystemRandom().getrandbits(10**9)", BITS),
        (
            "import math\nmath.lcm(3**400000, 7**300000)",
            "OverflowError: this multiple would have more than 1,100,000 bits: use floats, or pow(a, b, modulus)",
        ),
        (
            "from decimal import Decimal\nDecimal(7**80_000)",
            "OverflowError: a number with an exponent above 50,000 is not available",
        ),
        (
            "import ast\nast.literal_eval('1' * 300_000)",
            "ValueError: literal_eval() takes at most 200,000 characters: use json.loads",
        ),
        ("import ast\nast.literal_eval(look)", "ValueError: literal_eval() takes text here"),
        ("import math\nmath.gcd(3**600000, 7**300000)", GCD),
        ("import math\nmath.gcd(1, 3**600000, 7**300000)", GCD),
        ("from fractions import Fraction\nFraction(3**600000, 7**300000)", GCD),
        (
            "import textwrap\ntextwrap.dedent(' a\\n' * 10**6)",
            "ValueError: textwrap takes at most 1,000,000 characters at a time: wrap one paragraph after another",
        ),
        (
            "import textwrap\ntextwrap.fill('a b ' * 10**6)",
            "ValueError: textwrap takes at most 1,000,000 characters at a time: wrap one paragraph after another",
        ),
    ],
)
def test_what_takes_too_much_time_is_refused(refused, code, refusal):
    """One call would hold the interpreter for seconds."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    "code",
    [
        "sum([[0]] * 10**6, [])",
        "sum([(0,)] * 10**6, ())",
        "import collections\nsum([collections.deque([0])] * 10**6, collections.deque())",
    ],
)
def test_sums_of_containers_are_stopped_by_the_clock(attack, code):
    """Each turn copies everything before it: a million take hours."""
    seen = attack(code, seconds=0.3)
    assert (seen.status, seen.error.message) == ("limit", "seconds: the action ran longer than 0.3 s")
    assert seen.seconds < 1.5


def test_they_do_what_the_library_does(attack):
    """Nobody sees that they are looked at."""
    code = """
import base64, binascii, hashlib, html, math, random, re, string, struct, textwrap, unicodedata, zlib
from fractions import Fraction
generator = random.Random(5)
data = bytes(range(256)) * 20_000
(
    [generator.random(), generator.randint(1, 9), generator.sample([1, 2, 3], 2), generator.getrandbits(9), generator.randbytes(2)],
    string.Template('$a ${b} $$').substitute({'a': 1}, b=2), string.Template('$a $b').safe_substitute(a=1),
    zlib.decompress(zlib.compress(data)) == data, zlib.decompress(zlib.compress(b'a', level=9)),
    sum([1, 2.5]), sum([[1], [2]], []), sum([1], start=2), sum([(1,)], ()),
    struct.unpack('<I', struct.pack('<I', 5)), struct.unpack_from('<B', b'abc', 1), textwrap.fill('a b c', 3), textwrap.wrap('a\\tb', width=1, tabsize=2),
    base64.b64encode(b'a'), base64.b85decode(base64.b85encode(b'a')), html.escape('<'), unicodedata.normalize('NFC', 'e\\u0301'), binascii.hexlify(b'ab', '-'),
    textwrap.indent('a\\nb', '> '), len(textwrap.fill('a b', 3, initial_indent='>' * 2_000)), re.sub('a+', 'b' * 2_000, 'a' * 2_000),
    unicodedata.normalize('NFC', 'a'), len(unicodedata.normalize('NFC', 'e\u0301' * 3_000)), hashlib.new('MD5', b'a').hexdigest(),
    math.gcd(12, 18), math.gcd(), Fraction(6, 4) == Fraction(3, 2), isinstance(generator, random.Random), isinstance(string.Template('a'), string.Template),
)
"""
    seen = attack(code)
    generator = random.Random(5)
    assert seen.error is None, seen.error
    assert seen.value == (
        [generator.random(), generator.randint(1, 9), generator.sample([1, 2, 3], 2), generator.getrandbits(9), generator.randbytes(2)],
        string.Template("$a ${b} $$").substitute({"a": 1}, b=2), "1 $b", True, b"a",
        3.5, [1, 2], 3, (1,),
        (5,), struct.unpack_from("<B", b"abc", 1), textwrap.fill("a b c", 3), ["a", "b"],
        base64.b64encode(b"a"), b"a", "&lt;", "é", b"61-62",
        "> a\n> b", len(textwrap.fill("a b", 3, initial_indent=">" * 2_000)), "b" * 2_000,
        "a", 3_000, hashlib.new("MD5", b"a").hexdigest(),
        6, 0, True, True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("round(12345, -10**9)", 0),
        ("round(-12345, -10**9), round(7, 10**9), round(True, -10**9)", (0, 7, 0)),
        ("(12345).__round__(-10**9)", 0),
        ("int.__round__(12345, -10**9)", 0),
        (
            "round(2.5), round(2.675, 2), round(1234, -2), round(5), round(1.5, ndigits=None), round(number=7)",
            (2, 2.67, 1200, 5, 2, 7),
        ),
    ],
)
def test_rounding_makes_no_power_without_end(attack, code, value):
    """Python makes ten to the power of the digits, whatever is rounded."""
    seen = attack(code, seconds=2)
    assert (seen.error, seen.value) == (None, value)


def test_fractions_are_not_rounded_to_many_digits(refused):
    """The result would have as many."""
    code = "from fractions import Fraction\nround(Fraction(1, 3), 10**9)"
    assert refused(code) == "OverflowError: rounding to more than 50,000 digits is not available"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("sum(['a'], '')", "TypeError: sum() can't sum strings [use ''.join(seq) instead]"),
        ("sum(5)", "TypeError: 'int' object is not iterable"),
        ("import string\nstring.Template('$a').substitute()", "KeyError: 'a'"),
        (
            "import unicodedata\nunicodedata.normalize('NFC', 5)",
            "TypeError: normalize() argument 2 must be str, not int",
        ),
        ("import hashlib\nhashlib.new('none')", "ValueError: unsupported hash type none"),
        ("import math\nmath.gcd(1.5)", "TypeError: 'float' object cannot be interpreted as an integer"),
    ],
)
def test_they_fail_as_the_library_does(refused, code, error):
    """Same errors for wrong arguments."""
    assert refused(code) == error
