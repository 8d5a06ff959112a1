"""Failed calls that are made again: which, when, how often, and what ends it."""

import asyncio
import threading
import time

import httpx
import pytest
from loopback import Loopback, whole

from codeact_sdk import Interpreter, Limits, ToolContext, ToolError, ToolPack
from codeact_sdk.behaviour.needs import Wait
from codeact_sdk.behaviour.retrying import attempts, is_worth
from codeact_sdk.tools.behaviour import Retry

QUICK = Retry(attempts=3, wait_s=0.0)


class Flaky:
    """Fails so many times, and keeps the keys of its attempts."""

    def __init__(self, failures, error=lambda: ConnectionError("reset")):
        self.left, self.error = failures, error
        self.keys = []

    def __call__(self, ctx: ToolContext):
        self.keys.append(ctx.idempotency_key)
        if self.left:
            self.left -= 1
            raise self.error()
        return "done"


def pack_of(flaky, *, is_async, **options):
    """A pack with one tool that calls it."""
    pack = ToolPack("acme", "A shop.")
    if is_async:

        @pack.tool(**options)
        async def go(ctx: ToolContext) -> str:
            return flaky(ctx)

    else:

        @pack.tool(**options)
        def go(ctx: ToolContext) -> str:
            return flaky(ctx)

    return pack


@pytest.mark.parametrize("is_async", [False, True])
def test_a_failed_call_is_made_again_with_the_same_key(is_async):
    """A server can tell the second attempt from a second order."""
    flaky = Flaky(2)
    with Interpreter(packs=[pack_of(flaky, is_async=is_async, retry=QUICK)]) as interp:
        assert interp.run("acme.go()").value == "done"
        assert interp.run("acme.go()").value == "done"
    assert len(flaky.keys) == 4
    assert len(set(flaky.keys[:3])) == 1
    assert flaky.keys[3] != flaky.keys[0]


@pytest.mark.parametrize("is_async", [False, True])
def test_the_last_error_says_how_many_attempts_were_made(is_async):
    """It keeps its class, by which code may catch it; an awaiting action sees the same."""
    pack = pack_of(Flaky(9), is_async=is_async, retry=QUICK)
    with Interpreter(packs=[pack]) as interp:
        error = interp.run("acme.go()").error
        assert (error.type, error.message) == ("ConnectionError", "reset (after 3 attempts)")
        if is_async:
            error = interp.run("await acme.go()").error
            assert error.message == "reset (after 3 attempts)"


def test_one_object_that_is_raised_again_is_told_once():
    """Its message does not grow with every call."""
    always = KeyError("gone")
    with Interpreter(
        packs=[pack_of(Flaky(9, lambda: always), is_async=False, retry=Retry(attempts=2, wait_s=0.0, on=(KeyError,)))]
    ) as interp:
        told = [interp.run("acme.go()").error for _ in range(2)]
    assert told[0].type == "KeyError"
    assert told[0].message == told[1].message
    assert told[0].message.count("(after 2 attempts)") == 1


@pytest.mark.parametrize(
    ("options", "made"),
    [
        ({"effect": "read"}, 3),
        ({"effect": "write", "idempotent": True}, 3),
        ({"effect": "write", "retry": Retry(attempts=3, wait_s=0.0, writes=True)}, 3),
        ({"effect": "write", "retry": Retry(attempts=1)}, 1),
    ],
)
def test_writes_are_retried_only_where_that_is_harmless(options, made):
    """Reads, idempotent writes, and those whose author says so."""
    flaky = Flaky(9)
    with Interpreter(packs=[pack_of(flaky, is_async=False, **{"retry": QUICK, **options})]) as interp:
        assert interp.run("acme.go()").status == "error"
    assert len(flaky.keys) == made


@pytest.mark.parametrize("error", [ToolError("no such order"), ValueError("x"), KeyError("x")])
def test_what_would_fail_again_is_not_retried(error):
    """A tool's own word, and a mistake, are final."""
    flaky = Flaky(9, lambda: error)
    with Interpreter(packs=[pack_of(flaky, is_async=False, retry=QUICK)]) as interp:
        assert "attempts" not in interp.run("acme.go()").error.message
    assert len(flaky.keys) == 1


def status(code, **headers):
    """The error of an answer with this status."""
    request = httpx.Request("GET", "http://acme.test")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(code, headers=headers, request=request))


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (httpx.ConnectError("x"), True),
        (httpx.ReadTimeout("x"), True),
        (httpx.UnsupportedProtocol("x"), False),
        *((status(code), True) for code in (429, 502, 503, 504)),
        *((status(code), False) for code in (400, 404, 500)),
        (OSError("disk"), False),
        (ToolError("x"), False),
    ],
)
def test_which_failures_are_worth_another_attempt(error, worth):
    """Those of the way to a server, and those with which it says "not now"."""
    assert is_worth(error) is worth


def test_a_tool_may_name_what_is_worth_it():
    """Then nothing else is; its own word stays final."""
    assert is_worth(KeyError(), kinds=(LookupError,))
    assert not is_worth(ConnectionError(), kinds=(LookupError,))
    assert not is_worth(ToolError("x"), kinds=(Exception,))


def waits(retry, *errors, left=None):
    """What the steps of a call wait for, and what is raised at the end."""
    errors = list(errors)

    def attempt():
        yield "attempt"
        if errors:
            raise errors.pop(0)

    seconds = []
    try:
        seconds.extend(need.seconds for need in attempts(retry, attempt, lambda: left) if isinstance(need, Wait))
    except Exception as error:  # noqa: BLE001
        return seconds, error
    return seconds, None


def test_each_wait_is_twice_as_long_up_to_a_limit():
    """With some chance in it, so that clients do not come back together."""
    seconds, error = waits(Retry(attempts=5, wait_s=1.0, max_wait_s=3.0), *[ConnectionError()] * 4)
    assert error is None
    assert 1.0 <= seconds[0] <= 1.5
    assert 2.0 <= seconds[1] <= 2.5
    assert seconds[2:] == [3.0, 3.0]


def test_retry_after_is_honoured():
    """As a number, and as a date; nonsense is not."""
    slow = Retry(attempts=2, wait_s=0.0, max_wait_s=60.0)
    assert waits(slow, status(429, **{"Retry-After": "7"}))[0] == [7.0]
    assert waits(slow, status(503, **{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}))[0] == [0.0]
    assert waits(slow, status(503, **{"Retry-After": "soon"}))[0] == [0.0]


def test_what_would_come_too_late_fails_at_once():
    """With the action's end, or the tool's own longest wait, and says when it could have gone."""
    seconds, error = waits(Retry(attempts=3, wait_s=0.0), status(429, **{"Retry-After": "20"}), left=5.0)
    assert seconds == []
    assert "attempt 1 of 3; the next could come in 20.0 s, when this block has no time left" in error.__notes__[0]
    seconds, error = waits(Retry(attempts=3, wait_s=0.0), status(429, **{"Retry-After": "900"}))
    assert seconds == []
    assert "longer than the tool waits" in error.__notes__[0]


def test_a_real_server_is_asked_again(loopback):
    """A tool that raises for status is retried on 503."""
    pack = ToolPack("acme", "A shop.")

    @pack.tool(retry=QUICK)
    def ask(ctx: ToolContext) -> str:
        """Ask."""
        return ctx.http.post(loopback.url, json={}).raise_for_status().text

    loopback.script.extend([whole("no", status=503), whole("no", status=503), whole("yes")])
    with Interpreter(packs=[pack]) as interp:
        assert interp.run("acme.ask()").value == "yes"
    assert len(loopback.requests) == 3


@pytest.fixture
def loopback():
    """A server on loopback."""
    with Loopback() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("is_async", [False, True])
def test_each_attempt_has_the_tool_s_own_time(is_async):
    """An attempt that hangs is given up, and the next may succeed."""
    pack, made, released = ToolPack("acme", "A shop."), [], threading.Event()
    options = {"retry": QUICK, "timeout_s": 0.05}
    if is_async:

        @pack.tool(**options)
        async def go() -> int:
            made.append(1)
            await asyncio.sleep(60 if len(made) == 1 else 0)
            return len(made)

    else:

        @pack.tool(**options)
        def go() -> int:
            made.append(1)
            if len(made) == 1:
                released.wait(60)
            return len(made)

    with Interpreter(packs=[pack]) as interp:
        assert interp.run("acme.go()").value == 2
    released.set()


@pytest.mark.parametrize("is_async", [False, True])
def test_the_end_of_an_action_ends_a_wait(is_async):
    """A limit is not outlived by a retry that would come before it, in principle: here the clock is not asked."""
    flaky = Flaky(9)
    pack = pack_of(flaky, is_async=is_async, retry=Retry(attempts=2, wait_s=50.0, max_wait_s=50.0))
    interp = Interpreter(packs=[pack], limits=Limits(seconds=None))
    ended = []
    thread = threading.Thread(target=lambda: ended.append(interp.run("acme.go()")))
    thread.start()
    while not flaky.keys:
        time.sleep(0.001)
    interp.close()
    thread.join(20)
    assert ended[0].status == "limit"
    assert len(flaky.keys) == 1


def test_a_cancelled_run_ends_a_wait():
    """The task of the host is cancelled, and so is the tool that waits in its loop."""
    flaky = Flaky(9)
    pack = pack_of(flaky, is_async=True, retry=Retry(attempts=2, wait_s=50.0, max_wait_s=50.0))

    async def main():
        async with Interpreter(packs=[pack], limits=Limits(seconds=None)) as interp:
            task = asyncio.create_task(interp.arun("await acme.go()"))
            while not flaky.keys:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert len(flaky.keys) == 1
