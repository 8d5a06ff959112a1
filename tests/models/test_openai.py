"""The chat completions protocol, as pure functions and where it has a behaviour of its own."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.errors import ModelAuthError, ModelProtocolError, ModelRequestError
from codeact_sdk.messages import Message, Usage
from codeact_sdk.models.base import ModelRequest
from codeact_sdk.models.openai import build_request, openai_model, parse_event, parse_response

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "delta",
                    "content",
                    "text",
                    "type",
                    "finish_reason",
                    "stop_reason",
                    "usage",
                    "error",
                    "prompt_tokens",
                    "prompt_tokens_details",
                    "refusal",
                    "model",
                ]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


over_the_wire = pytest.mark.parametrize("speech", ["openai"], indirect=True)


def said(*pairs):
    """Write a request from roles and texts."""
    return ModelRequest(messages=tuple(Message(role=role, content=text) for role, text in pairs), stop=("</execute>",))


def test_the_body():
    """Observations are said by the user, neighbours are joined, and empty messages are left out."""
    request = said(
        ("system", "S"), ("user", "U"), ("assistant", "A"), ("observation", "O"), ("user", "N"), ("assistant", " ")
    )
    assert build_request("max_tokens", "m", request, False) == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "S"},
            {"role": "user", "content": "U"},
            {"role": "assistant", "content": "A"},
            {"role": "user", "content": "O\n\nN"},
        ],
        "stop": ["</execute>"],
    }


def test_a_streaming_body_asks_for_usage():
    """Without stream_options a stream has no usage."""
    body = build_request("max_completion_tokens", "m", ModelRequest(messages=(), max_tokens=5), True)
    assert body["stream_options"] == {"include_usage": True}
    assert body["max_completion_tokens"] == 5


@pytest.mark.parametrize(
    ("message", "text", "stop"),
    [
        ({"content": "a"}, "a", "end"),
        ({"content": None, "refusal": "I will not."}, "I will not.", "refusal"),
        (
            {"content": [{"type": "text", "text": "a"}, {"type": "image_url"}, {"type": "text", "text": "b"}]},
            "ab",
            "end",
        ),
        ({"content": None, "reasoning_content": "hm", "tool_calls": []}, "", "end"),
    ],
)
def test_kinds_of_content(message, text, stop):
    """Text, content parts and refusals are read; reasoning is not part of the reply."""
    delta = parse_response({"choices": [{"message": message, "finish_reason": "stop"}]})
    assert (delta.text, delta.stop) == (text, stop)


def test_a_stop_string_that_the_server_names():
    """What vLLM tells about stop strings is passed on."""
    delta = parse_event({"choices": [{"delta": {}, "finish_reason": "stop", "stop_reason": "</execute>"}]})
    assert delta.stop == "stop_string"


def test_the_last_chunk_has_usage_and_no_choices():
    """A chunk without choices is no fault in a stream."""
    delta = parse_event({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}})
    assert delta.usage == Usage(input_tokens=5, output_tokens=2)


@given(st.dictionaries(st.sampled_from(["choices", "usage", "error", "model"]), JSON))
def test_no_payload_can_break_it(payload):
    """Any JSON gives a delta or the one error that means malformed."""
    parse_event(payload)
    with suppress(ModelProtocolError):
        parse_response(payload)


def unsupported(field, code="unsupported_parameter"):
    """Write the error of a model that does not take a field."""
    return {"error": {"message": f"no {field}", "type": "invalid_request_error", "param": field, "code": code}}


@over_the_wire
def test_fields_that_a_model_refuses_are_learnt(bench):
    """A reasoning model's refusals cost one request each, once; stop strings are then cut here."""
    model = bench.model(temperature=0.5)
    answers = [
        bench.whole(unsupported("max_tokens"), status=400),
        bench.whole(unsupported("stop"), status=400),
        bench.whole(unsupported("temperature", "unsupported_value"), status=400),
        bench.says("<execute>1</execute> and on and on"),
    ]
    request = {"max_tokens": 9, "stop": ["</execute>"]}
    reply = bench.complete(*answers, model=model, **request)
    assert (reply.text, reply.stop) == ("<execute>1</execute>", "stop_string")
    bench.complete(bench.says("ok"), model=model, **request)
    assert len(bench.server.requests) == 5
    assert {"stop", "temperature", "max_tokens"}.isdisjoint(bench.server.requests[4].body)
    assert bench.server.requests[4].body["max_completion_tokens"] == 9
    assert bench.slept == []


@over_the_wire
def test_both_names_of_a_field_refused(bench):
    """A field that is refused under either name is left out, and the trying ends."""
    answers = [bench.whole(unsupported(name), status=400) for name in ("max_tokens", "max_completion_tokens")]
    assert bench.complete(*answers, bench.says("ok"), max_tokens=9).text == "ok"
    assert not {"max_tokens", "max_completion_tokens"} & set(bench.server.requests[2].body)


@over_the_wire
def test_a_needed_field_is_never_left_out(bench):
    """A server that refuses `messages` refuses the request."""
    with pytest.raises(ModelRequestError):
        bench.complete(bench.whole(unsupported("messages"), status=400))


@over_the_wire
def test_an_error_with_a_numeric_code_inside_a_stream(bench):
    """OpenRouter puts the HTTP status into the event."""
    bad = bench.sse(
        {"error": {"code": 403, "message": "flagged"}, "choices": [{"delta": {}, "finish_reason": "error"}]}
    )
    with pytest.raises(ModelAuthError, match="403: flagged"):
        bench.complete(bench.stream(bad), streaming=True)


@over_the_wire
def test_a_stream_without_the_done_mark(bench):
    """A finish reason is enough for servers that leave out [DONE]; so is [DONE] alone."""
    events = [*bench.speech.text_events("ok"), *bench.speech.last_events()]
    assert bench.complete(bench.stream(bench.sse(*events[:-1])), streaming=True).text == "ok"
    assert bench.complete(bench.stream(bench.sse(*events[:-3], "[DONE]")), streaming=True).text == "ok"


def test_where_the_defaults_come_from():
    """The environment gives key and base URL; OpenAI itself is not asked without a key, a local server is."""
    with pytest.raises(ModelAuthError, match="openai:gpt needs a key: set the environment variable OPENAI_API_KEY"):
        openai_model("gpt", environ={})
    local = openai_model("llama3:8b", environ={"OPENAI_BASE_URL": "http://localhost:8000/v1/"})
    assert repr(local) == "HttpModel('openai:llama3:8b' at http://localhost:8000/v1/chat/completions)"
    openai = openai_model("gpt", environ={"OPENAI_API_KEY": "sk-1"})
    assert repr(openai) == "HttpModel('openai:gpt' at https://api.openai.com/v1/chat/completions)"
