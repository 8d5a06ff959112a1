"""The only code that opens files: it stays inside the roots, and follows no links.

A path is walked one name at a time from the open root (`openat`), so that nothing that changes meanwhile can lead outside. On
systems without that, the resolved path is compared before opening.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from codeact_sdk import ToolError
from codeact_tables.settings import TablesSettings

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_PLAIN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | _NO_LINK
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _PLAIN  # opening a pipe would wait for its other end
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_MODE = 0o666
"""Permissions of a new file, before the process's own mask."""

_BY_DESCRIPTOR = bool(_NO_LINK) and os.open in os.supports_dir_fd

_REASONS = {
    errno.ENOENT: "does not exist",
    errno.EACCES: "may not be opened (no permission)",
    errno.EPERM: "may not be opened (no permission)",
    errno.EISDIR: "is a folder",
    errno.ENOTDIR: "goes through something that is no folder, or a link, and links are not followed",
    errno.ELOOP: "is a link or lies behind one, and links are not followed",
    errno.EEXIST: "exists already: save under another name, or with replace=True",
    errno.ENODEV: "is a device, pipe or socket, not a file",
    errno.ENOSPC: "cannot be written: the disk is full",
    errno.EROFS: "cannot be written: the disk is read-only",
}


def read_file(path: str, settings: TablesSettings) -> bytes:
    """Reads a file inside the roots.

    Raises:
        ToolError: There is none, it is too large, or the path leads elsewhere.
    """
    with _place(path, settings) as (folder, name):
        descriptor = os.open(name, _READ, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            info = os.fstat(descriptor)
            if not stat.S_ISREG(info.st_mode):
                raise OSError(errno.EISDIR if stat.S_ISDIR(info.st_mode) else errno.ENODEV, "")
            data = b"" if info.st_size > settings.max_bytes else file.read(settings.max_bytes + 1)
    if info.st_size > settings.max_bytes or len(data) > settings.max_bytes:
        raise ToolError(
            f"{path} has {info.st_size:,} bytes; {settings.max_bytes:,} is the limit (max_bytes): "
            "ask the person who runs this to raise it, or for a smaller file"
        )
    return data


def write_file(path: str, data: bytes, settings: TablesSettings, *, replace: bool) -> None:
    """Writes a file inside the roots: a new one, or in place of one that is there.

    Raises:
        ToolError: It is not allowed, is there already, or the path leads elsewhere.
    """
    if not settings.writable:
        raise ToolError("tables cannot be saved here: the person who runs this allows it with writable = true")
    with _place(path, settings, missing="cannot be saved: its folder does not exist") as (folder, name):
        mode = _mode_of(name, folder) if replace else _MODE
        fresh = _beside(name) if replace else name
        descriptor = os.open(fresh, _NEW, mode, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            if replace:
                os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:  # of a file that was made here
            with suppress(OSError):
                os.unlink(fresh, dir_fd=folder)
            raise


def _mode_of(name: str, folder: int | None) -> int:
    """The permissions of the file that is replaced, which are kept."""
    try:
        before = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return _MODE
    if not stat.S_ISREG(before.st_mode):
        raise OSError(errno.ELOOP, "")
    return stat.S_IMODE(before.st_mode)


def _beside(name: str) -> str:
    """A new name in the same folder."""
    path = Path(name)
    return str(path.with_name(f".{secrets.token_hex(8)}.tmp"))


@contextmanager
def _place(path: str, settings: TablesSettings, *, missing: str = "") -> Iterator[tuple[int | None, str]]:
    """Gives the open folder of a file, and its name there; without `openat`, no folder and the whole path."""
    root, parts = _inside(path, settings)
    try:
        if not _BY_DESCRIPTOR:
            yield None, str(_resolved(root, parts))
            return
        folder = os.open(root, _FOLDER)
        try:
            for part in parts[:-1]:
                inner = os.open(part, _FOLDER | _NO_LINK, dir_fd=folder)
                os.close(folder)
                folder = inner
            yield folder, parts[-1]
        finally:
            os.close(folder)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"cannot be used ({os.strerror(error.errno or 0)})")
        if error.errno == errno.ENOENT:
            reason = missing or f"{reason}{_near(root, parts)}"
        raise ToolError(f"{path} {reason}") from None


def _resolved(root: Path, parts: tuple[str, ...]) -> Path:
    path = root.resolve(strict=True).joinpath(*parts)
    if path.parent.resolve(strict=True) != path.parent or path.is_symlink():
        raise OSError(errno.ELOOP, "")
    return path


def _inside(path: str, settings: TablesSettings) -> tuple[Path, tuple[str, ...]]:
    """Splits a path into its root and plain names below it.

    Raises:
        ToolError: It is absolute, leads upwards, or is hidden.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        raise ToolError(f"{path!r} holds half a character (a lone surrogate), which no file name can") from None
    if "\0" in path or "\\" in path or path.startswith(("/", "~")) or path[1:2] == ":":
        raise ToolError(f"{path!r} is no path relative to the root: write it as 'folder/file.csv'")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if any(part.startswith(".") or not part.strip(". ") for part in parts):
        raise ToolError(f"{path!r} leads upwards or is hidden: paths stay inside the root, and names begin with no dot")
    roots = settings.roots
    if isinstance(roots, Path):
        root, below = roots, parts
    elif parts and parts[0] in roots:
        root, below = roots[parts[0]], parts[1:]
    else:
        raise ToolError(f"{path!r} begins with no root: the roots are {', '.join(roots)}")
    if not below:
        raise ToolError(f"{path!r} is a folder: give a file in it")
    return root, below


def _near(root: Path, parts: tuple[str, ...]) -> str:
    """Files of the same folder that could be meant."""
    from difflib import get_close_matches  # noqa: PLC0415  # needed only where something is wrong

    try:
        folder = _resolved(root, parts).parent
        names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        return ""
    near = get_close_matches(parts[-1], names, n=3)
    return f"; did you mean {', '.join(near)}?" if near else f"; the folder holds {', '.join(names[:8]) or 'nothing'}"
