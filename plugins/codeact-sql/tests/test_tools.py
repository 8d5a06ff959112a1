"""What a model sees of the tools."""

import gc
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pytest

from codeact_sdk import ToolError
from codeact_sdk.testing import assert_tool_docs
from codeact_sql import SqlSettings, pack
from codeact_sql.tools import describe, execute, query, tables


def test_the_pack_offers_four_tools_and_only_one_writes():
    """Effects are declared, so that approvals can rest on them."""
    assert {tool.qualified_name: tool.effect for tool in pack.tools} == {
        "sql.tables": "read",
        "sql.describe": "read",
        "sql.query": "read",
        "sql.execute": "write",
    }


def test_every_tool_tells_a_model_what_it_needs():
    """Summaries, parameters and results are documented."""
    assert_tool_docs(pack)


def test_the_prompt_is_what_was_reviewed(prompt_snapshot):
    """A change of what models read is seen by a person."""
    prompt_snapshot()


def test_a_model_asks_and_is_told_its_errors(shop, make_interpreter):
    """Rows cross as dicts, descriptions as records, and what is wrong is said in the database's words."""
    interpreter = make_interpreter(settings={"url": f"sqlite:///{shop}"})
    code = """
names = [column.name for column in sql.describe("orders").columns]
names, sql.query("SELECT total FROM orders WHERE id = :id", {"id": 1})
"""
    assert interpreter.run(code).value == (["id", "customer_id", "ordered_on", "total"], [{"total": 12.5}])
    assert "nearest: orders" in interpreter.run("sql.query('SELECT * FROM oders')").error.message


def test_tables_and_views_are_listed_with_their_columns(ctx):
    """In the order of their names."""
    assert [(table.name, table.kind, table.columns) for table in tables(ctx=ctx)] == [
        ("big_orders", "view", ["id", "customer_id", "ordered_on", "total"]),
        ("customers", "table", ["id", "name", "email"]),
        ("numbers", "table", ["n"]),
        ("orders", "table", ["id", "customer_id", "ordered_on", "total"]),
    ]


def test_a_table_is_described(ctx):
    """Keys, references, what may be missing, how many rows, and what they look like."""
    found = describe("Orders", ctx=ctx)
    assert found.rows == 3
    assert found.samples[1] == {"id": 2, "customer_id": 1, "ordered_on": "02.05.2025", "total": 3.0}
    id_column, customer, *_ = found.columns
    assert (id_column.primary_key, id_column.nullable, id_column.type) == (True, False, "INTEGER")
    assert (customer.references, customer.nullable) == ("customers.id", True)
    assert describe("big_orders", samples=0, ctx=ctx).samples == []
    with pytest.raises(ToolError, match="0 to 20"):
        describe("orders", samples=21, ctx=ctx)


def test_long_values_are_cut_in_samples(writer):
    """A sample shows what a value looks like, not all of it."""
    execute("INSERT INTO customers VALUES (9, :name, NULL)", {"name": "x" * 5000}, ctx=writer)
    assert len(describe("customers", ctx=writer).samples[2]["name"]) == 200


def test_a_query_gives_rows_by_column_name(ctx):
    """NULL is None, and values keep their types."""
    assert query("SELECT id, ordered_on, total FROM orders WHERE id = :id;", {"id": 3}, ctx=ctx) == [
        {"id": 3, "ordered_on": None, "total": 40.0}
    ]
    assert query("SELECT ? AS a, ? AS b", ["x", None], ctx=ctx) == [{"a": "x", "b": None}]
    assert query("SELECT x'00ff' AS blob", ctx=ctx) == [{"blob": b"\x00\xff"}]
    assert query("-- names\nWITH c AS (SELECT 1 AS one) SELECT * FROM c", ctx=ctx) == [{"one": 1}]
    assert query("SELECT name FROM customers WHERE 0", ctx=ctx) == []
    assert query("PRAGMA table_info(numbers)", ctx=ctx)[0]["name"] == "n"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (date(2025, 4, 1), "2025-04-01"),
        (datetime(2025, 4, 1, 12, 30), "2025-04-01 12:30:00"),  # noqa: DTZ001  # a column without zone
        (Decimal("1.5"), 1.5),
        (True, 1),
        (b"x", b"x"),
        ("'; DROP TABLE orders; --", "'; DROP TABLE orders; --"),
    ],
)
def test_parameters_are_values_of_sqlite(ctx, value, stored):
    """Dates become ISO text, decimals numbers, and text is never part of the statement."""
    assert query("SELECT :v AS v", {"v": value}, ctx=ctx) == [{"v": stored}]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 2], r"params\['v'\] is a list.*json_each"),
        ({"a": 1}, "is a dict"),
        (object(), "is a object"),
        (2**70, "large"),
    ],
)
def test_a_parameter_that_is_no_single_value_is_explained(ctx, value, message):
    """A list for IN is the common case, and the message shows the way."""
    with pytest.raises(ToolError, match=message):
        query("SELECT 1 WHERE 1 IN (:v)", {"v": value}, ctx=ctx)


def test_a_list_of_values_goes_in_as_json(ctx):
    """The advice of that message works."""
    sql = "SELECT id FROM orders WHERE id IN (SELECT value FROM json_each(:ids))"
    assert query(sql, {"ids": "[1, 3]"}, ctx=ctx) == [{"id": 1}, {"id": 3}]


def test_text_that_is_not_utf_8_does_not_hide_the_row(ctx):
    """A wrong byte shows as the replacement character."""
    assert query("SELECT CAST(x'41ff' AS TEXT) AS t", ctx=ctx) == [{"t": "A\ufffd"}]


def test_rows_are_never_cut_in_silence(open_shop):
    """Too many rows are an error; with limit= the first few are what was asked for."""
    ctx = open_shop(max_rows=5)
    with pytest.raises(ToolError, match="more than 5 rows"):
        query("SELECT n FROM numbers", ctx=ctx)
    assert query("SELECT n FROM numbers ORDER BY n", limit=2, ctx=ctx) == [{"n": 1}, {"n": 2}]
    assert len(query("SELECT n FROM numbers LIMIT 5", ctx=ctx)) == 5
    with pytest.raises(ToolError, match="0 to 5"):
        query("SELECT n FROM numbers", limit=6, ctx=ctx)


def test_a_huge_result_is_refused(ctx, open_shop):
    """Neither many bytes nor one huge value fill the memory."""
    with pytest.raises(ToolError, match="more than 1,000 bytes"):
        query("SELECT hex(zeroblob(100)) AS h FROM numbers", ctx=open_shop(max_bytes=1000))
    with pytest.raises(ToolError, match="too big"):
        query("SELECT length(zeroblob(1000000000)) AS n", ctx=ctx)


def test_columns_of_one_name_are_an_error(ctx):
    """A dict would keep one of them without a word."""
    with pytest.raises(ToolError, match=r"two columns .* 'id'.* AS"):
        query("SELECT o.id, c.id FROM orders o JOIN customers c ON c.id = o.customer_id", ctx=ctx)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM oders", "no such table: oders; nearest: orders"),
        ("SELECT * FROM zzz", "the tables are: .*customers"),
        ("SELECT custmer_id FROM orders", r"nearest: customer_id \(of orders"),
        ("SELECT price FROM orders", r"the columns are: .*orders\(id, customer_id, ordered_on, total\)"),
        ("SELECT o.totl FROM orders o", "nearest: total"),
        ("SELECT FROM orders", "syntax error"),
        ("SELEC 1", "sql.query only reads .* begins with SELEC"),
        ("", "empty"),
        (" ; ", "empty"),
        ("SELECT * FROM orders WHERE id = :id", "binding"),
    ],
)
def test_errors_name_what_is_nearest(ctx, sql, message):
    """A typing error costs one turn, not three."""
    with pytest.raises(ToolError, match=message):
        query(sql, ctx=ctx)


def test_an_unknown_table_is_not_described(ctx):
    """The message names the nearest."""
    with pytest.raises(ToolError, match="nearest: orders"):
        describe("ordres", ctx=ctx)


def test_errors_show_no_parameters_and_no_links(writer):
    """What SQLAlchemy adds to its messages stays out of the prompt."""
    with pytest.raises(ToolError) as caught:
        execute("INSERT INTO customers VALUES (1, :name, NULL)", {"name": "private"}, ctx=writer)
    assert str(caught.value) == "UNIQUE constraint failed: customers.id"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "sets the pack's `url`"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///no/such.db", "no database file 'such.db'"),
        ("shop.db", "no SQLAlchemy URL"),
        ("nosuchdb://host/x", "not installed"),
        ("sqlite:////dev/null", "no database file"),
    ],
)
def test_a_wrong_url_is_explained(url, message, make_context):
    """The person who set it is told what to write."""
    with pytest.raises(ToolError, match=message):
        query("SELECT 1", ctx=make_context(settings={"url": url}))


def test_a_file_that_is_no_database_is_named(tmp_path, make_context):
    """The database's own words come through."""
    (tmp_path / "x.db").write_text("not a database, but a long enough text to be looked at" * 20)
    with pytest.raises(ToolError, match="file is not a database"):
        query("SELECT 1 FROM x", ctx=make_context(settings={"url": f"sqlite:///{tmp_path}/x.db"}))


def test_the_password_stays_out_of_texts():
    """A URL with a password does not appear where settings are printed."""
    assert "geheim" not in repr(SqlSettings(url="postgresql://me:geheim@host/db"))


def test_changes_are_transactions_of_their_own(writer):
    """Each commits by itself, and says how much it did."""
    assert execute("UPDATE orders SET total = total + 1 WHERE customer_id = 1", ctx=writer).rows_affected == 2
    added = execute("INSERT INTO orders (customer_id, total) VALUES (:c, 7) RETURNING id, total", {"c": 2}, ctx=writer)
    assert (added.rows_affected, added.rows) == (1, [{"id": 4, "total": 7.0}])
    execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)", ctx=writer)
    execute("INSERT INTO notes (text) VALUES (?)", ["hej"], ctx=writer)
    assert query("SELECT text FROM notes", ctx=writer) == [{"text": "hej"}]


def test_a_failed_change_leaves_nothing(writer):
    """A statement that fails half way is rolled back."""
    with pytest.raises(ToolError, match="UNIQUE"):
        execute("INSERT INTO customers SELECT n, 'x', NULL FROM numbers ORDER BY n DESC", ctx=writer)
    assert query("SELECT count(*) AS n FROM customers", ctx=writer) == [{"n": 2}]


@pytest.mark.parametrize(("sql", "message"), [("SELECT 1", "sql.query"), ("COMMIT", "COMMIT"), ("VACUUM", "VACUUM")])
def test_what_is_no_change_is_refused(writer, sql, message):
    """Neither reading nor the control of transactions goes through execute."""
    with pytest.raises(ToolError, match=message):
        execute(sql, ctx=writer)


def test_calls_from_many_threads_do_not_meet(writer):
    """Every call has a connection of its own."""
    with ThreadPoolExecutor(8) as threads:
        done = list(
            threads.map(
                lambda n: (
                    execute("INSERT INTO numbers VALUES (?)", [n], ctx=writer).rows_affected
                    if n % 4 == 0
                    else len(query("SELECT * FROM orders", ctx=writer))
                ),
                range(80),
            )
        )
    assert done == [1 if n % 4 == 0 else 3 for n in range(80)]
    assert query("SELECT count(*) AS n FROM numbers", ctx=writer) == [{"n": 2020}]


def test_no_connection_stays_open(ctx, shop):
    """After a call the file is free, also after one that failed."""
    query("SELECT 1", ctx=ctx)
    with pytest.raises(ToolError):
        query("SELECT nope", ctx=ctx)
    gc.collect()
    with closing(sqlite3.connect(shop)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("DELETE FROM numbers")
        other.commit()
