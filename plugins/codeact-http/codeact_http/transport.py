"""Connects to the very address that was checked: a name that changes its address between the check and the call changes nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import httpx

from codeact_http.addresses import check_addresses
from codeact_http.settings import HttpSettings
from codeact_sdk import ToolError

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a host."""


async def resolve(host: str, port: int) -> list[str]:
    """Asks the system for the addresses of a host.

    Raises:
        ToolError: There is no such host.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ToolError(f"the host {host} cannot be found ({error}): check its spelling") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class PinnedTransport(httpx.AsyncBaseTransport):
    """A transport that resolves names itself, checks every address, and connects to the first."""

    def __init__(self, settings: HttpSettings, *, resolve: Resolve = resolve) -> None:
        """Makes a transport.

        Args:
            settings: Say which private addresses are allowed.
            resolve: Gives the addresses of a host.
        """
        self._settings = settings
        self._resolve = resolve
        # Connections are kept for no second request: the pool knows them by address, and two names of one address are two hosts.
        self._inner = httpx.AsyncHTTPTransport(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request."""
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        address = check_addresses(url.host, await self._resolve(url.host, port), self._settings)
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=address),
            headers=request.headers,  # `Host` among them, made from the name
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Closes what is open."""
        await self._inner.aclose()
