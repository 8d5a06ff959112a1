"""From a database's complaint to a message that says what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from codeact_sdk import ToolError

_WORD = re.compile(r"\w+")
_UNKNOWN = re.compile(r"no such|does( not|n't) exist|unknown|invalid", re.IGNORECASE)
"""How SQLite, PostgreSQL, MySQL, SQL Server and Oracle begin the complaint about a name."""


def explain(message: str, statement: str, tables: Mapping[str, Sequence[str]]) -> ToolError:
    """Makes the error that a model reads.

    Args:
        message: What the database said.
        statement: What it was given.
        tables: Column names by table name; empty where they are not known.
    """
    if "not authorized" in message or "prohibited" in message:
        return ToolError(f"{message}: this connection only reads and changes the tables of its own database")
    return ToolError(message + _nearest(message, statement, tables))


def no_table(name: str, tables: Sequence[str]) -> ToolError:
    """Makes the error for a table that is not there."""
    near = difflib.get_close_matches(name.casefold(), tables, n=3)
    if near:
        return ToolError(f"there is no table {name!r}; nearest: {', '.join(near)}")
    return ToolError(f"there is no table {name!r}; the tables are: {', '.join(tables) or '(none)'}")


def _nearest(message: str, statement: str, tables: Mapping[str, Sequence[str]]) -> str:
    unknown = _UNKNOWN.search(message)
    if unknown is None:
        return ""
    columns = {column.casefold() for names in tables.values() for column in names}
    known = {name.casefold() for name in tables} | columns
    written = {word.casefold() for word in _WORD.findall(statement)}
    # The name at fault stands in the message and in the statement, and is no name of the database.
    words = [word.casefold() for word in _WORD.findall(message.replace(unknown[0], " "))]
    name = next((word for word in reversed(words) if word in written and word not in known), None)
    if name is None:
        return ""
    if "column" not in message.casefold():
        near = difflib.get_close_matches(name, [table.casefold() for table in tables], n=3)
        return f"; nearest: {', '.join(near)}" if near else f"; the tables are: {', '.join(tables)}"
    near = difflib.get_close_matches(name, sorted(columns), n=3)
    return "; nearest: " + ", ".join(_place(match, tables) for match in near) if near else _columns_of(written, tables)


def _place(name: str, tables: Mapping[str, Sequence[str]]) -> str:
    owners = [table for table, columns in tables.items() if name in {column.casefold() for column in columns}]
    return f"{name} (of {', '.join(owners)})"


def _columns_of(written: set[str], tables: Mapping[str, Sequence[str]]) -> str:
    used = [f"{table}({', '.join(columns)})" for table, columns in tables.items() if table.casefold() in written]
    return f"; the columns are: {'; '.join(used)}" if used else ""
