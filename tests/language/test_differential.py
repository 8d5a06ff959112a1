"""Programs put together at random behave as in CPython."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from oracle import Outcome, in_cpython, in_session
from programs import programs
from strategies import same

_ADDRESS = re.compile(" at 0x[0-9a-f]{6,}")
"""What is shown of an action has no addresses."""

_SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def assert_same(code: str) -> None:
    """Fails unless output, value and type of exception are those of CPython."""
    expected, found = in_cpython(code), in_session(code)
    assert _seen(found) == _seen(expected), code
    assert same(found.value, expected.value) or _ADDRESS.search(repr(expected.value)), code


def _seen(outcome: Outcome) -> tuple[str, str]:
    return _ADDRESS.sub("", outcome.stdout), outcome.error.partition(":")[0]


@given(programs())
@settings(max_examples=60, deadline=None, suppress_health_check=_SLOW_TO_DRAW)
def test_random_programs(code: str) -> None:
    """Same output, same value, same type of exception."""
    assert_same(code)


@pytest.mark.slow
@pytest.mark.timeout(900)
@given(programs(most=12))
@settings(max_examples=600, deadline=None, suppress_health_check=_SLOW_TO_DRAW)
def test_many_random_programs(code: str) -> None:
    """The same for many, and longer ones."""
    assert_same(code)
