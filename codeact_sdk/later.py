"""Modules that are imported when something of them is first used: a process that never needs them does not pay for them.

What is listed here takes milliseconds to import, and most first actions do without it. Write `from codeact_sdk.later import
asyncio` and use the name as ever.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from threading import Thread, current_thread
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import asyncio
    import calendar
    import dataclasses
    import difflib
    import hashlib
    import inspect
    import json
    import logging
    import pathlib
    import pkgutil
    import pprint
    import random
    import secrets
    import struct
    import textwrap
    import traceback
    import unicodedata
    import zlib
    import zoneinfo

    import regex
    from pydantic_core import core_schema

__all__ = [
    "DeepThread",
    "Later",
    "asyncio",
    "calendar",
    "core_schema",
    "dataclasses",
    "difflib",
    "hashlib",
    "imported",
    "inspect",
    "json",
    "later_pattern",
    "logging",
    "pathlib",
    "pkgutil",
    "pprint",
    "random",
    "regex",
    "secrets",
    "struct",
    "textwrap",
    "traceback",
    "unicodedata",
    "zlib",
    "zoneinfo",
]


class DeepThread(Thread):
    """A thread in which code that nobody vouches for recurses as deep as it can."""


def imported(name: str) -> ModuleType:
    """Imports a module; from a `DeepThread`, in a thread of its own.

    Where the stack ends in the middle of an import, parts of a package are there and the whole is not, for everybody in
    the process and for good. So no import of ours may begin near the end of a stack.

    Args:
        name: The whole name.
    """
    if name in sys.modules or not isinstance(current_thread(), DeepThread):
        return import_module(name)
    outcome: list[BaseException] = []

    def run() -> None:
        try:
            import_module(name)
        except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
            outcome.append(error)

    thread = Thread(target=run, name="codeact-import", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # there is no room for a thread, or the process is about to end
        return import_module(name)
    thread.join()
    if outcome:
        raise outcome[0]
    return import_module(name)


class Later:
    """Stands for a module, which is imported when a member of it is first read."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, member: str) -> Any:
        value = getattr(imported(self._name), member)
        self.__dict__[member] = value  # from now on it is found without coming here
        return value


class _Pattern:
    """Stands for a compiled pattern, which is made when it is first used."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, member: str) -> Any:
        value = getattr(re.compile(self._text, self._flags), member)
        self.__dict__[member] = value  # as above
        return value


def later_pattern(text: str, *, flags: int = 0) -> re.Pattern[str]:
    """Gives a pattern that is compiled when it is first used: a third of a millisecond for each adds up.

    Args:
        text: The pattern.
        flags: As for `re.compile`.
    """
    return cast("re.Pattern[str]", _Pattern(text, flags))


if not TYPE_CHECKING:
    asyncio = Later("asyncio")
    calendar = Later("calendar")
    core_schema = Later("pydantic_core.core_schema")
    dataclasses = Later("dataclasses")
    difflib = Later("difflib")
    hashlib = Later("hashlib")
    inspect = Later("inspect")
    json = Later("json")
    logging = Later("logging")
    pathlib = Later("pathlib")
    pkgutil = Later("pkgutil")
    pprint = Later("pprint")
    random = Later("random")
    regex = Later("regex")
    secrets = Later("secrets")
    struct = Later("struct")
    textwrap = Later("textwrap")
    traceback = Later("traceback")
    unicodedata = Later("unicodedata")
    zlib = Later("zlib")
    zoneinfo = Later("zoneinfo")
