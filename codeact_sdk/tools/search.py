"""Finding tools by a few words, one by one: for a Python whose SQLite has no full-text search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codeact_sdk.later import later_pattern
from codeact_sdk.tools.tool import Tool

_WORD = later_pattern(r"[A-Za-z]+|\d+")
_CAMEL = later_pattern(r"(?<=[a-z0-9])(?=[A-Z])")
_WEIGHTS = (8.0, 4.0, 3.0, 1.0)
"""For a word in the name, the summary, the namespace or purpose, and the rest."""


def rank(tools: Iterable[Tool], query: str, purposes: Mapping[str, str]) -> tuple[Tool, ...]:
    """Tools that hold at least one word of a query, the best first; equals keep their order.

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
    found = _WORD.findall(_CAMEL.sub(" ", text))
    return frozenset(word.lower().removesuffix("s") if len(word) > 3 else word.lower() for word in found)  # noqa: PLR2004  # "is", "bus"
