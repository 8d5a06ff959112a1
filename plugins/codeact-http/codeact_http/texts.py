"""From bytes to text: by what the bytes, the server or the page say, and by no encoding that was not made for text."""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_KNOWN = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "koi8-r", "koi8-u", "gbk", "gb2312", "gb18030", "big5", "big5hkscs", "euc_jp",
    "shift_jis", "cp932", "iso2022_jp", "euc_kr", "cp949", "mac-roman", "mac-cyrillic", "cp866", "cp874", "tis-620",
    *(f"cp125{number}" for number in range(9)), *(f"iso8859-{number}" for number in range(1, 17)),
})  # fmt: skip
"""What the web uses, by Python's names; others, such as punycode, take the square of the time, or are no text."""

_AS_BROWSERS = {"ascii": "cp1252", "iso8859-1": "cp1252"}
"""Pages say the one and mean the other, so the standard for browsers reads them so."""

_META = re.compile(rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([a-zA-Z0-9_:.-]{1,40})", re.IGNORECASE)
_META_BYTES = 4_096
_NUL_BYTES = 1_000


def decode(body: bytes, charset: str | None, *, is_html: bool) -> str:
    """Makes text of a body.

    Args:
        body: Unpacked.
        charset: What the server says of it; None if nothing.
        is_html: Whether the page itself may say it.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    named = _known(charset) or (_named_inside(body) if is_html else None)
    if named is not None:
        return body.decode(named, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:  # an old page that says nothing
        return body.decode("cp1252", "replace")


def is_binary(body: bytes, charset: str | None) -> bool:
    """Whether a body can be no text: text holds no NUL this early, but for encodings by pairs of bytes."""
    pairs = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (_known(charset) or "").startswith("utf-16")
    return not pairs and b"\0" in body[:_NUL_BYTES]


def _known(charset: str | None) -> str | None:
    try:
        name = codecs.lookup(charset or "").name
    except (LookupError, ValueError):  # ValueError: a NUL in it
        return None
    return _AS_BROWSERS.get(name, name) if name in _KNOWN else None


def _named_inside(body: bytes) -> str | None:
    found = _META.search(body, 0, _META_BYTES)
    named = _known(found[1].decode("ascii")) if found else None
    # Who could read this far has read bytes, not pairs of them.
    return "utf-8" if named is not None and named.startswith("utf-16") else named
