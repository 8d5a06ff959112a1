"""Text: f-strings, `format`, `%`, methods, bytes."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "x = 3.14159\nname = 'a'\nf'{x:.2f} {x!r} {name!s:>5} {name:_^7} {x=} {1 + 1} {{}} {x:{8}.{3}}'",
        "f'{\"nested\":>{10}}' f'{[i for i in range(3)]}' f'{(lambda: 1)()}' f'{ {1: 2}[1] }'",
        "f'{1000000:,} {255:#x} {0.5:%} {5:+} {5:05} {\"é\"!a}'",
        "d = {'a': [1, 2]}\nf'{d[\"a\"][1]}'",
        "f'{1 / 0}'",
        "f'{\"a\":d}'",
        "from datetime import date\nf'{date(2024, 5, 6):%d.%m.%Y}'",
    ],
)
def test_f_strings(code: str) -> None:
    """Conversions, nested widths and errors in them."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "'{} {}'.format(1, 2), '{1} {0}'.format(1, 2), '{a} {b[0]} {c.real}'.format(a=1, b=[2], c=3)",
        "'{:>{w}}|{:<5}|{:^5}'.format('a', 'b', 'c', w=3)",
        "'{a}'.format_map({'a': 1}), '{!r}'.format('q'), '{{}}'.format()",
        "'{}'.format()",
        "'{a}'.format()",
        "'{0.nothing}'.format(1)",
        "'{'.format(1)",
        "'}'.format(1)",
        "'{:d}'.format('x')",
        "'{!z}'.format(1)",
        "str.format('{}', 5), '{}'.join(['a', 'b'])",
        "class A:\n    def __init__(self): self.x = 5\n'{0.x}'.format(A())",
        "'%d %s %r %5.1f %%' % (1, 'a', 'b', 2.25), '%(k)s' % {'k': 1}",
        "'%d' % 'x'",
        "format(3.14159, '.2f'), format('a', '>4'), format(5)",
        "class T:\n    def format(self, *a): return 'own', a\nT().format(1)",
        "f = 'a{}'.format\nf(1), list(map('{:02d}'.format, [1, 2]))",
    ],
)
def test_format(code: str) -> None:
    """`str.format` is CPython's own, as far as output and errors show."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "'a,b'.split(','), ' x '.strip(), 'abc'.upper().replace('A', 'z'), 'ab'.center(6, '*'), 'a-b'.partition('-')",
        "'ß'.casefold(), 'x'.encode(), b'\\xc3\\xa9'.decode(), 'a\\tb'.expandtabs(4), '7'.zfill(3), 'abc'.find('c')",
        "'Ab'.swapcase(), 'ab'.isalpha(), 'a b'.title(), 'abab'.count('ab'), 'abc'.startswith(('x', 'a')), 'a\\nb'.splitlines()",
        "str.maketrans('ab', 'xy'), 'ab'.translate(str.maketrans('ab', 'xy')), 'abc'.removeprefix('a')",
        "bytes([1, 2]), bytearray(b'ab')[0], bytes.fromhex('ff'), b'a'.hex(), bytearray(b'x') + b'y'",
        "r'\\d', 'a' 'b', '''multi\nline''', '\\u00e9', '\\N{BULLET}', chr(233), ord('é'), ascii('é'), repr('q')",
        "'abc'.index('z')",
        "b'\\xff'.decode()",
        "(255).to_bytes(2, 'big'), int.from_bytes(b'\\x01\\x00', 'big'), (5).bit_length(), (2.5).as_integer_ratio(), float.fromhex('0x1p3')",
    ],
)
def test_methods(code: str) -> None:
    """Methods of text, bytes and numbers."""
    assert_ordinary(code)
