"""The record of a session's tool calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from codeact_sdk.events import ToolCall
from codeact_sdk.interpreter.boundary import Clip
from codeact_sdk.tools.tool import Tool

NOT_RETURNED = "did not return before the action was stopped; it may still have an effect"
"""What is recorded as the error of a call that was given up."""

CallStart = Callable[[int, str, dict[str, Any]], None]
"""Told of a call that begins: its number, the tool, the arguments."""

CallEnd = Callable[[ToolCall], None]
"""Told of a call that has ended."""

MAX_KEPT_CHARS = 1_000_000
"""About how much of one call's arguments, and of its result, is kept."""


class Entry:
    """A call that has begun."""

    __slots__ = ("arguments", "n", "started", "tool")

    def __init__(self, n: int, tool: Tool, arguments: dict[str, Any]) -> None:
        self.n = n
        self.tool = tool
        self.arguments = arguments
        self.started = time.time()


class Journal:
    """Calls in the order in which they began."""

    def __init__(
        self, inward: Callable[[object], Any], *, on_start: CallStart | None = None, on_end: CallEnd | None = None
    ) -> None:
        self._inward = inward
        self._on_start = on_start
        self._on_end = on_end
        self._count = 0
        self._action: list[ToolCall] = []
        self._open: dict[int, Entry] = {}

    def begin_action(self) -> None:
        """Forgets the calls of the action before."""
        self._action = []
        self._open = {}

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls of this action, in the order in which they began; those that have not ended say so."""
        hanging = [_call(entry, error=NOT_RETURNED) for entry in list(self._open.values())]
        return tuple(sorted([*self._action, *hanging], key=lambda call: call.n))

    def begin(self, tool: Tool, arguments: Mapping[str, object]) -> Entry:
        """Records that a call begins."""
        self._count += 1
        entry = Entry(self._count, tool, {name: self._kept(value) for name, value in arguments.items()})
        self._open[entry.n] = entry
        if self._on_start is not None:
            self._on_start(entry.n, tool.qualified_name, entry.arguments)
        return entry

    def end(self, entry: Entry, *, result: object = None, error: str | None = None) -> None:
        """Records how a call ended."""
        call = _call(entry, result=result, error=error)
        if self._open.pop(entry.n, None) is not None:  # otherwise its action was given up before it returned
            self._action.append(call)
        if self._on_end is not None:
            self._on_end(call)

    def _kept(self, value: object) -> Any:
        """Copies an argument, which may be the host's own object by now."""
        return Clip(MAX_KEPT_CHARS).copy(self._inward(value))


def _call(entry: Entry, *, result: object = None, error: str | None = None) -> ToolCall:
    return ToolCall(
        n=entry.n,
        tool=entry.tool.qualified_name,
        arguments=entry.arguments,
        result=Clip(MAX_KEPT_CHARS).copy(result),
        error=error,
        effect=entry.tool.effect,
        started=entry.started,
        seconds=time.time() - entry.started,
    )
