"""Text made fit for a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.cli.text import clean, clean_json, count, cut_lines, shorten, show_seconds, show_value


@given(st.text(st.characters()))
def test_cleaned_text_can_be_shown(text):
    """It is valid UTF-8, has no control but line breaks and tabs, and cleaning again changes nothing."""
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert all(char in "\n\t" or ord(char) >= 32 for char in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text())
def test_printable_text_is_left_alone(text):
    """Only what has no picture is changed."""
    if text.isprintable():
        assert clean(text) == text


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_cleaned_json_is_equal_as_json(value):
    """A program reads the same, a terminal obeys nothing."""
    text = clean_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == value
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\rc", "a\nb\\rc"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("tab\tline\n", "tab\tline\n"),
        ("größe 訂單 \u00a0\u3000", "größe 訂單 \u00a0\u3000"),
        ("👩\u200d💻 क्\u200cष", "👩\u200d💻 क्\u200cष"),
    ],
)
def test_what_is_escaped_and_what_is_kept(text, cleaned):
    """Controls are written as Python writes them; scripts and emoji stay whole."""
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 ms"),
        (0.0124, "12 ms"),
        (0.9994, "999 ms"),
        (0.9999, "1.0 s"),
        (3.21, "3.2 s"),
        (59.99, "1 min 00 s"),
        (3725, "62 min 05 s"),
    ],
)
def test_durations_are_in_the_unit_one_would_use(seconds, shown):
    """No rounding gives 1000 ms or 60.0 s."""
    assert show_seconds(seconds) == shown


def test_cutting_says_that_it_cut():
    """An ellipsis for a line, a count for lines."""
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"
    assert cut_lines("a\nb\nc", max_lines=2) == "a\nb\n… 1 more line"
    assert cut_lines("abcdef\nb", max_lines=2, max_chars=3) == "ab…\nb"
    assert (count(1, "step"), count(1200, "step")) == ("1 step", "1,200 steps")


def test_values_that_python_cannot_write_are_named():
    """An int of 5,000 digits is data, and its repr raises."""
    assert show_value(10**5000, max_chars=40) == "<int that cannot be shown: Exceeds the …"
    assert show_value("a\x1bb", max_chars=40) == "'a\\x1bb'"
