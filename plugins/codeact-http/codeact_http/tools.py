"""The pack `http`."""

from __future__ import annotations

import asyncio
import json as jsons
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import TypeVar

import httpx
from pydantic import JsonValue

from codeact_http.fetching import Fetcher
from codeact_http.results import Link, Page, Saved
from codeact_http.saving import check_path, save
from codeact_http.settings import HttpSettings
from codeact_http.texts import decode, is_binary
from codeact_sdk import ToolContext, ToolError, ToolPack

_SHOWN_CHARS = 200
_ERRORS = 400

T = TypeVar("T")

pack = ToolPack(
    "http", "Pages and JSON from the web, and downloads; only hosts that are allowed.", settings=HttpSettings
)


@pack.resource
async def fetcher(ctx: ToolContext) -> AsyncIterator[Fetcher]:
    """The client of a session, with the rules of the hosts that it has asked."""
    made = Fetcher(ctx.settings)
    try:
        yield made
    finally:
        await made.aclose()


@pack.tool
async def get(
    url: str, *, params: dict[str, str | int] | None = None, headers: dict[str, str] | None = None, ctx: ToolContext
) -> Page:
    """Gets a page as its server sends it, whatever the status; for reading, use `http.text`.

    Args:
        url: Whole, with https://.
        params: Added to the query.
        headers: Sent along.
    """
    response, body = await (await ctx.resource(fetcher)).read("GET", url, params=params, headers=headers)
    return _page(response, body)


@pack.tool
async def json(
    url: str, *, params: dict[str, str | int] | None = None, headers: dict[str, str] | None = None, ctx: ToolContext
) -> JsonValue:
    """Gets JSON, as dicts, lists, text and numbers.

    Args:
        url: Whole, with https://.
        params: Added to the query.
        headers: Sent along.
    """
    response, body = await (await ctx.resource(fetcher)).read("GET", url, params=params, headers=headers)
    text = _decoded(response, _ok(response, body))
    try:
        data: JsonValue = jsons.loads(text)
    except (ValueError, RecursionError) as error:
        raise ToolError(
            f"{response.request.url} is no JSON ({error}); it begins with {text[:_SHOWN_CHARS]!r}"
        ) from None
    return data


@pack.tool
async def text(url: str, *, ctx: ToolContext) -> str:
    """Gets a page as text to read: HTML as Markdown, other text as it is.

    Args:
        url: Whole, with https://.
    """
    response, body = await (await ctx.resource(fetcher)).read("GET", url)
    content = _decoded(response, _ok(response, body))
    return await _parsed(ctx, url, _readable, content) if _is_html(response, content) else content


@pack.tool
async def links(url: str, *, ctx: ToolContext) -> list[Link]:
    """Lists the links of a page, each once, in their order.

    Args:
        url: Whole, with https://.
    """
    response, body = await (await ctx.resource(fetcher)).read("GET", url)
    content = _decoded(response, _ok(response, body))
    return await _parsed(ctx, url, _links_of, content, str(response.request.url))


@pack.tool(effect="write")
async def download(url: str, path: str, *, replace: bool = False, ctx: ToolContext) -> Saved:
    """Downloads a file into the folder for downloads.

    Args:
        url: Whole, with https://.
        path: Where, relative to that folder, such as "reports/2025.pdf".
        replace: Whether a file that is there already is replaced.
    """
    root, names = check_path(ctx.settings.root, path)
    client = await ctx.resource(fetcher)
    async with client.open("GET", url) as response:
        _ok(response, b"")
        async with aclosing(client.parts(response)) as parts:
            size = await save(root, names, parts, replace=replace)
    return Saved(path="/".join(names), size_bytes=size, content_type=_content_type(response))


@pack.tool(effect="destructive")
async def request(
    method: str, url: str, *, json: JsonValue = None, headers: dict[str, str] | None = None, ctx: ToolContext
) -> Page:
    """Sends a request that may change something on its server, such as a POST. This cannot be undone.

    Args:
        method: Such as "POST"; whoever runs this says which are possible.
        url: Whole, with https://.
        json: The body, as data.
        headers: Sent along.
    """
    allowed = ctx.settings.methods
    if method.upper() not in allowed:
        raise ToolError(
            f"the method {method} is not allowed here: allowed are {', '.join(allowed) or 'none'}; "
            "whoever runs this can name more with the setting methods"
        )
    client = await ctx.resource(fetcher)
    response, body = await client.read(method.upper(), url, headers=headers, json=json)
    return _page(response, body)


async def _parsed(ctx: ToolContext, url: str, parse: Callable[..., T], *args: str) -> T:
    # In a thread, since a large page takes seconds, and other calls of the session must not wait for it.
    try:
        async with asyncio.timeout(ctx.settings.timeout_s):
            return await asyncio.to_thread(parse, *args)
    except TimeoutError:
        raise ToolError(
            f"{url} takes longer than {ctx.settings.timeout_s:g} s to parse: take it as it is, with http.get"
        ) from None


def _readable(html: str) -> str:
    from codeact_http.pages import readable  # noqa: PLC0415  # what parses HTML takes a tenth of a second to import

    return readable(html)


def _links_of(html: str, base: str) -> list[Link]:
    from codeact_http.pages import links_of  # noqa: PLC0415  # as above

    return links_of(html, base)


def _page(response: httpx.Response, body: bytes) -> Page:
    return Page(
        status=response.status_code,
        url=str(response.request.url),
        content_type=_content_type(response),
        headers=dict(response.headers),
        text=_decoded(response, body),
    )


def _ok(response: httpx.Response, body: bytes) -> bytes:
    if response.status_code >= _ERRORS:
        shown = body[:_SHOWN_CHARS].decode("utf-8", "replace").strip()
        told = f", and said {shown!r}" if shown else ""
        raise ToolError(f"{response.request.url} answered {response.status_code} {response.reason_phrase}{told}")
    return body


def _content_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _is_html(response: httpx.Response, content: str) -> bool:
    kind = _content_type(response)
    return "html" in kind or (not kind and content.lstrip()[:1] == "<")


def _decoded(response: httpx.Response, body: bytes) -> str:
    """The body as text.

    Raises:
        ToolError: It is none.
    """
    kind, charset = _content_type(response), response.charset_encoding
    if kind.partition("/")[0] in ("image", "audio", "video", "font") or is_binary(body, charset):
        raise ToolError(
            f"{response.request.url} is {kind or 'binary'} of {len(body):,} bytes and no text: use http.download(url, path)"
        )
    return decode(body, charset, is_html=not kind or "html" in kind)
