"""The loopback server, in each protocol, for sync and async models."""

import threading
from collections.abc import Iterator

import pytest
from loopback import AnthropicSpeech, Bench, Loopback, OpenAISpeech


@pytest.fixture
def server() -> Iterator[Loopback]:
    """Run a server for one test."""
    loopback = Loopback()
    thread = threading.Thread(target=loopback.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield loopback
    loopback.released.set()
    loopback.shutdown()
    thread.join()
    loopback.server_close()


@pytest.fixture(params=["openai", "anthropic"])
def speech(request):
    """Each protocol in turn."""
    return {"openai": OpenAISpeech, "anthropic": AnthropicSpeech}[request.param]()


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def bench(request, server, speech) -> Bench:
    """Each protocol, sync and async."""
    return Bench(server, speech, request.param)
