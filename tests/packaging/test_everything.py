"""One pack with everything that a pack may declare, installed from a wheel in a fresh environment: each part does what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-shop"
version = "2.1.0"
requires-python = ">=3.11"
dependencies = ["codeact-sdk>=0.1,<0.2"]

[project.entry-points.codeact_sdk]
acme = "acme_shop:pack"
acme_hooks = "acme_shop.hooks"
"""

PACK = '''
"""Acme's shop, with everything that a pack may declare."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from pydantic import BaseModel

from codeact_sdk import ToolContext, ToolError, ToolPack
from codeact_sdk.packs import Image, Retry


class Settings(BaseModel):
    """What may be set."""

    region: str = "eu"
    """Where the shop is."""


pack = ToolPack("acme", "Orders of Acme's shop.", secrets=["ACME_TOKEN", "ACME_OTHER"], settings=Settings, hosts=["api.acme.example"])
asked: list[str] = []
tries: list[str] = []
events: list[str] = []


class Order(BaseModel):
    """One order."""

    id: str
    total: float


class Basket:
    """What belongs to one session."""

    def __init__(self) -> None:
        self.items: list[str] = []


@pack.resource
def basket() -> Iterator[Basket]:
    """The basket of a session."""
    made = Basket()
    events.append("basket opened")
    yield made
    events.append("basket closed")


@pack.resource
async def line() -> AsyncIterator[list[str]]:
    """A line to the shop."""
    events.append("line opened")
    yield []
    events.append("line closed")


@pack.tool(cache=60)
def orders(customer: str) -> list[Order]:
    """Orders of a customer, newest first.

    Args:
        customer: Such as "C-1".
    """
    asked.append(customer)
    return [Order(id=f"{customer}-{n}", total=10.0 * n) for n in range(1, 4)]


@pack.tool(retry=Retry(attempts=3, wait_s=0.01))
def flaky(ctx: ToolContext) -> str:
    """Works the third time."""
    tries.append(ctx.idempotency_key)
    if len(tries) < 3:
        raise ConnectionError("no line")
    return f"after {len(tries)}"


@pack.tool(timeout_s=0.2)
def slow() -> str:
    """Takes too long."""
    time.sleep(3)
    return ""


@pack.tool(concurrency=2, rate="1000/s")
async def price(item: int) -> int:
    """Price of an item, in cents."""
    await asyncio.sleep(0.01)
    return item * 100


@pack.tool(requires=["ACME_OTHER"])
def needs() -> str:
    """Needs what is not set."""
    return ""


@pack.tool(examples=['acme.region()'])
def region(ctx: ToolContext) -> str:
    """Where the shop is."""
    return ctx.settings.region


@pack.tool(deprecated="acme.orders")
def old_orders(customer: str) -> list[str]:
    """Ids of orders.

    Args:
        customer: Such as "C-1".
    """
    return [f"{customer}-1"]


@pack.tool
def careless(ctx: ToolContext) -> str:
    """Tells too much."""
    return f"token={ctx.secret('ACME_TOKEN')}"


@pack.tool
def put(item: str, ctx: ToolContext) -> list[str]:
    """Puts something into the basket.

    Args:
        item: What.
    """
    found = ctx.resource(basket)
    found.items.append(item)
    return found.items


@pack.tool
async def talk(ctx: ToolContext) -> str:
    """Talks to the shop."""
    said = await ctx.resource(line)
    said.append("hello")
    return f"{len(said)} said"


@pack.tool
def reach(url: str, ctx: ToolContext) -> str:
    """Reaches a host.

    Args:
        url: Where.
    """
    return ctx.http.get(url).text


refunds: dict[str, float] = {}


def take_back(order: str, amount: float, result: str) -> None:
    """Takes a refund back."""
    del refunds[order]


def say(order: str, amount: float) -> str:
    """Says what a refund would do."""
    return f"pays {amount:.2f} euros for {order}"


@pack.tool(effect="destructive", idempotent=True, undo=take_back, preview=say)
def refund(order: str, amount: float) -> str:
    """Pays back.

    Args:
        order: Such as "C-1-1".
        amount: In euros.
    """
    if amount <= 0:
        raise ToolError("an amount is positive")
    refunds[order] = amount
    return f"{order}: {amount}"


@pack.tool
def rows() -> list[dict[str, object]]:
    """Many rows."""
    return [{"id": n, "name": f"item {n}", "price": None if n % 4 else n * 1.5} for n in range(5000)]


@pack.tool
def picture() -> Image:
    """A picture."""
    return Image(bytes.fromhex("89504e470d0a1a0a0000000d49484452000000020000000308020000"), mime="image/png", alt="two by three")
'''

HOOKS = '''
"""Hooks of the same distribution."""

from codeact_sdk import hookimpl
from codeact_sdk.packs import Answer, Change, Deny

seen = []


@hookimpl
def codeact_before_call(tool, arguments) -> Deny | Change | Answer | None:
    """Denies, changes and answers."""
    match tool.name, arguments:
        case "orders", {"customer": "C-forbidden"}:
            return Deny("this customer is locked")
        case "orders", {"customer": "C-alias"}:
            return Change({"customer": "C-9"})
        case "orders", {"customer": "C-kept"}:
            return Answer([{"id": "kept", "total": 1}])
    return None


@hookimpl
def codeact_after_call(tool, arguments, result, error) -> Answer | None:
    """Watches."""
    seen.append((tool.qualified_name, error is None))
    return None
'''

PROGRAM = """
import asyncio, json, logging, time
from codeact_sdk import Agent, Interpreter, load_plugins
from codeact_sdk.approvals import allow
from codeact_sdk.testing import ScriptedModel
import acme_shop
from acme_shop import hooks

TOKEN = "tok-of-acme-123"
told = {}
plugins = load_plugins(strict=True)
options = {"packs": ["acme"], "plugins": plugins, "secrets": {"ACME_TOKEN": TOKEN}}
with Interpreter(**options) as one, Interpreter(**options) as two:
    told["cache"] = [len(one.run("acme.orders('C-1'); acme.orders('C-1')").calls), [*acme_shop.asked]]
    told["hooks"] = [
        one.run("acme.orders('C-forbidden')").error.message,
        one.run("acme.orders('C-alias')[0].id").value,
        one.run("acme.orders('C-kept')[0].id").value,
        len(hooks.seen) > 2,
    ]
    told["retry"] = [one.run("acme.flaky()").value, len(set(acme_shop.tries))]
    told["timeout"] = one.run("acme.slow()").error.type
    told["requires"] = one.run("acme.needs()").error.message
    told["deprecated"] = one.run("acme.old_orders('C-1')").stderr
    told["secret"] = [one.run("acme.careless()").value, one.run("acme.careless()[::-1]").value]
    told["resource"] = [one.run("acme.put('a'); acme.put('b')").value, two.run("acme.put('c')").value, one.run("acme.talk()").value]
    told["hosts"] = one.run("acme.reach('http://elsewhere.example/')").error.message
    told["parallel"] = one.run("parallel(acme.price, range(20), limit=20)").value == [n * 100 for n in range(20)]
    told["gather"] = one.run("import asyncio\\nawait asyncio.gather(*(acme.price(n) for n in range(3)))").value
    told["search"] = one.run("tools.search('pay money back', limit=2)[0]").value
    told["help"] = one.run("help(acme.region)").stdout
    told["undo"] = one.run("acme.refund('C-1-1', 5)").value
    report = one.rollback()
    told["undone"] = [len(report.undone), dict(acme_shop.refunds)]
    told["displays"] = [display.mime for display in one.run("display(acme.picture())").displays]
    cards = []
with Interpreter(approver=lambda card: cards.append(card) or True, **options) as three:
    told["card"] = [three.run("for o in acme.orders('C-2'):\\n    acme.refund(o.id, o.total)").status]
    told["card"] += [len(cards), len(cards[0].calls), cards[0].calls[0].preview, len(acme_shop.refunds)]
async def main():
    async with Interpreter(**options) as four:
        return (await four.arun("acme.talk()")).value
told["async"] = asyncio.run(main())
told["events"] = sorted(acme_shop.events)
seen = []
model = ScriptedModel(["<execute>\\nrows = acme.rows()\\nrows\\n</execute>", "<execute>\\nacme.refund('X', 1)\\n</execute>", "Done."])
result = Agent(model, observers=[seen.append], **options).run("Look")
texts = [event.text for event in seen if event.kind == "observed"]
told["table"] = [len(texts[0]) < 3000, "5,000" in texts[0], "null" in texts[0].lower(), "rows" in texts[0]]
told["refused"] = "nobody can be asked" in texts[1]
told["leaks"] = TOKEN in json.dumps(told) or any(TOKEN in repr(event) for event in seen)
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack as its author has it."""
    folder = tmp_path_factory.mktemp("acme")
    (folder / "acme_shop").mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "acme_shop" / "__init__.py").write_text(PACK, encoding="utf-8")
    (folder / "acme_shop" / "hooks.py").write_text(HOOKS, encoding="utf-8")
    return folder


@pytest.fixture
def acme(
    wheels: dict[str, Path],
    build: Callable[..., Path],
    environment: Callable[..., object],
    source: Path,
    tmp_path: Path,
) -> object:
    """An environment with the pack's wheel and the SDK's."""
    return environment(wheels["codeact-sdk"], build(source, tmp_path / "dist"))


def test_everything_that_a_pack_declares_works_from_its_wheel(acme: object) -> None:
    """Cache, retry, timeout, requirements, secrets, resources, hosts, hooks, approvals, undo, tables, pictures, many at once."""
    told = json.loads(acme.run("python", "-W", "error", "-c", PROGRAM).splitlines()[-1])
    assert told["cache"] == [2, ["C-1"]]
    assert told["hooks"] == ["this customer is locked", "C-9-1", "kept", True]
    assert told["retry"] == ["after 3", 1]
    assert told["timeout"] == "ToolTimeout"
    assert "ACME_OTHER" in told["requires"]
    assert "acme.orders" in told["deprecated"]
    assert told["secret"] == ["token=[secret ACME_TOKEN]", "token=[secret ACME_TOKEN]"[::-1]]
    assert told["resource"] == [["a", "b"], ["c"], "1 said"]
    assert "elsewhere.example" in told["hosts"]
    assert "api.acme.example" in told["hosts"]
    assert told["parallel"] is True
    assert told["gather"] == [0, 100, 200]
    assert told["search"].startswith("acme.refund(order: str, amount: float) -> str (destructive)")
    assert "acme.region()" in told["help"]
    assert told["undo"] == "C-1-1: 5.0"
    assert told["undone"] == [1, {}]
    assert told["displays"] == ["image/png"]
    assert told["card"] == ["ok", 1, 3, "pays 10.00 euros for C-2-1", 3]
    assert told["async"] == "1 said"
    assert told["events"] == ["basket closed"] * 2 + ["basket opened"] * 2 + ["line closed"] * 2 + ["line opened"] * 2
    assert told["table"] == [True] * 4
    assert told["refused"] is True
    assert told["leaks"] is False


def test_the_command_line_shows_configures_and_locks_it(acme: object) -> None:
    """`enable` shows what it may do, `doctor` what it lacks, `lock` what it was, and `exec` refuses and allows writes."""
    (acme.home / ".git").mkdir()
    shown = acme.run("codeact", "packs", "enable", "acme", "--yes")
    for part in ("ACME_TOKEN", "api.acme.example", "refund", "acme-shop 2.1.0"):
        assert part in shown
    doctor = acme.run("codeact", "packs", "doctor", status=1)
    assert "ACME_OTHER" in doctor
    assert "set the environment variable ACME_OTHER" in doctor
    assert acme.run("codeact", "packs", "lock")
    assert acme.run("codeact", "exec", "-", "--locked", stdin="len(acme.rows())").strip() == "5000"
    lock = acme.home / "codeact.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace('"destructive"', '"read"'), encoding="utf-8")
    acme.run("codeact", "exec", "-", "--locked", status=2, stdin="1")
    lock.unlink()
    acme.run("codeact", "exec", "-", status=1, stdin="acme.refund('X', 1)")
    assert (
        acme.run("codeact", "exec", "-", "--approve", "acme.refund", stdin="acme.refund('X', 1)").strip() == "'X: 1.0'"
    )
    (acme.home / "codeact.toml").write_text(
        '[[approvals]]\nallow = "acme.*"\n[prompt]\nbudget_tokens = 300\n', encoding="utf-8"
    )
    assert acme.run("codeact", "exec", "-", stdin="acme.refund('X', 1)").strip() == "'X: 1.0'"
    (acme.home / ".env").write_text("ACME_TOKEN=tok-of-the-file\n", encoding="utf-8")
    assert acme.run("codeact", "exec", "-", stdin="acme.careless()").strip() == "'token=[secret ACME_TOKEN]'"
    prompt = acme.run("codeact", "prompt")
    assert "help(name)" in prompt or "tools.search" in prompt
