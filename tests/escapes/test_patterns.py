"""Class patterns read attributes natively: what they may name is held where classes are made."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "match look:\n    case object(__globals__=found):\n        print(found)",
            "SyntaxError: the attribute __globals__ cannot be matched in a class pattern",
        ),
        (
            "match look:\n    case object(_call=found):\n        print(found)",
            "SyntaxError: the attribute _call cannot be matched in a class pattern",
        ),
        (
            "match 'a':\n    case str(format=found):\n        print(found)",
            "SyntaxError: the attribute format cannot be matched in a class pattern",
        ),
        (
            "match 1:\n    case object(mro=found):\n        print(found)",
            "SyntaxError: the attribute mro cannot be matched in a class pattern",
        ),
        (
            "try:\n    None.x\nexcept AttributeError as error:\n    match error:\n        case AttributeError(obj=found):\n            print(found)",
            "SyntaxError: the attribute obj cannot be matched in a class pattern",
        ),
        (
            "import re\nmatch re.match('a', 'a'):\n    case re.Match(re=found):\n        print(found)",
            "SyntaxError: the attribute re cannot be matched in a class pattern",
        ),
    ],
)
def test_keyword_patterns(refused, code, refusal):
    """A name in a class pattern is judged like an attribute."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "class A:\n    __match_args__ = ('__globals__',)",
            "TypeError: __match_args__ takes a tuple of public attribute names",
        ),
        (
            "class A:\n    __match_args__ = ('_loop',)",
            "TypeError: __match_args__ takes a tuple of public attribute names",
        ),
        (
            "class A:\n    __match_args__ = ('format',)",
            "TypeError: __match_args__ takes a tuple of public attribute names",
        ),
        (
            "class Names(tuple):\n    pass\nclass A:\n    __match_args__ = Names(('x',))",
            "TypeError: __match_args__ takes a tuple of public attribute names",
        ),
        (
            "class Name(str):\n    pass\nclass A:\n    __match_args__ = (Name('_x'),)",
            "TypeError: __match_args__ takes a tuple of public attribute names",
        ),
        (
            "from typing import Protocol, runtime_checkable\n@runtime_checkable\nclass Any_(Protocol):\n    __match_args__ = ('_loop',)\n    def cancel(self): ...",
            "TypeError: __match_args__ takes a tuple of public attribute names",
        ),
        (
            "class A:\n    pass\nA.__match_args__ = ('_loop',)",
            "SyntaxError: the attribute .__match_args__ cannot be set",
        ),
        (
            "class A:\n    pass\nsetattr(A, '__match_args__', ('_loop',))",
            "AttributeError: the attribute .__match_args__ cannot be set",
        ),
    ],
)
def test_match_args(refused, code, refusal):
    """`__match_args__` holds public names only, because more than own objects may pass for an instance."""
    assert refused(code) == refusal
