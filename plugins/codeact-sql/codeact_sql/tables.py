"""What is known of tables: names, columns, a few rows."""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from codeact_sdk import ToolError
from codeact_sql.database import Database, plain
from codeact_sql.guidance import no_table
from codeact_sql.results import Column, Row, TableDescription, TableInfo

_SAMPLE_CHARS = 200
"""Longest text of a sample."""


def list_tables(database: Database, schema: str | None) -> list[TableInfo]:
    """Lists tables and views with their columns."""
    with database.connect() as connection:
        views = set(sqlalchemy.inspect(connection).get_view_names(schema))
        columns = database.table_columns(connection, schema)
    return [
        TableInfo(name=name, kind="view" if name in views else "table", columns=columns[name])
        for name in sorted(columns)
    ]


def describe_table(database: Database, name: str, samples: int) -> TableDescription:
    """Describes one table or view.

    Args:
        database: Where it is.
        name: Its name, or `schema.name`.
        samples: How many of its first rows to show.

    Raises:
        ToolError: There is none of this name.
    """
    if not 0 <= samples <= 20:  # noqa: PLR2004  # said in the message
        raise ToolError(f"samples={samples} is not possible: give 0 to 20, and use sql.query for more")
    with database.connect() as connection:
        schema, table = _find(database, connection, name)
        columns = _columns(connection, table, schema)
        source = sqlalchemy.table(table, schema=schema)
        rows = None
        found: list[Row] = []
        with suppress(SQLAlchemyError):  # the time is up, or a view on a table that has gone
            chosen = sqlalchemy.select(sqlalchemy.text("*")).select_from(source).limit(samples)
            found = [
                {key: _sample(value) for key, value in row.items()} for row in connection.execute(chosen).mappings()
            ]
            rows = connection.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(source)).scalar_one()
    return TableDescription(name=name, columns=columns, rows=rows, samples=found)


def _find(database: Database, connection: Connection, name: str) -> tuple[str | None, str]:
    known = database.table_columns(connection)
    if name in known:
        return None, name
    same = [table for table in known if table.casefold() == name.casefold()]
    if same:
        return None, same[0]
    schema, dot, table = name.rpartition(".")
    if dot and connection.dialect.name != "sqlite":
        inside = database.table_columns(connection, schema)
        if table in inside:
            return schema, table
        raise no_table(name, [f"{schema}.{other}" for other in inside])
    raise no_table(name, list(known))


def _columns(connection: Connection, table: str, schema: str | None) -> list[Column]:
    inspector = sqlalchemy.inspect(connection)
    keys = inspector.get_pk_constraint(table, schema).get("constrained_columns", [])
    references: dict[str, str] = {}
    for foreign in inspector.get_foreign_keys(table, schema):
        targets = foreign["referred_columns"] or foreign["constrained_columns"]
        for column, target in zip(foreign["constrained_columns"], targets, strict=True):
            references[column] = f"{foreign['referred_table']}.{target}"
    return [
        Column(
            name=column["name"],
            type="" if isinstance(column["type"], sqlalchemy.types.NullType) else str(column["type"]),
            nullable=bool(column["nullable"]) and column["name"] not in keys,
            primary_key=column["name"] in keys,
            references=references.get(column["name"]),
        )
        for column in inspector.get_columns(table, schema)
    ]


def _sample(value: object) -> object:
    value = plain(value)
    if isinstance(value, str | bytes) and len(value) > _SAMPLE_CHARS:
        return value[:_SAMPLE_CHARS]
    return value
