"""`Agent`: a model, tools and the loop between them, driven by a few lines for sync and for async callers."""

from __future__ import annotations

import asyncio
import os
import queue
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self, Unpack

from codeact_sdk.approvals.asking import Witness
from codeact_sdk.approvals.cards import Approver, Card, Decision
from codeact_sdk.behaviour.undoing import Ledger, RollbackReport
from codeact_sdk.driving import adrive, drive
from codeact_sdk.events import (
    ApprovalAsked,
    ApprovalDecided,
    CallFinished,
    CallStarted,
    Event,
    ModelText,
    Observer,
    RunStatus,
)
from codeact_sdk.interpreter.limits import Interrupted
from codeact_sdk.loop import Ask, Budgets, Loop, Outcome, Run, Start, Tell
from codeact_sdk.messages import Message, Reply, Usage
from codeact_sdk.models.base import Model
from codeact_sdk.models.choose import build_model
from codeact_sdk.observations import Observation, ToolCall
from codeact_sdk.packs.discovery import Plugins, load_plugins
from codeact_sdk.packs.observing import plugged_observers
from codeact_sdk.packs.secrets import Secrets
from codeact_sdk.packs.settings import Config
from codeact_sdk.packs.sources import sdk_version
from codeact_sdk.prompts.system import system_prompt
from codeact_sdk.runtime import Interpreter, InterpreterOptions
from codeact_sdk.tools.faults import Faults, PackFault


@dataclass(frozen=True)
class RunResult:
    """What a run came to; also of a run that was stopped, with what it had reached."""

    answer: Any
    """What `answer(value)` was given, in `output_type` where one was asked for; the reply's text where it held no code."""
    status: RunStatus
    reason: str
    """Which limit, which error; empty where there is an answer."""
    steps: int
    usage: Usage
    calls: tuple[ToolCall, ...]
    run_id: str
    messages: tuple[Message, ...]
    """The conversation, the system prompt first."""
    error: Exception | None = None
    """The model's error, where that ended the run."""
    undo: Callable[[], RollbackReport] | None = field(default=None, repr=False, compare=False)
    """What `rollback` does; None for a result that no run has made."""

    def rollback(self) -> RollbackReport:
        """Undoes the writes of the run by the `undo` of their tools, the last first, and tells what stands."""
        return RollbackReport() if self.undo is None else self.undo()

    async def arollback(self) -> RollbackReport:
        """Does what `rollback` does without blocking the event loop."""
        return await asyncio.to_thread(self.rollback)

    faults: tuple[PackFault, ...] = ()
    """What went wrong in the code of packs and plugins and was contained."""


class Agent:
    r"""A model, tools, and the loop between them.

    Args:
        model: A model, or its name such as `anthropic:claude-sonnet-4-6`.
        tools: Offered by their plain names.
        packs: Offered as `namespace.tool`: installed packs by name, or `ToolPack`s; None for those that the
            config enables.
        limits: Of one action.
        output_type: What the answer must be; anything where this is left out.
        instructions: Added to the system prompt.
        max_steps: Replies of the model in one run.
        max_seconds: Wall clock of one run, looked at before each reply and each action.
        max_tokens: Input and output tokens of one run, looked at before each reply.
        observers: Called with each event of each run, from the thread in which it happens.
        plugins: What is installed, where it has been loaded already.
        config: Settings of packs, of the model and of the prompt.
        environ: Where secrets are looked up; the environment of this process where this is left out.
        check: What is looked for before anything of an action runs: see `codeact_sdk.runtime.Check`. Where this is
                left out, names, if there are tools.
        approvals: Rules about which calls go ahead, which are asked about and which are refused, before those of the config;
            see `codeact_sdk.approvals`. What no rule fits goes ahead where it reads, and is asked about otherwise.
        approver: Asks a person, or whoever decides; without one, what would be asked about is refused.

    Raises:
        CodeActError: The model's name, a tool, a pack or a setting is wrong.

    Example:
        >>> from codeact_sdk import Agent
        >>> from codeact_sdk.testing import ScriptedModel
        >>> def double(x: int) -> int:
        ...     return 2 * x
        >>> model = ScriptedModel(["<execute>\nanswer(sum(double(n) for n in range(4)))\n</execute>"])
        >>> Agent(model, tools=[double]).run("Double the numbers below 4 and add them up").answer
        12
    """

    def __init__(
        self,
        model: str | Model,
        *,
        instructions: str = "",
        max_steps: int = 20,
        max_seconds: float | None = None,
        max_tokens: int | None = None,
        observers: Sequence[Observer] = (),
        plugins: Plugins | None = None,
        config: Config | None = None,
        environ: Mapping[str, str] | None = None,
        **offer: Unpack[InterpreterOptions],
    ) -> None:
        self._config = config or Config()
        packs = offer.get("packs", ())
        by_name = isinstance(model, str) or packs is None or any(isinstance(pack, str) for pack in packs)
        if plugins is None and by_name:
            plugins = load_plugins(aliases=self._config.packs.aliases)
        self.model = _model(model, plugins, self._config) if isinstance(model, str) else model
        self._environ = os.environ if environ is None else environ
        self._offer: dict[str, Any] = {"approvals": (), **offer, "plugins": plugins}
        self._approver: Approver | None = self._offer.pop("approver", None)
        self._output_type = offer.get("output_type")
        self._instructions = instructions
        self._budgets = Budgets(steps=max_steps, seconds=max_seconds, tokens=max_tokens)
        self._observers = tuple(observers)
        self._plugins = plugins
        self.interpreter().close()  # what is wrong with tools and packs is said now, not in the first run

    def interpreter(self, **observers: Any) -> Interpreter:
        """Makes an interpreter with this agent's tools, packs, limits and approvals."""
        options = {"approver": self._approver, **self._offer, **observers}
        return Interpreter(**options, config=self._config, environ=self._environ)

    def run(self, task: str, *, observers: Sequence[Observer] = (), secrets: Secrets | None = None) -> RunResult:
        """Works on a task until there is an answer or a limit.

        Args:
            task: What is wanted, in words.
            observers: Called with each event, as well as the agent's own.
            secrets: Of whoever this run is for, in place of the agent's.
        """
        with self._begin(task, observers, secrets) as run:
            outcome = drive(run.loop.steps(), run.perform)
        return run.result(outcome)  # behind the end, with what went wrong in it

    async def arun(self, task: str, *, observers: Sequence[Observer] = (), secrets: Secrets | None = None) -> RunResult:
        """Does what `run` does without blocking the event loop; async tools run in it.

        Args:
            task: What is wanted, in words.
            observers: Called with each event, as well as the agent's own.
            secrets: Of whoever this run is for, in place of the agent's.
        """
        async with self._begin(task, observers, secrets) as run:
            outcome = await adrive(run.loop.steps(), run.aperform)
        return run.result(outcome)

    def stream(self, task: str) -> Iterator[Event]:
        """Gives the events of a run as they happen; closing the iterator stops the run.

        Args:
            task: What is wanted, in words.
        """
        events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        stop = threading.Event()

        def observe(event: Event) -> None:
            events.put(event)
            if stop.is_set():
                raise _Closed

        def work() -> None:
            try:
                self.run(task, observers=[observe])
            except _Closed:
                return
            except BaseException as error:  # noqa: BLE001  # raised again where the events are read
                events.put(error)
            events.put(None)

        threading.Thread(target=work, name="codeact-stream", daemon=True).start()
        try:
            while (event := events.get()) is not None:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            stop.set()

    async def astream(self, task: str) -> AsyncIterator[Event]:
        """Gives the events of a run as they happen; closing the iterator stops the run.

        Args:
            task: What is wanted, in words.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        here = asyncio.get_running_loop()

        def observe(event: Event) -> None:  # calls are told of from the action's thread
            here.call_soon_threadsafe(events.put_nowait, event)

        async def work() -> None:
            try:
                await self.arun(task, observers=[observe])
            finally:
                here.call_soon_threadsafe(events.put_nowait, None)

        running = asyncio.create_task(work())
        try:
            while (event := await events.get()) is not None:
                yield event
            await running
        finally:
            running.cancel()

    def _rollback(self, options: Mapping[str, Any], writes: Ledger) -> RollbackReport:
        with self.interpreter(**options) as fresh:  # that of the run has closed what its packs had opened
            return fresh.rollback(writes=writes)

    def _begin(self, task: str, observers: Sequence[Observer], secrets: Secrets | None) -> _Run:
        faults = Faults()
        plugged = plugged_observers(self._plugins.observers if self._plugins else (), faults)
        options = {} if secrets is None else {"secrets": secrets}
        return _Run(self, task, (*self._observers, *observers, *plugged), faults, options)

    def _start(self, task: str, interpreter: Interpreter) -> Start:
        toolset = interpreter.toolset
        return Start(
            run_id=_run_id(),
            task=task,
            model=self.model.name,
            sdk=sdk_version() or "",
            packs=tuple(
                f"{group.namespace} ({group.distribution or 'given directly'})" for group in toolset.groups.values()
            ),
            system_prompt=self.system_prompt(interpreter),
            toolset=toolset,
            budgets=self._budgets,
            wants_answer=self._output_type is not None,
            clock=time.time,
        )

    def system_prompt(self, interpreter: Interpreter) -> str:
        """The system prompt of a run.

        Args:
            interpreter: Whose tools, modules and rules it tells of.
        """
        return system_prompt(
            interpreter.toolset,
            rules=interpreter.rules,
            modules=interpreter.modules,
            output_type=self._output_type,
            instructions=self._instructions,
            budget_tokens=self._config.prompt.budget_tokens,
        )


class _Run:
    """What one run holds: an interpreter of its own, and who is told of its events."""

    def __init__(
        self, agent: Agent, task: str, observers: tuple[Observer, ...], faults: Faults, options: dict[str, Any]
    ) -> None:
        self.model = agent.model
        self._rollback = partial(agent._rollback, options)  # noqa: SLF001  # one thing in two classes
        approver = agent._approver and Witness(agent._approver, self._asked, self._decided)  # noqa: SLF001  # one thing in two classes
        self.interpreter = agent.interpreter(
            on_call_start=self._call_started, on_call_end=self._call_finished, approver=approver, **options
        )
        self.loop = Loop(agent._start(task, self.interpreter))  # noqa: SLF001  # one thing in two classes
        self._observers = observers
        self._faults = faults
        self._over = False
        self._broken: BaseException | None = None
        self.on_text = self._on_text if observers else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self.interpreter.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over = True
        await self.interpreter.aclose()

    def perform(self, effect: Ask | Run | Tell) -> Reply | Observation | None:
        """Does what a step needs."""
        match effect:
            case Ask():
                return self.model.complete(effect.messages, stop=effect.stop, on_text=self.on_text)
            case Run():
                return self._unless_broken(self.interpreter.run(effect.code))
            case _:
                self.tell(effect.event)
                return None

    async def aperform(self, effect: Ask | Run | Tell) -> Reply | Observation | None:
        """Does what a step needs, without blocking the event loop."""
        match effect:
            case Ask():
                return await self.model.acomplete(effect.messages, stop=effect.stop, on_text=self.on_text)
            case Run():
                return self._unless_broken(await self.interpreter.arun(effect.code))
            case _:
                self.tell(effect.event)
                return None

    def tell(self, event: Event) -> None:
        """Calls the observers; not after the end, where an abandoned tool may still return."""
        if not self._over:
            for observer in self._observers:
                observer(event)

    def result(self, outcome: Outcome) -> RunResult:
        """Makes the result of an outcome."""
        return RunResult(
            answer=self.interpreter.answer if outcome.by_code else outcome.answer,
            status=outcome.status,
            reason=outcome.reason,
            steps=outcome.steps,
            usage=outcome.usage,
            calls=outcome.calls,
            run_id=self.loop.start.run_id,
            messages=outcome.messages,
            error=outcome.error,
            faults=(*self.interpreter.faults, *self._faults.all()),
            undo=partial(self._rollback, self.interpreter.writes),
        )

    def _unless_broken(self, observation: Observation) -> Observation:
        """Raises what an observer raised during the action, where it would have looked like an error of the code."""
        if self._broken is not None:
            raise self._broken
        return observation

    def _tell_of_call(self, event: Event) -> None:
        try:
            self.tell(event)
        except BaseException as error:  # noqa: BLE001  # raised again when the action has ended
            self._broken = error
            raise Interrupted(f"an observer of the run failed: {type(error).__name__}") from None

    def _on_text(self, text: str) -> None:
        self.tell(ModelText(at=time.time(), step=self.loop.step, text=text))

    def _asked(self, card: Card) -> None:
        self.tell(ApprovalAsked(at=time.time(), step=self.loop.step, calls=card.calls, note=card.note))

    def _decided(self, card: Card, made: Decision) -> None:
        allowed, step = made.of(card), self.loop.step
        self.tell(ApprovalDecided(at=time.time(), step=step, allowed=allowed, scope=made.scope, reason=made.reason))

    def _call_started(self, n: int, tool: str, arguments: dict[str, Any]) -> None:
        self._tell_of_call(CallStarted(at=time.time(), step=self.loop.step, n=n, tool=tool, arguments=arguments))

    def _call_finished(self, call: ToolCall) -> None:
        self._tell_of_call(CallFinished(at=time.time(), step=self.loop.step, call=call))


class _Closed(BaseException):
    """The reader of a stream has gone."""


def _run_id() -> str:
    """Sorts by time and is unique."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def _model(name: str, plugins: Plugins | None, config: Config) -> Model:
    settings = config.model
    options: dict[str, object] = {
        key: value
        for key in ("base_url", "temperature", "max_tokens", "timeout_s", "max_retries")
        if (value := getattr(settings, key)) is not None
    }
    return build_model(name, plugins.models if plugins is not None else {}, **options)
