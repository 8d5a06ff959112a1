"""Where results are kept: in memory (`cachetools`), or as JSON in files (`cachelib`), where nothing is ever unpickled."""

from __future__ import annotations

import copy
import json
import math
import os
import threading
import time
from collections.abc import Callable, MutableMapping
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

import cachelib
import cachetools
import platformdirs

from codeact_sdk.tools.adapters import TypeAdapter, make_adapter
from codeact_sdk.tools.behaviour import Cache
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.types import type_text
from codeact_sdk.values import decode, encode

FOLDER = "CODEACT_CACHE_DIR"
"""The environment variable that names the folder of results; the user's cache folder where it is not set."""


class NotKept(Exception):  # noqa: N818  # it is told as a fault, with its own words
    """A result that cannot be kept."""


class Found(NamedTuple):
    """A result that was kept."""

    result: object


class Place(Protocol):
    """Keeps the results of one tool."""

    def find(self, key: str) -> Found | None:
        """Gives a copy of a result that is still good; None where there is none."""
        ...

    def keep(self, key: str, result: object) -> None:
        """Keeps a copy of a result.

        Raises:
            NotKept: It cannot be copied.
        """
        ...


class Memory:
    """Keeps results until the process ends."""

    def __init__(self, cache: Cache, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Keeps nothing yet.

        Args:
            cache: What the tool declares.
            clock: Tells seconds.
        """
        self._lock = threading.Lock()
        self._kept: MutableMapping[str, object] = (
            cachetools.LRUCache(cache.max_items)
            if cache.ttl_s is None
            else cachetools.TTLCache(cache.max_items, cache.ttl_s, timer=clock)
        )

    def find(self, key: str) -> Found | None:
        """Gives a copy of a result that is still good; None where there is none."""
        with self._lock:
            kept = self._kept.get(key, _NOTHING)
        return None if kept is _NOTHING else Found(copy.deepcopy(kept))

    def keep(self, key: str, result: object) -> None:
        """Keeps a copy of a result."""
        try:
            kept = copy.deepcopy(result)
        except Exception as error:
            raise NotKept(f"a {type(result).__name__} cannot be copied ({error}): leave cache= out") from error
        with self._lock:
            self._kept[key] = kept


_NOTHING = object()


class Disk:
    """Keeps results in files, for every process of the user."""

    def __init__(
        self, tool: Tool, cache: Cache, *, folder: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """Makes the folder.

        Args:
            tool: Whose results they are.
            cache: What it declares.
            folder: Where they are kept.
            clock: Tells seconds of the epoch.
        """
        folder = folder if folder is not None else cache_folder() / "results" / _file_name(tool.qualified_name)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._ttl_s = cache.ttl_s
        self._clock = clock
        self._form = _Form(tool)
        self._lock = threading.Lock()
        # The library knows whole seconds: it sweeps up what is over, and how long a result is good stands in the file.
        over_s = 0 if cache.ttl_s is None else math.ceil(cache.ttl_s) + 1
        self._open = partial(_Files, str(folder), threshold=cache.max_items, default_timeout=over_s)
        self._files = self._open()

    def find(self, key: str) -> Found | None:
        """Gives a result that is still good; None where there is none."""
        with self._lock:
            try:
                kept = self._files.get(key)
                if kept is None or (kept["until"] is not None and kept["until"] < self._clock()):
                    return None
                return Found(self._form.read(kept["result"]))
            except Exception:
                self._files.delete(key, mgmt_element=True)  # without a look at its count, which may be broken too
                raise

    def keep(self, key: str, result: object) -> None:
        """Keeps a result."""
        written = self._form.write(result)
        until = None if self._ttl_s is None else self._clock() + self._ttl_s
        with self._lock:
            try:
                self._files.set(key, {"until": until, "result": written})
            except ValueError:  # its count of the files is broken: it counts anew
                self._files = self._open()
                self._files.set(key, {"until": until, "result": written})


class _JsonFiles:
    """How files hold results: as JSON, which runs nothing when it is read."""

    def dump(self, value: object, file: IO[bytes]) -> None:
        file.write(json.dumps(value).encode())

    def load(self, file: IO[bytes]) -> Any:
        return json.loads(file.read())


class _Files(cachelib.FileSystemCache):
    serializer = _JsonFiles()  # type: ignore[assignment]  # its own would unpickle


class _Form:
    """The JSON form of a tool's results: that of their declared type, of plain data where there is none."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        declared = tool.return_type
        is_typed = declared not in (type(None), None, Any, object, tool.signature.empty)
        self._adapter: TypeAdapter[Any] | None = make_adapter(declared) if is_typed else None

    def write(self, result: object) -> object:
        """Gives what `json` takes; only what is the same when it is read again."""
        try:
            value = result if self._adapter is None else self._adapter.validate_python(result)
            data = encode(value) if self._adapter is None else self._adapter.dump_python(value, mode="json")
            same = bool(self.read(json.loads(json.dumps(data))) == value)
        except Exception as error:
            raise NotKept(self._words(result, f" ({type(error).__name__})")) from error
        if not same:
            raise NotKept(self._words(result, ""))
        return data

    def read(self, data: object) -> object:
        """Gives the result."""
        return decode(data) if self._adapter is None else self._adapter.validate_python(data)

    def _words(self, result: object, why: str) -> str:
        declared = self._tool.return_type
        type_name = "nothing" if declared is self._tool.signature.empty else type_text(declared)
        return (
            f"{self._tool.qualified_name} is declared with Cache(on_disk=True), and JSON cannot hold its result, a "
            f"{type(result).__name__} (it declares -> {type_name}){why}: return data or a pydantic model, or keep it in memory"
        )


def cache_folder() -> Path:
    """Where results are kept on disk."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else Path(platformdirs.user_cache_dir("codeact-sdk", appauthor=False))


def _file_name(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)
