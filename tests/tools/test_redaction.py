"""Values of secrets are taken out of texts and data, whatever form they have."""

from __future__ import annotations

import base64
import html
import json
import re
from collections import OrderedDict, namedtuple
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.observations import CodeError, Observation, ToolCall
from codeact_sdk.tools.redaction import MIN_CHARS, Redactor
from codeact_sdk.values import make_record

VALUE = 's3cret/"+ü&<\\'
NAME = "[secret TOKEN]"


def redactor(*values: str) -> Redactor:
    """Knows these values."""
    made = Redactor()
    for number, value in enumerate(values or (VALUE,)):
        made.add("TOKEN" if number == 0 else f"TOKEN{number}", value)
    return made


ENCODINGS = {
    "plain": str,
    "json": lambda text: json.dumps(text)[1:-1],
    "json in json": lambda text: json.dumps(json.dumps(text))[1:-1],
    "json in unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "python": lambda text: repr(text)[1:-1],
    "python bytes": lambda text: repr(text.encode())[2:-1],
    "url": lambda text: quote(text, safe=""),
    "url path": quote,
    "url form": quote_plus,
    "url in small letters": lambda text: re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quote(text, safe="")),
    "url in mixed letters": lambda text: re.sub("%[0-9A-F]{2}", lambda found: found[0].swapcase() if found.start() % 2 else found[0], quote(text, safe="")),
    "html": html.escape,
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for urls": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "basic": lambda text: base64.b64encode(f"user:{text}".encode()).decode(),
    "base64 at the second offset": lambda text: base64.b64encode(f"u{text}tail".encode()).decode(),
    "base64 at the third offset": lambda text: base64.b64encode(f"uu{text}t".encode()).decode(),
}  # fmt: skip


@pytest.mark.parametrize("form", ENCODINGS)
def test_each_encoding_is_found(form):
    """Alone and inside of other text, nothing of the encoded value stays."""
    encoded = ENCODINGS[form](VALUE)
    made = redactor().text(f"before {encoded} after")
    assert encoded not in made
    assert NAME in made
    assert made.startswith("before ")
    assert made.endswith(" after")


@given(
    value=st.text(st.characters(codec="utf-8"), min_size=MIN_CHARS, max_size=40),
    before=st.text(max_size=10),
    after=st.text(max_size=10),
    form=st.sampled_from(sorted(ENCODINGS)),
)
def test_no_value_survives_whatever_stands_around_it(value, before, after, form):
    """For any value, in any of the encodings."""
    encoded = ENCODINGS[form](value)
    made = redactor(value).text(f"{before}{encoded}{after}")
    core = base64.b64encode(value.encode()).decode()[: len(value.encode()) * 8 // 6]
    if form == "base64":
        assert core not in made or core in NAME
    elif form not in ("basic", "base64 for urls", "base64 at the second offset", "base64 at the third offset"):
        assert len(encoded) < MIN_CHARS or encoded in NAME or encoded not in made.replace(NAME, "")


def test_longer_values_go_first_and_each_has_its_name():
    """A value that begins another is not taken for it."""
    made = redactor("prefix", "prefix-and-more")
    assert made.text("prefix prefix-and-more") == "[secret TOKEN] [secret TOKEN1]"


def test_short_values_are_left_in():
    """They would be found everywhere."""
    made = redactor("abc")
    assert not made
    assert made.text("abc abcdef") == "abc abcdef"
    assert made.data({"a": "abc"}) == {"a": "abc"}


def test_values_with_signs_of_patterns_are_taken_as_they_are():
    """Nothing of a value is a pattern."""
    assert redactor("a.*(b|c)+$^").text("x a.*(b|c)+$^ aXXb") == "x [secret TOKEN] aXXb"


def test_data_is_looked_through_as_deep_as_it_goes():
    """Keys, items, records, tuples, sets, bytes and our own value objects; what holds none is the same object."""
    made = redactor("s3cret-value")
    pair = namedtuple("Pair", "a b")("s3cret-value", 1)
    data = {
        "s3cret-value": ["x", ("s3cret-value", b"..s3cret-value..", bytearray(b"s3cret-value"))],
        "set": {"s3cret-value"},
        "frozen": frozenset({"s3cret-value"}),
        "record": make_record("Order", {"id": "s3cret-value", "n": 1}),
        "pair": pair,
        "ordered": OrderedDict(a="s3cret-value"),
        "n": [1, 2.5, None, True],
    }
    seen = made.data(data)
    assert "s3cret-value" not in repr(seen)
    assert seen["[secret TOKEN]"][1][1:] == (b"..[secret TOKEN]..", bytearray(b"[secret TOKEN]"))
    assert seen["record"].id == "[secret TOKEN]"
    assert type(seen["pair"]) is type(pair)
    assert type(seen["ordered"]) is OrderedDict
    assert seen["n"] is data["n"]
    clean = {"a": [1, {"b": ("c",)}], "r": make_record("R", {"x": 1})}
    assert made.data(clean) is clean


def test_data_that_holds_itself_ends():
    """A cycle is left as it is."""
    made = redactor("s3cret-value")
    data: list[object] = ["s3cret-value"]
    data.append(data)
    assert made.data(data)[0] == "[secret TOKEN]"


def test_observations_are_redacted_whole():
    """Output, value, error with traceback, hint and names, calls with arguments, results and errors, answer."""
    value = "s3cret-value"
    call = ToolCall(n=1, tool="a.b", arguments={"x": value}, result=[value], error=f"E: {value}", started=0, seconds=0)
    error = CodeError(type="E", message=value, source=value, hint=value, traceback=value, names=(f"x: {value}",))
    obs = Observation(
        status="error", stdout=value, stderr=value, value={value: value}, error=error, calls=(call,), answer=value
    )
    assert value not in repr(redactor(value).data(obs))


def test_an_exception_keeps_its_class():
    """With its message without values, or as it is."""
    made = redactor("s3cret-value")
    assert repr(made.error(KeyError("s3cret-value"))) == "KeyError('[secret TOKEN]')"
    clean = ValueError("x")
    assert made.error(clean) is clean


class Text(str):
    """A text of an own class."""


def test_a_text_of_another_class_is_a_text():
    """What holds a value becomes a plain text."""
    assert redactor("s3cret-value").data(Text("s3cret-value")) == "[secret TOKEN]"
    clean = Text("x")
    assert redactor("s3cret-value").data(clean) is clean


def test_values_that_overlap_leave_nothing_of_either():
    """The end of one may be the beginning of another."""
    made = redactor("abcdefXYZ", "XYZ12345", "12345678")
    assert made.text("<abcdefXYZ12345>") == "<[secret TOKEN]>"
    assert made.text("<abcdefXYZ12345678> XYZ12345") == "<[secret TOKEN]> [secret TOKEN1]"


def test_bytes_are_looked_at_as_text_is():
    """Longer values first, escapes in either case, base64 with its edges; bytes that are no UTF-8 stay as they are."""
    made = redactor("secret1", "secret123")
    assert made.data(b"\xff secret123 \x00secret1") == b"\xff [secret TOKEN1] \x00[secret TOKEN]"
    assert redactor("a/b+c/d").data(b"x=a%2fb%2Bc%2Fd") == b"x=[secret TOKEN]"
    basic = base64.b64encode(b"user:secret123")
    assert b"c2VjcmV0" not in made.data(b"Basic " + basic)
    assert made.data(bytearray(b"no")) == bytearray(b"no")


@pytest.mark.parametrize("value", ["k\udcffey-of-bytes", "k\ud800ey-of-halves"])
def test_a_value_that_is_no_utf8_is_found_all_the_same(value):
    """A variable of the environment may hold any bytes."""
    made = redactor(value)
    assert made.text(f"<{value}>") == "<[secret TOKEN]>"
    assert value not in made.text(json.dumps({"a": value}))


class Odd(Exception):  # noqa: N818  # it is one
    """An exception with an `__init__` of its own."""

    def __init__(self, name: str, *, pack: str) -> None:
        super().__init__(f"{name} of {pack}")


def test_an_exception_with_its_own_beginning_keeps_its_class():
    """It is not asked to begin anew."""
    made = redactor("s3cret-value").error(Odd("s3cret-value", pack="p"))
    assert (type(made), made.args) == (Odd, ("[secret TOKEN] of p",))
