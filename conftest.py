"""What holds for every test, of the SDK and of the packs."""

from __future__ import annotations

import os
import signal
import socket

import pytest
from hypothesis import settings

pytest_plugins = ["codeact_sdk.testing.pytest_plugin"]
"""Named here as well as by its entry point, for an environment that was installed before there was one."""

# A shared machine is slow at times; how long an example takes is no property of the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# A shell that starts the suite in the background has it ignore Ctrl-C, and so would every child that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_OURS = ("ANTHROPIC_", "OPENAI_", "CODEACT_", "OLLAMA_", "OPENROUTER_")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hides keys and settings of the person who runs the suite."""
    for name in tuple(os.environ):
        if name.startswith(_OURS):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses connections that leave this machine, so that no test can depend on a network."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in {"localhost", "::1"} and not str(host).startswith("127."):
            raise RuntimeError(f"a test tried to reach {host}: tests use servers on loopback, or none")

    def guarded(self: socket.socket, address: object) -> None:
        refuse(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: object) -> int:
        refuse(address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
