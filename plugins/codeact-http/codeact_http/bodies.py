"""Bodies in pieces, unpacked by a bounded amount at a time: a few bytes can stand for gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

import httpx

from codeact_sdk import ToolError

ACCEPTED = "gzip, deflate"
"""What we ask for; others expand without a bound, or httpx unpacks them only where a library is installed."""

_PIECE_BYTES = 65_536
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15
_GZIP_MAGIC = b"\x1f\x8b"
_DEFLATE = 8


async def read_parts(response: httpx.Response, max_bytes: int) -> AsyncGenerator[bytes, None]:
    """Reads a body in pieces, and no further than it may be large.

    Args:
        response: Its body unread.
        max_bytes: For the body as it is sent, and for the body unpacked.

    Raises:
        ToolError: It is larger, or packed in a way that was not asked for.
    """
    url = response.request.url
    # What is read already, by a transport that plays a recording, is unpacked already.
    unpacking = Unpacking("" if response.is_stream_consumed else _encoding(response))
    sent = size = 0
    async with aclosing(_raw(response)) as raws:
        async for raw in raws:
            sent += len(raw)
            try:
                for part in unpacking.feed(raw):
                    size += len(part)
                    if size > max_bytes:
                        break
                    yield part
            except zlib.error as error:
                raise ToolError(f"{url} cannot be unpacked: {error}") from None
            if max(sent, size) > max_bytes:
                raise ToolError(f"{url} is larger than {max_bytes:,} bytes (the setting max_bytes)")
    if not unpacking.is_whole:
        raise ToolError(f"{url} ended before its body was whole: try again")


async def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    if response.is_stream_consumed:
        yield response.content
        return
    whole: Any = response.aiter_raw()  # a generator, which its annotation does not say
    async with aclosing(
        whole
    ) as parts:  # one that is dropped half read is closed by nobody while the loop stands still
        async for raw in parts:
            yield raw


def _encoding(response: httpx.Response) -> str:
    named = [name.strip().lower() for name in response.headers.get("content-encoding", "").split(",")]
    packed = [name.removeprefix("x-") for name in named if name not in ("", "identity")]
    if packed not in ([], ["gzip"], ["deflate"]):
        # Packed twice, each step multiplies what the one before made.
        raise ToolError(
            f"{response.request.url} came packed as {', '.join(packed)!r}: only gzip or deflate, once, is unpacked here"
        )
    return packed[0] if packed else ""


class Unpacking:
    """Unpacks what comes, by pieces of a bounded size."""

    def __init__(self, encoding: str) -> None:
        """Waits for the first bytes.

        Args:
            encoding: "gzip", "deflate", or empty for what is not packed.
        """
        self._encoding = encoding
        self._unpack: zlib._Decompress | None = None
        self._is_over = False

    @property
    def is_whole(self) -> bool:
        """Whether what came until now is complete; nothing at all is, as after HEAD."""
        return self._unpack is None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Gives what these bytes unpack to.

        Raises:
            zlib.error: They are not what the server said.
        """
        if not self._encoding:
            yield data
            return
        while data and not self._is_over:
            if self._unpack is None:
                self._unpack = zlib.decompressobj(self._window(data))
            yield self._unpack.decompress(data, _PIECE_BYTES)
            data = self._unpack.unconsumed_tail
            if self._unpack.eof:
                data = self._unpack.unused_data
                self._unpack = None
                # A file of gzip may have several members; browsers pass over whatever else follows.
                self._is_over = self._encoding == "deflate" or not _GZIP_MAGIC.startswith(data[:2])

    def _window(self, data: bytes) -> int:
        if self._encoding == "gzip":
            return _GZIP
        # Some servers send deflate without the wrapping that the standard asks for.
        return _ZLIB if data[0] & 0x0F == _DEFLATE else _RAW_DEFLATE
