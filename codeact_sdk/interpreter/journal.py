"""The record of a session's tool calls.

A call is kept as it happens, in a few plain fields; the value objects that others see are made when somebody asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from codeact_sdk.interpreter.boundary import SCALARS
from codeact_sdk.interpreter.clips import Clip
from codeact_sdk.interpreter.observed import ENDED, ERROR, NOT_RETURNED, RESULT, Entry, N, tool_call
from codeact_sdk.observations import Calls, ToolCall

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool

CallStart = Callable[[int, str, dict[str, Any]], None]
"""Told of a call that begins: its number, the tool, the arguments."""

CallEnd = Callable[[ToolCall], None]
"""Told of a call that has ended."""

MAX_KEPT_CHARS = 1_000_000
"""About how much of one call's arguments, and of its result, is kept."""

_SIZED = (str, bytes, range)
"""Scalars that may be long."""


class Journal:
    """Calls in the order in which they began."""

    def __init__(
        self, inward: Callable[[object], Any], *, on_start: CallStart | None = None, on_end: CallEnd | None = None
    ) -> None:
        self._inward = inward
        self._on_start = on_start
        self._on_end = on_end
        self._before = 0
        self.action: list[Entry] = []
        """The calls of this action."""

    @property
    def is_watched(self) -> bool:
        """Whether anybody is told of calls as they happen."""
        return self._on_start is not None or self._on_end is not None

    @property
    def count(self) -> int:
        """How many calls there were in the session."""
        return self._before + len(self.action)

    def begin_action(self) -> None:
        """Forgets the calls of the action before."""
        self._before = self.count
        self.action = []

    def calls(self) -> Calls:
        """The calls of this action, in the order in which they began; those that have not ended say so."""
        kept: tuple[tuple[Any, ...], ...] = tuple(map(tuple, self.action))
        first = self._before + 1
        return Calls(lambda: tuple(tool_call(entry, n) for n, entry in enumerate(kept, first))) if kept else Calls()

    def begin(self, tool: Tool, arguments: Mapping[str, object]) -> Entry:
        """Records that a call begins."""
        kept = {name: value if is_short(value) else self._kept(value) for name, value in arguments.items()}
        entry: Entry = [self.count + 1, tool, kept, time.time(), None, None, NOT_RETURNED]
        self.action.append(entry)
        if self._on_start is not None:
            self._on_start(entry[N], tool.qualified_name, kept)
        return entry

    def end(self, entry: Entry, *, result: object = None, error: str | None = None) -> None:
        """Records how a call ended."""
        entry[ENDED] = time.time()
        entry[RESULT] = result if is_short(result) else Clip(MAX_KEPT_CHARS).copy(result)
        entry[ERROR] = error
        if self._on_end is not None:
            self._on_end(tool_call(entry, entry[N]))

    def _kept(self, value: object) -> Any:
        """Copies an argument, which may be the host's own object by now."""
        return Clip(MAX_KEPT_CHARS).copy(self._inward(value))


def is_short(value: Any) -> bool:
    """Whether a value is kept as it is."""
    kind = type(value)
    return kind in SCALARS and (kind not in _SIZED or len(value) <= MAX_KEPT_CHARS)
