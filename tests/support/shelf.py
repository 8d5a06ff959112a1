"""The shop of docs/testing.md: a real HTTP server on loopback that has seven cups."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Shelf(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"name": "cup", "count": 7}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def open_shelf() -> Iterator[str]:
    """Gives its address, and closes it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Shelf) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()
