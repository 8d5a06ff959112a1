"""A real server on this machine, which answers as the test says."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from codeact_sdk import Observation

Answer = tuple[int, dict[str, str], bytes]


class Site:
    """Pages by path, and the requests that came."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler, bytes], Answer]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.requests.append((self.command, self.path, headers, body))
                page = site.pages.get(self.path.partition("?")[0], (404, {}, b"nothing here"))
                status, sent, content = page(self, body) if callable(page) else page
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **sent}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815  # the library's names

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def html(self, path: str, text: str, **headers: str) -> None:
        self.pages[path] = (200, {"Content-Type": "text/html; charset=utf-8", **headers}, text.encode())

    def zipped(self, path: str, content: bytes) -> None:
        self.pages[path] = (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, gzip.compress(content))

    def asked(self) -> list[str]:
        return [f"{method} {path}" for method, path, _, _ in self.requests if path != "/robots.txt"]


@pytest.fixture
def site():
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def other():
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def run(make_interpreter, tmp_path) -> Callable[..., Observation]:
    """Runs an action; this machine is allowed unless the test says otherwise."""

    def act(code: str, **settings: object) -> Observation:
        settings = {"allow_private": ["127.0.0.1"], "root": str(tmp_path / "downloads"), "timeout_s": 5, **settings}
        with make_interpreter(settings=settings) as interp:
            return interp.run(code)

    return act


@pytest.fixture
def value(run):
    """What an action gives that must not fail."""

    def act(code: str, **settings: object) -> object:
        obs = run(code, **settings)
        assert obs.error is None, obs.error.message
        return obs.value

    return act


@pytest.fixture
def refused(run):
    """What an action is told that must fail."""

    def act(code: str, **settings: object) -> str:
        obs = run(code, **settings)
        assert obs.error is not None, obs.value
        assert obs.error.type == "ToolError", obs.error
        return obs.error.message

    return act
