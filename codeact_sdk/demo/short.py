"""Plain functions in place of the packs, for a machine that has the SDK only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path


def short_tools(data: Path) -> list[Callable[..., object]]:
    """Makes the tools of the short form.

    Args:
        data: Folder with the database and the documents.
    """
    papers = data / "documents"
    texts = {path.relative_to(papers).as_posix(): path for path in sorted(papers.rglob("*")) if path.is_file()}
    database = f"{(data / 'roastery.db').as_uri()}?mode=ro"

    def documents(folder: str = "") -> list[str]:
        """Lists the names of the documents.

        Args:
            folder: Only those in this folder.
        """
        return [name for name in texts if name.startswith(folder)]

    def document(name: str) -> str:
        """Reads one document.

        Args:
            name: As `documents` lists it.
        """
        return texts[name].read_text(encoding="utf-8")

    def query(sql: str) -> list[dict[str, object]]:
        """Runs one SQL statement that reads, and gives its rows as dicts by column name.

        Args:
            sql: In the words of SQLite.
        """
        with closing(sqlite3.connect(database, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql)]

    return [documents, document, query]
