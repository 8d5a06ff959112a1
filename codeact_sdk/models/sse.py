"""Server-sent events from bytes, without I/O.

Follows the event stream format of the HTML standard (section 9.2), with one leniency: an event that the
stream ends on without an empty line is given out too, since several model servers end that way.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
"""A carriage return at the very end may be half of a CRLF, so it waits for the next byte."""


@dataclass(frozen=True)
class ServerEvent:
    """One event of a stream."""

    name: str
    """The `event:` field; empty where there was none."""
    data: str
    """The `data:` lines, joined by line feeds."""


class EventStream:
    r"""Takes bytes cut at any place and gives the events that are whole.

    Lines are split as bytes and decoded whole, so that a character cut in two by the network stays one.

    Example:
        >>> stream = EventStream()
        >>> stream.feed(b"data: on"), stream.feed(b"e\n\n")
        ([], [ServerEvent(name='', data='one')])
    """

    def __init__(self) -> None:
        self._waiting = b""
        self._at_start = True
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Take the next bytes."""
        self._waiting += chunk
        if self._at_start:
            if codecs.BOM_UTF8.startswith(self._waiting):
                return []
            self._waiting = self._waiting.removeprefix(codecs.BOM_UTF8)
            self._at_start = False
        *lines, self._waiting = _LINE_END.split(self._waiting)
        return [event for line in lines if (event := self._take(line.decode("utf-8", "replace"))) is not None]

    def finish(self) -> list[ServerEvent]:
        """Take the end of the stream: what no empty line ended counts as an event."""
        events = self.feed(b"\n\n")
        self._waiting = b""
        return events

    def _take(self, line: str) -> ServerEvent | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data.append(value)
        # Comments (an empty field), `id`, `retry` and unknown fields say nothing about the reply.
        return None

    def _dispatch(self) -> ServerEvent | None:
        event = ServerEvent(self._name, "\n".join(self._data)) if self._data else None
        self._name = ""
        self._data = []
        return event
