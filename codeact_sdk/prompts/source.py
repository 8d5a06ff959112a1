"""Docstrings and comments as Python source that parses, whatever they say."""

from __future__ import annotations

import re
from functools import cache

from codeact_sdk.tools.text import escaped, one_line

_UNPRINTABLE = r"[^\n -~]"
_INDENT = "    "


def docstring(text: str, *, indent: str = _INDENT) -> str:
    """A docstring with its quotes, indented.

    Backslashes stay as they are where the literal can be raw, so that a pattern or a Windows path reads as it was meant.

    Args:
        text: What it says; any characters.
        indent: Before every line.
    """
    if re.search(_UNPRINTABLE, text):
        text = re.sub(_UNPRINTABLE, _readable, text.replace("\r\n", "\n").replace("\t", _INDENT).replace("\x0c", "\n"))
    prefix = ""
    if "\\" in text and '"""' not in text and not text.endswith(('"', "\\")):
        prefix = "r"
    elif "\\" in text or '"""' in text or text.endswith('"'):
        body = text.rstrip('"')
        quotes = '\\"' * (len(text) - len(body))
        text = body.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + quotes
    if "\n" not in text:
        return f'{indent}{prefix}"""{text}"""'
    body = re.sub(_TRAILING, "", text.replace("\n", f"\n{indent}"))
    return f'{indent}{prefix}"""{body}\n{indent}"""'


_TRAILING = r" +(?=\n)"


def plain_docstring(text: str) -> str | None:
    """As `docstring`, of what the author wrote, where that can stand as it is; None where it needs a closer look.

    A plain docstring has printable ASCII, lines that end in no blank, and no section in NumPy's or Sphinx's form: what
    nearly all have, and seen by one pattern, since a prompt may show thousands.

    Args:
        text: As `__doc__` gives it, indented or not.
    """
    text = text.strip()
    laid_out = _plain_layout().fullmatch(text)
    if laid_out is None or "\\" in text or ('"' in text and ('"""' in text or text.endswith('"'))):
        return None
    margin = laid_out[1]
    if margin is None:
        return f'{_INDENT}"""{text}"""'
    if not margin:
        text = text.replace("\n", f"\n{_INDENT}").replace(f"{_INDENT}\n", "\n")
    elif margin != _INDENT:
        text = text.replace(f"\n{margin}", f"\n{_INDENT}")
    return f'{_INDENT}"""{text}\n{_INDENT}"""'


@cache
def _plain_layout() -> re.Pattern[str]:
    """The margin is that of the second line with text; those below have at least as much."""
    line = r"(?!:|---)[ -~]++(?<! )"
    return re.compile(rf"{line}(?:\n++( *+){line}(?:\n++\1 *+{line})*+)?")


def _readable(match: re.Match[str]) -> str:
    char = match[0]
    return char if char.isprintable() else " " if char.isspace() else escaped(char)


def comment(text: str) -> str:
    """The text as a comment on one line; empty for empty text."""
    line = " ".join(one_line(text).split())
    return f"# {line}" if line else ""
