"""Limits hold whatever the action does; what is asserted is that they held, not how fast."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from codeact_sdk import Interpreter
from codeact_sdk.interpreter.limits import Budget, LimitExceeded, Limits, resident_bytes
from codeact_sdk.interpreter.session import Session, _first
from codeact_sdk.interpreter.watchdog import _PURGE_AT, WATCHDOG, Watchdog, _in_model_code
from codeact_sdk.observations import Observation
from codeact_sdk.tools.toolset import Toolset

Act = Callable[..., Observation]


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Has SIGINT raise KeyboardInterrupt; pytest-xdist has its workers ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


ENDLESS = {
    "loop": "while True: pass",
    "bare except": "while True:\n    try:\n        while True: pass\n    except:\n        pass",
    "except Exception": "while True:\n    try:\n        while True: pass\n    except Exception:\n        continue",
    "finally that returns": "def f():\n    while True:\n        try:\n            while True: pass\n        finally:\n            return f()\nf()",
    "finally that goes on": "while True:\n    try:\n        while True: pass\n    finally:\n        continue",
    "exit that swallows": "class C:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\nwhile True:\n    with C():\n        while True: pass",
    "suppress": "from contextlib import suppress\nwhile True:\n    with suppress(BaseException):\n        while True: pass",
    "generator": "def g():\n    while True:\n        try:\n            yield\n        except BaseException:\n            pass\nfor _ in g(): pass",
    "comprehension": "[0 for _ in iter(int, 1) if _]",
    "itertools": "import itertools\nfor _ in itertools.repeat(0): pass",
    "sleep": "import time\ntime.sleep(100)",
    "sleeps": "import time\nwhile True:\n    try:\n        time.sleep(0.01)\n    except BaseException:\n        pass",
    "await": "import asyncio\nawait asyncio.sleep(100)",
    "coroutine": "import asyncio\nasync def f():\n    while True:\n        try:\n            await asyncio.sleep(0)\n        except BaseException:\n            pass\nawait f()",
    "task": "import asyncio\nasync def f():\n    while True: pass\nawait asyncio.gather(f(), f())",
    "recursion": "def f():\n    try:\n        f()\n    finally:\n        f()\nf()",
    "exec": "exec('while True: pass')",
    "repr of the value": "class A:\n    def __repr__(self):\n        while True: pass\nA()",
    "text of the error": "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
    "sort": "class K:\n    def __lt__(self, o):\n        while True: pass\nsorted([K(), K()])",
    "redirected": "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()):\n    while True: pass",
}


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Stops the collector: Hypothesis has a function called with it, which fails aloud where the stack is at its end."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
def test_time_runs_out(limited: Act, code: str) -> None:
    """No construct catches or outlives the deadline."""
    seen = limited(code, seconds=0.1)
    assert (seen.status, seen.error.type) == ("limit", "LimitExceeded")
    assert seen.error.message == "seconds: the action ran longer than 0.1 s"


def test_the_place_where_time_ran_out_is_shown(limited: Act) -> None:
    """A limit has a line, as an error has."""
    error = limited("x = 1\nwhile True:\n    x = 2", seconds=0.1).error
    assert error.line in {2, 3}
    assert "LimitExceeded: seconds" in error.traceback


def test_after_a_limit_the_session_goes_on() -> None:
    """What was defined stays, and the next action has its own time."""
    session = Session(Toolset.of([]), limits=Limits(seconds=0.5))
    assert session.run("x = 5\nwhile True: pass").status == "limit"
    assert session.run("x").value == 5
    assert session.run("import asyncio\nawait asyncio.sleep(9)").status == "limit"
    assert session.run("import asyncio\nawait asyncio.sleep(0)\nx").value == 5
    session.close()


def test_a_hung_tool_is_left_behind(limited: Act) -> None:
    """The caller is answered; the tool is named and recorded; the next action waits for it."""
    release = threading.Event()

    def hang() -> int:
        release.wait()
        return 1

    session = Session(Toolset.of([hang]), limits=Limits(seconds=0.1))
    seen = session.run("hang()")
    assert (seen.status, seen.error.type) == ("limit", "LimitExceeded")
    assert "while the tool hang was running" in seen.error.message
    assert "the tool still runs" in seen.error.hint
    assert "did not return" in seen.calls[0].error
    busy = session.run("1")
    assert (busy.status, busy.error.type) == ("limit", "Busy")
    assert "the tool hang has not returned" in busy.error.message
    release.set()
    while (after := session.run("1")).error is not None:
        time.sleep(0.01)
    assert (after.value, after.calls) == (1, ())
    session.close()


def test_the_next_action_may_follow_at_once() -> None:
    """Who has an observation may run the next action, however threads are switched."""
    session = Session(Toolset.of([]))
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert [session.run("1").error for _ in range(200)] == [None] * 200
    finally:
        sys.setswitchinterval(before)
        session.close()


def test_a_hung_tool_does_not_hold_up_a_coroutine() -> None:
    """`arun` answers too, and its loop goes on meanwhile."""
    release = threading.Event()

    def hang() -> None:
        release.wait()

    async def main() -> Observation:
        seen = await session.arun("hang()")
        assert (await session.arun("1")).error.type == "Busy"
        return seen

    session = Session(Toolset.of([hang]), limits=Limits(seconds=0.1))
    seen = asyncio.run(main())
    release.set()
    assert (seen.status, seen.calls[0].tool) == ("limit", "hang")
    session.close()


@pytest.mark.parametrize("code", ["hang()", "await hang()", "import asyncio\nawait asyncio.gather(hang(), hang())"])
def test_an_async_tool_that_hangs_is_cancelled(code: str) -> None:
    """In the session's own loop and in the caller's."""
    ended: list[str] = []

    async def hang() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("ended")

    async def main(session: Session) -> Observation:
        seen = await session.arun(code)
        await asyncio.sleep(0.2)
        return seen

    for run in (lambda session: session.run(code), lambda session: asyncio.run(main(session))):
        session = Session(Toolset.of([hang]), limits=Limits(seconds=0.5))
        seen = run(session)
        assert (seen.status, seen.error.type) == ("limit", "LimitExceeded")
        assert "while the tool hang was running" in seen.error.message
        assert seen.calls[0].error
        session.close()
    assert len(ended) >= 2


def test_a_call_that_holds_the_interpreter_is_left_behind(limited: Act) -> None:
    """A C function that looks at no signal is abandoned with a hint."""
    session = Session(Toolset.of([]), limits=Limits(seconds=0.1))
    seen = session.run("a = [0] * 5000\nb, c = [a] * 5000, [list(a)] * 5000\nb == c")
    assert seen.status in {"limit", "ok"}
    while (busy := session.run("1")).error is not None:
        assert "it has not ended" in busy.error.message
        time.sleep(0.05)
    session.close()


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(100): pass",
        "i = 0\nwhile i < 100: i += 1",
        "def f(): pass\n[f() for _ in range(100)]",
        "async def g():\n    for i in range(100):\n        yield i\nasync for x in g(): pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        "exec('for i in range(100): pass')",
        "import asyncio\nasync def f():\n    for i in range(100): pass\nawait f()",
    ],
)
def test_steps_are_counted(limited: Act, code: str) -> None:
    """Turns of loops and calls of own functions, also inside exec and coroutines."""
    seen = limited(code, steps=50)
    assert (seen.status, seen.error.type) == ("limit", "LimitExceeded")
    assert seen.error.message.startswith("steps: more than 50")
    assert limited("for i in range(10): pass", steps=50).status == "ok"


def test_depth_is_counted(limited: Act) -> None:
    """Own functions may call one another so deep and no deeper."""
    code = "def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\nf({})"
    assert limited(code.format(10), recursion=20).value == 10
    seen = limited(code.format(30), recursion=20)
    assert seen.status == "limit"
    assert seen.error.message.startswith("recursion: own functions call one another more than 20 deep")
    assert limited(code.format(100_000)).error.type == "RecursionError"


def test_memory_is_looked_at(limited: Act) -> None:
    """An action that grows is stopped, an action that does not is not."""
    grow = "x = []\nwhile True:\n    x.append(bytearray(100_000))"
    seen = limited(grow, memory_bytes=50_000_000, seconds=20)
    assert (seen.status, seen.error.message.partition(":")[0]) == ("limit", "memory_bytes")
    assert limited("import time\ntime.sleep(0.02)\n1", memory_bytes=50_000_000, seconds=None).value == 1
    assert resident_bytes() >= 0


@pytest.mark.parametrize("prefix", ["", "await "])
def test_calls_are_counted(limited: Act, prefix: str) -> None:
    """All together, and of any one tool."""

    def one() -> int:
        return 1

    async def two() -> int:
        return 2

    code = f"for i in range(9):\n    try:\n        {prefix}two()\n        one()\n    except Exception:\n        pass"
    seen = limited(code, one, two, tool_calls=3)
    assert (seen.status, len(seen.calls)) == ("limit", 3)
    assert seen.error.message.startswith("tool_calls: more than 3 tool calls in one action")
    seen = limited(code, one, two, calls_per_tool=3)
    assert (seen.status, len(seen.calls)) == ("limit", 6)
    assert seen.error.message.startswith("calls_per_tool: more than 3 calls of two")
    assert limited(code, one, two, tool_calls=None, calls_per_tool=None).status == "ok"


def test_output_is_cut(limited: Act) -> None:
    """What is beyond the limit is counted and said."""
    seen = limited(
        "import sys\nfor i in range(100):\n    print('x' * 9)\nprint('y' * 50, file=sys.stderr)", output_chars=20
    )
    assert seen.status == "ok"
    assert seen.stdout.startswith("x" * 9 + "\n" + "x" * 9 + "\n\n[... 980 more characters dropped")
    assert seen.stderr.startswith("y" * 20 + "\n[... 31 more")
    assert seen.truncated == ("stdout", "stderr")


def test_no_limit_at_all(limited: Act) -> None:
    """Every limit may be left out."""
    nothing = {"seconds": None, "steps": None, "memory_bytes": None, "tool_calls": None, "recursion": None}
    assert limited("import time\ntime.sleep(0.001)\nimport re\nre.findall('a', 'aa')", **nothing).value == ["a", "a"]


def test_a_callback_counts_as_model_code(limited: Act) -> None:
    """A tool that calls a function of the program does not shield it."""

    def call(function: Callable[[], None]) -> None:
        while True:
            try:
                function()
            except BaseException:  # noqa: BLE001  # a host that swallows everything
                return

    endless = "def f():\n    while True: pass\ncall(f)"
    assert limited(endless, call, seconds=0.1).status == "limit"
    assert limited(endless, call, steps=100).status == "limit"
    swallowed = "def f():\n    answer(1)\ntry:\n    call(f)\nfinally:\n    x = 1"
    assert limited(swallowed, call).status == "answered"


def test_closing_a_session_stops_its_action() -> None:
    """The action ends as interrupted, and no later one begins."""
    session = Session(Toolset.of([]), limits=Limits(seconds=None))
    started = threading.Event()
    seen: list[Observation] = []
    session._namespace["started"] = started.set
    thread = threading.Thread(target=lambda: seen.append(session.run("started()\nwhile True: pass")))
    thread.start()
    started.wait()
    session.close()
    thread.join()
    assert (seen[0].status, seen[0].error.type) == ("limit", "Interrupted")
    with pytest.raises(RuntimeError, match="closed"):
        session.run("1")


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs signals between threads")
@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_of_the_host_stops_the_action() -> None:
    """Ctrl-C goes to the caller, and the session can be used again."""
    release = threading.Event()

    def interrupt() -> None:
        time.sleep(0.1)  # until the caller waits
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    def hang() -> None:
        interrupt()
        release.wait(0.5)

    session = Session(Toolset.of([interrupt, hang]))
    for code in ("interrupt()\nwhile True: pass", "hang()"):
        with pytest.raises(KeyboardInterrupt):
            session.run(code)
        while (seen := session.run("7")).error is not None:
            time.sleep(0.01)
        assert seen.value == 7
    session.close()


def test_many_actions_leave_nothing_in_the_queue() -> None:
    """Entries of actions that have ended are dropped."""
    watchdog = Watchdog()
    budgets = [Budget(Limits(seconds=60), 0, deadline=time.monotonic() + 60) for _ in range(3 * _PURGE_AT)]
    for budget in budgets:
        watchdog.watch(budget)
        watchdog.release(budget)
    assert len(watchdog._queue) <= _PURGE_AT + 1
    assert WATCHDOG is not watchdog


def test_an_action_that_has_ended_is_not_looked_after() -> None:
    """A tool that it left behind may spend its budget still."""
    watchdog = Watchdog()
    budget = Budget(Limits(), 0)
    watchdog.watch(budget)
    watchdog.release(budget)
    budget.spend(budget.time_is_up())
    assert (watchdog.running(), watchdog._queue) == (0, [])


def test_a_forked_process_has_a_watchdog_of_its_own() -> None:
    """A fork has the memory of the thread that watches, not the thread, and none of the actions."""
    watchdog = Watchdog()
    watchdog._process = -1  # what was noted in the process that we were forked from
    watchdog._running.add(Budget(Limits(), 0))
    watchdog.watch(Budget(Limits(), 0))
    assert watchdog.running() == 1
    assert watchdog._thread is not None
    assert watchdog._thread.is_alive()


def test_a_thread_that_is_gone_is_not_stopped() -> None:
    """Its number may belong to another one soon."""
    gone = threading.Thread(target=int)
    gone.start()
    gone.join()
    assert not _in_model_code(Budget(Limits(), gone.ident))


def test_memory_without_a_limit_is_not_judged(limited: Act) -> None:
    """However long it is looked at."""
    seen = limited("import time\nx = bytes(10**7)\ntime.sleep(0.05)\nlen(x)", memory_bytes=None)
    assert (seen.status, seen.value) == ("ok", 10**7)


def test_a_spent_budget_stays_spent() -> None:
    """The first signal counts, and is raised again for good."""
    budget = Budget(Limits(), 0)
    budget.alive()
    first = budget.time_is_up()
    budget.spend(first)
    budget.spend(budget.time_is_up())
    for look in (budget.alive, budget.step, budget.enter, lambda: budget.count_call("t")):
        with pytest.raises(type(first)) as caught:
            look()
        assert caught.value is first
    assert budget.remaining() is None


def test_an_action_that_begins_while_the_process_ends_is_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that began then would never run, and one that is gone may hold the lock."""
    with Interpreter() as interpreter:
        interpreter.run("1")
        monkeypatch.setattr(sys, "is_finalizing", lambda: True)
        assert interpreter.run("2").value == 2


def test_a_second_signal_on_the_way_out_does_not_hide_the_place() -> None:
    """What writes the variables of the top level back runs while the first is on its way."""
    first, second = LimitExceeded("steps"), LimitExceeded("seconds")
    second.__context__ = first
    assert _first(second) is first
