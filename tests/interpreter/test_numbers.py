"""Numbers, ranges and sizes behave as in Python where nothing is too large: natively, and by the guards."""

from __future__ import annotations

import re

import pytest

HEAVY = "import math, operator, random, secrets, struct\nfrom collections import deque\nfrom array import array\n"


@pytest.mark.parametrize(
    "expression",
    [
        # Repeating, whichever side the count is on.
        "[1, 2] * 3", "3 * (1, 2)", "'ab' * True", "[1] * -1", "operator.mul(3, 'ab')", "operator.mul([1], 2)",
        "deque([1]) * 2 == deque([1, 1])", "2 * array('b', [1]) == array('b', [1, 1])", "[0.5 * x for x in [2, 3]]",
        # Formats of text and bytes.
        "'%s-%5d' % ('a', 3)", "b'%d' % 3", "'%(x)s%(x)s' % {'x': 1}", "'%*d' % (4, 1)", "7 % 4", "operator.mod('%d', 3)",
        "'%%' % ()", "'%s' % 'x'", "operator.mod(7.5, 2)",
        # Powers and shifts.
        "2 ** 10", "2 ** -1", "2.0 ** 3", "pow(3, 4, 5)", "pow(2, -1)", "pow(3, -1, 7)", "1 << 5", "True << True",
        # Special methods by name.
        "(7).__mul__(3)", "(7).__rpow__(2)", "(7).__pow__(2, 5)", "(1).__lshift__(3)", "(1).__rlshift__(3)", "'%d'.__mod__(3)",
        "'a'.__add__('b')", "[1].__iadd__([2])", "'ab'.__rmul__(2)", "int.__mul__(3, 4)", "(7).__radd__(1)", "(7).__rmod__(9)",
        # Whole numbers by other names.
        "math.prod([2, 3.5, 4])", "math.prod([])", "math.prod([2], start=5)", "math.prod([1 << 600] * 70) == 1 << 42000",
        "math.prod([0, 1 << 600_000, 1 << 600_000])", "math.prod(['ab', 2])", "math.prod([deque([1]), 2]) == deque([1, 1])",
        "math.lcm()", "math.lcm(4, 6)", "math.comb(5, 2)", "math.comb(5, 7)", "math.perm(5)", "math.perm(5, 2)",
        "math.factorial(5)", "math.factorial(0)", "math.ceil(1.5)", "len(secrets.token_bytes(3))", "len(random.randbytes(3))",
        "len(secrets.token_hex())", "len(random.SystemRandom().randbytes(3))", "len(random.Random(1).randbytes(True))",
        "0 <= random.getrandbits(3) < 8", "operator.concat([1], [2])", "operator.iadd([1], [2])", "operator.pow(2, 3)",
        # Text and containers that are made of others.
        "'a,b'.replace(',', '--', 1)", "'aa'.replace('a', 'b', -1)", "'ab'.translate({97: 'xyz', 98: None})",
        "'a\\tb'.expandtabs(4)", "b'a\\tb'.expandtabs()", "'x'.ljust(3, '.')", "'a b'.split()", "'a-b'.rsplit('-', 1)",
        "'ab'.translate({})", "b'ab'.translate(None, b'a')", "'ab'.replace('', '-')", "len(('a' * 10**6).replace('', 'bc'))",
        "('a' * 10**6).replace('a', 'bb').count('b')", "len(('a ' * 10**6).split())", "len(('a ' * 10**6).rsplit(' '))",
        "len((b'a\\n' * 10**6).splitlines())", "(1.5).hex()", "array('b', [1, 2]).tolist()",
        "'a\\nb'.splitlines()", "'é'.encode()", "b'ab'.decode()", "b'ab'.hex('-')", "(5).to_bytes(2)", "str.join('-', 'ab')",
        "str.upper('a')", "', '.join(x for x in 'ab')", "bytes([1, 2])", "bytes(2)", "bytearray(b'a')", "sorted({3, 1})",
        "list('ab')", "tuple({1: 2})", "list(zip('ab', [1, 2]))", "str([1, [2]])", "f'{[1]!s:>{5}}|{[1]!a:{9}}'", "list([n * 2 for n in (1, 2)])",
        "round(1.5, 10**9)", "repr({'a': (1,)})",
    ],
)  # fmt: skip
def test_an_expression_has_the_value_that_it_has_in_python(act, expression):
    """At the top level, where it runs once, and in a loop of a function, where natively is tried first."""
    space = {}
    exec(HEAVY, space)
    expected = eval(expression, space)
    assert act(f"{HEAVY}{expression}").value == expected
    within = f"{HEAVY}def f():\n    for _ in range(2):\n        value = {expression}\n    return value\nf()"
    assert act(within).value == expected


@pytest.mark.parametrize(
    "expression",
    [
        "'a' * 1.5", "[1] * None", "'a' + 1", "math.factorial(-1)", "math.factorial(1.5)", "math.comb(-1, 2)", "math.perm(3, 'a')",
        "', '.join([1])", "', '.join(5)", "'a'.replace('a')", "'%d' % 'x'", "1 << -1", "bytes(-1)", "(300).to_bytes(1)",
        "('a' * 10**6).replace(5, 'bb')", "random.sample([1, 2], '2')", "random.Random(1).randbytes('2')", "random.randbytes(None)",
        "random.SystemRandom().getrandbits(1.5)", "round(5, 'a')", "'a'.expandtabs('x')", "bytes(1.5)", "math.lcm(1.5)", "secrets.token_bytes(-1)", "pow(2, 'a')",
    ],
)  # fmt: skip
def test_a_wrong_expression_fails_as_in_python(act, expression):
    """With the class of error that Python has for it."""
    space = {}
    exec(HEAVY, space)
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which class it is, is the question
        eval(expression, space)
    assert act(f"{HEAVY}{expression}").error.type == type(caught.value).__name__


@pytest.mark.parametrize(
    "expression",
    [
        "r.start, r.stop, r.step", "len(r)", "bool(r)", "r[5], r[-1]", "list(r[10:13])", "list(reversed(r))[:2]",
        "5 in r, -1 in r, 2.0 in r, 2.5 in r, 'a' in r, True in r, float('inf') in r", "r.index(7)", "r.count(7), r.count(-7)",
        "r == range(200_000), r == range(3), r == 5", "hash(r) == hash(range(200_000))", "repr(r), str(r)", "sum(r)",
        "isinstance(r, range), type(r) is range", "max(r), min(r)", "len(range(200_000, 0, -1))", "len(range(5, 0)), len(range(0, 5, -1))",
        "next(iter(r))", "sorted(r, reverse=True)[0]", "[*r][-1]", "dict(zip(r, 'ab'))", "list(enumerate(r))[2]",
    ],
)  # fmt: skip
def test_a_long_range_is_a_range(act, expression):
    """Beyond the length from which C code goes through it in parts."""
    assert act(f"r = range(200_000)\n{expression}").value == eval(expression, {"r": range(200_000)})


def test_a_number_that_is_not_in_a_long_range_has_no_position(act):
    """As in Python."""
    seen = act("range(200_000).index(-1)")
    assert (seen.error.type, seen.error.message) == ("ValueError", "-1 is not in range")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("from decimal import Decimal\nDecimal(7), Decimal('1.5'), Decimal()", None),
        ("from fractions import Fraction\nFraction('1e3') == 1000, Fraction(1, 2) ** 2 == Fraction(1, 4)", (True, True)),
        ("import copy\nclass A:\n    __slots__ = ('x',)\na = A()\na.x = [1]\nb = copy.deepcopy(a)\nb.x == [1], b.x is a.x", (True, False)),
        ("import dataclasses\ntry:\n    dataclasses.astuple(5)\nexcept TypeError as e:\n    x = str(e)\nx", "astuple() should be called on dataclass instances"),
        ("import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\ndataclasses.astuple(P(1)), dataclasses.asdict(P(1))", ((1,), {"x": 1})),
        ("g = globals()\nx = 1\nlen(g) == len(list(g)), repr(g)[-19:]", (True, "'g': {...}, 'x': 1}")),
        ("x = 1\ndel globals()['x']\n'x' in globals()", False),
        ("d = {'a': 1}\nexec('del a\\nb = 2', d)\nd", {"b": 2}),
        ("d = {}\nexec('a = 1', {'b': 2}, d)\nd", {"a": 1}),
        ("import re\nre.findall('[a-z]+', 'ab1c')", ["ab", "c"]),
        ("import math\nmath.floor(2.5), math.trunc(-2.5)", (2, -2)),
        ("x, n = 3, 2\nx <<= n\nclass A:\n    def __ilshift__(self, bits): return bits\na = A()\na <<= n + 3\nx, a", (12, 5)),
        ("class I(int):\n    def __bytes__(self): return b'own'\nbytes(I(2)), bytearray(I(2))", (b"own", bytearray(2))),
        ("d = {'a': 1}\nexec('b = a + 1', d)\nexec('c = b + 1\\ndel a', d)\nd", {"b": 2, "c": 3}),
        ("d = {'a': 1, 'b': 2}\nexec('del a\\nb = 3', {}, d)\nd", {"b": 3}),
    ],
)  # fmt: skip
def test_small_things_work_as_in_python(act, code, value):
    """Parts that few programs use."""
    seen = act(code)
    assert seen.error is None
    if value is not None:
        assert seen.value == value


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("'%*d' % (10**7, 1)", "a width above 1,000,000 is not available"),
        ("class A:\n    def __index__(self): return 3\n[0] * A()", "can't multiply sequence by non-int of type 'A'"),
        ("pow(3, 2**30_000, 2**30_000 + 1)", "pow() of numbers this long takes too much time: use shorter ones"),
        ("from . import x", "attempted relative import with no known parent package: an action belongs to none"),
        ("def f(x):\n    x.a = 1\n    x.a = 2\nf([])", "attributes of an object of type list cannot be set"),
        ("def f(x):\n    del x.a\n    del x.a\nf([])", "attributes of an object of type list cannot be set"),
        ("def f(x):\n    return x._a, x._a\nf([])", "an object of type list has no public attribute '_a'"),
    ],
)
def test_what_is_refused_is_refused_in_words(act, code, words):
    """What would ask for too much, or belongs to somebody else."""
    assert words in act(code).error.message


def test_methods_of_own_classes_are_not_those_of_text(act):
    """What has the name of a method that makes much is called as it is."""
    names = ("replace", "translate", "expandtabs", "hex", "to_bytes", "tolist", "split", "join", "copy", "ljust")
    methods = "".join(f"    def {name}(self, *given): return given\n" for name in names)
    calls = ", ".join(f"a.{name}(2, 3)" for name in names)
    assert act(f"class A:\n{methods}a = A()\n{calls}").value == ((2, 3),) * len(names)


def test_attributes_of_a_parameter_are_looked_at_once_for_all(act):
    """Of an object that is not the program's own, each use asks; of an own one, none does."""
    code = """
from types import SimpleNamespace
class A: pass
def f(x):
    x.a = 1
    x._b = 2
    x.a += 1
    del x._b
    return x.a
def g(x):
    x.a = 1
    x.a += 1
    y = x.a
    del x.a
    return y, hasattr(x, 'a')
f(A()), g(SimpleNamespace())
"""
    assert act(code).value == (2, (2, False))


def test_contexts_of_decimal_take_flags_and_traps(act):
    """Of the session: nothing of the process is changed."""
    code = "from decimal import Context, Decimal, DivisionByZero, Inexact\nc = Context(prec=3, traps=[DivisionByZero], flags=[])\n"
    assert act(f"{code}str(c.divide(Decimal(1), Decimal(3)))").value == "0.333"
    assert act(f"{code}c.divide(Decimal(1), Decimal(0))").error.type == "DivisionByZero"


def test_classes_of_the_language_show_what_they_are(act):
    """The stand-ins look as what they stand for."""
    code = "import itertools\nrepr(range), repr(itertools.chain), 'x' in dir(), x if 'x' in dir() else 0"
    assert act(code).value == ("<class 'range'>", "<class 'itertools.chain'>", False, 0)


def test_calendars_print_to_the_observation(act):
    """`prweek`, `prmonth` and `pryear` of an own calendar."""
    code = "import calendar\nc = calendar.TextCalendar()\nc.prweek([(1, 0)], 2)\nc.prmonth(2024, 2)\nc.pryear(2024)"
    seen = act(code)
    assert seen.error is None
    assert seen.stdout.startswith(" 1")
    assert "February 2024" in seen.stdout
    assert "December" in seen.stdout


def test_a_pattern_that_only_one_engine_takes_is_refused_in_words(act):
    """An error of the library's class, with a place."""
    assert act("import re\nre.compile('[[a-')").error.type == re.error.__name__
