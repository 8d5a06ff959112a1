"""Connects to the very address that was checked: a name that changes its address between the check and the call changes nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx

from codeact_http.addresses import ascii_host, check_addresses
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
    """A transport that resolves names itself, checks every address, and connects to the first that answers."""

    def __init__(
        self, settings: HttpSettings, *, resolve: Resolve = resolve, trusted: ssl.SSLContext | None = None
    ) -> None:
        """Makes a transport.

        Args:
            settings: Say which private addresses are allowed.
            resolve: Gives the addresses of a host.
            trusted: Whose certificates are believed; those that browsers believe where this is left out.
        """
        self._settings = settings
        self._resolve = resolve
        # Connections are kept for no second request: the pool knows them by address, and two names of one address are two hosts.
        self._inner = httpx.AsyncHTTPTransport(
            verify=True if trusted is None else trusted,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request."""
        host = ascii_host(request.url)
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        *others, last = check_addresses(host, await self._resolve(host, port), self._settings)
        for address in others:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):  # nothing has been sent yet
                return await self._inner.handle_async_request(_pinned(request, host, address))
        return await self._inner.handle_async_request(_pinned(request, host, last))

    async def aclose(self) -> None:
        """Closes what is open."""
        await self._inner.aclose()


def _pinned(request: httpx.Request, host: str, address: str) -> httpx.Request:
    # The certificate, too, is looked at for the name.
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,  # `Host` among them, made from the name
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host.rstrip(".")},
    )
