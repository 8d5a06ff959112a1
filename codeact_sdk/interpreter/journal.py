"""The record of a session's tool calls.

A call is kept as it happens, in a few plain fields; the value objects that others see are made when somebody asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from codeact_sdk.events import ToolCall
from codeact_sdk.interpreter.boundary import SCALARS, Clip
from codeact_sdk.tools.tool import Tool

NOT_RETURNED = "did not return before the action was stopped; it may still have an effect"
"""What is recorded as the error of a call that was given up."""

CallStart = Callable[[int, str, dict[str, Any]], None]
"""Told of a call that begins: its number, the tool, the arguments."""

CallEnd = Callable[[ToolCall], None]
"""Told of a call that has ended."""

MAX_KEPT_CHARS = 1_000_000
"""About how much of one call's arguments, and of its result, is kept."""

_SIZED = (str, bytes, range)
"""Scalars that may be long."""


class Entry:
    """A call that has begun."""

    __slots__ = ("arguments", "ended", "error", "n", "result", "started", "tool")

    def __init__(self, n: int, tool: Tool, arguments: dict[str, Any]) -> None:
        self.n = n
        self.tool = tool
        self.arguments = arguments
        self.started = time.time()
        self.ended: float | None = None
        self.result: Any = None
        self.error: str | None = NOT_RETURNED

    def call(self) -> ToolCall:
        """The call as others see it; it is not checked again, which would take most of the time of a call."""
        return ToolCall.model_construct(
            n=self.n,
            tool=self.tool.qualified_name,
            arguments=self.arguments,
            result=self.result,
            error=self.error,
            effect=self.tool.effect,
            started=self.started,
            seconds=(self.ended or time.time()) - self.started,
        )


class Journal:
    """Calls in the order in which they began."""

    def __init__(
        self, inward: Callable[[object], Any], *, on_start: CallStart | None = None, on_end: CallEnd | None = None
    ) -> None:
        self._inward = inward
        self._on_start = on_start
        self._on_end = on_end
        self._count = 0
        self._action: list[Entry] = []

    def begin_action(self) -> None:
        """Forgets the calls of the action before."""
        self._action = []

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls of this action, in the order in which they began; those that have not ended say so."""
        return tuple(entry.call() for entry in self._action)

    def begin(self, tool: Tool, arguments: Mapping[str, object]) -> Entry:
        """Records that a call begins."""
        self._count += 1
        kept = {name: value if _is_short(value) else self._kept(value) for name, value in arguments.items()}
        entry = Entry(self._count, tool, kept)
        self._action.append(entry)
        if self._on_start is not None:
            self._on_start(entry.n, tool.qualified_name, kept)
        return entry

    def end(self, entry: Entry, *, result: object = None, error: str | None = None) -> None:
        """Records how a call ended."""
        entry.ended = time.time()
        entry.result = result if _is_short(result) else Clip(MAX_KEPT_CHARS).copy(result)
        entry.error = error
        if self._on_end is not None:
            self._on_end(entry.call())

    def _kept(self, value: object) -> Any:
        """Copies an argument, which may be the host's own object by now."""
        return Clip(MAX_KEPT_CHARS).copy(self._inward(value))


def _is_short(value: Any) -> bool:
    """Whether a value is kept as it is."""
    kind = type(value)
    return kind in SCALARS and (kind not in _SIZED or len(value) <= MAX_KEPT_CHARS)
