"""Search with a deadline that holds, whatever the pattern."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import regex

from codeact_files.folder import Entry, Folder, compile_glob, fits_glob
from codeact_files.results import FoundLine
from codeact_files.text import find_encoding, read_lines
from codeact_sdk import ToolError

_MAX_PATTERN = 1_000
"""Longest pattern, in characters: compiling cannot be interrupted."""
_MAX_LINE = 100_000
"""Longer lines are searched in pieces of this many characters."""
_SHOWN = 1_000
"""Most characters of a line that a match shows."""


class Search:
    """One search with its own deadline."""

    def __init__(self, pattern: str, *, is_regex: bool, ignore_case: bool, timeout_s: float) -> None:
        if not pattern or len(pattern) > _MAX_PATTERN:
            raise ToolError(f"pattern has {len(pattern)} characters: give 1 to {_MAX_PATTERN}")
        flags = regex.IGNORECASE if ignore_case else 0
        try:
            self._pattern = regex.compile(pattern if is_regex else regex.escape(pattern), flags)
        except regex.error as error:
            raise ToolError(f"{pattern!r} is no regular expression: {error}; for plain text use regex=False") from None
        self._timeout_s = timeout_s
        self._deadline = time.monotonic() + timeout_s
        self._files = 0

    def run(self, folder: Folder, path: str, glob: str) -> Iterator[FoundLine]:
        """Gives the matching lines in the order of their paths; files that are not text are passed over.

        Raises:
            ToolError: The time is up, or the path leads elsewhere.
        """
        fits = compile_glob(glob)
        top = folder.entry(path) if path not in {"", "."} else None
        entries = folder.walk(path) if top is None or top.is_folder else iter([top])
        for entry in entries:
            self._remaining()
            if entry.is_file and fits_glob(entry, glob, fits):
                yield from self._search_file(folder, entry)

    def _search_file(self, folder: Folder, entry: Entry) -> Iterator[FoundLine]:
        try:
            file = folder.open(entry.path)
        except ToolError:  # it has gone, or may not be read
            return
        with file:
            encoding, kind = find_encoding(file)
            if kind:
                return
            self._files += 1
            number = 1
            with io.TextIOWrapper(file, encoding=encoding, errors="replace") as text:
                for piece in read_lines(text, longest=_MAX_LINE):
                    found = self._find(piece.rstrip("\n"))
                    if found is not None:
                        yield _match(entry.path, number, piece, found)
                    number += piece.endswith("\n")

    def _find(self, line: str) -> str | None:
        try:
            found = self._pattern.search(line, timeout=self._remaining(), concurrent=True)
        except TimeoutError:
            raise self._too_slow() from None
        return None if found is None else str(found[0])

    def _remaining(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._too_slow()
        return left

    def _too_slow(self) -> ToolError:
        return ToolError(
            f"the search took longer than {self._timeout_s:g} s (in file {self._files}): "
            "give a simpler pattern, a folder as path=, or glob="
        )


def _match(path: str, number: int, piece: str, found: str) -> FoundLine:
    text = piece.rstrip("\n")
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return FoundLine(path=path, line=number, text=shown, match=found[:_SHOWN])
