"""Pictures that tools return: what they are and how large, told by their first bytes."""

from __future__ import annotations

from typing import NoReturn

from codeact_sdk.later import later_pattern

_MAX_ALT_CHARS = 200
_LOOKED_AT = 4_096
"""Bytes of a drawing in text that are searched for its size."""

_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "a PNG picture"),
    (b"\xff\xd8\xff", "image/jpeg", "a JPEG picture"),
    (b"GIF87a", "image/gif", "a GIF picture"),
    (b"GIF89a", "image/gif", "a GIF picture"),
    (b"%PDF-", "application/pdf", "a PDF document"),
    (b"PAR1", "application/vnd.apache.parquet", "Parquet"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3", "a SQLite database"),
    (b"PK\x03\x04", "application/zip", "a ZIP archive, or a document that is one"),
    (b"\x1f\x8b", "application/gzip", "gzip"),
    (b"BZh", "application/x-bzip2", "bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz", "xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd", "Zstandard"),
    (b"\x7fELF", "application/x-elf", "a program"),
)
"""What data begins with, its MIME type, and its name: from the specifications of the formats."""

_SVG = later_pattern(r"(?:\ufeff)?\s*(?:<\?xml[^>]*\?>|<!--(?:[^-]|-[^-])*-->|<!DOCTYPE[^>]*>|\s)*<svg[\s>]")
_SVG_TAG = later_pattern(r"<svg\b[^>]*>")
_SVG_SIZE = later_pattern(r"""\b(width|height)\s*=\s*["']\s*([0-9.]{1,12})(?:px)?\s*["']""")
_SVG_BOX = later_pattern(
    r"""\bviewBox\s*=\s*["']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]{1,12})[\s,]+([0-9.]{1,12})\s*["']"""
)

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
"""MIME types of pictures that are shown."""


class Image:
    """A picture, which `display(x)` shows to the user.

    Never changed after it was made, and no dataclass: those cross to model code as records.

    Example:
        >>> Image(b'<svg width="40" height="20"/>', alt="an empty drawing")
        [image image/svg+xml, 40x20, 29 bytes: an empty drawing]
    """

    __slots__ = ("alt", "data", "mime")

    data: bytes
    """The file."""
    mime: str
    """Such as `image/png`."""
    alt: str
    """What it shows, in words: all that a model reads of it."""

    def __init__(self, data: bytes, *, mime: str | None = None, alt: str = "") -> None:
        """Looks at what the data begins with.

        Args:
            data: A PNG, JPEG, GIF, WebP or SVG file.
            mime: Its MIME type; told from the data where it is left out.
            alt: What it shows, in words.

        Raises:
            ValueError: The data is no such file, or another than `mime` says.
        """
        if not isinstance(data, bytes):
            raise ValueError(f"Image: the data is {type(data).__name__}: give the bytes of a file")  # noqa: TRY004  # one kind for every wrong data
        found = mime_of(data)
        if found not in PICTURES:
            what = kind_of(data) or "of no known kind"
            raise ValueError(f"Image: the data is {what}: give a PNG, JPEG, GIF, WebP or SVG file")
        if mime is not None and mime != found:
            raise ValueError(f"Image: the data is {found}, and mime says {mime}: leave it out, or give the other data")
        for name, value in (("data", data), ("mime", found), ("alt", str(alt))):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Image):
            return NotImplemented
        return (self.data, self.alt) == (other.data, other.alt)

    def __hash__(self) -> int:
        return hash((self.data, self.alt))

    def __repr__(self) -> str:
        return image_text(self)


def image_text(image: Image) -> str:
    """What is read in place of a picture: `[image image/png, 640x480, 12 KB: sales by month]`."""
    size = image_size(image.data)
    parts = [f"image {image.mime}", *([f"{size[0]}x{size[1]}"] if size else []), bytes_text(len(image.data))]
    alt = " ".join(image.alt.split())
    if len(alt) > _MAX_ALT_CHARS:
        alt = f"{alt[:_MAX_ALT_CHARS]}..."
    return f"[{', '.join(parts)}{f': {alt}' if alt else ''}]"


def bytes_text(number: int) -> str:
    """A number of bytes in the unit a person would use."""
    size = float(number)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:  # noqa: PLR2004  # the next unit
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"  # noqa: PLR2004  # two digits tell enough
        size /= 1000
    return f"{size:.1f} GB"


def mime_of(data: bytes) -> str | None:
    """The MIME type of data, by what it begins with; None where that is not known."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    found = next((mime for begin, mime, _ in _KINDS if data.startswith(begin)), None)
    if found is None and _SVG.match(data[:_LOOKED_AT].decode("utf-8", "replace")):
        return "image/svg+xml"
    return found


def kind_of(data: bytes) -> str:
    """What kind of file data is, in words; empty where that is not known."""
    mime = mime_of(data)
    if mime in ("image/webp", "image/svg+xml"):
        return "a WebP picture" if mime == "image/webp" else "an SVG drawing"
    return next((name for _, known, name in _KINDS if known == mime), "")


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a picture in pixels, by its header; None where that does not tell."""
    read = {
        "image/png": _png_size,
        "image/jpeg": _jpeg_size,
        "image/gif": _gif_size,
        "image/webp": _webp_size,
        "image/svg+xml": _svg_size,
    }.get(mime_of(data) or "")
    return read(data) if read else None


def _number(data: bytes, start: int, length: int, *, big: bool = False) -> int:
    return int.from_bytes(data[start : start + length], "big" if big else "little")


def _png_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 24 or data[12:16] != b"IHDR":  # noqa: PLR2004  # the first chunk of the format
        return None
    return _number(data, 16, 4, big=True), _number(data, 20, 4, big=True)


def _gif_size(data: bytes) -> tuple[int, int] | None:
    return None if len(data) < 10 else (_number(data, 6, 2), _number(data, 8, 2))  # noqa: PLR2004  # the header


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Goes from segment to segment to the one that begins a frame (ITU-T T.81, table B.1)."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:  # noqa: PLR2004  # a marker
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004  # SOF0 to SOF15
            return _number(data, place + 7, 2, big=True), _number(data, place + 5, 2, big=True)
        place += 1 if marker == 0xFF else 2 + max(_number(data, place + 2, 2, big=True), 2)  # noqa: PLR2004  # a fill byte
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Reads the first chunk (RFC 9649)."""
    if len(data) < 30:  # noqa: PLR2004  # the shortest header
        return None
    match data[12:16]:
        case b"VP8 ":
            return _number(data, 26, 2) & 0x3FFF, _number(data, 28, 2) & 0x3FFF
        case b"VP8L":
            bits = _number(data, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return _number(data, 24, 3) + 1, _number(data, 27, 3) + 1
    return None


def _svg_size(data: bytes) -> tuple[int, int] | None:
    tag = _SVG_TAG.search(data[:_LOOKED_AT].decode("utf-8", "replace"))
    if tag is None:
        return None
    given = dict(_SVG_SIZE.findall(tag[0]))
    box = _SVG_BOX.search(tag[0])
    sides = (given["width"], given["height"]) if len(given) == 2 else box.groups() if box else ()  # noqa: PLR2004  # both
    try:
        width, height = (round(float(side)) for side in sides)
    except ValueError:
        return None
    return width, height
