"""Long text with its beginning and its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.tools.cutting import cut


def test_whole_lines_stay():
    """Half a line misleads: what stays is whole lines, and what went is counted."""
    text = "\n".join(f"line {number}" for number in range(1_000))
    lines = cut(text, 400).split("\n")
    assert (lines[0], lines[-1]) == ("line 0", "line 999")
    assert set(lines) - set(text.split("\n")) == {line for line in lines if line.startswith("... (")}
    (note,) = [line for line in lines if line.startswith("... (")]
    kept = len(lines) - 1
    assert note.startswith(f"... ({1_000 - kept:,} lines, ")


def test_a_text_without_lines_is_cut_anywhere():
    """One long line keeps its beginning and its end."""
    made = cut("a" * 5_000 + "b", 300)
    assert made.startswith("aaa")
    assert made.endswith("ab")
    assert "characters left out: keep the data in a variable" in made
    assert " lines, " not in made


@pytest.mark.parametrize("most", [-1, 0, 10, 190])
def test_where_there_is_no_room_for_a_note_the_beginning_stays(most):
    """A very small room holds text rather than words about text."""
    assert cut("x" * 5_000, most) == "x" * max(most, 0)


@given(st.text(alphabet="ab\n\r\U0001f600\ud800", max_size=400) | st.text(max_size=3_000), st.integers(0, 500))
def test_never_longer_than_it_may_be(text, most):
    """The bound holds for every text, and what fits is not touched."""
    made = cut(text, most)
    assert len(made) <= most
    if len(text) <= most:
        assert made == text
