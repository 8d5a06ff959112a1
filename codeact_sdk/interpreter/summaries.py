"""Large values as what a model should read of them: size, schema, share of nulls, the first rows.

Runs no method of a value's class; looks at a bounded part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from codeact_sdk.interpreter.excerpts import excerpt, outline, shape, size
from codeact_sdk.interpreter.tables import Table, column_table, row_table
from codeact_sdk.tools.cutting import cut
from codeact_sdk.tools.images import bytes_text, kind_of

LONG_FROM = 2_000
"""Characters of text from which a value has a view."""

LONG_PRINT_FROM = 10_000
"""Characters from which a printed table is shown as its view: what a model is not shown whole anyway."""

MAX_VIEW_CHARS = 4_000
_SHOWN_ITEMS = 8
_SHOWN_ENTRIES = 30
_ITEM_CHARS = 200
_BRIEF_CHARS = 30
"""Items up to this stand on one line."""
_FIRST_BYTES = 16

KINDS = frozenset({str, bytes, bytearray, list, tuple, dict, set, frozenset})


def is_long(value: Any) -> bool:
    """Whether a value is builtin data of so much text that a view of it is worth making."""
    return type(value) in KINDS and size(value, LONG_FROM) > LONG_FROM


def view(value: Any, name: str) -> str:
    """What is read of a long last value in place of its text.

    Args:
        value: The value.
        name: Where it is kept, such as `rows`; empty where it is in no variable.
    """
    table = table_of(value)
    body, title = (table.text(), table.title) if table else _body(value)
    head = f"Value of {name} ({title}):" if name else f"Value ({title}):"
    return f"{head}\n{cut(body, MAX_VIEW_CHARS)}\n{_where(name, table)}"


def printed(value: Any) -> str:
    """What is printed in place of a large table; empty where the value is printed as it is."""
    if type(value) not in (list, tuple, dict) or size(value, LONG_PRINT_FROM) <= LONG_PRINT_FROM:
        return ""
    table = table_of(value)
    if table is None:
        return ""
    text = cut(table.text(), MAX_VIEW_CHARS)
    return (
        f"{table.title}:\n{text}\n(a table this long is not printed whole: print a slice, or filter and count in code)"
    )


def table_of(value: Any) -> Table | None:
    """A list of dicts or records, or a dict of columns, as a table; None where it is none."""
    if type(value) is dict:
        return column_table(value)
    return row_table(value) if type(value) in (list, tuple) else None


def _where(name: str, table: Table | None) -> str:
    if not name:
        return "(it is in no variable: assign it to a name to keep it)"
    more = f": {table.more(name)}" if table else ""
    return f"(the whole value is in {name}{more})"


def _body(value: Any) -> tuple[str, str]:
    """Text and title of a value that is no table."""
    kind = type(value)
    if kind is str:
        lines = value.count("\n") + 1
        return value, f"str of {len(value):,} characters" + (f", {lines:,} lines" if lines > 1 else "")
    if kind is bytes or kind is bytearray:
        what = kind_of(bytes(value[:4096])) or "of no known kind"
        first = bytes(value[:_FIRST_BYTES]).hex(" ")
        return f"{what}; begins with {first}", f"{kind.__name__} of {len(value):,}, {bytes_text(len(value))}"
    if kind is dict:
        return _entries(value), f"dict of {len(value):,}"
    return _items(value), shape(value)


def _entries(value: dict[Any, Any]) -> str:
    lines = [f"  {outline(_key(key), item)}" for key, item in islice(value.items(), _SHOWN_ENTRIES)]
    left = len(value) - len(lines)
    return "\n".join([*lines, *([f"  ... {left:,} more entries"] if left > 0 else [])])


def _key(key: Any) -> str:
    return excerpt(key, 60)


def _items(value: Any) -> str:
    """The first items, and the last one of a sequence."""
    items = [excerpt(item, _ITEM_CHARS) for item in islice(value, _SHOWN_ITEMS)]
    last = [excerpt(value[-1], _ITEM_CHARS)] if isinstance(value, Sequence) and len(value) > len(items) else []
    left = len(value) - len(items) - len(last)
    parts = [*items, *([f"... {left:,} more ..."] if left > 0 else []), *last]
    brief = all(len(part) <= _BRIEF_CHARS for part in parts)
    return ", ".join(parts) if brief else "\n".join(f"  {part}" for part in parts)
