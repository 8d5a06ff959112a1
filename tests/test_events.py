"""Events survive JSON unchanged."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from pydantic import ValidationError
from strategies import events, same

from codeact_sdk.events import EVENT, ActionFound, CallStarted, Event, Noted, Observed
from codeact_sdk.messages import Message, Reply, Usage
from codeact_sdk.observations import Observation


@given(events)
def test_an_event_comes_back_from_json_as_it_was(event):
    """Every kind, with any value inside."""
    assert same(EVENT.validate_json(EVENT.dump_json(event)), event)


@given(events)
def test_an_event_is_one_line(event):
    """A run file has a line for each event, whatever text it holds."""
    assert b"\n" not in EVENT.dump_json(event)


def test_each_kind_is_told_by_its_name():
    """The tag is the class name in snake case, so that a reader in another language can guess it."""
    union = get_args(Event)[0]
    kinds = {cls.__name__: cls.model_fields["kind"].default for cls in get_args(union)}
    assert kinds["ActionFound"] == "action_found"
    assert len(set(kinds.values())) == len(kinds)


def test_events_are_frozen():
    """An observer cannot change what the next one sees."""
    event = Noted(at=1.0, step=1, text="x")
    with pytest.raises(ValidationError, match="frozen"):
        event.text = "y"


def test_unknown_fields_are_refused():
    """A newer file is refused rather than half read."""
    with pytest.raises(ValidationError, match="extra"):
        EVENT.validate_json(b'{"kind": "noted", "at": 1, "step": 1, "text": "x", "new": 1}')


def test_values_inside_python_are_left_alone():
    """A dict that looks like a tag is decoded from JSON only, never when an event is built."""
    tagged = {"$int": "0x1"}
    assert Observation(status="ok", value=tagged).value is tagged


def test_text_may_hold_lone_surrogates():
    """Code prints them and models send them; neither may break a run or its file."""
    event = ActionFound(at=1.0, step=1, thought="\ud83d", code="print('\udc00')")
    assert EVENT.validate_json(EVENT.dump_json(event)) == event
    reply = Reply(text="\ud83d")
    assert Reply.model_validate_json(reply.model_dump_json()) == reply
    message = Message(role="user", content="\ud83d")
    assert Message.model_validate_json(message.model_dump_json()) == message


def test_text_is_text():
    """A number is not silently turned into text."""
    with pytest.raises(ValidationError, match="expected text, not int"):
        Reply(text=1)


def test_arguments_have_names():
    """A call is recorded by parameter name, and a later change of the caller's dict does not reach the event."""
    arguments = {"customer": "C-1"}
    event = CallStarted(at=1.0, step=1, n=1, tool="acme.orders", arguments=arguments)
    arguments["customer"] = "C-2"
    assert event.arguments == {"customer": "C-1"}
    with pytest.raises(ValidationError, match="expected arguments by name"):
        CallStarted(at=1.0, step=1, n=1, tool="acme.orders", arguments={1: "C-1"})


def test_deep_values_in_deep_events_can_be_read_back():
    """The depth limit of values leaves room for the event around them."""
    deep: object = 0
    for _ in range(200):
        deep = {(1,): [deep]}
    event = Observed(at=1.0, step=1, observation=Observation(status="ok", value=deep), text="")
    assert "nested too deeply" in repr(EVENT.validate_json(EVENT.dump_json(event)))


def test_usage_adds_up():
    """Totals of a run are sums of its replies."""
    total = Usage(input_tokens=1, output_tokens=2, cached_tokens=1) + Usage(input_tokens=10, output_tokens=20)
    assert total == Usage(input_tokens=11, output_tokens=22, cached_tokens=1)
    assert total.total_tokens == 33
