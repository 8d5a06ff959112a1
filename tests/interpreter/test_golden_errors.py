"""What a model reads of each kind of failure, in files that a person has read.

`UPDATE_GOLDEN=1 pytest tests/interpreter/test_golden_errors.py` writes them anew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from codeact_sdk import Interpreter, Limits, ToolError, ToolPack
from codeact_sdk.prompts.observations import render_observation

GOLDEN = Path(__file__).parent / "golden"

PROGRAMS: dict[str, list[str]] = {
    "names": [
        "totl = 1\nprint(total)",
        "pritn(1)",
        "x = {'ok': true, 'none': null}",
        "json.loads('1')",
        "open('data.csv')",
        "count = 0\ndef add():\n    count += 1\nadd()",
        "refund('O-1')",
        "import pandas as pd",
        "for n in range(1):\n    print(mx(n, 1))",
    ],
    "values": [
        "orders = [{'id': 'O-1', 'total': 12.5}] * 20\norders[0]['totl']",
        "codes = {1: 'a', 2: 'b'}\nwanted = '1'\ncodes[wanted]",
        "rows = [1, 2, 3]\nfor i in range(4):\n    print(rows[i])",
        "rows = []\nrows[0]",
        "match = None\nmatch.group(1)",
        "row = {'id': 7}\nrow.id",
        "rows = [{'id': 7}]\nrows.id",
        "class Order:\n    def __init__(self):\n        self.total = 1\norder = Order()\norder.totl",
        "text = '{\"a\": 1}'\ntext['a']",
        "name, total = 'A', 3\nname + total",
        "x = [(1, 2) (3, 4)]",
        "list = [1]\nlist((2, 3))",
        "int('12,5')",
        "a, b = 1, 0\nratio = a / b",
        "text = 'é' * 3; x = 1; y = text.uper()",
    ],
    "functions": [
        "def pay(order, amount, *, currency='EUR'):\n    return amount\npay('O-1', 5, curency='USD')",
        "def pay(order, amount):\n    return amount\npay('O-1')",
        "def half(items):\n    middle = len(items) // 2\n    return items[middle + 5]\ndef run(data):\n    return half(data)\nrun([1, 2, 3])",
        "def f(n):\n    return g(n)\ndef g(n):\n    return f(n - 1) if n else 1 / 0\nf(50)",
        "try:\n    int('x')\nexcept ValueError as error:\n    error.add_note('while reading row 3')\n    raise",
        "try:\n    int('x')\nexcept ValueError as error:\n    raise RuntimeError('row 3 is broken') from error",
        "try:\n    {}['a']\nexcept KeyError:\n    [][0]",
        "import asyncio\nasync def get(n):\n    return 10 // n\nasync def main():\n    async with asyncio.TaskGroup() as group:\n        for n in (1, 0):\n            group.create_task(get(n))\nawait main()",
        "raise ValueError('x' * 5000)",
        "raise ValueError('\\x1b[31mred \\ud800')",
    ],
    "lowered": [
        "x = {'a': 1}\nx['a'] += 'b'",
        "total = 0\ntotal.count += 1",
        "from math import squareroot",
        "with shop.order('O-1') as order:\n    pass",
        "match {'a': 1}:\n    case {'a': n}:\n        n.missing",
        "rows = [1, 0]\nshares = [10 / row for row in rows]",
        "lines = ['a', 'b']\nprint(f\"{lines[0]}: {lines[2]}\")",
        "@print\ndef f(): pass\nf()",
        "class A:\n    x = missing",
        "class A:\n    x = 1 / 0",
    ],
    "syntax": [
        "orders = [1, 2\nprint(orders)",
        "print 'hello'",
        "x = 'it's'",
        "print(“hello”)",
        "x\u00a0= 1",
        "```python\nx = 1\n```",
        "Here is the code you asked for:\nx = 1",
        "if True:\n    x = 1\n  y = 2",
        "if True:\n\tx = 1\n        y = 2",
        "if True:\nx = 1",
        "for i in range(3)\n    print(i)",
        "x = 1 && 2",
        ">>> x = 1",
        "!pip install pandas",
        "if x &lt; 1: pass",
        "x = 1\\ny = 2",
        "    x = 1\ny = 2",
        "try:\n    pass\nexcept* ValueError:\n    pass",
        "é = (1).__class__",
        "text = '''a\nb",
    ],
    "tools": [
        "shop.orders(custmer='C-1')",
        "shop.orders()",
        "shop.refund('O-1', amount='ten')",
        "shop.ordres('C-1')",
        "find = getattr(shop, 'ordres')",
        "orders = shop.ordres('C-1')\nfor order in orders:\n    shop.refund(order, amout=5)\nprint(totl)",
        "for order in shop.orders('C-1'):\n    print(order.id, order.totl)",
        "orders = shop.orders('C-1')\nshop.refund(orders[0].id, 5)\nshop.note('O-1', 'refunded')\nshop.refund('O-404', 5)",
        "shop.note('O-1', 'a')\nshop.orders('C-1')[7]",
        "shop.orders('C-1')\nshop.orders('C-2')\nx = 1 / 0",
        "for n in range(30):\n    shop.refund(f'O-{n}', 1)\n1 / 0",
        "try:\n    shop.refund('O-404', 5)\nexcept ToolError:\n    pass\n1 / 0",
    ],
    "limits": [
        "n = 0\nwhile True:\n    n += 1\n    if n > 100:\n        n = 0",
        "shop.refund('O-1', 5)\nfor n in range(9):\n    shop.orders(f'C-{n}')\n    shop.note('O-1', 'x')",
    ],
}  # fmt: skip


class Order(BaseModel):
    """What somebody bought."""

    id: str
    total: float


def shop() -> ToolPack:
    """Tools of each effect."""
    pack = ToolPack("shop", "Orders and refunds.")

    @pack.tool(effect="read")
    def orders(customer: str, status: str | None = None) -> list[Order]:
        """Orders of one customer."""
        return [Order(id="O-1", total=12.5), Order(id="O-2", total=3)]

    @pack.tool(effect="destructive")
    def refund(order_id: str, amount: float) -> str:
        """Refunds an order."""
        if order_id == "O-404":
            raise ToolError("there is no order O-404: take an id that shop.orders gives")
        return "ok"

    @pack.tool(effect="write", idempotent=True)
    def note(order_id: str, text: str) -> None:
        """Writes a note."""

    return pack


def rendered(code: str) -> str:
    """The program and what a model reads of it."""
    pack = shop()
    limits = Limits(seconds=20, steps=5_000, tool_calls=12) if "range(30)" not in code else Limits(seconds=20)
    with Interpreter(packs=[pack], limits=limits) as interp:
        obs = interp.run(code)
        text = render_observation(obs, toolset=interp.toolset)
    assert obs.error is not None
    program = "".join(f"    {line}\n" for line in code.split("\n"))
    return f"{program}\n{text}\n"


@pytest.mark.parametrize("kind", PROGRAMS)
def test_what_a_model_reads(kind: str) -> None:
    """Type, message, place, hint, names, and what was done."""
    rule = "\n" + "-" * 100 + "\n\n"
    text = rule.join(rendered(code) for code in PROGRAMS[kind])
    if sys.version_info[:2] != (3, 11):  # Python words some of its messages anew in each version
        return
    path = GOLDEN / f"{kind}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text.split(rule) == path.read_text(encoding="utf-8").split(rule)
