"""One call of C code cannot be interrupted, so what it may be asked for is bounded where that is simple."""

from __future__ import annotations

import pytest
from apart import PEAK, apart

BITS = "would have more than 1,100,000 bits: use floats, or pow(a, b, modulus)"
MEMORY = "than the 100,000,000 bytes of memory that it may: work on parts of the data"


@pytest.fixture(scope="module")
def elsewhere():
    """A process whose memory is that of one action."""
    with apart() as other:
        yield other


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("2**10**9", "this power"),
        ("10**10**10**10", "this power"),
        ("x = 2\nx **= 10**9", "this power"),
        ("pow(3, 10**7)", "this power"),
        ("list(map(pow, [7], [10**8]))", "this power"),
        ("(7).__pow__(10**8)", "this power"),
        ("int.__pow__(7, 10**8)", "this power"),
        ("import operator\noperator.pow(7, 10**8)", "this power"),
        ("1 << 10**10", "this shift"),
        ("x = 1\nx <<= 10**8", "this shift"),
        ("x = 3\nfor i in range(40):\n    x = x * x", "this product"),
        ("def f(x):\n    for i in range(40):\n        x *= x\nf(3)", "this product"),
        ("from fractions import Fraction\nFraction(3, 2) ** -30_000_000", "this power"),
        ("from fractions import Fraction\ndef f(x): return x ** -30_000_000\nf(Fraction(3, 2))", "this power"),
        ("from fractions import Fraction\nx = Fraction(3, 2)\nx **= -30_000_000", "this power"),
        ("from fractions import Fraction\n2 ** Fraction(10**9)", "this power"),
        ("from fractions import Fraction\nFraction(3, 2) ** Fraction(10**8)", "this power"),
        ("from fractions import Fraction\nFraction(10**9).__rpow__(2)", "this power"),
        ("int('f' * 10**6, 16)", "this number"),
        ("int('1' * 2_000_000, base=2)", "this number"),
        ("int.from_bytes(b'a' * 10**6, 'big')", "this number"),
        ("(5).from_bytes(bytes=b'a' * 10**6, byteorder='big')", "this number"),
        ("f = int.from_bytes\nf(iter(b'a' * 10**6), 'big')", "this number"),
        ("class I(int): pass\nI.from_bytes(b'a' * 10**6, 'big')", "this number"),
        ("import math\nmath.factorial(10**6)", "this factorial"),
        ("import math\nmath.comb(10**7, 10**6)", "this number"),
        ("import math\nmath.perm(10**7)", "this number"),
        ("import math\nmath.prod(range(1, 10**6))", "this product"),
        ("import functools, operator\nfunctools.reduce(operator.mul, range(1, 10**6))", "this product"),
        ("import random\nrandom.getrandbits(10**9)", "this number"),
    ],
)
def test_whole_numbers_have_a_bound(refused, code, what):
    """Arithmetic on long numbers takes time that nothing can interrupt."""
    assert refused(code) == f"OverflowError: {what} {BITS}"


@pytest.mark.parametrize(
    "code",
    [
        "from fractions import Fraction\nFraction('1e50000000')",
        "from decimal import Decimal\nint(Decimal('1e999999999'))",
        "from decimal import Decimal\nfrom fractions import Fraction\nFraction(Decimal('1e40000000'))",
        "from decimal import Decimal\ntype(Decimal(1))('1e999999999')",
        "from decimal import Decimal\nDecimal('7' * 60_000)",
        "from decimal import Decimal\nDecimal(7**70_000)",
    ],
)
def test_exponents_have_a_bound(refused, code):
    """A short text may stand for a number without end."""
    assert refused(code) == "OverflowError: a number with an exponent above 50,000 is not available"


@pytest.mark.parametrize(
    "code",
    [
        "Decimal('1e40000') ** 2",
        "Decimal('1e40000') * Decimal('1e40000')",
        "Decimal(1).scaleb(60_000)",
        "with localcontext(DefaultContext): Decimal('1e40000') * Decimal('1e40000')",
        "Context(prec=5).create_decimal('1e60000')",
    ],
)
def test_results_of_decimal_numbers_have_a_bound(refused, code):
    """Making a decimal number a whole one takes time that grows with the square of its exponent."""
    found = refused(f"from decimal import Decimal, Context, DefaultContext, localcontext\n{code}")
    assert found == "Overflow: [<class 'decimal.Overflow'>]"


def test_powers_with_a_modulus_take_bounded_time(refused):
    """`pow` with three arguments makes nothing large, but may take for ever."""
    code = "x = 10**300_000 + 1\npow(3, x, x - 2)"
    assert refused(code) == "OverflowError: pow() of numbers this long takes too much time: use shorter ones"
    assert refused("pow(7**300_000, -1, 10**300_000 + 1)") == refused(code)


@pytest.mark.skipif(not PEAK.exists(), reason="needs Linux, which tells the most memory that a process has had")
@pytest.mark.parametrize(
    "code",
    [
        "'a' * 10**9",
        "10**9 * b'ab'",
        "n = 10**8\nx = [0]\nx * n",
        "x = [0]\nx *= 10**8",
        "d = {'k': 'ab'}\nd['k'] *= 10**9",
        "class A: pass\na = A()\na.x = (1,)\na.x *= 10**8",
        "def f(x, n):\n    return x * n\nf('a', 10**9)",
        "[x * 10**9 for x in 'ab']",
        "(lambda x: x * 10**9)([1])",
        "class L(list):\n    def __len__(self): return 0\nL([0]) * 10**8",
        "class I(int):\n    def __lt__(self, other): return True\n'a' * I(10**9)",
        "'a'.__mul__(10**9)",
        "str.__mul__('a', 10**9)",
        "import operator\noperator.mul('a', 10**9)",
        "import operator\noperator.imul([0], 10**9)",
        "'a'.ljust(10**9)",
        "getattr(b'a', 'zfill')(10**9)",
        "str.center('a', 10**9)",
        "'\\t'.expandtabs(tabsize=10**9)",
        "'a' * 10**5 .__add__(0) and ('a' * 10**5).replace('a', 'b' * 10**5)",
        "f = ('a' * 10**5).replace\nf('a', 'b' * 10**5)",
        "('x' * 10**5).join(['y'] * 10**5)",
        "from operator import methodcaller\nmethodcaller('join', ['y'] * 10**5)('x' * 10**5)",
        "('a' * 10**6).translate({97: 'b' * 1000})",
        "list('ab' * 10**7)",
        "a, *b = 'ab' * 10**7",
        "('ab ' * 10**7).split()",
        "import textwrap\ntextwrap.indent('a\\n' * 10**5, 'b' * 10**5)",
        "import textwrap\ntextwrap.fill('a ' * 10**5, width=2, subsequent_indent='b' * 10**5)",
        "import string\nstring.Template('$x' * 10**4).substitute(x='b' * 10**5)",
        "import string\nstring.Template('$x' * 10**4).safe_substitute({'x': 'b' * 10**5})",
        "import re\nre.sub('a', 'b' * 10**5, 'a' * 10**5)",
        "import re\nre.compile('a').subn('b' * 10**5, 'a' * 10**5)",
        "('{0}' * 10**5).format('b' * 10**5)",
        "('{a}' * 10**5).format_map({'a': 'b' * 10**5})",
        "bytes(10**9)",
        "(5).to_bytes(10**9, 'big')",
        "import random\nrandom.randbytes(10**9)",
        "import secrets\nsecrets.token_bytes(10**9)",
        "s = 'abcdefgh'\n" + "s += s\n" * 27,
        "s = 'abcdefgh'\n" + "s = s + s\n" * 27,
        "s = 'abcdefgh'\n" + "s = f'{s}{s}'\n" * 27,
        "s = 'abcdefgh'\n" + "s = '%s%s' % (s, s)\n" * 27,
        "s = 'abcdefgh'\n" + "s = ''.join([s, s])\n" * 27,
        "s = [0]\n" + "s.extend(s)\n" * 27,
        "s = [0]\n" + "s = [*s, *s]\n" * 27,
        "s = 'ab'\nfor i in range(40):\n    s = s + s",
        "s = 'ab'\nfor i in range(40):\n    s += s",
        "s = 'ab'\nfor i in range(40):\n    s = f'{s}{s}'",
        "def f(s):\n    return f(s + s)\nf('ab')",
        "import itertools\nlist(itertools.count())",
        "import itertools\n[*itertools.count()]",
        "import itertools\na, *b = itertools.count()",
        "import itertools\nl = []\nl += itertools.count()",
        "import itertools\nl = []\nl[:] = itertools.count()",
        "import itertools\n''.join(itertools.repeat('ab'))",
        "import itertools\nlist(itertools.chain.from_iterable(itertools.repeat([0] * 1000)))",
        "import itertools\nlist(itertools.accumulate([[0] * 1000] * 10_000))",
        "import itertools\nlist(itertools.accumulate(['a' * 1000] * 10_000))",
        "list(enumerate('ab' * 10**7))",
        "[*map(str, bytes(2 * 10**7))]",
        "import itertools\nlist(itertools.pairwise('ab' * 10**7))",
        "x = []\nx.extend(enumerate('ab' * 10**7))",
        "x = []\nx[:] = 'ab' * 10**7",
        "x = []\nx[:] = enumerate('ab' * 10**7)",
        "x = [0] * 3 * 10**6\nfor i in range(5): x[:0] = x",
        "class A: x = [0] * 3 * 10**6\nfor i in range(5): A.x[len(A.x):] = A.x",
        "x = bytearray(2 * 10**7)\nfor i in range(5): x[len(x):] = x",
        "import io\nio.StringIO('a\\n' * 10**7).readlines()",
        "import io\nlist(io.StringIO('a\\n' * 10**7))",
        "import string\nstring.capwords('ab ' * 10**7)",
        "import struct\nstruct.pack('1000000000x')",
        "import struct\nstruct.unpack('30000000c', bytes(30_000_000))",
        "import unicodedata\nunicodedata.normalize('NFKD', chr(0xfdfa) * 5_000_000)",
        "from collections import Counter\n[*Counter(a=10**10).elements()]",
        "import json\nx = [0] * 1000\nx = [x] * 1000\njson.dumps([x] * 1000)",
    ],
)
def test_memory_is_refused_before_it_is_taken(elsewhere, code):
    """What asks for too much is told so, and the process never grows by more than half again of what it may."""
    seen = elsewhere.run(code, memory_bytes=100_000_000, seconds=20)
    assert (seen["status"], seen["type"]) == ("limit", "LimitExceeded")
    assert seen["message"].startswith("memory_bytes: the action ")
    assert seen["message"].endswith(MEMORY)
    assert seen["growth"] < 150_000_000


LONG = "def f(s):\n    for i in range(3):\n        {}\nf(('abcdefghij' * 1000) * 250)"


@pytest.mark.skipif(not PEAK.exists(), reason="as above")
@pytest.mark.parametrize(
    "statement",
    [
        "len(s*16*16)",
        "len(s*5*5*5*5)",
        "len(s*3*3*3*3*3)",
        "len((s*16+s*16)*16)",
        "len(f'{s*16*16}')",
        "s = s*16",
        "s += s*16*16",
        "len(s*i*i*9*9*9)",
        "len(s*(i+39) + s*(i+39) + s*(i+39) + s*(i+39))",
        "len((s+s+s+s)*(i+9) + s*(i+39))",
        "len([s*7*7*7 for x in 'ab'])",
        "len((s*(i+30) + s) * 7 + s * 7)",
    ],
)
def test_factors_in_one_expression_multiply(elsewhere, statement):
    """An expression is made without a look while its parts are few: five times five parts are twenty-five."""
    seen = elsewhere.run(LONG.format(statement), memory_bytes=100_000_000, seconds=20)
    assert (seen["status"], seen["type"]) == ("limit", "LimitExceeded")
    assert seen["growth"] < 150_000_000


@pytest.mark.skipif(not PEAK.exists(), reason="as above")
@pytest.mark.parametrize(
    "code",
    [
        "import collections\ncollections.Counter(range(10**8))",
        "set(range(10**8))",
        "dict.fromkeys(range(10**8))",
        "dict(enumerate(bytes(10**7)))",
        "{n: n for n in range(10**8)}",
        "d = {}\nfor n in range(10**8):\n    d[n] = n",
    ],
)
def test_a_table_doubles_once_before_it_is_seen(elsewhere, code):
    """A dict or set grows by a step as large as all it holds, while the old table is still there: never by two."""
    seen = elsewhere.run(code, memory_bytes=100_000_000, seconds=20)
    assert (seen["status"], seen["type"]) == ("limit", "LimitExceeded")
    assert seen["growth"] < 250_000_000


SHARED = "x = [0] * 100\nfor i in range(4): x = [x] * 100\n"


@pytest.mark.parametrize(
    "code",
    [
        "f'{x}'",
        "f'{x!r:>9}'",
        "f'{x!s:>9}{1}'",
        "def f(x):\n    for i in range(2):\n        f'{i}{x}'\nf(x)",
        "def f(x):\n    for i in range(2):\n        f'{i}{[x][0]}'\nf(x)",
        "[f'{y!a}' for y in x]",
        "'%s' % x",
        "'%(x)r' % {'x': x}",
        "'{}'.format(x)",
        "'{0!r}'.format(x)",
        "format(x)",
        "list(map(repr, x))",
        "list(map(ascii, x))",
        "print(x)",
        "str(ValueError(x))",
        "from collections import deque\nrepr(deque([x]))",
        "from collections import OrderedDict\nrepr(OrderedDict(a=x))",
        "from types import SimpleNamespace\nrepr(SimpleNamespace(x=x))",
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: object\nstr(A(x))",
        "class L(list):\n    def __iter__(self): return iter([])\nrepr(L(x))",
    ],
)
def test_text_of_what_is_shared(attack, code):
    """A list that holds another many times over is small, and its text is without end."""
    seen = attack(SHARED + code, memory_bytes=100_000_000)
    assert (seen.status, seen.error.type) == ("limit", "LimitExceeded")
    assert seen.error.message.endswith(MEMORY)


@pytest.mark.parametrize(
    "code",
    [
        "sum(range(10**11))",
        "max(range(10**12))",
        "all(range(1, 10**12))",
        "'a' in map(str, range(10**30))",
        "range(10**11).count('a')",
        "sum(iter(int, 1))",
        "import itertools\nsum(itertools.repeat(1))",
        "import itertools\nsum(itertools.repeat(1, 10**10))",
        "import itertools\n-1 in itertools.count()",
        "import itertools\nmax(itertools.cycle([1]))",
        "import itertools, collections\ncollections.deque(itertools.product(range(100), repeat=9), maxlen=0)",
        "import itertools\nsum(1 for _ in itertools.permutations(range(99)))",
        "import itertools\nall(itertools.chain.from_iterable(itertools.repeat([1] * 10**6)))",
        "import itertools\nnext(itertools.islice(itertools.count(), 10**12, None))",
        "sum(map(sum, map(range, [10**11])))",
        "from collections import Counter\nsum(Counter({1: 10**11}).elements())",
        "set([n * (2**61 - 1) for n in range(30_000)])",
    ],
)
def test_iterators_without_end_are_stopped_by_the_clock(attack, code):
    """C code that takes from them is stopped between their parts."""
    seen = attack(code, seconds=0.3)
    assert (seen.status, seen.error.message) == ("limit", "seconds: the action ran longer than 0.3 s")
    assert seen.seconds < 1


def test_ordinary_sizes_are_as_in_python(attack):
    """What programs do every day is not touched."""
    code = """
import itertools
found = 0
for n in range(10**30):
    found += 1
    if n == 3: break
[x for x in range(5)], list(range(3)), 5 in range(10), found, '=' * 80, 'a'.ljust(3) + '|', 2**100 % 7, 1 << 10, \
list(itertools.islice(itertools.count(2, 3), 2)), list(itertools.repeat('x', 2)), list(itertools.cycle([])), \
list(iter([1, 2, 3].pop, 1)), list(zip(itertools.count(), 'ab')), isinstance(range(3), range), type(range(3)) is range, \
range(10**9)[5], len(range(10**9)), 7 in range(10**9), 0.5 in range(10**9), range(10**9)[2:4], range(10**9) == range(10**9)
"""
    assert attack(code).value == (
        [0, 1, 2, 3, 4], [0, 1, 2], True, 4, "=" * 80, "a  |", 2**100 % 7, 1024,
        [2, 5], ["x", "x"], [], [3, 2], [(0, "a"), (1, "b")], True, True,
        5, 10**9, True, False, range(2, 4), True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "len('a' * 90_000_000)",
        "len('\u00e9' * 90_000_000)",
        "len(b'ab' * 45_000_000)",
        "len([0] * 11_000_000)",
        "len((0,) * 11_000_000)",
        "from collections import deque\nlen(deque([0]) * 10_000_000)",
        "x = bytearray(b'a')\nx *= 90_000_000\nlen(x)",
    ],
)
def test_what_there_is_room_for_is_made(attack, code):
    """The head of a short text or list counts once, not with each repetition."""
    assert attack(code, memory_bytes=100_000_000).status == "ok"


def test_a_wrapper_takes_no_endless_text(refused):
    """As the functions of `textwrap`."""
    code = "import textwrap\ntextwrap.TextWrapper().{}('ab ' * 400_000)"
    told = "ValueError: textwrap takes at most 1,000,000 characters at a time: wrap one paragraph after another"
    assert refused(code.format("wrap")) == refused(code.format("fill")) == told


def test_slices_and_lines_are_as_in_python(attack):
    """What takes the place of a slice, and how lines are read, stays."""
    code = """
import io, string
x, y, z = [1, 2, 3], bytearray(b'abc'), io.StringIO('a\\nb\\nc')
x[1:2] = 'ab'; x[:0] = x; x[::2] = [0, 0, 0, 0]; x[-1:] = (n for n in (8, 9))
y[1:] = b'xyz'; y[:0] = y
w = [[1, 2]]
w[0][1:] = enumerate('a')
s = slice(0, 1)
x[s] = [7]
x, bytes(y), w, z.readline(), z.readlines(), z.readlines(), io.StringIO('a\\nb\\n').readlines(1), io.BytesIO(b'a\\nb').readlines(-1), \
string.capwords('ab  cd'), string.capwords('a-b', '-'), list(io.StringIO('a\\nb'))
"""
    assert attack(code).value == (
        [7, "a", 0, 3, 0, "a", 0, 8, 9], b"axyzaxyz", [[1, (0, "a")]], "a\n", ["b\n", "c"], [], ["a\n"], [b"a\n", b"b"],
        "Ab Cd", "A-B", ["a\n", "b"],
    )  # fmt: skip


def test_accumulating_and_dicts_are_as_in_python(attack):
    """The versions that look take what Python's own take."""
    code = """
import itertools
from types import MappingProxyType
[list(itertools.accumulate([1, 2, 3])), list(itertools.accumulate('abc')), list(itertools.accumulate([])),
 list(itertools.accumulate([1, 2], initial=5)), list(itertools.accumulate([1, 2, 3], lambda a, b: a * b)), list(itertools.accumulate([3, 1], max, initial=None)),
 dict(zip('ab', [1, 2])), dict([('a', 1)]), dict({'a': 1}), dict(MappingProxyType({1: 2})), dict(x for x in [(1, 2)]), dict(['ab'])]
"""
    assert attack(code).value == [
        [1, 3, 6], ["a", "ab", "abc"], [], [5, 6, 8], [1, 2, 6], [3, 3],
        {"a": 1, "b": 2}, {"a": 1}, {"a": 1}, {1: 2}, {1: 2}, {"a": "b"},
    ]  # fmt: skip
    assert attack("dict(iter([1]))").error.message == (
        "cannot convert dictionary update sequence element #0 to a sequence"
    )


def test_judging_constants_takes_no_time(attack):
    """A long chain of products is judged once, not once for each of its parts."""
    assert attack("*".join(["1"] * 75)).value == 1


@pytest.mark.parametrize("step", ["x = (x,)", "x = zip(x)", "x = map(abs, x)", "x = enumerate(x)"])
def test_deep_nesting_does_not_end_the_process(attack, step):
    """C code that recurses has the stack of a thread of its own, which is deep."""
    seen = attack(
        f"x = ()\nfor _ in range(100_000):\n    {step}\ntry:\n    hash(x)\n    list(x)\nexcept Exception:\n    pass\nx = 1"
    )
    assert seen.status in ("ok", "error", "limit")


def test_marks_in_a_row_have_a_bound(refused):
    """Putting combining characters in order takes time that grows with the square of their number."""
    code = "import unicodedata\nunicodedata.normalize('NFC', 'a' + chr(0x301) * 200_000)"
    told = "ValueError: more than 2,000 combining characters in a row cannot be normalized here"
    assert refused(code) == told
    assert refused(code.replace("normalize(", "is_normalized(")) == told


def test_hashes_have_one_length(refused):
    """A hash that gives as many bytes as it is asked for is not there under another name."""
    code = "import hashlib\nhashlib.new('SHAKE_256').hexdigest(10**9)"
    assert refused(code) == "ValueError: unsupported hash type SHAKE_256 here: use blake2b with digest_size="
