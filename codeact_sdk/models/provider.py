"""What a protocol is: a table of pure functions and constants, and the words they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from codeact_sdk.messages import Message, Usage
from codeact_sdk.models.base import ModelRequest

Json = Mapping[str, object]
"""A JSON object as it was read."""

SUCCESSES, REFUSALS, FAILURES = range(200, 300), range(400, 500), range(500, 600)
"""Classes of HTTP status (RFC 9110, 15)."""

Stop = Literal["end", "stop_string", "length", "refusal"]
"""Why a reply ended, as in `Reply.stop`."""


@dataclass(frozen=True, kw_only=True)
class ServerError:
    """What a server said about its refusal or failure."""

    message: str
    kinds: frozenset[str] = frozenset()
    """Its machine-readable names for it: type, code, detail."""
    status: int
    """HTTP status, or the one that the kind stands for where the error came inside a stream."""
    parameter: str = ""
    """The request's field that it objects to; empty where it does not say."""


@dataclass(frozen=True, kw_only=True)
class Delta:
    """What one event adds to a reply; a whole response is one delta."""

    text: str = ""
    stop: Stop | None = None
    usage: Usage = field(default_factory=Usage)
    """Counters so far; the largest one seen counts."""
    model: str = ""
    done: bool = False
    """The protocol says that nothing follows."""
    error: Json | None = None
    """The server failed after it had begun to answer."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One protocol: how to ask and how to read the answer. Nothing here does I/O."""

    scheme: str
    """First part of a model's name."""
    key_variable: str
    path: str
    """Behind the base URL."""
    headers: Callable[[str], dict[str, str]]
    """From the key to the headers that carry it."""
    build_request: Callable[[str, ModelRequest, bool], dict[str, object]]
    """From the model's name, the request and whether to stream, to the body."""
    parse_response: Callable[[Json], Delta]
    parse_event: Callable[[Json], Delta]
    alternatives: Mapping[str, str] = field(default_factory=dict)
    """Fields that some servers refuse, with the name to use instead; empty to leave the field out."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """HTTP status that an error's kind stands for."""


@dataclass(frozen=True)
class Turn:
    """Neighbouring messages that go out under one role."""

    role: Literal["system", "user", "assistant"]
    texts: tuple[str, ...]


def turns(messages: Iterable[Message]) -> list[Turn]:
    """Group a conversation for servers that want roles to alternate and contents not to be empty.

    Observations are said in the user's role. Messages without text are left out.
    """
    said = [(_role(message), clean(message.content)) for message in messages if message.content.strip()]
    return [Turn(role, tuple(text for _, text in group)) for role, group in groupby(said, key=lambda pair: pair[0])]


def _role(message: Message) -> Literal["system", "user", "assistant"]:
    return "user" if message.role == "observation" else message.role


def clean(text: str) -> str:
    """Make a text sendable: surrogate pairs are joined and lone surrogates replaced, for JSON readers refuse them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_table(value: object) -> Json:
    """Give a JSON object, or an empty one where something else stands."""
    return value if isinstance(value, Mapping) else {}


def as_text(value: object) -> str:
    """Give a text, or an empty one where something else stands."""
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int:
    """Give a number of tokens, or 0 where something else stands."""
    return value if isinstance(value, int) and value > 0 else 0


def read_error(payload: object, *, status: int, statuses: Mapping[str, int], body: str = "") -> ServerError:
    """Read an error body of any of the shapes in use.

    Args:
        payload: The parsed body: `{"error": {...}}`, `{"error": "text"}`, `{"message": ...}`, `{"detail": ...}`.
        status: HTTP status; 200 where the error came in place of a reply or inside a stream.
        statuses: Status that a kind stands for.
        body: The raw text, for bodies that are none of these.
    """
    outer = as_table(payload)
    inner = outer.get("error", outer)
    table = as_table(inner)
    details = as_table(table.get("details"))
    kinds = frozenset(filter(None, map(as_text, (table.get("type"), table.get("code"), details.get("error_code")))))
    if status in SUCCESSES:
        code = as_count(table.get("code"))
        fallback = code if code in REFUSALS or code in FAILURES else FAILURES.start
        status = next((statuses[kind] for kind in sorted(kinds) if kind in statuses), fallback)
    words = inner if isinstance(inner, str) else table.get("message") or table.get("detail") or body
    return ServerError(
        message=str(words).strip()[:500], kinds=kinds, status=status, parameter=as_text(table.get("param"))
    )
