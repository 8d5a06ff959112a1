"""One call of a tool by model code: arguments out, the call, its result or fault in, all of it recorded."""

from __future__ import annotations

import decimal
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from codeact_sdk.errors import ToolArgumentError, ToolError
from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.boundary import PLAIN, Boundary
from codeact_sdk.interpreter.crews import Crew, Strays
from codeact_sdk.interpreter.declared import Declared
from codeact_sdk.interpreter.journal import Journal, Outcome
from codeact_sdk.interpreter.limits import Budget, Paused
from codeact_sdk.interpreter.loops import Loops
from codeact_sdk.interpreter.number_contexts import NumberContexts
from codeact_sdk.interpreter.observed import ERROR, TOOL, Entry, N
from codeact_sdk.interpreter.quick import Shortener
from codeact_sdk.interpreter.rarely import behaving, results
from codeact_sdk.interpreter.runners import Run, awaited, makes_coroutines, run_for, runner
from codeact_sdk.interpreter.tool_faults import describe_fault, recreate
from codeact_sdk.interpreter.unawaited import UnawaitedCall
from codeact_sdk.interpreter.visible import SealedTool
from codeact_sdk.later import imported
from codeact_sdk.tools.behaviour import NOTHING
from codeact_sdk.tools.context import Services
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.passage import Admission, Denied, Failed, Given, Passage, Stop
from codeact_sdk.tools.redaction import Redactor

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool

_TEXT = frozenset({str})

Shorten = Callable[[SealedTool, tuple[Any, ...], dict[str, Any]], None]
"""Gives a sealed tool a shorter way, seen what it is called with."""


class Bound(NamedTuple):
    """How a tool is called."""

    call: Callable[[tuple[Any, ...], dict[str, Any]], Any]
    """Takes the positional and the keyword arguments."""
    shorten: Shorten | None
    """None where there is no shorter way."""


class _Async(NamedTuple):
    tool: Tool
    name: str
    accept: results.Accept
    run: Run


_Begun = tuple[Entry, Mapping[str, Any], Given | None]
"""The record of a call, its arguments, and what is taken for the result of the tool, if that is not called. A plain tuple: making a named
one takes a frame, which may be the last of the stack."""


def _nothing(_: str) -> None:
    """Takes a note that nobody reads."""


Carry = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Awaitable[Any]]
"""Takes what makes the coroutine of a tool, and gives what runs it."""


def prepare(tools: Iterable[Tool]) -> None:
    """Imports what calls of these tools will need: now, and not in the time of an action."""
    if not sys.modules.keys() >= _PREPARED:
        for tool in tools:
            if any(map(results.needs_check, tool.annotations)):
                imported("codeact_sdk.tools.adapters")
            if tool.is_async:
                imported("asyncio")


_PREPARED = {"codeact_sdk.tools.adapters", "asyncio"}


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
        hold: Callable[[Any], Any],
        numbers: NumberContexts,
        passage: Passage | None = None,
        redactor: Redactor | None = None,
        note: Callable[[str], object] = _nothing,
        faults: Faults | None = None,
    ) -> None:
        self._boundary = boundary
        self.journal = journal
        self._loops = loops
        self.budget = budget()
        """That of the running action."""
        self.declared = Declared(services, note, faults)
        self._hold = hold
        self.awaits = False
        """Whether the running action awaits: async tools are coroutines to it. The short way is that of calls that block."""
        self._numbers = numbers
        self._passage = passage
        self._redactor = redactor
        self.strays = Strays()
        self.crew: Crew | None = None
        """The threads of a `parallel` that runs."""
        self.last_fault: tuple[Exception, Tool] | None = None
        """The last exception that a tool raised into model code, for hints."""

    def bind(self, tool: Tool) -> Bound:
        """Makes what calls a tool; it gives an awaitable where the tool is async and the action awaits."""
        accept = results.make_accept(tool, self._boundary.inward)
        if self._redactor is not None:
            accept = partial(_accepted, accept, self._redactor)
        if tool.is_async:
            call = partial(self._call_either, _Async(tool, tool.qualified_name, accept, runner(tool)))
        else:
            call = partial(self._call_now, tool, accept)
        is_plain = (
            not (tool.context_parameter or tool.timeout_s or tool.facts.is_generator or self.journal.is_watched)
            and self._passage is None
            and self._redactor is None
            and tool.behaviour is NOTHING
            and tool.effect == "read"
        )
        return Bound(call, Shortener(self, tool, accept) if is_plain else None)

    def run_tool(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Makes a function that calls an async one and waits for its result."""
        run = self._loops.run_tool
        if makes_coroutines(function):
            return lambda *args, **kwargs: run(partial(function, *args, **kwargs))
        return lambda *args, **kwargs: run(partial(awaited, function, args, kwargs))

    def is_async(self, sealed: SealedTool) -> bool:
        """Whether a tool is async."""
        return getattr(sealed._call, "func", None) == self._call_either  # noqa: SLF001  # sealed by this object

    def free_more(self) -> None:
        """Opens the short way, where a tool computes with decimal numbers as the host does without being made to."""
        if self.crew is None and self._numbers.are_shared and self.budget.may_free_more:
            self.budget.free_more()

    def failed(self, tool: Tool, error: BaseException) -> Exception:
        """Ends a call that took the short way and has raised: its end is the last in the log."""
        log = self.journal.log
        place = len(log) - 2  # the text of the error is made by the host, which may call back
        try:
            fault = self._fault(tool, error)
        except BaseException:
            log[place] = Outcome(error=describe_fault(error))
            raise
        log[place] = Outcome(error=describe_fault(fault))
        return fault

    def _call_now(self, tool: Tool, accept: results.Accept, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        budget = self.budget
        begun = entry, _, given = self._begin(tool, args, kwargs, budget)
        outer, budget.in_tool = budget.in_tool, tool.qualified_name
        numbers = self._numbers.go_out()
        try:
            result = accept(given.result if given else self._performed(tool, begun))
        except BaseException as error:  # noqa: BLE001  # whatever a tool raises is the model's to read
            entry[ERROR] = type(error).__name__  # for where the stack has no room for more
            fault = self._failed(entry, error)
        else:
            self.journal.end(entry, result=result)
            return result
        finally:
            budget.in_tool = outer
            decimal.setcontext(numbers)
        budget.alive()
        raise fault

    def _performed(self, tool: Tool, begun: _Begun) -> object:
        """What a tool returns that blocks."""
        entry, arguments, _ = begun
        context = self.declared.context(tool, entry[N])
        run = tool.invoke if tool.timeout_s is None else partial(run_for, tool)
        attempt = partial(run, arguments, context=context)
        try:
            call = self.declared.call(tool, arguments, context, self.budget)
            with nullcontext() if self.crew is None else self.crew.let_go(tool.qualified_name):
                result = attempt() if call is None else behaving.perform(call, self.budget, attempt)
        except Exception as error:
            self._passed(tool, arguments, error=error)
            raise
        return self._finished(tool, begun, result)

    def _finished(self, tool: Tool, begun: _Begun, result: object) -> object:
        """Takes note of a call that has happened, and gives the result to go on with."""
        entry, arguments, _ = begun
        self.declared.finished(tool, arguments, result, entry[N])
        return self._passed(tool, arguments, result=result)

    def _passed(
        self, tool: Tool, arguments: Mapping[str, Any], *, result: object = None, error: Exception | None = None
    ) -> object:
        """Tells of what came of a call, and takes the result that is to be gone on with."""
        if self._passage is None:
            return result
        return self._passage.after(tool, arguments, result=result, error=error)

    def _call_either(self, to: _Async, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls an async tool, which gives an awaitable where the action awaits."""
        if self.awaits:
            make = partial(self._call_async, to, self._loops.await_tool, args, kwargs)
            return self._hold(UnawaitedCall(to.name, make))
        carry = self._loops.call_tool if self.crew is None else partial(self._call_elsewhere, self.crew, to.name)
        try:
            self._call_async(to, carry, args, kwargs).send(None)
        except StopIteration as end:  # it has not suspended
            return end.value
        raise RuntimeError("a call that blocks has suspended")

    async def _call_elsewhere(self, crew: Crew, name: str, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Runs an async tool for a thread of a crew, which waits."""
        with crew.let_go(name):
            return crew.call_tool(make)

    async def _call_async(self, to: _Async, carry: Carry, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls an async tool.

        Args:
            to: The tool.
            carry: Runs its coroutine; it suspends this one only where the action awaits.
            args: By position.
            kwargs: By name.
        """
        tool, name, accept, run = to
        budget = self.budget
        begun = entry, _, given = self._begin(tool, args, kwargs, budget)
        awaited = budget.awaited
        awaited[name] += 1
        try:
            if given is None:
                make = self._making(tool, run, begun, budget)
                if not self._numbers.are_shared:
                    make = partial(self._outside, make)
                result = accept(await self._awaited(tool, begun, carry(make)))
            else:
                result = accept(given.result)
        except BaseException as error:  # noqa: BLE001  # as above
            entry[ERROR] = type(error).__name__
            fault = self._failed(entry, error)
        else:
            self.journal.end(entry, result=result)
            return result
        finally:
            awaited[name] -= 1
        budget.alive()
        raise fault

    def _making(self, tool: Tool, run: Run, begun: _Begun, budget: Budget) -> Callable[[], Coroutine[Any, Any, Any]]:
        entry, arguments, _ = begun
        context = self.declared.context(tool, entry[N])
        make = run(arguments, context)
        call = self.declared.call(tool, arguments, context, budget)
        return make if call is None else partial(behaving.aperform, call, make)

    async def _awaited(self, tool: Tool, begun: _Begun, call: Awaitable[Any]) -> Any:
        """What an async tool returns."""
        try:
            result = await call
        except Exception as error:
            self._passed(tool, begun[1], error=error)
            raise
        return self._finished(tool, begun, result)

    async def _outside(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Has a tool compute with decimal numbers as the host does, in whichever loop it runs."""
        with self._numbers.outside():
            return await make()

    def _begin(self, tool: Tool, args: tuple[Any, ...], kwargs: dict[str, Any], budget: Budget) -> _Begun:
        """Checks the arguments and records the call; raises what model code sees where they are wrong."""
        numbers = None
        try:
            outward = self._outward(args, kwargs)
            numbers = self._numbers.go_out()  # a type of the host may compute
            arguments = tool.validate(*outward)
        except (ToolArgumentError, TypeError) as error:
            fault = visible.ToolArgumentError(str(error))
            self.last_fault = (fault, tool)
        else:
            budget.count_call(tool.qualified_name)
            if tool.behaviour.deprecated:
                self.declared.warn(tool, self.journal.before + budget.tool_calls)
            if self._passage is not None:
                return self._admitted(tool, self._passage.before(tool, arguments), budget)
            return self.journal.begin(tool, arguments, place=budget.tool_calls), arguments, None
        finally:
            if numbers is not None:
                decimal.setcontext(numbers)
        raise fault

    def _admitted(self, tool: Tool, admission: Admission, budget: Budget) -> _Begun:
        """Records that a call begins that has been decided upon; raises what model code sees where it is not to happen."""
        arguments, instead = admission
        if isinstance(instead, Stop):
            budget.spend(Paused())
            raise Paused
        is_told = not isinstance(instead, Given | Failed) or instead.is_told
        entry = self.journal.begin(tool, arguments, place=budget.tool_calls, is_told=is_told)
        if isinstance(instead, Given) and not is_told:
            self.declared.answered(tool, instead.result, entry[N])
        if isinstance(instead, Denied):
            fault: Exception = visible.ToolDenied(instead.reason)
            self.last_fault = (fault, tool)
        elif isinstance(instead, Failed):
            fault = self._fault(tool, instead.error)
        else:
            return entry, arguments, instead
        self.journal.end(entry, error=describe_fault(fault))
        raise fault

    def _outward(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        outward = self._boundary.outward
        if not PLAIN.issuperset(map(type, args)):
            args = tuple(map(outward, args))
        if kwargs and not (PLAIN.issuperset(map(type, kwargs.values())) and _TEXT.issuperset(map(type, kwargs))):
            kwargs = {str.__str__(name): outward(item) for name, item in kwargs.items()}
        return args, kwargs

    def _failed(self, entry: Entry, error: BaseException) -> Exception:
        """Records a failed call and makes what model code sees; raises what is not a failure of the tool again."""
        try:
            fault = self._fault(entry[TOOL], error)
        except BaseException:
            self.journal.end(entry, error=describe_fault(error))
            raise
        self.journal.end(entry, error=describe_fault(fault))
        return fault

    def _fault(self, tool: Tool, error: BaseException) -> Exception:
        if not isinstance(error, Exception):
            raise error
        redactor = self._redactor
        fault = recreate(error) if redactor is None else redactor.error(recreate(error, redactor.text))
        self.last_fault = (fault, tool)
        return fault

    def _seen(self, value: Any) -> Any:
        """What model code may have of a value of the host."""
        return value if self._redactor is None else self._redactor.data(value)

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
            crew = self.crew
            with nullcontext() if crew is None else crew.taken():
                return called(*args, **kwargs)

        def called(*args: Any, **kwargs: Any) -> Any:
            outer, budget.in_tool = budget.in_tool, ""  # model code runs again: it may be interrupted
            try:
                given = [self._seen(boundary.inward(item)) for item in args]
                named = {self._seen(name): self._seen(boundary.inward(item)) for name, item in kwargs.items()}
                with self._numbers.inside():
                    return boundary.outward(function(*given, **named))
            except Exception as error:  # noqa: BLE001  # the tool gets no object of model code, exceptions included
                fault = recreate(error)
            finally:
                budget.in_tool = outer
            raise fault

        return callback


def _accepted(accept: results.Accept, redactor: Redactor, value: object) -> Any:
    """A result as model code gets it, without values of secrets."""
    return redactor.data(accept(value))
