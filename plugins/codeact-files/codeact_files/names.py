"""From the path a model wrote to the names below a root, or a refusal that says what to write."""

from __future__ import annotations

import os
import unicodedata

from codeact_sdk import ToolError

_MAX_DEPTH = 64
"""More folders below each other than this are taken for a mistake, or an attack on the stack."""

_DEVICE_NAMES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"}
)
"""Windows opens a device for these, in any folder and with any ending."""


def split_path(path: str, *, hidden: bool, windows: bool = os.name == "nt") -> tuple[str, ...]:
    """Splits a relative path into plain names.

    Args:
        path: With `/` between the names; `.` and an empty text are the root itself.
        hidden: Whether names that begin with a dot are allowed.
        windows: Whether the names must be plain for Windows too.

    Raises:
        ToolError: The path is absolute, leads upwards or has a name that is not plain.
    """
    if "\0" in path:
        raise ToolError(f"path {path!r} holds a NUL byte, which no file name can")
    try:
        path.encode()
    except UnicodeEncodeError:
        raise ToolError(f"path {path!r} holds half a character (a lone surrogate), which no file name can") from None
    if path.startswith(("/", "\\", "~")) or (len(path) > 1 and path[0].isalpha() and path[1] == ":"):
        raise ToolError(f"path {path!r} is absolute: give one relative to the root, such as 'folder/file.txt'")
    if "\\" in path:
        raise ToolError(f"path {path!r} holds a backslash: write '/' between the names")
    parts = tuple(part for part in path.split("/") if part not in {"", "."})
    if len(parts) > _MAX_DEPTH:
        raise ToolError(f"path {path[:80]!r}… goes {len(parts)} folders deep; {_MAX_DEPTH} is the limit")
    for part in parts:
        _check_name(part, path, hidden=hidden, windows=windows)
    return parts


def _check_name(name: str, path: str, *, hidden: bool, windows: bool) -> None:
    # Some systems fold full-width and other dots, or drop blanks and dots at the end, so that `..` can be spelt
    # in many ways: whatever amounts to nothing but dots is refused.
    plain = unicodedata.normalize("NFKC", name)
    if not plain.strip(". \t"):
        raise ToolError(f"path {path!r} leads upwards with {name!r}: paths stay inside the root")
    if plain.startswith(".") and not hidden:
        raise ToolError(f"path {path!r} is hidden: names that begin with a dot are not shown here")
    if windows and (plain.endswith((".", " ")) or any(mark in plain for mark in '<>:"|?*')):
        raise ToolError(f"path {path!r} holds {name!r}, which is not a plain file name")
    if windows and plain.split(".")[0].strip().casefold() in _DEVICE_NAMES:
        raise ToolError(f"path {path!r} holds {name!r}, which is a device")
