"""The pack `files`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Literal, TypeVar

from codeact_files.folder import Folder, compile_glob, fits_glob
from codeact_files.results import FileInfo, FoundLine
from codeact_files.searching import Search
from codeact_files.settings import FilesSettings
from codeact_files.text import check_encoding, open_text, read_lines, wrong_encoding
from codeact_sdk import ToolContext, ToolError, ToolPack

T = TypeVar("T")

pack = ToolPack(
    "files",
    "Text files inside the folders chosen by the person who runs this (unless set: the current folder, read-only).",
    settings=FilesSettings,
)


@pack.tool(name="list")
def list_files(
    path: str = ".", *, glob: str = "*", recursive: bool = False, limit: int | None = None, ctx: ToolContext
) -> list[FileInfo]:
    """Lists the entries of a folder, sorted by path.

    Args:
        path: Folder, relative to the root, such as "reports/2025".
        glob: Only names like this, such as "*.md"; with a "/" in it, only whole paths like this.
        recursive: Whether to list the folders below too.
        limit: At most this many entries; without it, all of them.
    """
    pattern = compile_glob(glob)
    entries = (
        entry for entry in Folder(ctx.settings).walk(path, recursive=recursive) if fits_glob(entry, glob, pattern)
    )
    return [entry.describe() for entry in _take(entries, limit, ctx.settings, "entries")]


@pack.tool
def info(path: str, *, ctx: ToolContext) -> FileInfo:
    """Describes one file, folder or link.

    Args:
        path: Relative to the root.
    """
    return Folder(ctx.settings).entry(path).describe()


@pack.tool
def read(path: str, *, offset: int = 0, limit: int | None = None, encoding: str | None = None, ctx: ToolContext) -> str:
    """Reads a text file, whole or some of its lines; its line ends come as newlines.

    Args:
        path: Relative to the root.
        offset: How many lines to pass over.
        limit: At most this many lines; without it, all that follow.
        encoding: Such as "cp1252"; without it, UTF-8 or what the file's byte order mark says.
    """
    if offset < 0 or (limit is not None and limit < 0):
        raise ToolError(f"offset={offset} and limit={limit} count lines: give 0 or more")
    most = ctx.settings.max_bytes
    with Folder(ctx.settings).open(path) as file, open_text(file, path, encoding) as text:
        try:
            return _collect(read_lines(text, longest=most + 1), path, offset, limit, most)
        except UnicodeError as error:
            raise wrong_encoding(path, error, encoding) from None


@pack.tool
def search(
    pattern: str,
    path: str = ".",
    *,
    glob: str = "*",
    regex: bool = False,
    ignore_case: bool = False,
    limit: int | None = None,
    ctx: ToolContext,
) -> list[FoundLine]:
    """Finds lines in a text file or in all text files below a folder, sorted by path and line.

    Args:
        pattern: Text to find, or a regular expression if `regex` is set.
        path: File or folder, relative to the root.
        glob: Only files with names like this, such as "*.md"; with a "/" in it, only whole paths like this.
        regex: Whether `pattern` is a regular expression.
        ignore_case: Whether capital and small letters are the same.
        limit: At most this many lines; without it, all of them.
    """
    found = Search(pattern, is_regex=regex, ignore_case=ignore_case, timeout_s=ctx.settings.timeout_s)
    return _take(found.run(Folder(ctx.settings), path, glob), limit, ctx.settings, "matches")


@pack.tool(effect="write")
def write(
    path: str,
    text: str,
    *,
    mode: Literal["create", "replace", "append"] = "create",
    encoding: str = "utf-8",
    ctx: ToolContext,
) -> FileInfo:
    """Writes a text file and makes the folders above it.

    Args:
        path: Relative to the root.
        text: What to write, line ends included.
        mode: "create" a new file, "replace" an existing one as a whole, or "append" to it.
        encoding: Such as "cp1252".
    """
    try:
        data = text.encode(check_encoding(encoding))
    except UnicodeError as error:
        raise ToolError(f"the text cannot be written as {encoding}: {error}; use encoding='utf-8'") from None
    return Folder(ctx.settings).write(path, data, mode).describe()


def _take(items: Iterable[T], limit: int | None, settings: FilesSettings, what: str) -> list[T]:
    # A list that was cut without a word would be taken for the whole: beyond the cap there is an error instead.
    most = settings.max_results
    if limit is not None and not 0 <= limit <= most:
        raise ToolError(f"limit={limit} is not possible: give 0 to {most}")
    taken = list(islice(items, most + 1 if limit is None else limit))
    if len(taken) > most:
        raise ToolError(
            f"there are more than {most} {what}: give a narrower path= or glob=, or limit= for the first few"
        )
    return taken


def _collect(lines: Iterable[str], path: str, offset: int, limit: int | None, most: int) -> str:
    kept: list[str] = []
    size, number = 0, 0
    for line in lines:
        if limit is not None and number >= offset + limit:
            break
        if number >= offset:
            size += len(line)
            if size > most:
                raise ToolError(
                    f"{path} is longer than {most:,} characters (max_bytes) from line {offset + 1} on: "
                    f"read it in parts with offset= and limit= (fewer than {max(number - offset, 1)} lines), or use search"
                )
            kept.append(line)
        number += line.endswith("\n")
    return "".join(kept)
