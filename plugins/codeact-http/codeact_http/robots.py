"""What hosts ask robots to leave alone (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from protego import Protego

from codeact_sdk import ToolError

Fetch = Callable[[httpx.URL], Awaitable[tuple[int, str]]]
"""Gives the status and the text of a robots.txt."""

_ALL_ALLOWED = ""
_SERVER_ERROR, _CLIENT_ERROR = 500, 400


class Robots:
    """The rules of the hosts that one session has asked."""

    def __init__(self, agent: str, fetch: Fetch) -> None:
        """Knows no host yet.

        Args:
            agent: By which rules know us.
            fetch: Gets a robots.txt.
        """
        self._agent = agent
        self._fetch = fetch
        self._rules: dict[str, Protego] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, url: httpx.URL) -> None:
        """Lets a page pass that its host does not forbid.

        Raises:
            ToolError: It does, or cannot say.
        """
        origin = url.copy_with(raw_path=b"/robots.txt", fragment=None)
        if url.copy_with(fragment=None) == origin:
            return
        # Pages that are asked for at the same time wait for one answer.
        async with self._locks.setdefault(str(origin), asyncio.Lock()):
            rules = self._rules.get(str(origin))
            if rules is None:
                rules = self._rules[str(origin)] = Protego.parse(await self._text(origin))
        if not rules.can_fetch(str(url), self._agent):
            raise ToolError(f"{url} is closed to robots by {origin}: use another page, or say that it cannot be read")

    async def _text(self, url: httpx.URL) -> str:
        """The rules; everything is allowed where there are none, and nothing while the host cannot say (section 2.3.1).

        Only answers are kept: a host that cannot say now may do so at the next call.
        """
        try:
            status, text = await self._fetch(url)
        except httpx.HTTPError as error:
            raise _cannot_say(url, f"cannot be read ({type(error).__name__}: {error})".replace(": )", ")")) from None
        if status >= _SERVER_ERROR:
            raise _cannot_say(url, f"answered {status}")
        return _ALL_ALLOWED if status >= _CLIENT_ERROR else text


def _cannot_say(url: httpx.URL, what: str) -> ToolError:
    return ToolError(f"{url} {what}, so pages of this host are left alone: try again later, or use another host")
