"""Server-sent events are the same wherever the bytes were cut."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codeact_sdk.models.sse import EventStream, ServerEvent

LINES = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8).map("data: ".__add__),
        st.sampled_from(
            ["", "", ": comment", "event: ping", "data", "data:", "id: 1", "retry: 5", "[DONE]", "data: é😀"]
        ),
    ),
    max_size=12,
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def events_of(chunks):
    """Read a whole stream that arrives in these chunks."""
    stream = EventStream()
    return [event for chunk in chunks for event in stream.feed(chunk)] + stream.finish()


@st.composite
def streams_and_cuts(draw):
    """Draw a stream with any line ends, byte garbage included, and places to cut it."""
    text = "".join(line + draw(ENDS) for line in draw(LINES)).encode()
    data = (
        draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text + draw(st.sampled_from([b"", b"data: half", b"\xf0\x9f"]))
    )
    return data, sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))


@given(streams_and_cuts())
@example((b"data: a\r\n\r\ndata: b\r\n\r\n", [8]))
@example((b"\xef\xbb\xbfdata: a\n\n", [1, 2]))
def test_where_the_bytes_are_cut_does_not_matter(case):
    """Whole, cut anywhere, or byte by byte: the events are the same."""
    data, cuts = case
    expected = events_of([data])
    assert events_of([data[i:j] for i, j in zip([0, *cuts], [*cuts, len(data)], strict=True)]) == expected
    assert events_of([bytes([byte]) for byte in data]) == expected


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), min_size=1)), ENDS)
def test_what_is_written_is_read(texts, end):
    """Any text sent line by line as the format asks comes out as it went in."""
    written = "".join("".join(f"data: {line}{end}" for line in text.split("\n")) + end for text in texts)
    assert [event.data for event in events_of([written.encode()])] == texts


@given(st.binary())
def test_no_bytes_can_break_it(data):
    """Arbitrary bytes give events or nothing, never an exception."""
    assert all(isinstance(event, ServerEvent) for event in events_of([data]))


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"data: a\ndata: b\n\n", [("", "a\nb")]),
        (b"event: error\ndata: x\n\ndata: y\n\n", [("error", "x"), ("", "y")]),
        (b"event: ping\n\n", []),
        (b": only a comment\n\n", []),
        (b"data:no space\n\ndata:  two\n\n", [("", "no space"), ("", " two")]),
        (b"data\n\n", [("", "")]),
        (b"data: no end", [("", "no end")]),
        (b"data: \xff\n\n", [("", "\ufffd")]),
        (b"\n\n\n", []),
        (b"", []),
    ],
)
def test_the_format(data, events):
    """The cases of the standard, and the leniency at the end."""
    assert [(event.name, event.data) for event in events_of([data])] == events


def test_events_are_given_out_at_once():
    """An event is not held back until the next one begins."""
    stream = EventStream()
    assert stream.feed(b"data: a\n") == []
    assert stream.feed(b"\n") == [ServerEvent("", "a")]
    assert stream.feed(b"data: b\r\n\r\n") == [ServerEvent("", "b")]
