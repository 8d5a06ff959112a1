"""ScriptedModel says its script and keeps the requests."""

import asyncio

import pytest

from codeact_sdk.errors import ModelTimeout, ReplayExhausted
from codeact_sdk.messages import Message, Reply, Usage
from codeact_sdk.models.base import Model
from codeact_sdk.testing import ScriptedModel

ASK = [Message(role="system", content="Be brief."), Message(role="user", content="2 + 2?")]


def test_is_a_model():
    """The fake satisfies the protocol that the agent asks for."""
    model: Model = ScriptedModel([])
    assert isinstance(model, Model)
    assert model.name == "scripted"
    assert repr(model) == "ScriptedModel(0 replies, 0 requests)"


def test_texts_and_replies_come_in_order():
    """A text becomes a reply under the model's name, a reply is given as it is."""
    whole = Reply(text="4", stop="length", usage=Usage(input_tokens=3))
    model = ScriptedModel(["first", whole], name="fake")
    assert model.complete(ASK) == Reply(text="first", model="fake")
    assert model.complete(ASK) is whole


def test_an_exception_in_the_script_is_raised():
    """A script can make the model fail, and go on afterwards."""
    model = ScriptedModel([ModelTimeout("too slow"), "after"])
    with pytest.raises(ModelTimeout, match="too slow"):
        model.complete(ASK)
    assert model.complete(ASK).text == "after"


def test_a_function_sees_the_conversation():
    """A function in place of a list answers what was asked."""
    model = ScriptedModel(lambda messages: messages[-1].content.upper())
    assert model.complete(ASK).text == "2 + 2?"
    assert model.complete([Message(role="user", content="hello")]).text == "HELLO"


def test_requests_are_kept_whole():
    """A test can look at what the agent sent, options included."""
    model = ScriptedModel(["a"])
    model.complete(ASK, stop=["</execute>"], max_tokens=7, temperature=0.5)
    (request,) = model.requests
    assert request.messages == tuple(ASK)
    assert (request.stop, request.max_tokens, request.temperature) == (("</execute>",), 7, 0.5)


def test_the_end_of_the_script_names_the_question():
    """Running out says how long the script is and what has no answer."""
    model = ScriptedModel(["a"])
    model.complete(ASK)
    with pytest.raises(ReplayExhausted, match=r"has 1 replies.*'2 \+ 2\?'"):
        model.complete(ASK)


def test_streams_in_pieces_that_join_to_the_text():
    """With on_text the reply arrives in several pieces, nothing lost."""
    seen: list[str] = []
    text = "  Let me see.\n<execute>\nprint(1)\n</execute>\n"
    assert ScriptedModel([text]).complete(ASK, on_text=seen.append).text == text
    assert "".join(seen) == text
    assert len(seen) > 2


def test_async_is_the_same():
    """Acomplete gives what complete gives."""
    seen: list[str] = []
    model = ScriptedModel(["a b"])
    assert asyncio.run(model.acomplete(ASK, on_text=seen.append)).text == "a b"
    assert "".join(seen) == "a b"
