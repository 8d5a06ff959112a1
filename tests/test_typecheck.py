"""`check="types"`: what a type checker finds over stubs of the toolset is refused before anything runs."""

from __future__ import annotations

import ast
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from codeact_sdk import Interpreter, ToolPack
from codeact_sdk.errors import ConfigError
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.typecheck import TypeChecker, render_stub

needs_ty = pytest.mark.skipif(
    not (shutil.which("ty", path=sysconfig.get_path("scripts")) or shutil.which("ty")), reason="ty is not installed"
)


class Order(BaseModel):
    id: str
    total: float
    status: Literal["open", "paid"]


def make_pack() -> ToolPack:
    """Makes a pack with a sync and an async tool."""
    pack = ToolPack("acme", "Orders of a shop.")

    @pack.tool
    def orders(customer: str, status: Literal["open", "paid"] | None = None, limit: int = 5) -> list[Order]:
        """Orders of one customer."""
        return [Order(id="o1", total=5, status="open")]

    @pack.tool(effect="destructive")
    async def refund(order: Order, amount: float) -> str:
        """Pays back."""
        return f"{order.id}: {amount}"

    return pack


def price(sku: str, n=1) -> float:
    """Price of an article."""
    return 2.5


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    """One that checks types."""
    with Interpreter(tools=[price], packs=[make_pack()], check="types") as made:
        yield made


@needs_ty
@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        (
            "sum(o.totl for o in acme.orders('C-1'))",
            "AttributeError",
            "Object of type `Order` has no attribute `totl`",
        ),
        (
            "'é€'; price(3)",
            "TypeError",
            "Argument to function `price` is incorrect: Expected `str`, found `Literal[3]`",
        ),
        (
            "acme.orders('C-1', limit='5')",
            "TypeError",
            'Argument to function `orders` is incorrect: Expected `int`, found `Literal["5"]`',
        ),
        (
            "'total: ' + price('a')",
            "TypeError",
            'Operator `+` is not supported between objects of type `Literal["total: "]` and `float`',
        ),
    ],
)
def test_what_a_type_checker_finds_is_refused(interpreter, code: str, kind: str, message: str) -> None:
    """The error has the line of the action and the checker's words; nothing has run."""
    observation = interpreter.run(f"print('it has run')\n{code}")
    assert (observation.stdout, observation.calls, observation.error.line) == ("", (), 2)
    assert (observation.error.type, observation.error.message) == (kind, message)
    assert observation.error.hint == "nothing was run"


@needs_ty
def test_what_pydantic_would_accept_is_not_refused(interpreter) -> None:
    """Dicts for classes, text of a variable for a choice, fields by item, names of earlier actions."""
    assert interpreter.run("rows = acme.orders('C-1')").status == "ok"
    observation = interpreter.run(
        "acme.refund({'id': 'o1', 'total': 1, 'status': 'open'}, 2)\n"
        "for status in ['open', 'paid']:\n    acme.orders('C-1', status)\n"
        "x = acme.Order(id='o2', total=2, status='paid')\n"
        "acme.refund(x, amount=1)\n"
        "rows[0]['id'], rows[0].total, dict(rows[0])['status']"
    )
    assert (observation.status, observation.value) == ("ok", ("o1", 5.0, "open"))
    assert interpreter.run("import re\nm = re.match('a', 'abc')\nm.group(0)").value == "a"


@pytest.mark.parametrize(
    "code",
    [
        "totals = {'a': 1.0}\nmax(totals, key=totals.get)",
        "class Box:\n    pass\nbox = Box()\nbox.items = {}\nbox.items['a'] = 1",
        "rows = [{'name': 'a', 'score': 1}]\nrows[0]['score'] += 1",
        "nested = {'a': {'b': [1, {'c': 'deep'}]}}\nnested['a']['b'][1]['c']",
        "import re\nre.match('(?P<x>a)', 'a')['x']",
        "total = None\nfor n in range(3):\n    total = total + n if total else n",
    ],
)
@needs_ty
def test_python_that_a_strict_checker_dislikes_runs(interpreter, code: str) -> None:
    """Ways of writing that work are not refused, whatever the checker says of them."""
    assert interpreter.run(code).status == "ok"


@needs_ty
def test_async_tools_are_coroutines_to_actions_that_await(interpreter) -> None:
    """The same call is text in an action that does not await."""
    interpreter.run("row = acme.orders('C-1')[0]")
    assert interpreter.run("acme.refund(row, 1).upper()").value == "O1: 1.0"
    refused = interpreter.run("text = acme.refund(row, 1)\n(await acme.refund(row, 1)).upper() + text.upper()")
    assert (refused.error.type, refused.calls) == ("AttributeError", ())


def test_the_stub_of_a_pack_parses() -> None:
    """Classes are records, and parameters take what their check takes."""
    text = render_stub(make_pack().group().tools, awaits=True)
    ast.parse(text)
    assert "class Order(_Record):" in text
    assert "def orders(customer: str, status: str | None = None, limit: int = 5) -> list[Order]: ..." in text
    assert "async def refund(order: Any, amount: float) -> str: ..." in text
    assert "\ndef refund" in render_stub(make_pack().group().tools, awaits=False)


def test_without_a_type_checker_the_error_says_what_to_install() -> None:
    """The integrator is told when the interpreter is made, not when code runs."""
    with pytest.raises(ConfigError, match=r"pip install 'codeact-sdk\[types\]'"):
        TypeChecker(Toolset.of([]), command="no-such-type-checker")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the checker")
def test_a_checker_that_fails_refuses_nothing(tmp_path: Path) -> None:
    """What is no report is taken as nothing found."""
    broken = tmp_path / "ty"
    broken.write_text("#!/bin/sh\necho no report\nexit 101\n", encoding="utf-8")
    broken.chmod(0o755)
    assert TypeChecker(Toolset.of([]), command=str(broken))("x = 1", False, []) == []
