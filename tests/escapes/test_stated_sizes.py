"""Sizes that an object states by `__index__`, or a text by a number in it: C code takes them as it takes a number."""

from __future__ import annotations

import pytest

BITS = "would have more than 1,100,000 bits: use floats, or pow(a, b, modulus)"
MEMORY = "than the 60,000,000 bytes of memory that it may: work on parts of the data"

STATES = "class A:\n    def __init__(self): self.n = 0\n    def __index__(self):\n        self.n += 1\n        return SIZE\na = A()\n"
LATER = STATES.replace("SIZE", "3 * 10**8 if self.n > 1 else 1")
"""Says one thing when it is asked first, and another then."""

CALLS = [
    "'x'.ljust(a)",
    "b'x'.center(a)",
    "'x'.zfill(a)",
    "str.rjust('x', a)",
    "'\\t'.expandtabs(a)",
    "'\\t'.expandtabs(tabsize=a)",
    "bytes(a)",
    "bytearray(a)",
    "(1).to_bytes(a)",
    "(1).to_bytes(length=a, byteorder='big')",
    "import secrets\nsecrets.token_bytes(a)",
    "import random\nrandom.randbytes(a)",
]


@pytest.mark.parametrize("code", CALLS)
def test_memory_is_refused_whoever_says_how_much(attack, code):
    """An own object is asked once, and what it says is looked at."""
    seen = attack(STATES.replace("SIZE", "3 * 10**8") + code, memory_bytes=60_000_000, seconds=5)
    assert seen.status == "limit"
    assert seen.error.message.startswith("memory_bytes: the action would take ")
    assert seen.error.message.endswith(MEMORY)


@pytest.mark.parametrize("code", CALLS)
def test_an_object_that_says_another_number_later_gets_what_it_said_first(attack, code):
    """What was looked at is what is made."""
    seen = attack(f"{LATER}{code}\na.n", memory_bytes=60_000_000, seconds=5)
    assert (seen.status, seen.value) == ("ok", 1)


def test_a_count_of_replacements_is_asked_for_once(attack):
    """The third argument of `replace`."""
    many = STATES.replace("SIZE", "10**9")
    seen = attack(f"{many}('a' * 10**6).replace('a', 'b' * 1000, a)", memory_bytes=60_000_000)
    assert seen.status == "limit"
    assert attack(f"{LATER}('a' * 10**6).replace('a', 'b', a).count('b'), a.n").value == (1, 1)


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("math.factorial(a)", "this factorial"),
        ("math.comb(a, 10**6)", "this number"),
        ("math.perm(a, a)", "this number"),
        ("random.getrandbits(a)", "this number"),
    ],
)
def test_whole_numbers_have_a_bound_whoever_says_how_large(refused, code, what):
    """Nothing interrupts the arithmetic."""
    program = f"import math, random\n{STATES.replace('SIZE', '3 * 10**6')}{code}"
    assert refused(program) == f"OverflowError: {what} {BITS}"


COMPARED = """
class K:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
    def __le__(self, other): return True
    __ge__ = __lt__ = __gt__ = __le__
class I(int):
    def __ge__(self, other): return True
    def __gt__(self, other): return False
class M:
    def __lt__(self, other): return False
    def __add__(self, other): return self
    def __mul__(self, other): return 10**9
    def __rmul__(self, other): return [0]
    def __floordiv__(self, other): return 3 * 10**8
    def __abs__(self): return 10**9
"""
"""Own objects that say whatever helps when a library compares them or computes with them."""


@pytest.mark.parametrize(
    "code",
    [
        "random.sample(range(10**9), K(10**8))",
        "random.Random(1).sample(range(10**9), K(10**8))",
        "random.SystemRandom().sample(range(10**9), K(10**8))",
        "random.SystemRandom().randbytes(K(3 * 10**8))",
        "('a' * 10**6).replace('a', 'b' * 300, I(-1))",
        "math.prod([[0], 3 * 10**7])",
        "math.prod(['a', 3 * 10**8])",
        "math.prod([1, M(), 10**8])",
    ],
)
def test_what_a_library_would_take_is_looked_at(attack, code):
    """What an object says of its order, or a factor that is a list, does not hide how much is made."""
    seen = attack(f"import math, random\n{COMPARED}{code}", memory_bytes=60_000_000)
    assert seen.status == "limit"
    assert seen.error.message.startswith("memory_bytes: the action would take ")


NUMBER = f"OverflowError: this number {BITS}"
COLUMNS = "OverflowError: columns of a calendar have at most 200 characters here"
NO_NUMBER = "TypeError: 'M' object cannot be interpreted as an integer"


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("random.Random(1).randbytes(K(10**8))", NUMBER),
        ("random.Random(1).getrandbits(K(10**7))", NUMBER),
        ("random.SystemRandom().getrandbits(K(10**7))", NUMBER),
        ("random.randbytes(M())", NO_NUMBER),
        ("random.Random(1).randbytes(M())", NO_NUMBER),
        ("random.SystemRandom().getrandbits(M())", NO_NUMBER),
        ("secrets.randbits(M())", NO_NUMBER),
        ("secrets.token_hex(M())", NO_NUMBER),
        ("round(Fraction(1, 3), M())", NO_NUMBER),
        ("round(Fraction(1, 3), K(-10**9))", "OverflowError: rounding to more than 50,000 digits is not available"),
        (
            "math.gcd(K(3**600000), K(7**300000))",
            "OverflowError: gcd() of numbers of more than 200,000 bits takes too much time: use shorter ones",
        ),
        ("calendar.TextCalendar().formatday(1, 1, K(3 * 10**8))", COLUMNS),
        ("calendar.TextCalendar().formatday(1, 1, I(3 * 10**8))", COLUMNS),
        ("calendar.TextCalendar().formatmonth(2024, 1, M())", NO_NUMBER),
    ],
)
def test_a_library_gets_plain_numbers(refused, code, refusal):
    """It would ask an own object again, or compute with it as the object likes."""
    assert (
        refused(f"import calendar, math, random, secrets\nfrom fractions import Fraction\n{COMPARED}{code}") == refusal
    )


def test_rounding_asks_for_the_digits_once(attack):
    """Python would make ten to the power of what is said the second time."""
    assert attack(f"{COMPARED}round(12345, K(-10**9)), round(12345, K(-2))", seconds=5).value == (0, 12300)


@pytest.mark.parametrize("kind", ["BytesIO", "StringIO"])
@pytest.mark.parametrize("seek", ["b.seek(10**9)", "type(b).seek(b, 10**9)", "getattr(b, 'seek')(10**9)"])
def test_what_is_written_behind_the_end_has_a_bound(attack, kind, seek):
    """One character far behind the end fills all that is before it."""
    empty = "b''" if kind == "BytesIO" else "''"
    seen = attack(f"import io\nb = io.{kind}()\n{seek}\nb.write({empty})", memory_bytes=60_000_000)
    assert seen.status == "limit"
    assert seen.error.message.endswith(MEMORY)
    assert attack(f"import io\nb = io.{kind}()\nb.seek(3), b.tell()").value == (3, 3)


def test_a_format_of_struct_has_a_bound(attack):
    """A number in the format asks for as many zeros."""
    for template in ("'300000000x'", "b'300000000x'"):
        seen = attack(f"import struct\nstruct.pack({template})", memory_bytes=60_000_000)
        assert seen.status == "limit"
        assert seen.error.message.endswith(MEMORY)
    assert attack("import struct\nstruct.unpack('<h', struct.pack('<h', 7)), struct.calcsize(b'3x')").value == ((7,), 3)


def test_formats_of_struct_are_plain_text(attack):
    """The library keeps each format as a key for the whole process: an own class would live as long."""
    code = "import struct\nclass S(str): pass\nclass B(bytes): pass\n"
    assert attack(f"{code}struct.calcsize(S('<b')), struct.pack(B(b'<b'), 1)").value == (1, b"\1")


def test_own_methods_of_these_names_are_the_program_s(attack):
    """Only what C code does is looked at."""
    code = "class A:\n    def seek(self, n): return n\n    def ljust(self, n): return n\n    def __index__(self): return 5\na = A()\n"
    assert attack(f"{code}a.seek(a) is a, a.ljust(a) is a, a.seek(10**12)").value == (True, True, 10**12)
