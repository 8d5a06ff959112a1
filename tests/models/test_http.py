"""A model behind HTTP, against a real server: what is asked, what is read, what is tried again."""

import email.utils
import socket

import pytest

from codeact_sdk.errors import (
    ConfigError,
    ModelAuthError,
    ModelProtocolError,
    ModelRateLimited,
    ModelRequestError,
    ModelTimeout,
    ModelUnavailable,
)
from codeact_sdk.messages import Usage
from codeact_sdk.models.base import Model

USAGE = Usage(input_tokens=12, output_tokens=3, cached_tokens=8)


def test_a_whole_reply(bench):
    """Text, reason, usage and the server's model name come back; the key goes out in the protocol's header."""
    reply = bench.complete(bench.says("4"), max_tokens=50, temperature=0.5)
    assert (reply.text, reply.stop, reply.model, reply.usage) == ("4", "end", "m-1", USAGE)
    (request,) = bench.server.requests
    assert request.path == bench.speech.path
    carried = {"openai": ("authorization", f"Bearer {bench.key}"), "anthropic": ("x-api-key", bench.key)}
    assert carried[bench.speech.scheme] in request.headers.items()
    assert request.body["model"] == "m"
    assert request.body["temperature"] == 0.5
    assert "stream" not in request.body


def test_a_streamed_reply(bench):
    """The pieces are given out as they come and the whole reply is the same as without streaming."""
    reply = bench.complete(bench.streams("Four", " is ", "4 ✓"), streaming=True)
    assert (reply.text, reply.stop, reply.model, reply.usage) == ("Four is 4 ✓", "end", "m-1", USAGE)
    assert bench.seen == ["Four", " is ", "4 ✓"]
    assert bench.server.requests[0].body["stream"] is True


def test_a_stream_cut_into_single_bytes(bench):
    """Where the network cuts the stream does not matter, not even inside a character."""
    events = bench.sse(*bench.speech.text_events("é", "漢字 😀"), *bench.speech.last_events())
    reply = bench.complete(bench.stream(*(bytes([byte]) for byte in events)), streaming=True)
    assert reply.text == "é漢字 😀"
    assert reply.usage == USAGE


@pytest.mark.parametrize("stop", ["length", "refusal"])
@pytest.mark.parametrize("streaming", [False, True])
def test_why_the_model_stopped(bench, stop, streaming):
    """A reply cut by the token limit and a refusal are told apart from an ordinary end."""
    answer = bench.streams("x", stop=stop) if streaming else bench.says("x", stop=stop)
    assert bench.complete(answer, streaming=streaming).stop == stop


def test_a_server_that_does_not_stream(bench):
    """A whole body in answer to a request for a stream is taken as it is."""
    assert bench.complete(bench.says("all at once"), streaming=True).text == "all at once"
    assert bench.seen == ["all at once"]


@pytest.mark.parametrize("streaming", [False, True])
def test_too_many_requests_wait_as_long_as_the_server_asks(bench, streaming):
    """Retry-After in seconds and as a date is honoured, and the reply that follows is given."""
    date = email.utils.formatdate(1_000_000_000 + 30, usegmt=True)
    answers = [
        bench.whole(bench.speech.slow_down, status=429, headers={"Retry-After": "7"}),
        bench.whole(bench.speech.slow_down, status=429, headers={"Retry-After": date}),
        bench.streams("ok") if streaming else bench.says("ok"),
    ]
    assert bench.complete(*answers, streaming=streaming).text == "ok"
    assert bench.slept == [7.0, 30.0]


def test_too_many_requests_in_the_end(bench):
    """After every retry the error says what the server asked for and how often it was tried."""
    answer = bench.whole(bench.speech.slow_down, status=429, headers={"Retry-After": "3"})
    with pytest.raises(ModelRateLimited, match=r"m: too many requests \(429: slow down\).*after 3 tries") as caught:
        bench.complete(answer, answer, answer)
    assert caught.value.retry_after_s == 3
    assert len(bench.server.requests) == 3


def test_a_wait_beyond_patience_is_not_begun(bench):
    """A server that asks for ten minutes ends the trying at once and its wish is passed on."""
    with pytest.raises(ModelRateLimited, match="asks to wait 600 s") as caught:
        bench.complete(bench.whole(bench.speech.slow_down, status=429, headers={"Retry-After": "600"}))
    assert caught.value.retry_after_s == 600
    assert bench.slept == []


def test_an_empty_account_is_not_asked_again(bench):
    """A 429 that means no money is final."""
    with pytest.raises(ModelRateLimited, match=r"nothing left to spend.*no credit"):
        bench.complete(bench.whole(bench.speech.spent, status=429))
    assert len(bench.server.requests) == 1


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 529])
def test_passing_failures_are_tried_again(bench, status):
    """Statuses that another try can cure are cured by it, with growing waits in between."""
    bad = bench.whole(bench.speech.overload, status=status)
    assert bench.complete(bad, bad, bench.says("ok")).text == "ok"
    assert bench.slept == [0.5, 1.0]


@pytest.mark.parametrize(("status", "error"), [(500, ModelUnavailable), (408, ModelTimeout), (409, ModelRequestError)])
def test_failures_that_do_not_pass(bench, status, error):
    """After every retry each status has its own error, with the server's words."""
    bad = bench.whole(bench.speech.overload, status=status)
    with pytest.raises(error, match=f"{status}: overloaded.*after 3 tries"):
        bench.complete(bad, bad, bad)


def test_the_server_decides_about_retries(bench):
    """x-should-retry overrules the status."""
    with pytest.raises(ModelUnavailable):
        bench.complete(bench.whole(bench.speech.overload, status=500, headers={"x-should-retry": "false"}))
    assert len(bench.server.requests) == 1


@pytest.mark.parametrize("status", [400, 402, 404, 413, 422])
def test_refusals_are_final(bench, status):
    """A request that the server refuses is not sent again; the error has status and reason."""
    with pytest.raises(ModelRequestError, match=f"{status}: too long") as caught:
        bench.complete(bench.whole({"error": {"type": "invalid_request_error", "message": "too long"}}, status=status))
    assert caught.value.status == status
    assert len(bench.server.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key(bench, status):
    """The error names the variable to check, and the key is shown nowhere, even if the server repeats it."""
    with pytest.raises(ModelAuthError, match=f"check {bench.speech.scheme.upper()}_API_KEY") as caught:
        bench.complete(bench.whole({"error": {"message": f"wrong key {bench.key}"}}, status=status))
    assert bench.key not in str(caught.value)
    assert "wrong key ***" in str(caught.value)
    assert bench.key not in repr(bench.model())


def test_a_missing_key(bench):
    """Where no key was sent the error says so."""
    with pytest.raises(ModelAuthError, match="no key was sent, set"):
        bench.complete(bench.whole({"error": "who are you?"}, status=401), model=bench.model(api_key=""))


def test_a_redirect_is_not_followed(bench):
    """The key does not travel to another server; the error says what to set."""
    with pytest.raises(ModelRequestError, match=r"leads elsewhere.*set the base URL"):
        bench.complete(bench.whole("<moved>", status=308, headers={"location": "http://127.0.0.1:9/"}))


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("streaming", [False, True])
def test_a_dropped_connection_is_tried_again(bench, reset, streaming):
    """A connection closed or reset without an answer costs one retry."""
    good = bench.streams("ok") if streaming else bench.says("ok")
    assert bench.complete(bench.drop(reset=reset), good, streaming=streaming).text == "ok"
    assert bench.slept == [0.5]


def test_connections_that_keep_dropping(bench):
    """In the end the error names the server."""
    with pytest.raises(ModelUnavailable, match=r"cannot reach http://127.0.0.1:.*after 3 tries"):
        bench.complete(*[bench.drop()] * 3)


def test_nobody_listens(bench):
    """A port without a server is an error of ours, after every retry."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        model = bench.model(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ModelUnavailable, match="cannot reach"):
            bench.complete(model=model)
    assert len(bench.slept) == 2


def test_silence(bench):
    """A server that says nothing is a timeout."""
    with pytest.raises(ModelTimeout, match="did not answer in time"):
        bench.complete(bench.hang, model=bench.model(timeout_s=0.2, max_retries=0))


def test_silence_in_a_stream(bench):
    """A stream that stops flowing is a timeout too, and is not tried again behind text."""
    answer = bench.stream(bench.sse(*bench.speech.text_events("Fo")), end="hangs")
    with pytest.raises(ModelTimeout):
        bench.complete(answer, streaming=True, model=bench.model(timeout_s=0.2))
    assert bench.seen == ["Fo"]
    assert len(bench.server.requests) == 1


def test_a_body_cut_short(bench):
    """A body shorter than announced is a lost connection."""
    cut = bench.raw(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"choi')
    assert bench.complete(cut, bench.says("ok")).text == "ok"
    assert len(bench.server.requests) == 2


def test_an_error_body_cut_short_keeps_its_status(bench):
    """What the status says counts even if the rest of the answer is lost."""
    cut = bench.raw(b'HTTP/1.1 400 Bad\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"err')
    with pytest.raises(ModelRequestError, match=r'400: \{"err'):
        bench.complete(cut)


@pytest.mark.parametrize(
    "answer",
    ["", "<html>Welcome</html>", '{"choices": [{"mess', "[]", "17", "{}", '{"choices": [], "content": null}'],
)
def test_bodies_that_are_no_reply(bench, answer):
    """Anything else than the protocol is named as such, after every retry."""
    with pytest.raises(ModelProtocolError, match=r"did not answer in its protocol.*after 3 tries"):
        bench.complete(*[bench.whole(answer)] * 3)


def test_a_page_in_place_of_a_stream(bench):
    """A proxy's page in answer to a request for a stream is shown."""
    with pytest.raises(ModelProtocolError, match="<html>Welcome"):
        bench.complete(*[bench.whole("<html>Welcome</html>")] * 3, streaming=True)


def test_no_http_at_all(bench):
    """A server of another kind is unreachable."""
    with pytest.raises(ModelUnavailable, match="RemoteProtocolError"):
        bench.complete(*[bench.raw(b"SSH-2.0-OpenSSH_9.6\r\n")] * 3)


@pytest.mark.parametrize("end", ["clean", "closed", "reset"])
def test_a_stream_cut_before_its_first_text_is_tried_again(bench, end):
    """Nothing was given out, so the reply is asked for once more."""
    begun = bench.stream(bench.sse(*bench.speech.text_events()), end=end)
    assert bench.complete(begun, bench.streams("ok"), streaming=True).text == "ok"
    assert bench.seen == ["ok"]


@pytest.mark.parametrize("end", ["clean", "closed", "reset behind text"])
def test_a_stream_cut_behind_text_is_an_error(bench, end):
    """What was given out cannot be taken back, so the cut is reported with its place and nothing is repeated."""
    begun = bench.stream(bench.sse(*bench.speech.text_events("Fo", "ur")), end=end)
    with pytest.raises(ModelProtocolError, match=r"cut after [0-9]+ characters"):
        bench.complete(begun, bench.streams("never"), streaming=True)
    assert "never" not in bench.seen
    assert len(bench.server.requests) == 1


def test_a_stream_cut_inside_an_event(bench):
    """Half an event at the end of a stream is a cut, not a malformed event."""
    begun = bench.stream(bench.sse(*bench.speech.text_events("Fo"))[:-20])
    with pytest.raises(ModelProtocolError, match=r"cut before its first character.*after 3 tries"):
        bench.complete(begun, begun, begun, streaming=True)


@pytest.mark.parametrize("end", ["closed", "reset behind text"])
def test_a_connection_lost_behind_the_last_event(bench, end):
    """A reply that is whole is given, whatever becomes of the connection."""
    assert bench.complete(bench.streams("ok", end=end), streaming=True).text == "ok"


def test_a_last_event_without_an_empty_line(bench):
    """Servers that end on the last event's line are understood."""
    events = bench.sse(*bench.speech.text_events("ok"), *bench.speech.last_events())
    assert bench.complete(bench.stream(events.rstrip(b"\n")), streaming=True).text == "ok"


@pytest.mark.parametrize("garbage", [b"data: {not json}\n\n", b"data: 17\n\n", b"data: \xff\xfe\n\n", b"data: [1]\n\n"])
def test_a_malformed_event(bench, garbage):
    """Before text it is tried again, behind text it is an error."""
    first = bench.stream(garbage)
    assert bench.complete(first, bench.streams("ok"), streaming=True).text == "ok"
    behind = bench.stream(bench.sse(*bench.speech.text_events("Fo")), garbage)
    with pytest.raises(ModelProtocolError, match="no JSON object but"):
        bench.complete(behind, streaming=True)


def test_noise_between_events(bench):
    """Comments, pings, retry fields, unknown events and CRLF do not disturb."""
    noise = b': OPENROUTER PROCESSING\r\n\r\nretry: 10\r\n\r\nevent: ping\r\ndata: {"type": "ping"}\r\n\r\n'
    events = bench.sse(*bench.speech.text_events("ok"), *bench.speech.last_events()).replace(b"\n", b"\r\n")
    assert bench.complete(bench.stream(noise, events), streaming=True).text == "ok"


def test_an_error_inside_a_stream(bench):
    """Before text it is tried again like the status it stands for, behind text it is raised."""
    bad = bench.sse(bench.speech.overload)
    assert bench.complete(bench.stream(bad), bench.streams("ok"), streaming=True).text == "ok"
    with pytest.raises(ModelUnavailable, match="overloaded"):
        bench.complete(bench.stream(bench.sse(*bench.speech.text_events("Fo")), bad), streaming=True)
    assert len(bench.server.requests) == 3


def test_a_refusal_inside_a_stream_is_final(bench):
    """A request error keeps its kind inside a stream."""
    bad = bench.sse({"type": "error", "error": {"type": "invalid_request_error", "message": "too long"}})
    with pytest.raises(ModelRequestError, match="400: too long"):
        bench.complete(bench.stream(bad), streaming=True)
    assert len(bench.server.requests) == 1


def test_an_error_with_status_200(bench):
    """Servers that report failures in an ordinary body are understood."""
    bad = bench.whole(bench.speech.overload)
    assert bench.complete(bad, bench.says("ok")).text == "ok"


def test_a_listener_that_fails(bench):
    """An exception of on_text reaches the caller as it is."""

    def listen(_):
        raise KeyError("listener")

    with pytest.raises(KeyError, match="listener"):
        bench.complete(bench.streams("a", "b"), on_text=listen)


def test_lone_surrogates_are_sendable(bench):
    """Text that no JSON reader takes is repaired in both directions."""
    model = bench.model(extra={"user": "\ud800"})
    reply = bench.complete(bench.says("bad \ud83d here, good 😀"), model=model)
    assert reply.text == "bad \ufffd here, good 😀"
    reply.model_dump_json()


@pytest.mark.parametrize(
    "options",
    [
        {"timeout_s": 0},
        {"max_retries": -1},
        {"base_url": "localhost:8000"},
        {"base_url": "ftp://x/"},
        {"base_url": "http://u:p@x/"},
        {"base_url": "http://x:port/"},
        {"api_key": "sk-\nx"},
        {"api_key": "sk-ä"},
        {"headers": {"x": "\x00"}},
    ],
)
def test_options_that_cannot_be(bench, options):
    """Wrong options are refused when the model is made, without showing the key."""
    with pytest.raises(ConfigError) as caught:
        bench.model(**options)
    assert "sk" not in str(caught.value)


def test_defaults_headers_and_extra_fields(bench):
    """Settings of the model fill what a request leaves open; extra fields add to the body or leave fields out."""
    model = bench.model(
        max_tokens=77, temperature=0.1, headers={"x-team": "blue"}, extra={"top_p": 1, "temperature": None}
    )
    bench.complete(bench.says("ok"), model=model)
    (request,) = bench.server.requests
    assert request.headers["x-team"] == "blue"
    assert request.body["top_p"] == 1
    assert "temperature" not in request.body
    assert 77 in request.body.values()


def test_is_a_model(bench):
    """The client satisfies the protocol that the agent asks for."""
    model: Model = bench.model()
    assert isinstance(model, Model)
    assert model.name == f"{bench.speech.scheme}:m"


def test_a_body_in_a_broken_encoding(bench):
    """A body that cannot be unpacked is no reply."""
    bad = bench.whole("not gzip", headers={"content-encoding": "gzip"})
    with pytest.raises(ModelProtocolError, match="DecodingError"):
        bench.complete(bad, bad, bad)


def test_events_behind_the_last_one(bench):
    """What a server says behind the end of a stream does not change the reply."""
    late = bench.sse(*bench.speech.text_events("late"), bench.speech.overload)
    events = bench.sse(*bench.speech.text_events("ok"), *bench.speech.last_events())
    assert bench.complete(bench.stream(events, late), streaming=True).text == "ok"
