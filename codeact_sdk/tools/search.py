"""Finding tools by a few words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from threading import Lock

from codeact_sdk.tools.fulltext import Entry, FullText, NoFullText
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


_WEIGHTS = (8.0, 4.0, 3.0, 1.0)
"""For a word in the name, the summary, the namespace or purpose, and the rest."""


def rank(tools: Iterable[Tool], query: str, purposes: Mapping[str, str]) -> tuple[Tool, ...]:
    """As `ToolIndex.search`, with all that is found, by looking at every tool: for a Python whose SQLite has no FTS5.

    Equals keep their order.

    Args:
        tools: Where to look.
        query: A few words.
        purposes: What each namespace is for.
    """
    words = _words(query)
    scored = []
    for tool in tools:
        fields = (
            _words(tool.name),
            _words(tool.doc.summary),
            _words(f"{tool.pack} {purposes.get(tool.pack, '')}"),
            _words(" ".join((tool.doc.description, *tool.doc.parameters, *tool.doc.parameters.values()))),
        )
        score = sum(_score(word, fields) for word in words)
        if score:
            scored.append((score, tool))
    return tuple(tool for _, tool in sorted(scored, key=lambda pair: -pair[0]))


def _score(word: str, fields: tuple[frozenset[str], ...]) -> float:
    for weight, found in zip(_WEIGHTS, fields, strict=True):
        if word in found:
            return weight
        if any(len(known) > 3 and (known.startswith(word) or word.startswith(known)) for known in found):  # noqa: PLR2004  # shorter ones begin too many words
            return weight / 2
    return 0.0


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"[A-Za-z]+|\d+", re.sub(_CAMEL, " ", text))
    return frozenset(word.lower().removesuffix("s") if len(word) > 3 else word.lower() for word in found)  # noqa: PLR2004  # "is", "bus"
