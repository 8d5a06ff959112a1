"""What is taken out of cassettes, in whatever form it stands there."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codeact_sdk.errors import ConfigError
from codeact_sdk.testing.hiding import Hiding, is_secret_header

SECRET = 'pä+s/w&o"rd 1?'


def hiding(*values: str) -> Hiding:
    """Hides these as TOKEN."""
    return Hiding({"TOKEN": set(values)})


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").replace("%C3%A4%2", "%c3%a4%2").replace("B", "b").replace("F", "f"),
        quote_plus(SECRET),
        urlencode({"a": SECRET}),
        json.dumps({"a": SECRET}),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps(SECRET).replace("/", "\\/"),
        html.escape(SECRET),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(f"user:{SECRET}".encode()).decode().rstrip("="),
    ],
)
def test_a_secret_is_hidden_in_every_form(form):
    """Nothing of it is left, and its name says what stood there."""
    hidden = hiding(SECRET).text(f"<{form}>")
    assert "HIDDEN_TOKEN" in hidden
    for part in ("pä", "w&o", "p%C3%A4", "70c3a4", "cMOk", "\\u00e4"):
        assert part not in hidden


@given(
    st.binary(max_size=12),
    st.text(st.characters(codec="utf-8"), min_size=6, max_size=20),
    st.binary(max_size=12),
    st.booleans(),
)
@example(b"\xff\xff\xff", "secret", b"\xff", False)
def test_base64_hides_a_secret_wherever_it_begins(before, secret, after, urlsafe):
    """Whatever bytes stand around it, no base64 that is left holds it."""
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    hidden = hiding(secret).body(b"x: " + encode(before + secret.encode() + after) + b"\n")
    assert b"HIDDEN_TOKEN" in hidden
    for piece in hidden.replace(b"HIDDEN_TOKEN", b" ").split():
        for start in range(4):
            whole = piece.rstrip(b"=")[start:]
            decoded = base64.b64decode(whole[: len(whole) // 4 * 4], altchars=b"-_" if urlsafe else None)
            assert secret.encode() not in decoded


@given(st.text(max_size=60))
def test_a_text_without_the_secret_stays(text):
    """Nothing else is touched."""
    assert hiding("no-such-secret").text(text) == text


def test_the_longer_of_two_secrets_goes_first():
    """One that is a part of another leaves nothing of it."""
    both = Hiding({"A": {"abcdef"}, "B": {"xxabcdefxx"}})
    assert both.text("xxabcdefxx abcdef") == "HIDDEN_B HIDDEN_A"


def test_parameters_of_urls_go_by_their_names():
    """Keys and signatures go, with whatever value; pages, and words that end alike, stay."""
    url = "https://me:pw@api.example/v1?api_key=a&page=2&Token=b&pageToken=c&X-Amz-Signature=d&monkey=e#f"
    assert hiding().url(url) == (
        "https://api.example/v1?api_key=HIDDEN&page=2&Token=HIDDEN&pageToken=c&X-Amz-Signature=HIDDEN&monkey=e#f"
    )


def test_fields_of_bodies_go_by_their_names():
    """What a server for logins sends, which no test has given."""
    told = b'{"access_token": "ey\\"J", "key": "PROJ-1", "client_secret":"s", "n": 1}'
    assert hiding().body(told) == b'{"access_token": "HIDDEN", "key": "PROJ-1", "client_secret":"HIDDEN", "n": 1}'
    assert hiding().body(b"client_secret=abc&grant=x&password=d") == b"client_secret=HIDDEN&grant=x&password=HIDDEN"


@pytest.mark.parametrize(
    ("name", "goes"),
    [
        ("Authorization", True),
        ("proxy-authorization", True),
        ("Cookie", True),
        ("Set-Cookie", True),
        ("X-Api-Key", True),
        ("x-shop-token", True),
        ("X-Amz-Security-Token", True),
        ("Ocp-Apim-Subscription-Key", True),
        ("Content-Type", False),
        ("ETag", False),
        ("X-Next-Page-Token", False),
        ("WWW-Authenticate", False),
        ("Link", False),
    ],
)
def test_headers_go_by_their_names(name, goes):
    """Those that carry keys; what a tool needs to go on stays."""
    assert is_secret_header(name) is goes


def test_a_short_secret_is_refused():
    """A letter would be found everywhere."""
    with pytest.raises(ConfigError, match="TOKEN that the test gives has 1 characters"):
        hiding("t").text("test")
