"""One database: connections that keep the rules, statements, rows."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from threading import Lock
from typing import cast
from uuid import UUID

import sqlalchemy
from sqlalchemy import Connection, CursorResult, Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError, StatementError
from sqlalchemy.pool import NullPool

from codeact_sdk import ToolError
from codeact_sql import dialects, guidance, sqlite
from codeact_sql.parameters import bind
from codeact_sql.results import Params, Row
from codeact_sql.statements import check_change, check_query, escape_colons, word_of

_STREAMED = frozenset({"select", "with", "values", "table"})
"""Statements whose rows a server may hand out piece by piece, so that a result without end fills no memory."""

_SCALARS = (str, bytes, int, float, Decimal, datetime, date, time, timedelta, UUID)


class Database:
    """Opens connections, one per call, and runs one statement on each. Any thread may use it."""

    def __init__(self, url: str, *, writable: bool, max_rows: int, max_bytes: int, timeout_s: float) -> None:
        self._url = url
        self._writable = writable
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._engines: dict[bool, Engine] = {}
        self._opening = Lock()
        # A pack is not told when its session ends; its settings, and with them this, go away then.
        weakref.finalize(self, _dispose, self._engines)

    def query(self, sql: str, params: Params = None, limit: int | None = None) -> list[Row]:
        """Runs a statement that reads.

        Raises:
            ToolError: It is none, the database refuses it, or it takes too long or gives too much.
        """
        statement = check_query(sql, self._engine(writable=False).dialect.name)
        # A list that was cut without a word would be taken for the whole: beyond the cap there is an error instead.
        if limit is not None and not 0 <= limit <= self._max_rows:
            raise ToolError(f"limit={limit} is not possible: give 0 to {self._max_rows}")
        with self.connect() as connection, self._explaining(connection, statement):
            rows = self._rows(_run(connection, statement, params), self._max_rows + 1 if limit is None else limit)
        if len(rows) > self._max_rows:
            raise ToolError(
                f"there are more than {self._max_rows} rows: sum them up in SQL, select fewer, or give limit= for the first few"
            )
        return rows

    def execute(self, sql: str, params: Params = None) -> tuple[int | None, list[Row]]:
        """Runs a statement that changes something, as a transaction of its own.

        Returns:
            How many rows it changed, where the database says so, and the rows of RETURNING.

        Raises:
            ToolError: Changes are not allowed, or the database refuses it; nothing was changed then.
        """
        if not self._writable:
            raise ToolError("this database is read-only: the person who runs this allows changes with writable = true")
        statement = check_change(sql, self._engine(writable=True).dialect.name)
        with self.connect(writable=True) as connection, self._explaining(connection, statement):
            result = _run(connection, statement, params)
            rows = self._rows(result, self._max_rows) if result.returns_rows else []
            affected = len(rows) if result.returns_rows else result.rowcount
            connection.commit()
        return affected if affected >= 0 else None, rows

    @contextmanager
    def connect(self, *, writable: bool = False) -> Iterator[Connection]:
        """Opens a connection for one statement; what was not committed is rolled back."""
        engine = self._engine(writable=writable)
        try:
            connection = engine.connect()
        except SQLAlchemyError as error:
            raise ToolError(f"the database cannot be opened: {_reason(error)}") from None
        with connection:
            name = "mariadb" if getattr(connection.dialect, "is_mariadb", False) else connection.dialect.name
            for statement in dialects.opening(name, read_only=not writable, timeout_s=self._timeout_s):
                connection.exec_driver_sql(statement)
            raw = connection.connection.driver_connection
            if isinstance(raw, sqlite3.Connection):
                sqlite.set_deadline(raw, self._timeout_s)
            try:
                yield connection
            finally:
                if isinstance(raw, sqlite3.Connection):
                    sqlite.set_deadline(raw, None)
                connection.rollback()

    def table_columns(self, connection: Connection, schema: str | None = None) -> dict[str, list[str]]:
        """Gives the column names of each table and view."""
        inspector = sqlalchemy.inspect(connection)
        names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        columns: dict[str, list[str]] = {}
        for name in names:
            columns[name] = []
            with suppress(SQLAlchemyError):  # a view on a table that has gone
                columns[name] = [column["name"] for column in inspector.get_columns(name, schema)]
        return columns

    def _engine(self, *, writable: bool) -> Engine:
        with self._opening:
            if writable not in self._engines:
                self._engines[writable] = self._open(writable=writable)
            return self._engines[writable]

    def _open(self, *, writable: bool) -> Engine:
        if not self._url:
            raise ToolError(
                "no database is set: the person who runs this sets the pack's `url`, as in sqlite:///shop.db"
            )
        try:
            url = sqlalchemy.make_url(self._url)
            if url.get_backend_name() == "sqlite":
                creator = sqlite.connector(url.database or "", writable=writable, timeout_s=self._timeout_s)
                return sqlalchemy.create_engine("sqlite://", creator=creator, poolclass=NullPool)
            engine = sqlalchemy.create_engine(url, pool_size=1, max_overflow=8, pool_pre_ping=True)
        except (NoSuchModuleError, ImportError) as error:
            raise ToolError(f"the driver for this database is not installed: {error}") from None
        except ArgumentError:
            raise ToolError("the pack's setting `url` is no SQLAlchemy URL: write it as sqlite:///shop.db") from None
        if engine.dialect.is_async:
            raise ToolError(f"{url.drivername} is an async driver: name another in the pack's setting `url`")
        return engine

    @contextmanager
    def _explaining(self, connection: Connection, statement: str) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Warning, OverflowError, ValueError) as error:
            reason = _reason(error)
            if reason == "interrupted":
                raise ToolError(
                    f"stopped after {self._timeout_s:g} s (timeout_s): select less, or join on an indexed column"
                ) from None
            connection.rollback()
            tables: dict[str, list[str]] = {}
            with suppress(SQLAlchemyError):
                tables = self.table_columns(connection)
            raise guidance.explain(reason, statement, tables) from None

    def _rows(self, result: CursorResult[tuple[object, ...]], most: int) -> list[Row]:
        names = list(result.keys())
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ToolError(f"two columns of the result are called {twice!r}: tell them apart with AS")
        rows: list[Row] = []
        size = 0
        for values in result:
            if len(rows) >= most:
                break
            row = {name: plain(value) for name, value in zip(names, values, strict=True)}
            size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
            if size > self._max_bytes:
                raise ToolError(
                    f"the result holds more than {self._max_bytes:,} bytes (max_bytes) in its first {len(rows) + 1} rows: "
                    "select fewer rows or columns"
                )
            rows.append(row)
        return rows


def plain(value: object) -> object:
    """Makes plain data of what a driver returned."""
    if value is None or isinstance(value, _SCALARS):
        return value
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


def _dispose(engines: dict[bool, Engine]) -> None:
    for engine in engines.values():
        engine.dispose()


def _run(connection: Connection, statement: str, params: Params) -> CursorResult[tuple[object, ...]]:
    values = bind(params, sqlite=connection.dialect.name == "sqlite")
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(statement, values or None)
    if isinstance(values, tuple):
        raise ToolError("give params as a dict, and write :name for each in the statement")
    if word_of(statement) in _STREAMED:
        connection = connection.execution_options(stream_results=True)
    return cast(
        "CursorResult[tuple[object, ...]]", connection.execute(sqlalchemy.text(escape_colons(statement)), values)
    )


def _reason(error: Exception) -> str:
    # Never `str(error)` of a StatementError: that repeats the statement, its parameters and a link.
    if not isinstance(error, StatementError) or error.orig is None:
        return str(error).partition("\n")[0]
    first, *rest = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    # PostgreSQL adds the line of the statement as SQLAlchemy wrapped it, and sometimes a hint.
    return "; ".join([first, *(line.strip() for line in rest if line.strip().startswith("HINT:"))])
