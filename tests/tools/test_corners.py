"""Corners of what is read from functions: names, values, types and documentation that few tools have."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Len
from pydantic import BaseModel, Field, create_model

from codeact_sdk.errors import ToolDefinitionError
from codeact_sdk.tools.annotated import notes_of
from codeact_sdk.tools.describe import describe
from codeact_sdk.tools.resolve import _closure
from codeact_sdk.tools.text import identifier, literal, one_line
from codeact_sdk.tools.tool import Tool, make_tool
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.tools.types import TypeNames, bare, type_text
from codeact_sdk.values import make_record


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a b", "a_b"),
        ("1st", "_1st"),
        ("class", "class_"),
        ("ﬁt", "fit"),
        ("---", "Type"),
        ("Größe", "Größe"),
        ("is-not", "is_not"),
    ],
)
def test_any_name_becomes_one_that_python_reads(name: str, made: str) -> None:
    """What is no identifier is made one."""
    assert identifier(name) == made
    assert identifier(name).isidentifier()


def test_text_on_one_line_holds_nothing_that_cannot_be_printed() -> None:
    """Control characters are escaped, in the width that Python gives them."""
    assert one_line("a\tb\x07\u200b\U000e0001") == "a b\\x07\\u200b\\U000e0001"


class Colour(enum.Enum):
    RED = "red"


class Model(BaseModel):
    a: int = 1
    b: object = None


@dataclass
class Point:
    x: object
    y: int = 2


Odd = type("Odd", (BaseModel,), {"__annotations__": {}})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(10**5000, "...", id="long"),
        (Colour.RED, "'red'"),
        (PurePosixPath("a/b"), "'a/b'"),
        (PurePosixPath("/etc/x"), "..."),
        (Model(a=3), "Model(a=3)"),
        (Model(b=object()), "Model(b=...)"),
        (create_model("Odd", **{"a-b": (int, 1)})(**{"a-b": 2}), "..."),
        ([set(), frozenset(), {1}], "[set(), frozenset(), {1}]"),
        (Point(1), "Point(x=1, y=2)"),
        (object(), None),
        (Point, None),
        ("x" * 500, "..."),
    ],
)
def test_a_value_as_python_source(value: object, text: str | None) -> None:
    """What has no short text is left out."""
    assert literal(value) == text


def test_deep_values_are_not_written_out() -> None:
    """Nor followed without end."""
    deep: Any = 1
    for _ in range(20):
        deep = [deep]
    assert "..." in (literal(deep) or "")


def test_values_are_described_shortly() -> None:
    """Containers with many items are counted, of a record its fields are named."""
    assert describe(make_record("Order", {"id": 1, "total": 2.5})) == "fields id, total (Order)"
    assert describe(make_record("Empty", {})) == "no fields (Empty)"
    assert "9 items" in describe(list(range(9))) or "items" in describe(list(range(99)))


class Documented:
    documentation = "From a class of its own."


def test_notes_of_an_annotation_come_from_whoever_writes_them() -> None:
    """Fields of pydantic, text, and objects with a documentation; the rest are constraints."""
    assert notes_of(Annotated[int, "Text."]).description == "Text."
    assert notes_of(Annotated[int, Documented()]).description == "From a class of its own."
    assert notes_of(Annotated[int, Field(description="Field.", gt=3)]).description == "Field."
    assert notes_of(Annotated[list[int], Len(1, 5), "Text."]).text == "Text. Length at least 1, length at most 5."
    assert notes_of(Annotated[int, Ge(1)]).text == "At least 1."


def test_a_variable_that_is_not_set_yet_is_no_name_of_a_closure() -> None:
    """An empty cell is passed over."""

    def inner() -> object:
        return later, set_already

    set_already = 1
    assert _closure(inner) == {"set_already": 1}
    later = 2
    assert _closure(inner) == {"set_already": 1, "later": 2}


def test_types_that_cannot_be_remembered_are_written_all_the_same() -> None:
    """`Annotated` may hold a list."""
    names = TypeNames()
    assert names.text(Annotated[int, []]) == "int"
    assert type_text(Annotated[list[int], []], names=names) == "list[int]"


def test_a_type_that_stands_for_itself_is_an_object() -> None:
    """An alias without an end."""

    class Endless:
        @property
        def __supertype__(self) -> object:
            return Endless()

    assert bare(Endless()) is object


def test_a_toolset_shows_its_names() -> None:
    """Or that it is empty."""

    def look(what: str) -> str:
        return what

    made = Toolset.of([look])
    assert repr(made) == "Toolset(look)"
    assert repr(Toolset.of([])) == "Toolset(no tools)"
    assert len(made) == 1
    assert "look" in made


def test_a_tool_has_the_hash_of_its_name() -> None:
    """The function of a callable object may have none."""

    def look(what: str) -> str:
        return what

    one = Tool(look, name="look")
    assert {one: 1}[one] == 1


def test_a_builtin_whose_parameters_nobody_can_read_is_no_tool() -> None:
    """The error tells what to do."""
    with pytest.raises(ToolDefinitionError, match="wrap it in a `def` with typed parameters"):
        Toolset.of([min])


def test_a_parameter_that_takes_a_callable_or_none() -> None:
    """Literals with None are optional."""

    def look(what: Literal["a", None] = None, fn: Callable[[int], int] | None = None) -> str:
        return str(what)

    assert Toolset.of([look]).by_name["look"]


def test_a_part_of_a_function_has_its_docstring() -> None:
    """What is given beforehand changes nothing of what it says."""

    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    assert make_tool(partial(add, 1), name="add_one").doc.summary == "Adds two numbers."


def test_a_default_of_none_may_be_given_too() -> None:
    """`note: str = None` is how many write what they may leave out."""

    def keep(note: str = None, *, kind: Literal["a", "b"] = None) -> None:  # noqa: RUF013  # as above
        ...

    assert make_tool(keep).validate((None,), {"kind": None}) == {"note": None, "kind": None}
