"""What the tools do: paths to entries, text, matches."""

from __future__ import annotations

import difflib
import errno
import fnmatch
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from codeact_files.access import Access, Parts, WriteMode, open_root
from codeact_files.names import split_path
from codeact_files.results import FileInfo
from codeact_files.settings import FilesSettings
from codeact_sdk import ToolError

_REASONS = {
    errno.EACCES: "may not be opened (no permission)",
    errno.EPERM: "may not be opened (no permission)",
    errno.EISDIR: "is a folder: files.list shows what is in it",
    errno.ELOOP: "is a link or lies behind one, and links are not followed",
    errno.ENODEV: "is a device, pipe or socket, not a file",
    errno.EMLINK: "has a second name elsewhere (a hard link): use mode='replace'",
    errno.EEXIST: "exists already: use mode='replace' or mode='append'",
    errno.ENAMETOOLONG: "has a name that is too long",
    errno.ENOSPC: "cannot be written: the disk is full",
    errno.EROFS: "cannot be written: the disk is read-only",
}


@dataclass(frozen=True)
class Entry:
    """A file, folder or link below a root."""

    path: str
    parts: Parts
    info: os.stat_result

    @property
    def is_file(self) -> bool:
        """Whether it can be read."""
        return stat.S_ISREG(self.info.st_mode)

    @property
    def is_folder(self) -> bool:
        """Whether it can be listed."""
        return stat.S_ISDIR(self.info.st_mode)

    def describe(self) -> FileInfo:
        """Says what a model may know of it."""
        return FileInfo(
            path=self.path,
            name=self.path.rpartition("/")[2],
            kind=_kind(self.info.st_mode),
            size_bytes=self.info.st_size,
            modified=datetime.fromtimestamp(self.info.st_mtime, UTC),
        )


class Folder:
    """All roots of one pack as a single tree."""

    def __init__(self, settings: FilesSettings) -> None:
        self._settings = settings
        roots = settings.roots
        if isinstance(roots, list) and len(roots) == 1:
            roots = roots[0]
        if isinstance(roots, list):
            roots = {root.name: root for root in roots}
        self._single = roots if isinstance(roots, Path) else None
        self._named = {} if isinstance(roots, Path) else roots

    def entry(self, path: str) -> Entry:
        """Finds one entry.

        Raises:
            ToolError: There is none, or the path leads elsewhere.
        """
        parts = self._split(path)
        with self._access(path, parts) as (access, below):
            return Entry(_join(parts), parts, access.stat(below))

    def children(self, path: str) -> list[Entry]:
        """Lists a folder, hidden names left out unless the settings show them.

        Raises:
            ToolError: It is no folder, or the path leads elsewhere.
        """
        parts = self._split(path)
        if not parts and self._single is None:
            return [self.entry(name) for name in self._named]
        with self._access(path, parts) as (access, below):
            if not stat.S_ISDIR(access.stat(below).st_mode):
                raise NotADirectoryError(errno.ENOTDIR, "is not a folder")
            found = access.scan(below)
        return [
            Entry(_join((*parts, name)), (*parts, name), info)
            for name, info in found
            if self._settings.hidden or not name.startswith(".")
        ]

    def walk(self, path: str, *, recursive: bool = True) -> Iterator[Entry]:
        """Lists a folder and the folders in it, in the order of their paths.

        A folder that disappears or may not be opened is passed over, unless it is `path` itself.
        """
        for entry in self.children(path):
            yield entry
            if recursive and entry.is_folder:
                try:
                    yield from self.walk(entry.path)
                except ToolError:
                    continue

    def open(self, path: str) -> BinaryIO:
        """Opens a file for reading.

        Raises:
            ToolError: It is no regular file, or the path leads elsewhere.
        """
        parts = self._split(path)
        with self._access(path, parts) as (access, below):
            return access.open(below)

    def write(self, path: str, data: bytes, mode: WriteMode) -> Entry:
        """Writes a file.

        Raises:
            ToolError: It is not allowed, too much, or the path leads elsewhere.
        """
        if not self._settings.writable:
            raise ToolError("these files are read-only: the person who runs this allows writing with writable = true")
        if len(data) > self._settings.max_bytes:
            raise ToolError(
                f"{path} would get {len(data):,} bytes at once; {self._settings.max_bytes:,} is the limit (max_bytes): "
                "write it in parts with mode='append'"
            )
        parts = self._split(path)
        with self._access(path, parts) as (access, below):
            if not below:
                raise IsADirectoryError(errno.EISDIR, "is a folder")
            access.write(below, data, mode)
        return self.entry(path)

    def _split(self, path: str) -> Parts:
        return split_path(path, hidden=self._settings.hidden)

    @contextmanager
    def _access(self, path: str, parts: Parts) -> Iterator[tuple[Access, Parts]]:
        root, below = self._root_of(path, parts)
        try:
            yield open_root(root), below
        except OSError as error:
            raise self._explain(error, path, parts) from None

    def _root_of(self, path: str, parts: Parts) -> tuple[Path, Parts]:
        if self._single is not None:
            root, below = self._single, parts
        elif parts and parts[0] in self._named:
            root, below = self._named[parts[0]], parts[1:]
        else:
            names = ", ".join(self._named)
            raise ToolError(f"path {path!r} does not begin with the name of a root; the roots are: {names}")
        if not root.is_dir():
            raise ToolError(
                f"the root {root.name!r} does not exist or is no folder: correct the pack's setting `roots`"
            )
        return root, below

    def _explain(self, error: OSError, path: str, parts: Parts) -> ToolError:
        if error.errno == errno.ENOENT:
            return ToolError(f"there is no {path!r}" + self._nearest(parts))
        if error.errno == errno.ENOTDIR:
            # A link where a folder should be is reported like this by some systems.
            return ToolError(f"{path!r} is not a folder, or lies behind a file or a link" + self._nearest(parts))
        reason = _REASONS.get(error.errno or 0, f"cannot be used: {error.strerror}")
        return ToolError(f"{path!r} {reason}")

    def _nearest(self, parts: Parts) -> str:
        for depth in range(len(parts) - 1, -1, -1):
            try:
                names = [entry.path for entry in self.children(_join(parts[:depth]))]
            except ToolError:
                continue
            near = difflib.get_close_matches(_join(parts[: depth + 1]), names, n=3)
            above = _join(parts[:depth])
            return (
                f"; nearest in {above!r}: {', '.join(near)}" if near else f"; files.list({above!r}) shows what is there"
            )
        return ""


def compile_glob(glob: str) -> re.Pattern[str]:
    """Makes a test of names out of a shell pattern; one with `/` is for the whole path.

    `fnmatch` writes patterns that need no backtracking, so that none can hang.
    """
    return re.compile(fnmatch.translate(glob))


def fits_glob(entry: Entry, glob: str, pattern: re.Pattern[str]) -> bool:
    """Whether an entry fits the shell pattern."""
    return pattern.match(entry.path if "/" in glob else entry.path.rpartition("/")[2]) is not None


def _join(parts: Parts) -> str:
    return "/".join(parts) or "."


def _kind(mode: int) -> Literal["file", "folder", "link", "other"]:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"
