"""A shop on loopback that is particular about its key, and a pack that calls it."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

KEY = "shop+key/1234 öl"


class Shop(BaseHTTPRequestHandler):
    """Answers GET with orders and POST with an echo; compressed, with a cookie, and with the key in odd places."""

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        self.answer({"orders": [1, 2], "page": query.get("page", ["1"])[0], "you": self.headers["X-Shop-Key"]})

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"sent": json.loads(sent), "access_token": "given-by-server"})

    def answer(self, payload: dict):
        self.server.asked.append(f"{self.command} {self.path}")
        body = gzip.compress(json.dumps(payload).encode())
        self.send_response(200)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Content-Length": str(len(body)),
            "Set-Cookie": "session=abcdef",
            "X-Next-Page-Token": "page-2",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


class ShopServer(ThreadingHTTPServer):
    """The shop, and what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Shop)
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever)
        self._thread.start()

    def stop(self):
        """Stop; a second time does nothing."""
        self.shutdown()
        self._thread.join()
        self.server_close()


@pytest.fixture
def shop() -> Iterator[ShopServer]:
    """The shop, open for one test."""
    server = ShopServer()
    yield server
    server.stop()


@pytest.fixture
def key() -> str:
    """A key with characters that URLs and JSON write in another way."""
    return KEY


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Pytest in a folder of its own, without anyio's plugin: its lowest version that we allow warns under our pytest."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:anyio")
    return pytester
