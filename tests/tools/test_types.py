"""Annotations as text, and the classes that they need."""

from __future__ import annotations

import ast
import collections
import datetime
import enum
import inspect
import sqlite3
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar, Union

import pytest
import typing_extensions
from pydantic import BaseModel, EmailStr, Field, HttpUrl, RootModel, create_model

from codeact_sdk.tools.types import (
    TypeNames,
    class_fields,
    collect_types,
    kind_of,
    type_text,
)

T = TypeVar("T")
UserId = NewType("UserId", str)
Json = typing_extensions.TypeAliasType("Json", "int | list[Json] | None")
Small = typing_extensions.TypeAliasType("Small", Annotated[int, Field(le=9)])


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    """Where somebody lives."""

    street: str
    zip: str = Field(default="", description="Post code.", max_length=5)


class Customer(BaseModel):
    """A customer.

    Attributes:
        name: Full name.
    """

    name: str
    address: Address
    friends: list[Customer] = []
    tags: dict[str, int] = Field(default_factory=dict)


@dataclass
class Line:
    """One line of an order."""

    article: str
    count: int = 1
    notes: list[str] = field(default_factory=list)
    _cache: int = 0


class Point(NamedTuple):
    x: int
    y: int = 0


class Movie(TypedDict, total=False):
    title: typing.Required[str]
    year: int


class Tags(RootModel[list[str]]):
    """Words."""


class Page(BaseModel, Generic[T]):
    items: list[T]


class Connection:
    """A database connection."""


class MyList(list):  # a subclass of the builtin is what is tested
    pass


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "int"),
        (None, "None"),
        (type(None), "None"),
        (Any, "Any"),
        (object, "object"),
        (list[int], "list[int]"),
        (typing.List[int], "list[int]"),  # noqa: UP006  # the old form is what is tested
        (dict[str, list[Customer]], "dict[str, list[Customer]]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (tuple[()], "tuple[()]"),
        (Optional[int], "int | None"),  # noqa: UP045  # as above
        (Union[int, str, None], "int | str | None"),  # noqa: UP007  # as above
        (Literal["a", 1, None, True, b"x"], "Literal['a', 1, None, True, b'x']"),
        (Literal[Color.RED], "Literal['red']"),
        (Callable[[int, str], bool], "Callable[[int, str], bool]"),
        (Callable[..., None], "Callable[..., None]"),
        (Sequence[int], "Sequence[int]"),
        (type[Customer], "type[Customer]"),
        (Annotated[int, Field(ge=1)], "int"),
        (UserId, "str"),
        (Annotated[int | None, "x"] | str | None, "int | None | str"),
        (Small, "int"),
        (list[T], "list[T]"),
        (datetime.datetime, "datetime"),
        (Decimal, "Decimal"),
        (Path, "str"),
        (Path | str, "str"),
        (EmailStr, "str"),
        (HttpUrl, "str"),
        (MyList, "list"),
        (collections.OrderedDict, "OrderedDict"),
        (Page[int], "Page_int"),
        (typing_extensions.NotRequired[int], "int"),
        (typing.Never, "Never"),
        (create_model("class"), "class_"),
        (create_model("Größe x"), "Größe_x"),
        ("not resolved", "object"),
        (5, "object"),
    ],
)
def test_annotations_as_text(annotation: object, text: str) -> None:
    """Types are written as a person would, without module names, and parse."""
    assert type_text(annotation) == text
    ast.parse(f"x: {text}")


def test_an_alias_of_itself_ends() -> None:
    """A recursive alias is written once, then as `object`."""
    assert type_text(Json) == "object" or "list[object]" in type_text(Json)


class TypeAliasType:
    """As the alias that a `type` statement makes from Python 3.12 on: its value is looked up when it is asked for."""

    def __init__(self, value: Callable[[], object]) -> None:
        self._value = value

    @property
    def __value__(self) -> object:
        return self._value()


def test_an_alias_that_is_looked_up_late_may_name_itself_or_nothing() -> None:
    """The classes behind a recursive one are found; one whose names are not there stands for any object."""
    tree: TypeAliasType = TypeAliasType(lambda: dict[Line, tree])
    assert collect_types([tree]) == (Line,)
    assert type_text(tree) == "dict[Line, object]"
    missing = TypeAliasType(lambda: Missing)  # noqa: F821  # that is the point
    assert type_text(list[missing]) == "list[object]"
    assert collect_types([missing]) == ()


def test_no_annotation_at_all_is_any() -> None:
    """A parameter without one takes whatever it gets."""
    assert type_text(inspect.Parameter.empty) == "Any"


@pytest.mark.parametrize(
    ("cls", "kind"),
    [
        *((Customer, "model"), (Tags, "root"), (Line, "dataclass"), (Movie, "typed_dict"), (Point, "named_tuple")),
        *(
            (Color, "enum"),
            (Connection, "handle"),
            (sqlite3.Connection, "handle"),
            (int, None),
            (datetime.date, None),
            (Path, None),
            (MyList, None),
        ),
        (typing_extensions.TypedDict("Old", {"a": int}), "typed_dict"),
    ],
)
def test_kinds(cls: type, kind: str | None) -> None:
    """Each way to write a class is known, and what needs no explanation has no kind."""
    assert kind_of(cls) == kind


def test_classes_are_found_in_depth_and_in_order() -> None:
    """A class stands after those that its fields need, once, also where classes need each other."""
    found = collect_types([dict[str, Customer] | None, list[Line], Annotated[Address, "home"], Color, Customer])
    assert found == (Address, Customer, Line, Color)


def test_classes_behind_callables_and_aliases_are_found() -> None:
    """A type is found wherever it stands in an annotation."""
    assert collect_types([Callable[[Line], Point], type[Movie]]) == (Line, Point, Movie)


def test_values_of_a_literal_are_no_types() -> None:
    """A member of an enum in a literal is a value."""
    assert collect_types([Literal[Color.RED]]) == ()


def test_two_classes_of_one_name_are_told_apart() -> None:
    """The second is numbered, and a name that means something else is not used."""
    first, second, third = create_model("Order"), create_model("Order"), create_model("list")
    names = TypeNames([first, second, third])
    assert names.text(dict[str, first] | second) == "dict[str, Order] | Order2"
    assert names[third] == "list2"


def test_fields_of_a_model() -> None:
    """Fields have their types, defaults and descriptions, from wherever the author wrote them."""
    name, _, friends, tags = class_fields(Customer)
    assert (name.name, name.annotation, name.default, name.description) == ("name", str, None, "Full name.")
    assert (friends.default, tags.default) == ("[]", "{}")
    assert class_fields(Address)[1].description == "Post code. Length at most 5."


def test_fields_of_other_classes() -> None:
    """Dataclasses, named tuples and typed dicts have fields too; private ones do not cross."""
    assert [(item.name, item.default) for item in class_fields(Line)] == [
        ("article", None),
        ("count", "1"),
        ("notes", "[]"),
    ]
    assert [(item.name, item.default) for item in class_fields(Point)] == [("x", None), ("y", "0")]
    assert [(item.name, item.default) for item in class_fields(Movie)] == [("title", None), ("year", "...")]
    assert class_fields(Connection) == ()


class Early(BaseModel):
    """Names a class that comes after it, as models that need each other do."""

    late: Late
    more: list[Late] = []


class Late(BaseModel):
    n: int


def test_fields_of_a_model_whose_types_came_after_it() -> None:
    """They are resolved when they are asked for."""
    assert [item.annotation for item in class_fields(Early)] == [Late, list[Late]]
    assert collect_types([Early]) == (Late, Early)


def test_an_unresolvable_field_is_an_object() -> None:
    """A class whose annotations name what does not exist can still be shown."""
    local = dataclass(type("Local", (), {"__annotations__": {"x": "Missing"}}))
    assert class_fields(local)[0].annotation is object
