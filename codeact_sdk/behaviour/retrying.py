"""Which failures are worth another attempt, and when it comes: `tenacity` counts, waits and decides."""

from __future__ import annotations

import email.utils
import sys
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import tenacity

from codeact_sdk.behaviour.needs import Wait
from codeact_sdk.errors import CodeActError
from codeact_sdk.tools.behaviour import Retry

Need = TypeVar("Need")

WORTH_STATUSES = frozenset({429, 502, 503, 504})
"""Answers of an HTTP server that say "not now"."""


def attempts(
    retry: Retry, attempt: Callable[[], Generator[Need, Any, object]], left: Callable[[], float | None]
) -> Generator[Need | Wait, Any, object]:
    """Makes attempts until one succeeds, or none is worth it.

    Args:
        retry: What the tool declares.
        attempt: Makes the steps of one.
        left: Seconds that the action has; None where there is no limit.
    """
    policy = _policy(retry)
    policy.begin()
    state = tenacity.RetryCallState(policy, None, (), {})
    while True:
        todo = policy.iter(state)
        if isinstance(todo, tenacity.DoAttempt):
            try:
                state.set_result((yield from attempt()))
            except Exception:  # noqa: BLE001  # the policy decides, and raises it again
                state.set_exception(sys.exc_info())  # type: ignore[arg-type]  # there is one
        elif isinstance(todo, tenacity.DoSleep):
            _refuse_late(state, retry, float(todo), left())
            state.prepare_for_next_attempt()
            yield Wait(float(todo))
        else:
            return todo


def _policy(retry: Retry) -> tenacity.BaseRetrying:
    usual = tenacity.wait_exponential(multiplier=retry.wait_s) + tenacity.wait_random(0, retry.wait_s / 2)

    def wait(state: tenacity.RetryCallState) -> float:
        return max(min(usual(state), retry.max_wait_s), _asked_for(_error(state)))

    def fail(state: tenacity.RetryCallState) -> object:
        error = _error(state)
        if state.attempt_number > 1:
            _note(error, f"(after {state.attempt_number} attempts)")
        raise error

    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(retry.attempts),
        wait=wait,
        retry=tenacity.retry_if_exception(lambda error: is_worth(error, kinds=retry.on)),
        retry_error_callback=fail,
    )


def _error(state: tenacity.RetryCallState) -> BaseException:
    error = state.outcome.exception() if state.outcome is not None else None
    assert error is not None  # noqa: S101  # asked only after a failure
    return error


def _refuse_late(state: tenacity.RetryCallState, retry: Retry, seconds: float, left: float | None) -> None:
    """Gives up where the next attempt would come too late."""
    is_late = left is not None and seconds >= left
    if is_late or seconds > retry.max_wait_s:
        error = _error(state)
        why = "when this block has no time left" if is_late else "which is longer than the tool waits"
        made = f"attempt {state.attempt_number} of {retry.attempts}"
        _note(error, f"({made}; the next could come in {seconds:.1f} s, {why})")
        raise error


def _note(error: BaseException, text: str) -> None:
    """Adds a note, once: a tool may raise one object again and again."""
    if text not in getattr(error, "__notes__", ()):
        error.add_note(text)


def is_worth(error: BaseException, *, kinds: tuple[type[Exception], ...] = ()) -> bool:
    """Whether another attempt may succeed where this one failed.

    Args:
        error: What was raised.
        kinds: What the tool declares to be worth it; connection failures and timeouts where this is empty.
    """
    if isinstance(error, CodeActError):  # somebody's own words: they would be the same again
        return False
    if kinds:
        return isinstance(error, kinds)
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    httpx: Any = sys.modules.get("httpx")  # what raised its error has imported it
    if httpx is None:
        return False
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in WORTH_STATUSES
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)


def _asked_for(error: BaseException) -> float:
    """Seconds that a server asks to wait, by the header Retry-After: a number or a date."""
    httpx: Any = sys.modules.get("httpx")
    if httpx is None or not isinstance(error, httpx.HTTPStatusError):
        return 0.0
    text = str(error.response.headers.get("retry-after", "")).strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0
