"""Recorded HTTP: what a server said once is said again, and what nobody recorded is refused.

The recorder is vcrpy, which stands in the transports of httpx and the other clients; here is what it writes and what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from vcr.cassette import Cassette as VcrCassette
from vcr.config import VCR
from vcr.request import Request

from codeact_sdk.testing.hiding import Hiding, is_secret_header

MATCH_ON = ("method", "scheme", "host", "port", "path", "query", "body")
"""What two requests must have in common to be one; headers differ from machine to machine."""

_HOW = "pytest --codeact-record"
_OF_TRANSPORT = frozenset({"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"})
_MAX_SHOWN = 12


class Cassette:
    """One file of recorded requests and answers, in use while it is entered.

    No secret of a test is written to it: see `codeact_sdk.testing.hiding`. Bodies are kept as they read after decompression.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        record: bool = False,
        secrets: Mapping[str, set[str]] | None = None,
        match_on: Sequence[str] | None = None,
        repeats: bool = False,
    ) -> None:
        """Opens nothing yet.

        Args:
            path: The file, such as `tests/cassettes/orders.yaml`.
            record: Whether requests are sent and the file is written anew; otherwise nothing is sent.
            secrets: Values that the file must not hold, by name; more may be added while it is in use.
            match_on: What two requests must have in common, in the words of vcrpy; `MATCH_ON` where this is left out.
            repeats: Whether one recorded answer is given to any number of requests, rather than to one.
        """
        self.path = Path(path)
        self._hiding = Hiding({} if secrets is None else secrets)
        self._options: dict[str, Any] = {
            "record_mode": "all" if record else "none",
            "match_on": tuple(match_on or MATCH_ON),
            "allow_playback_repeats": repeats,
            "drop_unused_requests": record,
            "before_record_request": self._written_request,
            "before_record_response": self._written_response,
        }
        self._stack = ExitStack()
        self._tape: _Tape | None = None

    @property
    def refused(self) -> tuple[str, ...]:
        """What was asked for and is not in the file, each with what to do."""
        return tuple(dict.fromkeys(self._tape.refused)) if self._tape is not None else ()

    @property
    def requests(self) -> tuple[str, ...]:
        """What is in the file, such as `GET https://api.example/orders`."""
        return tuple(map(_title, self._tape.requests)) if self._tape is not None else ()

    def __enter__(self) -> Self:
        config = VCR(**{key: value for key, value in self._options.items() if key != "allow_playback_repeats"})
        merged = config.get_merged_config(
            path=str(self.path), allow_playback_repeats=self._options["allow_playback_repeats"]
        )
        self._tape = self._stack.enter_context(_Tape.use(**merged))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _written_request(self, request: Request) -> Request:
        request.uri = self._hiding.url(request.uri)
        headers = {name: _word(value) for name, value in request.headers.items()}
        body = request.body
        if isinstance(body, bytes):
            request.body = self._hiding.body(_plain(headers, body))
        elif hasattr(body, "read"):
            request.body = self._hiding.body(_plain(headers, body.read()))
        elif body is not None:
            request.body = [self._hiding.body(_plain(headers, b"".join(body)))]
        request.headers = {name: self._hiding.text(value) for name, value in _kept(headers).items()}
        return request

    def _written_response(self, response: dict[str, Any]) -> dict[str, Any]:
        headers = {
            name: [values] if isinstance(values, str) else list(values) for name, values in response["headers"].items()
        }
        first = {name: values[0] for name, values in headers.items() if values}
        body = self._hiding.body(_plain(first, response["body"]["string"] or b""))
        kept = {name: [self._hiding.text(value) for value in values] for name, values in _kept(headers).items()}
        if any(name.lower() == "content-length" for name in headers):
            kept["content-length"] = [str(len(body))]
        return {**response, "headers": kept, "body": {"string": body}}


class _Tape(VcrCassette):  # type: ignore[misc]  # vcrpy has no types
    """Says in our words what is refused, and keeps it: a tool may catch what is raised in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: list[str] = []

    def filter_request(self, request: Request) -> Request:
        """Is asked by vcrpy before it refuses a request, and gives what would be written of it."""
        written = super().filter_request(request)
        if self.write_protected:
            self.refused.append(self._refusal(written))
            raise AssertionError(self.refused[-1])
        return written

    def _refusal(self, written: Request) -> str:
        if not self.rewound:
            why = f"there is no cassette {self._path}"
        elif list(self._responses_to(written)):
            why = f"every answer to it in {self._path} has been given already"
        else:
            held = [f"  {_title(request)}" for request in self.requests[:_MAX_SHOWN]]
            more = [f"  and {len(self) - _MAX_SHOWN} more"] if len(self) > _MAX_SHOWN else []
            near = [f"nearest: {line}" for line in self._nearest(written)]
            why = "\n".join([f"it is not in {self._path}, which holds", *held, *more, *near])
        return f"{_title(written)} was not sent: {why}\nrecord it with `{_HOW}`, if it is meant"

    def _responses_to(self, written: Request) -> Any:
        return self._responses(written)

    def _nearest(self, written: Request) -> list[str]:
        found = self.find_requests_with_most_matches(written)[:1]
        return [f"{_title(near)} differs in {', '.join(name for name, _ in failed)}" for near, _, failed in found]


def _title(request: Request) -> str:
    return f"{request.method} {request.uri}"


def _kept(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in headers.items()
        if not is_secret_header(name) and name.lower() not in _OF_TRANSPORT
    }


def _word(value: str | bytes) -> str:
    """A header as text; some clients keep bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _plain(headers: Mapping[str, str], body: bytes) -> bytes:
    """A body without its compression, as httpx would read it; as it is where it cannot."""
    coding = next((value for name, value in headers.items() if name.lower() == "content-encoding"), "")
    if not coding:
        return body
    try:
        return httpx.Response(200, headers={"content-encoding": coding}, content=body).content
    except httpx.DecodingError:
        return body
