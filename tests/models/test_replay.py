"""ReplayModel gives recorded replies again."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.errors import ReplayExhausted
from codeact_sdk.messages import Message, Reply, Usage
from codeact_sdk.models.base import Model
from codeact_sdk.models.replay import ReplayModel, pieces

ASK = [Message(role="user", content="hello")]
RECORDED = [
    Reply(text="one", usage=Usage(input_tokens=4, output_tokens=1), model="m"),
    Reply(text="two", stop="length"),
]


def test_gives_the_record_unchanged_then_says_how_many_there_were():
    """Replies come as recorded, usage included, and the end is a named error."""
    model = ReplayModel(RECORDED, name="replay:abc")
    assert isinstance(model, Model)
    assert [model.complete(ASK), model.complete(ASK)] == RECORDED
    with pytest.raises(ReplayExhausted, match="replay:abc holds 2 replies"):
        model.complete(ASK)


def test_an_empty_record_is_exhausted_at_once():
    """A run that failed before its first reply replays to the error."""
    with pytest.raises(ReplayExhausted, match="0 replies"):
        ReplayModel([]).complete(ASK)


def test_streams_and_async_share_the_position():
    """Streaming and async callers draw from the same record."""
    model = ReplayModel(RECORDED)
    seen: list[str] = []
    assert model.complete(ASK, on_text=seen.append).text == "one"
    assert asyncio.run(model.acomplete(ASK, on_text=seen.append)).text == "two"
    assert seen == ["one", "two"]
    assert repr(model) == "ReplayModel('replay', 2 of 2 replies given)"


@given(st.text())
def test_pieces_lose_nothing(text):
    """Any text is the sum of its pieces, and no piece is empty."""
    split = list(pieces(text))
    assert "".join(split) == text
    assert all(split)
