"""What a pack keeps open for a session: opened once, closed with the session, whatever fails."""

import asyncio
import logging
import sqlite3
import threading
from typing import NamedTuple

import pytest

from codeact_sdk import Agent, Interpreter, Limits, ToolContext, ToolPack
from codeact_sdk.errors import CodeActError, ConfigError, ToolDefinitionError
from codeact_sdk.packs.services import PackServices
from codeact_sdk.testing import ScriptedModel


class Shop:
    """A pack with two resources, one on the other, and a log of what happens to them."""

    def __init__(self):
        self.log = []
        self.fails = set()
        self.pack = pack = ToolPack("acme", "A shop.", secrets=["T"])
        self.numbers = iter(range(100))

        @pack.resource
        def base(ctx: ToolContext):
            yield from self.live(f"base {ctx.secret('T')}")

        @pack.resource
        def top(ctx: ToolContext):
            below = ctx.resource(base)
            yield from self.live(f"top on {below}")

        self.base, self.top = base, top

        @pack.tool
        def use(ctx: ToolContext) -> str:
            return ctx.resource(top)

        @pack.tool
        async def ause(ctx: ToolContext) -> str:
            return ctx.resource(top)

    def live(self, name):
        self.log.append(f"open {name}")
        if name in self.fails:
            raise ConnectionError("no server")
        try:
            yield name
        finally:
            self.log.append(f"close {name}")
            if f"close {name}" in self.fails:
                raise ValueError(f"{name} is stuck")


OPENED = ["open base t", "open top on base t"]
CLOSED = ["close top on base t", "close base t"]


def session(shop, **options):
    """A session with the pack of a shop."""
    return Interpreter(packs=[shop.pack], environ={"T": "t"}, **options)


def test_it_is_opened_on_first_use_and_closed_with_the_session():
    """Once, with what it needs, and in the reverse order at the end; async tools get the same."""
    shop = Shop()
    with session(shop) as interp:
        assert shop.log == []
        assert interp.run("[acme.use(), acme.use(), acme.ause()]").value == ["top on base t"] * 3
        assert interp.run("await acme.ause()").value == "top on base t"
        assert shop.log == OPENED
    assert shop.log == OPENED + CLOSED
    assert [item.name for item in shop.pack.resources] == ["base", "top"]


def test_nothing_is_opened_for_a_session_that_does_not_use_it():
    """And closing twice closes once."""
    shop = Shop()
    interp = session(shop)
    interp.close()
    interp.close()
    assert shop.log == []


def test_the_rest_is_closed_after_a_failure(caplog):
    """What fails is named with its pack and cause, in the log and in `faults`."""
    shop = Shop()
    shop.fails = {"close top on base t"}
    with caplog.at_level(logging.ERROR, "codeact.acme"), session(shop) as interp:
        interp.run("acme.use()")
    assert shop.log == OPENED + CLOSED
    (fault,) = interp.faults
    assert str(fault) == (
        "pack 'acme': the resource top, when it was closed, raised ValueError: top on base t is stuck"
    )
    assert "ValueError" in fault.traceback
    assert caplog.messages == [str(fault)]


def test_a_run_s_result_tells_what_did_not_close():
    """The interpreter of a run is gone when its result is read."""
    shop = Shop()
    shop.fails = {"close base t"}
    model = ScriptedModel(["<execute>\nacme.use()\n</execute>", "done"])
    agent = Agent(model, packs=[shop.pack], environ={"T": "t"})
    assert [fault.pack for fault in agent.run("x").faults] == ["acme"]
    assert shop.log == OPENED + CLOSED


def test_a_failure_to_open_names_the_resource_and_is_tried_again():
    """What was opened below stays for the next attempt."""
    shop = Shop()
    shop.fails = {"top on base t"}
    with session(shop) as interp:
        error = interp.run("acme.use()").error
        assert error.type == "ConnectionError"
        assert error.message == (
            "no server (while the resource 'top' of pack 'acme' was being opened; the next call tries again)"
        )
        shop.fails.clear()
        assert interp.run("acme.use()").value == "top on base t"
    assert shop.log == [*OPENED, OPENED[1], *CLOSED]


def test_sessions_share_nothing():
    """Each has its own, and closing one leaves the other's."""
    pack = ToolPack("acme", "A shop.")
    closed = []

    @pack.resource
    def rows():
        made = []
        yield made
        closed.append(len(made))

    @pack.tool(effect="write")
    def add(row: int, ctx: ToolContext) -> list[int]:
        ctx.resource(rows).append(row)
        return ctx.resource(rows)

    with Interpreter(packs=[pack]) as one, Interpreter(packs=[pack]) as two:
        assert one.run("acme.add(1)").value == [1]
        assert two.run("acme.add(2)").value == [2]
        two.close()
        assert closed == [1]
        assert one.run("acme.add(3)").value == [1, 3]
    assert closed == [1, 2]


def test_reset_closes_and_the_next_use_opens_anew():
    """A session that begins anew has nothing of the one before."""
    shop = Shop()
    with session(shop) as interp:
        interp.run("acme.use()")
        interp.reset()
        assert shop.log == OPENED + CLOSED
        interp.run("acme.use()")
    assert shop.log == (OPENED + CLOSED) * 2


def test_a_session_stopped_by_a_limit_still_closes():
    """What its action had opened is not lost."""
    shop = Shop()
    with session(shop, limits=Limits(seconds=0.2)) as interp:
        assert interp.run("acme.use()\nwhile True: pass").status == "limit"
    assert shop.log == OPENED + CLOSED


def test_threads_open_it_once():
    """Whoever comes second waits for the first."""
    pack, opened = ToolPack("acme", "A shop."), []
    barrier = threading.Barrier(4)

    @pack.resource
    def thing():
        opened.append(1)
        return object()

    @pack.tool
    def use(ctx: ToolContext) -> bool:
        seen = []

        def ask():
            barrier.wait()
            seen.append(ctx.resource(thing))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(set(map(id, seen))) == 1

    with Interpreter(packs=[pack]) as interp:
        assert interp.run("acme.use()").value is True
    assert opened == [1]


class AsyncShop:
    """A pack with an async resource on a sync one."""

    def __init__(self):
        self.log, self.loops = [], []
        self.pack = pack = ToolPack("acme", "A shop.")

        @pack.resource
        def base():
            self.log.append("open base")
            yield 1
            self.log.append("close base")

        @pack.resource
        async def top(ctx: ToolContext):
            below = ctx.resource(base)
            await asyncio.sleep(0)
            self.log.append("open top")
            self.loops.append(asyncio.get_running_loop())
            yield below + 1
            await asyncio.sleep(0)
            self.loops.append(asyncio.get_running_loop())
            self.log.append("close top")

        @pack.resource
        async def plain() -> str:
            return "plain"

        @pack.tool
        async def use(ctx: ToolContext) -> int:
            return await ctx.resource(top)

        @pack.tool
        async def text(ctx: ToolContext) -> str:
            return await ctx.resource(plain)

        @pack.tool
        def block(ctx: ToolContext) -> int:
            return ctx.resource(top)


GATHER = "import asyncio\nawait asyncio.gather(*[acme.use() for _ in range(5)])"
WHOLE = ["open base", "open top", "close top", "close base"]


def test_tasks_open_it_once_and_it_is_closed_in_its_loop():
    """In the caller's loop for `arun`, closed by `async with`."""
    shop = AsyncShop()

    async def main():
        async with Interpreter(packs=[shop.pack]) as interp:
            assert (await interp.arun(GATHER)).value == [2] * 5
            assert (await interp.arun("await acme.text()")).value == "plain"
        return interp.faults

    assert asyncio.run(main()) == ()
    assert shop.log == WHOLE
    assert shop.loops[0] is shop.loops[1]


@pytest.mark.parametrize("code", [GATHER, "[acme.use()] * 5"])
def test_it_is_closed_in_the_session_s_own_loop(code):
    """Where nobody awaits, closing runs that loop."""
    shop = AsyncShop()
    with Interpreter(packs=[shop.pack]) as interp:
        assert interp.run(code).value == [2] * 5
    assert interp.faults == ()
    assert shop.log == WHOLE
    assert shop.loops[0] is shop.loops[1]


def test_a_notebook_may_close_a_session_s_own_loop():
    """A loop runs there, though not the one in which it was opened."""
    shop = AsyncShop()

    async def main():
        interp = Interpreter(packs=[shop.pack])
        await asyncio.to_thread(interp.run, "acme.use()")
        interp.close()
        return interp.faults

    assert asyncio.run(main()) == ()
    assert shop.log == WHOLE


def test_what_fails_in_another_loop_is_named_too():
    """Though it was closed by a thread of its own."""
    pack = ToolPack("acme", "A shop.")

    @pack.resource
    async def thing():
        yield 1
        raise ValueError("stuck")

    @pack.tool
    async def use(ctx: ToolContext) -> int:
        return await ctx.resource(thing)

    async def main():
        interp = Interpreter(packs=[pack])
        await asyncio.to_thread(interp.run, "acme.use()")
        await interp.aclose()
        return [fault.cause for fault in interp.faults]

    assert asyncio.run(main()) == ["ValueError: stuck"]


def test_after_a_limit_what_closes_runs_in_a_new_loop():
    """The session's loop went with the action; what needs no loop is closed all the same."""
    shop = AsyncShop()
    with Interpreter(packs=[shop.pack], limits=Limits(seconds=0.3)) as interp:
        assert interp.run("await acme.use()\nwhile True: pass").status == "limit"
    assert shop.log == WHOLE


def test_close_inside_the_running_loop_says_what_to_write():
    """Nothing is lost: `aclose` closes it afterwards."""
    shop = AsyncShop()

    async def main():
        interp = Interpreter(packs=[shop.pack])
        await interp.arun("await acme.use()")
        interp.close()
        assert "await interpreter.aclose()" in interp.faults[0].cause
        await interp.aclose()

    asyncio.run(main())
    assert sorted(shop.log) == sorted(WHOLE)


def test_an_agent_s_async_run_closes_in_its_loop():
    """And so does a stream."""
    shop = AsyncShop()
    replies = ["<execute>\nawait acme.use()\n</execute>", "done"]

    async def main():
        result = await Agent(ScriptedModel(replies), packs=[shop.pack]).arun("x")
        async for _ in Agent(ScriptedModel(replies), packs=[shop.pack]).astream("x"):
            pass
        return result

    assert asyncio.run(main()).faults == ()
    assert shop.log == WHOLE * 2
    assert len(set(map(id, shop.loops))) == 1


def test_an_async_resource_is_not_for_a_def():
    """The error says what to write."""
    with Interpreter(packs=[AsyncShop().pack]) as interp:
        message = interp.run("acme.block()").error.message
    assert message.startswith(
        "acme.block is a `def` and asks for the resource 'top', which is async: make it an `async"
    )


def test_async_failures_are_named_too():
    """To open and to close."""
    pack, broken = ToolPack("acme", "A shop."), [True]

    @pack.resource
    async def thing():
        if broken[0]:
            raise OSError("down")
        yield 1
        raise ValueError("stuck")

    @pack.tool
    async def use(ctx: ToolContext) -> int:
        return await ctx.resource(thing)

    async def main():
        async with Interpreter(packs=[pack]) as interp:
            assert "while the resource 'thing'" in (await interp.arun("acme.use()")).error.message
            broken[0] = False
            assert (await interp.arun("acme.use()")).value == 1
        return interp.faults

    assert [fault.cause for fault in asyncio.run(main())] == ["ValueError: stuck"]


def test_a_circle_is_named():
    """None of it can be first."""
    pack = ToolPack("acme", "A shop.")
    known = {}

    @pack.resource
    def one(ctx: ToolContext):
        return ctx.resource(known["two"])

    @pack.resource
    def two(ctx: ToolContext):
        return ctx.resource(one)

    known["two"] = two

    @pack.tool
    def use(ctx: ToolContext) -> int:
        return ctx.resource(one)

    with Interpreter(packs=[pack]) as interp:
        assert "so that none can be first: one -> two -> one" in interp.run("acme.use()").error.message


def test_a_resource_of_another_pack_is_refused():
    """Packs do not reach into one another."""
    pack, shop = ToolPack("other", "Another."), Shop()

    @pack.tool
    def use(ctx: ToolContext) -> int:
        return ctx.resource(shop.base)

    with Interpreter(packs=[pack]) as interp:
        assert "'base', which is no resource of pack 'other' (it has: none)" in interp.run("other.use()").error.message


def test_after_the_end_nothing_is_opened():
    """A tool that was left behind gets an error, and no connection that nobody closes."""
    shop, kept = Shop(), []

    @shop.pack.tool
    def keep(ctx: ToolContext) -> int:
        kept.append(ctx)
        return 1

    with session(shop) as interp:
        interp.run("acme.keep()")
    with pytest.raises(Exception, match="is asked for after its interpreter was closed"):
        kept[0].resource(shop.base)


def test_a_test_gives_what_stands_for_it():
    """A context made by hand; what is missing is named."""
    shop = AsyncShop()
    base, top, _ = shop.pack.resources
    ctx = ToolContext("acme", resources={base: 7, top: 8})
    assert ctx.resource(base) == 7

    async def main():
        return await ctx.resource(top)

    assert asyncio.run(main()) == 8
    with pytest.raises(ConfigError, match=r"without the resource 'base': .* ToolContext\(resources=\{base: \.\.\.\}\)"):
        ToolContext("acme").resource(base)


def test_what_cannot_be_a_resource_is_refused():
    """Every fault says what to write instead."""
    pack = ToolPack("acme", "A shop.")
    with pytest.raises(ToolDefinitionError, match="takes a ToolContext or nothing, and url would be given by nobody"):
        pack.resource(lambda url: 1)
    with pytest.raises(ToolDefinitionError, match="made of a function"):
        pack.resource(3)
    pack.resource(len_)
    with pytest.raises(ToolDefinitionError, match="a resource of this name already"):
        pack.resource(len_)


def len_():
    """A resource without parameters."""


def test_a_real_database_lives_as_long_as_its_session():
    """SQLite in memory: what one action writes, the next reads."""
    pack = ToolPack("acme", "A shop.")

    @pack.resource
    def database():
        opened = sqlite3.connect(":memory:", check_same_thread=False)
        opened.execute("CREATE TABLE orders (id TEXT)")
        try:
            yield opened
        finally:
            opened.close()

    @pack.tool(effect="write")
    def add(order: str, ctx: ToolContext) -> None:
        ctx.resource(database).execute("INSERT INTO orders VALUES (?)", [order])

    @pack.tool
    def count(ctx: ToolContext) -> int:
        return ctx.resource(database).execute("SELECT count(*) FROM orders").fetchone()[0]

    with Interpreter(packs=[pack]) as interp, Interpreter(packs=[pack]) as other:
        interp.run("acme.add('1')\nacme.add('2')")
        assert (interp.run("acme.count()").value, other.run("acme.count()").value) == (2, 0)


def test_what_is_opened_while_its_session_ends_is_closed_at_once():
    """Nobody else would close it; whoever waited for it is told."""
    pack, log = ToolPack("acme", "A shop."), []
    begun, may_go = asyncio.Event(), asyncio.Event()

    @pack.resource
    async def slow():
        begun.set()
        await may_go.wait()
        log.append("open")
        yield "here"
        log.append("close")

    async def work():
        services = PackServices(pack, environ={})
        context = services.context(_User("acme.use", is_async=True))
        opening = asyncio.create_task(context.resource(slow))
        await begun.wait()
        await services.aclose()
        may_go.set()
        with pytest.raises(CodeActError, match="is asked for after its interpreter was closed"):
            await opening

    asyncio.run(work())
    assert log == ["open", "close"]


class _User(NamedTuple):
    qualified_name: str
    is_async: bool
