"""Arguments as models write them."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, Field

from codeact_sdk.errors import ToolArgumentError, ToolDefinitionError
from codeact_sdk.tools.tool import make_tool
from codeact_sdk.values import Opaque, make_record


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Filter(BaseModel):
    min: float
    tags: list[Literal["new", "old"]] = []
    label: str = Field(default="", alias="Label")


@dataclass
class Line:
    article: str
    count: int = 1


class Movie(TypedDict):
    title: str


class Connection:
    """What only a tool can make."""


def checked(annotation: object, value: object) -> object:
    """Gives what a tool with one parameter of a type receives."""

    def f(x): ...

    f.__annotations__["x"] = annotation
    return make_tool(f).validate((value,), {})["x"]


def refused(annotation: object, value: object) -> str:
    """Gives what is told of a value that a type does not take."""
    with pytest.raises(ToolArgumentError) as caught:
        checked(annotation, value)
    message = str(caught.value)
    assert "pydantic" not in message
    assert "http" not in message
    assert "0x" not in message
    assert __name__ not in message
    return "; ".join(caught.value.problems)


def orders(customer: str, status: Literal["open", "paid"] | None = None, *, limit: int = 10) -> list[str]:
    """Orders of one customer."""
    return []


def refused_call(*args: object, **kwargs: object) -> ToolArgumentError:
    """Gives what is told of a wrong call."""
    with pytest.raises(ToolArgumentError) as caught:
        make_tool(orders, pack="acme").validate(args, kwargs)
    return caught.value


def test_only_what_was_given_comes_back() -> None:
    """Defaults are the function's own affair."""
    validate = make_tool(orders).validate
    assert validate(("C-1",), {}) == {"customer": "C-1"}
    assert validate(("C-1", "open"), {"limit": 3}) == {"customer": "C-1", "status": "open", "limit": 3}
    assert validate((), {"limit": 3, "customer": "C-1"}) == {"limit": 3, "customer": "C-1"}


@pytest.mark.parametrize(
    ("annotation", "value", "result"),
    [
        (int, 5.0, 5),
        (int, "5", 5),
        (float, 3, 3.0),
        (bool, "true", True),
        (str | None, None, None),
        (Decimal, "1.50", Decimal("1.50")),
        (datetime.date, "2026-01-31", datetime.date(2026, 1, 31)),
        (Path, "a/b", Path("a/b")),
        (Color, "red", Color.RED),
        (Line, {"article": "x"}, Line("x")),
        (Movie, {"title": "x"}, {"title": "x"}),
        (Filter, {"min": 1, "Label": "a"}, Filter(min=1, Label="a")),
        (Filter, {"min": 1, "label": "a"}, Filter(min=1, Label="a")),
        (list[Line], [{"article": "x", "count": "2"}], [Line("x", 2)]),
        (set[int], [1, 2], {1, 2}),
        (Any, [1], [1]),
        (object, {"a": 1}, {"a": 1}),
    ],
)
def test_arguments_become_the_tools_own_types(annotation: object, value: object, result: object) -> None:
    """What a model writes for a type is made into the type."""
    found = checked(annotation, value)
    assert found == result
    assert type(found) is type(result)


def test_typed_dicts_of_either_module_are_checked_wherever_they_stand() -> None:
    """Before Python 3.12 pydantic refuses those of `typing`; authors use them all the same."""
    assert checked(list[Movie] | None, [{"title": "x"}]) == [{"title": "x"}]
    assert checked(dict[str, Annotated[Movie, Field()]], {"a": {"title": "x"}}) == {"a": {"title": "x"}}
    assert refused(list[Movie], [{}]) == "x[0]['title']: missing"


def test_records_are_taken_as_data_at_any_depth() -> None:
    """What one tool gave can be given to the next."""
    line = make_record("Line", {"article": "x", "count": 2})
    assert checked(Line, line) == Line("x", 2)
    assert checked(list[Line], [line]) == [Line("x", 2)]
    assert checked(Any, {"a": [line]}) == {"a": [{"article": "x", "count": 2}]}


def test_an_object_of_the_host_can_be_passed_back() -> None:
    """A class that pydantic does not know is checked by its type."""
    connection = Connection()
    assert checked(Connection, connection) is connection
    assert checked(list[Connection], [connection]) == [connection]
    assert refused(Connection, 5) == "x: got 5 (int), must be Connection; a Connection comes from another tool's result"


def test_callables_are_passed_through() -> None:
    """A function of model code is an argument like another."""
    assert checked(Callable[[int], int], len) is len
    assert refused(Callable[[int], int], 5) == "x: got 5 (int), must be Callable[[int], int]"


def test_every_problem_is_told_and_marked() -> None:
    """A model repairs a call in one go, because it reads everything that is wrong with it."""
    error = refused_call(status="opn", limt=3)
    assert error.problems == (
        "limt: no such parameter, did you mean limit?",
        "status: got 'opn' (str), must be Literal['open', 'paid'] | None; did you mean 'open'?",
        "customer: missing, must be str",
    )
    *_, call, marks = str(error).split("\n")
    assert [call[i] for i, mark in enumerate(marks) if mark == "^"] == list(
        "customer: str" + "status: Literal['open', 'paid'] | None = None" + "limit: int = 10"
    )


def test_wrong_counts_and_doubles() -> None:
    """Too many arguments, and one given twice, are told with what is possible."""
    assert refused_call("a", "open", 3).problems == (
        "3 positional arguments were given, at most 2 are possible; limit must be given by name",
    )
    assert refused_call("a", customer="b").problems == ("customer: given twice, by position and by name",)
    assert refused_call("a", colour="b").problems == ("colour: no such parameter; there are customer, status, limit",)


@pytest.mark.parametrize(
    ("annotation", "value", "problem"),
    [
        (int, "five", "x: got 'five' (str), must be int"),
        (int, 2.5, "x: got 2.5 (float), must be int (a valid integer, got a number with a fractional part)"),
        (str, 5, "x: got 5 (int), must be str"),
        (int | str, [], "x: got [] (list), must be int | str"),
        (Annotated[int, Field(ge=1)], 0, "x: got 0 (int), must be int (greater than or equal to 1)"),
        (Color, "blu", "x: got 'blu' (str), must be Color; Color is one of 'red', 'blue'; did you mean 'blue'?"),
        (Line, 7, "x: got 7 (int), must be Line; Line is a dict with article: str, count: int = 1"),
        (list[int], [1, "a", 3], "x[1]: got 'a' (str), must be an int"),
        (dict[str, int], {"k": "v"}, "x['k']: got 'v' (str), must be an int"),
        (
            Filter,
            {"min": "a", "tags": ["nwe"]},
            "x['min']: got 'a' (str), must be a float; x['tags'][0]: got 'nwe' (str), must be 'new' or 'old'",
        ),
        (Filter, {}, "x['min']: missing"),
        (list[set[int]], [{1}, {"a"}], "x[1]: got 'a' (str), must be an int"),
        (
            dict[str, Annotated[str, Field(min_length=3)]],
            {"k": "ab"},
            "x['k']: got 'ab' (str), String should have at least 3 characters",
        ),
        (list[int | Line], [[]], "x[0]: got [] (list), must be a valid integer or must be a dict with its fields"),
        (datetime.date, "soon", "x: got 'soon' (str), must be date (a valid date or datetime, input is too short)"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_possible(annotation: object, value: object, problem: str) -> None:
    """A message names the place, what was given and what the type takes."""
    assert refused(annotation, value) == problem


def test_many_wrong_items_are_told_by_their_first() -> None:
    """A list of a thousand wrong items does not make a thousand lines."""
    assert refused(list[int], ["a"] * 1000).endswith("x: 992 more like these")


ODD = [10**5000, [[10**5000]], "\ud800" * 200, b"x" * 500, Opaque("Thing", "<Thing at 0x1>"), len, float("nan")]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_any_value_can_be_described(value: object) -> None:
    """A message is short and shows no address, whatever was given."""
    assert len(refused(datetime.date, value)) < 300


def test_data_that_holds_itself_is_refused() -> None:
    """A loop in the data ends in a message, and shared parts are not multiplied."""
    loop: list[Any] = []
    loop.append(loop)
    assert "contains itself" in refused(list[Any], loop)
    shared: list[Any] = []
    for _ in range(100):
        shared = [shared, shared]
    checked(Any, shared)


def test_a_check_of_the_author_may_say_or_raise_anything() -> None:
    """A validator's own words reach the model; a bug in it does not stop the host."""

    def even(value: int) -> int:
        if value % 2:
            raise ValueError("write an even number")
        return value

    def broken(value: int) -> int:
        raise KeyError(value)

    assert refused(Annotated[int, AfterValidator(even)], 3) == "x: got 3 (int), must be int (write an even number)"
    assert refused(Annotated[int, AfterValidator(broken)], 3) == "x: got 3 (int), which its check refused with KeyError"


def test_a_type_that_cannot_be_checked_is_told_when_asked() -> None:
    """`prepare` makes every checker, for those who want to know before the first call."""

    class Broken:
        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            raise RuntimeError

    def f(x, y): ...

    f.__annotations__.update(x=Broken, y=int)
    told = "the type Broken of parameter 'x' cannot be checked"
    with pytest.raises(ToolDefinitionError, match=told):
        make_tool(f).prepare()
    with pytest.raises(ToolDefinitionError, match=told):  # otherwise at the call: it is no fault of the arguments
        make_tool(f).validate((1, 2), {})
    assert make_tool(f).checks(("x", "y"), (str, int)) is None
    make_tool(orders).prepare()


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.builds(object)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.dictionaries(st.sampled_from(["min", "article"]), inner).map(lambda fields: make_record("R", fields)),
    ),
    max_leaves=8,
)
TYPES = [
    int,
    str,
    float | None,
    Color,
    Filter,
    Line,
    Movie,
    list[Line],
    dict[str, Filter | int],
    Any,
    Connection,
    set[int],
]


@given(st.sampled_from(TYPES), st.lists(VALUES, max_size=3), st.dictionaries(st.sampled_from(["x", "y", "z"]), VALUES))
def test_any_call_is_checked_or_refused(annotation: object, args: list[object], kwargs: dict[str, object]) -> None:
    """No arguments make a check fail in any other way than by telling what is wrong."""

    def f(x, y=1): ...

    f.__annotations__.update(x=annotation, y=annotation)
    try:
        result = make_tool(f).validate(tuple(args), kwargs)
    except ToolArgumentError as error:
        result = dict.fromkeys("x" if error.problems else "no problem is told")
    assert result.keys() <= {"x", "y"}


@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.text(), st.booleans(), st.none(), st.binary()))
def test_exact_scalars_are_what_pydantic_gives(value: object) -> None:
    """The short way for exact types changes nothing: it is pydantic's own result."""
    from pydantic import TypeAdapter

    for annotation in (type(value), type(value) | None, int | str | float | None, Any):
        try:
            expected = TypeAdapter(annotation).validate_python(value)
        except ValueError:
            continue
        found = checked(annotation, value)
        assert (found, type(found)) == (expected, type(expected))
