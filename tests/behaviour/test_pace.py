"""How fast, and how many at once: for all sessions of a process together."""

import asyncio
import threading
import time

import pytest

from codeact_sdk import Interpreter, Limits, ToolPack
from codeact_sdk.behaviour.needs import Wait
from codeact_sdk.behaviour.pace import Pace
from codeact_sdk.behaviour.slots import Slots
from codeact_sdk.errors import ToolError
from codeact_sdk.tools.behaviour import Rate


def first_wait(pace, left=None):
    """What a call waits for first; None where it goes ahead."""
    return next(pace.turn("acme.go", left), None)


def test_a_bucket_lets_so_many_calls_go_at_once():
    """Then each waits for the next token."""
    pace = Pace(Rate(calls=2, per_s=100.0))
    assert first_wait(pace) is None
    assert first_wait(pace) is None
    assert 49 < first_wait(pace).seconds < 51


def test_burst_is_the_size_of_the_bucket():
    """It may be smaller than the calls of a period."""
    pace = Pace(Rate(calls=10, per_s=100.0, burst=1))
    assert first_wait(pace) is None
    assert 9 < first_wait(pace).seconds < 11


def test_a_turn_after_the_end_of_the_action_is_refused_at_once():
    """And says when it would be; a call behind others in the queue, too."""
    pace = Pace(Rate(calls=1, per_s=100.0))
    assert first_wait(pace) is None
    with pytest.raises(
        ToolError, match=r"acme\.go may be called 1 times in 100 s .* in (99|100)\.\d s, .* 5\.0 s left"
    ):
        first_wait(pace, 5.0)
    waiting = pace.turn("acme.go", None)
    assert isinstance(next(waiting), Wait)
    with pytest.raises(ToolError, match=r"in (199|200)\.\d s"):
        first_wait(pace, 150.0)
    behind = pace.turn("acme.go", 500.0)
    assert next(behind).ticket is not None
    waiting.close()
    assert next(behind).seconds > 0  # its turn has come: it waits for the token now


def test_places_are_given_in_the_order_of_asking():
    """Also where one in the middle gives up."""
    slots, told = Slots(1), []
    tickets = [slots.ask() for _ in range(4)]
    for n, ticket in enumerate(tickets):
        ticket.listen(lambda n=n: told.append(n))
    assert told == [0]
    assert slots.waiting == 3
    slots.give_back(tickets[1])
    slots.give_back(tickets[0])
    assert told == [0, 2]
    slots.give_back(tickets[2])
    slots.give_back(tickets[3])
    assert told == [0, 2, 3]
    assert slots.ask().has_place


class Crowd:
    """How many are inside."""

    def __init__(self):
        self.lock = threading.Lock()
        self.inside = self.most = self.calls = 0

    def enter(self):
        with self.lock:
            self.calls += 1
            self.inside += 1
            self.most = max(self.most, self.inside)

    def leave(self):
        with self.lock:
            self.inside -= 1


def test_async_calls_share_places():
    """A gather of many never has more inside than declared, and each gets its result."""
    pack, crowd = ToolPack("acme", "A shop."), Crowd()

    @pack.tool(concurrency=2)
    async def go(n: int) -> int:
        crowd.enter()
        await asyncio.sleep(0.001)
        crowd.leave()
        return n

    code = "import asyncio\nawait asyncio.gather(*[acme.go(n) for n in range(12)])"
    with Interpreter(packs=[pack]) as interp:
        assert interp.run(code).value == list(range(12))
    assert asyncio.run(Interpreter(packs=[pack]).arun(code)).value == list(range(12))
    assert crowd.most == 2


def test_sessions_in_threads_share_places():
    """The cap is of the process, not of the session."""
    pack, crowd = ToolPack("acme", "A shop."), Crowd()

    @pack.tool(concurrency=1)
    def go() -> int:
        crowd.enter()
        time.sleep(0.001)
        crowd.leave()
        return crowd.calls

    def session():
        with Interpreter(packs=[pack]) as interp:
            assert interp.run("[acme.go() for _ in range(5)]").status == "ok"

    threads = [threading.Thread(target=session) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (crowd.calls, crowd.most) == (20, 1)


def test_a_call_that_waits_for_a_place_ends_with_its_action():
    """And leaves the queue, so that the next has its place."""
    pack, inside, released = ToolPack("acme", "A shop."), threading.Event(), threading.Event()

    @pack.tool(concurrency=1)
    def go(hold: bool = False) -> int:
        if hold:
            inside.set()
            released.wait(60)
        return 1

    first, second = (Interpreter(packs=[pack], limits=Limits(seconds=60)) for _ in range(2))
    holder = threading.Thread(target=first.run, args=("acme.go(True)",))
    holder.start()
    inside.wait(60)
    with Interpreter(packs=[pack], limits=Limits(seconds=0.1)) as short:
        assert short.run("acme.go()").status == "limit"
    ended = []
    waiter = threading.Thread(target=lambda: ended.append(second.run("acme.go()")))
    waiter.start()
    released.set()
    waiter.join(60)
    holder.join(60)
    assert ended[0].value == 1


@pytest.mark.parametrize("is_async", [False, True])
def test_a_rate_is_kept_by_waiting(is_async):
    """A call that must wait succeeds; what would take too long fails at once, in the words of the tool."""
    pack = ToolPack("later" if is_async else "acme", "A shop.")
    if is_async:

        @pack.tool(rate=Rate(calls=1, per_s=0.02))
        async def go() -> int:
            return 1

        @pack.tool(rate="1/h")
        async def rare() -> int:
            return 1

    else:

        @pack.tool(rate=Rate(calls=1, per_s=0.02))
        def go() -> int:
            return 1

        @pack.tool(rate="1/h")
        def rare() -> int:
            return 1

    with Interpreter(packs=[pack]) as interp, Interpreter(packs=[pack]) as other:
        assert interp.run(f"[{pack.namespace}.go() for _ in range(4)]").value == [1, 1, 1, 1]
        assert interp.run(f"{pack.namespace}.rare()").value == 1
        assert "may be called 1 times in 3600 s by all sessions" in other.run(f"{pack.namespace}.rare()").error.message
