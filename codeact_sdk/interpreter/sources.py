"""The texts of actions, and where in them the frames of an exception stand."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from itertools import islice
from types import FrameType, TracebackType

from codeact_sdk.frozen import Frozen, replaced
from codeact_sdk.interpreter.excerpts import clean
from codeact_sdk.interpreter.output import printable
from codeact_sdk.tools.carets import quote

_HALF_FRAMES = 4
"""Frames that a traceback shows from its beginning, and as many from its end."""

_COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
"""Frames of their own on Python 3.11 only, and never what a person calls a call."""


class Place(Frozen):
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


class _Spot:
    """Where a frame of model code was, and how many frames after it were at the same place."""

    __slots__ = ("frame", "function", "instruction", "line", "repeats")

    def __init__(self, frame: FrameType, instruction: int, line: int, function: str) -> None:
        self.frame = frame
        self.instruction = instruction
        self.line = line
        self.function = function
        self.repeats = 0


class Sources:
    """Texts of the actions of a session, by the name that code objects carry."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def add(self, source: str) -> str:
        """Keeps a text and names it."""
        name = f"action {len(self._lines) + 1}"
        text = source if "\r" not in source else source.replace("\r\n", "\n").replace("\r", "\n")
        self._lines[name] = printable(text).split("\n")
        return name

    def forget_last(self) -> None:
        """Forgets the text that was added last: it will be run again."""
        self._lines.popitem()

    def line(self, name: str, number: int) -> str:
        """One line of a text; empty if there is none."""
        lines = self._lines.get(name, [])
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def text(self, name: str) -> str:
        """A whole text; empty if there is none."""
        return "\n".join(self._lines.get(name, []))

    def __contains__(self, name: object) -> bool:
        return name in self._lines

    def innermost(self, error: BaseException) -> tuple[FrameType, Place] | None:
        """The frame of model code that failed, and where in it; None where no model code did."""
        return self._last(error.__traceback__, self._lines)

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
            if frame.f_code.co_filename not in self._lines:
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
        place = replaced(self._place(spot.frame, spot.instruction, spot.line), function=clean(spot.function, 80))
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
        return Place(
            action=action,
            line=line,
            column=_characters(source, start),
            end_column=end_column,
            function=clean(function, 80),
            source=source,
        )


def _characters(source: str, offset: int) -> int:
    """Turns an offset in UTF-8 bytes, which CPython counts, into one in characters."""
    return len(source.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))
