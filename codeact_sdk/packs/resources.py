"""The resources of one pack in one session: opened on first use, closed in the reverse order, whatever fails."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import weakref
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from codeact_sdk.errors import CodeActError, ConfigError, ToolError
from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.resources import AnyResource, AsyncResource, Resource

Chain = tuple[AnyResource[Any], ...]
"""The resources that are being opened, the outermost first."""

MakeContext = Callable[[str, bool, Chain], ToolContext]
"""Makes the context of a resource: its name, whether it is async, and what is being opened."""

_Loop = asyncio.AbstractEventLoop


class _Opened(NamedTuple):
    resource: AnyResource[Any]
    value: Any
    way: Any
    """The context manager that closes it; None where nothing does."""
    loop: _Loop | None
    """Where it was opened; None for what does not belong to a loop."""


class Resources:
    """What the tools of one pack have opened in one session.

    A `def` resource is opened once. An `async def` one is opened once in each event loop that asks for it, because what it
    holds cannot move between loops, and is closed in that loop.
    """

    def __init__(
        self, pack: str, declared: tuple[AnyResource[Any], ...], context: MakeContext, faults: Faults, distribution: str
    ) -> None:
        """Opens nothing.

        Args:
            pack: Namespace of the pack.
            declared: Its resources.
            context: Makes what a resource is given.
            faults: Is told of what does not close.
            distribution: Where the pack came from.
        """
        self._pack, self._declared, self._distribution = pack, declared, distribution
        self._context = context
        self._faults = faults
        self._lock = threading.RLock()  # a resource may open another
        self._stack: list[_Opened] = []
        self._async_locks: weakref.WeakKeyDictionary[_Loop, dict[str, asyncio.Lock]] = weakref.WeakKeyDictionary()
        self._closed = False

    def get(self, resource: AnyResource[Any], *, name: str, is_async: bool, chain: Chain = ()) -> Any:
        """Gives a resource, or what awaits an async one.

        Args:
            resource: The resource.
            name: Who asks.
            is_async: Whether it may await.
            chain: What is being opened.

        Raises:
            ConfigError: It is not of this pack, needs itself, or is async and asked for by a `def`.
        """
        if resource not in self._declared:
            known = ", ".join(item.name for item in self._declared) or "none"
            raise ConfigError(
                f"{name} asks for {getattr(resource, 'name', resource)!r}, which is no resource of pack {self._pack!r} "
                f"(it has: {known}); its author declares it with @pack.resource"
            )
        if resource in chain:
            path = " -> ".join(item.name for item in (*chain[chain.index(resource) :], resource))
            raise ConfigError(f"resources of pack {self._pack!r} need one another, so that none can be first: {path}")
        if isinstance(resource, Resource):
            return self._open(resource, chain)
        if not is_async:
            raise ConfigError(
                f"{name} is a `def` and asks for the resource {resource.name!r}, which is async: make it an `async def` "
                f"and write `await ctx.resource({resource.name})`"
            )
        return self._aopen(resource, chain)

    def _open(self, resource: Resource[Any], chain: Chain) -> Any:
        with self._lock:
            known = self._known(resource, None)
            if known is not None:
                return known.value
            function = resource.function
            arguments = self._arguments(resource, chain, is_async=False)
            try:
                way: Any = None
                if resource.form == "generator":
                    way = contextlib.contextmanager(function)(**arguments)  # type: ignore[arg-type]  # `form` says so
                    value = way.__enter__()
                else:
                    value = function(**arguments)
            except Exception as error:
                self._note(resource, error)
                raise
            self._stack.append(_Opened(resource, value, way, None))
            return value

    async def _aopen(self, resource: AsyncResource[Any], chain: Chain) -> Any:
        loop = asyncio.get_running_loop()
        with self._lock:
            lock = self._async_locks.setdefault(loop, {}).setdefault(resource.name, asyncio.Lock())
        async with lock:
            known = self._known(resource, loop)
            if known is not None:
                return known.value
            function: Any = resource.function
            arguments = self._arguments(resource, chain, is_async=True)
            try:
                way: Any = None
                if resource.form == "generator":
                    way = contextlib.asynccontextmanager(function)(**arguments)
                    value = await way.__aenter__()
                else:
                    value = await function(**arguments)
            except Exception as error:
                self._note(resource, error)
                raise
            with self._lock:
                late = self._closed
                if not late:
                    self._stack.append(_Opened(resource, value, way, loop))
            if late:
                if way is not None:
                    await way.__aexit__(None, None, None)
                raise self._ended(resource)
            return value

    def _known(self, resource: AnyResource[Any], loop: _Loop | None) -> _Opened | None:
        if self._closed:
            raise self._ended(resource)
        with self._lock:
            return next((item for item in self._stack if item.resource == resource and item.loop is loop), None)

    def _ended(self, resource: AnyResource[Any]) -> CodeActError:
        return CodeActError(
            f"the resource {resource.name!r} of pack {self._pack!r} is asked for after its interpreter was closed: "
            "make a new interpreter"
        )

    def _arguments(self, resource: AnyResource[Any], chain: Chain, *, is_async: bool) -> dict[str, Any]:
        if resource.context_parameter is None:
            return {}
        name = f"{self._pack}.{resource.name}"
        return {resource.context_parameter: self._context(name, is_async, (*chain, resource))}

    def _note(self, resource: AnyResource[Any], error: Exception) -> None:
        """Adds to an error what was being done; the error keeps its class, by which it may be worth another attempt."""
        note = (
            f"(while the resource {resource.name!r} of pack {self._pack!r} was being opened; the next call tries again)"
        )
        if note not in getattr(error, "__notes__", ()):  # an author may raise one object again and again
            error.add_note(note)

    # -- the end

    def close(self, *, for_good: bool = True) -> None:
        """Closes all that can be closed from here: what was opened in an event loop that runs now, only `aclose` can.

        Args:
            for_good: Whether nothing is opened afterwards.
        """
        left = []
        for opened in self._taken(for_good):
            if opened.loop is not None and opened.loop.is_running():
                left.append(opened)
                self._fault(opened, ToolError("its event loop is running: end with `await interpreter.aclose()`"))
            else:
                self._end(opened)
        with self._lock:
            self._stack = [*reversed(left), *self._stack]

    async def aclose(self) -> None:
        """Closes everything; called in the event loop that the async tools have used."""
        here = asyncio.get_running_loop()
        for opened in self._taken(for_good=True):
            if opened.loop is here and opened.way is not None:
                try:
                    await opened.way.__aexit__(None, None, None)
                except Exception as error:  # noqa: BLE001  # the rest is closed all the same
                    self._fault(opened, error)
            else:
                self._end(opened)

    def _taken(self, for_good: bool) -> list[_Opened]:
        with self._lock:
            self._closed = self._closed or for_good
            taken, self._stack = self._stack[::-1], []
        return taken

    def _end(self, opened: _Opened) -> None:
        if opened.way is None:
            return
        try:
            if opened.loop is None:
                opened.way.__exit__(None, None, None)
            else:
                _run(opened.way.__aexit__(None, None, None), opened.loop)
        except Exception as error:  # noqa: BLE001  # as above
            self._fault(opened, error)

    def _fault(self, opened: _Opened, error: Exception) -> None:
        what = f"the resource {opened.resource.name}, when it was closed,"
        self._faults.add(error, pack=self._pack, what=what, distribution=self._distribution)


def _run(closing: Coroutine[Any, Any, Any], loop: _Loop) -> None:
    """Runs what closes an async resource, in its loop; where that has ended, in a new one: some of it may need no loop."""
    if loop.is_closed():
        run: Callable[[Coroutine[Any, Any, Any]], Any] = asyncio.run
    else:
        run = loop.run_until_complete
    if asyncio._get_running_loop() is None:  # noqa: SLF001  # the public one raises
        run(closing)
        return
    failed: list[Exception] = []

    def work() -> None:  # a thread that runs one loop cannot run another
        try:
            run(closing)
        except Exception as error:  # noqa: BLE001  # raised where it is waited for
            failed.append(error)

    thread = threading.Thread(target=work, name="codeact-closing")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
