"""Every form of assignment and deletion."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "a = b = [1]\nb.append(2)\na",
        "a, b = 1, 2\na, b = b, a\n(a, b)",
        "[a, b] = 'xy'\na + b",
        "(a, (b, c)), d = (1, (2, 3)), 4\n(a, b, c, d)",
        "first, *rest = range(4)\n*init, last = 'abc'\na, *m, z = [1, 2]\n(first, rest, init, last, m)",
        "for i, (a, b) in enumerate([(1, 2), (3, 4)]):\n    print(i, a, b)",
        "a, b = [1]",
        "a, b = [1, 2, 3]",
        "a, *b = []",
        "a, b = 5",
    ],
)
def test_unpacking(code: str) -> None:
    """Targets take what CPython would give them."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "x = 5\nx += 2; x -= 1; x *= 3; x //= 2; x **= 2; x %= 7; x <<= 3; x >>= 1; x |= 8; x &= 12; x ^= 5\nx",
        "x = 5\nx /= 2\nx",
        "d = {'a': 1}\nd['a'] += 5\nd",
        "d = {}\nd['a'] += 5",
        "x = [1]\ny = x\nx += [2]\ny",
        "def key():\n    print('once')\n    return 0\nx = [1]\nx[key()] += 1\nx",
        "class A:\n    n = 1\na = A()\na.n += 1\n(a.n, A.n)",
        "class A:\n    def __iadd__(self, o):\n        print('iadd', o)\n        return self\na = A()\na += 3",
        "class M:\n    def __matmul__(self, o):\n        return 'm'\nm = M()\nm @= 1\nm",
        "t = ([1],)\ntry:\n    t[0] += [2]\nexcept TypeError as e:\n    print(e)\nt",
        "x += 1",
    ],
)
def test_augmented_assignment(code: str) -> None:
    """Containers, keys and attributes are evaluated once and changed in place."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "x: int = 1\nx",
        "x: int\ntry:\n    x\nexcept NameError as e:\n    print(e)",
        "d: dict[str, list[int]] = {}\nd.setdefault('a', []).append(1)\nd",
        "class A:\n    x: int = 1\n    y: 'str'\nA.__annotations__",
        "def f(x: int, *, y: str = 'a') -> bool:\n    z: float = 1.0\n    return z\n(f(1), f.__annotations__)",
        "class A: pass\na = A()\na.x: int = 5\na.x",
        "d = {}\nd['k']: int = 5\nd",
        "d = {}\nd['k']: int\nd",
    ],
)
def test_annotations(code: str) -> None:
    """An annotation changes nothing about what runs."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "if (n := 3) > 2:\n    print(n)",
        "[y := 1, y ** 2], y",
        "[last := x for x in range(3)]\nlast",
        "q = [3, 2, 1]\nwhile (x := q.pop()) != 3:\n    print(x)",
        "x = 1\ndel x\nx",
        "d = {'a': 1, 'b': 2}\ndel d['a']\nd",
        "class A: pass\na = A()\na.x = 1\ndel a.x\nhasattr(a, 'x')",
        "x = y = z = 1\ndel x, (y, z)\nz",
        "_ = 5\n_private = 6\n__very = 7\n(_, _private, __very)",
        "print = 3\nlist = [1]\nprint, list",
    ],
)
def test_walrus_deletion_and_odd_names(code: str) -> None:
    """Names with underscores and names of builtins are ordinary names."""
    assert_ordinary(code)
