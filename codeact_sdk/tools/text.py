"""Text that is safe inside Python source, whatever it was made from."""

from __future__ import annotations

import keyword
import re

MAX_LITERAL_CHARS = 200
"""A longer default is written as `...`: it would cost more of the prompt than it tells."""

TOO_LONG = "..."


def identifier(name: str, *, fallback: str = "Type") -> str:
    """The nearest name that Python accepts and reads back unchanged."""
    if name.isidentifier() and name.isascii() and not keyword.iskeyword(name):
        return name
    import unicodedata  # noqa: PLC0415  # few names need it

    text = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name)).strip("_")
    if text and not text.isidentifier():
        text = f"_{text}"
    if not text.isidentifier() or unicodedata.normalize("NFKC", text) != text:
        return fallback
    return f"{text}_" if keyword.iskeyword(text) else text


def one_line(text: str) -> str:
    """The text on one line, as a comment can hold it: other whitespace is a space, what cannot be printed is escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char.isspace() else escaped(char) for char in text).strip()


def escaped(char: str) -> str:
    """One character as a Python escape."""
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004  # the widths of Python's escapes


def literal(value: object) -> str | None:
    """A value as Python source.

    Returns:
        An expression that parses; `...` where it would be long or tell where a file of the host is; None where the value
        has no such text.
    """
    if value is None or value is True or value is False:
        return str(value)
    try:
        text = repr(value) if type(value) in _PLAINEST else _written(value)
    except ValueError:  # an int with more digits than Python prints
        return TOO_LONG
    if text is not None and len(text) > MAX_LITERAL_CHARS:
        return TOO_LONG
    return text


_PLAINEST = frozenset({str, int})


def _written(value: object) -> str | None:
    from codeact_sdk.tools.literals import written  # noqa: PLC0415  # it imports this module, and few defaults need it

    return written(value)
