"""Bodies that are packed, well and in bad faith."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_http.bodies import Unpacking


def packed(content: bytes, window: int) -> bytes:
    """Packs as a server would."""
    packing = zlib.compressobj(wbits=window)
    return packing.compress(content) + packing.flush()


FORMS = [("gzip", gzip.compress), ("deflate", lambda content: packed(content, 15)), ("", bytes)]


@given(st.binary(max_size=2_000), st.integers(1, 50), st.sampled_from(FORMS))
def test_what_was_packed_is_unpacked(content, step, form):
    """However the network cuts it."""
    encoding, pack = form
    unpacking = Unpacking(encoding)
    sent = pack(content)
    parts = [part for start in range(0, len(sent), step) for part in unpacking.feed(sent[start : start + step])]
    assert b"".join(parts) == content
    assert unpacking.is_whole


def test_pieces_are_small_however_much_a_few_bytes_stand_for():
    """Whoever counts can stop between them."""
    sent = gzip.compress(b"0" * 10_000_000)
    assert len(sent) < 10_000
    assert max(len(part) for part in Unpacking("gzip").feed(sent)) == 65_536


def test_deflate_without_its_wrapping_is_read(site, value):
    """Some servers send it so."""
    site.pages["/a"] = (200, {"Content-Type": "text/plain", "Content-Encoding": "deflate"}, packed(b"plain", -15))
    assert value(f"http.text('{site.url}/a')") == "plain"


def test_members_are_joined_and_what_follows_them_is_passed_over(site, value):
    """As gzip and browsers do."""
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"garbage"
    site.pages["/a"] = (200, {"Content-Type": "text/plain", "Content-Encoding": "x-gzip"}, body)
    assert value(f"http.text('{site.url}/a')") == "one two"


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip, deflate", "compress"])
def test_a_body_that_is_packed_twice_or_oddly_is_not_unpacked(site, refused, encoding):
    """Each step would multiply what the one before made."""
    bomb = gzip.compress(gzip.compress(b"0" * 1_000_000))
    site.pages["/a"] = (200, {"Content-Encoding": encoding}, bomb)
    assert refused(f"http.get('{site.url}/a')") == (
        f"{site.url}/a came packed as {encoding!r}: only gzip or deflate, once, is unpacked here"
    )


def test_members_without_content_are_counted_as_they_are_sent(site, refused):
    """Endless empty members unpack to nothing."""
    site.pages["/a"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"") * 1_000)
    assert "is larger than 10,000 bytes" in refused(f"http.get('{site.url}/a')", max_bytes=10_000)


def test_a_body_that_is_not_what_its_header_says_is_told(site, refused):
    """And so is one that ends too soon."""
    site.pages["/a"] = (200, {"Content-Encoding": "gzip"}, b"no gzip")
    assert "/a cannot be unpacked: " in refused(f"http.get('{site.url}/a')")
    site.pages["/b"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 1_000)[:-9])
    assert refused(f"http.get('{site.url}/b')") == f"{site.url}/b ended before its body was whole: try again"


def test_a_head_of_a_packed_page_has_no_body(site, value):
    """HEAD gives the headers of what GET would send."""
    site.zipped("/a", b"content")
    assert value(f"http.request('HEAD', '{site.url}/a').text", methods=["HEAD"]) == ""
