"""From an exception of model code to a `CodeError`: frames of actions only, with line, caret and a hint."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import islice
from types import FrameType, TracebackType

from codeact_sdk.events import CodeError
from codeact_sdk.interpreter.compiler import ActionSyntaxError
from codeact_sdk.interpreter.excerpts import (
    attributes_of,
    cause_of,
    clean,
    context_of,
    is_suppressed,
    message,
    parts_of,
    type_name,
)
from codeact_sdk.interpreter.limits import LimitExceeded, Signal
from codeact_sdk.interpreter.live_names import Names
from codeact_sdk.interpreter.output import printable
from codeact_sdk.interpreter.syntax_help import syntax_help
from codeact_sdk.tools.carets import quote

_HALF_FRAMES = 4
"""Frames that a traceback shows from its beginning, and as many from its end."""

_COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
"""Frames of their own on Python 3.11 only, and never what a person calls a call."""

_MAX_CHAIN = 4
"""Causes that a traceback shows, and notes of an exception, and exceptions of a group."""

_MAX_NOTE_CHARS = 500


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
        column = self.column if self.end_column > self.column else None
        lines = [
            f"{self.action}, line {self.line}{within}",
            *(f"  {text}" for text in quote(self.source, column, self.end_column)),
        ]
        return "\n".join(f"  {line}" for line in lines)


@dataclass(slots=True)
class _Spot:
    """Where a frame of model code was, and how many frames after it were at the same place."""

    frame: FrameType
    instruction: int
    line: int
    function: str
    repeats: int = 0


class Sources:
    """Texts of the actions of a session, by the name that code objects carry."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def add(self, source: str) -> str:
        """Keeps a text and names it."""
        name = f"action {len(self._texts) + 1}"
        self._texts[name] = source
        return name

    def line(self, name: str, number: int) -> str:
        """One line of a text; empty if there is none."""
        lines = self.text(name).split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def text(self, name: str) -> str:
        """A whole text, with plain ends of lines; empty if there is none."""
        text = self._texts.get(name, "")
        return printable(text if "\r" not in text else text.replace("\r\n", "\n").replace("\r", "\n"))

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def innermost(self, error: BaseException) -> tuple[FrameType, Place] | None:
        """The frame of model code that failed, and where in it; None where no model code did."""
        return self._last(error.__traceback__, self._texts)

    def place_in(self, error: BaseException, action: str) -> Place | None:
        """The place in one action that an exception came through last."""
        found = self._last(error.__traceback__, (action,))
        return found and found[1]

    def _last(self, traceback: TracebackType | None, names: Collection[str]) -> tuple[FrameType, Place] | None:
        found = None
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename in names:
                found = traceback
            traceback = traceback.tb_next
        return found and (found.tb_frame, self._place(found.tb_frame, found.tb_lasti, found.tb_lineno))

    def frames(self, error: BaseException) -> str:
        """The frames of model code, outermost first: calls at one place are told once, and the middle of many is left out."""
        spots: list[_Spot] = []
        last: deque[_Spot] = deque(maxlen=_HALF_FRAMES)
        between = 0
        current = None
        traceback = error.__traceback__
        while traceback is not None:
            frame, at = traceback.tb_frame, traceback.tb_lasti
            if frame.f_code.co_filename not in self._texts:
                pass
            elif current is not None and current.instruction == at and current.frame.f_code is frame.f_code:
                current.repeats += 1
            elif current is not None and frame.f_code.co_name in _COMPREHENSIONS and not current.repeats:
                current.frame, current.instruction, current.line = frame, at, traceback.tb_lineno
            else:
                current = _Spot(frame, at, traceback.tb_lineno, frame.f_code.co_name)
                between += len(last) == _HALF_FRAMES
                (spots if len(spots) < _HALF_FRAMES else last).append(current)
            traceback = traceback.tb_next
        gap = [f"  ... {between:,} more calls ...\n"] if between else []
        return "".join([*map(self._show, spots), *gap, *map(self._show, last)])

    def _show(self, spot: _Spot) -> str:
        place = replace(self._place(spot.frame, spot.instruction, spot.line), function=clean(spot.function, 80))
        return f"{place.show()}\n" + (f"    (the same call {spot.repeats:,} more times)\n" if spot.repeats else "")

    def _place(self, frame: FrameType, instruction: int, line: int) -> Place:
        code = frame.f_code
        positions = next(islice(code.co_positions(), instruction // 2, None), (None,) * 4)
        _, last, start, end = positions
        if start is None:  # a Python that was told to keep no columns
            start, last, end = 0, line, 0
        return self.place(code.co_filename, line, start, end if last == line else None, function=code.co_name)

    def place(self, action: str, line: int, start: int, end: int | None, *, function: str = "<module>") -> Place:
        """Makes a place from offsets of the compiler.

        Args:
            action: Name of the text.
            line: From 1.
            start: Where the part begins, in UTF-8 bytes.
            end: Where it ends; None where it goes on in another line.
            function: What the line is in.
        """
        source = self.line(action, line)
        end_column = len(source.rstrip()) if end is None else _characters(source, end)
        return Place(action, line, _characters(source, start), end_column, clean(function, 80), source)


def _characters(source: str, offset: int) -> int:
    """Turns an offset in UTF-8 bytes, which CPython counts, into one in characters."""
    return len(source.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))


def not_run(hint: str = "") -> str:
    """Says, after a hint, that the whole action was refused before anything of it ran.

    Args:
        hint: What to write instead; empty where there is nothing to say.
    """
    return f"{hint} (nothing was run)" if hint else "nothing was run"


def syntax_fault(error: ActionSyntaxError, sources: Sources, action: str) -> CodeError:
    """Describes text that was not run."""
    source = sources.line(action, error.line) if error.line else ""
    column = end = error.column
    traceback = ""
    text = clean(error.message)
    if error.line:
        column = min(column or 0, len(source))
        end = max(error.end_column or 0, column + 1)
        place = Place(action, error.line, column, end, "<module>", source)
        traceback = f"{place.show()}\n{error.kind.__name__}: {text}"
    return CodeError(
        type=error.kind.__name__,
        message=text,
        line=error.line,
        column=column,
        end_column=end,
        source=source,
        hint=not_run(syntax_help(sources.text(action), error.line, text)),
        traceback=traceback,
    )


def fault(error: BaseException, sources: Sources, action: str, *, hint: str = "") -> CodeError:
    """Describes what ended an action.

    Args:
        error: The exception; its text is made here, so the limits of the action must hold.
        sources: Texts of the session.
        action: Name of the action that was running.
        hint: What to write instead.
    """
    here = sources.place_in(error, action)
    inner = sources.innermost(error)
    name, text = (type_name(error), message(error)) if not isinstance(error, Signal) else _signal_text(error)
    return CodeError(
        type=name,
        message=text,
        line=here.line if here else None,
        column=here.column if here else None,
        end_column=here.end_column if here else None,
        source=here.source if here else "",
        hint=clean(hint),
        traceback=_traceback(error, sources, name, text),
        names=Names(inner[0]).outlines(inner[1].source) if inner else (),
    )


def _signal_text(error: Signal) -> tuple[str, str]:
    if isinstance(error, LimitExceeded):
        return "LimitExceeded", f"{error.limit}: {error.message}"
    return type(error).__name__, str(error)


def _traceback(error: BaseException, sources: Sources, name: str, text: str) -> str:
    last = f"{sources.frames(error)}{name}: {text}".rstrip(": ")
    if isinstance(error, Signal):  # the time of model code is up: its exceptions are not asked for their texts
        return last
    return "".join(_causes(error, sources)) + last + _notes(error) + _parts(error, sources)


def _causes(error: BaseException, sources: Sources) -> list[str]:
    """What led to an exception, the first cause first."""
    told: list[str] = []
    seen = {id(error)}
    joint, current = _reason(error)
    while isinstance(current, Exception) and id(current) not in seen:
        if len(told) == _MAX_CHAIN:
            told.append("(what happened before that is left out)\n\n")
            break
        seen.add(id(current))
        head = f"{type_name(current)}: {message(current)}".rstrip(": ")
        told.append(f"{sources.frames(current)}{head}{_notes(current)}\n\n{joint}\n\n")
        joint, current = _reason(current)
    return told[::-1]


def _reason(error: BaseException) -> tuple[str, BaseException | None]:
    if (cause := cause_of(error)) is not None:
        return "The above exception was the direct cause of the next one:", cause
    return "While handling it:", None if is_suppressed(error) else context_of(error)


def _notes(error: BaseException) -> str:
    notes = attributes_of(error).get("__notes__")
    if type(notes) is not list:
        return ""
    told = [clean(note, _MAX_NOTE_CHARS) for note in notes[:_MAX_CHAIN] if type(note) is str]
    return "".join(f"\n{note}" for note in told)


def _parts(error: BaseException, sources: Sources) -> str:
    """Where the exceptions of a group were raised."""
    if not isinstance(error, BaseExceptionGroup):
        return ""
    told = [
        f"\n\nPart {number} of it:\n{sources.frames(part)}{type_name(part)}: {message(part)}".rstrip(": ")
        for number, part in enumerate(parts_of(error)[:_MAX_CHAIN], 1)
        if not isinstance(part, Signal)
    ]
    return "".join(told)
