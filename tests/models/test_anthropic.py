"""Anthropic's messages protocol, as pure functions."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.errors import ModelAuthError, ModelProtocolError
from codeact_sdk.messages import Message, Usage
from codeact_sdk.models.anthropic import DEFAULT_MAX_TOKENS, anthropic_model, build_request, parse_event, parse_response
from codeact_sdk.models.base import ModelRequest

CACHED = {"cache_control": {"type": "ephemeral"}}
ROLES = st.sampled_from(["system", "user", "assistant", "observation"])


def text(content, **more):
    """Write a text block."""
    return {"type": "text", "text": content, **more}


def said(*pairs, **options):
    """Write a request from roles and texts."""
    return ModelRequest(messages=tuple(Message(role=role, content=content) for role, content in pairs), **options)


def test_the_body():
    """System stands apart, same roles are merged, and the two stable prefixes are marked for the cache."""
    request = said(
        ("system", "S"),
        ("user", "U"),
        ("assistant", "A"),
        ("observation", "O"),
        ("user", "N"),
        stop=("</execute>", "\n"),
    )
    assert build_request(True, "m", request, False) == {
        "model": "m",
        "max_tokens": DEFAULT_MAX_TOKENS,
        "system": [text("S", **CACHED)],
        "messages": [
            {"role": "user", "content": [text("U")]},
            {"role": "assistant", "content": [text("A")]},
            {"role": "user", "content": [text("O"), text("N", **CACHED)]},
        ],
        "stop_sequences": ["</execute>"],
    }


def test_without_the_cache():
    """Other servers of the protocol may not know the mark, so it can be left out."""
    body = build_request(False, "m", said(("system", "S"), ("user", "U"), max_tokens=5, temperature=0), True)
    assert "cache_control" not in str(body)
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (5, 0, True)


def test_a_last_assistant_turn_does_not_end_in_white_space():
    """The protocol refuses that."""
    body = build_request(True, "m", said(("user", "U"), ("assistant", "So:\n")), False)
    assert body["messages"][-1]["content"] == [text("So:", **CACHED)]


@given(st.lists(st.tuples(ROLES, st.text(max_size=5)), max_size=10))
def test_what_the_protocol_refuses_is_never_built(pairs):
    """For any conversation: no empty text, no system role, roles alternate, at most four cache marks."""
    body = build_request(True, "m", said(*pairs), False)
    blocks = [*body.get("system", []), *(block for message in body["messages"] for block in message["content"])]
    assert all(block["text"].strip() for block in blocks)
    roles = [message["role"] for message in body["messages"]]
    assert set(roles) <= {"user", "assistant"}
    assert all(one != other for one, other in pairwise(roles))
    assert sum("cache_control" in block for block in blocks) <= 2


def test_the_prefix_stays_the_same():
    """What one step sent is, marks aside, the beginning of what the next step sends."""
    conversation = [
        ("system", "S"),
        ("user", "U"),
        ("assistant", "A"),
        ("observation", "O"),
        ("assistant", "B"),
        ("user", "V"),
    ]
    first, second = (build_request(False, "m", said(*conversation[:end]), False) for end in (4, 6))
    assert second["system"] == first["system"]
    assert second["messages"][: len(first["messages"])] == first["messages"]


def test_usage_counts_the_whole_prompt():
    """Tokens read from and written to the cache are input tokens too."""
    usage = {"input_tokens": 5, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 100, "output_tokens": 7}
    delta = parse_response({"type": "message", "content": [], "stop_reason": "end_turn", "usage": usage})
    assert delta.usage == Usage(input_tokens=125, output_tokens=7, cached_tokens=100)


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("end_turn", "end"),
        ("stop_sequence", "stop_string"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refusal"),
        ("pause_turn", "end"),
        (None, None),
    ],
)
def test_stop_reasons(reason, stop):
    """Each documented reason has its meaning, in a response and in a stream."""
    assert parse_response({"content": [], "stop_reason": reason}).stop == stop
    assert parse_event({"type": "message_delta", "delta": {"stop_reason": reason}}).stop == stop


def test_thinking_is_not_text():
    """Blocks and deltas of other kinds do not get into the reply."""
    blocks = [{"type": "thinking", "thinking": "hm"}, text("a"), {"type": "tool_use", "input": {}}, text("b")]
    assert parse_response({"content": blocks}).text == "ab"
    for delta in ({"type": "thinking_delta", "thinking": "hm"}, {"type": "input_json_delta", "partial_json": "{"}):
        assert parse_event({"type": "content_block_delta", "delta": delta}).text == ""


@given(
    st.sampled_from(
        [
            "message_start",
            "content_block_start",
            "content_block_delta",
            "message_delta",
            "message_stop",
            "ping",
            "error",
            "new_kind",
        ]
    ),
    st.dictionaries(
        st.sampled_from(["message", "delta", "content_block", "usage", "content", "error"]),
        st.recursive(
            st.none() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner) | st.dictionaries(st.sampled_from(["text", "type", "usage", "stop_reason"]), inner)
            ),
        ),
    ),
)
def test_no_payload_can_break_it(kind, fields):
    """Any JSON gives a delta or the one error that means malformed."""
    parse_event({"type": kind, **fields})
    with suppress(ModelProtocolError):
        parse_response(fields)


def test_where_the_defaults_come_from():
    """The environment gives key and base URL, with or without the version in it."""
    with pytest.raises(ModelAuthError, match="set the environment variable ANTHROPIC_API_KEY"):
        anthropic_model("claude", environ={})
    model = anthropic_model("claude", environ={"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "http://proxy/v1/"})
    assert repr(model) == "HttpModel('anthropic:claude' at http://proxy/v1/messages)"
