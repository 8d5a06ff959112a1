"""Finding tools by a few words, among few and among thousands."""

from __future__ import annotations

import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from catalogue import QUERIES, catalogue
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.tools.fulltext import MAX_RANKED, Entry, FullText, NoFullText, connect
from codeact_sdk.tools.tool import make_tool
from codeact_sdk.tools.toolset import ToolGroup, Toolset


def find_order(order_id: str) -> str:
    """Looks up an order.

    Args:
        order_id: Its number, as on the invoice.

    Returns:
        What was bought.
    """
    return order_id


def listHTTPRoutes() -> list[str]:  # noqa: N802  # names like this are what is tested
    """Gives the ways into a server."""
    return []


def bookmark(page: str, label: str) -> None:
    """Remembers where something stands, such as a route.

    Never tells anybody about é.
    """


bookmark.__doc__ = f"{bookmark.__doc__} \ud800"  # half of a character, which is no UTF-8


def toolset() -> Toolset:
    """Makes a few tools that have words in common."""
    packed = (make_tool(bookmark, pack="notes"),)
    return Toolset.of([find_order, listHTTPRoutes], groups=[ToolGroup("notes", "Keeps places.", tools=packed)])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("order", ["find_order"]),
        ("ORDERS ordering", ["find_order"]),
        ("invoices", ["find_order"]),
        ("number", ["find_order"]),
        ("routes", ["listHTTPRoutes", "notes.bookmark"]),
        ("list", ["listHTTPRoutes"]),
        ("http", ["listHTTPRoutes"]),
        ("listRoutes", ["listHTTPRoutes", "notes.bookmark"]),
        ("serv", ["listHTTPRoutes"]),
        ("notes", ["notes.bookmark"]),
        ("place", ["notes.bookmark"]),
        ("label", ["notes.bookmark"]),
        ("E", ["notes.bookmark"]),
        ("args", []),
        ("returns", []),
        ("bo", []),
        ("_ - ! \" ' * : ( ) NEAR", []),
    ],
)
def test_words_are_found_in_whatever_form(query: str, found: list[str]) -> None:
    """Names are words, forms of a word are one word, a beginning finds the whole, headings and signs are nothing."""
    assert [tool.qualified_name for tool in toolset().search(query)] == found


def test_a_word_in_the_name_counts_more_than_one_in_the_text() -> None:
    """The same word finds the tool first that is called so, in whatever order they stand."""

    def parcels() -> None:
        """Sends."""

    def send() -> None:
        """Parcels."""

    def post() -> None:
        """Sends.

        Also parcels.
        """

    for tools in ([post, send, parcels], [parcels, post, send]):
        assert [tool.name for tool in Toolset.of(tools).search("parcel")] == ["parcels", "send", "post"]


def test_the_limit_holds() -> None:
    """At most as many as were asked for; none for a limit below one."""
    assert len(toolset().search("order routes", limit=2)) == 2
    assert toolset().search("order", limit=0) == ()
    assert toolset().search("order", limit=-1) == ()


@given(st.text(max_size=40))
def test_no_query_is_an_error(query: str) -> None:
    """Whatever a model writes is words, never a query in SQLite's language."""
    assert all(tool.qualified_name in SEARCHED for tool in SEARCHED.search(query))


SEARCHED = toolset()


def entries() -> list[Entry]:
    """Makes more entries with one word than are ranked."""
    found = [Entry(f"thing {n}", "Common.", "", "every") for n in range(MAX_RANKED + 100)]
    found[-1] = Entry("every", "Common.", "", "")
    found[-2] = Entry("thing", "Every common.", "", "")
    found[-3] = Entry("rare", "Common.", "", "every")
    return found


def test_a_word_in_very_many_entries_only_fills_up() -> None:
    """What it is worth is told by where it stands: the name, the summary, anywhere, each in order."""
    index = FullText(entries())
    last = MAX_RANKED + 99
    assert index.find(["every"], limit=4) == (last, last - 1, 0, 1)
    assert index.find(["every", "rare"], limit=3) == (last - 2, last, last - 1)
    assert index.find(["common", "every"], limit=2) == (0, 1)
    assert index.find(["nowhere"], limit=2) == ()


def test_equals_keep_their_order() -> None:
    """The same query finds the same, whenever it is asked."""
    index = FullText([Entry("thing", "Something.", "", "") for _ in range(50)])
    assert index.find(["thing"], limit=50) == tuple(range(50))


def test_threads_search_at_once() -> None:
    """A toolset is searched first by several threads, and each gets what it asked for."""
    searched = toolset()
    queries = ["order", "routes", "notes", "nothing"] * 20
    expected = [toolset().search(query) for query in queries[:4]] * 20
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(searched.search, queries)) == expected


def test_a_python_without_sqlite_looks_at_each_tool(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Search works all the same, and the log says once why it is slow."""
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    searched = toolset()
    assert [tool.name for tool in searched.search("orders")] == ["find_order"]
    assert searched.search("quantum") == ()
    assert [record.message.partition(" (")[0] for record in caplog.records] == [
        "tools are searched one by one, slow among thousands: this Python has no SQLite"
    ]


def test_sqlite_without_fts5_is_told() -> None:
    """The reason names what is missing, and the database is closed."""

    def connect_to_less() -> sqlite3.Connection:
        database = connect()
        database.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        opened.append(database)
        return database

    opened: list[sqlite3.Connection] = []
    with pytest.raises(NoFullText, match=r"the SQLite of this Python has no FTS5 \(not authorized"):
        FullText([], connect=connect_to_less)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_a_python_without_sqlite_finds_the_beginning_of_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts half: whole words come first."""
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert [tool.name for tool in toolset().search("ordering")] == ["find_order"]


def test_the_right_tool_is_among_the_first_five_for_nearly_every_query() -> None:
    """A thousand tools, and what people would ask for in their own words: 95 in 100 find theirs."""
    tools = catalogue()
    assert len(tools) == 1_000
    missed = [
        query
        for query, wanted in QUERIES.items()
        if wanted not in [tool.qualified_name for tool in tools.search(query)]
    ]
    assert len(missed) <= len(QUERIES) * 0.05, missed
