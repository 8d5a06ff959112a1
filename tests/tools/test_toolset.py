"""The tools that one run sees."""

from __future__ import annotations

import pytest

from codeact_sdk.errors import ToolDefinitionError
from codeact_sdk.tools.tool import make_tool
from codeact_sdk.tools.toolset import RESERVED, ToolGroup, Toolset


def find(text: str) -> str:
    """Finds text on the web."""
    return text


def orders(customer: str) -> list[str]:
    """Orders of one customer, newest first."""
    return [customer]


def refund(order_id: str, amount: float) -> str:
    """Gives money back.

    Args:
        order_id: The order.
        amount: How much, in euros.
    """
    return f"{order_id}{amount}"


def group(namespace: str = "acme", *functions: object, distribution: str = "") -> ToolGroup:
    """Makes a pack's group."""
    tools = tuple(make_tool(function, pack=namespace) for function in functions or (orders, refund))
    return ToolGroup(namespace, "Orders and refunds.", distribution=distribution, tools=tools)


def test_a_toolset_keeps_the_order() -> None:
    """Tools given directly come first, then packs as they were given."""
    toolset = Toolset.of([find], groups=[group("zeta"), group("acme")])
    assert [tool.qualified_name for tool in toolset] == [
        *("find", "zeta.orders", "zeta.refund", "acme.orders", "acme.refund"),
    ]
    assert len(toolset) == 5
    assert "acme.refund" in toolset
    assert toolset.get("acme.refund").name == "refund"
    assert toolset.get("refund") is None


def test_functions_tools_and_mappings_are_taken() -> None:
    """A mapping names its functions."""
    assert list(Toolset.of([find, make_tool(orders)]).direct) == ["find", "orders"]
    assert list(Toolset.of({"web_search": find, "list_orders": make_tool(orders)}).direct) == [
        "web_search",
        "list_orders",
    ]
    assert len(Toolset()) == 0


def test_clashes_are_refused_by_name() -> None:
    """No tool hides another, and both are named."""
    with pytest.raises(ToolDefinitionError, match="two tools have the name 'find'"):
        Toolset.of([find, find])
    with pytest.raises(ToolDefinitionError, match="a direct tool has the name 'acme' of a pack"):
        Toolset.of({"acme": find}, groups=[group()])
    with pytest.raises(ToolDefinitionError, match=r"\(codeact-a 1 and codeact-b 2\)"):
        Toolset(groups=[group(distribution="codeact-a 1"), group(distribution="codeact-b 2")])
    with pytest.raises(ToolDefinitionError, match="the pack has 2 tools called 'orders'"):
        Toolset(groups=[group("acme", orders, orders)])


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_names_that_model_code_needs_are_refused(name: str) -> None:
    """A tool called `print` would take the model's `print` away."""
    with pytest.raises(ToolDefinitionError, match="needs for something else"):
        Toolset.of({name: find})
    with pytest.raises(ToolDefinitionError, match="needs for something else"):
        Toolset(groups=[group(name)])


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("orders", "acme.orders"),
        ("acme.order", "acme.orders"),
        ("acme.get_orders", "acme.orders"),
        ("shop.refund", "acme.refund"),
        ("fnd", "find"),
    ],
)
def test_the_nearest_name_is_found(wrong: str, nearest: str) -> None:
    """A slip, a missing namespace and a wrong one all lead to the tool."""
    assert Toolset.of([find], groups=[group()]).nearest(wrong)[0] == nearest


def test_nothing_is_near_to_nonsense() -> None:
    """No suggestion is better than a wrong one."""
    assert Toolset.of([find], groups=[group()]).nearest("zzqqxx") == ()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("refund", "acme.refund"),
        ("money back", "acme.refund"),
        ("newest order", "acme.orders"),
        ("euros", "acme.refund"),
        ("web", "find"),
        ("refunding", "acme.refund"),
        ("cust", "acme.orders"),
    ],
)
def test_search_finds_by_words(query: str, first: str) -> None:
    """Names count most, then the summary, then the rest; of a word its beginning is enough."""
    found = Toolset.of([find], groups=[group()]).search(query)
    assert found[0].qualified_name == first


def test_search_gives_only_what_matches() -> None:
    """Words that stand nowhere find nothing, and the limit holds."""
    toolset = Toolset.of([find], groups=[group()])
    assert toolset.search("quantum") == ()
    assert toolset.search("") == ()
    assert len(toolset.search("orders refunds", limit=1)) == 1
