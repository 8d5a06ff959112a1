"""Encodings: said by bytes, servers or pages, and none that was not made for text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_http.texts import decode, is_binary

CHARSETS = st.sampled_from(
    [None, "", "utf-8", "latin1", "utf-16", "punycode", "idna", "zlib", "unicode_escape", "\0", "rot13"]
)


@given(st.binary(max_size=300), CHARSETS | st.text(max_size=10), st.booleans())
def test_any_bytes_become_text(body, charset, is_html):
    """Whatever the server says of them."""
    assert isinstance(decode(body, charset, is_html=is_html), str)
    assert is_binary(body, charset) in (True, False)


@given(st.text(max_size=100), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_what_was_encoded_is_decoded(text, charset):
    """Where the server says how."""
    text = text.lstrip("\ufeff")
    assert decode(text.encode(charset), charset, is_html=False) == text


@pytest.mark.parametrize(
    ("body", "charset", "is_html", "text"),
    [
        ("\ufeffgröße".encode(), None, False, "größe"),
        ("größe".encode("utf-16"), None, False, "größe"),
        ("größe".encode("cp1252"), None, False, "größe"),
        ("10 €".encode("cp1252"), "iso-8859-1", False, "10 €"),
        (b'<meta charset="koi8-r">' + "привет".encode("koi8-r"), None, True, '<meta charset="koi8-r">привет'),
        ('<meta charset="utf-16">größe'.encode(), None, True, '<meta charset="utf-16">größe'),
        (b'<meta charset="koi8-r">' + "größe".encode(), "utf-8", True, '<meta charset="koi8-r">größe'),
        (b"abc-", "punycode", False, "abc-"),
    ],
)
def test_who_knows_best_is_believed(body, charset, is_html, text):
    """The mark of the bytes, then the server, then the page, then UTF-8, then what old pages are."""
    assert decode(body, charset, is_html=is_html) == text


def test_pairs_of_bytes_are_text(site, value):
    """Every second byte of theirs may be NUL."""
    site.pages["/a"] = (200, {"Content-Type": "text/plain; charset=utf-16"}, "plain".encode("utf-16"))
    assert value(f"http.text('{site.url}/a')") == "plain"


def test_json_may_begin_with_a_mark(site, value):
    """Some servers of one vendor send it."""
    site.pages["/a"] = (200, {"Content-Type": "application/json"}, b'\xef\xbb\xbf{"a": 1}')
    assert value(f"http.json('{site.url}/a')") == {"a": 1}


def test_what_is_no_json_is_not_sent(site, refused):
    """Nothing has been asked then."""
    assert "what is given as json= cannot be sent as JSON: " in refused(
        f"http.request('POST', '{site.url}/', json=float('nan'))", methods=["POST"]
    )
    assert site.asked() == []
