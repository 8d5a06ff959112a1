"""Captures what an action prints, up to a limit, without ever building the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from codeact_sdk.interpreter.language import HINTS
from codeact_sdk.tools.scrub import scrub


def printable(text: str) -> str:
    """Text that can be written as UTF-8: lone surrogates become their escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


class Capture:
    """One captured stream."""

    __slots__ = ("_dropped", "_kept", "_limit", "_parts")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[str] = []
        self._kept = 0
        self._dropped = 0

    def write(self, text: str) -> int:
        """Adds text; what is beyond the limit is counted and dropped."""
        room = self._limit - self._kept
        if len(text) > room:
            self._dropped += len(text) - room
            text = text[:room]
        if text:
            self._parts.append(text)
            self._kept += len(text)
        return len(text)

    @property
    def truncated(self) -> bool:
        """Whether anything was dropped."""
        return self._dropped > 0

    def text(self) -> str:
        """All that was kept, without addresses, with a note of what was dropped."""
        kept = scrub(printable("".join(self._parts)))
        if not self._dropped:
            return kept
        return f"{kept}\n[... {self._dropped:,} more characters dropped: print less, or print a summary ...]"


class Stream:
    """`sys.stdout` or `sys.stderr` as model code sees it."""

    __slots__ = ("_output", "_which")

    def __init__(self, output: Output, which: str) -> None:
        self._output = output
        self._which = which

    def write(self, text: str) -> int:
        """Writes text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        plain = str.__str__(text)
        getattr(self._output, self._which).write(plain)
        return len(plain)

    def flush(self) -> None:
        """Does nothing: everything is written at once."""

    def isatty(self) -> bool:
        """Nobody reads this on a terminal."""
        return False

    def __repr__(self) -> str:
        return f"<sys.{self._which}>"


class Redirection:
    """Where `print` goes while a `with` block runs."""

    __slots__ = ("_before", "_output", "_target", "_which")

    def __init__(self, output: Output, which: str, target: Any) -> None:
        self._output = output
        self._which = which
        self._target = target
        self._before: list[Any] = []

    def __enter__(self) -> Any:
        self._before.append(getattr(self._output, self._which))
        setattr(self._output, self._which, self._target)
        return self._target

    def __exit__(self, *_: object) -> None:
        setattr(self._output, self._which, self._before.pop())


class Output:
    """The streams of one session; renewed for each action."""

    __slots__ = ("_brief", "_shown", "captured", "stderr", "stdout")

    def __init__(
        self, shown: Callable[[Any], Any] = lambda value: value, brief: Callable[[Any], str] = lambda _: ""
    ) -> None:
        """Makes the streams.

        Args:
            shown: Looks at what is about to be turned into text, and gives it back.
            brief: Gives what the observation has in place of a large table; empty for anything else.
        """
        self._shown = shown
        self._brief = brief
        self.begin(0)

    def begin(self, limit: int) -> None:
        """Starts empty streams.

        Args:
            limit: Characters that each keeps.
        """
        self.captured = {"stdout": Capture(limit), "stderr": Capture(limit)}
        """What the observation is made from, whatever model code has redirected to."""
        self.stdout: Any = self.captured["stdout"]
        self.stderr: Any = self.captured["stderr"]

    def print(
        self, *values: object, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: bool = False
    ) -> None:
        """`print` into the captured streams, or into any object of the program with a `write` method."""
        del flush
        separator, ending = " " if sep is None else sep, "\n" if end is None else end
        for name, given in (("sep", separator), ("end", ending)):
            if not isinstance(given, str):
                raise TypeError(f"{name} must be None or a string, not {type(given).__name__}")
        separator, ending = str.__str__(separator), str.__str__(ending)
        write = self.stdout.write if file is None else file.write
        for position, value in enumerate(values):
            if position:
                write(separator)
            write(value if type(value) is str else self._text_of(value, read=file is None))
        write(ending)

    def _text_of(self, value: object, *, read: bool) -> str:
        """The text of a printed value.

        Args:
            value: The value.
            read: Whether it may be meant for the model to read; what code writes to a file of its own is whole.
        """
        brief = self._brief(value) if read and self.stdout is self.captured["stdout"] else ""
        return brief or str.__str__(str(self._shown(value)))  # `__str__` may give a subclass

    def input(self, prompt: object = "", /) -> NoReturn:
        """`input` of a program whose standard input is at its end: nobody can type.

        Raises:
            EOFError: Always; its text says what to do instead.
        """
        self.print(prompt, end="")
        raise EOFError(f"input() is not available: {HINTS['input']}")
