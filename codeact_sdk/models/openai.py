"""The chat completions protocol of OpenAI and of everything compatible with it.

Sources: OpenAI's API reference (`max_completion_tokens` replaces `max_tokens`, which is all that some
compatible servers know; reasoning models refuse `stop` and `temperature` with the codes `unsupported_parameter`
and `unsupported_value`; `stream_options.include_usage` adds a last chunk without choices), OpenRouter's for
errors inside a stream, vLLM's for `stop_reason`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import Literal, Unpack

from codeact_sdk.errors import ModelAuthError, ModelProtocolError
from codeact_sdk.messages import Usage
from codeact_sdk.models.base import ModelRequest
from codeact_sdk.models.http import HttpModel, HttpOptions
from codeact_sdk.models.provider import Delta, Json, Provider, Stop, as_count, as_table, as_text, turns

BASE_URL = "https://api.openai.com/v1"

_MOST_STOPS = 4
"""More stop strings than this are refused by OpenAI; HttpModel cuts at the others itself."""

_STOPS: dict[str, Stop] = {"length": "length", "content_filter": "refusal"}
"""What `finish_reason` means; every other one is an ordinary end."""

_STATUSES = {"insufficient_quota": 429, "rate_limit_exceeded": 429, "invalid_request_error": 400}
"""HTTP status of errors that arrive inside a stream."""

LimitField = Literal["max_tokens", "max_completion_tokens"]


def build_request(limit_field: LimitField, model: str, request: ModelRequest, stream: bool) -> dict[str, object]:
    """Make the body of one request."""
    body: dict[str, object] = {
        "model": model,
        "messages": [{"role": turn.role, "content": "\n\n".join(turn.texts)} for turn in turns(request.messages)],
    }
    if request.stop:
        body["stop"] = list(request.stop[:_MOST_STOPS])
    if request.max_tokens is not None:
        body[limit_field] = request.max_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def parse_response(payload: Json) -> Delta:
    """Read a whole response.

    Raises:
        ModelProtocolError: It holds no choice.
    """
    if not payload.get("error") and not payload.get("choices"):
        raise ModelProtocolError(f"the response has no choices, only {sorted(payload)}")
    return _delta(payload, part="message")


def parse_event(payload: Json) -> Delta:
    """Read one chunk of a stream."""
    return _delta(payload, part="delta")


def _delta(payload: Json, *, part: Literal["message", "delta"]) -> Delta:
    if payload.get("error"):
        return Delta(error=payload)
    choices = payload.get("choices")
    choice = as_table(choices[0]) if isinstance(choices, list) and choices else {}
    message = as_table(choice.get(part))
    refusal = as_text(message.get("refusal"))
    return Delta(
        text=_content(message.get("content")) or refusal,
        stop="refusal" if refusal else _stop(choice),
        usage=_usage(as_table(payload.get("usage"))),
        model=as_text(payload.get("model")),
    )


def _content(content: object) -> str:
    """Join content parts; a plain text is its own only part. Reasoning is not part of the reply."""
    if isinstance(content, list):
        parts = (as_table(part) for part in content)
        return "".join(as_text(part.get("text")) for part in parts if part.get("type") == "text")
    return as_text(content)


def _stop(choice: Json) -> Stop | None:
    reason = as_text(choice.get("finish_reason"))
    if not reason:
        return None
    # vLLM names the stop string here; OpenAI itself does not tell an end from a stop string.
    return "stop_string" if as_text(choice.get("stop_reason")) else _STOPS.get(reason, "end")


def _usage(usage: Json) -> Usage:
    return Usage(
        input_tokens=as_count(usage.get("prompt_tokens")),
        output_tokens=as_count(usage.get("completion_tokens")),
        cached_tokens=as_count(as_table(usage.get("prompt_tokens_details")).get("cached_tokens")),
    )


def _headers(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} if key else {}


def provider(limit_field: LimitField = "max_tokens") -> Provider:
    """Describe the protocol.

    Args:
        limit_field: What the server calls the most tokens to write; the other name is tried where it is refused.
    """
    return Provider(
        scheme="openai",
        key_variable="OPENAI_API_KEY",
        path="/chat/completions",
        headers=_headers,
        build_request=partial(build_request, limit_field),
        parse_response=parse_response,
        parse_event=parse_event,
        alternatives={
            "max_tokens": "max_completion_tokens",
            "max_completion_tokens": "max_tokens",
            "stop": "",
            "temperature": "",
            "stream_options": "",
        },
        statuses=_STATUSES,
    )


def openai_model(
    name: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    environ: Mapping[str, str] | None = None,
    **options: Unpack[HttpOptions],
) -> HttpModel:
    """Make a model of OpenAI, or of any server that speaks its protocol.

    Args:
        name: Model name as the server knows it.
        base_url: Up to and with the version, such as `http://localhost:8000/v1`; from OPENAI_BASE_URL by default.
        api_key: From OPENAI_API_KEY by default; other servers than OpenAI's may need none.
        environ: Where the defaults are looked up; the process environment by default.
        **options: As for `HttpModel`.

    Raises:
        ModelAuthError: OpenAI itself is asked without a key.
        ConfigError: The base URL or the key cannot be one.
    """
    variables = os.environ if environ is None else environ
    url = base_url or variables.get("OPENAI_BASE_URL") or BASE_URL
    key = variables.get("OPENAI_API_KEY", "") if api_key is None else api_key
    if not key.strip() and url == BASE_URL:
        raise ModelAuthError(
            f"openai:{name} needs a key: set the environment variable OPENAI_API_KEY, "
            "or OPENAI_BASE_URL to a server that needs none"
        )
    limit_field: LimitField = "max_completion_tokens" if url.startswith("https://api.openai.com/") else "max_tokens"
    return HttpModel(provider(limit_field), model=name, base_url=url, api_key=key, **options)
