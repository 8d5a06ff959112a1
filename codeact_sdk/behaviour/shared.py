"""What calls of one tool share in a process, whichever session makes them; empty until a tool needs it."""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from types import FunctionType
from typing import Any, TypeGuard, TypeVar

from codeact_sdk.tools.tool import Tool

T = TypeVar("T")


class Shared:
    """Things by name, each made once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._things: dict[Hashable, Any] = {}
        self._numbers = itertools.count(1)
        self._born = time.time_ns()
        self._own: dict[int, tuple[object, str]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Gives what this key stands for.

        Args:
            key: Its name.
            make: Makes it, where it is asked for the first time; raises nothing that is to be remembered.
        """
        with self._lock:
            if key not in self._things:
                self._things[key] = make()
            thing: T = self._things[key]
            return thing

    def scope(self, function: Callable[..., object]) -> str:
        """A name for what a function can see: two functions made by one `def` may hold different things.

        Args:
            function: Of a tool.

        Returns:
            Its place for a function of a module, which is the same in each process; for any other a name that this process
            gives to this one object.
        """
        with self._lock:
            known = self._own.get(id(function))
            if known is None:
                place = code_name(function)
                own = f"{os.getpid()}.{self._born}.{next(self._numbers)}"
                what = _written(function) if is_of_module(function) else own
                known = self._own[id(function)] = (self._reference(function), f"{place}#{what}")
            return known[1]

    def _reference(self, function: Callable[..., object]) -> object:
        """Something that forgets the object when it is gone; the object itself where it cannot be watched."""
        number = id(function)
        try:
            return weakref.ref(function, lambda _: self._own.pop(number, None))
        except TypeError:
            return function


def code_name(function: Any) -> str:
    """Where a function is written: `module:qualified.name`."""
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}:{named.__qualname__}"


def is_of_module(function: object) -> TypeGuard[FunctionType]:
    """Whether all that a function sees is its module: neither a closure nor an object that it is bound to."""
    if not isinstance(function, FunctionType) or function.__closure__ or "<" in function.__qualname__:
        return False
    given = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    return all(item is None or isinstance(item, int | float | str | bytes) for item in given)


def _written(function: FunctionType) -> str:
    """What stands in the function: a result that an older one gave is not its own, nor one of the same name elsewhere."""
    code = function.__code__
    plain = [item for item in code.co_consts if item is None or isinstance(item, int | float | str | bytes)]
    text = repr((code.co_filename, code.co_code, code.co_names, plain))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def shared_name(tool: Tool) -> tuple[str, str, str]:
    """By what a tool is known in the process: calls of all its sessions are counted together."""
    return tool.distribution, tool.qualified_name, code_name(tool.function)


PROCESS = Shared()
"""Of this process."""
