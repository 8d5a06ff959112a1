"""`str.format` and `format` under the policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from codeact_sdk.interpreter.formatting import MAX_WIDTH, SafeFormatter, safe_format
from codeact_sdk.observations import Observation

Act = Callable[[str], Observation]

PIECES = st.sampled_from(
    [
        "a",
        "é",
        "{{",
        "}}",
        "{}",
        "{0}",
        "{1!r}",
        "{name}",
        "{name!s:>8}",
        "{2[0]}",
        "{2[k]}",
        "{0:{1}}",
        "{",
        "}",
        "{0:05}",
        "{0.real}",
        "{:,}",
        "{!a}",
        "{3}",
        "{other}",
        "{2[1]:<4}",
        "{0!x}",
        "{0:",
        "{0[}",
        "{a.}",
        "{:q}",
    ]
)
ARGUMENTS = (7, 3, ["i", 2])


def outcome(call: Callable[[], str]) -> object:
    """The text, or the kind of error."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # compared, whatever it is
        return type(error)


@given(st.lists(PIECES, max_size=6).map("".join))
def test_templates_give_what_cpython_gives(template: str) -> None:
    """Same text, or the same kind of error."""
    formatter = SafeFormatter(getattr, lambda taken: None)
    expected = outcome(lambda: template.format(*ARGUMENTS, name="n"))
    # CPython refuses more mixtures of {} and {0[0]} than `string.Formatter`, which takes the first for a name.
    assume(
        expected is not ValueError
        or not {"{}", "{:,}", "{!a}", "{:q}"} & set(re.findall(r"\{[^0-9a-z{}]*[a-z]?\}", template))
    )
    assert outcome(lambda: formatter.bound("format", template)(*ARGUMENTS, name="n")) == expected
    assert outcome(lambda: formatter.bound("format", None)(template, *ARGUMENTS, name="n")) == expected
    mapping = {"name": "n", "0": 7}
    mapped = outcome(lambda: template.format_map(mapping))
    assert outcome(lambda: formatter.bound("format_map", template)(mapping)) == mapped
    assert outcome(lambda: formatter.bound("format_map", None)(template, mapping)) == mapped


@given(
    st.integers() | st.floats(),
    st.from_regex(r"[<>=^]?[+ -]?#?0?[0-9]{0,3},?(\.[0-9]{1,2})?[a-zA-Z%]?", fullmatch=True),
)
def test_format_gives_what_cpython_gives(value: float, spec: str) -> None:
    """Every harmless specification."""
    assert outcome(lambda: safe_format(value, spec)) == outcome(lambda: format(value, spec))


@pytest.mark.parametrize(
    "code",
    ["format(1, '9999999')", "'{:9999999}'.format(1)", "'{:{w}}'.format(1, w=99999999)", "'{:.9999999f}'.format(1.0)"],
)
def test_widths_are_bounded(act: Act, code: str) -> None:
    """A format cannot be asked for megabytes."""
    error = act(code).error
    assert error.type == "ValueError"
    assert f"{MAX_WIDTH:,}" in error.message


def test_a_specification_is_text(act: Act) -> None:
    """As in CPython."""
    assert act("format(1, 2)").error.message == "format() argument 2 must be str, not int"


@pytest.mark.parametrize(
    "template", ["{0.__class__}", "{0.__globals__}", "{0._private}", "{0.gi_frame}", "{0.__class__.__mro__}"]
)
def test_templates_read_under_the_policy(act: Act, template: str) -> None:
    """A template is no way around the guards."""
    for text in (f"{template!r}.format(5)", f"str.format({template!r}, 5)", f"getattr({template!r}, 'format')(5)"):
        seen = act(text)
        assert seen.error is not None or "int" in seen.value
    assert act("class A:\n    x = 1\n'{0.x} {0._y}'.format(A())").error.type == "AttributeError"
