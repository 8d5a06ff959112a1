"""Pictures: what they are and how large, by their first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import gif, jpeg, png, svg, webp

from codeact_sdk.packs import Image
from codeact_sdk.tools.images import PICTURES, bytes_text, image_size, image_text, kind_of, mime_of

FILES = [png(640, 480), jpeg(640, 480), gif(640, 480), webp(640, 480), svg(640, 480)]


@pytest.mark.parametrize(("data", "mime"), list(zip(FILES, PICTURES, strict=True)), ids=PICTURES)
def test_each_kind_tells_what_it_is_and_how_large(data, mime):
    """A model reads of a picture its kind and its size, which stand in the header."""
    assert (mime_of(data), image_size(data)) == (mime, (640, 480))
    assert Image(data).mime == mime


@pytest.mark.parametrize("form", ["VP8 ", "VP8L", "VP8X"])
def test_every_form_of_webp_has_a_size(form):
    """WebP has three kinds of header."""
    assert image_size(webp(33, 65, form)) == (33, 65)
    assert image_size(webp(33, 65).replace(b"VP8 ", b"ALPH")) is None


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('<svg viewBox="0 0 30 20"/>', (30, 20)),
        ('<?xml version="1.0"?>\n<!-- made - by hand -->\n<svg width="12.6px" height="7"/>', (13, 7)),
        ("<svg>", None),
        ('<svg width="100%" height="2em">', None),
        ('<svg width="1.2.3" height="2">', None),
        ("<svg " + "x" * 9_000, None),
    ],
)
def test_a_drawing_tells_its_size_where_it_has_one(text, size):
    """Drawings may be of any size; then none is told."""
    assert image_size(text.encode()) == size


def test_what_is_read_in_place_of_a_picture():
    """Kind, size, bytes and words; nothing of it can break a line."""
    assert image_text(Image(png(4, 3), alt="sales\nby  month")).endswith(" bytes: sales by month]")
    assert image_text(Image(b"<svg>")) == "[image image/svg+xml, 5 bytes]"
    assert len(image_text(Image(b"<svg>", alt="x" * 9_000))) < 300
    assert repr(Image(b"<svg>")) == "[image image/svg+xml, 5 bytes]"


def test_a_picture_is_a_value():
    """Equal where file and words are, never changed."""
    one = Image(b"<svg>", alt="a")
    assert one == Image(b"<svg>", mime="image/svg+xml", alt="a")
    assert one != Image(b"<svg>")
    assert one != "a"
    assert len({one, Image(b"<svg>", alt="a")}) == 1
    with pytest.raises(AttributeError, match="cannot assign"):
        one.alt = "b"
    with pytest.raises(AttributeError, match="cannot delete"):
        del one.alt


@pytest.mark.parametrize(
    ("data", "mime", "words"),
    [
        ("text", None, "give the bytes of a file"),
        (b"%PDF-1.7", None, "a PDF document: give a PNG"),
        (b"hello", None, "of no known kind"),
        (b"<html>", "image/svg+xml", "of no known kind"),
        (b"<svg>", "image/png", r"the data is image/svg\+xml, and mime says image/png"),
    ],
)
def test_what_is_no_picture_is_refused(data, mime, words):
    """A page under the name of a picture would be shown by a browser as a page."""
    with pytest.raises(ValueError, match=words):
        Image(data, mime=mime)


@given(st.sampled_from([*FILES, webp(3, 4, "VP8L"), webp(3, 4, "VP8X")]), st.integers(0, 60), st.binary(max_size=40))
def test_damaged_headers_are_read_to_their_end(data, length, rest):
    """Any bytes after a right beginning give a size or none."""
    damaged = data[:length] + rest
    size = image_size(damaged)
    assert size is None or (len(size) == 2 and min(size) >= 0)
    assert isinstance(kind_of(damaged), str)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 KB"), (12_400, "12 KB"), (7_000_000, "7.0 MB"), (3e9, "3.0 GB")],
)
def test_bytes_are_told_in_the_unit_of_people(number, text):
    """Two digits tell enough."""
    assert bytes_text(number) == text


def test_kinds_of_files_have_names():
    """What bytes are is told in words."""
    assert [kind_of(data) for data in (FILES[3], FILES[4], b"PAR1x", b"?")] == [
        "a WebP picture",
        "an SVG drawing",
        "Parquet",
        "",
    ]
