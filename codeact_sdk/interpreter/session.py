"""A persistent, restricted namespace: the only place where model code is executed."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from codeact_sdk.frozen import replaced
from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.amounts import Amounts
from codeact_sdk.interpreter.boundary import Boundary
from codeact_sdk.interpreter.builtin_names import make_builtins
from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.clips import Clip
from codeact_sdk.interpreter.compiler import CACHE, ActionSyntaxError, Compiled, Options
from codeact_sdk.interpreter.endings import Endings, over
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.journal import CallEnd, CallStart, Journal
from codeact_sdk.interpreter.limits import Answered, Budget, Interrupted, Limits, Signal
from codeact_sdk.interpreter.loops import Loops
from codeact_sdk.interpreter.modules import Members, Modules
from codeact_sdk.interpreter.number_contexts import NumberContexts
from codeact_sdk.interpreter.observed import observation
from codeact_sdk.interpreter.output import Output
from codeact_sdk.interpreter.own_modules import OwnModules
from codeact_sdk.interpreter.rarely import checker, descriptions, effects, faults, report
from codeact_sdk.interpreter.rules import VALUE
from codeact_sdk.interpreter.session_modules import SessionModules
from codeact_sdk.interpreter.sources import Sources
from codeact_sdk.interpreter.texts import Texts
from codeact_sdk.interpreter.toolnames import tool_modules, tool_names
from codeact_sdk.interpreter.watchdog import WATCHDOG
from codeact_sdk.interpreter.workers import WORKERS, Outcome
from codeact_sdk.later import asyncio
from codeact_sdk.observations import CodeError, Observation, Status
from codeact_sdk.tools.checkers import adapters
from codeact_sdk.tools.toolset import Toolset

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
    ) -> None:
        self.toolset = toolset
        self._check = check
        self.limits = limits or Limits()
        self._extra_modules = modules
        self._answer_type = None if output_type is None else adapters.TypeAdapter(output_type)
        self._observers = (on_call_start, on_call_end)
        self._busy = threading.Lock()
        self._running: Outcome[Observation] | None = None
        self._closed = False
        self._begin()

    def reset(self) -> None:
        """Forgets every name that actions have defined."""
        self._loops.close()
        self._begin()

    def _begin(self) -> None:
        self._namespace: dict[str, Any] = {"__name__": "__main__"}
        self._endings = Endings(self._namespace)
        self._budget = Budget(self.limits)
        amounts = Amounts(lambda: self._budget)
        self._guards = Guards(self._namespace, amounts, self._endings)
        self._output = Output(amounts.shown)
        self._sources = Sources()
        self._shared_names: set[str] = set()
        self._dynamic = False
        self._answer: object = None
        self.answer: object = None
        """What `answer(value)` was given last, in the type that was asked for."""
        budget: Callable[[], Budget] = lambda: self._budget  # noqa: E731  # typed, and read anew for each action
        self._loops = Loops(budget)
        self._boundary = Boundary(call_back=self._call_back)
        self._journal = Journal(self._boundary.inward, on_start=self._observers[0], on_end=self._observers[1])
        self._numbers = NumberContexts()
        services = {name: group.services for name, group in self.toolset.groups.items() if group.services is not None}
        self._caller = Caller(
            boundary=self._boundary,
            journal=self._journal,
            loops=self._loops,
            budget=budget,
            services=services,
            hold=self._endings.hold,
            numbers=self._numbers,
        )
        self._fill_namespace(budget)

    def _fill_namespace(self, budget: Callable[[], Budget]) -> None:
        tools = tool_names(self.toolset, self._caller, self._boundary.mirror)
        texts = Texts(self._namespace, self._sources, budget, lambda text, name: self._compiled(text, name, seen=True))
        session_modules = SessionModules(self._guards, self._output, texts, self._sources)
        own_modules = OwnModules(
            self._guards, self._output, budget, self._loops.run, session=session_modules, contexts=self._numbers
        )
        self._modules = Modules(self._guards, own_modules.makers(), {**self._extra_modules, **tool_modules(tools)})
        own = {
            "print": self._output.print,
            "answer": self._take_answer,
            "help": self._help,
            "anext": lambda *values: self._endings.keep_step("anext", anext, values),
            "input": self._output.input,
            **texts.builtins(self._guards),
            **tools,
        }
        self._namespace["__builtins__"] = make_builtins(self._guards, own)
        self._namespace |= self._guards.bindings() | self._modules.bindings() | self._endings.bindings()
        types = None if isinstance(self._check, bool) else self._check
        self._checker = checker.Checker(self.toolset, self._namespace, types=types) if self._check else None

    def _call_back(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return self._caller.call_back(function)

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules that may be imported."""
        return tuple(name for name in self._modules.names if name not in self.toolset.groups)

    @property
    def variables(self) -> Mapping[str, Any]:
        """The names that actions have defined, with what they hold."""
        return MappingProxyType(self._guards.names())

    @property
    def _counts(self) -> bool:
        return self.limits.steps is not None or self.limits.recursion is not None

    # -- running

    def run(self, code: str) -> Observation:
        """Runs one action and waits for it."""
        try:
            started = self._start(code, None)
            return started if isinstance(started, Observation) else self._awaited(started)
        except BaseException:
            self._stop()
            raise

    def _awaited(self, started: Outcome[Observation]) -> Observation:
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
        started = self._start(code, asyncio.get_running_loop())
        if isinstance(started, Observation):
            return started
        try:
            return await asyncio.wait_for(asyncio.shield(started.in_loop()), timeout=self._patience())
        except TimeoutError:
            return self._abandon(started)
        except BaseException:
            WATCHDOG.interrupt(self._budget, Interrupted("the host stopped the action"))
            raise

    def close(self) -> None:
        """Ends the session: its event loop, and an action that still runs."""
        self._closed = True
        if self._running is not None and not self._running.done():
            WATCHDOG.interrupt(self._budget, Interrupted("the interpreter was closed"))
        else:
            self._loops.close()

    def _start(self, code: str, host: asyncio.AbstractEventLoop | None) -> Outcome[Observation] | Observation:
        if self._closed:
            raise RuntimeError("this interpreter is closed: make a new one")
        if not self._busy.acquire(blocking=False):
            return self._still_busy()
        budget = self._budget = Budget(self.limits, namespace=self._namespace)
        if self.limits.seconds is not None:
            budget.deadline = time.monotonic() + self.limits.seconds
        self._loops.host = host
        future = self._running = WORKERS.submit(lambda: self._act_and_release(code, budget))
        return future

    def _patience(self) -> float | None:
        return None if self.limits.seconds is None else self.limits.seconds + _GRACE_S

    def _stop(self) -> None:
        """Ends an action because the host was interrupted, and gives it a moment to end."""
        running = self._running
        if running is not None and not running.done():
            WATCHDOG.interrupt(self._budget, Interrupted("the host stopped the action"))
            with contextlib.suppress(TimeoutError):
                running.exception(timeout=_GRACE_S)

    def _abandon(self, running: Outcome[Observation]) -> Observation:
        """Answers for an action that does not end: a tool or a C function holds it."""
        if running.done():
            return running.result()
        budget = self._budget
        limit = budget.time_is_up()
        budget.spend(limit)
        hint = (
            "the tool still runs; its result will be dropped"
            if budget.in_tool
            else "one call does not return; use less data"
        )
        error = CodeError(type="LimitExceeded", message=f"{limit.limit}: {limit.message}", hint=hint)
        return self._observation("limit", error, (self.limits.seconds or 0.0) - (budget.remaining() or 0.0))

    def _still_busy(self) -> Observation:
        during = self._budget.in_tool
        what = f"the tool {during} has not returned" if during else "it has not ended"
        message = f"the action before this one still runs ({what}): this one was not run; wait, or do without it"
        return Observation(status="limit", error=CodeError(type="Busy", message=message, hint="nothing was run"))

    # -- in the action's thread

    def _act_and_release(self, code: str, budget: Budget) -> Observation:
        try:
            return self._act(code, budget)
        finally:  # not when the future is done: its callbacks run after whoever waits for it may have gone on
            self._busy.release()

    def _act(self, code: str, budget: Budget) -> Observation:
        started = time.monotonic()
        budget.thread = threading.get_ident()
        self._output.begin(self.limits.output_chars)
        self._journal.begin_action()
        self._answer = None
        with self._numbers.entered():
            return self._compile_and_run(code, budget, started)

    def _compile_and_run(self, code: str, budget: Budget, started: float) -> Observation:
        action = self._sources.add(code)
        try:
            compiled = self._compiled(code, action)
        except ActionSyntaxError as error:
            wrong = faults.syntax_fault(error, self._sources, action)
            return self._observation("error", wrong, time.monotonic() - started)
        if self._checker is not None and (findings := self._checker.check(compiled.facts)):
            wrong = report.report(findings, self._sources, action)
            return self._observation("error", wrong, time.monotonic() - started)
        self._caller.awaits, self._caller.budget = compiled.awaits, budget
        self._namespace |= {
            "@alive": budget.alive,
            "@step": budget.step,
            "@enter": budget.enter,
            "@light": True,
            VALUE: None,
        }
        end = self._watched(compiled, action, budget)
        self._namespace["@alive"] = over  # what the collector ends from now on has no limits
        return self._observation(end.status, end.error, time.monotonic() - started, end=end)

    def _compiled(self, code: str, action: str, *, seen: bool = False) -> Compiled:
        options = Options(self._counts, self._dynamic or seen)
        compiled = CACHE.compile(code, action, options, shared=self._shared_names)
        self._shared_names |= compiled.nested
        self._dynamic |= compiled.dynamic
        return compiled

    def _watched(self, compiled: Compiled, action: str, budget: Budget) -> _End:
        """Executes compiled code; whatever happens, watching has ended when this returns."""
        begun = False
        end: _End | None = None
        WATCHDOG.watch(budget)
        while True:
            try:  # an interrupt may arrive at any line until the release has returned
                if not begun:
                    begun = True
                    end = self._executed(compiled, action, budget)
                self._endings.tell(self._output.captured["stderr"].write)  # closing one may take for ever
                WATCHDOG.release(budget)
            except Signal:
                continue
            break
        if end is None or (budget.signal is not None and end.status not in ("answered", "limit")):
            return _End("limit", faults.fault(budget.signal or budget.time_is_up(), self._sources, action))
        return end

    def _executed(self, compiled: Compiled, action: str, budget: Budget) -> _End:
        budget.base_depth = _depth()
        try:
            result = eval(compiled.code, self._namespace)  # noqa: S307  # the only exec of the SDK, under the policy
            if compiled.is_coroutine:
                self._loops.run(result)
            budget.alive()
            self._endings.tell(self._output.captured["stderr"].write)
            clip = Clip(self.limits.output_chars)
            value = clip.copy(self._namespace[VALUE])
        except BaseException as error:  # noqa: BLE001  # wrong code is a value
            if isinstance(budget.signal, Answered):
                return _End("answered")
            if budget.signal is not None or isinstance(error, Signal):
                signal = budget.signal or budget.time_is_up()
                return _End("limit", faults.fault(signal.with_traceback(error.__traceback__), self._sources, action))
            described = self._described(error, action)
            self._endings.tell(self._output.captured["stderr"].write)
            budget.alive()  # the text of the error was made by model code
            return _End("error", described)
        return _End("ok", value=value, clipped=clip.truncated)

    def _observation(
        self, status: Status, error: CodeError | None, seconds: float, *, end: _End | None = None
    ) -> Observation:
        calls = self._journal.calls()
        if error is not None:
            error = replaced(error, repeat=effects.effects_of(calls, self.toolset).repeat)
        captured = self._output.captured
        truncated = [name for name, capture in captured.items() if capture.truncated]
        return observation(
            status=status,
            stdout=captured["stdout"].text(),
            stderr=captured["stderr"].text(),
            value=end.value if end else None,
            error=error,
            calls=calls,
            answer=self._answer if status == "answered" else None,
            displays=(),
            truncated=(*truncated, "value") if end and end.clipped else tuple(truncated),
            seconds=seconds,
        )

    def _described(self, error: BaseException, action: str) -> CodeError:
        names = [*self._guards.names(), *self._namespace["__builtins__"]]
        return descriptions.describe(
            error, self._sources, action, names=names, caller=self._caller, toolset=self.toolset
        )

    # -- builtins of the session

    def _take_answer(self, value: object) -> None:
        """Ends the run with a value."""
        if self._answer_type is None:
            self.answer = self._answer = Clip(float("inf")).copy(value)
        else:
            try:
                given = self._boundary.outward(value)
                with self._numbers.outside():
                    self.answer = self._answer_type.validate_python(given)
                self._answer = Clip(float("inf")).copy(self._boundary.inward(self.answer))
            except adapters.ValidationError as error:
                problems = "; ".join(
                    f"{'.'.join(map(str, item['loc'])) or 'the value'}: {item['msg']}"
                    for item in error.errors(include_url=False, include_context=False, include_input=False)
                )
            else:
                problems = ""
            if problems:
                raise visible.ToolArgumentError(f"answer() was given a value of the wrong form: {problems}")
        self._budget.spend(Answered())
        self._budget.alive()

    def _help(self, value: object = None) -> None:
        """Prints the documentation of a tool, or of anything else that has some."""
        doc = self._guards.get(value, "__doc__", None)
        self._output.print(doc or f"no documentation for {type(value).__name__}")


def _depth() -> int:
    frame, depth = sys._getframe(), 0  # noqa: SLF001  # the only way to know the depth
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth
