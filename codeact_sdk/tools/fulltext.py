"""Full-text search by SQLite's FTS5, in memory: the library has the index, the stemming and the ranking that we would write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from weakref import finalize

if TYPE_CHECKING:
    import sqlite3

MAX_RANKED = 2_000
"""How many entries are ranked for one query, which takes about a millisecond and a half; see `FullText.find`."""

MAX_WORDS = 24
"""Of one query; more of them would be a text, not a search."""

_WHOLE_WORDS = 3
"""Words that are no longer than this are not completed: they begin too many others."""


class Entry(NamedTuple):
    """What is said about one thing, by what a word in it is worth."""

    name: str
    summary: str
    place: str
    rest: str


class NoFullText(Exception):  # noqa: N818  # a signal inside this folder
    """This Python's SQLite cannot search text; the message says why."""


def connect() -> sqlite3.Connection:
    """Opens a database in memory, which more than one thread may use in turn.

    Raises:
        NoFullText: Python was built without SQLite.
    """
    try:
        import sqlite3  # noqa: PLC0415  # most toolsets are never searched
    except ImportError as error:
        raise NoFullText(f"this Python has no SQLite ({error})") from error
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


class FullText:
    """Finds the entries that hold the words of a query; for one thread at a time."""

    def __init__(self, entries: Iterable[Entry], *, connect: Callable[[], sqlite3.Connection] = connect) -> None:
        """Reads the entries; ten thousand take a tenth of a second.

        Args:
            entries: In an order that decides between equals.
            connect: Opens an empty database.

        Raises:
            NoFullText: SQLite cannot search text.
        """
        self._database = connect()
        finalize(self, self._database.close)  # Python 3.13 warns of one that is left open
        try:
            self._database.execute(_TABLE)
        except self._database.Error as error:
            raise NoFullText(f"the SQLite of this Python has no FTS5 ({error})") from error
        self._database.execute("BEGIN")
        self._database.executemany(_INSERT, ((number, *entry) for number, entry in enumerate(entries)))
        self._database.execute("COMMIT")

    def find(self, words: Sequence[str], *, limit: int) -> tuple[int, ...]:
        """Numbers of the entries that hold at least one word, the best first.

        A word in the name counts most, then one in the summary; words count more the fewer entries they are in, and forms
        of one word are the same. A word that no entry holds may be the beginning of one.
        Ranking looks at every entry with one of the words, so only the words that tell entries apart are ranked by: the
        rarest, as long as they are in `MAX_RANKED` entries together. The others only fill up what is left of the limit.

        Args:
            words: Without signs.
            limit: How many at most.
        """
        telling, common = self._terms(words)
        found = dict.fromkeys(self._query(_RANKED, " OR ".join(telling), limit)) if telling else {}
        for query in _tiers(common) if common else ():
            if len(found) >= limit:
                break
            found |= dict.fromkeys(self._query(_FIRST, query, limit + len(found)))
        return tuple(found)[:limit]

    def _terms(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """The words that entries are ranked by and those that are in too many, as terms of a query."""
        counted = []
        for word in dict.fromkeys(words[:MAX_WORDS]):
            term = f'"{word}"'
            count = self._count(term)
            if not count and len(word) > _WHOLE_WORDS:
                term = f"{term}*"
                count = self._count(term)
            if count:
                counted.append((count, term))
        telling: list[str] = []
        common: list[str] = []
        left = MAX_RANKED
        for count, term in sorted(counted, key=lambda pair: pair[0]):
            left -= count
            (telling if left >= 0 else common).append(term)
        return telling, common

    def _count(self, term: str) -> int:
        (count,) = self._query(_COUNT, term, MAX_RANKED + 1)
        return count

    def _query(self, statement: str, query: str, limit: int) -> list[int]:
        return [row[0] for row in self._database.execute(statement, (query, limit))]


def _tiers(terms: Sequence[str]) -> Iterable[str]:
    """Queries for entries with common words: with all of them, with one in the name, in the summary, anywhere."""
    some = " OR ".join(terms)
    if len(terms) > 1:
        yield " AND ".join(terms)
    yield f"name : ({some})"
    yield f"summary : ({some})"
    yield some


_TABLE = (
    "CREATE VIRTUAL TABLE entry USING fts5("
    + ", ".join(Entry._fields)
    + ", content = '', tokenize = 'porter unicode61')"
)
_INSERT = "INSERT INTO entry (rowid, name, summary, place, rest) VALUES (?, ?, ?, ?, ?)"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM entry WHERE entry MATCH ? LIMIT ?)"
_FIRST = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY rowid LIMIT ?"
_RANKED = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry, 8, 4, 3, 1), rowid LIMIT ?"
