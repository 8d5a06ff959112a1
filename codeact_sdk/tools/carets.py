"""Quotes a line of code with carets under a part of it."""

from __future__ import annotations

_MAX_CHARS = 240
"""Longest quotation; of a longer line the part around the carets is shown."""

_BEFORE = 80
"""Of a long line, how much is shown before the carets."""

_CUT = "..."


def quote(source: str, column: int | None, end_column: int | None) -> list[str]:
    """Gives the line without its indent and, where the part is known, a second line with the carets.

    Args:
        source: The line.
        column: Where the part begins, from 0, in characters.
        end_column: Where it ends; where that is not known, one character is marked.
    """
    text = source.strip().replace("\t", " ")
    indent = len(source) - len(source.lstrip())
    if column is None or column < indent or not text:
        return [text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + _CUT]
    start = min(column - indent, len(text))
    length = max(min((end_column or 0) - indent, len(text)) - start, 1)
    if len(text) > _MAX_CHARS:
        first = max(start - _BEFORE, 0)
        before, after = _CUT if first else "", _CUT if len(text) > first + _MAX_CHARS else ""
        text = f"{before}{text[first : first + _MAX_CHARS]}{after}"
        start += len(before) - first
        length = min(length, len(text) - start)
    return [text, " " * start + "^" * length]


def quote_line(number: int, source: str, column: int | None, end_column: int | None) -> list[str]:
    """Gives `Line 3: the line` and the carets below it; the number alone where the line is empty.

    Args:
        number: Of the line, from 1.
        source: The line.
        column: As for `quote`.
        end_column: As for `quote`.
    """
    where = f"Line {number}"
    if not source.strip():
        return [where]
    line, *carets = quote(source, column, end_column)
    return [f"{where}: {line}", *(" " * (len(where) + 2) + marks for marks in carets)]
