"""A persistent, restricted namespace: the only place where model code is executed."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from codeact_sdk.errors import CodeActError
from codeact_sdk.frozen import replaced
from codeact_sdk.interpreter.calls import prepare
from codeact_sdk.interpreter.clips import Clip
from codeact_sdk.interpreter.compiler import ActionSyntaxError, Compiled
from codeact_sdk.interpreter.endings import over
from codeact_sdk.interpreter.journal import CallEnd, CallStart, Journal
from codeact_sdk.interpreter.limits import Answered, Budget, Interrupted, Limits, Paused, Signal
from codeact_sdk.interpreter.modules import Members
from codeact_sdk.interpreter.observed import observation
from codeact_sdk.interpreter.parts import Parts, Setup
from codeact_sdk.interpreter.rarely import checker, descriptions, effects, faults, report, undoing
from codeact_sdk.interpreter.rules import VALUE
from codeact_sdk.interpreter.turns import settle, tell_loop
from codeact_sdk.interpreter.watchdog import WATCHDOG
from codeact_sdk.interpreter.workers import WORKERS, Pending
from codeact_sdk.later import asyncio
from codeact_sdk.observations import CodeError, Observation, Status
from codeact_sdk.tools.checkers import adapters
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.passage import Passage, Rehearsal
from codeact_sdk.tools.redaction import Redactor
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.tools.type_rules import TypeRules

_GRACE_S = 0.15
"""How long after the deadline the caller waits for the action to end by itself."""

_SLICE_S = 0.2
"""Longest wait of the caller in one piece."""

_NO_MODULES: Mapping[str, Members] = MappingProxyType({})


class _End(NamedTuple):
    """How an action ended."""

    status: Status
    error: CodeError | None = None
    value: object = None
    clipped: bool = False
    """Whether the value was shortened."""
    view: str = ""
    """What is read in place of the value."""


class Session:
    """Runs actions one after another; what they define stays."""

    def __init__(
        self,
        toolset: Toolset,
        *,
        limits: Limits | None = None,
        modules: Mapping[str, Members] = _NO_MODULES,
        output_type: Any = None,
        on_call_start: CallStart | None = None,
        on_call_end: CallEnd | None = None,
        check: checker.TypeCheck | bool = True,
        passage: Passage | None = None,
        rehearsal: Rehearsal | None = None,
        faults: Faults | None = None,
        redactor: Redactor | None = None,
        types: TypeRules | None = None,
    ) -> None:
        self.toolset = toolset
        self.limits = limits or Limits()
        self._setup = Setup(
            self.limits,
            journal=lambda boundary: Journal(boundary.inward, on_start=on_call_start, on_end=on_call_end),
            modules=modules,
            answer_type=None if output_type is None else adapters.TypeAdapter(output_type),
            check=check,
            passage=passage,
            faults=faults,
            rehearsal=rehearsal,
            redactor=redactor,
            types=types,
        )
        prepare(toolset)
        self._busy = threading.Lock()
        self._closed = False
        self._begin()

    def reset(self) -> None:
        """Forgets every name that actions have defined."""
        self._parts.loops.close()
        self._begin()

    def _begin(self) -> None:
        self._parts = Parts(self.toolset, self._setup)
        self._namespace = self._parts.namespace
        self._guards = self._parts.guards

    @property
    def answer(self) -> Any:
        """What `answer(value)` was given last, in the type that was asked for."""
        return self._parts.answers.last

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules that may be imported."""
        return tuple(name for name in self._parts.modules.names if name not in self.toolset.groups)

    @property
    def variables(self) -> Mapping[str, Any]:
        """The names that actions have defined, with what they hold."""
        return MappingProxyType(self._guards.names())

    @property
    def ledger(self) -> undoing.Ledger:
        """The writes of the session that have happened."""
        return self._parts.caller.declared.ledger

    def outside(self, call: Callable[[], Any]) -> Any:
        """Calls code of a pack between two actions; what it gives to await runs in the session's own loop.

        Args:
            call: Makes the call.
        """
        made = call()
        if not hasattr(made, "__await__"):
            return made
        if not self._busy.acquire(blocking=False):
            made.close()
            raise CodeActError("an action still runs in this session: wait for it, or close the session")
        try:
            self._parts.budget = Budget(self.limits)
            self._parts.loops.host = None
            return self._parts.loops.run(made)
        finally:
            if self._closed:
                self._parts.loops.close()
            self._busy.release()

    # -- running

    def shown(self, value: object) -> Any:
        """Makes data of an argument of a tool, as the record of calls has it."""
        return self._parts.journal.keep(value)

    def settle(self) -> None:
        """Waits for tools that the last action has left running, for no longer than an action may take."""
        seconds = self.limits.seconds
        if self._busy.acquire(timeout=-1 if seconds is None else seconds):
            self._busy.release()

    def rewind(self) -> None:
        """Puts everything back to where it was before the last action, which is to be run again."""
        self._parts.rewind()

    def run(self, code: str) -> Observation:
        """Runs one action and waits for it."""
        try:
            started = self._start(code)
            return started if isinstance(started, Observation) else self._awaited(started)
        except BaseException:
            self._stop()
            raise

    def _awaited(self, started: Pending[Observation]) -> Observation:
        """Waits in slices: a Ctrl-C that comes just before a wait is seen only when that wait ends."""
        patience = self._patience()
        end = None if patience is None else time.monotonic() + patience
        while True:
            left = _SLICE_S if end is None else min(_SLICE_S, end - time.monotonic())
            if left <= 0:
                return self._abandon(started)
            with contextlib.suppress(TimeoutError):
                return started.result(timeout=left)

    async def arun(self, code: str) -> Observation:
        """Runs one action; async tools run in the caller's event loop."""
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        started = self._start(code, host=loop, told=partial(tell_loop, loop, ended))
        if isinstance(started, Observation):
            return started
        patience = self._patience()
        timer = None if patience is None else loop.call_later(patience, settle, ended)
        try:
            await ended
        except BaseException:
            WATCHDOG.interrupt(self._parts.budget, Interrupted("the host stopped the action"))
            raise
        finally:
            if timer is not None:
                timer.cancel()
        return started.result() if started.done else self._abandon(started)

    def close(self) -> None:
        """Ends the session: its event loop, and an action that still runs."""
        self._closed = True
        if self._busy.locked():
            WATCHDOG.interrupt(self._parts.budget, Interrupted("the interpreter was closed"))
        else:
            self._parts.loops.close()

    def _start(
        self, code: str, *, host: asyncio.AbstractEventLoop | None = None, told: Callable[[], object] | None = None
    ) -> Pending[Observation] | Observation:
        if self._closed:
            raise RuntimeError("this interpreter is closed: make a new one")
        if not self._busy.acquire(blocking=False):
            return self._still_busy()
        parts = self._parts
        budget = parts.budget = Budget(self.limits, namespace=parts.namespace)
        if self.limits.seconds is not None:
            budget.deadline = time.monotonic() + self.limits.seconds
        parts.loops.host = host
        return WORKERS.submit(partial(self._act_and_release, parts, code, budget), told=told)

    def _patience(self) -> float | None:
        return None if self.limits.seconds is None else self.limits.seconds + _GRACE_S

    def _stop(self) -> None:
        """Ends an action because the host was interrupted, and gives it a moment to end."""
        if self._busy.locked():
            WATCHDOG.interrupt(self._parts.budget, Interrupted("the host stopped the action"))
            if self._busy.acquire(timeout=_GRACE_S):
                self._busy.release()

    def _abandon(self, running: Pending[Observation]) -> Observation:
        """Answers for an action that does not end: a tool or a C function holds it."""
        parts = self._parts
        budget = parts.budget
        limit = budget.time_is_up()
        budget.spend(limit)
        hint = (
            "the tool still runs; its result will be dropped"
            if budget.in_tool
            else "one call does not return; use less data"
        )
        error = CodeError(type="LimitExceeded", message=f"{limit.limit}: {limit.message}", hint=hint)
        told = _observation(parts, "limit", error, (self.limits.seconds or 0.0) - (budget.remaining() or 0.0))
        return running.result() if budget.over else told  # it has ended meanwhile, and forgotten its calls

    def _still_busy(self) -> Observation:
        during = self._parts.budget.running
        what = f"the tool {during} has not returned" if during else "it has not ended"
        message = f"the action before this one still runs ({what}): this one was not run; wait, or do without it"
        return Observation(status="limit", error=CodeError(type="Busy", message=message, hint="nothing was run"))

    def _act_and_release(self, parts: Parts, code: str, budget: Budget) -> Observation:
        try:
            return _act(parts, code, budget)
        finally:
            budget.over = True
            parts.end()
            parts.caller.strays.when_none(
                partial(self._release, parts)
            )  # before anybody who waits for the observation is told

    def _release(self, parts: Parts) -> None:
        if self._closed:
            parts.loops.close()
        self._busy.release()


# -- in the action's thread


def _act(parts: Parts, code: str, budget: Budget) -> Observation:
    started = time.monotonic()
    budget.thread = threading.get_ident()
    parts.output.begin(budget.limits.output_chars)
    parts.shown.begin()
    parts.journal.begin_action()
    parts.answers.of_action = None
    with parts.numbers.entered():
        return _compile_and_run(parts, code, budget, started)


def _compile_and_run(parts: Parts, code: str, budget: Budget, started: float) -> Observation:
    action = parts.sources.add(code)
    try:
        compiled = parts.compile(code, action)
    except ActionSyntaxError as error:
        wrong = faults.syntax_fault(error, parts.sources, action)
        return _observation(parts, "error", wrong, time.monotonic() - started)
    if parts.checker is not None and (findings := parts.checker.check(compiled.facts)):
        wrong = report.report(findings, parts.sources, action)
        return _observation(parts, "error", wrong, time.monotonic() - started)
    parts.caller.awaits, parts.caller.budget = compiled.awaits, budget
    parts.mark(compiled.names)
    parts.begin(compiled, budget)
    end = _watched(parts, compiled, action, budget, code)
    parts.namespace["@alive"] = over  # what the collector ends from now on has no limits
    return _observation(parts, end.status, end.error, time.monotonic() - started, end=end)


def _watched(parts: Parts, compiled: Compiled, action: str, budget: Budget, code: str) -> _End:
    """Executes compiled code; whatever happens, watching has ended when this returns."""
    begun = False
    end: _End | None = None
    WATCHDOG.watch(budget)
    while True:
        try:  # an interrupt may arrive at any line until the release has returned
            if not begun:
                begun = True
                end = _executed(parts, compiled, action, budget, code)
            parts.endings.tell(parts.output.captured["stderr"].write)  # closing one may take for ever
            WATCHDOG.release(budget)
        except Signal:
            continue
        break
    if end is None or (budget.signal is not None and end.status not in ("answered", "paused", "limit")):
        return _End("limit", faults.fault(budget.signal or budget.time_is_up(), parts.sources, action))
    return end


def _executed(parts: Parts, compiled: Compiled, action: str, budget: Budget, code: str) -> _End:
    budget.base_depth = _depth()
    try:
        result = eval(compiled.code, parts.namespace)  # noqa: S307  # the only exec of the SDK, under the policy
        if compiled.is_coroutine:
            parts.loops.run(result)
        budget.alive()
        parts.endings.tell(parts.output.captured["stderr"].write)
        clip = Clip(budget.limits.output_chars)
        last = parts.namespace[VALUE]
        value = clip.copy(last)
        view = parts.shown.view(last, code, clipped=clip.truncated)
    except BaseException as error:  # noqa: BLE001  # wrong code is a value
        if isinstance(budget.signal, Answered | Paused):
            return _End("answered" if isinstance(budget.signal, Answered) else "paused")
        if budget.signal is not None or isinstance(error, Signal):
            signal = budget.signal or budget.time_is_up()
            return _End(
                "limit", faults.fault(signal.with_traceback(_first(error).__traceback__), parts.sources, action)
            )
        described = descriptions.describe(
            error, parts.sources, action, names=parts.names(), caller=parts.caller, toolset=parts.toolset
        )
        parts.endings.tell(parts.output.captured["stderr"].write)
        budget.alive()  # the text of the error was made by model code
        return _End("error", described)
    return _End("ok", value=value, clipped=clip.truncated, view=view)


def _observation(
    parts: Parts, status: Status, error: CodeError | None, seconds: float, *, end: _End | None = None
) -> Observation:
    calls = parts.journal.calls()
    if error is not None:
        error = replaced(error, repeat=effects.effects_of(calls, parts.toolset).repeat)
    captured = parts.output.captured
    truncated = [name for name, capture in captured.items() if capture.truncated]
    return observation(
        status=status,
        stdout=captured["stdout"].text(),
        stderr=captured["stderr"].text(),
        value=end.value if end else None,
        view=end.view if end else "",
        error=error,
        calls=calls,
        answer=parts.answers.of_action if status == "answered" else None,
        displays=parts.shown.displays,
        truncated=(*truncated, "value") if end and end.clipped else tuple(truncated),
        seconds=seconds,
    )


def _first(error: BaseException) -> BaseException:
    """The signal that came first: another may have hit what ran on its way out, which tells no place of the program."""
    while isinstance(error.__context__, Signal):
        error = error.__context__
    return error


def _depth() -> int:
    frame, depth = sys._getframe(), 0  # noqa: SLF001  # the only way to know the depth
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth
