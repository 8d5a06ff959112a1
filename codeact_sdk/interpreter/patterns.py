"""`re` as model code sees it: the `regex` engine in its compatible mode, with a time limit on every match.

The standard engine cannot be stopped: a pattern such as `(a+)+$` holds the whole process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.repeats import KEPT, MOST_REPEATED, PART_BYTES, parts
from codeact_sdk.interpreter.sizes import LOOK_FROM, length, size
from codeact_sdk.later import later_pattern, regex

_MAX_SECONDS = 5.0
"""Longest time for one call, also where the action has more left."""

_FLAGS = "A ASCII I IGNORECASE M MULTILINE S DOTALL U UNICODE X VERBOSE"
_TIMED = "search match fullmatch split findall finditer sub subn"


class PatternTimeout(TimeoutError):  # noqa: N818  # model code reads it
    """A pattern took too long; the message says what usually helps."""


class Pattern:
    """A compiled pattern."""

    __slots__ = ("_compiled", "_left", "_room")

    def __init__(self, compiled: Any, left: Callable[[], float | None], room: Callable[[int], None]) -> None:
        self._compiled = compiled
        self._left = left
        self._room = room

    @property
    def pattern(self) -> str | bytes:
        """The text that it was compiled from."""
        text: str | bytes = self._compiled.pattern
        return text

    @property
    def flags(self) -> int:
        """The flags that are on."""
        return int(self._compiled.flags & ~regex.V0)

    @property
    def groups(self) -> int:
        """How many groups it has."""
        return int(self._compiled.groups)

    @property
    def groupindex(self) -> dict[str, int]:
        """Numbers of the named groups."""
        return dict(self._compiled.groupindex)

    def _timed(self, method: str, *args: Any, **kwargs: Any) -> Any:
        left = self._left()
        timeout = _MAX_SECONDS if left is None else max(min(left, _MAX_SECONDS), 0.001)
        try:
            return getattr(self._compiled, method)(*args, timeout=timeout, **kwargs)
        except TimeoutError:
            raise PatternTimeout(
                f"the pattern {str(self.pattern)[:80]!r} took longer than {timeout:.3g} s: nested repeats such as (a+)+ are slow; "
                "make it more exact, or use str methods"
            ) from None

    def search(self, string: str, *args: int) -> Any:
        """First match anywhere."""
        return self._timed("search", string, *args)

    def match(self, string: str, *args: int) -> Any:
        """Match at the start."""
        return self._timed("match", string, *args)

    def fullmatch(self, string: str, *args: int) -> Any:
        """Match of the whole text."""
        return self._timed("fullmatch", string, *args)

    def findall(self, string: str, *args: int) -> Any:
        """All matches as text or tuples."""
        return self._timed("findall", string, *args)

    def finditer(self, string: str, *args: int) -> Iterator[Any]:
        """All matches, one by one."""
        found = self._timed("finditer", string, *args)
        while True:
            try:
                match = next(found, None)
            except TimeoutError:
                raise PatternTimeout(
                    f"the pattern {str(self.pattern)[:80]!r} took too long: make it more exact"
                ) from None
            if match is None:
                return
            yield match

    def split(self, string: str, maxsplit: int = 0) -> Any:
        """Parts between the matches."""
        return self._timed("split", string, maxsplit)

    def sub(self, repl: Any, string: str, count: int = 0) -> Any:
        """Text with the matches replaced."""
        self._look_at(repl, string)
        return self._timed("sub", repl, string, count)

    def subn(self, repl: Any, string: str, count: int = 0) -> Any:
        """Text with the matches replaced, and how many there were."""
        self._look_at(repl, string)
        return self._timed("subn", repl, string, count)

    def _look_at(self, replacement: Any, string: Any) -> None:
        """Looks at a replacement: its escapes, and what it makes of the text where both are long."""
        _check_replacement(replacement)
        if length(replacement) * length(string) > LOOK_FROM:
            matches = sum(1 for _ in self.finditer(string))
            self._room(size(string) + matches * (size(replacement) + length(string) // max(matches, 1)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self._compiled == other._compiled

    def __hash__(self) -> int:
        return hash(self._compiled)

    def __repr__(self) -> str:
        return f"re.compile({self.pattern!r})"


_OF_SETS = ("[[", "--", "&&", "||", "~~")
"""What the standard engine warns about: the warning would go to the process."""

_STANDARD_FLAGS = int(re.ASCII | re.IGNORECASE | re.MULTILINE | re.DOTALL | re.UNICODE | re.VERBOSE)

_LARGE_ONES = 8
"""Large patterns that a session keeps."""

_BAD_ESCAPE = later_pattern(r"(?:[^\\]|\\[^A-Za-z]|\\[abfnrtvg])*+\\([A-Za-z])", flags=re.DOTALL)
"""A replacement up to its first escape that means nothing."""


@lru_cache(maxsize=512)
def _compile(pattern: str | bytes, flags: int) -> Any:
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    if not any(pair in text for pair in _OF_SETS):
        re.compile(pattern, flags & _STANDARD_FLAGS)  # refuses what only the other engine takes, in the usual words
    try:
        return regex.compile(pattern, flags | regex.V0, cache_pattern=False)
    except regex.error as error:
        raise re.error(error.msg, error.pattern, error.pos) from None


@lru_cache(maxsize=512)
def _parts(pattern: str | bytes, flags: int) -> int:
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    return parts(text, verbose=bool(flags & re.VERBOSE))


def _compiled(pattern: str | bytes, flags: int, room: Callable[[int], None], compile_large: Callable[..., Any]) -> Any:
    """Compiles a pattern, after a look at what its repeats come to.

    Raises:
        re.error: They come to too much.
    """
    made = _parts(pattern, flags) if len(pattern) <= KEPT else _parts.__wrapped__(pattern, flags)
    if made <= KEPT:
        return _compile(pattern, flags)
    if made > MOST_REPEATED + len(pattern):
        raise re.error(
            f"the repeats such as {{1000}} come to more than {MOST_REPEATED:,} parts: use + or *, and look at the length of the match"
        )
    room(PART_BYTES * made)
    return compile_large(pattern, flags)


def _check_replacement(text: object) -> None:
    """Refuses an escape that only the other engine takes.

    Raises:
        re.error: As the standard engine does.
    """
    plain = str.__str__(text) if isinstance(text, str) else ""
    if "\\" in plain and (found := _BAD_ESCAPE.match(plain)):
        raise re.error(f"bad escape \\{found[1]}", plain, found.start(1) - 1)


def members(left: Callable[[], float | None], room: Callable[[int], None]) -> dict[str, object]:
    """The members of `re` for one session.

    Args:
        left: Gives the seconds that the running action has left; None where there is no limit.
        room: Ends the action if there is no room for so many bytes.
    """
    compile_large = lru_cache(maxsize=_LARGE_ONES)(_compile.__wrapped__)  # not kept for the process

    def compile_(pattern: Any, flags: int = 0) -> Pattern:
        if isinstance(pattern, Pattern):
            if flags:
                raise ValueError("cannot process flags argument with a compiled pattern")
            return pattern
        if not isinstance(pattern, str | bytes):
            raise TypeError("first argument must be string or compiled pattern")
        plain = str.__str__(pattern) if isinstance(pattern, str) else bytes(pattern)
        return Pattern(_compiled(plain, int(flags), room, compile_large), left, room)

    def timed(method: str, flags_at: int) -> Callable[..., Any]:
        def call(pattern: Any, *args: Any, flags: int = 0, **kwargs: Any) -> Any:
            if len(args) > flags_at:
                flags, args = args[flags_at], args[:flags_at]
            return getattr(compile_(pattern, flags), method)(*args, **kwargs)

        return named(call, method)

    positions = {"search": 1, "match": 1, "fullmatch": 1, "findall": 1, "finditer": 1, "split": 2, "sub": 3, "subn": 3}
    return {
        "compile": compile_,
        "escape": lambda text: regex.escape(text, special_only=True),
        "error": re.error,
        **({"PatternError": re.error} if hasattr(re, "PatternError") else {}),
        "Pattern": Pattern,
        "Match": regex.Match,
        "purge": lambda: None,
        **{method: timed(method, positions[method]) for method in _TIMED.split()},
        **{name: int(getattr(regex, name)) for name in _FLAGS.split()},
        "NOFLAG": 0,
    }
