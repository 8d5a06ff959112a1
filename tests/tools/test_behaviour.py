"""What a tool declares about its calls, in short and long forms."""

from __future__ import annotations

import pytest

from codeact_sdk import ToolPack, tool
from codeact_sdk.errors import ToolDefinitionError
from codeact_sdk.packs import Cache, Rate, Retry
from codeact_sdk.tools.behaviour import NOTHING


def look(x: int) -> int:
    """Looks."""
    return x


def test_a_plain_tool_declares_nothing() -> None:
    """A tool without options shares one value, so that a thousand of them cost nothing."""
    assert tool(look).behaviour is NOTHING


def test_short_forms_stand_for_long_ones() -> None:
    """Numbers and texts become the values that they stand for."""
    made = tool(cache=60, retry=4, rate="100/min", concurrency=3, requires=["TOKEN"], examples=["look(1)"])(look)
    told = made.behaviour
    assert told.cache == Cache(ttl_s=60.0)
    assert told.retry == Retry(attempts=4)
    assert told.rate == Rate(calls=100, per_s=60.0)
    assert (told.concurrency, told.requires, told.examples) == (3, ("TOKEN",), ("look(1)",))


@pytest.mark.parametrize(
    ("given", "calls", "per_s"),
    [("10/s", 10, 1.0), ("5 / seconds", 5, 1.0), ("30/hours", 30, 3600.0), ("7/minute", 7, 60.0)],
)
def test_rates_are_read_from_text(given: str, calls: int, per_s: float) -> None:
    """A rate may be written as people say it."""
    assert tool(rate=given)(look).behaviour.rate == Rate(calls=calls, per_s=per_s)


def test_flags_turn_options_on_and_off() -> None:
    """True asks for the plain form of an option, False for none."""
    assert tool(cache=True)(look).behaviour.cache == Cache()
    assert tool(cache=False)(look).behaviour.cache is None
    assert tool(deprecated=True)(look).behaviour.deprecated
    assert tool(deprecated=False)(look).behaviour.deprecated == ""


def test_timeout_is_accepted_as_a_second_spelling() -> None:
    """Who writes `timeout`, as other libraries do, gets `timeout_s`."""
    assert tool(timeout=3)(look).timeout_s == 3


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"rate": "10 per day"}, "rate is '10 per day': write calls by time, such as '10/s'"),
        ({"rate": "0/s"}, "rate is '0/s'"),
        ({"rate": Rate(calls=0)}, "1 call or more"),
        ({"cache": -1}, "seconds above 0"),
        ({"cache": "long"}, "cache is 'long': write seconds, or Cache(ttl_s=60)"),
        ({"retry": 0}, "1 attempt or more"),
        ({"retry": True}, "retry is True: write a number of attempts"),
        ({"concurrency": 0}, "concurrency is 0: write 1 or more"),
        ({"requires": "TOKEN"}, "requires is one string: write a list, requires=['TOKEN']"),
        ({"examples": "look(1)"}, "examples is one string"),
        ({"undo": 1, "effect": "write"}, "undo is 1: give a function"),
        ({"undo": look}, "undo is given for a tool that changes nothing"),
        ({"retry": 2, "effect": "write"}, "is not idempotent, so a retry could do it twice"),
        ({"cache": 5, "effect": "write"}, "which must happen at each call"),
        ({"timeout": 3, "timeout_s": 4}, "write timeout_s alone"),
    ],
)
def test_wrong_options_are_refused_with_what_to_write(options: dict[str, object], told: str) -> None:
    """Each fault names what was given and what is possible, when the module is imported."""
    pack = ToolPack("acme", "Shop.")
    with pytest.raises(ToolDefinitionError) as caught:
        pack.tool(**options)(look)
    assert told in str(caught.value)


def test_an_unknown_option_is_refused_with_the_known_ones() -> None:
    """A misspelt option is an error and not silence."""
    with pytest.raises(TypeError, match="unknown options cahce; there are name, effect"):
        tool(cahce=3)(look)


@pytest.mark.parametrize("retry", [Retry(attempts=1), Retry(attempts=3, writes=True)])
def test_a_write_may_be_retried_when_its_author_says_so(retry: Retry) -> None:
    """One attempt is no retry, and `writes=True` says that twice is harmless."""
    assert tool(retry=retry, effect="write")(look).behaviour.retry == retry
