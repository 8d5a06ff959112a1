"""SQLite connections that can do no more than they should.

Three locks, each enough against most statements: the file is opened read-only, `query_only` is set, and an authorizer
allows what is on its list and nothing else, so that no statement reaches another file or loads code.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from codeact_sdk import ToolError

_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION})

_WRITING = _READING | {
    sqlite3.SQLITE_INSERT,
    sqlite3.SQLITE_UPDATE,
    sqlite3.SQLITE_DELETE,
    sqlite3.SQLITE_CREATE_TABLE,
    sqlite3.SQLITE_CREATE_INDEX,
    sqlite3.SQLITE_CREATE_VIEW,
    sqlite3.SQLITE_CREATE_TRIGGER,
    sqlite3.SQLITE_DROP_TABLE,
    sqlite3.SQLITE_DROP_INDEX,
    sqlite3.SQLITE_DROP_VIEW,
    sqlite3.SQLITE_DROP_TRIGGER,
    sqlite3.SQLITE_ALTER_TABLE,
    sqlite3.SQLITE_REINDEX,
    sqlite3.SQLITE_ANALYZE,
}
# Not on the list: ATTACH and DETACH (other files), virtual tables (they run code of their module), savepoints.

_PRAGMAS = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
)
"""Settings of SQLite that only describe tables. Besides them SQLAlchemy asks for one more when it connects."""

_REFUSED_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "regexp"})
"""Functions that load code or reach files, where a build of SQLite has them; and SQLAlchemy's `regexp`, which runs in
Python, where no deadline reaches it."""

_MAX_VALUE_BYTES = 32_000_000
"""Largest text or blob, also while it is computed: `zeroblob(1e9)` would take the memory at once."""
_STEPS_BETWEEN_CHECKS = 10_000
"""Instructions of SQLite's machine between two looks at the clock: about a millisecond."""
_MAX_LOCK_WAIT_S = 5.0


def connector(database: str, *, writable: bool, timeout_s: float) -> Callable[[], sqlite3.Connection]:
    """Makes the function that opens connections.

    Args:
        database: Path of the file, as in the URL.
        writable: Whether its connections may change the file.
        timeout_s: Longest wait for another program's lock, in seconds.

    Raises:
        ToolError: No file is named.
    """
    name = unquote(database.removeprefix("file:").partition("?")[0]) if database.startswith("file:") else database
    if name in {"", ":memory:"}:
        raise ToolError("the url names a database in memory, which is empty: set url to a file, sqlite:///path/shop.db")
    path = Path(name).absolute()

    def connect() -> sqlite3.Connection:
        if not path.is_file():
            raise ToolError(f"there is no database file {path.name!r}: correct the pack's setting `url`")
        uri = f"{path.as_uri()}?mode={'rw' if writable else 'ro'}"
        # Used by one thread at a time, though not always by the one that opened it.
        connection = sqlite3.connect(uri, uri=True, timeout=min(timeout_s, _MAX_LOCK_WAIT_S), check_same_thread=False)
        connection.text_factory = _decode
        connection.execute(f"PRAGMA query_only = {'OFF' if writable else 'ON'}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_authorizer(_authorizer(_WRITING if writable else _READING))
        return connection

    return connect


def set_deadline(connection: sqlite3.Connection, timeout_s: float | None) -> None:
    """Interrupts what runs on a connection after some seconds; None takes the deadline away."""
    if timeout_s is None:
        connection.set_progress_handler(None, 0)
        return
    deadline = time.monotonic() + timeout_s
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_CHECKS)


def _authorizer(
    allowed: frozenset[int],
) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    def authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_FUNCTION:
            fine = (second or "").casefold() not in _REFUSED_FUNCTIONS
        elif action == sqlite3.SQLITE_PRAGMA:
            fine = (first or "").casefold() in _PRAGMAS or (first == "read_uncommitted" and second is None)
        elif action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
            # Asked for while a table function such as json_each is set up. An UPDATE of this table itself is refused by
            # SQLite, unless a pragma that is not on the list allows it.
            fine = True
        else:
            fine = action in allowed
        return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY

    return authorize


def _decode(data: bytes) -> str:
    # One wrong byte in a text must not make the whole table unreadable.
    return data.decode("utf-8", "replace")
