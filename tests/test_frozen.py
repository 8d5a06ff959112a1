"""Value objects without generated methods."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import ClassVar

import pytest
from pydantic import TypeAdapter, ValidationError

from codeact_sdk.frozen import Frozen, replaced
from codeact_sdk.observations import CodeError, Observation, ToolCall
from codeact_sdk.values import Opaque


class Point(Frozen):
    """A value with a default and a class variable."""

    DIMENSIONS: ClassVar[int] = 2

    x: int
    y: int = 0


def test_it_is_what_a_frozen_dataclass_is():
    """Made by name, shown, compared and hashed by its fields, and never changed."""
    point = Point(x=1)
    assert repr(point) == "Point(x=1, y=0)"
    assert point == Point(y=0, x=1) != Point(x=2)
    assert point != (1, 0)
    assert {point: "here"}[Point(x=1)] == "here"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "nothing given for x"),
        ({"x": 1, "z": 1}, "no field z"),
        ({"y": 1, "z": 1}, "no field z"),
        ({"z": 1}, "no field z"),
    ],
)
def test_wrong_fields_are_named(fields, message):
    """With those that there are."""
    with pytest.raises(TypeError, match=rf"Point\(\): {message}; its fields are x, y"):
        Point(**fields)


def test_the_library_takes_it_for_a_dataclass():
    """`replace` and `asdict`, pickles and copies."""
    point = Point(x=1, y=2)
    assert dataclasses.is_dataclass(Point)
    assert [field.name for field in dataclasses.fields(point)] == ["x", "y"]
    assert dataclasses.replace(point, y=3) == replaced(point, y=3) == Point(x=1, y=3)
    assert dataclasses.asdict(point) == {"x": 1, "y": 2}
    assert pickle.loads(pickle.dumps(point)) == copy.deepcopy(point) == point
    with pytest.raises(TypeError, match="no field z"):
        replaced(point, z=1)


def test_pydantic_reads_and_writes_an_observation():
    """Strictly: fields of a newer version are refused."""
    adapter = TypeAdapter(Observation)
    call = ToolCall(n=1, tool="f", arguments={"x": (1,)}, result={1, 2}, started=0.5, seconds=0.25)
    seen = Observation(status="error", value=b"\x00", error=CodeError(type="E", message="\ud800"), calls=(call,))
    assert adapter.validate_json(adapter.dump_json(seen)) == seen
    with pytest.raises(ValidationError, match="new"):
        adapter.validate_json(b'{"status": "ok", "new": 1}')
    with pytest.raises(ValidationError, match="status"):
        adapter.validate_json(b'{"status": "fine"}')


def test_an_opaque_value_is_one_too():
    """It crosses to model code, so nothing of it may change."""
    value = Opaque("Widget", "<Widget>")
    assert repr(value) == "<Widget>"
    assert value == Opaque(type="Widget", text="<Widget>") != Opaque("Widget", "")
    assert value != "<Widget>"
    assert pickle.loads(pickle.dumps(value)) == copy.copy(value) == value
    assert len({value, Opaque("Widget", "<Widget>")}) == 1
    with pytest.raises(AttributeError, match="cannot assign to field 'text'"):
        value.text = ""
    with pytest.raises(AttributeError, match="cannot delete field 'text'"):
        del value.text
