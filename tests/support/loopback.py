"""A real HTTP server on loopback that speaks both protocols and misbehaves as a test asks it to."""

import asyncio
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from codeact_sdk.messages import Message, Reply
from codeact_sdk.models.anthropic import anthropic_model
from codeact_sdk.models.http import Clock, HttpModel
from codeact_sdk.models.openai import openai_model

KEY = "sk-secret-0123456789"
ASK = (
    Message(role="system", content="Be brief."),
    Message(role="user", content="2 + 2?"),
)


@dataclass(frozen=True)
class Received:
    """One request as the server saw it."""

    path: str
    headers: dict[str, str]
    body: dict


class Handler(BaseHTTPRequestHandler):
    """Gives the next answer of the script to each request."""

    protocol_version = "HTTP/1.1"
    timeout = 10  # a client that keeps a connection must not keep the test
    server: "Loopback"

    def setup(self):
        super().setup()
        self.server.connections += 1

    def do_POST(self):
        length = int(self.headers["content-length"])
        body = json.loads(self.rfile.read(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(Received(self.path, headers, body))
        answer = self.server.script.popleft() if self.server.script else whole({"error": "no answer left"}, status=418)
        answer(self)

    def log_message(self, *_):
        """Say nothing."""

    def head(self, status: int, headers: dict[str, str]):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


Answer = Callable[[Handler], None]


class Loopback(ThreadingHTTPServer):
    """The server, its script and what it received."""

    daemon_threads = False
    block_on_close = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: deque[Answer] = deque()
        self.requests: list[Received] = []
        self.connections = 0
        self.released = threading.Event()
        self.heard = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """A client may hang up: that is what some tests are about."""


def whole(payload: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Answer with one JSON body, or with a text as it is."""

    def answer(handler: Handler):
        body = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
        kind = "text/html" if isinstance(payload, str) and payload.startswith("<") else "application/json"
        handler.head(status, {"content-type": kind, "content-length": str(len(body)), **(headers or {})})
        handler.wfile.write(body)

    return answer


def stream(*chunks: bytes, end: str = "clean") -> Answer:
    """Answer with a chunked event stream that ends "clean", with the connection "closed" or "reset"."""

    def answer(handler: Handler):
        handler.head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        for chunk in filter(None, chunks):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if end == "hangs":
            handler.server.released.wait(30)
        if end == "reset behind text":
            # A reset may overtake what was sent, so it waits until the client has read that.
            handler.server.heard.wait(30)
        if end == "clean":
            handler.wfile.write(b"0\r\n\r\n")
        else:
            hang_up(handler, reset=end.startswith("reset"))

    return answer


def raw(data: bytes) -> Answer:
    """Answer with these bytes and close the connection."""

    def answer(handler: Handler):
        handler.wfile.write(data)
        hang_up(handler, reset=False)

    return answer


def drop(*, reset: bool = False) -> Answer:
    """Close the connection without an answer."""
    return lambda handler: hang_up(handler, reset=reset)


def hang(handler: Handler):
    """Say nothing until the test is over."""
    handler.server.released.wait(30)
    hang_up(handler, reset=False)


def hang_up(handler: Handler, *, reset: bool):
    """Close the connection in order, or as a crash does."""
    handler.close_connection = True
    handler.wfile.flush()
    if reset:
        # A linger time of zero makes close() send RST.
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
    else:
        handler.connection.shutdown(socket.SHUT_RDWR)


def sse(*payloads: object) -> bytes:
    """Write payloads as the data of events, named as Anthropic names them."""
    return b"".join(
        b"data: [DONE]\n\n"
        if payload == "[DONE]"
        else (f"event: {payload['type']}\n" if "type" in payload else "").encode()
        + b"data: "
        + json.dumps(payload).encode()
        + b"\n\n"
        for payload in payloads
    )


class OpenAISpeech:
    """How OpenAI says things."""

    scheme = "openai"
    factory = staticmethod(openai_model)
    path = "/v1/chat/completions"
    suffix = "/v1"
    overload: ClassVar = {"error": {"message": "overloaded", "type": "server_error", "code": None}}
    slow_down: ClassVar = {"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}
    spent: ClassVar = {
        "error": {"message": "no credit", "type": "insufficient_quota", "code": "credit_balance_exhausted"}
    }
    reasons: ClassVar = {"end": "stop", "stop_string": "stop", "length": "length", "refusal": "content_filter"}

    def reply(self, text, *, stop="end"):
        return {
            "id": "c1",
            "object": "chat.completion",
            "model": "m-1",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": self.reasons[stop]}
            ],
            "usage": {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 8}},
        }

    def text_events(self, *texts):
        return [
            {"object": "chat.completion.chunk", "model": "m-1", "choices": [{"index": 0, "delta": {"content": text}}]}
            for text in ("", *texts)
        ]

    def last_events(self, stop="end"):
        return [
            {
                "model": "m-1",
                "choices": [{"index": 0, "delta": {}, "finish_reason": self.reasons[stop]}],
                "usage": None,
            },
            {"model": "m-1", "choices": [], "usage": self.reply("")["usage"]},
            "[DONE]",
        ]


class AnthropicSpeech:
    """How Anthropic says things."""

    scheme = "anthropic"
    factory = staticmethod(anthropic_model)
    path = "/v1/messages"
    suffix = ""
    overload: ClassVar = {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}
    slow_down: ClassVar = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}
    spent: ClassVar = {
        "type": "error",
        "error": {
            "type": "rate_limit_error",
            "message": "no credit",
            "details": {"error_code": "enforced_spend_limit_reached"},
        },
    }
    reasons: ClassVar = {
        "end": "end_turn",
        "stop_string": "stop_sequence",
        "length": "max_tokens",
        "refusal": "refusal",
    }
    counters: ClassVar = {"input_tokens": 3, "cache_creation_input_tokens": 1, "cache_read_input_tokens": 8}

    def reply(self, text, *, stop="end"):
        return {
            "type": "message",
            "role": "assistant",
            "model": "m-1",
            "content": [{"type": "text", "text": text}],
            "stop_reason": self.reasons[stop],
            "usage": {**self.counters, "output_tokens": 3},
        }

    def text_events(self, *texts):
        start = {"model": "m-1", "content": [], "stop_reason": None, "usage": {**self.counters, "output_tokens": 1}}
        return [
            {"type": "message_start", "message": start},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "ping"},
            *(
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
                for text in texts
            ),
        ]

    def last_events(self, stop="end"):
        return [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": self.reasons[stop]}, "usage": {"output_tokens": 3}},
            {"type": "message_stop"},
        ]


@dataclass
class Bench:
    """One protocol, the server that speaks it, and the model that is tested against it."""

    server: Loopback
    speech: OpenAISpeech | AnthropicSpeech
    is_async: bool
    slept: list[float] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    key = KEY
    ask = ASK
    whole = staticmethod(whole)
    stream = staticmethod(stream)
    raw = staticmethod(raw)
    drop = staticmethod(drop)
    hang = staticmethod(hang)
    sse = staticmethod(sse)

    def says(self, text, *, stop="end") -> Answer:
        """Answer with a whole reply."""
        return whole(self.speech.reply(text, stop=stop))

    def streams(self, *texts, stop="end", end="clean") -> Answer:
        """Answer with a whole reply, streamed."""
        return stream(sse(*self.speech.text_events(*texts)), sse(*self.speech.last_events(stop)), end=end)

    def hear(self, piece: str):
        """Take a piece of the reply."""
        self.seen.append(piece)
        self.server.heard.set()

    def model(self, **options) -> HttpModel:
        """Make a model that asks the server and neither waits nor guesses."""

        async def asleep(seconds):
            self.slept.append(seconds)

        clock = Clock(now=lambda: 1_000_000_000.0, sleep=self.slept.append, asleep=asleep, jitter=lambda: 1.0)
        given = {
            "base_url": self.server.url + self.speech.suffix,
            "api_key": KEY,
            "max_retries": 2,
            "timeout_s": 20,
            "clock": clock,
            "client_options": {"trust_env": False},
        }
        return self.speech.factory("m", environ={}, **{**given, **options})

    def complete(self, *answers: Answer, streaming: bool = False, model: HttpModel | None = None, **request) -> Reply:
        """Script the server, ask once, and close."""
        self.server.script.extend(answers)
        model = model or self.model()
        if streaming:
            request["on_text"] = self.hear
        if self.is_async:
            return asyncio.run(model.acomplete(ASK, **request))
        with model:
            return model.complete(ASK, **request)
