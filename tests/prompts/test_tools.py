"""Tools as a model reads them."""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import keyword
import unicodedata
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import pytest
from catalogue import catalogue
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, RootModel, create_model

from codeact_sdk.prompts.source import comment, docstring
from codeact_sdk.prompts.tokens import estimate_tokens
from codeact_sdk.prompts.tools import render_tool, render_toolset
from codeact_sdk.prompts.types import render_types
from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.tool import make_tool
from codeact_sdk.tools.toolset import ToolGroup, Toolset
from codeact_sdk.tools.types import collect_types

GOLDEN = Path(__file__).parent / "golden"


class Status(enum.StrEnum):
    """Where an order stands."""

    OPEN = "open"
    PAID = "paid"
    SHIPPED = "shipped"


class Priority(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Carrier(enum.Enum):
    """Who brings it."""

    POST = "post"
    BIKE = "bike"


class Item(BaseModel):
    """One line of an order."""

    article: str
    count: int = Field(default=1, ge=1, description="How many.")


class Order(BaseModel):
    """An order.

    Attributes:
        total: In euros, taxes included.
    """

    id: str
    placed: date
    total: float
    status: Status
    items: list[Item]
    carrier: Carrier | None = None


class Refund(TypedDict):
    order_id: str
    amount: float


class Place(NamedTuple):
    latitude: float
    longitude: float


class Tags(RootModel[list[str]]):
    """Words that describe an order."""


class Session:
    pass


def convert(amount: float, to: Literal["USD", "GBP"] = "USD") -> float:
    """Converts euros."""
    return amount


async def weather(place: Place) -> str:
    """Tells the weather.

    :param place: Where.
    :returns: One sentence.
    """
    return f"{place}"


def orders(customer: str, status: Status | None = None, *, since: date | None = None, limit: Annotated[int, Field(ge=1, le=100)] = 20) -> list[Order]:  # fmt: skip
    """Orders of one customer, newest first.

    Args:
        customer: Customer id, such as "C-1042".
        status: Only orders in this state.
        since: Only orders placed on this day or later.
        limit: How many at most.

    Returns:
        The orders; none for an unknown customer.

    Example:
        open_orders = acme.orders("C-1042", status="open")
    """
    return []


def refund(ctx: ToolContext, order_id: str, amount: float, priority: Priority = Priority.LOW) -> Refund:
    r"""Gives money back.

    Ids match \w-\d+.

    Args:
        ctx: The host's.
        order_id: The order.
        amount: In euros; at most the order's total.
        priority: How soon.

    Raises:
        LookupError: There is no such order.
    """
    raise LookupError


def tag(order_id: str, tags: Tags, session: Session) -> None:
    """Describes an order."""


def toolset() -> Toolset:
    """Makes tools of every kind."""
    tools = (
        make_tool(orders, pack="acme"),
        make_tool(refund, pack="acme", effect="destructive"),
        make_tool(tag, pack="acme", effect="write"),
    )
    group = ToolGroup("acme", "Orders and refunds in Acme's shop.", distribution="codeact-acme 1.0", tools=tools)
    return Toolset.of([convert, weather], groups=[group])


def golden(name: str, text: str) -> None:
    """Compares with what a person has read and found good; a missing file is written, and fails once."""
    path = GOLDEN / name
    if not path.exists():
        path.write_text(text + "\n", encoding="utf-8")
        pytest.fail(f"{name} was not there and has been written: read it")
    assert text + "\n" == path.read_text(encoding="utf-8")


def test_a_toolset_in_full() -> None:
    """The whole text, as a model gets it without a budget."""
    text = render_toolset(toolset())
    ast.parse(text)
    golden("toolset.py.txt", text)


@pytest.mark.parametrize("budget", [400, 250, 60])
def test_a_toolset_on_a_budget(budget: int) -> None:
    """What is left out first is docstrings, then signatures, never that a tool is there."""
    text = render_toolset(toolset(), budget_tokens=budget)
    ast.parse(text)
    golden(f"toolset-{budget}.py.txt", text)


def test_a_budget_is_kept_and_every_tool_is_named() -> None:
    """With many tools, the text is about as long as was asked, and the first tools keep most."""
    tools = [make_tool(orders, name=f"orders_{number}") for number in range(100)]
    for budget in (2_000, 5_000, 20_000):
        text = render_toolset(Toolset(tools), budget_tokens=budget)
        assert estimate_tokens(text) <= budget * 1.05
        assert all(tool.name in text for tool in tools)
        assert "def orders_0(" in text
    assert render_toolset(Toolset(tools), budget_tokens=100_000) == render_toolset(Toolset(tools))


@pytest.mark.parametrize("budget", [1_500, 2_000, 4_000, 8_000])
def test_a_thousand_tools_fit_into_a_small_budget(budget: int) -> None:
    """What has no room is not shown, and the text says how to find it; every pack is named."""
    tools = catalogue()
    text = render_toolset(tools, budget_tokens=budget)
    ast.parse(text)
    assert estimate_tokens(text) <= budget
    assert 'tools.search("a few words")' in text
    assert all(f"{namespace}: " in text or namespace in text for namespace in tools.groups)
    assert text.startswith(
        "# billing: Invoices and payments of customers.\n# Call as billing.list_invoices(...)\n\ndef "
    )
    assert text == render_toolset(catalogue(), budget_tokens=budget)


def test_a_thousand_packs_fit_into_a_small_budget() -> None:
    """Where not even a line for each pack has room, some are named and the others counted."""
    groups = [
        ToolGroup(f"p{n}", "A purpose of a pack.", tools=(make_tool(orders, pack=f"p{n}"),)) for n in range(1_000)
    ]
    text = render_toolset(Toolset(groups=groups), budget_tokens=2_000)
    ast.parse(text)
    assert estimate_tokens(text) <= 2_300
    assert "more packs" in text


def test_a_larger_budget_never_shows_less() -> None:
    """More room shows more of some tool and less of none."""
    sizes = [len(render_toolset(toolset(), budget_tokens=budget)) for budget in range(0, 900, 10)]
    assert sizes[0] < sizes[-1] == len(render_toolset(toolset()))
    shown = [render_toolset(toolset(), budget_tokens=budget).count("def ") for budget in range(0, 900, 10)]
    assert shown == sorted(shown)


def test_the_host_is_not_in_the_text() -> None:
    """No module, no file, no address, and nothing of the parameter that the host fills."""
    text = render_toolset(toolset())
    for hidden in ("ctx", "ToolContext", __name__, "pydantic", "0x", "/", "typing.", "datetime."):
        assert hidden not in text


def test_two_classes_of_one_name_stay_apart() -> None:
    """Two packs may each have an `Order`."""
    other = create_model("Order", number=(int, ...))

    def numbered() -> None: ...

    numbered.__annotations__["return"] = list[other]
    groups = [
        ToolGroup("a", "A.", tools=(make_tool(orders, pack="a"),)),
        ToolGroup("b", "B.", tools=(make_tool(numbered, pack="b"),)),
    ]
    text = render_toolset(Toolset(groups=groups))
    assert "-> list[Order]:" in text
    assert "class Order2:\n    number: int" in text
    assert "def numbered() -> list[Order2]:" in text


def test_a_class_is_shown_once() -> None:
    """What two packs share stands before the first that needs it."""
    groups = [ToolGroup(name, "Shop.", tools=(make_tool(orders, pack=name),)) for name in ("a", "b")]
    assert render_toolset(Toolset(groups=groups)).count("class Order:") == 1


def test_fields_with_odd_names_are_comments() -> None:
    """A key that is no identifier is told all the same."""
    odd = TypedDict("Odd", {"from": str, "x-y\n": int, "plain": bool})  # the names need it
    text = render_types([odd])
    ast.parse(text)
    assert "# ['from']: str" in text
    assert "plain: bool" in text


def test_a_class_without_fields_has_a_body() -> None:
    """What is empty still parses, and a handle says what it is for."""
    text = render_types([create_model("Empty"), Session, enum.Enum("Nothing", {})])
    ast.parse(text)
    assert "A handle" in text


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Plain.", '"""Plain."""'),
        ('Ends in "quotes"', '"""Ends in "quotes\\""""'),
        (r"A \d pattern.", r'r"""A \d pattern."""'),
        ("Ends in \\", '"""Ends in \\\\"""'),
        ('Has """ in it', '"""Has \\"\\"\\" in it"""'),
        ("Two\n\nparts", '"""Two\n\n    parts\n    """'),
        ("Bell \x07 and \ud800", r'r"""Bell \x07 and \ud800"""'),
    ],
)
def test_docstrings_are_escaped_as_little_as_can_be(text: str, source: str) -> None:
    """What a person would write is what is written."""
    assert docstring(text).strip() == source
    ast.parse(docstring(text, indent=""))


ODD_TEXT = st.one_of(
    st.text(),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Po"])),
    st.lists(
        st.sampled_from(
            ['"', '"""', "\\", "'", "\n", "#", "\r", "\x00", "\ud800", "\u2028", "\x0c", "Args:", "    x: y"]
        )
    ).map("".join),
)


@given(ODD_TEXT)
def test_any_text_is_a_docstring(text: str) -> None:
    """Whatever it says, it is one string, and says the same without its blanks where nothing had to be escaped."""
    tree = ast.parse(f"def f():\n{docstring(text)}\n    ...")
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 2
    found = ast.get_docstring(function, clean=False)
    assert found is not None
    if text.isprintable():
        assert found == text


@given(ODD_TEXT)
def test_any_text_is_a_comment(text: str) -> None:
    """Whatever it says, it stays on its line and runs nothing."""
    assert ast.parse(f"x = 1  {comment(text)}\ny = 2").body[1].lineno == 2


NAMES = st.one_of(
    st.from_regex(r"[a-zA-Z_]\w{0,6}", fullmatch=True),
    st.sampled_from(["größe", "名前", "ﬁ", "x", "self", "match", "type", "_"]),
    st.text(st.characters(categories=["L", "Nl"]), min_size=1, max_size=4),
).filter(lambda name: name.isidentifier() and not keyword.iskeyword(name))
CLASS_NAMES = st.one_of(NAMES, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6), st.sampled_from(["class", "None", "Page[int]"]))  # fmt: skip
DEFAULTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ODD_TEXT, st.binary(), st.dates(), st.timedeltas()),
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.sets(st.integers()), st.dictionaries(ODD_TEXT, inner)
    ),
    max_leaves=5,
)


def make_class(name: str, doc: str, fields: dict[str, Any]) -> type:
    """Makes a model, a dataclass, a typed dict, an enum or a plain class."""
    kind = len(name) % 5
    doc = doc.encode(errors="replace").decode()  # the docstring of a class is UTF-8
    if kind == 0:
        made: Any = type(name, (), {"__annotations__": fields})
    elif kind == 1:
        made = TypedDict(name, {**fields, doc or "empty": int})  # the names need it
    elif kind == 2:
        members = {
            field: field for field in fields if not field.startswith("_") and field not in {"mro", "name", "value"}
        }
        made = enum.Enum(name or "E", members or {"A": doc})
    elif kind == 3:
        made = create_model(
            name,
            __config__={"arbitrary_types_allowed": True},
            __doc__=doc,
            **{f"f{n}": (t, None) for n, t in enumerate(fields.values())},
        )
    else:
        made = dataclasses.make_dataclass("D", [(f"f{n}", t) for n, t in enumerate(fields.values())])
        made.__name__ = name
    if kind in {0, 4}:
        made.__doc__ = doc
    return made


SIMPLE = st.sampled_from(
    [int, str, float | None, list[int], dict[str, Any], Literal["a", 'b"', "c\n"], date, Session, Order]
)
CLASSES = st.builds(make_class, CLASS_NAMES, ODD_TEXT, st.dictionaries(NAMES, SIMPLE, max_size=3))
TYPES = st.recursive(
    st.one_of(SIMPLE, CLASSES),
    lambda inner: st.one_of(
        inner.map(lambda t: list[t]),
        inner.map(lambda t: t | None if not isinstance(t, str) else t),
        st.tuples(inner, ODD_TEXT).map(lambda pair: Annotated[pair[0], Field(description=pair[1])]),
        st.tuples(inner, inner).map(lambda pair: dict[pair[0], pair[1]]),
        ODD_TEXT.map(lambda text: Literal[text]),
    ),
    max_leaves=4,
)


@st.composite
def functions(draw: st.DrawFn) -> Any:
    """Functions with any names, types, defaults and docstrings."""
    parameters = []
    for name in draw(st.lists(NAMES, unique_by=lambda n: unicodedata.normalize("NFKC", n), max_size=4)):
        annotation = draw(st.one_of(st.just(inspect.Parameter.empty), TYPES))
        default = draw(st.one_of(st.just(inspect.Parameter.empty), DEFAULTS))
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        )

    def function(**kwargs: object) -> None: ...

    function.__signature__ = inspect.Signature(parameters, return_annotation=draw(TYPES))
    function.__doc__ = draw(ODD_TEXT)
    return function


@settings(max_examples=60)
@given(st.lists(functions(), min_size=1, max_size=3), ODD_TEXT, st.one_of(st.none(), st.integers(0, 500)))
def test_whatever_the_tools_the_text_parses(found: list[Any], purpose: str, budget: int | None) -> None:
    """Any docstrings, names, types and defaults, at any budget: the text is Python with one function for each tool."""
    tools = tuple(make_tool(function, name=f"tool{number}") for number, function in enumerate(found))
    for tool in tools:
        body = ast.parse(render_tool(tool)).body
        assert len(body) == 1
        assert isinstance(body[0], ast.FunctionDef)
    packed = tuple(dataclasses.replace(tool, pack="acme") for tool in tools)
    text = render_toolset(Toolset(tools, groups=[ToolGroup("acme", purpose, tools=packed)]), budget_tokens=budget)
    tree = ast.parse(text)
    if budget is None:
        assert sum(isinstance(node, ast.FunctionDef) for node in tree.body) == 2 * len(tools)
        assert "<locals>" not in text
    for tool in tools:
        ast.parse(render_types(collect_types([parameter.annotation for parameter in tool.parameters])))
