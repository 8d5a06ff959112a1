"""A pack written by somebody else: installed with pip, it works, and nothing is wired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-orders"
version = "1.2.0"
requires-python = ">=3.11"
dependencies = ["codeact-sdk>=0.1,<0.2"]

[project.entry-points.codeact_sdk]
acme = "acme_orders:pack"
"""

# The names of the fields are those that a pydantic model, a dict and a record have methods for.
PACK = '''
"""Acme's shop."""

from typing import Literal

from pydantic import BaseModel

from codeact_sdk import ToolContext, ToolPack

pack = ToolPack("acme", "Orders and invoices of Acme's shop.")


class Line(BaseModel):
    sku: str
    price: float
    copy: int = 1


class Order(BaseModel):
    id: str
    items: list[Line]
    schema: Literal["v1", "v2"]
    copy: bool = False


class Invoice(BaseModel):
    order: Order
    number: str


def _order(order_id: str) -> Order:
    lines = [Line(sku="bolt", price=1.5, copy=4), Line(sku="nut", price=0.25)]
    return Order(id=order_id, items=lines, schema="v2", copy=True)


@pack.tool(effect="read")
def orders(customer: str, limit: int = 2) -> list[Order]:
    """Orders of one customer, newest first.

    Args:
        customer: Customer id, such as "C-1042".
        limit: How many at most.
    """
    return [_order(f"{customer}/{n}") for n in range(limit)]


@pack.tool
def total(order: Order) -> float:
    """What an order costs."""
    return sum(line.price * line.copy for line in order.items)


@pack.tool
async def invoice(order_id: str, ctx: ToolContext) -> Invoice:
    """The invoice of an order."""
    ctx.log.info("invoice of %s", order_id)
    return Invoice(order=_order(order_id), number=f"I-{order_id}")
'''

ACTION = """
found = acme.orders("C-1042")
first = found[0]
print(len(found), first.id, first.schema, first.copy, [line.copy for line in first.items])
print(first["items"][1]["sku"], acme.total(first))
print(acme.invoice(first.id).order.items[0].sku)
"""

SEEN = ["2 C-1042/0 v2 True [4, 1]", "nut 6.25", "bolt"]

AWAITED = """
bill = await acme.invoice("C-7/0")
print(bill.number, bill.order.schema)
"""

AGENT = """
import sys
from codeact_sdk import Agent
from codeact_sdk.testing import ScriptedModel

action = sys.stdin.read()
model = ScriptedModel([f"<execute>{action}answer(sum(acme.total(o) for o in found))</execute>"])
result = Agent(model, packs=["acme"]).run("What do the orders of C-1042 cost?")
print(result.status, result.answer, [call.tool for call in result.calls])
shown = "".join(str(message.content) for message in model.requests[0].messages)
print("acme.orders" in shown or "def orders" in shown, "class Order" in shown, "ToolContext" in shown)
"""


@pytest.fixture
def acme(
    wheels: dict[str, Path], build: Callable[..., Path], environment: Callable[..., object], tmp_path: Path
) -> object:
    """An environment in which the pack's author and the SDK are both installed."""
    source = tmp_path / "acme"
    (source / "acme_orders").mkdir(parents=True)
    (source / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (source / "acme_orders" / "__init__.py").write_text(PACK, encoding="utf-8")
    return environment(wheels["codeact-sdk"], build(source, tmp_path / "dist"))


def test_a_pack_from_outside_works_in_the_shell_and_in_an_agent(acme: object) -> None:
    """One pip install, and `codeact exec` and an `Agent` program the pack, fields called items, copy and schema included."""
    assert acme.run("codeact", "exec", "-", stdin=ACTION).split("\n")[: len(SEEN)] == SEEN
    assert "I-C-7/0 v2" in acme.run("codeact", "exec", "-", stdin=AWAITED)
    status, shown = acme.run("python", "-W", "ignore", "-c", AGENT, stdin=ACTION).splitlines()
    assert status == "answered 12.5 ['acme.orders', 'acme.total', 'acme.invoice', 'acme.total', 'acme.total']"
    assert shown == "True True False"
