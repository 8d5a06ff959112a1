"""Docstrings that stand as they are in the source that a model reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.prompts.source import docstring, plain_docstring
from codeact_sdk.tools.docs import clean_doc, is_plain

PLAIN = [
    "Does.",
    " Does. ",
    "Does.\n\n    Args:\n        x: One.\n\n    Returns:\n        Two.\n    ",
    "Does.\n\nArgs:\n    x: One.\n\nReturns:\n    Two.\n",
    "Does.\n\n        Args:\n            x: One.\n\n\n        Returns:\n          Two.\n        ",
    "\n    Does.\n\n    More,\n     and more.\n    ",
    'Says "x" of "y".\n\n    A - b -- c: d.\n    ',
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_docstring_is_seen_by_its_layout(text: str) -> None:
    """What nearly all authors write takes the short way, and comes out as by the long one."""
    assert plain_docstring(text) == docstring(clean_doc(text))


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "\n", ":param x: One.", "---", "A\\b.", 'Says """.', 'Says "x"', "Caf\xe9.", "A\tb.", "A\rb.", "A\x00b."),
        *("Does. \n    More.", "Does.\n    \n    More.", "Does.\n\n    :param x: One.", "Does.\n\n    Returns\n    -------\n    x"),
        *("Does.\n\n    More.\n  Less.", "Does.\n    ---", "Does.\n        More.\n    Less."),
    ],
)  # fmt: skip
def test_any_other_takes_the_long_way(text: str) -> None:
    """Sections in another form, escapes, blanks at the end of lines and less indent need a closer look."""
    assert plain_docstring(text) is None


LINES = st.sampled_from(
    [
        *("Does.", "Args:", "    x: y", "        more", "    Returns:", "", "    ", "  ", ":param x: y", "    :returns: z"),
        *("Parameters", "    Parameters", "    ----------", "----", "    - point", 'a "quoted"', '"""', "\\d", "end ", "\t", "\xa0", "é"),
    ]
)  # fmt: skip


@given(st.one_of(st.lists(LINES).map("\n".join), st.lists(st.one_of(LINES, st.text(max_size=6))).map("\n".join)))
def test_both_ways_say_the_same(text: str) -> None:
    """Where the short way says anything, it is what the long way says."""
    short = plain_docstring(text)
    if short is not None:
        assert short == docstring(clean_doc(text))
        assert is_plain(clean_doc(text))
