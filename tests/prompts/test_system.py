"""The system prompt."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from codeact_sdk.prompts.system import system_prompt
from codeact_sdk.prompts.tokens import estimate_tokens
from codeact_sdk.tools.tool import make_tool
from codeact_sdk.tools.toolset import ToolGroup, Toolset

GOLDEN = Path(__file__).parent / "golden"


class Order(BaseModel):
    """An order."""

    id: str
    total: float
    status: Literal["open", "paid"]


class Report(BaseModel):
    orders: list[Order]
    total: float


def orders(customer: str) -> list[Order]:
    """Orders of one customer, newest first.

    Args:
        customer: Customer id, such as "C-1042".
    """
    return []


async def refund(order_id: str) -> str:
    """Gives the money for an order back."""
    return order_id


def toolset() -> Toolset:
    """Makes one tool that reads and one that changes."""
    tools = (make_tool(orders, pack="acme"), make_tool(refund, pack="acme", effect="destructive"))
    return Toolset(groups=[ToolGroup("acme", "Orders and refunds in Acme's shop.", tools=tools)])


def golden(name: str, text: str) -> None:
    """Compares with what a person has read and found good; a missing file is written, and fails once."""
    path = GOLDEN / name
    if not path.exists():
        path.write_text(text + "\n", encoding="utf-8")
        pytest.fail(f"{name} was not there and has been written: read it")
    assert text + "\n" == path.read_text(encoding="utf-8")


def test_the_whole_prompt() -> None:
    """What a model reads first, with tools, rules, modules and instructions."""
    text = system_prompt(
        toolset(),
        rules=["There is no open().", "Names of the form `__x__` cannot be read."],
        modules=["math", "re"],
        instructions="Answer in French.",
    )
    golden("system.md", text)


def test_a_prompt_with_an_answer_type() -> None:
    """The type of the answer stands there with its classes, and how to give one."""
    golden("system-typed.md", system_prompt(Toolset(), output_type=Report))
    assert "answer: list[int]" in system_prompt(Toolset(), output_type=list[int])


def test_it_says_only_what_applies() -> None:
    """A sentence about async tools, effects or records is there when there are some."""
    text = system_prompt(Toolset.of([orders]))
    assert "async def" not in text
    assert "destructive" not in text
    assert "record" in text
    assert "record" not in system_prompt(Toolset.of({"double": lambda x: 2 * x}))


def test_braces_in_what_is_filled_in_stay() -> None:
    """A docstring or a rule may hold any text, also one that looks like a place to fill."""
    text = system_prompt(
        Toolset.of({"f": make_tool(orders, name="f")}), rules=["Write {tools} or {x}."], modules=["{finish}"]
    )
    assert "- Write {tools} or {x}." in text
    assert text.count("<tools>") == 1


def test_instructions_come_last() -> None:
    """What differs between runs stands after what is the same, so that the beginning can be cached."""
    texts = [system_prompt(toolset(), instructions=text) for text in ("Answer in French.", "Be brief.")]
    assert [text.partition("# Instructions")[2].strip() for text in texts] == ["Answer in French.", "Be brief."]
    assert len({text.partition("# Instructions")[0] for text in texts}) == 1


def test_it_is_short() -> None:
    """Without tools, the prompt costs little of a model's attention."""
    assert estimate_tokens(system_prompt(Toolset())) < 700
