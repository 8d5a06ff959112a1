"""`parallel` in model code: several calls at a time, results in order, nothing lost, nothing of the program in two threads."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeact_sdk import Interpreter, Limits, ToolError, ToolPack
from codeact_sdk.interpreter.crews import Crew, Strays
from codeact_sdk.interpreter.limits import Budget


class Shop:
    """Tools that take a moment, and remember how many of them ran at once."""

    def __init__(self) -> None:
        self.now = self.most = self.ended = 0
        self.cancelled: list[int] = []
        self.lock = threading.Lock()
        self.pack = ToolPack("shop", "A shop.")
        for function in (self.price, self.stock, self.apply):
            self.pack.tool(function)
        self.pack.tool(concurrency=3)(self.capped)
        self.pack.tool(concurrency=3)(self.acapped)
        self.pack.tool(effect="write")(self.note)
        self.notes: list[int] = []

    def _in(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def _out(self) -> None:
        with self.lock:
            self.now -= 1
            self.ended += 1

    def price(self, item: int) -> int:
        """Blocks."""
        self._in()
        time.sleep(0.02)
        self._out()
        if item == 7:
            raise ToolError("item 7 is gone")
        return item * 10

    async def stock(self, item: int) -> int:
        """Awaits."""
        self._in()
        try:
            await asyncio.sleep(0.02 if item >= 0 else 30)
        except asyncio.CancelledError:
            self.cancelled.append(item)
            raise
        finally:
            self._out()
        if item == 7:
            raise ToolError("item 7 is gone")
        return item * 10

    def capped(self, item: int) -> int:
        """Three at a time."""
        self._in()
        time.sleep(0.01)
        self._out()
        return item

    async def acapped(self, item: int) -> int:
        """Three at a time."""
        self._in()
        await asyncio.sleep(0.01)
        self._out()
        return item

    def note(self, item: int) -> int:
        """Changes something."""
        self.notes.append(item)
        return item

    def apply(self, function: object, item: int) -> int:
        """Calls back."""
        time.sleep(0.01)
        return function(item)


@pytest.fixture
def shop() -> Shop:
    """A new shop."""
    return Shop()


def run(shop: Shop, code: str, way: str = "run", **options: object):
    """Runs an action in a new session."""
    with Interpreter(packs=[shop.pack], **options) as interp:
        return interp.run(code) if way == "run" else asyncio.run(interp.arun(code))


WAYS = {
    "a tool": "parallel(shop.price, range(20), limit=20)",
    "an async tool": "parallel(shop.stock, range(20), limit=20)",
    "a lambda": "parallel(lambda n: shop.price(n), range(20), limit=20)",
    "a lambda with an async tool": "parallel(lambda n: shop.stock(n), range(20), limit=20)",
    "a partial": "from functools import partial\nparallel(partial(shop.price), range(20), limit=20)",
    "a partial of an async tool": "from functools import partial\nparallel(partial(shop.stock), range(20), limit=20)",
    "an own function": "def f(n):\n    x = shop.price(n)\n    return x\nparallel(f, range(20), limit=20)",
    "an own async function": "async def f(n):\n    return await shop.stock(n)\nawait parallel(f, range(20), limit=20)",
    "an own async function, not awaited": "async def f(n):\n    return await shop.stock(n)\nparallel(f, range(20), limit=20)",
    "awaited": "import asyncio\nawait asyncio.sleep(0)\nawait parallel(shop.price, range(20), limit=20)",
    "an async tool awaited": "await parallel(shop.stock, range(20), limit=20)",
    "beside others": "import asyncio\na, b = await asyncio.gather(parallel(shop.stock, range(20), limit=20), shop.stock(50))\na",
    "a method": "class A:\n    def f(self, n):\n        return shop.price(n)\nparallel(A().f, range(20), limit=20)",
    "a generator of items": "parallel(shop.price, (n for n in range(20)), limit=20)",
}


@pytest.mark.parametrize("code", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("way", ["run", "arun"])
def test_results_are_in_the_order_of_the_items_and_one_failure_loses_none(shop, code, way):
    """For every kind of function, the place of a failed call holds its exception, and stderr tells of it."""
    if "not awaited" in code:
        code = code.replace("await ", "", 1)
    obs = run(shop, code, way)
    assert obs.error is None
    failed = obs.value[7]
    assert [value for value in obs.value if value is not failed] == [n * 10 for n in range(20) if n != 7]
    assert repr(failed) == "ToolError('item 7 is gone')"
    assert obs.stderr == (
        "parallel: 1 of 20 calls failed, and their places hold the exception (7); the first: ToolError: item 7 is gone\n"
    )
    assert shop.most > 5
    calls = [call for call in obs.calls if call.arguments["item"] < 20]
    assert sorted(call.arguments["item"] for call in calls) == list(range(20))
    assert [call.n for call in obs.calls] == sorted(call.n for call in obs.calls)
    assert [call.error for call in calls if call.arguments["item"] == 7] == ["ToolError: item 7 is gone"]


@pytest.mark.parametrize("tool", ["price", "stock"])
@pytest.mark.parametrize("limit", [1, 3])
def test_no_more_calls_run_at_once_than_the_limit(shop, tool, limit):
    """The limit holds for both kinds of tools."""
    run(shop, f"parallel(shop.{tool}, range(8), limit={limit})")
    assert (shop.most, shop.ended) == (limit, 8)


@pytest.mark.parametrize("tool", ["capped", "acapped"])
@pytest.mark.parametrize("way", ["run", "arun"])
def test_a_tools_own_cap_holds(shop, tool, way):
    """However many are asked for at once, a tool that takes three gets three."""
    obs = run(shop, f"parallel(shop.{tool}, range(12), limit=12)", way)
    assert obs.value == list(range(12))
    assert shop.most == 3


def test_strict_raises_the_first_failure_when_all_have_ended(shop):
    """For programs that cannot go on with a hole."""
    obs = run(shop, "parallel(shop.price, range(10), limit=10, strict=True)")
    assert (obs.error.type, obs.error.message) == ("ToolError", "item 7 is gone")
    assert shop.ended == 10


def test_an_empty_list_gives_an_empty_list(shop):
    """Nothing is started."""
    assert run(shop, "parallel(shop.price, [])").value == []
    assert run(shop, "await parallel(shop.stock, [])").value == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("parallel(3, [1])", "takes a function or a tool and items, not int"),
        ("parallel(shop.price, [1], limit=0)", "give how many calls may run at once, 1 to 200"),
        ("parallel(shop.price, [1], limit=201)", "1 to 200"),
        ("parallel(shop.price, [1], limit=True)", "1 to 200"),
        ("parallel(shop.price, iter(int, 1))", "at most 10,000 items at once"),
        ("parallel(shop.price, 3)", "'int' object is not iterable"),
        ("parallel(shop.price)", "missing 1 required positional argument: 'items'"),
        ("parallel.__globals__", "__globals__"),
        ("parallel.__closure__", "__closure__"),
        ("parallel.__code__", "__code__"),
    ],
)
def test_wrong_use_is_told(shop, code, told):
    """What was given and what is possible; nothing of the host is reached through it."""
    assert told in run(shop, code).error.message


def test_parallel_inside_of_parallel_is_refused(shop):
    """With what to write instead."""
    obs = run(shop, "parallel(lambda n: parallel(shop.price, [n]), [1, 2])")
    assert "put all the calls into one list" in obs.stderr


def test_a_function_that_gives_something_to_await_is_told(shop):
    """A lambda around an own async function gives a coroutine, which nobody would await."""
    obs = run(shop, "async def f(n):\n    return n\nparallel(lambda n: f(n), [1])")
    assert "give parallel() the async function itself" in obs.stderr


def test_a_generator_is_a_result_like_any_other(shop):
    """It is nothing to await, on no Python."""
    assert run(shop, "[list(g) for g in parallel(lambda n: (k for k in range(n)), [1, 2])]").value == [[0], [0, 1]]


@pytest.mark.parametrize(
    ("code", "gives"),
    [
        ("parallel(eval, ['list(locals())', '1 + 1'])", [["__name__"], 2]),
        ("parallel(lambda n: sorted(locals()), [1])", [["n"]]),
        ("parallel(tools.search, ['price'])[0][0][:10]", "shop.price"),
    ],
)
def test_functions_that_look_around_see_nothing_of_the_host(shop, code, gives):
    """What calls them is ours, and is not to be seen."""
    assert run(shop, code).value == gives


def test_answers_in_the_middle_end_the_action(shop):
    """What is given to `answer` is the answer, and nothing further runs."""
    obs = run(shop, "def f(n):\n    shop.price(n)\n    if n == 3:\n        answer(n)\nparallel(f, range(40), limit=2)")
    assert (obs.status, obs.answer) == ("answered", 3)
    assert shop.ended < 40


def test_ending_the_program_ends_it(shop):
    """`exit()` in a function is no failure of an item."""
    assert run(shop, "def f(n):\n    exit(3)\nparallel(f, [1])").error.type == "SystemExit"


# -- limits


@pytest.mark.parametrize(
    "body", ["while True: pass", "x = [n for n in iter(int, 1)]", "shop.price(n)\n    while True: pass"]
)
@pytest.mark.parametrize("way", ["run", "arun"])
def test_model_code_that_never_ends_is_stopped(shop, body, way):
    """In whichever thread it runs, and the session goes on."""
    with Interpreter(packs=[shop.pack], limits=Limits(seconds=0.6)) as interp:
        code = f"def f(n):\n    {body}\nparallel(f, range(5))"
        began = time.monotonic()
        obs = interp.run(code) if way == "run" else asyncio.run(interp.arun(code))
        assert obs.status == "limit"
        assert time.monotonic() - began < 5
        assert interp.run("1 + 1").value == 2


def test_model_code_that_catches_everything_is_stopped(shop):
    """A signal stays spent in every thread."""
    code = (
        "def f(n):\n    while True:\n        try:\n            shop.price(n)\n        except Exception:\n            pass\n"
        "        finally:\n            x = 1\nparallel(f, range(5), limit=5)"
    )
    with Interpreter(packs=[shop.pack], limits=Limits(seconds=0.6, tool_calls=None)) as interp:
        assert interp.run(code).status == "limit"
        time.sleep(0.1)
        ended = shop.ended
        time.sleep(0.2)
        assert shop.ended == ended
        assert interp.run("2").value == 2


def test_the_limit_of_calls_holds(shop):
    """Those beyond it do not happen."""
    obs = run(shop, "parallel(shop.price, range(100), limit=10)", limits=Limits(tool_calls=25))
    assert obs.error.message.startswith("tool_calls: more than 25 tool calls")
    assert len(obs.calls) <= 25 + 10
    assert shop.ended <= 25


@pytest.mark.parametrize("way", ["run", "arun"])
@pytest.mark.parametrize(
    "code", ["parallel(shop.stock, [-1, -2, -3], limit=3)", "parallel(lambda n: shop.stock(n), [-1, -2, -3], limit=3)"]
)
def test_async_calls_are_cancelled_at_a_limit(shop, way, code):
    """What hangs is cancelled, and the observation names it."""
    obs = run(shop, code, way, limits=Limits(seconds=0.4))
    assert obs.status == "limit"
    assert "shop.stock" in obs.error.message
    deadline = time.monotonic() + 5
    while sorted(shop.cancelled) != [-3, -2, -1] and time.monotonic() < deadline:
        time.sleep(0.01)
    if way == "run" or "lambda" not in code:
        assert sorted(shop.cancelled) == [-3, -2, -1]


def test_cancelling_a_run_cancels_its_calls(shop):
    """The task of the host is cancelled, and so is what it waits for."""

    async def main() -> None:
        interp = Interpreter(packs=[shop.pack])
        running = asyncio.create_task(interp.arun("parallel(shop.stock, [-1, -2, -3], limit=3)"))
        while shop.now < 3:
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        for _ in range(200):
            if len(shop.cancelled) == 3:
                break
            await asyncio.sleep(0.01)
        interp.close()

    asyncio.run(main())
    assert sorted(shop.cancelled) == [-3, -2, -1]


# -- one thread at a time runs the program


@settings(max_examples=15, deadline=None)
@given(items=st.integers(1, 40), limit=st.integers(1, 20))
def test_no_update_of_the_program_is_lost(items, limit):
    """Reading, calling and writing back interleave at calls only: what is done between two calls is done whole."""
    shop = Shop()
    code = f"""
seen, total = [], 0
def f(n):
    global total
    shop.note(n)
    seen.append(n)
    for _ in range(50):
        total += 1
    shop.note(n)
    return n
r = parallel(f, range({items}), limit={limit})
(r == list(range({items})), sorted(seen) == r, total)
"""
    assert run(shop, code).value == (True, True, 50 * items)


def test_a_function_of_the_program_may_be_called_back_by_tools(shop):
    """The tool's thread takes its turn, as any other."""
    code = "out = []\ndef f(n):\n    out.append(n)\n    return n + 1\n(parallel(lambda n: shop.apply(f, n), range(10), limit=5), sorted(out))"
    assert run(shop, code).value == (list(range(1, 11)), list(range(10)))


def test_objects_of_the_program_that_call_tools_when_compared_do_no_harm(shop):
    """Whatever calls a tool gives up its turn, and takes it again."""
    code = """
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return shop.price(self.n)
    def __eq__(self, other): return shop.price(self.n) == 0
d = {}
def f(n):
    d[K(n)] = n
    return len(d)
sorted(parallel(f, range(5), limit=5))[-1]
"""
    assert run(shop, code).value == 5


def test_printing_is_whole(shop):
    """Lines of one print are not torn."""
    obs = run(shop, "def f(n):\n    print('a' * 50, 'b' * 50)\n    shop.price(n)\nparallel(f, range(30), limit=30)")
    assert set(obs.stdout.splitlines()) == {"a" * 50 + " " + "b" * 50}


def test_observers_are_told_one_at_a_time(shop):
    """Each call begins and ends once, with its own number."""
    told: list[tuple[str, int]] = []
    inside = threading.Lock()

    def start(n, tool, arguments):
        assert inside.acquire(blocking=False)
        told.append(("start", n))
        inside.release()

    def end(call):
        assert inside.acquire(blocking=False)
        told.append(("end", call.n))
        inside.release()

    run(shop, "parallel(shop.price, range(20), limit=20)", on_call_start=start, on_call_end=end)
    assert sorted(told) == sorted([("start", n) for n in range(1, 21)] + [("end", n) for n in range(1, 21)])


def test_writes_in_parallel_are_one_card(shop):
    """Approvals see all of them at once, and each happens once."""
    cards = []
    obs = run(shop, "parallel(shop.note, range(10), limit=5)", approver=lambda card: cards.append(card) or True)
    assert obs.value == list(range(10))
    assert [len(card.calls) for card in cards] == [10]
    assert sorted(shop.notes) == list(range(10))


def test_decimal_numbers_are_those_of_the_program(shop):
    """A precision that the program has set holds in its functions, wherever they run, and not in tools."""
    code = (
        "from decimal import Decimal, getcontext\ngetcontext().prec = 5\n"
        "[str(x) for x in parallel(lambda n: Decimal(shop.price(n)) / 3, [1, 2], limit=2)]"
    )
    assert run(shop, code).value == ["3.3333", "6.6667"]


def test_a_closed_interpreter_ends_it(shop):
    """Whoever closes gets on."""
    interp = Interpreter(packs=[shop.pack])
    thread = threading.Thread(target=lambda: interp.run("parallel(lambda n: shop.price(n), range(500), limit=5)"))
    thread.start()
    while not shop.now:
        time.sleep(0.005)
    interp.close()
    thread.join(5)
    assert not thread.is_alive()
    assert shop.ended < 500


def test_the_short_way_of_calls_comes_back_afterwards(shop):
    """A session that has used `parallel` calls as fast as before, and records as well."""
    pack = ToolPack("m", "Numbers.")

    @pack.tool
    def add(a: int) -> int:
        return a + 1

    with Interpreter(packs=[pack]) as interp:
        obs = interp.run(
            "x = [m.add(n) for n in range(50)]\ny = parallel(m.add, range(50))\nz = [m.add(n) for n in range(50)]\nx == y == z"
        )
        assert obs.value is True
        assert [call.n for call in obs.calls] == list(range(1, 151))


@pytest.mark.parametrize("way", ["run", "arun"])
def test_whoever_waits_for_a_place_is_woken_by_a_limit(way):
    """Several threads wait at once, and none of them keeps the action from ending or starts a call afterwards."""
    pack = ToolPack("slowly", "One at a time.")
    begun: list[int] = []
    release = threading.Event()

    @pack.tool(concurrency=1)
    def hold(n: int) -> int:
        """Holds the only place."""
        begun.append(n)
        release.wait(20)
        return n

    with Interpreter(packs=[pack], limits=Limits(seconds=0.4)) as interp:
        code = "parallel(lambda n: slowly.hold(n), range(8), limit=8)"
        began = time.monotonic()
        obs = interp.run(code) if way == "run" else asyncio.run(interp.arun(code))
        assert obs.status == "limit"
        assert "slowly.hold" in obs.error.message
        assert time.monotonic() - began < 10
        busy = interp.run("1 + 1").error
        assert (busy.type, "slowly.hold has not returned" in busy.message) == ("Busy", True)
        release.set()
        while (obs := interp.run("1 + 1")).status == "limit":
            time.sleep(0.01)
        assert obs.value == 2
        assert begun == [begun[0]]


def test_an_async_tool_has_no_loop_where_the_thread_of_the_action_waits():
    """It is told, and nothing hangs."""
    crew = Crew(Budget(Limits()), lambda make: make(), Strays())
    with pytest.raises(RuntimeError, match="give parallel"):
        crew.call_tool(lambda: None)


def test_a_tool_whose_own_task_is_cancelled_is_one_failure(shop):
    """The others are not lost."""
    pack = ToolPack("odd", "Cancels.")

    @pack.tool
    async def act(n: int) -> int:
        """Cancels itself the second time."""
        await asyncio.sleep(0)
        if n == 1:
            raise asyncio.CancelledError
        return n

    for way in ("run", "arun"):
        with Interpreter(packs=[pack]) as interp:
            code = "parallel(odd.act, [0, 1, 2])"
            obs = interp.run(code) if way == "run" else asyncio.run(interp.arun(code))
        assert obs.error is None, obs.error
        assert (obs.value[0], obs.value[2]) == (0, 2)
        assert isinstance(obs.value[1], Exception) or "cancelled" in obs.stderr
