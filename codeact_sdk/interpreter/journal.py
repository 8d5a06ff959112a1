"""The record of a session's tool calls.

A call is kept as it happens, in a few plain fields; the value objects that others see are made when somebody asks.
The log of an action is one flat list: an entry for a call that went the whole way, and for one that took the short way (`quick`) its
`Shape`, its arguments and when it began, and later its result and when it ended. Calls of the short way end in the reverse order of
their beginnings, so that an end belongs to the last that is open. A list that grows by a few plain objects costs a quarter of a
list of its own for each call, which the collector would look at again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

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

_SIZED = frozenset({str, bytes, range})
"""Scalars that may be long."""

_FIXED = SCALARS - _SIZED
"""Those that are kept as they are."""


class Shape(NamedTuple):
    """What calls of the short way have in common."""

    tool: Tool
    names: tuple[str, ...]
    """The parameters that are given, in the order of their values in the log."""


class Outcome(NamedTuple):
    """How a call of the short way ended, where it did not return a number or a short text."""

    result: object = None
    error: str | None = None


class Journal:
    """Calls in the order in which they began."""

    def __init__(
        self, inward: Callable[[object], Any], *, on_start: CallStart | None = None, on_end: CallEnd | None = None
    ) -> None:
        self._inward = inward
        self._on_start = on_start
        self._on_end = on_end
        self._before = 0
        self.log: list[Any] = []
        """The calls of this action; the same list for all actions, which the short way holds on to."""
        self._whole: list[Entry] = []
        """Those of them that went the whole way."""
        self._untold: set[int] = set()
        """Identities of entries that nobody is told of."""

    @property
    def is_watched(self) -> bool:
        """Whether anybody is told of calls as they happen."""
        return self._on_start is not None or self._on_end is not None

    @property
    def count(self) -> int:
        """How many calls there were in the session."""
        return self._before + len(self._whole) + [*map(type, self.log)].count(Shape)

    def begin_action(self) -> None:
        """Forgets the calls of the action before."""
        self._before = self.count
        self.log.clear()
        self._whole = []
        self._untold.clear()

    @property
    def before(self) -> int:
        """How many calls there were before this action."""
        return self._before

    def rewind(self, before: int) -> None:
        """Forgets the calls of an action that is run again.

        Args:
            before: How many there were before it.
        """
        self.begin_action()
        self._before = before

    def calls(self) -> Calls:
        """The calls of this action, in the order in which they began; those that have not ended say so."""
        kept, first = [*self.log], self._before + 1
        whole = {id(entry): [*entry] for entry in self._whole}  # one that has not ended may still do so
        return Calls(lambda: tuple(map(tool_call, _entries(kept, whole, first)))) if kept else Calls()

    def begin(self, tool: Tool, arguments: Mapping[str, object], *, place: int, is_told: bool = True) -> Entry:
        """Records that a call begins.

        Args:
            tool: The tool.
            arguments: By name, as the tool gets them.
            place: Its number among the calls of the action, from 1.
            is_told: Whether observers are told; not, where they have been.
        """
        kept = {**arguments}
        if not _FIXED.issuperset(map(type, kept.values())):
            kept = {name: self.keep(value) for name, value in kept.items()}
        entry: Entry = [self._before + place, tool, kept, time.time(), None, None, NOT_RETURNED]
        self._whole.append(entry)
        self.log.append(entry)
        if not is_told:
            self._untold.add(id(entry))
        elif self._on_start is not None:
            self._on_start(entry[N], tool.qualified_name, kept)
        return entry

    def end(self, entry: Entry, *, result: object = None, error: str | None = None) -> None:
        """Records how a call ended."""
        entry[ENDED] = time.time()
        entry[RESULT] = result if type(result) in _FIXED else kept_result(result)
        entry[ERROR] = error
        if self._on_end is not None and id(entry) not in self._untold:
            self._on_end(tool_call(entry))

    def keep(self, value: object) -> Any:
        """Copies an argument, which may be the host's own object by now."""
        return value if is_short(value) else Clip(MAX_KEPT_CHARS).copy(self._inward(value))


def kept_result(result: object) -> Any:
    """What is kept of a result."""
    return result if is_short(result) else Clip(MAX_KEPT_CHARS).copy(result)


def is_short(value: Any) -> bool:
    """Whether a value is kept as it is."""
    kind = type(value)
    return kind in _FIXED or (kind in _SIZED and len(value) <= MAX_KEPT_CHARS)


def _entries(log: Sequence[Any], whole: Mapping[int, Entry], first: int) -> list[Entry]:
    """Puts the calls of a log together.

    Args:
        log: A copy of it.
        whole: Copies of the calls that went the whole way, by the identity of their entries.
        first: The number of its first call.
    """
    made: list[Entry] = []
    still_open: list[Entry] = []
    items = iter(log)
    for item in items:
        if type(item) is list:
            made.append(whole[id(item)])
        elif type(item) is Shape:
            arguments = {name: next(items) for name in item.names}
            entry = [first + len(made), item.tool, arguments, next(items), None, None, NOT_RETURNED]
            made.append(entry)
            still_open.append(entry)
        else:
            ended = next(items)
            if still_open:
                still_open.pop()[ENDED:] = [ended, *_outcome(item)]
    return made


def _outcome(end: Any) -> Outcome:
    if isinstance(end, type):  # of an exception, where the stack was too deep to say more
        return Outcome(error=end.__name__)
    return end if type(end) is Outcome else Outcome(end)
