"""What a model may have done where its text is not Python: the mistakes that models make, each with what to write."""

from __future__ import annotations

import re

from codeact_sdk.later import later_pattern

_PROSE = later_pattern(r"^\s*[A-Z][\w']*(?:[ ,]+[\w'`-]+){2,}\s*[.:,!?]?\s*$")
_FENCE = later_pattern(r"^\s*(```|~~~)", flags=re.MULTILINE)
_BY_SOURCE: tuple[tuple[re.Pattern[str], str], ...] = (
    (later_pattern(r"^\s*(>>> |In ?\[\d*\]:|\.\.\. )"), "leave out the prompt (`>>>`, `In [1]:`): give the code alone"),
    (later_pattern(r"^\s*[!%]\w"), "shell commands and magics are not available: use a tool"),
    (later_pattern(r"&(lt|gt|amp|quot|#39);"), "the code is escaped as HTML: write <, >, & and quotes as they are"),
    (later_pattern(r"^\s*</?\w[^>]*>\s*$"), "leave out the tag: give the code alone"),
    (later_pattern(r"&&|\|\|"), "write `and` and `or`"),
    (later_pattern(r"^\s*(let|const|var|function|new|switch|export)\b"), "this is not Python: write it in Python"),
    (later_pattern(r"\belse if\b"), "write `elif`"),
    (later_pattern(r"\+\+|--\s*$"), "write `x += 1` or `x -= 1`"),
    (later_pattern(r"^\s*//"), "comments begin with #"),
)
"""What the line of the error looks like."""

_BY_MESSAGE: tuple[tuple[str, str], ...] = (
    ("non-printable character U+00A0", "use ordinary spaces"),
    ("non-printable character", "leave out the invisible character"),
    ("unexpected character after line continuation", r"write real line breaks: \n belongs inside quotes only"),
    ("unterminated triple-quoted", "close the text with the same three quotes"),
    ("unterminated f-string", "close the text on the same line, or use triple quotes"),
    ("unterminated string", r"close the text on the same line: write \n for a line break, or use triple quotes"),
    ("was never closed", "close the bracket"),
    ("does not match opening", "close the brackets in the order in which they were opened"),
    ("unmatched", "leave out the bracket, or open it before"),
    ("inconsistent use of tabs", "indent with spaces only"),
    ("unindent does not match", "give the lines of one block the same indent"),
    ("unexpected indent", "begin the first line, and each line of a block, at the same column"),
    ("expected an indented block", "indent what follows the colon, or write `pass`"),
    ("f-string: expecting", "use other quotes inside the braces than around the f-string"),
    ("f-string: unmatched", "use other quotes inside the braces than around the f-string"),
    ("f-string expression part cannot include a backslash", "put that part into a variable first"),
)
"""What Python says of it."""

_QUOTES = "\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e\u201a\uff07\uff02\u2032\u2033"
_LOOKALIKES = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys(("\u00d7", "\u2217"), "*"),
    "\u2026": "...",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    "\u00f7": "/",
    "\uff0c": ",",
    "\uff1a": ":",
    "\uff08": "(",
    "\uff09": ")",
    "\uff1b": ";",
    "\u3002": ".",
    "\uff1d": "=",
    "\u2192": "->",
    "\u3010": "[",
    "\u3011": "]",
    "\uff3b": "[",
    "\uff3d": "]",
}


def syntax_help(source: str, line: int | None, message: str) -> str:
    """Says what to write instead; empty where nothing is known.

    Args:
        source: The whole action.
        line: Where the error is, from 1.
        message: What Python or the policy says.
    """
    if line is None or "is not available" in message:
        return ""
    lines = source.split("\n")
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    if _FENCE.search(source) and ("```" in text or "~~~" in text or "syntax" in message or "unterminated" in message):
        return "leave out the Markdown fence: give the code alone"
    return _of_character(message) or _of_line(text, message) or _of_message(message)


def _of_character(message: str) -> str:
    found = re.match(r"invalid character '(.)'", message)
    if found is None:
        return ""
    if found[1] in _QUOTES:
        return "use straight quotes, \" or '"
    plain = _LOOKALIKES.get(found[1])
    return f"write {plain}" if plain else "put text in quotes, and what is not code in a comment"


def _of_line(text: str, message: str) -> str:
    if "syntax" not in message and "character" not in message and "unterminated" not in message:
        return ""
    for pattern, advice in _BY_SOURCE:
        if pattern.search(text):
            return advice
    if _PROSE.match(text) or (text.strip().endswith(":") and re.match(r"^\s*[A-Z]\w* \w+ \w+", text)):
        return "this line is no code: leave it out, or make it a comment with #"
    return ""


def _of_message(message: str) -> str:
    return next((advice for start, advice in _BY_MESSAGE if start in message), "")
