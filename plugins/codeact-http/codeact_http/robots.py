"""What hosts ask robots to leave alone (RFC 9309)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
from protego import Protego

from codeact_sdk import ToolError

Fetch = Callable[[httpx.URL], Awaitable[tuple[int, str]]]
"""Gives the status and the text of a robots.txt."""

_ALL_ALLOWED = ""
_NONE_ALLOWED = "User-agent: *\nDisallow: /"
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

    async def check(self, url: httpx.URL) -> None:
        """Lets a page pass that its host does not forbid.

        Raises:
            ToolError: It does.
        """
        origin = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        if str(url.copy_with(fragment=None)) == origin:
            return
        rules = self._rules.get(origin)
        if rules is None:
            rules = self._rules[origin] = Protego.parse(await self._text(httpx.URL(origin)))
        if not rules.can_fetch(str(url), self._agent):
            raise ToolError(f"{url} is closed to robots by {origin}: use another page, or say that it cannot be read")

    async def _text(self, url: httpx.URL) -> str:
        """The rules; everything is allowed where there are none, and nothing while the host cannot say (section 2.3.1)."""
        try:
            status, text = await self._fetch(url)
        except httpx.HTTPError:
            return _NONE_ALLOWED
        if status >= _SERVER_ERROR:
            return _NONE_ALLOWED
        return _ALL_ALLOWED if status >= _CLIENT_ERROR else text
