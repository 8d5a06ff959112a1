"""How long to wait before the next try."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Exponential back-off with jitter, which never waits less than a server asks for."""

    retries: int = 4
    first_s: float = 0.5
    longest_s: float = 8.0
    """Longest wait of our own choosing."""
    patience_s: float = 60.0
    """Longest wait a server may ask for; a longer one ends the trying at once."""

    def delay_s(self, retries_done: int, *, asked_s: float | None, jitter: float) -> float | None:
        """Seconds until the next try; None where there is to be none.

        Half of the wait is fixed and half is random, so that clients that failed together do not return together.

        Args:
            retries_done: How many retries there were before this one.
            asked_s: What the server asked for.
            jitter: A random number from 0 to 1.
        """
        if retries_done >= self.retries or (asked_s is not None and asked_s > self.patience_s):
            return None
        own_s = min(self.longest_s, self.first_s * 2.0 ** min(retries_done, 30)) * (1 + jitter) / 2
        return own_s if asked_s is None else max(asked_s, own_s)


def retry_after_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """Read how long a server asks to wait: `Retry-After` as seconds or date (RFC 9110, 10.2.3), or `retry-after-ms`.

    Args:
        headers: With names in lower case, or a mapping that ignores case.
        now: Unix time, seconds.
    """
    milliseconds = _seconds(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after", "").strip()
    seconds = _seconds(text)
    if seconds is not None or not text:
        return seconds
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date in "-0000" comes back without a zone; HTTP dates are in UTC.
    return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now)


def _seconds(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
