"""From an exception of model code to a `CodeError`: frames of actions only, with line, caret and a hint."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from types import FrameType, TracebackType

from codeact_sdk.events import CodeError
from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.compiler import ActionSyntaxError
from codeact_sdk.interpreter.limits import LimitExceeded, Signal
from codeact_sdk.interpreter.output import printable

_MAX_MESSAGE_CHARS = 4_000
_MAX_FRAMES = 12
"""Frames that a traceback shows: the first and the last halves of them."""

_MAX_CHAIN = 4
"""Causes that a traceback shows."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the text of an action."""

    action: str
    line: int
    column: int
    end_column: int
    function: str
    source: str

    def show(self) -> str:
        """Writes the place as two or three lines of a traceback."""
        within = "" if self.function == "<module>" else f", in {self.function}"
        stripped = self.source.lstrip()
        indent = len(self.source) - len(stripped)
        head = f"  {self.action}, line {self.line}{within}\n    {stripped}"
        if self.end_column <= self.column or self.column < indent:
            return head
        return f"{head}\n    {' ' * (self.column - indent)}{'^' * (self.end_column - self.column)}"


class Sources:
    """Texts of the actions of a session, by the name that code objects carry."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def add(self, source: str) -> str:
        """Keeps a text and names it."""
        name = f"action {len(self._lines) + 1}"
        self._lines[name] = printable(source).split("\n")
        return name

    def line(self, name: str, number: int) -> str:
        """One line of a text; empty if there is none."""
        lines = self._lines.get(name, [])
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def __contains__(self, name: object) -> bool:
        return name in self._lines

    def places(self, traceback: TracebackType | None) -> list[Place]:
        """The frames of a traceback that are model code, outermost first."""
        found: list[Place] = []
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename in self:
                found.append(self._place(traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno))
            traceback = traceback.tb_next
        return found

    def _place(self, frame: FrameType, instruction: int, line: int) -> Place:
        code = frame.f_code
        source = self.line(code.co_filename, line)
        positions = next(islice(code.co_positions(), instruction // 2, None), (None,) * 4)
        first, last, start, end = positions
        column = _characters(source, start) if first == line and start is not None else 0
        end_column = column
        if end is not None and first == line:
            end_column = _characters(source, end) if last == line else len(source)
        return Place(code.co_filename, line, column, end_column, code.co_name, source)


def _characters(source: str, offset: int) -> int:
    """Turns an offset in UTF-8 bytes, which CPython counts, into one in characters."""
    return len(source.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))


def syntax_fault(error: ActionSyntaxError, sources: Sources, action: str) -> CodeError:
    """Describes text that was not run."""
    source = sources.line(action, error.line) if error.line else ""
    column = error.column
    traceback = ""
    if error.line:
        place = Place(action, error.line, column or 0, (column or 0) + 1, "<module>", source)
        traceback = f"{place.show()}\nSyntaxError: {error.message}"
    return CodeError(
        type="SyntaxError",
        message=error.message,
        line=error.line,
        column=column,
        source=source,
        hint="nothing was run",
        traceback=traceback,
    )


def fault(error: BaseException, sources: Sources, action: str, *, hint: str = "") -> CodeError:
    """Describes what ended an action.

    Args:
        error: The exception; its text is made here, so the limits of the action must hold.
        sources: Texts of the session.
        action: Name of the action that was running.
        hint: What the caller knows; nearest names and the like are added.
    """
    places = sources.places(error.__traceback__)
    here = next((place for place in reversed(places) if place.action == action), None)
    name, message = (type(error).__name__, _message(error)) if not isinstance(error, Signal) else _signal_text(error)
    return CodeError(
        type=name,
        message=message,
        line=here.line if here else None,
        column=here.column if here else None,
        source=here.source if here else "",
        hint=hint,
        traceback=_traceback(error, sources, name, message),
    )


def _signal_text(error: Signal) -> tuple[str, str]:
    if isinstance(error, LimitExceeded):
        return "LimitExceeded", f"{error.limit}: {error.message}"
    return type(error).__name__, str(error)


def _message(error: BaseException) -> str:
    try:
        text = str.__str__(str(error))  # `__str__` may give a subclass
        if type(error) is ExceptionGroup:  # of a TaskGroup
            text += "".join(f"; {type(part).__name__}: {part}" for part in error.exceptions)
    except Exception as broken:  # noqa: BLE001  # __str__ of an own class may raise anything
        return f"(the exception's own text cannot be shown: {type(broken).__name__})"
    return printable(
        text if len(text) <= _MAX_MESSAGE_CHARS else f"{text[:_MAX_MESSAGE_CHARS]}... ({len(text):,} characters)"
    )


def _traceback(error: BaseException, sources: Sources, name: str, message: str) -> str:
    parts: list[str] = []
    current: BaseException | None = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if isinstance(error, Signal):  # the time of model code is up: its exceptions are not asked for their texts
        current = None
    joint = "The above exception was the direct cause of the next one:" if error.__cause__ else "While handling it:"
    for _ in range(_MAX_CHAIN):
        if not isinstance(current, Exception):
            break
        parts.insert(0, f"{_frames(current, sources)}{type(current).__name__}: {_message(current)}\n\n{joint}\n\n")
        current = current.__cause__
    return "".join(parts) + _frames(error, sources) + f"{name}: {message}".rstrip(": ")


def _frames(error: BaseException, sources: Sources) -> str:
    places = sources.places(error.__traceback__)
    lines = [place.show() for place in places]
    if len(lines) > _MAX_FRAMES:
        half = _MAX_FRAMES // 2
        lines = [*lines[:half], f"  ... {len(lines) - 2 * half} more calls ...", *lines[-half:]]
    return "".join(f"{line}\n" for line in lines)


def name_hint(error: BaseException, names: Collection[str], signatures: Mapping[str, str]) -> str:
    """Finds what the model may have meant by a name that does not exist.

    Args:
        error: What was raised.
        names: Everything that could have been written.
        signatures: Calls of the tools by qualified name.
    """
    if type(getattr(error, "name", None)) is not str:  # own exceptions may have anything there
        return ""
    if isinstance(error, NameError) and error.name:
        wanted = error.name
        if wanted in language.HINTS:
            return language.HINTS[wanted]
        tails = [full for full in signatures if full.rpartition(".")[2] == wanted]
        if tails:
            return f"call it as {signatures[tails[0]]}"
        near = difflib.get_close_matches(wanted, dict.fromkeys([*names, *signatures]), 3)
        return f"did you mean {', '.join(near)}?" if near else ""
    if isinstance(error, AttributeError) and error.name and error.obj is not None and "did you mean" not in str(error):
        public = [name for name in dir(type(error.obj)) if not name.startswith("_")]
        near = difflib.get_close_matches(error.name, public, 3)
        return f"did you mean .{', .'.join(near)}?" if near else ""
    return ""
