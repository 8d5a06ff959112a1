"""From bytes to lines of text: which encoding, and whether it is text at all."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from codeact_sdk import ToolError

_HEAD_BYTES = 8_192
"""Text files hold no NUL byte this early (the rule of git and grep)."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_KINDS = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"SQLite format 3\0", "an SQLite database: the pack codeact-sql queries those"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"\x7fELF", "a program"),
)


def find_encoding(file: BinaryIO) -> tuple[str, str]:
    """Looks at the first bytes of a file and goes back to its start.

    Returns:
        The encoding and an empty text; or, for a file that is not text, an empty text and what it seems to be.
    """
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, ""
    for start, kind in _KINDS:
        if head.startswith(start):
            return "", kind
    return ("", "binary data") if b"\0" in head else ("utf-8", "")


def open_text(file: BinaryIO, path: str, encoding: str | None) -> io.TextIOWrapper:
    """Makes text of an open file.

    Args:
        file: At its start.
        path: For messages.
        encoding: As the model gave it; None to find it by the first bytes.

    Raises:
        ToolError: The file is not text, or there is no such encoding.
    """
    if encoding is None:
        encoding, kind = find_encoding(file)
        if kind:
            raise ToolError(f"{path} is not text but {kind}; give encoding= if it is text all the same")
    return io.TextIOWrapper(file, encoding=check_encoding(encoding))


def check_encoding(encoding: str) -> str:
    """Gives the encoding back if it exists and makes text of bytes.

    Raises:
        ToolError: It does not.
    """
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=encoding).close()
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        raise ToolError(
            f"there is no text encoding {encoding!r}; common ones are 'utf-8', 'cp1252', 'latin-1', 'utf-16'"
        ) from None
    return encoding


def read_lines(text: io.TextIOWrapper, *, longest: int) -> Iterator[str]:
    """Gives the lines of a text; one longer than `longest` characters comes in pieces.

    Raises:
        UnicodeError: The bytes are not of this encoding.
    """
    while line := text.readline(longest):
        yield line


def wrong_encoding(path: str, error: UnicodeError, encoding: str | None) -> ToolError:
    """Makes the error for bytes that do not decode.

    Args:
        path: For the message.
        error: What the decoder said.
        encoding: As the model gave it.
    """
    where = f" (byte {error.object[error.start]:#04x})" if isinstance(error, UnicodeDecodeError) else ""
    if encoding is None:
        return ToolError(f"{path} is not UTF-8{where}; try encoding='cp1252' (Western Windows), 'latin-1' or its own")
    return ToolError(f"{path} is not {encoding}{where}; leave encoding= out to have it found, or try another")
