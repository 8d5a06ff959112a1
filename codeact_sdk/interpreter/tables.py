"""Rows and columns of builtin data: their schema, the share of nulls, the first rows as aligned text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from codeact_sdk.frozen import Frozen
from codeact_sdk.interpreter.excerpts import clean, excerpt, shape, type_name_of
from codeact_sdk.values import Record

LOOKED_AT = 10_000
"""Rows that are looked at for types and nulls."""

_TRIED = 50
"""Rows that are looked at to tell whether this is a table."""

_HEAD_ROWS = 5
_MAX_FIELDS = 500
_SCHEMA_COLUMNS = 40
_LINE_CHARS = 160
_CELL_CHARS = 40
_TYPES = 3
"""Types of one column that are named."""

_COLUMN_GAP = "  "
_FEWEST = 2
"""Rows of a table."""

_fields_of: Callable[[object], dict[str, object]] = Record.__dict__["__dict__"].__get__


class Column(Frozen):
    """One column, as far as it was looked at."""

    name: str
    types: str
    nulls: float
    """Share of cells that are None or not there, 0 to 1."""
    head: tuple[Any, ...]


class Table(Frozen):
    """A table, as far as it was looked at."""

    title: str
    rows: int
    columns: tuple[Column, ...]
    is_rows: bool
    """Whether it is a list of rows; otherwise a dict of columns."""

    def text(self) -> str:
        """Row count, schema, nulls and the first rows."""
        seen = f" (types and nulls of the first {LOOKED_AT:,})" if self.rows > LOOKED_AT else ""
        told = [_schema(column) for column in self.columns[:_SCHEMA_COLUMNS]]
        left = len(self.columns) - len(told)
        schema = "; ".join([*told, *([f"and {left:,} more"] if left else [])])
        head = aligned([(column.name, column.head) for column in self.columns])
        counted = f"{self.rows:,} rows x {len(self.columns):,} columns{seen}"
        return f"{counted}\ncolumns: {schema}\nfirst {min(_HEAD_ROWS, self.rows)} rows:\n{head}"

    def more(self, name: str) -> str:
        """How to see more of it.

        Args:
            name: Where it is kept.
        """
        first = excerpt(self.columns[0].name)
        return f"{name}[5:10] shows more" if self.is_rows else f"{name}[{first}][5:10] shows more"


def row_table(value: Sequence[Any]) -> Table | None:
    """A list of dicts or records with common fields as a table; None where it is none."""
    rows = [_row(item) for item in islice(value, LOOKED_AT)]
    if len(rows) < _FEWEST or any(row is None for row in rows):
        return None
    found: list[dict[Any, Any]] = [row for row in rows if row]
    names = list(dict.fromkeys(key for row in found[:_TRIED] for key in row))
    if not 0 < len(names) <= _MAX_FIELDS or {*map(type, names)} != {str}:
        return None
    if 2 * sum(len(row) for row in found[:_TRIED]) < len(names) * min(len(rows), _TRIED):  # they have little in common
        return None
    columns = tuple(_column(name, [row.get(name) for row in rows if row is not None]) for name in names)
    return Table(title=shape(value).partition(" (")[0], rows=len(value), columns=columns, is_rows=True)


def _row(item: Any) -> dict[Any, Any] | None:
    kind = type(item)
    row = item if kind is dict else _fields_of(item) if issubclass(kind, Record) else None
    return row if row is not None and all(type(key) is str for key in row) else None


def column_table(value: dict[Any, Any]) -> Table | None:
    """A dict of equally long lists as a table; None where it is none."""
    lists = list(value.values())
    if not 0 < len(lists) <= _MAX_FIELDS or not {*map(type, lists)} <= {list, tuple} or {*map(type, value)} != {str}:
        return None
    lengths = {*map(len, lists)}
    if len(lengths) != 1 or min(lengths) < _FEWEST:
        return None
    columns = tuple(_column(name, items[:LOOKED_AT]) for name, items in value.items())
    return Table(title=f"dict of {len(lists):,} columns", rows=min(lengths), columns=columns, is_rows=False)


def _column(name: str, cells: Sequence[Any]) -> Column:
    kinds = Counter(map(type, cells))
    nulls = kinds.pop(type(None), 0)
    names = [clean(type_name_of(kind), 40) for kind, _ in kinds.most_common(_TYPES)]
    types = " | ".join([*names, *(["..."] if len(kinds) > _TYPES else [])]) or "null"
    return Column(name=name, types=types, nulls=nulls / max(len(cells), 1), head=tuple(cells[:_HEAD_ROWS]))


def _schema(column: Column) -> str:
    name = clean(column.name, _CELL_CHARS)
    if not column.nulls or column.types == "null":
        return f"{name}: {column.types}"
    return f"{name}: {column.types}, {share(column.nulls)} null"


def share(part: float) -> str:
    """A share in percent, with one decimal where it is small."""
    if part < 0.001:  # noqa: PLR2004  # what rounds to nothing
        return "under 0.1 %"
    return f"{100 * part:.1f} %" if part < 0.1 else f"{min(100 * part, 99.9 if part < 1 else 100):.0f} %"  # noqa: PLR2004  # two digits tell enough


def aligned(columns: Sequence[tuple[str, Sequence[Any]]]) -> str:
    """Columns as text, numbers to the right; those that do not fit in the width are counted.

    Args:
        columns: Name and cells of each.
    """
    made: list[list[str]] = []
    width = 0
    for name, cells in columns:
        texts = [clean(name, _CELL_CHARS).replace("\n", "\\n"), *map(_cell, cells)]
        widest = max(map(len, texts))
        width += widest + len(_COLUMN_GAP)
        if made and width > _LINE_CHARS:
            break
        right = all(type(cell) in _NUMBERS for cell in cells)
        made.append([text.rjust(widest) if right else text.ljust(widest) for text in texts])
    lines = [_COLUMN_GAP.join(cells).rstrip() for cells in zip(*made, strict=True)]
    left = len(columns) - len(made)
    return "\n".join([*lines, *([f"(and {left:,} more columns)"] if left else [])])


_NUMBERS = frozenset({int, float, type(None)})


def _cell(value: Any) -> str:
    if type(value) is str:
        text = value if len(value) <= _CELL_CHARS else f"{value[: _CELL_CHARS - 3]}..."
        return clean(text, _CELL_CHARS).replace("\n", "\\n").replace("\t", "\\t")
    if type(value) in (list, tuple, dict, set, frozenset):
        text = _few(value) or shape(value)
    else:
        text = excerpt(value, _CELL_CHARS).removeprefix("a ")
    text = text.replace("\n", "\\n")
    return text if len(text) <= _CELL_CHARS + 3 else f"{text[:_CELL_CHARS]}..."


def _few(value: Any) -> str:
    """A list of a few plain items as Python writes it; empty for any other value."""
    if type(value) is not list or len(value) > _FEW_ITEMS or not {*map(type, value)} <= _PLAIN:
        return ""
    return f"[{', '.join(excerpt(item, _CELL_CHARS) for item in value)}]"


_FEW_ITEMS = 4
_PLAIN = frozenset({str, int, float, bool, type(None)})
