"""Connections are kept, given back, and outlive event loops and threads."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest


def test_connections_are_used_again(bench):
    """Two replies, streamed or not, go over one connection."""
    bench.server.script.extend([bench.says("a"), bench.streams("b"), bench.says("c")])
    model = bench.model()

    async def ask_three():
        await model.acomplete(bench.ask)
        await model.acomplete(bench.ask, on_text=bench.seen.append)
        return await model.acomplete(bench.ask)

    if bench.is_async:
        assert asyncio.run(ask_three()).text == "c"
    else:
        with model:
            model.complete(bench.ask)
            model.complete(bench.ask, on_text=bench.seen.append)
            assert model.complete(bench.ask).text == "c"
    assert bench.server.connections == 1


def test_two_event_loops_in_sequence(bench):
    """The second loop gets its own connections, and those of the first are closed: warnings are errors here."""
    model = bench.model()
    for text in ("a", "b", "c"):
        bench.server.script.append(bench.says(text))
        assert asyncio.run(model.acomplete(bench.ask)).text == text
    gc.collect()


def test_sync_and_async_side_by_side(bench):
    """One model serves both kinds of callers, and can be used again behind close."""
    bench.server.script.extend([bench.says(text) for text in "abcd"])

    async def ask():
        async with bench.model() as model:
            first = await model.acomplete(bench.ask)
            second = await asyncio.to_thread(model.complete, bench.ask)
            await model.aclose()
            third = await model.acomplete(bench.ask)
            return first.text + second.text + third.text

    assert asyncio.run(ask()) == "abc"
    with bench.model() as model:
        model.close()
        assert model.complete(bench.ask).text == "d"


def test_many_at_once(bench):
    """Replies of concurrent requests do not mix, in tasks and in threads."""
    bench.server.script.extend([bench.streams(*"same") for _ in range(8)])
    model = bench.model()

    async def ask_all():
        seen = [[] for _ in range(8)]
        replies = await asyncio.gather(*(model.acomplete(bench.ask, on_text=pieces.append) for pieces in seen))
        return [reply.text for reply in replies], seen

    if bench.is_async:
        texts, seen = asyncio.run(ask_all())
        assert seen == [list("same")] * 8
    else:
        with model, ThreadPoolExecutor(4) as threads:
            ask = partial(model.complete, bench.ask, on_text=bench.hear)
            texts = [job.result().text for job in [threads.submit(ask) for _ in range(8)]]
    assert texts == ["same"] * 8


def test_a_forgotten_model_leaves_nothing_open(bench):
    """A model that nobody closes gives its connections back when it goes."""
    bench.server.script.append(bench.says("a"))
    model = bench.model()
    if bench.is_async:
        asyncio.run(model.acomplete(bench.ask))
    else:
        model.complete(bench.ask)
    del model
    gc.collect()


def test_a_cancelled_request_ends(bench):
    """A task that is cancelled while the server is silent ends at once, and the model can be used again."""

    async def ask():
        model = bench.model()
        bench.server.script.extend([bench.stream(bench.sse(*bench.speech.text_events("Fo")), end="hangs")])
        begun = asyncio.Event()
        task = asyncio.create_task(model.acomplete(bench.ask, on_text=lambda _: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        bench.server.script.append(bench.says("ok"))
        return await model.acomplete(bench.ask)

    assert asyncio.run(ask()).text == "ok"
