"""What is read of a large value: its size, its schema, its first rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeact_sdk import Interpreter, Limits
from codeact_sdk.interpreter import summaries
from codeact_sdk.interpreter.shown import kept_in
from codeact_sdk.interpreter.tables import aligned, share
from codeact_sdk.observations import Observation
from codeact_sdk.prompts.observations import render_observation
from codeact_sdk.values import make_record

GOLDEN = Path(__file__).parent / "golden" / "views.txt"

SETUP = """
from datetime import date
from decimal import Decimal

rows = [
    {
        "id": n,
        "customer": f"Customer {n % 40}" if n % 7 else None,
        "total": n * 1.25,
        "day": date(2024, 1, 1 + n % 28),
        "price": Decimal(n) / 4,
        "tags": ["new"] * (n % 3),
        "note": "a long note\\n" * 9,
    }
    for n in range(12480)
]
columns = {"city": ["Graz", "Linz"] * 900, "people": list(range(1800))}
ragged = [{"a": n, "b": n} if n % 2 else {"a": str(n)} for n in range(600)]
wide = [{f"column_{n}": n for n in range(60)} for _ in range(50)]
text = "\\n".join(f"line {n}: what was said" for n in range(9000))
nested = {"users": rows[:900], "meta": {"page": 1, "of": 40}, "names": [f"n{n}" for n in range(500)], 7: None}
class Order:
    def __repr__(self): return "an order"
class Kept: pass
kept = Kept()
kept.orders = [{"id": n, "order": Order()} for n in range(500)]
"""

SCENES = [
    "rows",
    "columns",
    "ragged",
    "wide",
    "nested",
    "kept.orders",
    "[row['total'] for row in rows]",
    "text",
    "(raw := b'\\x89PNG\\r\\n\\x1a\\n' + bytes(20_000))",
    "set(range(4000))",
    "print(rows)",
    "rows[:3]",
]


def test_views_read_well():
    """A person has read each of these, and found what a model needs next."""
    with Interpreter() as interp:
        assert interp.run(SETUP).error is None
        made = [f">>> {code}\n{render_observation(interp.run(code), max_chars=5_000)}\n" for code in SCENES]
    text = "\n".join(made)
    if not GOLDEN.exists():
        GOLDEN.write_text(text, encoding="utf-8")
        pytest.fail("views.txt was not there and has been written: read it")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_no_code_of_the_program_is_run_for_a_view():
    """Cells may be objects of own classes, whose methods may do anything."""
    code = "seen = []\nclass A:\n    def __repr__(self): seen.append(1); return 'A'\n    __str__ = __len__ = __iter__ = __eq__ = __hash__ = __repr__\n"
    with Interpreter() as interp:
        interp.run(code)
        shown = interp.run("print([{'a': A(), 'b': n} for n in range(5000)])")
        assert "5,000 rows x 2 columns" in shown.stdout
        assert interp.run("len(seen)").value == 0


def test_what_is_written_elsewhere_is_whole():
    """Only what the model reads is a view: a text that the program makes is Python's own."""
    code = "import io, contextlib\nrows = [{'a': n} for n in range(3000)]\nout, also = io.StringIO(), io.StringIO()\nprint(rows, file=out)\nwith contextlib.redirect_stdout(also): print(rows)\nout.getvalue() == also.getvalue() == str(rows) + '\\n'"
    with Interpreter() as interp:
        assert interp.run(code).value is True


def test_small_values_stay_as_they_are():
    """Twenty rows are read faster than a summary of them."""
    with Interpreter() as interp:
        obs = interp.run("[{'a': n} for n in range(20)]")
    assert obs.view == ""
    assert render_observation(obs) == f"Value: {[{'a': n} for n in range(20)]}"


def test_the_caller_has_the_value_and_the_model_its_view():
    """A view is beside the value, which stays data."""
    with Interpreter() as interp:
        obs = interp.run("rows = [{'a': n} for n in range(2000)]\nrows")
    assert obs.value == [{"a": n} for n in range(2000)]
    assert obs.view.startswith("Value of rows (list of 2,000 dicts):\n2,000 rows x 1 columns\ncolumns: a: int\n")
    assert obs.view.endswith("(the whole value is in rows: rows[5:10] shows more)")


def test_a_text_over_the_limit_of_the_interpreter_has_its_ends():
    """What an observation cannot keep whole has its beginning and its end in the view."""
    with Interpreter(limits=Limits(output_chars=2_000)) as interp:
        obs = interp.run("text = '\\n'.join(map(str, range(5000)))\ntext")
    text = render_observation(obs)
    assert text.startswith("Value of text (str of 23,889 characters, 5,000 lines):\n0\n1\n")
    assert "\n4999\n(the whole value is in text)" in text


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("rows", "rows"),
        ("x = 1\na.b.c", "a.b.c"),
        ("(rows := f())", "rows"),
        ("rows[0]", ""),
        ("f().rows", ""),
        ("x = 1", ""),
        ("", ""),
        ("  odd", ""),
    ],
)
def test_the_name_is_told_where_there_is_one(code, name):
    """A view says where the whole value is; what has no name is told to get one."""
    assert kept_in(code) == name


@pytest.mark.parametrize(
    "value",
    [
        [{"a": 1}, {"b": 1}] * 2_000,
        [{}] * 3_000,
        [{1: 2}] * 3_000,
        [{"a": 1}] * 2_000 + [3],
        {"a": [1] * 3_000, "b": [1]},
        {"a": [1] * 3_000, 2: [1] * 3_000},
        {"a": [[1] * 3_000]},
        {"a": "x" * 5_000},
        {"a": []},
        [],
    ],
    ids=range(10),
)
def test_what_has_no_common_fields_is_no_table(value):
    """Rows without fields in common, keys that are no text and columns of different lengths are shown as what they are."""
    table = summaries.table_of(value)
    if value[:2] == [{"a": 1}, {"b": 1}] if isinstance(value, list) else False:
        assert table is not None  # half of the cells are there
    else:
        assert table is None


def test_records_are_rows():
    """Results of tools are records more often than dicts."""
    rows = [make_record("Order", {"id": n, "note": None if n < 2 else "x"}) for n in range(2_000)]
    table = summaries.table_of(rows)
    assert table is not None
    assert "columns: id: int; note: str, 0.1 % null" in table.text()
    assert table.title == "list of 2,000 Orders"


@pytest.mark.parametrize(
    ("part", "text"),
    [(0.0004, "under 0.1 %"), (0.004, "0.4 %"), (0.14, "14 %"), (0.9999, "100 %"), (1, "100 %")],
)
def test_shares_are_told_in_percent(part, text):
    """Small shares have a decimal, the smallest a bound."""
    assert share(part) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ([], "[]"),
        ([1, "x"], "[1, 'x']"),
        ([1, [2]], "list of 2"),
        (list(range(9)), "list of 9 ints"),
        ({"a": 1}, "dict of 1, keys 'a'"),
        (None, "None"),
        ("a\tb\nc", "a\\tb\\nc"),
        (b"x" * 90, "b'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."),
    ],
)
def test_cells_are_short(cell, text):
    """A cell is one line of a few words, whatever it holds."""
    assert aligned([("c", [cell])]).split("\n")[1] == text


CELLS = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=60), st.binary(max_size=60), st.dates(), st.decimals(allow_nan=False),
    st.lists(st.integers(), max_size=3), st.just(6_000).map(lambda digits: 10**digits),
)  # fmt: skip
VALUES = st.one_of(
    st.lists(st.dictionaries(st.text(max_size=60), CELLS, max_size=5), min_size=1, max_size=5).map(
        lambda rows: rows * 300
    ),
    st.dictionaries(
        st.text(max_size=9), st.lists(CELLS, min_size=3, max_size=3).map(lambda cells: cells * 600), max_size=4
    ),
    st.lists(CELLS, max_size=5).map(lambda items: items * 600),
    st.binary(max_size=40).map(lambda data: data * 200),
    st.text(max_size=40).map(lambda text: text * 200),
    st.dictionaries(CELLS.filter(lambda cell: not isinstance(cell, list)), CELLS, max_size=9),
    st.frozensets(st.text(max_size=9), max_size=5).map(lambda items: frozenset({*items, *map(str, range(900))})),
)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.sampled_from(["", "rows"]), st.integers(200, 3_000))
def test_any_value_has_a_text_of_bounded_length(value, name, most):
    """Whatever a cell holds, the text can be sent and is no longer than it may be."""
    view = summaries.view(value, name)
    assert len(view) <= summaries.MAX_VIEW_CHARS + 200
    view.encode()
    summaries.printed(value).encode()
    text = render_observation(Observation(status="ok", value=value, view=view), max_chars=most)
    assert 0 < len(text.encode()) <= 4 * most
    assert len(text) <= most
