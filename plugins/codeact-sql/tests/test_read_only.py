"""Reading changes nothing and reaches nothing else, whatever the statement."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy

from codeact_sdk import ToolError
from codeact_sql import sqlite
from codeact_sql.dialects import opening
from codeact_sql.statements import check_change, check_query, escape_colons
from codeact_sql.tools import execute, query

ATTACKS = [
    "DELETE FROM orders",
    "WITH x AS (SELECT 1) DELETE FROM orders",
    "WITH x AS (SELECT 1) INSERT INTO orders (total) SELECT * FROM x",
    "SELECT 1; DELETE FROM orders",
    "SELECT 1;; ATTACH 'other.db' AS o",
    "EXPLAIN SELECT 1; DELETE FROM orders",
    "ATTACH 'other.db' AS o",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO 'other.db'",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "SAVEPOINT s",
    "CREATE TEMP TABLE t (x)",
    "CREATE TABLE t AS SELECT 1",
    "PRAGMA query_only = OFF",
    "PRAGMA query_only(0)",
    "PRAGMA journal_mode = WAL",
    "PRAGMA user_version = 7",
    "PRAGMA writable_schema = ON",
    "PRAGMA database_list",
    "PRAGMA wal_checkpoint",
    "PRAGMA temp_store_directory = '/tmp'",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM pragma_user_version",
    "SELECT load_extension('evil.so')",
    "SELECT LOAD_EXTENSION('evil.so')",
    "SELECT fts3_tokenizer('simple', x'00')",
    "SELECT writefile('other.db', 'x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT 'aaaa' REGEXP '(a|a)*b'",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_no_statement_of_a_query_changes_or_leaves_the_database(sql, ctx, shop: Path, monkeypatch):
    """Each is refused, the file keeps every byte, and no other file appears."""
    monkeypatch.chdir(shop.parent)
    before = hashlib.sha256(shop.read_bytes()).hexdigest()
    with pytest.raises(ToolError):
        query(sql, ctx=ctx)
    assert hashlib.sha256(shop.read_bytes()).hexdigest() == before
    assert [path.name for path in shop.parent.iterdir()] == [shop.name]


@pytest.mark.parametrize("sql", ATTACKS)
def test_each_of_the_inner_locks_holds_without_the_first_word(sql, shop: Path, monkeypatch):
    """The connection itself refuses what the check of the statement would have let through."""
    if sql in {"BEGIN", "COMMIT", "REINDEX"}:
        pytest.skip("does nothing here: the shop has no index")
    monkeypatch.chdir(shop.parent)
    connection = sqlite.connector(str(shop), writable=False, timeout_s=1)()
    before = shop.read_bytes()
    with pytest.raises((sqlite3.Error, sqlite3.Warning)):
        connection.execute(sql).fetchall()
    connection.close()
    assert shop.read_bytes() == before
    assert [path.name for path in shop.parent.iterdir()] == [shop.name]


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH 'other.db' AS o",
        "VACUUM INTO 'other.db'",
        "PRAGMA writable_schema = ON",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
        "INSERT INTO customers VALUES (5, readfile('/etc/passwd'), NULL)",
        "INSERT INTO customers VALUES (5, load_extension('evil.so'), NULL)",
        "INSERT INTO orders (total) VALUES (1); DROP TABLE orders",
        "UPDATE sqlite_master SET sql = 'x'",
    ],
)
def test_a_writer_reaches_no_other_file_and_loads_no_code(sql, writer, shop: Path, monkeypatch):
    """Being allowed to write means the tables of this database."""
    monkeypatch.chdir(shop.parent)
    before = shop.read_bytes()
    with pytest.raises(ToolError):
        execute(sql, ctx=writer)
    assert shop.read_bytes() == before
    assert not (shop.parent / "other.db").exists()


def test_a_query_of_a_writer_reads_only(writer):
    """The setting opens execute, not query."""
    with pytest.raises(ToolError, match=r"sql\.execute"):
        query("DELETE FROM orders", ctx=writer)
    with pytest.raises(ToolError, match="not authorized"):
        query("WITH x AS (SELECT 1) DELETE FROM orders", ctx=writer)


def test_execute_needs_a_setting(ctx):
    """The message says who can change it."""
    with pytest.raises(ToolError, match="writable = true"):
        execute("DELETE FROM orders", ctx=ctx)


@pytest.mark.parametrize("sql", ["SELECT count(*) AS n FROM numbers a, numbers b, numbers c, numbers d",
                                 "WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c) SELECT sum(n) AS n FROM c"])  # fmt: skip
def test_an_endless_query_is_stopped(sql, open_shop):
    """The limit interrupts the statement itself, which would take hours, and the next call works."""
    ctx = open_shop(timeout_s=0.3)
    with pytest.raises(ToolError, match=r"stopped after 0.3 s"):
        query(sql, ctx=ctx)
    assert query("SELECT 1 AS one", ctx=ctx) == [{"one": 1}]


def test_an_endless_change_is_stopped_and_undone(open_shop):
    """Nothing of it stays."""
    ctx = open_shop(timeout_s=0.3, writable=True)
    with pytest.raises(ToolError, match="stopped after"):
        execute(
            "INSERT INTO numbers WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c) SELECT n FROM c",
            ctx=ctx,
        )
    assert query("SELECT count(*) AS n FROM numbers", ctx=ctx) == [{"n": 2000}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; DROP TABLE x",
        "SELECT E'a\\''; DROP TABLE x; SELECT 'b'",
        "SELECT 1 --1; DROP TABLE x",
        "SELECT /*!50000 1 */",
        "SELECT /*M! 1 */",
        "SELECT * INTO OUTFILE '/tmp/x' FROM t",
        "SELECT * INTO copy FROM t",
        "COPY t TO PROGRAM 'sh'",
        "SET TRANSACTION READ WRITE",
        "CALL p()",
        "DO $$ BEGIN END $$",
        "/* SELECT */ DELETE FROM t",
        "-- SELECT\nDELETE FROM t",
    ],
)
def test_on_servers_only_a_plain_reading_statement_passes(sql):
    """Quotes and comments differ between dialects: what could hide a second statement is refused."""
    with pytest.raises(ToolError):
        check_query(sql, "postgresql")


def test_ordinary_statements_pass_on_servers():
    """Comments, brackets and a last semicolon are nothing special."""
    assert check_query(" /* all */ (SELECT 1) ; ", "mysql") == "/* all */ (SELECT 1)"
    assert check_query("SELECT a::text FROM t -- why", "postgresql") == "SELECT a::text FROM t -- why"
    assert check_change("INSERT INTO t VALUES (1);", "postgresql") == "INSERT INTO t VALUES (1)"


def test_colons_in_quotes_are_no_placeholders():
    """JSON and times may be written out; names outside of quotes stay placeholders."""
    written = escape_colons("""SELECT '{"a":1}'::jsonb, 'it''s :x' FROM ":t" WHERE a = :a""")
    assert set(sqlalchemy.text(written)._bindparams) == {"a"}
    assert str(sqlalchemy.text(written).compile(dialect=sqlalchemy.make_url("sqlite://").get_dialect()())) == (
        """SELECT '{"a":1}'::jsonb, 'it''s :x' FROM ":t" WHERE a = ?"""
    )


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "oracle"])
def test_servers_with_read_only_transactions_are_told_so(dialect):
    """The last statement before the model's own opens or marks the transaction as read-only."""
    assert opening(dialect, read_only=True, timeout_s=2)[-1].endswith("READ ONLY")
    assert not any("READ ONLY" in line for line in opening(dialect, read_only=False, timeout_s=2))


def test_the_time_limit_reaches_the_servers_that_have_one():
    """Milliseconds, or seconds where the server counts those."""
    assert opening("postgresql", read_only=False, timeout_s=2) == ("SET LOCAL statement_timeout = 2000",)
    assert opening("mariadb", read_only=False, timeout_s=2) == ("SET SESSION max_statement_time = 2.0",)
    assert opening("sqlite", read_only=True, timeout_s=2) == ()
