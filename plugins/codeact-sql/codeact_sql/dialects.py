"""What a server is told at the start of each transaction: that it only reads, and for how long."""

from __future__ import annotations


def opening(dialect: str, *, read_only: bool, timeout_s: float) -> tuple[str, ...]:
    """Gives the statements that open a transaction.

    A server that is not listed has no read-only transactions, or none that is known here: there, reading is
    safe only by the statement's first word and by rolling back, and best by an account that can do no more.

    Args:
        dialect: SQLAlchemy's name of the server.
        read_only: Whether the transaction may change nothing.
        timeout_s: Longest that one statement may take.
    """
    milliseconds = max(1, int(timeout_s * 1000))
    limit = {
        "postgresql": f"SET LOCAL statement_timeout = {milliseconds}",
        "mysql": f"SET SESSION max_execution_time = {milliseconds}",
        "mariadb": f"SET SESSION max_statement_time = {milliseconds / 1000}",
    }.get(dialect)
    lock = {
        "postgresql": "SET TRANSACTION READ ONLY",
        "mysql": "START TRANSACTION READ ONLY",
        "mariadb": "START TRANSACTION READ ONLY",
        "oracle": "SET TRANSACTION READ ONLY",
    }.get(dialect)
    return tuple(statement for statement in (limit, lock if read_only else None) if statement)
