"""What a statement is, as far as that can be told without a parser for every dialect."""

from __future__ import annotations

import re

from codeact_sdk import ToolError

_START = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*([A-Za-z]+)?", re.DOTALL)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_READS = frozenset({"select", "with", "values", "explain", "pragma", "show", "describe", "desc", "table"})
_CHANGES = frozenset(
    {
        "insert",
        "update",
        "delete",
        "replace",
        "merge",
        "with",
        "create",
        "alter",
        "drop",
        "truncate",
        "reindex",
        "analyze",
    }
)


def check_query(sql: str, dialect: str) -> str:
    """Gives a statement that reads, without the semicolon at its end.

    This makes messages good; what makes reading safe is the connection (`sqlite`) or the transaction (`dialects`).

    Raises:
        ToolError: It is empty, more than one statement, or one that changes something.
    """
    statement, word = _single(sql, dialect)
    if word not in _READS:
        raise ToolError(
            f"sql.query only reads (SELECT, WITH, VALUES, EXPLAIN), and this begins with {_shown(word)}: "
            "use sql.execute for changes"
        )
    if dialect != "sqlite" and re.search(r"\binto\b", statement, re.IGNORECASE):
        raise ToolError("sql.query takes no INTO, which writes a table or a file; pass a text with that word in params")
    return statement


def check_change(sql: str, dialect: str) -> str:
    """Gives a statement that changes something, without the semicolon at its end.

    Raises:
        ToolError: It is empty, more than one statement, or neither a change of rows nor of tables.
    """
    statement, word = _single(sql, dialect)
    if word not in _CHANGES:
        raise ToolError(
            f"sql.execute takes INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, and this begins with {_shown(word)}"
            + (": use sql.query for reading" if word in _READS else "; each call is a transaction of its own")
        )
    return statement


def escape_colons(statement: str) -> str:
    """Keeps what is quoted from being read as placeholders: `'{"a":1}'` has none."""
    return _QUOTED.sub(lambda quoted: quoted[0].replace(":", "\\:"), statement)


def _single(sql: str, dialect: str) -> tuple[str, str]:
    statement = sql.strip().rstrip(";").rstrip()
    if not statement:
        raise ToolError("the statement is empty")
    # SQLite's driver counts statements itself. The rest differ in quotes and comments, so that only a statement
    # without any semicolon is surely one, and only one without /*! is surely what it seems.
    if dialect != "sqlite" and (";" in statement or re.search(r"/\*M?!", statement)):
        raise ToolError("one statement per call: leave out the semicolon, and pass a text that holds one in params")
    return statement, word_of(statement)


def word_of(statement: str) -> str:
    """Gives the first word of a statement in small letters, after comments and brackets; empty where there is none."""
    start = _START.match(statement)
    return (start.group(1) or "").casefold() if start else ""


def _shown(word: str) -> str:
    return word.upper() if word else "something else"
