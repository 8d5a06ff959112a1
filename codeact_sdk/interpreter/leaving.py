"""What Python calls when a generator is dropped, wherever that is: nothing of model code once its action is over.

A generator that waits under `with` has its `__exit__` called, and one that waits for `yield from` the `close` of an iterator.
So both get a stand-in, in code that may wait, which looks first whether an action runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import GeneratorType
from typing import Any

from codeact_sdk.interpreter.limits import Signal


class Leaving:
    """Makes the stand-ins of one session."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        """Makes what makes them.

        Args:
            namespace: Globals of model code.
        """
        self._namespace = namespace

    def alive(self) -> None:
        """Raises what has stopped the action, or that it is over."""
        self._namespace["@alive"]()

    def managed(self, manager: Any) -> Any:
        """What `with` gets for a context manager."""
        kind = type(manager)
        return Managed(manager, self.alive) if hasattr(kind, "__enter__") and hasattr(kind, "__exit__") else manager

    def managed_later(self, manager: Any) -> Any:
        """What `async with` gets."""
        kind = type(manager)
        known = hasattr(kind, "__aenter__") and hasattr(kind, "__aexit__")
        return ManagedLater(manager, self.alive) if known else manager

    def delegated(self, value: Any) -> Any:
        """What `yield from` gets."""
        if type(value) in _HARMLESS:
            return value
        items = iter(value)
        return Delegated(items, self.alive) if type(items) in self._namespace["@own"] else items


_HARMLESS = frozenset({GeneratorType, list, tuple, dict, set, str, bytes, range})


class _Stand:
    """What stands in for a context manager."""

    __slots__ = ("_alive", "_manager")

    def __init__(self, manager: Any, alive: Callable[[], None]) -> None:
        self._manager = manager
        self._alive = alive


class Managed(_Stand):
    """A context manager that is not left after the end."""

    __slots__ = ()

    def __enter__(self) -> Any:
        return type(self._manager).__enter__(self._manager)

    def __exit__(self, *error: object) -> Any:
        self._alive()
        return type(self._manager).__exit__(self._manager, *error)


class ManagedLater(_Stand):
    """An asynchronous one."""

    __slots__ = ()

    def __aenter__(self) -> Any:
        return type(self._manager).__aenter__(self._manager)

    def __aexit__(self, *error: object) -> Any:
        self._alive()
        return type(self._manager).__aexit__(self._manager, *error)


class Delegated(Iterator[Any]):
    """An iterator of an own class that is not closed after the end."""

    __slots__ = ("_alive", "_items")

    def __init__(self, items: Any, alive: Callable[[], None]) -> None:
        self._items = items
        self._alive = alive

    def __next__(self) -> Any:
        return next(self._items)

    def send(self, value: Any) -> Any:
        """Goes on with a value."""
        return self._items.send(value)

    def throw(self, error: BaseException) -> Any:
        """Goes on with an exception."""
        self._alive()
        if not hasattr(self._items, "throw"):
            raise error
        return self._items.throw(error)

    def close(self) -> None:
        """Ends; after the end it does nothing, since Python would print what it raises."""
        try:
            self._alive()
        except Signal:
            return
        close = getattr(self._items, "close", None)
        if close is not None:
            close()
