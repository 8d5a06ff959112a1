"""Finding tools by a few words, among any number of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from threading import Lock

from codeact_sdk.tools.fulltext import Entry, FullText, NoFullText
from codeact_sdk.tools.search import rank
from codeact_sdk.tools.tool import Tool

_CAMEL = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
_HEADINGS = ("Args:\n", "Returns:\n", "Raises:\n")
"""What nearly every docstring has, and says nothing of its tool."""


class ToolIndex:
    """Searches tools; what is needed for it is made at the first search."""

    def __init__(self, tools: Iterable[Tool], purposes: Mapping[str, str]) -> None:
        """Makes an index.

        Args:
            tools: Where to look, in an order that decides between equals.
            purposes: What each namespace is for.
        """
        self._tools = tuple(tools)
        self._purposes = dict(purposes)
        self._lock = Lock()
        self._full_text: FullText | None = None
        self._is_made = False

    def search(self, query: str, *, limit: int) -> tuple[Tool, ...]:
        """Tools that hold at least one word of a query, the best first.

        Args:
            query: A few words.
            limit: How many at most.
        """
        if limit < 1:
            return ()
        with self._lock:
            if not self._is_made:
                self._full_text = self._make()
                self._is_made = True
            if self._full_text is not None:
                found = self._full_text.find(_query_words(query), limit=limit)
                return tuple(self._tools[number] for number in found)
        return rank(self._tools, query, self._purposes)[:limit]

    def _make(self) -> FullText | None:
        try:
            return FullText(map(self._entry, self._tools))
        except NoFullText as reason:
            import logging  # noqa: PLC0415  # it costs a start some milliseconds, and nearly every Python has FTS5

            logging.getLogger("codeact").warning("tools are searched one by one, slow among thousands: %s", reason)
            return None

    def _entry(self, tool: Tool) -> Entry:
        summary, _, rest = _encodable(tool.own_doc).partition("\n\n")
        for heading in _HEADINGS:
            rest = rest.replace(heading, "\n")
        names = " ".join([parameter.name for parameter in tool.parameters])
        pack = _encodable(f"{tool.pack} {self._purposes.get(tool.pack, '')}") if tool.pack else ""
        return Entry(_spaced(tool.name), summary, pack, f"{rest} {names}")


def _encodable(text: str) -> str:
    """The text without lone surrogates, which SQLite does not take."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _spaced(name: str) -> str:
    """`listOrders` as words; an underscore parts words anyway."""
    return name if name.islower() else re.sub(_CAMEL, " ", name)


def _query_words(query: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[^\W_]+", re.sub(_CAMEL, " ", query))]
