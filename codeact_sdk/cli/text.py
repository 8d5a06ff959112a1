"""Text of models and tools, made fit for a terminal."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t\u200c\u200d")
"""Besides what is printable: line breaks, tabs, and the joiners that scripts and emoji are written with."""


def clean(text: str) -> str:
    r"""Escapes what a terminal would obey instead of showing.

    Control characters (the escape character that begins colours, titles and cursor moves; C1 controls), marks that
    turn the direction of text, lone surrogates, and all else that has no picture are written as Python writes them.

    Example:
        >>> print(clean("\x1b[2Jgone"))
        \x1b[2Jgone
    """
    if text.isprintable():
        return text
    return "".join(char if _is_shown(char) else _escape(char) for char in text.replace("\r\n", "\n"))


def clean_json(text: str) -> str:
    """Escapes the same characters in JSON text, which stays equal as JSON.

    Args:
        text: JSON, in which such characters stand inside strings only.
    """
    if text.isprintable():
        return text
    return "".join(char if char == "\n" or _is_shown(char) else _escape_json(char) for char in text)


def show_value(value: object, *, max_chars: int) -> str:
    """Writes a value as Python would, on a screen.

    Args:
        value: Data that crossed the boundary.
        max_chars: Where it is cut.
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError) as error:  # ints of more digits than str() allows, deep nesting
        text = f"<{type(value).__name__} that cannot be shown: {error}>"
    return shorten(clean(text), max_chars)


def shorten(text: str, max_chars: int) -> str:
    """Cuts text, with an ellipsis where it was cut."""
    return text if len(text) <= max_chars else text[: max(0, max_chars - 1)] + "…"


def cut_lines(text: str, *, max_lines: int, max_chars: int = 2_000) -> str:
    """Keeps the first lines of a text and says how many more there are.

    Args:
        text: Any number of lines.
        max_lines: How many are kept.
        max_chars: Where each is cut.
    """
    lines = text.split("\n")
    kept = [shorten(line, max_chars) for line in lines[:max_lines]]
    rest = more_lines(len(lines) - max_lines)
    return "\n".join([*kept, rest] if rest else kept)


def more_lines(number: int) -> str:
    """Says how many lines were left out; empty if none were."""
    return f"… {count(number, 'more line')}" if number > 0 else ""


def show_seconds(seconds: float) -> str:
    """Writes a duration in the unit a person would use."""
    if seconds < 0.9995:  # noqa: PLR2004  # rounds to 1 s from here
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:  # noqa: PLR2004  # rounds to a minute from here
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def count(number: int, noun: str) -> str:
    """Writes a number with its noun in singular or plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is_shown(char: str) -> bool:
    return char.isprintable() or char in _KEPT or unicodedata.category(char) == "Zs"


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _escape_json(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
