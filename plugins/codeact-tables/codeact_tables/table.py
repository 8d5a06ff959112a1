"""What tools give and take: a table that stays with the host, and what a model reads of it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from codeact_sdk import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

_SCHEMA_COLUMNS = 40
_HEAD_ROWS = 5
_HEAD_COLUMNS = 12
_CELL_CHARS = 32


class Table:
    """Rows and columns; print it to see its schema and first rows."""

    __slots__ = ("frame",)

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self.frame.columns

    def need(self, names: Iterable[str]) -> None:
        """Checks that columns are there.

        Raises:
            ToolError: One is not; the nearest names are told.
        """
        for name in names:
            if name not in self.frame.columns:
                raise ToolError(unknown_column(name, self.frame.columns))


def unknown_column(name: str, columns: Sequence[str]) -> str:
    """Says that a column is not there, and which could be meant."""
    lower = {column.casefold(): column for column in columns}
    near = [lower[found] for found in get_close_matches(str(name).casefold(), lower, n=3)]
    meant = (
        f"did you mean {', '.join(map(repr, near))}?"
        if near
        else f"the columns are {', '.join(map(repr, columns[:30]))}"
    )
    return f"there is no column {name!r}: {meant}"


def column(name: str) -> pl.Expr:
    """A column by its name: one that begins with `^`, or is `*`, is a pattern to polars."""
    import polars as pl  # noqa: PLC0415  # takes long to import

    return pl.col(f"^{re.escape(name)}$") if name.startswith("^") or name == "*" else pl.col(name)


def render_table(table: Table) -> str:
    """Row count, schema, share of nulls and the first rows."""
    frame = table.frame
    rows, width = frame.shape
    nulls = frame.null_count().row(0) if width else ()
    columns = [
        f"{name}: {_type(dtype)}{_share(missing, rows)}"
        for (name, dtype), missing in zip(frame.schema.items(), nulls, strict=True)
    ]
    left = width - _SCHEMA_COLUMNS
    schema = "; ".join([*columns[:_SCHEMA_COLUMNS], *([f"and {left:,} more"] if left > 0 else [])])
    text = f"table of {rows:,} rows x {width:,} columns\ncolumns: {schema or 'none'}"
    return f"{text}\n{_head(frame)}" if rows and width else text


def _type(dtype: object) -> str:
    """A type in few words, such as `int`, `text`, `date`."""
    text = str(dtype)
    plain = {"String": "text", "Boolean": "bool", "Date": "date", "Time": "time"}
    if text in plain:
        return plain[text]
    if text.startswith(("Int", "UInt")):
        return "int"
    if text.startswith("Float"):
        return "float"
    return "datetime" if text.startswith("Datetime") else text.lower()


def _share(missing: int, rows: int) -> str:
    if not missing:
        return ""
    percent = 100 * missing / rows
    return f", {percent:.0f} % null" if percent >= 10 else f", {max(percent, 0.1):.1f} % null"  # noqa: PLR2004  # two digits tell enough


def _head(frame: pl.DataFrame) -> str:
    shown = frame.head(_HEAD_ROWS)
    names = shown.columns[:_HEAD_COLUMNS]
    made = []
    for name in names:
        texts = [_cell(name), *map(_cell, shown[name].to_list())]
        widest = max(map(len, texts))
        right = shown[name].dtype.is_numeric()
        made.append([text.rjust(widest) if right else text.ljust(widest) for text in texts])
    lines = ["  ".join(cells).rstrip() for cells in zip(*made, strict=True)]
    left = len(frame.columns) - len(names)
    more = [f"(and {left:,} more columns)"] if left > 0 else []
    return "\n".join([f"first {shown.height} rows:", *lines, *more])


def _cell(value: object) -> str:
    text = "null" if value is None else f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)  # noqa: PLR2004  # digits that a person reads
    text = text.replace("\n", "\\n")
    return text if len(text) <= _CELL_CHARS else f"{text[: _CELL_CHARS - 3]}..."
