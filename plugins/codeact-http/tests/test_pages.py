"""Pages as text and links, also those that are made to keep a reader busy."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_http.pages import links_of, readable
from codeact_http.tools import _parsed
from codeact_sdk import ToolError

TAGS = st.sampled_from(
    ["<div>", "</div>", "<p>", "<b>", "</b>", "<li>", "<ul>", "</ul>", "<table>", "<td>", "<pre>", "<blockquote>", "<a href='x'>", "&#32;", "\n", "x"]
)  # fmt: skip


@given(st.lists(TAGS | st.text(max_size=5), max_size=60).map("".join))
def test_any_page_is_read(html):
    """However broken it is."""
    assert isinstance(readable(html), str)
    assert all(link.url.startswith("http") for link in links_of(html, "http://x/"))


@pytest.mark.parametrize(
    "html",
    [
        "<a " * 100_000,
        "<!--" * 100_000,
        "<" * 100_000,
        "<pre>x" + " " * 300_000 + "y</pre>",
        "<pre>" + "\n" * 300_000 + "x</pre>",
        "<p>x" + "&#32;" * 300_000 + "y",
        "<div>" * 2_000 + "</b>" * 50_000,
        "<table><tr><td colspan=1000000000>x",
    ],
    ids=["tags", "comments", "brackets", "blanks", "newlines", "entities", "ends", "columns"],
)
def test_no_page_takes_the_square_of_its_length(html):
    """Each of these took minutes by another parser, or by patterns that look at blanks again and again."""
    assert len(readable(html)) < 400_000


def test_a_page_that_is_nested_without_end_is_told():
    """What follows would have been cut off in silence."""
    assert readable("<div>" * 900 + "deep" + "</div>" * 900 + "after") == "deep\nafter"
    with pytest.raises(ToolError, match=r"^the page has thousands of elements inside one another: take it as it is"):
        readable("<div>" * 5_000 + "deep")
    with pytest.raises(ToolError, match="inside one another"):
        links_of("<div>" * 5_000, "http://x/")


def test_indents_do_not_multiply_a_page():
    """Each level of Markdown's quotes stands before each line."""
    html = "<blockquote>" * 500 + "x<br>" * 5_000
    assert len(readable(html)) < len(html)


def test_links_inside_one_another_do_not_multiply_a_page():
    """The text of a link is no longer than one is."""
    links = links_of("".join(f"<a href=/{n}><div>" for n in range(500)) + "word " * 1_000, "http://x/")
    assert max(len(link.text) for link in links) == 301


def test_links_are_read_against_the_address_that_the_page_names():
    """As browsers do; an address that is none is passed over."""
    html = '<base href="/docs/"><a href="a">A</a><map><area href="b" alt="B"></map>'
    assert [(link.url, link.text) for link in links_of(html, "http://x/y/z")] == [
        ("http://x/docs/a", "A"),
        ("http://x/docs/b", "B"),
    ]
    assert links_of('<base href="http://[bad"><a href="a">A</a>', "http://x/y/z")[0].url == "http://x/y/a"


@pytest.mark.parametrize("html", ["", " \n", "\0", "<!-- -->", "<?xml version='1.0'?>"])
def test_a_page_with_nothing_in_it_is_empty(html):
    """And no error."""
    assert readable(html) == ""
    assert links_of(html, "http://x/") == []


def test_a_page_that_takes_too_long_is_given_up(make_context):
    """The thread goes on, the call does not."""
    may_end = threading.Event()

    async def main():
        try:
            await _parsed(make_context(settings={"timeout_s": 0.05}), "http://x/a", lambda _: may_end.wait(30), "")
        finally:
            may_end.set()

    told = r"^http://x/a takes longer than 0\.05 s to parse: take it as it is, with http\.get$"
    with pytest.raises(ToolError, match=told):
        asyncio.run(main())
