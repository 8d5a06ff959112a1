"""From what went wrong to an error of ours, and whether another try can help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from codeact_sdk.errors import (
    ModelAuthError,
    ModelError,
    ModelProtocolError,
    ModelRateLimited,
    ModelRequestError,
    ModelTimeout,
    ModelUnavailable,
)
from codeact_sdk.models.backoff import retry_after_s
from codeact_sdk.models.provider import FAILURES, REFUSALS, ServerError

_SPENT = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "enforced_spend_limit_reached",
    }
)
"""Kinds of 429 that waiting does not cure (error references of OpenAI and Anthropic)."""

_UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})
"""Kinds of 400 that name a field the model does not take."""

_PASSING = frozenset({408, 409, 425, 429})
"""Statuses below 500 that another try can cure: timeout, conflict, too early, too many requests."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why one try gave no reply."""

    error: ModelError
    retry: bool
    """Another try can help."""
    retry_after_s: float | None = None
    """What the server asks to wait, in seconds."""
    refused: str = ""
    """The request's field that the model does not take; empty for other failures."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who was asked, for messages."""

    model: str
    """Qualified name, such as `openai:gpt-5`."""
    url: str
    key_variable: str
    has_key: bool
    redact: Callable[[str], str]
    """Takes secrets out of a text that comes from outside."""
    tries: int = 1
    """How many there were, this one included."""

    def failed(self, what: str) -> str:
        """Begin a message with the model and end it with the number of tries."""
        after = f" (after {self.tries} tries)" if self.tries > 1 else ""
        return f"{self.model}: {self.redact(what)}{after}"


def from_server(error: ServerError, asked: Asked, *, headers: Mapping[str, str], now: float) -> Failure:
    """Explain an error that the server reported."""
    wait_s = retry_after_s(headers, now=now)
    advice = headers.get("x-should-retry")
    retry = error.status in FAILURES or (error.status in _PASSING and not error.kinds & _SPENT)
    return Failure(
        error=_server_error(error, asked, wait_s),
        retry=retry if advice not in {"true", "false"} else advice == "true",
        retry_after_s=wait_s,
        refused=error.parameter if error.kinds & _UNSUPPORTED else "",
    )


def _server_error(error: ServerError, asked: Asked, wait_s: float | None) -> ModelError:
    said = f"({error.status}: {error.message or 'no message'})"
    match error.status:
        case 429:
            wish = f"; it asks to wait {wait_s:g} s" if wait_s is not None else ""
            what = "the account has nothing left to spend" if error.kinds & _SPENT else "too many requests"
            return ModelRateLimited(asked.failed(f"{what} {said}{wish}"), retry_after_s=wait_s)
        case 408:
            return ModelTimeout(asked.failed(f"the server gave up waiting {said}"))
        case 401 | 403:
            advice = f"check {asked.key_variable}" if asked.has_key else f"no key was sent, set {asked.key_variable}"
            return ModelAuthError(asked.failed(f"{asked.url} refused access {said}; {advice}"), status=error.status)
        case status if status in FAILURES:
            return ModelUnavailable(asked.failed(f"the server failed {said}"))
    what = f"the server refused the request {said}"
    if error.status not in REFUSALS:
        what = f"{asked.url} leads elsewhere {said}; set the base URL to where the server is"
    elif error.status == httpx.codes.NOT_FOUND:
        what = f"{asked.url} was not found {said}; check the model's name and the base URL"
    return ModelRequestError(asked.failed(what), status=error.status)


def from_transport(fault: Exception, asked: Asked, *, given: int) -> Failure:
    """Explain a connection that failed.

    Args:
        fault: What httpx raised.
        asked: Who was asked.
        given: Characters of the reply that were given out before.
    """
    what = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
    if isinstance(fault, httpx.TimeoutException):
        return Failure(
            error=ModelTimeout(asked.failed(f"{asked.url} did not answer in time ({what})")), retry=not given
        )
    if given:
        return cut(asked, given=given, why=what)
    if isinstance(fault, httpx.TransportError):
        return Failure(error=ModelUnavailable(asked.failed(f"cannot reach {asked.url} ({what})")), retry=True)
    return malformed(what, asked, given=given)


def cut(asked: Asked, *, given: int, why: str) -> Failure:
    """Explain a reply that ended too early; what was given out already cannot be taken back."""
    where = f"after {given} characters" if given else "before its first character"
    return Failure(error=ModelProtocolError(asked.failed(f"the reply was cut {where} ({why})")), retry=not given)


def malformed(what: str, asked: Asked, *, given: int) -> Failure:
    """Explain a reply that does not follow the protocol."""
    message = f"{asked.url} did not answer in its protocol: {what}; check the base URL"
    return Failure(error=ModelProtocolError(asked.failed(message)), retry=not given)
