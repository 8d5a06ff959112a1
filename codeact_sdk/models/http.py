"""A model behind HTTP: one pooled httpx client under every protocol."""

from __future__ import annotations

import asyncio
import random
import time
import weakref
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import httpx

from codeact_sdk.errors import ConfigError
from codeact_sdk.messages import Message, Reply
from codeact_sdk.models.backoff import Backoff
from codeact_sdk.models.base import ModelRequest, TextSink
from codeact_sdk.models.clients import Clients
from codeact_sdk.models.exchange import Attempt, Call, Exchange, exchange
from codeact_sdk.models.faults import Asked
from codeact_sdk.models.provider import Provider

_CONNECT_S = 10.0
"""A server that is there answers the handshake sooner than this."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Time and chance, replaceable so that tests neither wait nor guess."""

    now: Callable[[], float] = time.time
    """Unix time, seconds."""
    sleep: Callable[[float], object] = time.sleep
    asleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    """Random numbers from 0 to 1."""


class HttpOptions(TypedDict, total=False):
    """Options that every model behind HTTP takes; see `HttpModel`."""

    timeout_s: float
    max_retries: int
    max_tokens: int | None
    temperature: float | None
    headers: Mapping[str, str]
    extra: Mapping[str, object]
    clock: Clock
    client_options: Mapping[str, object]


class HttpModel:
    """A model of one provider.

    Connections are pooled and opened when first needed. `close` and `aclose` give them back; so does the end of
    the event loop for async ones, and the end of the model for the others.

    Args:
        provider: The protocol.
        model: Model name as the server knows it.
        base_url: Where the server is.
        api_key: Secret that the server asks for; never shown.
        timeout_s: Longest silence of the server, in seconds.
        max_retries: Tries after the first one.
        max_tokens: Most tokens to write where a request does not say.
        temperature: Sampling temperature where a request does not say; None leaves it to the server.
        headers: Sent with every request.
        extra: Fields to add to every body; a value of None leaves a field out.
        clock: Time and chance.
        client_options: Further arguments of the httpx clients, such as `proxy` or `verify`.

    Raises:
        ConfigError: An option cannot be what it is.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        model: str,
        base_url: str,
        api_key: str = "",
        timeout_s: float = 300.0,
        max_retries: int = 4,
        max_tokens: int | None = None,
        temperature: float | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
        clock: Clock | None = None,
        client_options: Mapping[str, object] | None = None,
    ) -> None:
        self._provider = provider
        self._model = model
        self._key = api_key.strip()
        self._url = _checked_url(base_url, self.name) + provider.path
        self._headers = _checked_headers({**provider.headers(self._key), **(headers or {})}, self.name)
        if timeout_s <= 0 or max_retries < 0:
            raise ConfigError(f"{self.name}: timeout_s must be above 0 and max_retries not below it")
        self._backoff = Backoff(retries=max_retries)
        self._max_tokens = max_tokens
        self._temperature = temperature
        self._extra = dict(extra or {})
        self._clock = clock or Clock()
        self._refused: set[str] = set()
        timeout = httpx.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_S))
        self._clients = Clients({"timeout": timeout, **(client_options or {})})
        weakref.finalize(self, self._clients.close)

    def __repr__(self) -> str:
        return f"HttpModel({self.name!r} at {self._url})"

    def __enter__(self) -> HttpModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> HttpModel:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @property
    def name(self) -> str:
        """Scheme and model name, such as `anthropic:claude-sonnet-4-6`."""
        return f"{self._provider.scheme}:{self._model}"

    def complete(
        self,
        messages: Sequence[Message],
        *,
        stop: Sequence[str] = (),
        max_tokens: int | None = None,
        temperature: float | None = None,
        on_text: TextSink | None = None,
    ) -> Reply:
        """Give the whole next reply; arguments as for `Model.complete`.

        Raises:
            ModelError: There is none, after every retry.
        """
        steps = self._exchange(messages, stop, max_tokens, temperature, on_text)
        return drive(steps, self._clients.client(), self._clock.sleep)

    async def acomplete(
        self,
        messages: Sequence[Message],
        *,
        stop: Sequence[str] = (),
        max_tokens: int | None = None,
        temperature: float | None = None,
        on_text: TextSink | None = None,
    ) -> Reply:
        """Give the whole next reply without blocking the event loop; as `complete`."""
        steps = self._exchange(messages, stop, max_tokens, temperature, on_text)
        return await adrive(steps, await self._clients.async_client(), self._clock.asleep)

    def close(self) -> None:
        """Close the connections of `complete`; the next call opens new ones."""
        self._clients.close()

    async def aclose(self) -> None:
        """Close the connections of this event loop too."""
        await self._clients.aclose()

    def _exchange(
        self,
        messages: Sequence[Message],
        stop: Sequence[str],
        max_tokens: int | None,
        temperature: float | None,
        on_text: TextSink | None,
    ) -> Exchange:
        request = ModelRequest(
            messages=tuple(messages),
            stop=tuple(filter(None, stop)),
            max_tokens=self._max_tokens if max_tokens is None else max_tokens,
            temperature=self._temperature if temperature is None else temperature,
        )
        body = self._provider.build_request(self._model, request, on_text is not None) | self._extra
        call = Call(
            provider=self._provider,
            asked=self._asked(),
            headers=self._headers,
            body={field: value for field, value in body.items() if value is not None},
            stop=request.stop,
            on_text=on_text,
        )
        return exchange(
            call, backoff=self._backoff, refused=self._refused, now=self._clock.now, jitter=self._clock.jitter
        )

    def _asked(self) -> Asked:
        return Asked(
            model=self.name,
            url=self._url,
            key_variable=self._provider.key_variable,
            has_key=bool(self._key),
            redact=self._redact,
        )

    def _redact(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text


def drive(steps: Exchange, client: httpx.Client, sleep: Callable[[float], object]) -> Reply:
    """Do what an exchange says, blocking."""
    step = next(steps)
    while True:
        fault = None
        if isinstance(step, Attempt):
            fault = _send(step, client)
        else:
            sleep(step.seconds)
        try:
            step = steps.send(fault)
        except StopIteration as ended:
            reply: Reply = ended.value
            return reply


async def adrive(steps: Exchange, client: httpx.AsyncClient, sleep: Callable[[float], Awaitable[object]]) -> Reply:
    """Do what an exchange says, without blocking the event loop."""
    step = next(steps)
    while True:
        fault = None
        if isinstance(step, Attempt):
            fault = await _asend(step, client)
        else:
            await sleep(step.seconds)
        try:
            step = steps.send(fault)
        except StopIteration as ended:
            reply: Reply = ended.value
            return reply


def _send(attempt: Attempt, client: httpx.Client) -> httpx.HTTPError | None:
    call = attempt.call
    try:
        with client.stream("POST", call.asked.url, headers=call.headers, content=call.content) as response:
            attempt.begin(response.status_code, response.headers)
            # Read to the end even behind the last event, for only then is the connection used again.
            for chunk in response.iter_bytes():
                if not attempt.feed(chunk):
                    break
    except httpx.HTTPError as fault:
        return fault
    return None


async def _asend(attempt: Attempt, client: httpx.AsyncClient) -> httpx.HTTPError | None:
    call = attempt.call
    try:
        async with client.stream("POST", call.asked.url, headers=call.headers, content=call.content) as response:
            attempt.begin(response.status_code, response.headers)
            async for chunk in response.aiter_bytes():
                if not attempt.feed(chunk):
                    break
    except httpx.HTTPError as fault:
        return fault
    return None


def _checked_url(url: str, model: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ConfigError(f"{model}: the base URL {url!r} cannot be read: {error}") from None
    if parsed.userinfo:
        raise ConfigError(f"{model}: the base URL holds a user or password; give them as api_key or headers instead")
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ConfigError(f"{model}: the base URL {url!r} must begin with http:// or https:// and name a server")
    return url.rstrip("/")


def _checked_headers(headers: Mapping[str, str], model: str) -> dict[str, str]:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            # The value may be a key, so it is not shown.
            raise ConfigError(f"{model}: the header {name!r} has a character that headers cannot hold; check the key")
    return {"content-type": "application/json", "user-agent": "codeact-sdk", **headers}
