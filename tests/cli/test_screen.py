"""What a person sees of a run."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scenes import END, START, hostile_run, refunds
from strategies import run_ends, run_starts, steps

from codeact_sdk.cli.screen import Screen
from codeact_sdk.cli.text import clean
from codeact_sdk.events import ActionFound, CallStarted, ModelText, Observed, RunFinished
from codeact_sdk.messages import Usage
from codeact_sdk.observations import Observation
from codeact_sdk.values import make_record

GOLDEN = Path(__file__).parent / "golden"

SENT_BY_RICH = re.compile(r"\x1b\[(\?25[lh]|[0-9;]*m|2K|1A|[0-9]*[AK])|\r")
"""What rich itself sends: cursor off and on, styles, erasing and going up lines for its status line."""


def draw(events, *, terminal, colour=None, with_answer=True, width=100):
    """The text that a console of width 100 gets."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system=colour, legacy_windows=False)
    with Screen(console, with_answer=with_answer) as screen:
        for event in events:
            screen(event)
    return out.getvalue()


def still(text):
    """What stays on a terminal: styles left out, lines that were erased and written over gone."""
    lines, row = [""], 0
    for escape, plain in re.findall(r"(\x1b\[\??[0-9;]*[a-zA-Z]|\n|\r)|([^\x1b\n\r]+)", text):
        if escape == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif escape.endswith("A"):
            row -= int(escape[2:-1] or 1)
        elif escape == "\x1b[2K":
            lines[row] = ""
        elif plain:
            lines[row] += plain
    return "\n".join(line.rstrip() for line in lines)


def compare(name, text):
    """Compares with the golden file, or writes it where UPDATE_GOLDEN is set."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_a_run_on_a_terminal():
    """Code in panels, each call with its time, errors with a caret, the answer in a panel, the totals."""
    compare("terminal.txt", still(draw(refunds(), terminal=True)))


def test_a_run_in_a_file():
    """The same without boxes, colours or anything that moves."""
    text = draw(refunds(), terminal=False)
    assert "\x1b" not in text
    assert not set(text) & set("╭│╰→✗")
    compare("plain.txt", text)


def test_lines_of_a_file_are_not_wrapped():
    """What is written to a pipe can be searched line by line."""
    event = Observed(at=1.0, step=1, text="", observation=Observation(status="ok", stdout="x " * 150))
    assert f"  | {'x ' * 150}".rstrip() in draw([event], terminal=False).split("\n")


@pytest.mark.parametrize("terminal", [True, False])
def test_hostile_text_is_shown_and_not_obeyed(terminal):
    """Neither escape sequences nor rich markup nor turned text get through, wherever they stand."""
    text = draw(hostile_run(), terminal=terminal, colour="truecolor" if terminal else None)
    rest = SENT_BY_RICH.sub("", text) if terminal else text
    assert clean(rest) == rest
    assert "[bold red]:skull:[/]" in rest
    assert "\\x1b]0;pwned\\x07" in rest
    text.encode("utf-8")


@given(run_starts, st.lists(steps, max_size=4), run_ends)
def test_no_event_breaks_the_screen(start, middle, end):
    """Whatever happens in a run can be shown, and only shown."""
    text = draw([start, *middle, end], terminal=False)
    assert clean(text) == text


def test_what_is_being_waited_for_is_said_on_a_terminal():
    """The model, its writing, each call; cleared before the answer."""
    events = [START, CallStarted(at=1.0, step=1, n=1, tool="acme.orders", arguments={"customer": "C-1"})]
    text = draw(events, terminal=True)
    assert "waiting for the model" in draw([START], terminal=True)
    assert "acme.orders(customer='C-1')" in text
    assert "the model is writing" in draw([START, ModelText(at=1.0, step=1, text="I")], terminal=True)
    assert "waiting" not in draw(events, terminal=False)


def test_the_answer_can_be_left_to_another():
    """Where the answer goes to a pipe, the screen does not repeat it."""
    text = draw([START, END], terminal=True, with_answer=False)
    assert "Refunded" not in text
    assert "answered · 3 steps" in text


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (None, "None"),
        ("", ""),
        ({"total": 3}, "{'total': 3}"),
        pytest.param(10**5000, "<int that cannot be shown: Exceeds the limit", id="huge"),
        (["x" * 400] * 2, f"  '{'x' * 400}'\n  '{'x' * 400}'"),
    ],
)
def test_answers_of_any_kind_are_shown(answer, shown):
    """Words as they are, values as Python writes them, long lists item by item."""
    assert f"answer\n  {shown.lstrip()}".rstrip() in draw([END.model_copy(update={"answer": answer})], terminal=False)


def test_rows_of_one_shape_are_a_table():
    """Dicts or records with the same plain fields: titles, aligned columns, floats with the same decimals."""
    rows = [{"name": "Hotel Ängen", "owed": 276.7}, {"name": "Café", "owed": 1050.25}]
    records = [make_record("Owed", row) for row in rows]
    for answer in (rows, records):
        end = END.model_copy(update={"answer": answer})
        assert draw([end], terminal=False).startswith(
            "answer\n  name         owed\n  Hotel Ängen  276.70\n  Café         1050.25\n"
        )
        assert "│ Café         1050.25" in draw([end], terminal=True)


@pytest.mark.parametrize(
    "answer",
    [
        [{"a": 1}],
        [{"a": 1}, {"b": 1}],
        [{"a": 1}, {"a": [1]}],
        [{"a": 1}, 2],
        [{}, {}],
        [{1: 1}, {1: 1}],
        [{str(n): n for n in range(20)}] * 2,
    ],
)
def test_what_is_no_table_is_shown_as_python_writes_it(answer):
    """One row, unlike rows, values inside values, too many columns."""
    assert repr(answer) in draw([END.model_copy(update={"answer": answer})], terminal=False)


@pytest.mark.parametrize("status", ["limit", "error", "stopped"])
def test_another_end_names_its_reason(status):
    """No answer is shown where there is none."""
    end = RunFinished(at=1.0, status=status, reason="20 steps\nspent", steps=20, usage=Usage(), seconds=61.0)
    text = draw([end], terminal=False)
    assert text == f"{status}: 20 steps\nspent · 20 steps · 0 tool calls · 1 min 01 s\n"


def test_long_output_and_code_are_cut():
    """A screen shows the beginning and how much more there is."""
    code = ActionFound(at=1.0, step=1, thought="", code="\n".join(f"x{n} = {n}" for n in range(100)))
    seen = Observed(at=1.0, step=1, text="", observation=Observation(status="ok", stdout="line\n" * 100))
    text = draw([code, seen], terminal=False)
    assert "… 40 more lines" in text
    assert "… 85 more lines" in text
