"""The pack `sql`."""

from __future__ import annotations

from codeact_sdk import ToolContext, ToolPack
from codeact_sql.results import Executed, TableDescription, TableInfo
from codeact_sql.settings import SqlSettings
from codeact_sql.tables import describe_table, list_tables

pack = ToolPack(
    "sql",
    "One SQL database, chosen by the person who runs this; read-only unless they allow changes.",
    settings=SqlSettings,
)


@pack.tool
def tables(schema: str | None = None, *, ctx: ToolContext) -> list[TableInfo]:
    """Lists the tables and views with the names of their columns.

    Args:
        schema: Schema to look in; without it, the usual one. SQLite has none.
    """
    return list_tables(ctx.settings.database, schema)


@pack.tool
def describe(table: str, *, samples: int = 3, ctx: ToolContext) -> TableDescription:
    """Describes a table: columns with types, keys and references, the number of rows, and the first rows.

    Args:
        table: Its name, or "schema.name".
        samples: How many rows to show, up to 20.
    """
    return describe_table(ctx.settings.database, table, samples)


@pack.tool
def query(
    sql: str,
    params: dict[str, object] | list[object] | None = None,
    *,
    limit: int | None = None,
    ctx: ToolContext,
) -> list[dict[str, object]]:
    """Runs one statement that reads, and gives its rows as dicts by column name.

    Args:
        sql: Such as "SELECT id, total FROM orders WHERE customer_id = :customer".
        params: Values for the statement's :name placeholders, as a dict (for "?" in SQLite, a list).
        limit: At most this many rows; without it, all of them.
    """
    rows: list[dict[str, object]] = ctx.settings.database.query(sql, params, limit)
    return rows


@pack.tool(effect="write")
def execute(sql: str, params: dict[str, object] | list[object] | None = None, *, ctx: ToolContext) -> Executed:
    """Runs one statement that changes rows or tables, as a transaction of its own.

    Args:
        sql: Such as "UPDATE orders SET status = :status WHERE id = :id".
        params: Values for the statement's :name placeholders, as a dict (for "?" in SQLite, a list).
    """
    affected, rows = ctx.settings.database.execute(sql, params)
    return Executed(rows_affected=affected, rows=rows)
