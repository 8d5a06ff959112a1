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
