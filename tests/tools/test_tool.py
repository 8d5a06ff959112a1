"""From a function to a tool, and everything that stands in the way."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Annotated, Any, Literal, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from codeact_sdk.errors import ToolDefinitionError
from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.tool import Tool, make_tool, tool


class Order(BaseModel):
    id: str
    total: float = 0.0


def orders(customer: str, status: Literal["open", "paid"] | None = None, *, limit: int = 10) -> list[Order]:
    """Orders of one customer."""
    return [Order(id=customer)]


class Shop:
    """A shop."""

    def orders(self, customer: str) -> list[Order]:
        """Orders of one customer."""
        return []

    def __call__(self, count: int) -> int:
        """Counts."""
        return count


def faults(*args: Any, **kwargs: Any) -> str:
    """Gives what is wrong with a function."""
    with pytest.raises(ToolDefinitionError) as caught:
        make_tool(*args, **kwargs)
    return "\n".join(caught.value.faults)


def test_a_function_becomes_a_tool_once() -> None:
    """Everything that is read of a function stands in the tool."""
    made = make_tool(orders, pack="acme", effect="write", idempotent=True, timeout_s=3, distribution="codeact-acme 1")
    assert made.qualified_name == "acme.orders"
    assert made.signature_text() == (
        "acme.orders(customer: str, status: Literal['open', 'paid'] | None = None, *, limit: int = 10) -> list[Order]"
    )
    assert list(made.signature.parameters) == ["customer", "status", "limit"]
    assert made.signature.return_annotation == made.return_type == list[Order]
    assert made.doc.summary == "Orders of one customer."
    assert (made.is_async, made.context_parameter, made.effect) == (False, None, "write")
    assert made("C-1") == [Order(id="C-1")]


def test_the_decorator_works_with_and_without_options() -> None:
    """`@tool` and `@tool(...)` both give a tool."""

    @tool
    def first(x: int) -> int:
        """First."""
        return x

    @tool(effect="destructive", name="drop")
    def second(x: int) -> int:
        return x

    assert isinstance(first, Tool)
    assert (second.name, second.effect) == ("drop", "destructive")


def test_methods_partials_and_objects_are_tools() -> None:
    """Whatever can be called can be a tool, and shows only what a model may give."""
    assert make_tool(Shop().orders).signature_text() == "orders(customer: str) -> list[Order]"
    assert make_tool(Shop().orders).doc.summary == "Orders of one customer."
    counted = make_tool(Shop())
    assert (counted.signature_text(), counted.doc.summary) == ("shop(count: int) -> int", "Counts.")
    assert make_tool(functools.partial(orders, "C-1")).signature_text().startswith("orders(status: ")


def test_what_a_partial_fixes_is_hidden() -> None:
    """A keyword that the host has bound may be a secret, and is none of the model's business."""

    def fetch(path: str, token: str, retries: int = 3) -> str:
        return path + token

    made = make_tool(functools.partial(fetch, token="s3cret"))
    assert made.signature_text() == "fetch(path: str, *, retries: int = 3) -> str"
    assert made.invoke({"path": "a"}) == "as3cret"


def test_a_wrapped_function_shows_what_it_wraps() -> None:
    """A decorator that uses `functools.wraps` changes nothing of what a model sees."""

    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return inner

    assert make_tool(logged(orders)).signature_text() == make_tool(orders).signature_text()


def test_the_context_is_found_and_hidden() -> None:
    """The parameter for the host's context is filled by the host, wherever it stands."""

    def refund(ctx: ToolContext, order_id: str) -> str:
        return f"{ctx.pack}:{order_id}"

    def maybe(order_id: str, ctx: ToolContext | None = None) -> str:
        return f"{order_id}{ctx}"

    made = make_tool(refund)
    assert (made.context_parameter, made.signature_text()) == ("ctx", "refund(order_id: str) -> str")
    assert made.invoke({"order_id": "O-1"}, context=ToolContext("acme")) == "acme:O-1"
    assert make_tool(maybe).context_parameter == "ctx"


def test_async_tools_and_generators() -> None:
    """A call of an async tool is awaited, and what a generator yields is a list."""

    async def later(x: int) -> int:
        return x

    async def many(n: int) -> AsyncIterator[int]:
        for i in range(n):
            yield i

    def few(n: int) -> Iterator[int]:
        yield from range(n)

    def wrapped(x: int) -> Awaitable[int]:
        return later(x)

    assert [make_tool(f).is_async for f in (later, many, few, wrapped)] == [True, True, False, True]
    assert make_tool(few).invoke({"n": 2}) == [0, 1]
    assert make_tool(few).signature_text() == "few(n: int) -> list[int]"
    assert asyncio.run(make_tool(many).invoke({"n": 2})) == [0, 1]
    assert asyncio.run(make_tool(wrapped).invoke({"x": 4})) == 4
    assert make_tool(wrapped).signature_text() == "wrapped(x: int) -> int"


def test_unannotated_functions_are_taken_as_they_are() -> None:
    """Types are good, and a quick function without them works too."""

    def add(a, b=2):
        return a + b

    assert make_tool(add).signature_text() == "add(a, b=2)"
    assert make_tool(add).validate((1,), {"b": [3]}) == {"a": 1, "b": [3]}


def test_a_default_of_none_makes_the_type_optional() -> None:
    """`x: int = None` is often written, and means what it says."""

    def find(limit: int = None) -> int:  # noqa: RUF013  # what is tested
        return limit

    assert make_tool(find).signature_text() == "find(limit: int | None = None) -> int"


def test_annotations_as_text_are_resolved() -> None:
    """This file's annotations are text; those inside types are resolved as well."""

    def find(x: list["Order"], y: "Annotated[int, Field(ge=1)]" = 1) -> "Order | None":  # noqa: UP037
        return None

    assert make_tool(find).parameters[0].annotation == list[Order]
    assert make_tool(find).signature_text() == "find(x: list[Order], y: int = 1) -> Order | None"


def test_every_fault_is_told_at_once() -> None:
    """An author reads all that is wrong in one message, each with what to write instead."""

    def bad(a, /, *rest: int, b: Missing, c: 5, d=object(), e: int = Field(1), **more: int):  # noqa: B008, F821
        ...

    text = faults(bad, name="not a name", effect="erase", timeout_s=-1)
    for words in (
        "'not a name' is no Python identifier",
        "parameter 'a' is positional-only",
        "*rest takes any number",
        "`Missing` of parameter 'b' cannot be resolved (there is no 'Missing')",
        "parameter 'c' is `5`, not a type",
        "default of parameter 'd' (a object) cannot be written",
        "write `e: Annotated[int, Field(...)] = ...`",
        "**more takes any name",
        "effect is 'erase': write one of 'read', 'write', 'destructive'",
        "timeout_s is -1",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (5, "it is a int, which cannot be called"),
        (Order, "it is a class"),
        (lambda x: x, "a lambda has no name"),
        (Shop.orders, "method without its object: give a bound one, such as `shop.orders`"),
        (classmethod(orders), "classmethod"),
    ],
)
def test_what_cannot_be_a_tool(thing: Any, words: str) -> None:
    """Each mistake is named with the way out."""
    assert words in faults(thing)


def test_a_function_whose_first_parameter_is_called_self_is_no_method() -> None:
    """It stands in no class, or says what it takes."""

    def compare(self, other): ...

    def plain(self: str, other: str): ...

    plain.__qualname__ = "Shop.plain"
    compare.__qualname__ = "compare"  # as at the top of a module
    assert make_tool(compare).signature_text() == "compare(self, other)"
    assert make_tool(plain).signature_text() == "plain(self: str, other: str)"


def test_a_new_type_is_a_type() -> None:
    """It is shown as what it stands for."""
    user_id = NewType("user_id", int)

    def f(x, y): ...

    f.__annotations__.update(x=user_id, y=list[user_id])
    assert make_tool(f).signature_text() == "f(x: int, y: list[int])"


def test_a_coroutine_is_not_its_function() -> None:
    """`make_tool(f())` is a slip that is told as one."""

    async def later() -> int:
        return 1

    coroutine = later()
    assert "without ()" in faults(coroutine)
    coroutine.close()


@pytest.mark.parametrize("name", ["class", "_private", "ﬁnd", "a b", "", "a\u200bb"])
def test_names_that_model_code_could_not_write(name: str) -> None:
    """A tool's name is one that Python reads back unchanged."""
    assert "name" in faults(orders, name=name)


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        ((int, str), "write `int | str`"),
        ([int], "write `list[int]`"),
        (any, "write `Any`"),
        (callable, "write `Callable`"),
        ("text with spaces", "cannot be resolved (it is not an expression)"),
    ],
)
def test_annotations_that_are_no_types(annotation: Any, words: str) -> None:
    """What was written for a type is told, and what was probably meant."""

    def f(x): ...

    f.__annotations__["x"] = annotation
    assert words in faults(f)


def test_a_tool_can_be_made_again_under_another_name() -> None:
    """What was read stays, only what is given changes."""
    first = make_tool(orders, effect="write")
    second = make_tool(first, name="all_orders", pack="shop")
    assert (second.qualified_name, second.effect) == ("shop.all_orders", "write")
    assert second.facts is first.facts
    assert dataclasses.replace(first, pack="x").facts is first.facts
    assert "keyword" in faults(first, name="class")


def test_two_contexts_are_one_too_many() -> None:
    """Only one parameter can be the host's."""

    def f(a: ToolContext, b: ToolContext): ...

    assert "a and b are both ToolContext" in faults(f)


def test_parameter_docs_hold_limits() -> None:
    """What `Annotated` says stands beside what the docstring says."""

    def f(n: Annotated[int, Field(ge=1, le=9)], w: Annotated[str, "A word."]):  # noqa: D417  # what is tested
        """F.

        Args:
            n: How many.
        """

    made = make_tool(f)
    assert [made.parameter_doc(item) for item in made.parameters] == ["How many. At least 1, at most 9.", "A word."]


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: not __import__("keyword").iskeyword(name)
)
DEFAULTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.dates(), st.decimals()),
    lambda inner: st.one_of(st.lists(inner), st.tuples(inner), st.dictionaries(st.text(), inner)),
    max_leaves=6,
)


@given(st.lists(st.tuples(NAMES, DEFAULTS, st.booleans()), unique_by=lambda item: item[0], max_size=5))
def test_any_default_gives_a_signature_that_parses(items: list[tuple[str, object, bool]]) -> None:
    """Whatever a function's defaults are, its signature is Python."""

    def f(**kwargs: object) -> None: ...

    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    ordered = sorted(items, key=lambda item: item[2])
    f.__signature__ = inspect.Signature([inspect.Parameter(n, kinds[k], default=d) for n, d, k in ordered])
    made = make_tool(f)
    ast.parse(f"def {made.signature_text()}: ...")
    assert made.validate((), {}) == {}
