"""Long text with its beginning and its end, and what was left out between."""

from __future__ import annotations

_HEAD_SHARE = 0.7
"""Of what stays, how much is the beginning."""

_NOTE_CHARS = 80
"""What the numbers and the marks of a note take at most, beside its advice."""

_SHORT = 60
"""Where less than this would stay beside the note, there is no note."""

ADVICE = "keep the data in a variable and print the part you need"


def cut(text: str, max_chars: int, *, advice: str = ADVICE) -> str:
    """Keeps the beginning and the end of a text, in whole lines where it has them, and says what is missing.

    Args:
        text: Any text.
        max_chars: The result is never longer.
        advice: What the note tells the reader to do.
    """
    if len(text) <= max_chars:
        return text
    room = max_chars - _NOTE_CHARS - len(advice)
    if room < _SHORT:
        return text[: max(max_chars, 0)]
    head, tail = _ends(text, room)
    left_out = text[head:tail]
    lines = left_out.count("\n") - left_out.startswith("\n")
    counted = f"{lines:,} lines, " if lines > 1 else ""
    note = f"... ({counted}{len(left_out):,} characters left out: {advice}) ..."
    made = f"{text[:head]}\n{note}\n{text[tail:]}"
    return made if len(made) <= max_chars else made[:max_chars]


def _ends(text: str, room: int) -> tuple[int, int]:
    """Where the beginning ends and the end begins: at line breaks, where that costs neither more than half."""
    head = int(room * _HEAD_SHARE)
    tail = len(text) - (room - head)
    before = text.rfind("\n", head // 2, head + 1)
    after = text.find("\n", tail - 1, tail + (len(text) - tail) // 2)
    return (head if before < 0 else before), (tail if after < 0 else after + 1)
