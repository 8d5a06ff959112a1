"""A reply while it is being written: stop strings and pieces, without a server."""

from hypothesis import example, given
from hypothesis import strategies as st

from codeact_sdk.messages import Usage
from codeact_sdk.models.exchange import Draft
from codeact_sdk.models.provider import Delta, clean

STOPS = ("</execute>", "ab", "bb")
TEXT = st.text(alphabet="ab</execut> é", max_size=40) | st.text(max_size=20)


def write(pieces, *, stops=STOPS):
    """Write a reply in these pieces."""
    seen = []
    draft = Draft(stops, seen.append)
    for piece in pieces:
        draft.add(Delta(text=piece))
    draft.add(Delta(done=True))
    return draft.reply(), seen


@given(st.lists(TEXT, max_size=6))
@example(["a", "b", "c"])
@example(["</exe", "cute", ">tail"])
def test_pieces_do_not_matter(pieces):
    """However a reply is cut into pieces, it ends behind its first stop string, and the pieces join to it."""
    reply, seen = write(pieces)
    whole, _ = write(["".join(pieces)])
    assert reply == whole
    assert "".join(seen) == reply.text
    assert all(seen)


@given(TEXT)
def test_nothing_stands_behind_the_first_stop_string(text):
    """The text is kept up to the end of the stop string that is complete first, whole where there is none."""
    reply, _ = write([text])
    ends = [text.find(stop) + len(stop) for stop in STOPS if stop in text]
    assert reply.text == clean(text)[: min(ends, default=None)]
    assert reply.stop == ("stop_string" if ends else "end")


def test_without_stop_strings_all_is_kept():
    """No stop string, no cut."""
    assert write(["</execute>", "x"], stops=())[0].text == "</execute>x"


def test_the_largest_counters_and_the_first_refusal_count():
    """Counters that come in parts are merged, and a refusal is not turned into an ordinary end."""
    draft = Draft((), None)
    draft.add(Delta(usage=Usage(input_tokens=9, cached_tokens=4, output_tokens=1), model="m"))
    draft.add(Delta(stop="refusal", text="no"))
    draft.add(Delta(stop="end", usage=Usage(output_tokens=7)))
    reply = draft.reply()
    assert (reply.stop, reply.model) == ("refusal", "m")
    assert reply.usage == Usage(input_tokens=9, output_tokens=7, cached_tokens=4)
    assert draft.given == 0
