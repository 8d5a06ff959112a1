"""Waits grow, have an end, and never undercut the server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.models.backoff import Backoff, retry_after_s

NOW = 1_445_412_480.0  # 2015-10-21 07:28:00 UTC
SECONDS = st.floats(0, 1e6)


@given(st.integers(0, 2000), st.none() | SECONDS, st.floats(0, 1))
def test_a_wait_is_bounded_and_polite(done, asked, jitter):
    """Every wait lies between what the server asks and what we have patience for."""
    backoff = Backoff(retries=1000)
    delay = backoff.delay_s(done, asked_s=asked, jitter=jitter)
    if done >= 1000 or (asked is not None and asked > backoff.patience_s):
        assert delay is None
    else:
        assert delay is not None
        assert max(asked or 0, 0.25) <= delay <= max(asked or 0, backoff.longest_s)


def test_waits_double_up_to_a_limit():
    """Without jitter below one the waits are the documented ones."""
    backoff = Backoff(retries=7)
    assert [backoff.delay_s(done, asked_s=None, jitter=1) for done in range(8)] == [0.5, 1, 2, 4, 8, 8, 8, None]
    assert backoff.delay_s(0, asked_s=None, jitter=0) == 0.25


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "5"}, 5),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}, 30),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 -0000"}, 30),
        ({"retry-after": "Wed, 21 Oct 2015 09:28:30 +0200"}, 30),
        ({"retry-after": "Wed, 21 Oct 2015 07:00:00 GMT"}, 0),
        ({"retry-after": "Wed, 99 Oct 2015 07:00:00 GMT"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9),
    ],
)
def test_retry_after(headers, seconds):
    """Seconds, dates and milliseconds are read, nonsense is ignored."""
    assert retry_after_s(headers, now=NOW) == seconds


@given(st.text())
def test_no_header_can_break_it(text):
    """Whatever a server writes, the wait is a number from 0 or nothing."""
    wait = retry_after_s({"retry-after": text, "retry-after-ms": text}, now=NOW)
    assert wait is None or wait >= 0
