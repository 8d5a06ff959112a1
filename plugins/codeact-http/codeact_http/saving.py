"""Downloads inside one folder: whole or not at all, and nowhere else.

Each folder on the way is opened relative to the one above and never through a link, so a tree that changes at the same time leads nowhere
else. On systems without `openat` (Windows) the resolved path is compared instead.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from codeact_sdk import ToolError

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
HAS_OPENAT = os.open in os.supports_dir_fd and bool(_NO_LINK)
"""Whether this system can open relative to a folder."""

_IN_THE_WAY = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)
"""What systems say of a link or a file where a folder should be."""


def check_path(root: Path | None, path: str) -> tuple[Path, tuple[str, ...]]:
    """Says where a download goes.

    Args:
        root: The folder that it must be in; None where there are no downloads.
        path: Relative to it.

    Returns:
        The folder, and the names on the way from it to the file.

    Raises:
        ToolError: There are no downloads, or this is not inside.
    """
    if root is None:
        raise ToolError("downloads are off: whoever runs this can turn them on with the setting root, a folder")
    parts = PurePosixPath(path).parts
    wrong = not parts or path.startswith("/") or path.endswith("/") or ".." in parts
    if wrong or any(mark in "\\:\x7f" or mark < " " or "\ud800" <= mark <= "\udfff" for mark in path):
        raise ToolError(f"{path!r} is no path inside the folder for downloads: write one such as 'reports/2025.pdf'")
    if any(part.startswith(".") for part in parts):
        raise ToolError(f"{path!r} is hidden: downloads go to names that begin with no dot")
    return root, parts


async def save(
    root: Path, names: tuple[str, ...], content: AsyncIterator[bytes], *, replace: bool, by_openat: bool = HAS_OPENAT
) -> int:
    """Writes a file beside its name and moves it there when it is whole.

    Args:
        root: The folder that it must be in; it may itself be a link.
        names: From there to the file; folders are made.
        content: Of the file.
        replace: Whether an existing file may be replaced.
        by_openat: Whether folders are opened relative to one another.

    Returns:
        Its size in bytes.

    Raises:
        ToolError: It leads outside, is there already, or cannot be written.
    """
    shown = "/".join(names)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ToolError(f"{shown} cannot be written: the folder for downloads (setting root) is a file") from None
    except OSError as error:
        raise ToolError(
            f"{shown} cannot be written: the folder for downloads cannot be made: {error.strerror}"
        ) from None
    try:
        with _folder(root, names[:-1], by_openat=by_openat) as place:
            return await _write(place, names[-1], content, replace=replace)
    except FileExistsError:
        raise ToolError(f"{shown} is there already: choose another path, or give replace=True for a file") from None
    except OSError as error:
        if error.errno in _IN_THE_WAY:
            raise ToolError(f"{shown} leads out of the folder for downloads, or through a file") from None
        raise ToolError(f"{shown} cannot be written: {error.strerror}") from None


@dataclass(frozen=True)
class _Place:
    """A folder: by its descriptor where the system can open relative to one, by its path otherwise."""

    path: Path
    descriptor: int | None = None

    def name(self, name: str) -> str:
        return str(self.path / name) if self.descriptor is None else name


@contextmanager
def _folder(root: Path, names: tuple[str, ...], *, by_openat: bool) -> Iterator[_Place]:
    if not by_openat:
        yield _Place(_resolved(root, names))
        return
    folder = os.open(root, _FOLDER)
    try:
        for name in names:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=folder)
            inner = os.open(name, _FOLDER | _NO_LINK, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield _Place(root, folder)
    finally:
        os.close(folder)


def _resolved(root: Path, names: tuple[str, ...]) -> Path:
    folder = root.resolve()
    for name in names:
        folder /= name
        with suppress(FileExistsError):
            folder.mkdir()
        if folder.resolve() != folder or not folder.is_dir():
            raise OSError(errno.ELOOP, "a link stands in the way")
    return folder


async def _write(place: _Place, name: str, content: AsyncIterator[bytes], *, replace: bool) -> int:
    mode = _require_room(place, name, replace=replace)  # before anything is downloaded
    beside = f".{secrets.token_hex(8)}.part"
    size = 0
    descriptor = os.open(place.name(beside), _NEW, mode, dir_fd=place.descriptor)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # pieces are small, and a local disk is fast
            async for part in content:
                size += file.write(part)
        _move(place, beside, name, replace=replace)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(place.name(beside), dir_fd=place.descriptor)
    return size


def _require_room(place: _Place, name: str, *, replace: bool) -> int:
    """The permissions that the file will have: those of the one that it replaces."""
    try:
        found = os.stat(place.name(name), dir_fd=place.descriptor, follow_symlinks=False)
    except FileNotFoundError:
        return 0o666
    if not (replace and stat.S_ISREG(found.st_mode)):
        raise FileExistsError(name)
    return stat.S_IMODE(found.st_mode)


def _move(place: _Place, beside: str, name: str, *, replace: bool) -> None:
    source, target, folder = place.name(beside), place.name(name), place.descriptor
    if not replace:
        try:
            # A link, unlike a move, does not go over what another download has put there meanwhile.
            os.link(source, target, src_dir_fd=folder, dst_dir_fd=folder)
        except FileExistsError:
            raise
        except OSError:  # there are file systems without links
            pass
        else:
            return
    _require_room(place, name, replace=replace)
    os.replace(source, target, src_dir_fd=folder, dst_dir_fd=folder)
