"""Values and their JSON form."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import same, values

from codeact_sdk.values import MAX_DEPTH, MAX_ITEMS, Opaque, Record, decode, encode, make_record

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "$int",
                    "$str",
                    "$dict",
                    "$set",
                    "$record",
                    "$datetime",
                    "$time",
                    "$range",
                    "$fraction",
                    "$decimal",
                    "$tuple",
                    "$opaque",
                    "$uuid",
                    "$timedelta",
                    "$complex",
                    "$bytes",
                    "$new",
                    "fields",
                    "fold",
                    "zone",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


class Hostile:
    """Every method is a trap."""

    def __getattribute__(self, name):
        raise AssertionError(f"read {name}")

    def __repr__(self):
        raise AssertionError("repr")


class HostileMeta(type):
    """A class that lies about its own name."""

    @property
    def __name__(cls):
        raise AssertionError("name")

    def __instancecheck__(cls, instance):
        raise AssertionError("isinstance")


class HostileZone(tzinfo):
    """A time zone with code in it."""

    def utcoffset(self, moment):
        raise AssertionError("utcoffset")


@given(values)
def test_encode_and_decode_are_inverse(value):
    """Any value comes back from JSON text as it was, types included."""
    assert same(decode(json.loads(json.dumps(encode(value)))), value)


@given(values)
def test_encoded_values_are_valid_utf8_json(value):
    """No NaN, no lone surrogate: the text can be written to a file and read by any JSON reader."""
    json.dumps(encode(value), allow_nan=False, ensure_ascii=False).encode("utf-8")


@given(json_values)
def test_decoding_anything_gives_a_value_or_a_value_error(data):
    """A file that was tampered with cannot make the reader raise anything else."""
    with suppress(ValueError):
        decode(data)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (1, 1),
        (2**53, 2**53),
        (2**53 + 1, {"$int": "0x20000000000001"}),
        (float("-inf"), {"$float": "-inf"}),
        ("\ud800", {"$str": "eda080"}),
        ((1, "a"), {"$tuple": [1, "a"]}),
        ({"a": (1,)}, {"a": {"$tuple": [1]}}),
        ({"$int": "1"}, {"$dict": [["$int", "1"]]}),
        ({(1, 2): 3}, {"$dict": [[{"$tuple": [1, 2]}, 3]]}),
        (make_record("Order", {"id": "7"}), {"$record": "Order", "fields": {"id": "7"}}),
        (Opaque("Lock", "<lock>"), {"$opaque": "Lock", "text": "<lock>"}),
        (
            datetime(2024, 1, 2, tzinfo=ZoneInfo("Europe/Berlin")),
            {"$datetime": "2024-01-02T00:00:00", "fold": 0, "zone": "Europe/Berlin"},
        ),
        (timedelta(days=-1, seconds=5), {"$timedelta": [-1, 5, 0]}),
    ],
)
def test_the_written_form_is_stable(value, data):
    """Files of older versions stay readable: the form of each type is part of the format."""
    assert encode(value) == data
    assert same(decode(data), value)


def test_what_is_not_data_becomes_the_name_of_its_type():
    """Encoding runs no method of a value that model code may have made."""
    hostile_class = HostileMeta("Liar", (), {})
    assert encode(Hostile()) == {"$opaque": "Hostile", "text": "<Hostile>"}
    assert encode(hostile_class()) == {"$opaque": "Liar", "text": "<Liar>"}
    assert encode(type("MyList", (list,), {})()) == {"$opaque": "MyList", "text": "<MyList>"}


def test_a_record_subclass_with_code_is_read_without_running_it():
    """Fields are read from where they lie, past any attribute that a subclass puts in front."""
    traps = {"__dict__": property(lambda self: 1 / 0), "__getattribute__": lambda *_: 1 / 0}
    liar = object.__new__(type("Liar", (Record,), traps))
    assert encode(liar) == {"$record": "Liar", "fields": {}}


def test_a_time_zone_with_code_is_not_asked():
    """Local time and the zone's class name are kept instead."""
    zone = HostileZone()
    assert encode(datetime(2024, 1, 2, tzinfo=zone))["text"] == "2024-01-02T00:00:00[HostileZone]"
    assert encode(time(1, 2, tzinfo=zone))["text"] == "01:02:00[HostileZone]"
    assert decode(encode(time(1, 2, tzinfo=UTC))) == time(1, 2, tzinfo=UTC)


def test_containers_that_hold_themselves_end():
    """A cycle is cut where it closes."""
    items: list[object] = [1]
    items.append({"back": items})
    record = make_record("Node", {})
    record["next"] = record
    assert encode(items) == [1, {"back": {"$opaque": "list", "text": "<list: holds itself>"}}]
    assert encode(record)["fields"]["next"]["text"] == "<Node: holds itself>"


def test_a_value_that_occurs_twice_is_no_cycle():
    """Only an ancestor is refused, not a sibling."""
    shared = [1]
    assert encode([shared, shared]) == [[1], [1]]


def test_deep_values_are_cut_at_the_limit():
    """The depth that is kept can be read back, one level more is text."""
    deep: object = 0
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    data = encode(deep)
    for _ in range(MAX_DEPTH):
        (data,) = data
    assert data == {"$opaque": "list", "text": "<list: nested too deeply>"}


def test_values_that_grow_exponentially_end():
    """Sixty nested pairs are 2**60 items when written out; the count stops them."""
    pair: object = 0
    for _ in range(40):
        pair = [pair, pair]
    assert "too large" in json.dumps(encode([[None] * (MAX_ITEMS - 50), pair]))[-2000:]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"$new": 1}, r"unknown value tag '\$new'; known are \$bytearray"),
        ({"$int": "zz"}, "invalid literal"),
        ({"$datetime": "2024-01-01"}, r"malformed \$datetime: KeyError"),
        ({"$record": "A", "fields": [1]}, r"malformed \$record: its fields are not named"),
        ({"$fraction": [1, 0]}, r"malformed \$fraction: ZeroDivisionError"),
    ],
)
def test_wrong_data_is_named(data, message):
    """The reader of a run file learns what is wrong."""
    with pytest.raises(ValueError, match=message):
        decode(data)


def test_an_unknown_zone_keeps_the_text():
    """A zone that this machine lacks must not become a wrong time."""
    data = {"$datetime": "2024-01-02T00:00:00", "fold": 0, "zone": "Nowhere/Atlantis"}
    assert decode(data) == Opaque("datetime", "2024-01-02T00:00:00[Nowhere/Atlantis]")


class TestRecord:
    """What model code does with a tool's result."""

    order = make_record("Order", {"id": "7", "total": 3.5})

    def test_fields_are_attributes_and_items(self):
        """Both ways of reading give the same."""
        assert self.order.id == self.order["id"] == "7"

    def test_it_converts_as_a_mapping(self):
        """`dict`, `**` and iteration see the fields."""
        assert dict(self.order) == {"id": "7", "total": 3.5} == dict(**self.order)
        assert list(self.order) == ["id", "total"]
        assert len(self.order) == 2
        assert "id" in self.order

    def test_a_field_named_like_a_method_wins(self):
        """A record has no methods in the way of its fields."""
        assert make_record("Page", {"items": [1], "keys": 2}).items == [1]

    def test_equality_needs_name_and_fields(self):
        """Two types with the same fields differ."""
        assert self.order == make_record("Order", {"id": "7", "total": 3.5})
        assert self.order != make_record("Item", {"id": "7", "total": 3.5})
        assert self.order != {"id": "7", "total": 3.5}

    def test_it_shows_its_type_and_fields(self):
        """The text reads as the constructor call would."""
        assert repr(self.order) == "Order(id='7', total=3.5)"

    def test_a_missing_field_names_those_there_are(self):
        """A model can correct itself from the message."""
        with pytest.raises(AttributeError, match="Order has no field 'ID'; its fields are id, total"):
            _ = self.order.ID
        with pytest.raises(KeyError, match="'ID' is not a field of Order; its fields are id, total"):
            _ = self.order["ID"]

    def test_field_names_are_text(self):
        """Fields stay readable as attributes and writable to JSON."""
        record = make_record("Order", {})
        record["id"] = "8"
        assert record.id == "8"
        with pytest.raises(TypeError, match="a field's name is a str, not int"):
            record[1] = "x"
