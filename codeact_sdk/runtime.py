"""`Interpreter`: the in-process runtime, put together from tools, packs and limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict

from codeact_sdk.assembly import Check, Tools, make_gate, make_hooks, make_session, offer_tools
from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.journal import CallEnd, CallStart
from codeact_sdk.interpreter.limits import Limits
from codeact_sdk.later import Later, asyncio
from codeact_sdk.observations import Observation, ToolCall
from codeact_sdk.tools.faults import Faults, PackFault
from codeact_sdk.tools.toolset import Toolset

if TYPE_CHECKING:
    from codeact_sdk import driving
    from codeact_sdk.approvals import asking, passes
    from codeact_sdk.approvals.cards import Approver, Decision
    from codeact_sdk.approvals.rules import ApprovalRule
    from codeact_sdk.behaviour.undoing import Ledger, RollbackReport
    from codeact_sdk.packs.discovery import Plugins
    from codeact_sdk.packs.pack import ToolPack
    from codeact_sdk.packs.secrets import Secrets
    from codeact_sdk.packs.settings import Config
else:
    asking, passes = map(Later, (f"codeact_sdk.approvals.{name}" for name in ("asking", "passes")))
    driving = Later("codeact_sdk.driving")

__all__ = ["Check", "Interpreter", "InterpreterOptions", "Tools"]


class InterpreterOptions(TypedDict, total=False):
    """Options of `Interpreter` that an `Agent` passes on."""

    tools: Tools
    packs: Sequence[str | ToolPack] | None
    limits: Limits | None
    output_type: Any
    check: Check | None
    approvals: Sequence[ApprovalRule] | None
    approver: Approver | None
    secrets: Secrets | None


class Interpreter:
    """Runs actions in a persistent, restricted namespace with tools in it.

    Wrong code is a value, `Observation.error`, never an exception out of `run`.

    Args:
        tools: Offered by their plain names.
        packs: Offered as `namespace.tool`: installed packs by name, or `ToolPack`s; None for those that the
            config enables, which are all installed ones unless it says otherwise.
        limits: Of one action.
        output_type: What `answer(value)` must be given; anything where this is left out.
        plugins: What is installed, where it has been loaded already.
        config: Settings of packs.
        environ: Where secrets are looked up; the environment of this process where this is left out.
        secrets: Looked at before the environment: a mapping of names to values, or a function that gives the value of a
            name or None, such as those of one user or tenant.
        on_call_start: Told of each tool call that begins, in the action's thread.
        on_call_end: Told of each tool call that has ended, in the action's thread.
        check: What is looked for before anything of an action runs: see `Check`. Where this is left out, names, if
            there are tools: code without them leaves nothing to undo, and runs as Python runs it.
        approvals: Rules about which calls go ahead, which are asked about and which are refused, looked at before those of
            the config; what no rule fits goes ahead where it reads, and is asked about otherwise. Where this is left
            out, and the config has no rules, and there is no approver, every call goes ahead.
        approver: Asks a person, or whoever decides; without one, what would be asked about is refused.

    Raises:
        CodeActError: A function cannot be a tool, a pack is missing or broken, or a setting is wrong.

    Example:
        >>> from codeact_sdk import Interpreter
        >>> with Interpreter() as interp:
        ...     interp.run("x = 20").status, interp.run("x * 2 + 2").value
        ('ok', 42)
    """

    def __init__(
        self,
        *,
        tools: Tools = (),
        packs: Sequence[str | ToolPack] | None = (),
        limits: Limits | None = None,
        output_type: Any = None,
        plugins: Plugins | None = None,
        config: Config | None = None,
        environ: Mapping[str, str] | None = None,
        secrets: Secrets | None = None,
        on_call_start: CallStart | None = None,
        on_call_end: CallEnd | None = None,
        check: Check | None = None,
        approvals: Sequence[ApprovalRule] | None = None,
        approver: Approver | None = None,
    ) -> None:
        self._faults = Faults()
        offered, plugins, self._redactor = offer_tools(
            tools, packs, plugins=plugins, config=config, environ=environ, secrets=secrets, faults=self._faults
        )
        self._approver = approver
        hooks = make_hooks(plugins, config, self._faults)
        asks = approver is not None
        self._gate = make_gate(offered, approvals, config, can_ask=asks, hooks=hooks, faults=self._faults)
        self._session = make_session(
            offered,
            plugins,
            check,
            limits=limits,
            output_type=output_type,
            observers=(on_call_start, on_call_end),
            redactor=self._redactor,
            passage=self._gate or hooks,
            rehearsal=self._gate,
            faults=self._faults,
        )
        if self._gate is not None:
            self._gate.show = self._shown

    @property
    def toolset(self) -> Toolset:
        """The tools that actions see."""
        return self._session.toolset

    @property
    def limits(self) -> Limits:
        """What one action may use."""
        return self._session.limits

    @property
    def rules(self) -> tuple[str, ...]:
        """The sentences about the language that a system prompt should hold."""
        return language.rules()

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules that actions may import."""
        return self._session.modules

    @property
    def answer(self) -> Any:
        """What `answer(value)` was given last, in `output_type` where one was asked for."""
        return self._session.answer

    @property
    def variables(self) -> Mapping[str, Any]:
        """The names that actions have defined, with what they hold."""
        return self._session.variables

    @property
    def faults(self) -> tuple[PackFault, ...]:
        """What went wrong in the code of packs and plugins and was contained, in order."""
        return self._faults.all()

    def run(self, code: str) -> Observation:
        """Runs one action and waits for it.

        Args:
            code: Python, as a model wrote it.
        """
        if self._gate is None:
            return self._seen(self._session.run(code))
        return self._seen(driving.drive(passes.passes(self._gate, code), self._perform))

    async def arun(self, code: str) -> Observation:
        """Runs one action; async tools run in the caller's event loop.

        Args:
            code: Python, as a model wrote it.
        """
        if self._gate is None:
            return self._seen(await self._session.arun(code))
        return self._seen(await driving.adrive(passes.passes(self._gate, code), self._aperform))

    def _seen(self, observation: Observation) -> Observation:
        """What others may see of an observation."""
        return observation if self._redactor is None else self._redactor.data(observation)

    def _shown(self, value: object) -> Any:
        """What a card shows of an argument, or of a preview."""
        shown = self._session.shown(value)
        return shown if self._redactor is None else self._redactor.data(shown)

    def _perform(self, need: passes.Perform | passes.Put) -> Observation | Decision:
        if isinstance(need, passes.Put):
            assert self._approver is not None  # noqa: S101  # the gate asks nobody otherwise
            return asking.put(self._approver, need.card, self._faults)
        if need.is_again:
            self._session.settle()
            self._session.rewind()
        return self._session.run(need.code)

    async def _aperform(self, need: passes.Perform | passes.Put) -> Observation | Decision:
        if isinstance(need, passes.Put):
            assert self._approver is not None  # noqa: S101  # as above
            return await asking.aput(self._approver, need.card, self._faults)
        if need.is_again:
            await asyncio.to_thread(self._session.settle)
            self._session.rewind()
        return await self._session.arun(need.code)

    @property
    def writes(self) -> Ledger:
        """The calls that have changed the world since the session began, and what it takes to undo them."""
        return self._session.ledger

    def rollback(self, calls: Collection[ToolCall] | None = None, *, writes: Ledger | None = None) -> RollbackReport:
        """Undoes writes by the `undo` of their tools, the last first, and tells what was undone, what failed and what stands.

        Args:
            calls: Which calls; all since the session began, or was reset, where this is left out.
            writes: Those of another session, which may be closed; the own ones where this is left out.
        """
        return driving.drive(self._undoing(calls, writes), self._session.outside)

    async def arollback(
        self, calls: Collection[ToolCall] | None = None, *, writes: Ledger | None = None
    ) -> RollbackReport:
        """Does what `rollback` does; an async `undo` runs in the caller's event loop.

        Args:
            calls: As for `rollback`.
            writes: As for `rollback`.
        """
        return await driving.adrive(self._undoing(calls, writes), _called)

    def _undoing(
        self, calls: Collection[ToolCall] | None, writes: Ledger | None
    ) -> Generator[Callable[[], Any], Any, RollbackReport]:
        return (writes or self.writes).rollback(calls, self.toolset.services, self._faults)

    def reset(self) -> None:
        """Forgets every name that actions have defined, and closes the resources that packs have opened for the session."""
        for services in reversed(self.toolset.services.values()):
            services.reset()
        self._session.reset()

    def close(self) -> None:
        """Ends the session and closes what its packs have opened; further runs are refused."""
        for services in reversed(self.toolset.services.values()):
            services.close()  # first, because it may need the session's event loop
        self._session.close()

    async def aclose(self) -> None:
        """Does what `close` does, in the event loop that async tools have used: what they opened is closed in it."""
        for services in reversed(self.toolset.services.values()):
            await services.aclose()
        self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        session = getattr(self, "_session", None)
        if session is not None:
            session.close()


async def _called(call: Callable[[], Any]) -> Any:
    made = call()
    return await made if hasattr(made, "__await__") else made
