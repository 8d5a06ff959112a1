"""Docstrings and comments as Python source that parses, whatever they say."""

from __future__ import annotations

import re

from codeact_sdk.tools.text import escaped, one_line

_UNPRINTABLE = re.compile(r"[^\n -~]")
_INDENT = "    "


def docstring(text: str, *, indent: str = _INDENT) -> str:
    """A docstring with its quotes, indented.

    Backslashes stay as they are where the literal can be raw, so that a pattern or a Windows path reads as it was meant.

    Args:
        text: What it says; any characters.
        indent: Before every line.
    """
    if _UNPRINTABLE.search(text):
        text = _UNPRINTABLE.sub(_readable, text.replace("\r\n", "\n").replace("\t", _INDENT).replace("\x0c", "\n"))
    prefix = ""
    if "\\" in text and '"""' not in text and not text.endswith(('"', "\\")):
        prefix = "r"
    elif "\\" in text or '"""' in text or text.endswith('"'):
        body = text.rstrip('"')
        quotes = '\\"' * (len(text) - len(body))
        text = body.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + quotes
    if "\n" not in text:
        return f'{indent}{prefix}"""{text}"""'
    body = _TRAILING.sub("", text.replace("\n", f"\n{indent}"))
    return f'{indent}{prefix}"""{body}\n{indent}"""'


_TRAILING = re.compile(r" +(?=\n)")


def _readable(match: re.Match[str]) -> str:
    char = match[0]
    return char if char.isprintable() else " " if char.isspace() else escaped(char)


def comment(text: str) -> str:
    """The text as a comment on one line; empty for empty text."""
    line = " ".join(one_line(text).split())
    return f"# {line}" if line else ""
