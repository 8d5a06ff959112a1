"""One call of a tool by model code: arguments out, the call, its result or fault in, all of it recorded."""

from __future__ import annotations

import asyncio
import builtins
import decimal
import os
import secrets
import threading
from collections.abc import Callable, Coroutine, Generator, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from codeact_sdk.errors import CodeActError, ToolArgumentError, ToolError
from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.boundary import PLAIN, Boundary
from codeact_sdk.interpreter.journal import Journal
from codeact_sdk.interpreter.limits import Budget, Signal
from codeact_sdk.interpreter.loops import Loops
from codeact_sdk.interpreter.observed import TOOL, Entry, N
from codeact_sdk.interpreter.quick import MOST_ARGUMENTS, UNSIZED, shorten
from codeact_sdk.interpreter.results import Accept, make_accept
from codeact_sdk.interpreter.visible import SealedTool
from codeact_sdk.interpreter.workers import WORKERS
from codeact_sdk.tools.context import Services, ToolContext
from codeact_sdk.tools.scrub import scrub
from codeact_sdk.tools.tool import Tool

_MAX_MESSAGE_CHARS = 4_000
"""Longest error message of a tool that reaches model code."""


class Bound(NamedTuple):
    """How a tool is called."""

    call: Callable[[tuple[Any, ...], dict[str, Any]], Any]
    """Takes the positional and the keyword arguments."""
    shorten: Callable[[SealedTool, tuple[Any, ...]], None] | None
    """Gives the sealed tool a shorter way, seen what it is called with; None where there is none."""


class Caller:
    """Makes the calls of one session."""

    def __init__(
        self,
        *,
        boundary: Boundary,
        journal: Journal,
        loops: Loops,
        budget: Callable[[], Budget],
        services: Mapping[str, Services],
        keep: Callable[..., Any],
    ) -> None:
        self._boundary = boundary
        self.journal = journal
        self._loops = loops
        self._budget = budget
        self.budget = budget()
        """That of the running action."""
        self._services = services
        self._keep = keep
        self._session = secrets.token_hex(8)
        self.awaits = False
        """Whether the running action awaits: async tools are coroutines to it."""
        self.host_numbers = decimal.Context()
        """How the host's decimal numbers are computed."""
        self.last_fault: tuple[Exception, Tool] | None = None
        """The last exception that a tool raised into model code, for hints."""

    def bind(self, tool: Tool) -> Bound:
        """Makes what calls a tool; it gives an awaitable where the tool is async and the action awaits."""
        accept = make_accept(tool, self._boundary.inward)
        if not tool.is_async:
            return self._blocking(tool, accept)

        def call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if self.awaits:
                make = lambda: self._call_awaited(tool, accept, args, kwargs)  # noqa: E731  # begun by `await`
                return self._keep(UnawaitedCall, (tool.qualified_name, make), {})
            return self._call_async(tool, accept, args, kwargs)

        return Bound(call, None)

    def _blocking(self, tool: Tool, accept: Accept) -> Bound:
        is_plain = not (tool.context_parameter or tool.timeout_s or tool.facts.is_generator or self.journal.is_watched)

        def call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return self._call_now(tool, accept, args, kwargs)

        def shorten_for(sealed: SealedTool, args: tuple[Any, ...]) -> None:
            kinds = tuple(map(type, args))
            if 0 < len(kinds) <= MOST_ARGUMENTS and UNSIZED.issuperset(kinds) and tool.takes_as_they_are(kinds):
                shorten(sealed, self, tool, accept, kinds)

        return Bound(call, shorten_for if is_plain else None)

    def ended(self, entry: Entry, accept: Accept, value: Any, outer: str) -> Any:
        """Ends a call that took the short way and has returned.

        Args:
            entry: Its record.
            accept: Takes the result over the boundary.
            value: What the tool returned.
            outer: The tool that was running around it.
        """
        try:
            result = accept(value)
        except BaseException as error:  # noqa: BLE001  # as below
            fault = self.failed(entry, error, outer)
        else:
            self.journal.end(entry, result=result)
            self.budget.in_tool = outer
            return result
        raise fault

    def failed(self, entry: Entry, error: BaseException, outer: str) -> Exception:
        """Ends a call that took the short way and has raised."""
        try:
            return self._failed(entry, error)
        finally:
            self.budget.in_tool = outer

    def _call_now(self, tool: Tool, accept: Accept, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        budget = self.budget
        entry, arguments = self._begin(tool, args, kwargs, budget)
        outer, budget.in_tool = budget.in_tool, tool.qualified_name
        numbers = decimal.getcontext()
        decimal.setcontext(self.host_numbers)  # the tool computes as the host does
        try:
            if tool.timeout_s is None:
                result = accept(tool.invoke(arguments, context=self._context(tool, entry)))
            else:
                result = accept(_run_for(tool, arguments, self._context(tool, entry)))
        except BaseException as error:  # noqa: BLE001  # whatever a tool raises is the model's to read
            fault = self._failed(entry, error)
        else:
            self.journal.end(entry, result=result)
            return result
        finally:
            budget.in_tool = outer
            decimal.setcontext(numbers)
        budget.alive()
        raise fault

    def _call_async(self, tool: Tool, accept: Accept, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls an async tool from code that does not await."""
        budget = self.budget
        entry, arguments = self._begin(tool, args, kwargs, budget)
        budget.awaited[tool.qualified_name] += 1
        try:
            context = self._context(tool, entry)
            result = accept(self._loops.call_tool(lambda: _run_async(tool, arguments, context)))
        except BaseException as error:  # noqa: BLE001  # as above
            fault = self._failed(entry, error)
        else:
            self.journal.end(entry, result=result)
            return result
        finally:
            budget.awaited[tool.qualified_name] -= 1
        budget.alive()
        raise fault

    async def _call_awaited(self, tool: Tool, accept: Accept, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        budget = self.budget
        entry, arguments = self._begin(tool, args, kwargs, budget)
        budget.awaited[tool.qualified_name] += 1
        try:
            context = self._context(tool, entry)
            result = accept(await self._loops.await_tool(lambda: _run_async(tool, arguments, context)))
        except BaseException as error:  # noqa: BLE001  # as above
            fault = self._failed(entry, error)
        else:
            self.journal.end(entry, result=result)
            return result
        finally:
            budget.awaited[tool.qualified_name] -= 1
        budget.alive()
        raise fault

    def _begin(
        self, tool: Tool, args: tuple[Any, ...], kwargs: dict[str, Any], budget: Budget
    ) -> tuple[Entry, dict[str, Any]]:
        """Checks the arguments and records the call; raises what model code sees where they are wrong."""
        try:
            arguments = tool.validate(*self._outward(args, kwargs))
        except (ToolArgumentError, TypeError) as error:
            fault = visible.ToolArgumentError(str(error))
            self.last_fault = (fault, tool)
        else:
            budget.count_call(tool.qualified_name)
            return self.journal.begin(tool, arguments), arguments
        raise fault

    def _outward(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        outward = self._boundary.outward
        for value in args:
            if type(value) not in PLAIN:
                args = tuple(map(outward, args))
                break
        for name, value in kwargs.items():
            if type(value) not in PLAIN or type(name) is not str:
                kwargs = {str.__str__(name): outward(item) for name, item in kwargs.items()}
                break
        return args, kwargs

    def _context(self, tool: Tool, entry: Entry) -> ToolContext | None:
        if tool.context_parameter is None:
            return None
        services = self._services.get(tool.pack)
        key = f"{self._session}-{entry[N]}"
        if services is None:
            return ToolContext(tool.pack, idempotency_key=key)
        return services.context(tool, idempotency_key=key)

    def _failed(self, entry: Entry, error: BaseException) -> Exception:
        """Records a failed call and makes what model code sees; raises what is not a failure of the tool again."""
        if not isinstance(error, Exception):
            self.journal.end(entry, error=_describe(error))
            raise error
        fault = recreate(error)
        self.journal.end(entry, error=_describe(fault))
        self.last_fault = (fault, entry[TOOL])
        return fault

    def call_back(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wraps a callable of model code so that a tool may call it."""
        boundary = self._boundary
        owner, budget = threading.get_ident(), self.budget

        def callback(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != owner:
                raise ToolError("a function of the action can be called only in the thread of the action that gave it")
            if budget.done:
                raise ToolError("a function of the action can be called only while the action runs")
            budget.alive()
            outer, budget.in_tool = budget.in_tool, ""  # model code runs again: it may be interrupted
            try:
                given = [boundary.inward(item) for item in args]
                return boundary.outward(
                    function(*given, **{name: boundary.inward(item) for name, item in kwargs.items()})
                )
            except Exception as error:  # noqa: BLE001  # the tool gets no object of model code, exceptions included
                fault = recreate(error)
            finally:
                budget.in_tool = outer
            raise fault

        return callback


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


def _run_for(tool: Tool, arguments: dict[str, Any], context: ToolContext | None) -> object:
    """Runs a tool for no longer than it declares; a thread that it holds on to is left behind."""
    future = WORKERS.submit(lambda: tool.invoke(arguments, context=context))
    try:
        return future.result(timeout=tool.timeout_s)
    except TimeoutError:
        if future.done:  # raised by the tool itself
            raise
    raise _timed_out(tool)


async def _run_async(tool: Tool, arguments: dict[str, Any], context: ToolContext | None) -> object:
    """Runs the tool alone, in whichever loop is its own: values cross the boundary in the action's thread."""
    if tool.timeout_s is None:
        return await tool.invoke(arguments, context=context)
    try:
        async with asyncio.timeout(tool.timeout_s) as clock:
            return await tool.invoke(arguments, context=context)
    except TimeoutError:
        if not clock.expired():
            raise
    raise _timed_out(tool)


def _timed_out(tool: Tool) -> Exception:
    return visible.ToolTimeout(
        f"{tool.qualified_name} did not return within its {tool.timeout_s:g} s; it may still have an effect"
    )


def recreate(error: Exception) -> Exception:
    """Makes what model code sees of a tool's exception: a class that it can name and a message, nothing of the host's.

    Builtin exceptions keep their class; others become `ToolError`.
    """
    if isinstance(error, tuple(visible.VISIBLE_EXCEPTIONS.values())):
        return visible.VISIBLE_EXCEPTIONS[type(error).__name__](str(error))
    if isinstance(error, CodeActError):
        return visible.ToolError(str(error)[:_MAX_MESSAGE_CHARS])
    kind = type(error)
    builtin: type[Exception] | None = getattr(builtins, kind.__name__, None)
    if builtin is kind:
        if kind is KeyError and len(error.args) == 1 and type(error.args[0]) in (str, int):
            return KeyError(error.args[0])
        try:
            return builtin(_text(error))
        except TypeError:  # UnicodeDecodeError and its kind want more than a message
            pass
    return visible.ToolError(f"{kind.__name__}: {_text(error)}".rstrip(": "))


def _text(error: BaseException) -> str:
    """What an exception of the host says, without addresses of its objects and folders of its files."""
    try:
        if isinstance(error, OSError) and isinstance(error.filename, str | bytes | PurePath):
            name = PurePath(os.fsdecode(error.filename)).name
            return f"[Errno {error.errno}] {error.strerror}: {name!r}"[:_MAX_MESSAGE_CHARS]
        return scrub(str(error)[:_MAX_MESSAGE_CHARS])
    except Exception as fault:  # noqa: BLE001  # a broken __str__ must not hide the error itself
        return f"(its message cannot be shown: {type(fault).__name__})"


def _describe(error: BaseException) -> str:
    if isinstance(error, Signal):
        return f"stopped: {error}" if str(error) else "stopped"
    return f"{type(error).__name__}: {_text(error)}".rstrip(": ")
