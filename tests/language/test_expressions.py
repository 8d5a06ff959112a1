"""Operators, comparisons, displays, slices and literals."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "1 + 2 * 3 - 4 / 2",
        "7 // 2, -7 // 2, 7 % 3, -7 % 3, divmod(-7, 3)",
        "2 ** 10, 2 ** -1, pow(3, 4, 5)",
        "1 << 5, 255 >> 3, 6 & 3, 6 | 3, 6 ^ 3, ~6",
        "+True, -True, not 3",
        "[1, 2] + [3], (1,) * 3, 'ab' * 2, [0] * 4",
        "0x1f, 0b101, 0o17, 1_000, 1e3, 3j, 'a' 'b', b'\\x00', ...",
        "'%s and %5.2f' % ('a', 3.14159)",
        "{'a': 1} | {'b': 2}, {1, 2} - {2}, {1} ^ {2}",
        "(lambda: 3)() if 1 else 2",
        "10**30, 0.1 + 0.2, float('inf'), 1e400",
        "round(2.5), round(3.14159, 2), abs(-3), int('12'), int('ff', 16)",
    ],
)
def test_arithmetic_is_python_s_own(code: str) -> None:
    """Operators and literals give what CPython gives."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 'a' < 'b', [1, 2] < [1, 3]",
        "None is None, [] is not None, 1 in [1], 2 not in {1}",
        "0 or 'x', 1 and 'y', not [], '' or None or 3",
        "any(x > 2 for x in [1, 3]), all([])",
        "sorted([3, 1, 2], key=lambda n: -n), sorted('bca', reverse=True)",
        "min(3, 1, 2), max('abc'), min([], default=7), max(['a', 'bbb'], key=len)",
        "def f(x):\n    print('f', x)\n    return x\nf(1) and f(0) and f(2)",
        "def f(x):\n    print('f', x)\n    return x\nf(1) < f(0) < f(2)",
    ],
)
def test_comparisons_and_truth(code: str) -> None:
    """Chains compare once and stop early, as in CPython."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "x = list(range(10))\nx[1:3], x[::-1], x[-2:], x[::2], x[5:1], x[slice(1, 3)]",
        "x = list(range(5))\nx[1:3] = [9]\ndel x[0]\nx",
        "x = list(range(8))\nx[::2] = 'abcd'\ndel x[::3]\nx",
        "d = {'a': {'b': [1, 2]}}\nd['a']['b'][1]",
        "d = {}\nd['x', 1] = 2\nd",
        "[*range(3), *'ab'], {**{'a': 1}, 'b': 2}, (*[1], 2), {*[1, 1]}",
        "'hello'[1], 'hello'[1:3], b'abc'[0]",
        "{'a': 1}['b']",
        "[1, 2][5]",
        "(1)[0]",
        "{[]: 1}",
    ],
)
def test_items_slices_and_displays(code: str) -> None:
    """Items are read, set and deleted as in CPython, errors included."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    ["1 / 0", "'a' + 1", "undefined", "len(5)", "int('x')", "[].pop()", "None.x", "'abc'.nothing", "1()", "-'a'"],
)
def test_wrong_expressions_fail_as_in_cpython(code: str) -> None:
    """The type and the message of an error are CPython's."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "s = 'abc'\ndef f():\n    n = 3\n    return [x for x in chr(97 + len(s) % 26)[:n * 2]], {x for x in range(n ** 2) if x % 2}, list(y for y in s * n)\nf()",
        "def f(n, s):\n    for i in [x for x in s[n % 2:] + s * n]: print(i)\n    return {k: v for k, v in zip(s * n, range(n << 2))}, [[y for y in s * x] for x in range(n % 3)]\nf(2, 'ab')",
    ],
)
def test_operators_in_what_a_comprehension_goes_through(code: str) -> None:
    """Their operands are kept in no names there: Python allows none."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        " + ".join(str(number) for number in range(150)),
        "def f(x):\n    for _ in range(3):\n        y = " + " * ".join(["x"] * 150) + "\n    return y\nf(2), f(1.5)",
        "a = 'x'\nprint(" + " + '-' + ".join(["a"] * 60) + ")",
        "'xyz'" + "".join(f".replace('{chr(97 + number)}', '{number}')" for number in range(26)) * 4,
        "def f(x):\n    if x < 0:\n        return 'less'\n"
        + "".join(f"    elif x == {number}:\n        return 'n{number}'\n" for number in range(150))
        + "[f(-1), f(0), f(149), f(150)]",
        "x = 99\n" + "".join(f"{number} if x == {number} else " for number in range(120)) + "None",
    ],
)
def test_long_chains(code: str) -> None:
    """Sums, calls and conditions of more than a hundred parts, which nest as deep in the tree."""
    assert_ordinary(code)
