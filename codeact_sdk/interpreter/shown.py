"""What an action shows: `display(...)`, the view of its last value, and the pictures beside the text."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter import summaries
from codeact_sdk.interpreter.boundary import Boundary
from codeact_sdk.interpreter.output import Output
from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.renderings import MAX_TEXT_CHARS, as_display, described
from codeact_sdk.interpreter.visible import Handle
from codeact_sdk.observations import Display
from codeact_sdk.tools.cutting import cut
from codeact_sdk.tools.images import Image, bytes_text

MAX_DISPLAYS = 10
"""Most displays of one action."""

MAX_DISPLAY_BYTES = 8_000_000
"""Most that the displays of one action may hold together: an observation is kept in memory and in the run file."""


class Shown:
    """The displays of one session's running action."""

    def __init__(self, boundary: Boundary, output: Output) -> None:
        """Shows nothing yet.

        Args:
            boundary: Knows what is shown of objects of the host.
            output: Where `display` writes text.
        """
        self._boundary = boundary
        self._output = output
        self.begin()

    def begin(self) -> None:
        """Forgets the displays of the action before."""
        self._displays: list[Display] = []
        self._left = MAX_DISPLAY_BYTES

    @property
    def displays(self) -> tuple[Display, ...]:
        """Those of the action so far."""
        return tuple(self._displays)

    def function(self) -> Callable[..., None]:
        """Makes `display` as model code calls it."""

        def display(*values: object) -> None:
            for value in values:
                text = self.of_handle(value) or summaries.printed(value)
                self._output.print(text or value)

        return named(display, "display")

    def view(self, value: Any, code: str, *, clipped: bool) -> str:
        """What is read of the last value of an action in place of its text; empty where the text is short.

        Args:
            value: The value.
            code: The action.
            clipped: Whether the observation has a part of the value only: a whole text needs no view.
        """
        if type(value) is Handle:
            text = self.of_handle(value)
            name = kept_in(code) if text else ""
            title = f"Value of {name}:" if name else "Value:"
            return f"{title}\n{text}" if "\n" in text else f"{title} {text}" if text else ""
        if (type(value) is str and not clipped) or not summaries.is_long(value):
            return ""
        return summaries.view(value, kept_in(code))

    def of_handle(self, value: object) -> str:
        """Shows what belongs to a handle; gives the text, empty where there is no rule for its object."""
        if type(value) is not Handle:
            return ""
        texts = [part if isinstance(part, str) else self._add(part) for part in self._boundary.parts_of(value)]
        return cut("\n".join(texts), MAX_TEXT_CHARS)

    def _add(self, part: Image | Display) -> str:
        """Adds a display and gives what is read in its place."""
        text = described(part)
        size = len(part.data)
        if len(self._displays) >= MAX_DISPLAYS:
            return f"{text[:-1]}; not shown: at most {MAX_DISPLAYS} displays an action]"
        if size > self._left:
            most = bytes_text(MAX_DISPLAY_BYTES)
            return f"{text[:-1]}; not shown: the displays of an action hold at most {most} together]"
        self._left -= size
        self._displays.append(as_display(part))
        return text


def kept_in(code: str) -> str:
    """The plain name or attribute that is the last expression of a text, such as `rows`; empty where it is another."""
    try:
        last = ast.parse(code).body[-1]
    except (SyntaxError, IndexError):  # the compiler knows ways to read more than Python's own
        return ""
    value = last.value if isinstance(last, ast.Expr) else None
    if isinstance(value, ast.NamedExpr):
        value = value.target
    inner = value
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return ast.unparse(value) if value is not None and isinstance(inner, ast.Name) else ""
