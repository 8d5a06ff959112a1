"""What a model reads after an action."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.observations import CodeError, Observation, ToolCall
from codeact_sdk.prompts.observations import render_observation
from codeact_sdk.tools.tool import make_tool
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.values import Opaque, make_record

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str, text: str) -> None:
    """Compares with what a person has read and found good; a missing file is written, and fails once."""
    path = GOLDEN / name
    if not path.exists():
        path.write_text(text + "\n", encoding="utf-8")
        pytest.fail(f"{name} was not there and has been written: read it")
    assert text + "\n" == path.read_text(encoding="utf-8")


def call(tool: str, effect: str = "read", error: str | None = None, **arguments: object) -> ToolCall:
    """Makes a finished call."""
    return ToolCall(n=1, tool=tool, arguments=arguments, effect=effect, error=error, started=0, seconds=0)


def refund(order_id: str) -> str:
    """Refunds."""
    return order_id


def test_output_and_value() -> None:
    """What was printed and the last value stand apart."""
    order = make_record("Order", {"id": "A-7", "total": 12.5})
    text = render_observation(Observation(status="ok", stdout="2 orders\n", value=[order]))
    assert text == "Output:\n2 orders\n\nValue: [Order(id='A-7', total=12.5)]"


def test_silence_is_told() -> None:
    """An action that shows nothing says how to see something."""
    assert "printed nothing" in render_observation(Observation(status="ok"))


def test_an_error_says_where_why_and_what_already_happened() -> None:
    """A model repairs its code from this text alone, without doing anything twice."""
    obs = Observation(
        status="error",
        stdout="A-7\n",
        error=CodeError(
            type="AttributeError",
            message="Order has no field 'totl'; its fields are id, total",
            line=3,
            column=21,
            source="    refund(order.id, order.totl)",
            hint="did you mean total?",
        ),
        calls=(
            call("acme.orders", customer="C-1042"),
            call("acme.orders", customer="C-1043"),
            call("acme.refund", "destructive", order_id="A-1"),
            call("acme.refund", "destructive", "TimeoutError: slow", order_id="A-2"),
            call("close", "write", "TimeoutError: slow", order_id="A-3"),
        ),
    )
    toolset = Toolset([make_tool(refund, name="close", effect="write", idempotent=True)])
    golden("observation-error.txt", render_observation(obs, toolset=toolset))


def test_the_caret_stands_under_the_place() -> None:
    """The mark is under the character that the error is about, whatever the indent."""
    error = CodeError(type="NameError", message="no x", line=2, column=8, source="    y = x + 1")
    lines = render_observation(Observation(status="error", error=error)).split("\n")
    assert lines[1][lines[2].index("^")] == "x"


def test_frames_are_shown_where_there_are_several() -> None:
    """An error inside a function shows from where it was called."""
    trace = "line 5, in <action>\n    f(1)\nline 2, in f\n    return 1 / 0"
    error = CodeError(
        type="ZeroDivisionError", message="division by zero", line=2, source="return 1 / 0", traceback=trace
    )
    text = render_observation(Observation(status="error", error=error))
    assert trace in text
    assert text.endswith("ZeroDivisionError: division by zero")


def test_a_limit_lists_every_change_that_was_made() -> None:
    """A loop that was stopped says how far it came."""
    calls = tuple(call("acme.refund", "destructive", order_id=f"A-{n}") for n in range(30))
    error = CodeError(type="TimeLimit", message="10 seconds are over")
    text = render_observation(Observation(status="limit", error=error, calls=calls))
    assert "- acme.refund('A-0') (destructive)" in text
    assert "and 18 more: acme.refund (18 times)" in text


def test_long_output_loses_its_middle_and_says_so() -> None:
    """The beginning and the end stay, the length holds, and the way out is named."""
    text = render_observation(Observation(status="ok", stdout="\n".join(map(str, range(10_000)))), max_chars=1_000)
    assert len(text) < 1_200
    assert text.startswith("Output:\n0\n1\n")
    assert text.endswith("9999")
    assert "characters left out" in text


def test_a_long_value_tells_its_size() -> None:
    """A list that is too long to show says how long it is."""
    text = render_observation(Observation(status="ok", value=list(range(50_000))), max_chars=500)
    assert text.startswith("Value (list of 50,000): [0, 1,")


def test_an_error_is_seen_whatever_was_printed() -> None:
    """A flood of output does not push the error out."""
    error = CodeError(type="ValueError", message="bad", hint="try again")
    obs = Observation(status="error", stdout="x" * 100_000, error=error)
    assert render_observation(obs, max_chars=1_000).endswith("ValueError: bad\nHint: try again")


def test_what_the_interpreter_cut_is_told() -> None:
    """Output over the interpreter's limit is named as cut."""
    assert "there was more" in render_observation(Observation(status="ok", stdout="x", truncated=("stdout",)))


@pytest.mark.parametrize("value", [10**5000, "\ud800", float("nan"), b"\xff" * 9, {1: {2: [3]}}], ids=range(5))
def test_any_value_can_be_sent(value: object) -> None:
    """Values that cannot be printed or encoded make a text all the same."""
    assert render_observation(Observation(status="ok", value=value)).encode()


@given(
    st.builds(
        Observation,
        status=st.sampled_from(["ok", "error", "limit", "paused", "answered"]),
        stdout=st.text(max_size=300),
        stderr=st.text(max_size=300),
        value=st.one_of(st.none(), st.text(), st.lists(st.integers())),
        error=st.one_of(
            st.none(),
            st.builds(
                CodeError,
                type=st.text(max_size=9),
                message=st.text(),
                line=st.one_of(st.none(), st.integers(0, 99)),
                column=st.one_of(st.none(), st.integers(0, 99)),
                source=st.text(),
                traceback=st.text(),
            ),
        ),
        truncated=st.just(()),
    ),
    st.integers(50, 400),
)
def test_any_observation_is_a_text_of_bounded_length(obs: Observation, max_chars: int) -> None:
    """Whatever happened, the text can be sent and is no longer than it may be."""
    text = render_observation(obs, max_chars=max_chars)
    assert text.strip()
    assert len(text) <= max_chars
    text.encode()


def test_a_long_text_that_nobody_has_viewed_keeps_its_lines() -> None:
    """An observation made by hand has no view: a text is cut at its lines, not in its escapes."""
    text = render_observation(Observation(status="ok", value="line\n" * 5_000), max_chars=1_000)
    assert text.startswith("Value (str of 25,000 characters, 5,001 lines):\nline\nline\n")
    assert len(text) <= 1_000


def test_a_view_is_read_where_the_value_is_too_long() -> None:
    """What fits is read as it is; objects of the host and bytes are read by their view in any case."""
    view = "Value of x (list of 3 ints):\n1, 2, 3"
    assert render_observation(Observation(status="ok", value=[1, 2, 3], view=view)) == "Value: [1, 2, 3]"
    assert render_observation(Observation(status="ok", value=[1] * 999, view=view), max_chars=600) == view
    assert render_observation(Observation(status="ok", value=Opaque("Handle", "<h>"), view=view)) == view
    assert render_observation(Observation(status="ok", value=b"x", view=view)) == view
    assert render_observation(Observation(status="ok", value=10**5000, view=view)) == view
