"""`tools.search`, `tools.list` and `help` in model code."""

from __future__ import annotations

import pytest
from catalogue import catalogue

from codeact_sdk import Interpreter, ToolPack
from codeact_sdk.interpreter.session import Session

pack = ToolPack("acme", "Orders and refunds.")


@pack.tool
def orders(customer: str) -> list[str]:
    """Orders of one customer, newest first."""
    return []


@pack.tool(effect="destructive")
def refund(order_id: str, amount: float = 1.0) -> str:
    """Pays money back.

    Args:
        order_id: Such as "O-1".
        amount: In euros.
    """
    return ""


@pack.tool
def silent(x: int) -> int:  # noqa: D103  # it is about tools that say nothing
    return x


@pytest.fixture
def interp():
    """An interpreter with the pack."""
    with Interpreter(packs=[pack]) as made:
        yield made


def test_search_gives_calls_with_their_purpose(interp):
    """What a model needs to call a tool, in one line each, the best first."""
    assert interp.run("tools.search('money back', limit=1)").value == [
        "acme.refund(order_id: str, amount: float = 1.0) -> str (destructive)  # Pays money back."
    ]
    assert interp.run("tools.search('silent')").value == ["acme.silent(x: int) -> int"]
    assert interp.run("tools.search('zebra')").value == []


def test_list_gives_names_by_pattern(interp):
    """All, those that a pattern fits, or those that hold a word."""
    assert interp.run("tools.list()").value == ["acme.orders", "acme.refund", "acme.silent"]
    assert interp.run("tools.list('acme.r*'), tools.list('ref'), tools.list('x.*')").value == (
        ["acme.refund"],
        ["acme.refund"],
        [],
    )


def test_help_tells_the_rest(interp):
    """The whole documentation of a tool that was only named."""
    assert 'order_id: Such as "O-1".' in interp.run("help(acme.refund)").stdout


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("tools.search(3)", "takes a few words"),
        ("tools.search('  ')", "takes a few words"),
        ("tools.search('x', limit=0)", "give a number from 1 to 50"),
        ("tools.search('x', limit=True)", "give a number from 1 to 50"),
        ("tools.list(3)", "takes a pattern"),
        ("tools.find('x')", "tools has no 'find' here"),
        ("tools.search.__globals__", "__globals__"),
        ("tools.search.__closure__", "__closure__"),
        ("tools.list.__func__", "__func__"),
    ],
)
def test_wrong_use_is_told_and_nothing_of_the_host_is_reached(interp, code, told):
    """Errors say what is possible."""
    assert told in interp.run(code).error.message


def test_a_text_that_lies_is_taken_for_what_it_is(interp):
    """An own class of text has none of its methods asked."""
    code = "class T(str):\n    def strip(self): return 1/0\ntools.search(T('money'))"
    assert len(interp.run(code).value) == 1


def test_a_variable_may_be_called_tools(interp):
    """The name is not taken from programs."""
    assert interp.run("tools = [1]\nlen(tools)").value == 1


def test_a_thousand_tools_are_searched_in_code():
    """The right one comes first, without its name in the prompt."""
    session = Session(catalogue())
    found = session.run("tools.search('give money back to a customer')").value
    session.close()
    assert found[0].startswith("billing.create_refund(")
