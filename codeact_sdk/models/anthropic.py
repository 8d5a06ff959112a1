"""Anthropic's messages protocol.

Sources: Anthropic's API reference (version 2023-06-01): the system prompt stands outside the messages,
`max_tokens` is required, texts may not be empty, a last assistant turn may not end in white space, stop sequences
need a visible character, `input_tokens` leaves out what was read from or written to the cache, counters in
`message_delta` are cumulative; and its errors page for kinds and statuses.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Unpack

from codeact_sdk.errors import ModelAuthError, ModelProtocolError
from codeact_sdk.messages import Usage
from codeact_sdk.models.base import ModelRequest
from codeact_sdk.models.http import HttpModel, HttpOptions
from codeact_sdk.models.provider import Delta, Json, Provider, Stop, Turn, as_count, as_table, as_text, turns

BASE_URL = "https://api.anthropic.com"
API_VERSION = "2023-06-01"

DEFAULT_MAX_TOKENS = 8192
"""The protocol requires a limit; this one every current model allows."""

_STOPS: dict[str, Stop] = {
    "stop_sequence": "stop_string",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
"""What `stop_reason` means; every other one is an ordinary end."""

_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""HTTP status of errors that arrive inside a stream."""

_CACHED = {"cache_control": {"type": "ephemeral"}}
"""Marks the end of a prefix that the server keeps for five minutes."""


def build_request(cache_prompt: bool, model: str, request: ModelRequest, stream: bool) -> dict[str, object]:
    """Make the body of one request.

    Two prefixes are marked for the cache: the system prompt, which every step of a run shares, and the
    conversation so far, which the next step begins with.
    """
    mark = _CACHED if cache_prompt else {}
    system = _blocks(turns(message for message in request.messages if message.role == "system"), mark)
    said = turns(message for message in request.messages if message.role != "system")
    body: dict[str, object] = {
        "model": model,
        "max_tokens": request.max_tokens or DEFAULT_MAX_TOKENS,
        "messages": [
            *({"role": turn.role, "content": _blocks([turn], {})} for turn in said[:-1]),
            *({"role": turn.role, "content": _blocks([_last(turn)], mark)} for turn in said[-1:]),
        ],
    }
    if system:
        body["system"] = system
    if stops := [stop for stop in request.stop if stop.strip()]:
        body["stop_sequences"] = stops
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if stream:
        body["stream"] = True
    return body


def _blocks(said: Sequence[Turn], mark: Json) -> list[Json]:
    blocks: list[Json] = [{"type": "text", "text": text} for turn in said for text in turn.texts]
    return [*blocks[:-1], *({**block, **mark} for block in blocks[-1:])]


def _last(turn: Turn) -> Turn:
    return replace(turn, texts=(*turn.texts[:-1], turn.texts[-1].rstrip())) if turn.role == "assistant" else turn


def parse_response(payload: Json) -> Delta:
    """Read a whole response.

    Raises:
        ModelProtocolError: It is no message.
    """
    if payload.get("type") == "error" or payload.get("error"):
        return Delta(error=payload)
    content = payload.get("content")
    if not isinstance(content, list):
        raise ModelProtocolError(f"the response has no content, only {sorted(payload)}")
    blocks = (as_table(block) for block in content)
    text = "".join(as_text(block.get("text")) for block in blocks if block.get("type") == "text")
    return replace(_message(payload), text=text)


def parse_event(payload: Json) -> Delta:
    """Read one event of a stream; kinds that are not known say nothing."""
    match payload.get("type"):
        case "message_start":
            return _message(as_table(payload.get("message")))
        case "content_block_start" | "content_block_delta":
            # Thinking and tool input come under other names than `text`.
            part = as_table(payload.get("content_block") or payload.get("delta"))
            return Delta(text=as_text(part.get("text")))
        case "message_delta":
            return _message({**as_table(payload.get("delta")), "usage": payload.get("usage")})
        case "message_stop":
            return Delta(done=True)
        case "error":
            return Delta(error=payload)
        case _:
            return Delta()


def _message(message: Json) -> Delta:
    reason = as_text(message.get("stop_reason"))
    usage = as_table(message.get("usage"))
    cached = as_count(usage.get("cache_read_input_tokens"))
    return Delta(
        stop=_STOPS.get(reason, "end") if reason else None,
        model=as_text(message.get("model")),
        usage=Usage(
            input_tokens=as_count(usage.get("input_tokens"))
            + as_count(usage.get("cache_creation_input_tokens"))
            + cached,
            output_tokens=as_count(usage.get("output_tokens")),
            cached_tokens=cached,
        ),
    )


def _headers(key: str) -> dict[str, str]:
    return {"anthropic-version": API_VERSION} | ({"x-api-key": key} if key else {})


def provider(*, cache_prompt: bool = True) -> Provider:
    """Describe the protocol.

    Args:
        cache_prompt: Mark the system prompt and the conversation for the server's cache.
    """
    return Provider(
        scheme="anthropic",
        key_variable="ANTHROPIC_API_KEY",
        path="/v1/messages",
        headers=_headers,
        build_request=partial(build_request, cache_prompt),
        parse_response=parse_response,
        parse_event=parse_event,
        statuses=_STATUSES,
    )


def anthropic_model(
    name: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    cache_prompt: bool = True,
    environ: Mapping[str, str] | None = None,
    **options: Unpack[HttpOptions],
) -> HttpModel:
    """Make a model of Anthropic, or of a server that speaks its protocol.

    Args:
        name: Model name as the server knows it.
        base_url: Without the version; from ANTHROPIC_BASE_URL by default.
        api_key: From ANTHROPIC_API_KEY by default; other servers than Anthropic's may need none.
        cache_prompt: Mark the system prompt and the conversation for the server's cache.
        environ: Where the defaults are looked up; the process environment by default.
        **options: As for `HttpModel`.

    Raises:
        ModelAuthError: Anthropic itself is asked without a key.
        ConfigError: The base URL or the key cannot be one.
    """
    variables = os.environ if environ is None else environ
    url = base_url or variables.get("ANTHROPIC_BASE_URL") or BASE_URL
    key = variables.get("ANTHROPIC_API_KEY", "") if api_key is None else api_key
    if not key.strip() and url == BASE_URL:
        raise ModelAuthError(f"anthropic:{name} needs a key: set the environment variable ANTHROPIC_API_KEY")
    # Other clients want the version in the base URL, so it is accepted here too.
    url = url.rstrip("/").removesuffix("/v1")
    return HttpModel(provider(cache_prompt=cache_prompt), model=name, base_url=url, api_key=key, **options)
