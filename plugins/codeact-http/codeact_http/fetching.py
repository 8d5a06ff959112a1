"""One request with everything that is looked at on its way: redirects, robots.txt, sizes, time."""

from __future__ import annotations

import asyncio
import json as jsons
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlencode

import httpx

from codeact_http.addresses import check_url
from codeact_http.bodies import ACCEPTED, read_parts
from codeact_http.robots import Robots
from codeact_http.settings import HttpSettings
from codeact_http.transport import PinnedTransport
from codeact_sdk import ToolError

_DEPTH = 4
"""Generators of httpcore inside one another, which it leaves to the loop when a body was read in part."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TO_GET = frozenset({301, 302, 303})
"""Redirects after which a POST becomes a GET, as browsers do it (RFC 9110, section 15.4)."""

_OF_ONE_ORIGIN = ("authorization", "cookie", "proxy-authorization")
"""Headers that are not sent on to another host."""

_OURS = frozenset({
    "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "keep-alive",
    "proxy-authorization", "proxy-connection", "accept-encoding", "user-agent",
})  # fmt: skip
"""Headers that are not a caller's to set."""

_RULES_BYTES = 512_000

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_VALUE = re.compile(r"[\x20-\x7e\t]*\Z")


class Fetcher:
    """Makes the requests of one session."""

    def __init__(self, settings: HttpSettings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Opens nothing yet.

        Args:
            settings: Of the pack.
            transport: Carries the requests.
        """
        self._settings = settings
        self._client = httpx.AsyncClient(
            transport=transport or PinnedTransport(settings),
            timeout=settings.timeout_s,
            trust_env=False,
            follow_redirects=False,
            # Nothing is kept from one call to the next: cookies know neither ports nor which domains are shared by strangers.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": ACCEPTED},
        )
        self._robots = Robots(settings.user_agent, self._robots_text)

    async def aclose(self) -> None:
        """Closes the client."""
        await self._client.aclose()

    async def read(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> tuple[httpx.Response, bytes]:
        """Sends a request and reads the answer whole.

        Args:
            method: Such as "GET".
            url: Where.
            params: Added to the URL's query.
            headers: Sent along.
            json: The body.

        Raises:
            ToolError: It may not be sent, or there is no answer that may be read.
        """
        asked = self.open(method, url, params=params, headers=headers, json=json)
        async with asked as response, aclosing(self.parts(response)) as parts:
            body = b"".join([part async for part in parts])
        return response, body

    @asynccontextmanager
    async def open(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> AsyncIterator[httpx.Response]:
        """Sends a request and follows redirects, each checked as the first; gives the answer with its body unread.

        Args:
            method: Such as "GET".
            url: Where.
            params: Added to the URL's query.
            headers: Sent along.
            json: The body.

        Raises:
            ToolError: It may not be sent, or there is no answer.
        """
        target = check_url(url, self._settings)
        if params:
            target = check_url(_with_params(target, params), self._settings)
        body = _body(json)
        kind = {} if body is None else {"content-type": "application/json"}
        request = self._client.build_request(method, target, headers=kind | _checked(headers), content=body)
        response: httpx.Response | None = None
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                response = await self._followed(request)
                yield response
        except TimeoutError:
            raise ToolError(f"{target} did not answer within {self._settings.timeout_s:g} s") from None
        except httpx.HTTPError as error:
            raise ToolError(f"{target} cannot be read ({type(error).__name__}: {error})".replace(": )", ")")) from None
        finally:
            if response is not None:
                await _close(response)

    async def parts(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        """Reads a body in pieces, and no further than the settings allow.

        Raises:
            ToolError: It is larger, or packed in a way that was not asked for.
        """
        async with aclosing(read_parts(response, self._settings.max_bytes)) as parts:
            async for part in parts:
                yield part

    async def _followed(self, request: httpx.Request) -> httpx.Response:
        seen = 0
        while True:
            if self._settings.respect_robots:
                await self._robots.check(request.url)
            response = await self._client.send(request, stream=True)
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None:
                return response
            await _close(response)
            seen += 1
            if seen > self._settings.max_redirects:
                raise ToolError(
                    f"{request.url} redirects more than {self._settings.max_redirects} times (the setting max_redirects)"
                )
            request = self._next(request, response.status_code, location)

    def _next(self, request: httpx.Request, status: int, location: str) -> httpx.Request:
        try:
            joined = str(request.url.join(location))
        except (httpx.InvalidURL, ValueError):
            raise ToolError(f"{request.url} redirects to {location!r}, which is no URL") from None
        target = check_url(joined, self._settings)
        if request.url.scheme == "https" and target.scheme == "http":
            raise ToolError(
                f"{request.url} redirects to {target}, which is not encrypted: ask that address yourself if it is meant"
            )
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        if _origin(target) != _origin(request.url):
            headers = {name: value for name, value in headers.items() if name not in _OF_ONE_ORIGIN}
        if status in _TO_GET and request.method not in ("GET", "HEAD"):
            headers.pop("content-type", None)
            return self._client.build_request("GET", target, headers=headers)
        if _origin(target) != _origin(request.url) and request.method not in ("GET", "HEAD"):
            raise ToolError(
                f"{request.url} redirects a {request.method} to another host, {target.host}: ask that address yourself"
            )
        return self._client.build_request(request.method, target, headers=headers, content=request.content)

    async def _robots_text(self, url: httpx.URL) -> tuple[int, str]:
        """Fetches a robots.txt, by the same rules and without asking another."""
        request = self._client.build_request("GET", check_url(str(url), self._settings))
        for _ in range(self._settings.max_redirects + 1):
            response = await self._client.send(request, stream=True)
            try:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or location is None:
                    return response.status_code, await self._beginning(response)
            finally:
                await _close(response)
            request = self._next(request, response.status_code, location)
        return 404, ""  # too many redirects count as none (RFC 9309, section 2.3.1.2)

    async def _beginning(self, response: httpx.Response) -> str:
        """As many rules as must be read (section 2.5); what a larger file says further down is passed over."""
        body = b""
        async with aclosing(self.parts(response)) as parts:
            async for part in parts:
                body += part
                if len(body) > _RULES_BYTES:
                    body = body[:_RULES_BYTES].rpartition(b"\n")[0]
                    break
        return body.decode("utf-8", "replace")


async def _close(response: httpx.Response) -> None:
    await response.aclose()
    for _ in range(_DEPTH):
        await asyncio.sleep(0)


def _with_params(url: httpx.URL, params: Mapping[str, str | int]) -> str:
    # As text, and by our own hand: versions of httpx differ in what they escape, and raise where it gets too long.
    kept = [(name, value) for name, value in url.params.multi_items() if name not in params]
    return f"{url.copy_with(query=None, fragment=None)}?{urlencode([*kept, *params.items()])}"


def _body(json: object) -> bytes | None:
    """The body of a request; versions of httpx differ in how they write JSON, and in whether they write what is none."""
    if json is None:
        return None
    try:
        return jsons.dumps(json, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ToolError(f"what is given as json= cannot be sent as JSON: {error}") from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _checked(headers: Mapping[str, str] | None) -> dict[str, str]:
    """The headers of a caller, where none of them can be more than one header."""
    for name, value in (headers or {}).items():
        if not _NAME.match(name) or name.lower() in _OURS:
            raise ToolError(
                f"the header {name!r} cannot be set: it is no name of a header, or this client's own to set"
            )
        if not _VALUE.match(value):
            raise ToolError(f"the header {name!r} has a line break or a character outside of ASCII in it: {value!r}")
    return {name.lower(): value for name, value in (headers or {}).items()}
