"""One call of C code cannot be interrupted, so what it may be asked for is bounded where that is simple."""

from __future__ import annotations

import pytest

RANGE = "OverflowError: a range of more than 20,000,000 numbers can be the head of a for loop only"
BITS = "SyntaxError: this number would have more than 4,000,000 bits: use floats, or pow(a, b, modulus)"
ITEMS = "SyntaxError: this would have more than 100,000,000 items: make less"
WIDTH = "OverflowError: a width above 100,000,000 is not available"


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("sum(range(10**11))", RANGE),
        ("0.5 in range(10**12)", RANGE),
        ("list(range(0, -10**12, -3))", RANGE),
        ("'a' in map(str, range(10**30))", RANGE),
        ("[*range(10**11)]", RANGE),
        ("2**10**9", BITS),
        ("1 << 10**10", BITS),
        ("10**10**10**10", BITS),
        ("x = 'a' * 10**9", ITEMS),
        ("[0] * (10**4 * 10**5)", ITEMS),
        ("10**9 * b'ab'", ITEMS),
        ("'a'.ljust(10**9)", WIDTH),
        ("getattr(b'a', 'zfill')(10**9)", WIDTH),
        ("str.center('a', 10**9)", WIDTH),
        ("'\\t'.expandtabs(tabsize=10**9)", WIDTH),
    ],
)
def test_sizes_are_refused(refused, code, refusal):
    """What asks for too much is told so at once."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("sum(iter(int, 1))", "iter()"),
        ("import itertools\nsum(itertools.repeat(1))", "itertools.repeat()"),
        ("import itertools\nsum(itertools.repeat(1, 10**10))", "itertools.repeat()"),
        ("import itertools\n-1 in itertools.count()", "itertools.count()"),
        ("import itertools\nmax(itertools.cycle([1]))", "itertools.cycle()"),
    ],
)
def test_endless_iterators_have_an_end(refused, code, name):
    """C code that takes from them is stopped by them."""
    assert refused(code) == f"OverflowError: {name} gave 20,000,000 items: use a while loop, or itertools.islice"


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
list(iter([1, 2, 3].pop, 1)), list(zip(itertools.count(), 'ab')), isinstance(range(3), range)
"""
    assert attack(code).value == (
        [0, 1, 2, 3, 4], [0, 1, 2], True, 4, "=" * 80, "a  |", 2**100 % 7, 1024,
        [2, 5], ["x", "x"], [], [3, 2], [(0, "a"), (1, "b")], True,
    )  # fmt: skip


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
