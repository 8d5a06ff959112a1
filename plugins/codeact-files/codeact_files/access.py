"""The only code that opens files: it cannot leave the folder that it was given.

`DescriptorAccess` walks down one name at a time from an open folder, and never through a link, so that no change made
to the tree at the same time can lead it outside. `PortableAccess` is for systems without `openat` (Windows): it
compares resolved paths before and after opening.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

WriteMode = Literal["create", "replace", "append"]

_FILE = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# Opening a pipe would wait for its other end without this.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _FILE | _NO_LINK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE | _NO_LINK
_APPEND = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | _FILE | _NO_LINK

Parts = tuple[str, ...]


class Access(Protocol):
    """Reads and writes below one folder; every method raises `OSError` as the system does."""

    def stat(self, parts: Parts) -> os.stat_result:
        """Describes an entry; a link is described itself."""
        ...

    def scan(self, parts: Parts) -> list[tuple[str, os.stat_result]]:
        """Lists a folder, sorted by name."""
        ...

    def open(self, parts: Parts) -> BinaryIO:
        """Opens a regular file for reading."""
        ...

    def write(self, parts: Parts, data: bytes, mode: WriteMode) -> None:
        """Writes a regular file; "create" makes the folders above it too."""
        ...


def open_root(root: Path) -> Access:
    """Gives the safest access that this system has.

    Args:
        root: Chosen by the person who installed the pack; it may itself be a link.
    """
    if os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd and _NO_LINK:
        return DescriptorAccess(root)
    return PortableAccess(root)


class DescriptorAccess:
    """Access by open folders (POSIX)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stat(self, parts: Parts) -> os.stat_result:
        """Describes an entry; a link is described itself."""
        with self._folder(parts[:-1]) as folder:
            return os.stat(parts[-1], dir_fd=folder, follow_symlinks=False) if parts else os.fstat(folder)

    def scan(self, parts: Parts) -> list[tuple[str, os.stat_result]]:
        """Lists a folder, sorted by name."""
        with self._folder(parts) as folder:
            names = os.listdir(folder)  # noqa: PTH208  # pathlib cannot list an open folder
            return _describe(names, lambda name: os.stat(name, dir_fd=folder, follow_symlinks=False))

    def open(self, parts: Parts) -> BinaryIO:
        """Opens a regular file for reading."""
        with self._folder(parts[:-1]) as folder:
            if not parts:
                raise IsADirectoryError(errno.EISDIR, "is a folder")
            # Looked at first, because opening a device may already do something.
            _require_file(os.stat(parts[-1], dir_fd=folder, follow_symlinks=False))
            return _as_file(os.open(parts[-1], _READ, dir_fd=folder))

    def write(self, parts: Parts, data: bytes, mode: WriteMode) -> None:
        """Writes a regular file; "create" makes the folders above it too."""
        with self._folder(parts[:-1], create=mode == "create") as folder:
            name = parts[-1]
            if mode == "create":
                _create(lambda: os.open(name, _NEW, 0o666, dir_fd=folder), lambda: os.unlink(name, dir_fd=folder), data)
            elif mode == "append":
                _require_file(os.stat(name, dir_fd=folder, follow_symlinks=False), single=True)
                _append(os.open(name, _APPEND, dir_fd=folder), data)
            else:
                self._replace(folder, name, data)

    def _replace(self, folder: int, name: str, data: bytes) -> None:
        before = os.stat(name, dir_fd=folder, follow_symlinks=False)
        _require_file(before)
        fresh = f".{secrets.token_hex(8)}.tmp"
        remove = partial(os.unlink, fresh, dir_fd=folder)
        _create(lambda: os.open(fresh, _NEW, stat.S_IMODE(before.st_mode), dir_fd=folder), remove, data)
        try:
            os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            remove()
            raise

    @contextmanager
    def _folder(self, parts: Parts, *, create: bool = False) -> Iterator[int]:
        folder = os.open(self._root, _FOLDER)
        try:
            for part in parts:
                if create:
                    with suppress(FileExistsError):
                        os.mkdir(part, dir_fd=folder)
                inner = os.open(part, _FOLDER | _NO_LINK, dir_fd=folder)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)


class PortableAccess:
    """Access by resolved paths, for systems that cannot open relative to a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stat(self, parts: Parts) -> os.stat_result:
        """Describes an entry; a link is described itself."""
        return self._below(parts).lstat()

    def scan(self, parts: Parts) -> list[tuple[str, os.stat_result]]:
        """Lists a folder, sorted by name."""
        folder = self._below(parts, whole=True)
        return _describe([entry.name for entry in folder.iterdir()], lambda name: (folder / name).lstat())

    def open(self, parts: Parts) -> BinaryIO:
        """Opens a regular file for reading."""
        path = self._below(parts)
        before = path.lstat()
        _require_file(before)
        file = _as_file(os.open(path, _READ))
        self._require_same(file, before, parts)
        return file

    def write(self, parts: Parts, data: bytes, mode: WriteMode) -> None:
        """Writes a regular file; "create" makes the folders above it too."""
        for depth in range(1, len(parts) if mode == "create" else 1):
            self._below(parts[:depth]).mkdir(exist_ok=True)
        path = self._below(parts)
        if mode == "create":
            _create(lambda: os.open(path, _NEW, 0o666), path.unlink, data)
            return
        _require_file(path.lstat(), single=mode == "append")
        if mode == "append":
            _append(os.open(path, _APPEND), data)
            return
        fresh = path.with_name(f".{secrets.token_hex(8)}.tmp")
        _create(lambda: os.open(fresh, _NEW, 0o666), fresh.unlink, data)
        fresh.replace(self._below(parts))

    def _below(self, parts: Parts, *, whole: bool = False) -> Path:
        # Every folder on the way must resolve to itself: a link or a junction does not.
        root = self._root.resolve(strict=True)
        path = root.joinpath(*parts)
        fixed = path if whole else path.parent if parts else root
        if fixed.resolve(strict=True) != fixed:
            raise OSError(errno.ELOOP, "leads through a link")
        return path

    def _require_same(self, file: BinaryIO, before: os.stat_result, parts: Parts) -> None:
        after = os.fstat(file.fileno())
        if (after.st_dev, after.st_ino) != (before.st_dev, before.st_ino) or self._below(parts).is_symlink():
            file.close()
            raise OSError(errno.ELOOP, "changed while it was being opened")


def _describe(names: list[str], look: Callable[[str], os.stat_result]) -> list[tuple[str, os.stat_result]]:
    entries = []
    for name in sorted(names):
        with suppress(FileNotFoundError):  # deleted since the folder was read
            entries.append((name, look(name)))
    return entries


def _require_file(info: os.stat_result, *, single: bool = False) -> None:
    if stat.S_ISLNK(info.st_mode):
        raise OSError(errno.ELOOP, "is a link")
    if stat.S_ISDIR(info.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(info.st_mode):
        raise OSError(errno.ENODEV, "is a device, pipe or socket")
    if single and info.st_nlink > 1:
        # Another name of the same file may stand outside the root.
        raise OSError(errno.EMLINK, "has a second name (a hard link)")


def _as_file(descriptor: int) -> BinaryIO:
    try:
        _require_file(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _create(make: Callable[[], int], remove: Callable[[], None], data: bytes) -> None:
    with os.fdopen(make(), "wb") as file:
        try:
            file.write(data)
            file.flush()
        except OSError:
            remove()
            raise


def _append(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "ab") as file:
        _require_file(os.fstat(descriptor), single=True)
        file.write(data)
