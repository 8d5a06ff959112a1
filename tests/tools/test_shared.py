"""Validators are shared by tools that take the same arguments, and by no others."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, Field

from codeact_sdk.errors import ToolArgumentError
from codeact_sdk.tools.tool import make_tool


def made(kind: Any, default: Any = ..., name: str = "find", returns: Any = int) -> Callable[..., object]:
    """A function of its own with one parameter."""

    def find(key):
        """Finds."""
        return key

    find.__annotations__ = {"key": kind, "return": returns}
    if default is not ...:
        find.__defaults__ = (default,)
    find.__name__ = name
    return find


@pytest.mark.parametrize("kind", [int, list[str], dict[str, list[int]], int | None, Literal["a", "b"], Any])
def test_same_arguments_share(kind):
    """Functions of two sessions, or bound methods of two objects, need one validator."""
    assert make_tool(made(kind))._validator is make_tool(made(kind))._validator


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (made(int), made(str)),
        (made(int), made(int, name="seek")),
        (made(int), made(int, default=1)),
        (made(int, default=1), made(int, default=True)),
        (made(int | str), made(str | int)),
        (made(int), made(int, returns=str)),
        (made(Literal[1]), made(Literal[True])),
    ],
)
def test_what_differs_is_not_shared(one, other):
    """In a type, a name, a default, the order of a union."""
    first, second = make_tool(one), make_tool(other)
    assert first._validator is not second._validator


@pytest.mark.parametrize(
    "kind", [Annotated[int, Field(gt=1)], list[Annotated[str, AfterValidator(str.upper)]], Callable[[int], int]]
)
def test_metadata_belongs_to_the_tool(kind):
    """It may hold what belongs to one session, and be equal to another's all the same."""
    assert make_tool(made(kind))._validator is not make_tool(made(kind))._validator


def test_a_default_that_may_hold_anything_belongs_to_the_tool():
    """As metadata does."""
    assert make_tool(made(Any, (1,)))._validator is not make_tool(made(Any, (1,)))._validator


def test_errors_name_the_tool():
    """The words are those of a validator of its own."""
    for _ in range(2):
        with pytest.raises(ToolArgumentError, match="find"):
            make_tool(made(int)).validate(("x",), {})


def test_no_function_is_kept_by_a_validator():
    """A session's functions end with it, though another session still uses the validator."""
    first, second = made(int), make_tool(made(int))
    seen = weakref.ref(first)
    tool = make_tool(first)
    assert tool._validator is second._validator
    del tool, first
    gc.collect()
    assert seen() is None
