"""One reply from a server, retries included, without I/O.

`exchange` is a generator that says what to do next: make an `Attempt`, or `Wait`. Whoever drives it does
that and sends back the exception that stopped it, or None. An `Attempt` takes the answer's bytes as they come.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from codeact_sdk.errors import ModelProtocolError
from codeact_sdk.messages import Reply, Usage
from codeact_sdk.models.backoff import Backoff
from codeact_sdk.models.base import TextSink
from codeact_sdk.models.faults import Asked, Failure, cut, from_server, from_transport, malformed
from codeact_sdk.models.provider import SUCCESSES, Delta, Json, Provider, Stop, clean, read_error
from codeact_sdk.models.sse import EventStream


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is sent, and to whom."""

    provider: Provider
    asked: Asked
    headers: Mapping[str, str]
    body: Json
    stop: tuple[str, ...] = ()
    on_text: TextSink | None = None

    @property
    def content(self) -> bytes:
        """The body as it goes over the wire."""
        return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "replace")

    def without(self, field: str, *, refused: set[str]) -> Call:
        """Leave out a field, or say it under its other name if that one was not refused too."""
        body = {name: value for name, value in self.body.items() if name != field}
        other = self.provider.alternatives.get(field, "")
        if other and other not in refused:
            body[other] = self.body[field]
        return replace(self, body=body)


@dataclass(frozen=True)
class Wait:
    """Do nothing for a while."""

    seconds: float


_DONE = "[DONE]"
"""Ends a stream of the chat completions protocol."""

Exchange = Generator["Attempt | Wait", Exception | None, Reply]


def exchange(
    call: Call, *, backoff: Backoff, refused: set[str], now: Callable[[], float], jitter: Callable[[], float]
) -> Exchange:
    """Ask until there is a reply or no hope.

    Once text was given out, nothing is tried again: a second reply would not continue the first.

    Args:
        call: What to ask.
        backoff: How often to try and how long to wait in between.
        refused: Fields that this model is known to refuse; grows by what is learnt here.
        now: Tells Unix time, seconds.
        jitter: Gives random numbers from 0 to 1.

    Raises:
        ModelError: There is no reply.
    """
    for field in sorted(refused & set(call.body)):
        call = call.without(field, refused=refused)
    retries = 0
    while True:
        attempt = Attempt(replace(call, asked=replace(call.asked, tries=retries + 1)), now=now)
        fault = yield attempt
        outcome = attempt.outcome(fault)
        if isinstance(outcome, Reply):
            return outcome
        if outcome.refused in call.body and outcome.refused in call.provider.alternatives:
            refused.add(outcome.refused)
            call = call.without(outcome.refused, refused=refused)
            continue
        delay_s = backoff.delay_s(retries, asked_s=outcome.retry_after_s, jitter=jitter())
        if not outcome.retry or delay_s is None:
            raise outcome.error from fault
        retries += 1
        yield Wait(delay_s)


class Attempt:
    """One request on its way and what has come back of it.

    Args:
        call: What is sent.
        now: Tells Unix time, seconds.
    """

    def __init__(self, call: Call, *, now: Callable[[], float]) -> None:
        self.call = call
        self._now = now
        self._status = 0
        self._headers: Mapping[str, str] = {}
        self._draft = Draft(call.stop, call.on_text)
        self._events: EventStream | None = None
        self._body = bytearray()
        self._failure: Failure | None = None

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Take status and headers; header names ignore case."""
        self._status = status
        self._headers = headers
        # Some servers answer a request for a stream in one piece, and some proxies with a page.
        kind = headers.get("content-type", "")
        if self.call.on_text is not None and "json" not in kind and "html" not in kind:
            self._events = EventStream()

    def feed(self, chunk: bytes) -> bool:
        """Take the next bytes of the body and say whether more are wanted."""
        if self._events is None or self._is_refused:
            self._body += chunk
            return True
        for event in self._events.feed(chunk):
            self._take_event(event.data)
        return self._failure is None

    def outcome(self, fault: Exception | None) -> Reply | Failure:
        """Conclude, at the end of the body or once the connection has failed with `fault`."""
        if self._is_refused:
            return self._server_failure(_parsed(self._body), status=self._status)
        if fault is None:
            self._finish()
        if self._draft.is_whole:
            return self._draft.reply()
        if self._failure is not None:
            return self._failure
        given = self._draft.given
        if fault is not None:
            return from_transport(fault, self.call.asked, given=given)
        return cut(self.call.asked, given=given, why="the stream ended without its last event")

    @property
    def _is_refused(self) -> bool:
        return self._status != 0 and self._status not in SUCCESSES

    def _finish(self) -> None:
        if self._events is None:
            self._take(_parsed(self._body), self.call.provider.parse_response)
            self._draft.is_done = self._failure is None
            return
        for event in self._events.finish():
            # Half an event is no malformed event: the stream was cut in it.
            if event.data == _DONE or _parsed(event.data) is not None:
                self._take_event(event.data)

    def _take_event(self, data: str) -> None:
        if self._failure is not None or self._draft.is_done:
            return
        if data == _DONE:
            self._draft.is_done = True
        else:
            payload = _parsed(data)
            self._take(data if payload is None else payload, self.call.provider.parse_event)

    def _take(self, payload: object, parse: Callable[[Json], Delta]) -> None:
        try:
            delta = parse(payload if isinstance(payload, dict) else _not_an_object(payload or bytes(self._body)))
        except ModelProtocolError as error:
            self._failure = malformed(str(error), self.call.asked, given=self._draft.given)
            return
        if delta.error is None:
            self._draft.add(delta)
        else:
            self._failure = self._server_failure(delta.error, status=self._status)

    def _server_failure(self, payload: object, *, status: int) -> Failure:
        body = self._body.decode("utf-8", "replace")
        error = read_error(payload, status=status, statuses=self.call.provider.statuses, body=body)
        failure = from_server(error, self.call.asked, headers=self._headers, now=self._now())
        return replace(failure, retry=failure.retry and not self._draft.given)


class Draft:
    """A reply while it is being written.

    Servers that ignore a stop string write on; what stands behind the first one is dropped here.

    Args:
        stop: Stop strings, none of them empty.
        on_text: Takes each piece.
    """

    def __init__(self, stop: tuple[str, ...], on_text: TextSink | None) -> None:
        self._stops = stop
        self._on_text = on_text
        self._pieces: list[str] = []
        self._overlap = ""
        self._stop: Stop | None = None
        self._stopped = False
        self._usage = Usage()
        self._model = ""
        self.is_done = False
        """The server said that nothing follows."""
        self.given = 0
        """Characters that `on_text` was given."""

    @property
    def is_whole(self) -> bool:
        """Nothing of the text is missing."""
        return self.is_done or self._stop is not None

    def add(self, delta: Delta) -> None:
        """Take the next part."""
        self._model = delta.model or self._model
        self._usage = _largest(self._usage, delta.usage)
        self.is_done = self.is_done or delta.done
        if delta.stop is not None and self._stop != "refusal":
            self._stop = delta.stop
        if text := self._until_stop(clean(delta.text)):
            self._pieces.append(text)
            if self._on_text is not None:
                self.given += len(text)
                self._on_text(text)

    def reply(self) -> Reply:
        """Give what there is."""
        stop: Stop = "stop_string" if self._stopped and self._stop != "refusal" else self._stop or "end"
        return Reply(text="".join(self._pieces), stop=stop, usage=self._usage, model=self._model)

    def _until_stop(self, text: str) -> str:
        if self._stopped or not text:
            return ""
        seen = self._overlap + text
        ends = [at + len(stop) for stop in self._stops if (at := seen.find(stop)) >= 0]
        if ends:
            self._stopped = True
            return seen[len(self._overlap) : min(ends)]
        # A stop string may be cut between two pieces, so the longest possible beginning of one is kept.
        kept = max((len(stop) - 1 for stop in self._stops), default=0)
        self._overlap = seen[max(0, len(seen) - kept) :]
        return text


def _largest(one: Usage, other: Usage) -> Usage:
    return Usage(
        input_tokens=max(one.input_tokens, other.input_tokens),
        output_tokens=max(one.output_tokens, other.output_tokens),
        cached_tokens=max(one.cached_tokens, other.cached_tokens),
    )


def _parsed(data: str | bytearray) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _not_an_object(data: object) -> NoReturn:
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
    raise ModelProtocolError(f"no JSON object but {text[:200]!r}" if text else "no JSON object but nothing")
