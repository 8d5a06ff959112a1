"""Values in and out: nothing mutable is shared, and what goes in comes back."""

from __future__ import annotations

import collections
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, Flag, IntEnum
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from pydantic import BaseModel, ConfigDict, RootModel
from strategies import same, values

from codeact_sdk.interpreter import boundary as module
from codeact_sdk.interpreter.boundary import MAX_DEPTH, Boundary, BoundaryError
from codeact_sdk.interpreter.clips import Clip
from codeact_sdk.interpreter.visible import Handle
from codeact_sdk.values import Opaque, Record, encode, make_record

_MUTABLE = (list, dict, set, bytearray, Record)


def new() -> Boundary:
    """A boundary whose callbacks are marked."""
    return Boundary(call_back=lambda function: ("called back", function))


def mutables(value: Any) -> set[int]:
    """Identities of everything in a value that can be changed."""
    found = {id(value)} if isinstance(value, _MUTABLE) else set()
    parts: Any = ()
    if isinstance(value, Record):
        parts = vars(value).values()
    elif isinstance(value, dict):
        parts = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    return found.union(*map(mutables, parts))


@given(values)
def test_what_goes_in_is_equal_and_shares_nothing(value: object) -> None:
    """Data of the host arrives as the same data, in objects of its own."""
    inner = new().inward(value)
    assert same(Clip(float("inf")).copy(inner), value)  # which has no long ranges
    assert not mutables(inner) & mutables(value)


@given(values)
def test_what_goes_out_shares_nothing(value: object) -> None:
    """A tool can change its arguments without the program seeing it."""
    assert not mutables(new().outward(value)) & mutables(value)


@given(values)
def test_what_has_gone_out_once_goes_out_the_same_again(value: object) -> None:
    """Arguments are plain data: another crossing, either way, changes nothing."""
    rules = new()
    outer = rules.outward(value)
    assert same(rules.outward(rules.inward(outer)), outer)


@given(values)
def test_what_is_kept_is_equal_and_shares_nothing(value: object) -> None:
    """Observations hold copies."""
    kept = Clip(float("inf")).copy(value)
    assert same(kept, value)
    assert not mutables(kept) & mutables(value)


@given(values)
def test_what_is_clipped_is_small(value: object) -> None:
    """However large a value is, what is kept of it stays near the limit."""
    clip = Clip(50)
    kept = clip.copy(value)
    assert len(json.dumps(encode(kept))) < 12_000
    assert isinstance(clip.truncated, bool)


class Level(IntEnum):
    LOW = 1


class Mode(Flag):
    R = 1
    W = 2


class Mixed(Enum):
    A = 1
    B = "b"


class Odd(Enum):
    A = (1, 2)


class Pair(NamedTuple):
    left: int
    right: list[int]


class Model(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


@dataclass
class Data:
    a: int
    _hidden: int = 0


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (Level.LOW, 1),
        (Mode.R | Mode.W, 3),
        (Model(a=1, b=2), make_record("Model", {"a": 1, "b": 2})),
        (RootModel[list[int]]([1]), [1]),
        (Data(1), make_record("Data", {"a": 1})),
        (PurePosixPath("a/b"), "a/b"),
        (Text("t"), "t"),
        (bytearray(b"x"), bytearray(b"x")),
        (memoryview(b"x"), bytearray(b"x")),
        (MappingProxyType({1: [2]}), {1: [2]}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.deque([1]), [1]),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        ({"a": 1}.items(), [("a", 1)]),
        (iter([1]), [1]),
        (frozenset({1}), frozenset({1})),
        (type("Bag", (set,), {})([1]), {1}),
    ],
)
def test_forms_that_host_objects_take(given_: object, expected: object) -> None:
    """Each kind has a form without methods of the host."""
    found = new().inward(given_)
    assert found == expected
    assert type(found).__module__ in {"builtins", "records"}


def test_named_tuples_and_enums_are_copies_of_their_types() -> None:
    """They keep their names and lose their methods."""
    rules = new()
    pair = rules.inward(Pair(1, [2]))
    assert (type(pair).__name__, pair.left, pair.right) == ("Pair", 1, [2])
    assert type(pair) is not Pair
    assert type(rules.inward(Pair(3, []))) is type(pair)
    turned = rules.inward(Odd.A)
    assert (turned.name, turned.value) == ("A", (1, 2))
    member = rules.inward(Mixed.B)
    assert (member.name, member.value) == ("B", "b")
    assert type(member) is not Mixed
    assert rules.inward(Mixed.B) is member
    assert rules.outward(member) == "b"


def test_objects_without_a_form_are_handles() -> None:
    """A handle is given back for the object, by the session that made it."""
    rules, thing = new(), object()
    handle = rules.inward([thing])[0]
    assert isinstance(handle, Handle)
    assert rules.outward({"h": handle}) == {"h": thing}
    assert rules.inward(handle) is handle
    with pytest.raises(BoundaryError, match="another session"):
        new().outward(handle)
    with pytest.raises(AttributeError, match="pass it to a tool"):
        _ = handle.name


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (make_record("R", {"a": [1]}), {"a": [1]}),
        (Data(1), {"a": 1, "_hidden": 0}),
        (Text("t"), "t"),
        (True, True),
        (collections.Counter("aa"), {"a": 2}),
        (collections.deque([1]), [1]),
        (type("Bag", (set,), {})([1]), [1]),
        ((n for n in range(2)), [0, 1]),
        (bytearray(b"x"), b"x"),
        (ValueError("v"), "ValueError: v"),
        ({Decimal(1): (1, {2})}, {Decimal(1): (1, {2})}),
        (frozenset({1}), frozenset({1})),
    ],
)
def test_forms_that_values_of_the_program_take(given_: object, expected: object) -> None:
    """A tool gets plain data."""
    found = new().outward(given_)
    assert found == expected
    assert type(found) is type(expected)


def test_functions_are_wrapped_and_classes_refused() -> None:
    """What can be called is called back; what has no form is refused by name."""

    def function() -> None:
        return None

    assert new().outward(function) == ("called back", function)
    with pytest.raises(BoundaryError, match=r"a class \(int\) cannot"):
        new().outward(int)
    half = Fraction(1, 2)
    half._numerator = "x"  # type: ignore[attr-defined]  # a number that lies
    with pytest.raises(BoundaryError, match="a number made of str"):
        new().outward(half)
    with pytest.raises(BoundaryError, match="an object of the class object cannot"):
        new().outward(object())


def test_depth_and_length_are_bounded() -> None:
    """A value that holds itself, and an endless generator, are refused in words."""
    around: list[object] = []
    around.append(around)
    for cross in (new().inward, new().outward):
        with pytest.raises(BoundaryError, match=f"more than {MAX_DEPTH} levels"):
            cross(around)
    with pytest.raises(BoundaryError, match="items: take a part"):
        new().inward(iter(range(module.MAX_LAZY_ITEMS + 1)))


@pytest.mark.parametrize(
    ("value", "room", "expected"),
    [
        ("x" * 300, 250, "Opaque"),
        (b"x" * 300, 250, "Opaque"),
        (bytearray(b"x" * 300), 250, "Opaque"),
        (1 << 9_000, 250, "about 2,700 digits"),
        ([1] * 100, 80, "more items"),
        (dict.fromkeys(range(100), 1), 80, "more entries"),
        ({"a": "x" * 30, "b": "y" * 30}, 50, "1 more entries"),
        ([{"a": "x" * 30}, {"a": "y" * 30}], 50, "1 more items"),
        ([[["deep"]]], 20, "not kept"),
        (type("Long", (), {"__repr__": lambda self: "x" * 5_000})(), 9_000, "characters"),
    ],
)
def test_what_is_too_large_says_so(value: object, room: int, expected: str) -> None:
    """The rest is counted, not kept."""
    clip = Clip(room)
    kept = clip.copy(value)
    assert expected in repr(type(kept)) + repr(kept)
    if expected != "characters":
        assert clip.truncated
    assert len(repr(kept)) < 2_500


def test_a_record_in_a_set_and_depth_of_a_copy() -> None:
    """Copies end on every value."""
    around: list[object] = []
    around.append(around)
    assert "not kept" in repr(Clip(float("inf")).copy(around))
    assert Clip(1e6).copy({(1, 2): frozenset({3})}) == {(1, 2): frozenset({3})}
    own = type("Own", (), {"__repr__": lambda self: "own"})()
    assert Clip(1e6).copy({own}) == {Opaque("Own", "own")}


def test_a_mapping_of_the_host_is_a_dict() -> None:
    """Any `Mapping` is read through its items."""

    class Lazy(Mapping[str, int]):
        def __getitem__(self, key: str) -> int:
            return 1

        def __iter__(self) -> Any:
            return iter("ab")

        def __len__(self) -> int:
            return 2

    assert new().inward(Lazy()) == {"a": 1, "b": 1}


def test_checked_urls_are_text():
    """What pydantic checks as a URL, model code reads as the text that the prompt promises, also inside of models."""
    from pydantic import AnyUrl, BaseModel, HttpUrl, PostgresDsn

    from codeact_sdk import Interpreter

    class Site(BaseModel):
        home: HttpUrl
        store: PostgresDsn

    def site() -> Site:
        return Site(home="https://acme.com/a", store="postgres://u@h/db")

    def address(url: AnyUrl) -> AnyUrl:
        assert type(url) is AnyUrl
        return url

    with Interpreter(tools=[site, address]) as interp:
        assert interp.run("s = site()\ns.home, s.store").value == ("https://acme.com/a", "postgres://u@h/db")
        assert interp.run("address(s.home).upper()").value == "HTTPS://ACME.COM/A"
