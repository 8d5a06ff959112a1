"""Short texts of values: bounded, and without running a method of theirs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from codeact_sdk.interpreter.excerpts import excerpt, message, outline, shape, size
from codeact_sdk.tools.scrub import scrub
from codeact_sdk.values import Opaque, Record


class Zone(tzinfo):
    """A zone of model code: its methods must not be run."""

    def utcoffset(self, _: datetime | None) -> Any:
        raise AssertionError("asked")

    tzname = dst = utcoffset


def own() -> None:
    """A function."""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("it's", '"it\'s"'),
        (b"x" * 70, f"b'{'x' * 60}'... (70 in all)"),
        (10**400, "an int of about 398 digits"),
        (True, "True"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1" * 600), "(a long number)"),
        (Fraction(1, 3), "1/3"),
        (Fraction(10**400, 3), "(a long fraction)"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02 00:00:00+00:00"),
        (datetime(2026, 1, 2, tzinfo=Zone()), "2026-01-02 00:00:00"),
        ([1, 2], "a list of 2 ints"),
    ],
)  # fmt: skip
def test_excerpts(value: object, text: str) -> None:
    """A value as it would be written, or what kind of value it is."""
    assert excerpt(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (own, "function own"),
        (Zone, "class Zone"),
        ([1, "a"], "list of 2"),
        ([], "empty list"),
        ({}, "empty dict"),
        ({1: 2}, "dict of 1"),
        ([{1: 2}], "list of 1 dicts"),
        ([None, None], "list of 2 NoneType"),
        (object(), "object"),
        (Counter("aab"), "Counter of 2"),
    ],
)
def test_shapes(value: object, text: str) -> None:
    """Kind and size, and the parts where they are all of one kind."""
    assert shape(value) == text
    assert outline("x", value) == f"x: {text}"


def test_outlines_of_text() -> None:
    """Long text is told by its length and its beginning."""
    assert outline("x", "ab" * 50) == f"x: str of 100 = '{'ab' * 20}'..."
    assert outline("x", "ab") == "x: str = 'ab'"
    assert outline("x", None) == "x = None"


def test_groups_in_groups_are_told_to_a_depth() -> None:
    """A message does not grow with the depth of groups."""
    error: Exception = ValueError("core")
    for n in range(6):
        error = ExceptionGroup(f"level {n}", [error])
    text = message(error)
    assert text.startswith("level 5 (1 sub-exception): ExceptionGroup: level 4")
    assert text.endswith("level 2 (1 sub-exception)")


def test_the_text_of_many_arguments_is_bounded() -> None:
    """Large parts of an exception's arguments are not written out."""
    assert message(ValueError(Record(note="x" * 5_000))) == "a Record with note"
    assert message(ValueError(Decimal("1" * 20_000))) == "(a long number)"
    assert message(ValueError(*range(3_000), "x" * 5_000)).endswith("5, ... (3,001 in all)")


def test_sizes_are_looked_at_up_to_enough() -> None:
    """Whatever the value, the time of looking is bounded."""
    assert size("ab") == 2
    assert size({"k": ["v"]}) < 20
    assert size([[]] * 10**6) > 4_000
    assert size(Opaque("object", "x")) == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<class 'codeact_sdk.values.Record'>", "<class 'Record'>"),
        ("<function f at 0x7f3a5c0d1e40>", "<function f>"),
        ("<coroutine f running at /srv/host/app.py:12>", "<coroutine f running>"),
        ("no description", "no description"),
    ],
)
def test_the_process_is_not_told_of(text: str, told: str) -> None:
    """Addresses, modules of the host and its paths are left out."""
    assert scrub(text) == told


def test_names_of_the_engine_of_patterns_are_those_of_re() -> None:
    """Model code knows the module as `re`."""
    assert scrub("<class '_regex.Match'>") == "<class 're.Match'>"
