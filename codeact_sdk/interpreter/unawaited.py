"""The call of an async tool that has not begun."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import Any


class UnawaitedCall(Coroutine[Any, Any, Any]):
    """A call of an async tool that has not begun; `await` makes it. Tasks take it as they take a coroutine."""

    __slots__ = ("__qualname__", "_begun", "_make")

    def __init__(self, name: str, make: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self.__qualname__ = name
        self._make = make
        self._begun: Coroutine[Any, Any, Any] | None = None

    @property
    def is_new(self) -> bool:
        """Whether nobody has awaited it."""
        return self._begun is None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self._begun is None or getattr(self._begun, "cr_frame", None) is not None

    def _coroutine(self) -> Coroutine[Any, Any, Any]:
        if self._begun is None:
            self._begun = self._make()
        return self._begun

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine().__await__()

    def send(self, value: Any) -> Any:
        """Goes on."""
        return self._coroutine().send(value)

    def throw(self, *error: Any) -> Any:
        """Goes on with an exception."""
        return self._coroutine().throw(*error)

    def close(self) -> None:
        """Ends a call that has begun."""
        if self._begun is not None:
            self._begun.close()

    def __getattr__(self, name: str) -> object:
        raise AttributeError(
            f"the call of an async tool was not awaited, so it has no {name!r}: write `await` before it"
        )

    def __repr__(self) -> str:
        return "<call of an async tool that was not awaited: write `await` before it>"
