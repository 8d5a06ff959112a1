"""The pack as model code uses it, over real files."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from codeact_sdk import Observation
from codeact_sdk.testing import assert_tool_docs
from codeact_tables import pack


def test_the_docs_of_the_tools_hold():
    """Every tool is documented, and its examples run."""
    assert_tool_docs(pack)


def test_the_prompt_is_what_was_reviewed(prompt_snapshot):
    """What a model reads of the pack changes only where somebody has looked."""
    prompt_snapshot()


LOAD = "t = tables.load('sales.csv')\n"


def value(interp, code: str) -> object:
    """The value of an action that works."""
    obs = interp.run(code)
    assert obs.error is None, obs.error
    return obs.value


def message(interp, code: str) -> str:
    """The message of an action that does not."""
    obs: Observation = interp.run(code)
    assert obs.error is not None
    assert obs.error.type in ("ToolError", "ToolArgumentError"), obs.error
    return obs.error.message


def test_a_table_is_read_as_schema_nulls_and_first_rows(interp):
    """All that a model needs to write the next step, however long the table is."""
    text = interp.run(LOAD + "t").view
    assert text == (
        "Value of t:\n"
        "table of 4 rows x 5 columns\n"
        "columns: day: date; city: text; Unit price: float; amount: int, 25 % null; note: text, 50 % null\n"
        "first 4 rows:\n"
        "day         city  Unit price  amount  note\n"
        "2024-01-05  Graz         2.5       4  null\n"
        "2024-01-20  Linz           3    null  late\n"
        "2024-02-02  Graz           4      10  null\n"
        "2024-02-09  Wien        1.25       2  late"
    )


def test_every_kind_of_file_is_loaded(interp):
    """Text with any separator and encoding, Parquet, workbooks with their sheets."""
    assert value(interp, "tables.rows(tables.load('more/regions.parquet'))")[0] == {"city": "Graz", "region": "South"}
    assert value(interp, "tables.rows(tables.load('book.xlsx'))") == [
        {"city": "Graz", "people": 300_000},
        {"city": "Linz", "people": 210_000},
    ]
    assert value(interp, "tables.rows(tables.load('book.xlsx', sheet='Codes'))") == [{"code": "A"}]
    rows = value(interp, "tables.rows(tables.load('semicolon.csv', encoding='cp1252'))")
    assert rows == [{"Stadt": "Graz", "Größe": 1}]


def test_the_whole_way_from_a_file_to_a_chart(interp):
    """Filter, compute, join, aggregate, sort, chart: the picture is a display, the model reads what it shows."""
    obs = interp.run(
        LOAD
        + "t = tables.compute(t, 'total', \"col('Unit price') * amount\")\n"
        + "t = tables.join(t, tables.load('more/regions.parquet'), 'city', how='left')\n"
        + "by = tables.sort(tables.aggregate(t, by='city', values={'total': 'sum', 'note': 'count'}), 'total_sum', descending=True)\n"
        + "print(tables.rows(by))\n"
        + "tables.chart(by, 'bar', 'city', y='total_sum', title='Sales $ by city')"
    )
    assert obs.error is None
    assert obs.stdout.startswith(
        "[{'city': 'Graz', 'total_sum': 50.0, 'note_count': 0, 'rows': 2}, {'city': 'Wien', 'total_sum': 2.5"
    )
    (display,) = obs.displays
    assert display.mime == "image/png"
    assert base64.b64decode(display.data).startswith(b"\x89PNG")
    assert obs.view.startswith("Value: [image image/png, 800x450, ")
    assert obs.view.endswith("Sales $ by city: bar chart of total_sum by city, 3 rows]")


@pytest.mark.parametrize(
    "call",
    [
        "tables.chart(t, 'line', 'day', y=['amount', 'Unit price'])",
        "tables.chart(t, 'scatter', 'Unit price', y='amount')",
        "tables.chart(t, 'scatter', 'city', y='amount')",
        "tables.chart(t, 'hist', 'amount')",
        "tables.chart(tables.from_rows([{'name': f'_city ${n}', 'x': n} for n in range(40)]), 'bar', 'name', y='x')",
    ],
)
def test_every_kind_of_chart_is_drawn(interp, call):
    """Dates, numbers and names along the axis; names that matplotlib would take for a formula or hide."""
    assert len(interp.run(LOAD + call).displays) == 1


@pytest.mark.parametrize(
    ("condition", "amounts"),
    [
        ("amount > 2", [4, 10]),
        ("2 <= amount < 10", [4, 2]),
        ("amount is None", [None]),
        ("amount == None", [None]),
        ("amount is not None and not note is None", [2]),
        ("city in ['Graz', 'Wien'] and amount != 4", [10, 2]),
        ("city not in wanted", [4, 10, 2]),
        ("city == best or amount == -(-2)", [4, 10, 2]),
        ("col('Unit price') * 2 - 1 >= 4 + 0", [4, None, 10]),
        ("amount // 3 == 1 and amount % 3 == 1 and amount / 2 == 2.0", [4]),
        ("contains(lower(city), 'RA') or contains(upper(city), 'RA')", [4, 10]),
        ("startswith(city, 'L') or endswith(city, 'n')", [None, 2]),
        ("year(day) == 2024 and month(day) == 2 and day(day) > 2", [2]),
        ("day >= date('2024-02-02')", [10, 2]),
        ("day < since", [4, None]),
        ("length(city) == 4 and abs(amount) == 4 and round(col('Unit price'), 0) >= 2", [4]),
    ],
)
def test_conditions_are_python_over_columns(interp, condition, amounts):
    """A model writes the Python that it knows, and names stand for columns or for what it gives."""
    given = "{'wanted': ['Linz'], 'best': 'Graz', 'since': date(2024, 2, 1)}"
    code = f"from datetime import date\n{LOAD}tables.rows(tables.filter(t, {condition!r}, values={given}))"
    assert [row["amount"] for row in value(interp, code)] == amounts


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("tables.filter(t, 'ctiy == 1')", "there is no column 'ctiy': did you mean 'city'?"),
        ("tables.filter(t, \"col('unit Price') == 1\")", "did you mean 'Unit price'?"),
        ("tables.filter(t, 'zzz == 1')", "the columns are 'day', 'city', 'Unit price', 'amount', 'note'"),
        ("tables.filter(t, 'amount >')", "is no expression"),
        ("tables.filter(t, 'day > \"2024-01-01\"')", "a date is written date('2024-12-31')"),
        ("tables.filter(t, 'city > 5')", "text is compared with text"),
        ("tables.filter(t, 'day > date(\"soon\")')", "is no date: write date('2024-12-31')"),
        ("tables.filter(t, 'city is amount')", "'is' compares with None only"),
        ("tables.filter(t, 'city in city')", "after 'in' stands a list of values"),
        ("tables.filter(t, 'round(amount, city) == 1')", "here stands a value, not a column"),
        ("tables.filter(t, 'lower(city, 1) == 1')", "there is no function lower() of 2 arguments"),
        ("tables.compute(t, 'x', 'lower(amount)')", "cannot be done"),
        ("tables.select(t, ['city', 'amuont'])", "did you mean 'amount'?"),
        ("tables.sort(t, 'amuont')", "did you mean 'amount'?"),
        ("tables.aggregate(t, by='ciyt', values={})", "did you mean 'city'?"),
        ("tables.aggregate(t, values={'amuont': 'sum'})", "did you mean 'amount'?"),
        ("tables.aggregate(t, values={'city': 'sum'})", "aggregate cannot be done"),
        ("tables.aggregate(t, values={'amount': 'avg'})", "avg"),
        ("tables.join(t, t, 'ctiy')", "did you mean 'city'?"),
        ("tables.join(t, t, [])", "name at least one column"),
        ("tables.join(t, t, {'day': 'city'})", "join cannot be done"),
        ("tables.rows(t, limit=-1)", "give 0 or more"),
        ("tables.chart(t, 'bar', 'city')", "needs y"),
        ("tables.chart(t, 'hist', 'amount', y='amount')", "leave y out"),
        ("tables.chart(t, 'bar', 'amount', y='city')", "choose a column of numbers"),
        ("tables.chart(t, 'bar', 'city', y='aount')", "did you mean 'amount'?"),
        ("tables.chart(tables.filter(t, 'amount > 99'), 'bar', 'city', y='amount')", "nothing to draw"),
        (
            "tables.chart(tables.from_rows([{'a': n} for n in range(90)]), 'bar', 'a', y='a')",
            "90 rows are too many for a bar chart",
        ),
        ("tables.load('book.xlsx', sheet='Poeple')", "the sheets are 'People', 'Codes'"),
        ("tables.load('semicolon.csv')", "give its encoding, such as encoding='cp1252'"),
        ("tables.load('sales.csv', encoding='utf-99')", "there is no encoding 'utf-99'"),
        ("tables.load('sales.csv', separator=';;')", "not one character"),
        ("tables.load('empty.csv')", "is empty"),
        ("tables.load('sale.csv')", "did you mean sales.csv"),
        ("tables.save(t, 'x.xlsx')", "saved as .csv, .tsv or .parquet"),
        ("tables.save(t, 'new/x.csv')", "its folder does not exist"),
        ("tables.filter('t', 'x')", "table"),
    ],
)
def test_what_is_wrong_says_what_would_work(interp, call, words):
    """The reader of a message is a model, which has the next try."""
    assert words in message(interp, LOAD + call)


def test_describe_tells_of_every_column(interp):
    """Types, nulls, distinct values and the range of each."""
    found = value(interp, LOAD + "tables.describe(t)")
    assert [row["name"] for row in found] == ["day", "city", "Unit price", "amount", "note"]
    amount, city = found[3], found[1]
    assert (amount.type, amount.nulls, amount.distinct) == ("Int64", 1, 4)
    assert (amount.min, amount.max, amount.mean, amount.median) == (2, 10, 16 / 3, 4.0)
    assert (city.type, city.distinct, city.min) == ("String", 3, None)


def test_tables_of_rows_and_columns_by_other_names(interp):
    """What other tools give becomes a table, and columns are renamed on the way."""
    assert value(interp, "tables.rows(tables.from_rows([{'a': 1}, {'a': 2.5, 'b': [1]}]))") == [
        {"a": 1.0, "b": None},
        {"a": 2.5, "b": [1]},
    ]
    assert value(interp, LOAD + "tables.rows(tables.select(t, {'Unit price': 'price'}), limit=1, offset=1)") == [
        {"price": 3.0}
    ]
    assert interp.run("tables.from_rows([])").view == "Value:\ntable of 0 rows x 0 columns\ncolumns: none"
    odd = "o = tables.from_rows([{'^a.*$': 1, 'ab': 2, '*': 3}])\n"
    assert value(interp, odd + "tables.rows(tables.aggregate(o, values={'^a.*$': 'sum', '*': 'max'}))") == [
        {"^a.*$_sum": 1, "*_max": 3, "rows": 1}
    ]


def test_saving_makes_a_file_and_keeps_what_is_there(interp, root: Path):
    """A file is replaced only where that is said."""
    assert value(interp, LOAD + "tables.save(t, 'more/copy.csv')") == "more/copy.csv"
    assert "exists already" in message(interp, "tables.save(t, 'more/copy.csv')")
    value(
        interp,
        "tables.save(tables.select(t, ['city']), 'more/copy.csv', replace=True)\ntables.save(t, 'new.parquet', replace=True)\ntables.save(t, 'new.tsv')",
    )
    assert (root / "more" / "copy.csv").read_text() == "city\nGraz\nLinz\nGraz\nWien\n"
    assert value(interp, "len(tables.rows(tables.load('new.parquet'))), len(tables.rows(tables.load('new.tsv')))") == (
        4,
        4,
    )
    assert [path.name for path in root.iterdir() if path.name.endswith(".tmp")] == []


def test_a_wide_table_is_read_in_part(interp):
    """Forty columns of the schema, twelve of the rows; long cells are cut."""
    text = interp.run("tables.from_rows([{f'c{n}': 'x\\ny' * 40 for n in range(60)}])").view
    assert "c39: text; and 20 more" in text
    assert "(and 48 more columns)" in text
    assert len(text) < 4_000


def test_types_are_told_in_few_words(interp):
    """The words are those of Python; a nested column has no distinct values, and no range."""
    code = (
        "from datetime import datetime, time\n"
        "t = tables.from_rows([{'at': datetime(2024, 1, 2, 3), 'clock': time(4), 'ok': True, 'tags': ['a'], 'big': 1e9, 'no': None}] * 500"
        " + [{'at': None, 'clock': time(5), 'ok': False, 'tags': [], 'big': 2.0, 'no': None}])\n"
    )
    view = interp.run(code + "t").view
    assert (
        "columns: at: datetime, 0.2 % null; clock: time; ok: bool; tags: list(string); big: float; no: null, 100 % null"
        in view
    )
    found = value(interp, "tables.describe(t)")
    assert [row.distinct for row in found] == [2, 2, 2, None, 2, 1]
    assert value(interp, "tables.rows(tables.aggregate(t, values={'big': 'max', 'ok': 'unique'}))") == [
        {"big_max": 1e9, "ok_unique": 2, "rows": 501}
    ]


def test_a_name_that_the_system_does_not_take_leaves_nothing_behind(interp, root: Path):
    """A file that cannot be written is an error, and no half of it stays."""
    before = sorted(root.iterdir())
    assert "cannot be used" in message(interp, LOAD + "tables.save(t, 'x' * 300 + '.csv')")
    assert sorted(root.iterdir()) == before
