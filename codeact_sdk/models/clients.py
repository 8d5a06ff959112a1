"""The httpx clients of one model: made when first needed, pooled, closed when no longer used."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping

import httpx


class Clients:
    """One sync client, and one async client for each event loop that asks for it.

    An async connection belongs to the loop that opened it. Each async client is therefore held open by an
    async generator: when `asyncio.run` ends it closes the generators of its loop, and with it the client, while
    connections can still be closed in order. The next loop gets a new client.

    Args:
        options: Arguments of `httpx.Client` and `httpx.AsyncClient`; a transport must fit the kind that is used.
    """

    def __init__(self, options: Mapping[str, object]) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._async: dict[asyncio.AbstractEventLoop, _Held] = {}

    def client(self) -> httpx.Client:
        """Give the sync client."""
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(**self._options)  # type: ignore[arg-type]  # checked by httpx
            return self._client

    async def async_client(self) -> httpx.AsyncClient:
        """Give the client of the running event loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            for ended in [other for other in self._async if other.is_closed()]:
                del self._async[ended]
            held = self._async.get(loop)
            if held is None:
                held = self._async[loop] = _Held(httpx.AsyncClient(**self._options))  # type: ignore[arg-type]
        await held.open()
        return held.client

    def close(self) -> None:
        """Close the sync client; it comes back when it is needed."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the client of the running event loop, and the sync one."""
        self.close()
        with self._lock:
            held = self._async.pop(asyncio.get_running_loop(), None)
        if held is not None:
            await held.close()


class _Held:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._keeper = _keep_open(client)
        self._opened = False

    async def open(self) -> None:
        if not self._opened:
            self._opened = True
            await anext(self._keeper)

    async def close(self) -> None:
        await self._keeper.aclose()


async def _keep_open(client: httpx.AsyncClient) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await client.aclose()
