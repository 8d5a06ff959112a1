"""Writes that are taken back, calls that are previewed, what a tool requires, and what is shown of it."""

import asyncio
import logging
import threading

import pytest
from pydantic import BaseModel

from codeact_sdk import Agent, Interpreter, ToolContext, ToolError, ToolPack, tool
from codeact_sdk.approvals.rules import ApprovalRule
from codeact_sdk.behaviour.previews import MAX_CHARS, preview_text
from codeact_sdk.behaviour.requirements import missing
from codeact_sdk.errors import ToolDefinitionError
from codeact_sdk.packs.services import PackServices
from codeact_sdk.prompts.tools import render_tool
from codeact_sdk.testing import ScriptedModel
from codeact_sdk.tools.tool import make_tool
from codeact_sdk.tools.toolset import Toolset


class Shop:
    """Orders that can be placed and taken back."""

    def __init__(self):
        self.orders, self.keys, self.log = {}, [], []
        self.pack = pack = ToolPack("acme", "A shop.", secrets=["T"])

        def cancel(customer, result, ctx: ToolContext):
            self.keys.append(ctx.idempotency_key)
            self.log.append(f"cancel {customer} {result} {ctx.secret('T')}")
            del self.orders[result]

        async def restore(order, stock):
            await asyncio.sleep(0)
            self.log.append(f"restore {order} {stock}")

        @pack.tool(effect="write", undo=cancel, preview=lambda customer: f"An order for {customer}")
        def place(customer: str, ctx: ToolContext) -> int:
            self.keys.append(ctx.idempotency_key)
            self.orders[len(self.orders) + 1] = customer
            return len(self.orders)

        @pack.tool(effect="destructive", undo=restore)
        async def drop(order: int, stock: int = 3) -> None:
            self.log.append(f"drop {order}")

        @pack.tool(effect="write")
        def mail(to: str) -> None:
            self.log.append(f"mail {to}")

        @pack.tool
        def look() -> int:
            return len(self.orders)


CODE = "acme.place('a')\nacme.place('b')\nacme.mail('c')\nacme.drop(2)\nacme.look()"


def session(shop, **options):
    """A session with the pack of a shop."""
    return Interpreter(packs=[shop.pack], environ={"T": "t"}, **options)


def test_writes_are_undone_in_the_reverse_order():
    """With the arguments, the result, defaults and a context; what has no undo stands, and reads are none."""
    shop = Shop()
    with session(shop) as interp:
        assert interp.run(CODE).error is None
        report = interp.rollback()
    assert [(item.n, item.tool, item.fate) for item in report.writes] == [
        (4, "acme.drop", "undone"),
        (3, "acme.mail", "stands"),
        (2, "acme.place", "undone"),
        (1, "acme.place", "undone"),
    ]
    assert shop.log == ["mail c", "drop 2", "restore 2 3", "cancel b 2 t", "cancel a 1 t"]
    assert shop.orders == {}
    assert shop.keys[2:] == [f"{shop.keys[1]}-undo", f"{shop.keys[0]}-undo"]
    assert [item.n for item in report.undone] == [4, 2, 1]
    assert [item.n for item in report.stands] == [3]
    assert "3. acme.mail: stands" in str(report)


def test_only_the_calls_that_are_given():
    """And nothing is undone twice."""
    shop = Shop()
    with session(shop) as interp:
        interp.run("acme.place('a')")
        second = interp.run("acme.place('b')")
        assert [item.n for item in interp.rollback(second.calls).writes] == [2]
        assert [item.n for item in interp.rollback().writes] == [1]
        assert str(interp.rollback()) == "nothing to undo"


def test_a_failing_undo_does_not_stop_the_others(caplog):
    """It is named in the report, and in the log of its pack; a tool's own word is not a fault."""
    shop = Shop()

    def explode():
        raise ValueError("boom")

    def refuse(result):
        raise ToolError("too late")

    @shop.pack.tool(effect="write", undo=explode)
    def one() -> int:
        return 1

    @shop.pack.tool(effect="write", undo=refuse)
    async def two() -> int:
        return 1

    with caplog.at_level(logging.ERROR, "codeact.acme"), session(shop) as interp:
        interp.run("acme.place('a')\nacme.one()\nawait acme.two()")
        report = interp.rollback()
        assert [item.reason for item in report.failed] == ["ToolError: too late", "ValueError: boom"]
        assert [item.n for item in report.undone] == [1]
        assert caplog.messages == ["pack 'acme': the undo of acme.one raised ValueError: boom"]
        assert len(interp.rollback().failed) == 2  # it may be tried again


def test_async_callers_roll_back_in_their_loop():
    """The same report."""
    shop = Shop()

    async def main():
        async with session(shop) as interp:
            await interp.arun(CODE)
            return await interp.arollback()

    assert [item.fate for item in asyncio.run(main()).writes] == ["undone", "stands", "undone", "undone"]


def test_failed_calls_have_nothing_to_undo():
    """Nobody knows what they did."""
    pack = ToolPack("acme", "A shop.")

    @pack.tool(effect="write", undo=lambda: None)
    def go() -> int:
        raise ValueError("no")

    with Interpreter(packs=[pack]) as interp:
        interp.run("acme.go()")
        assert interp.rollback().writes == ()


def test_a_run_can_be_rolled_back_afterwards():
    """By its result, though its interpreter is gone."""
    shop = Shop()
    model = ScriptedModel(["<execute>\nacme.place('a')\nacme.mail('b')\n</execute>", "done"])
    allow = [ApprovalRule(action="allow", pattern="*")]
    result = Agent(model, packs=[shop.pack], environ={}, approvals=allow).run("x", secrets={"T": "t"})
    report = result.rollback()
    assert [(item.tool, item.fate) for item in report.writes] == [("acme.mail", "stands"), ("acme.place", "undone")]
    assert shop.orders == {}
    assert shop.log[-1] == "cancel a 1 t"  # with the secrets of that run


def test_an_async_caller_rolls_a_run_back():
    """Also what only an async `undo` takes back."""
    shop = Shop()
    model = ScriptedModel(["<execute>\nawait acme.drop(2)\n</execute>", "done"])
    allow = [ApprovalRule(action="allow", pattern="*")]

    async def main():
        result = await Agent(model, packs=[shop.pack], environ={}, approvals=allow).arun("x")
        return await result.arollback()

    assert [item.tool for item in asyncio.run(main()).undone] == ["acme.drop"]
    assert shop.log == ["drop 2", "restore 2 3"]


def test_an_action_that_was_run_again_is_undone_once():
    """Its calls have the numbers of the last run, by which `rollback(obs.calls)` finds them."""
    shop, cards = Shop(), []

    def approver(card):
        cards.append(card)
        return True

    rules = [ApprovalRule(action="allow", pattern="acme.place"), ApprovalRule(action="ask", pattern="acme.*")]
    with session(shop, approvals=rules, approver=approver) as interp:
        obs = interp.run("acme.place('a')\nacme.mail('b')")
        assert obs.error is None
        report = interp.rollback(obs.calls)
    assert sorted((item.tool, item.fate) for item in report.writes) == [
        ("acme.mail", "stands"),
        ("acme.place", "undone"),
    ]
    assert shop.orders == {}


def test_a_card_shows_what_a_call_would_do():
    """In the words of the tool's author."""
    shop, cards = Shop(), []

    def approver(card):
        cards.append(card)
        return False

    with session(shop, approvals=[ApprovalRule(action="ask", pattern="*")], approver=approver) as interp:
        interp.run("acme.place('a')")
    assert [call.preview for call in cards[0].calls] == ["An order for a"]


def test_a_preview_never_raises(caplog):
    """It is text, data as text, or nothing; a failure is named in the log."""

    def act(n: int) -> int:
        return n

    def preview(made):
        pack = ToolPack("acme", "A shop.")
        pack.tool(effect="write", preview=made)(act)
        return preview_text(pack.tools[0], {"n": 2})

    assert preview(lambda n, ctx=None: {"n": n}) == "{'n': 2}"
    assert preview(lambda **given: f"{given}") == "{'n': 2}"
    assert preview(lambda: None) == ""
    assert preview_text(make_tool(act), {"n": 1}) == ""
    assert preview(lambda: "x" * 3000).startswith("x" * MAX_CHARS + "... (1,000 characters more)")
    with caplog.at_level(logging.ERROR, "codeact.acme"):
        assert preview(lambda n: 1 / 0) == ""
    assert "the preview of acme.act raised ZeroDivisionError" in caplog.text


def test_an_async_preview_is_refused():
    """Nobody could await it."""
    pack = ToolPack("acme", "A shop.")

    async def preview():
        """Nothing."""

    with pytest.raises(ToolDefinitionError, match="preview is async"):
        pack.tool(effect="write", preview=preview)(len_of)


class Settings(BaseModel):
    region: str | None = None


def test_what_is_required_is_named_at_once():
    """All that is missing, and how to set it; nothing was called."""
    pack, called = ToolPack("acme", "A shop.", secrets=["A", "B"], settings=Settings), []

    @pack.tool(requires=["A", "B", "settings.region"])
    def go() -> int:
        called.append(1)
        return 1

    with Interpreter(packs=[pack], environ={"A": "x"}) as interp:
        message = interp.run("acme.go()").error.message
    assert "acme.go was not called" in message
    assert "the secret B has no value (set it, for instance as the environment variable B)" in message
    assert "the setting region has no value (set region in [settings.acme])" in message
    assert "secret A" not in message
    assert called == []
    (go_tool,) = pack.tools
    services = PackServices(pack, environ={"A": "x", "B": "y"}, settings={"region": "eu"})
    assert missing(go_tool, services.context(go_tool)) == ()
    assert len(missing(go_tool, PackServices(pack, environ={}).context(go_tool))) == 3
    assert "does not declare" in missing(go_tool, ToolContext(go_tool.pack))[0]
    with Interpreter(packs=[pack], environ={"A": "x", "B": "y"}) as interp:
        assert "region" in interp.run("acme.go()").error.message


def test_requiring_a_secret_that_is_not_declared_is_a_fault():
    """The integrator could not give it."""
    pack = ToolPack("acme", "A shop.")
    with pytest.raises(ToolDefinitionError, match="requires names the secret A, which the pack does not declare"):
        pack.tool(requires=["A"])(len_of)
    assert missing(make_tool(len_of), ToolContext("")) == ()
    with Interpreter(tools=[tool(requires=["A"])(len_of)], environ={"A": "x"}) as interp:
        assert "A can be given to the tools of a ToolPack only" in interp.run("len_of('a')").error.message


def len_of(text: str) -> int:
    """Length of a text."""
    return len(text)


def declared():
    """A pack whose tools declare examples, and what to use instead."""
    pack = ToolPack("acme", "A shop.")

    @pack.tool(examples=['acme.orders("C-1")'], deprecated="acme.find")
    def orders(customer: str) -> int:
        """Orders of a customer.

        Newest first.
        """
        return 1

    @pack.tool(examples=["acme.find(1)"])
    def find(customer: str) -> int:
        """Find orders of a customer.

        Example:
            acme.find("C-1")
        """
        return 1

    return pack


def test_examples_and_deprecations_are_shown():
    """In full and in brief, and by `help`; a docstring's own examples are enough."""
    pack = declared()
    orders, find = pack.tools
    assert render_tool(orders) == (
        'def orders(customer: str) -> int:\n    """Orders of a customer.\n\n    Deprecated: use instead: acme.find\n\n'
        '    Newest first.\n\n    Example:\n        acme.orders("C-1")\n    """\n    ...'
    )
    assert "Deprecated: use instead: acme.find" in render_tool(orders, detail="brief")
    assert "acme.find(1)" not in render_tool(find)
    with Interpreter(packs=[pack]) as interp:
        text = interp.run("help(acme.orders)").stdout
    assert "Deprecated: use instead: acme.find" in text
    assert 'Example:\n    acme.orders("C-1")' in text


def test_what_is_deprecated_is_found_last():
    """However well it fits."""
    toolset = Toolset(groups=[declared().group()])
    assert [tool.name for tool in toolset.search("orders customer", limit=1)] == ["find"]
    assert [tool.name for tool in toolset.search("orders customer")] == ["find", "orders"]
    assert toolset.search("orders", limit=0) == ()


def test_a_deprecated_tool_warns_once_in_a_session():
    """In what the model reads beside the output."""
    with Interpreter(packs=[declared()]) as interp:
        first = interp.run("acme.orders('a')\nacme.orders('b')").stderr
        assert first == "DeprecationWarning: acme.orders is deprecated; use instead: acme.find\n"
        assert interp.run("acme.orders('a')").stderr == ""


def test_a_warning_is_there_though_the_action_was_run_again():
    """An approval runs it from its beginning; the model reads the output of the last run."""
    pack = declared()

    @pack.tool(effect="write")
    def mail() -> None:
        """Send a mail."""

    with Interpreter(
        packs=[pack], approvals=[ApprovalRule(action="ask", pattern="acme.mail")], approver=lambda _: True
    ) as interp:
        assert "acme.orders is deprecated" in interp.run("acme.orders('a')\nacme.mail()").stderr
        assert interp.run("acme.orders('a')\nacme.mail()").stderr == ""


def test_an_async_undo_waits_for_no_running_action():
    """It is told as failed, and may be tried again; after the end of the session it runs in a loop that is closed."""
    shop = Shop()
    inside, released = threading.Event(), threading.Event()

    @shop.pack.tool
    def hold() -> None:
        inside.set()
        released.wait(60)

    interp = session(shop)
    interp.run("acme.drop(2)")
    thread = threading.Thread(target=interp.run, args=("acme.hold()",))
    thread.start()
    inside.wait(60)
    assert "an action still runs" in interp.rollback().failed[0].reason
    released.set()
    thread.join(60)
    interp.close()
    assert [item.tool for item in interp.rollback().undone] == ["acme.drop"]
