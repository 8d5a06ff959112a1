"""What one session is made of. What an action may never need is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from codeact_sdk.interpreter.amounts import Amounts
from codeact_sdk.interpreter.answers import Answers
from codeact_sdk.interpreter.bindings import Bindings
from codeact_sdk.interpreter.boundary import Boundary
from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.compiler import CACHE, Compiled, Options
from codeact_sdk.interpreter.endings import Endings
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.journal import Journal
from codeact_sdk.interpreter.limits import Budget, Limits
from codeact_sdk.interpreter.loops import Loops
from codeact_sdk.interpreter.modules import Members, Modules
from codeact_sdk.interpreter.number_contexts import NumberContexts
from codeact_sdk.interpreter.output import Output
from codeact_sdk.interpreter.own_modules import OwnModules
from codeact_sdk.interpreter.rarely import checker, checkpoints, parallel
from codeact_sdk.interpreter.renderings import Renderings
from codeact_sdk.interpreter.rules import VALUE
from codeact_sdk.interpreter.session_modules import SessionModules
from codeact_sdk.interpreter.shown import Shown
from codeact_sdk.interpreter.sources import Sources
from codeact_sdk.interpreter.summaries import printed
from codeact_sdk.interpreter.texts import Texts
from codeact_sdk.interpreter.toolnames import ToolNames
from codeact_sdk.tools.checkers import adapters
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.passage import Passage, Rehearsal
from codeact_sdk.tools.redaction import Redactor
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.tools.type_rules import TypeRules

_ALWAYS = ("@own", "__build_class__", "__import__")
"""What is looked for without being mentioned: by the watchdog, and by C code."""


class Setup(NamedTuple):
    """What a session is made with."""

    limits: Limits
    """Of each action."""
    journal: Callable[[Boundary], Journal]
    """Makes the record of calls."""
    modules: Mapping[str, Members]
    """Facades from hooks."""
    answer_type: adapters.TypeAdapter[Any] | None
    """What an answer must be."""
    check: checker.TypeCheck | bool
    """Whether actions are checked before they run, or what finds more."""
    passage: Passage | None = None
    """What every call passes."""
    faults: Faults | None = None
    """Is told of what goes wrong in the code of packs and is contained."""
    rehearsal: Rehearsal | None = None
    """Who may have an action run again."""
    redactor: Redactor | None = None
    """Takes values of secrets out of what tools return."""
    types: TypeRules | None = None
    """Rules of packs and plugins for types."""


class Parts:
    """A namespace, with all that looks after it."""

    def __init__(self, toolset: Toolset, setup: Setup) -> None:
        """Makes the parts.

        Args:
            toolset: The tools of the session.
            setup: What it is made with.
        """
        limits = setup.limits
        self.toolset = toolset
        self.budget = Budget(limits)
        """That of the running action."""
        self._check = setup.check
        self._rehearsal = setup.rehearsal
        self._faults = setup.faults
        self._rewind: Callable[[], None] | None = None
        self._counts = limits.steps is not None or limits.recursion is not None
        self._shared_names, self._dynamic = frozenset[str](), False
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.endings, self.sources = Endings(self.namespace), Sources()
        self.loops = Loops(self._budget)
        self.numbers = NumberContexts()
        """The contexts that decimal numbers are computed in."""
        self.boundary = self._make_boundary(setup)
        self.journal = setup.journal(self.boundary)
        self.caller = self._make_caller(setup)
        self.answers = Answers(self.boundary, self._budget, setup.answer_type, self.numbers)
        self._make_names(setup.modules)

    def _budget(self) -> Budget:
        return self.budget

    def _make_names(self, modules: Mapping[str, Members]) -> None:
        """Makes what code finds by its names."""
        amounts = Amounts(self._budget)
        self.output = Output(amounts.shown, printed)
        self.shown = Shown(self.boundary, self.output)
        self.answers.shows = self.shown.of_handle
        tools = ToolNames(self.toolset, self.caller, self.boundary.mirror)
        self.bindings = Bindings(self, tools)
        self.guards = Guards(self.namespace, amounts, self.endings, self.bindings)
        self.modules = Modules(self.guards, self._replaced, extra=modules, packs=self.toolset.groups, tools=tools)
        self.namespace["__builtins__"] = self.bindings.builtins
        self.bindings.provide(_ALWAYS, self.namespace)

    def _make_boundary(self, setup: Setup) -> Boundary:
        redact = setup.redactor.text if setup.redactor is not None else str
        renderings = Renderings(setup.types, self._budget, self.numbers, redact=redact)
        return Boundary(call_back=self._call_back, renderings=renderings)

    def _make_caller(self, setup: Setup) -> Caller:
        return Caller(
            boundary=self.boundary,
            journal=self.journal,
            loops=self.loops,
            budget=self._budget,
            services=self.toolset.services,
            hold=self.endings.hold,
            numbers=self.numbers,
            passage=setup.passage,
            redactor=setup.redactor,
            note=self._note,
            faults=self._faults,
        )

    def _note(self, text: str) -> object:
        return self.output.captured["stderr"].write(text)

    def _call_back(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return self.caller.call_back(function)

    @cached_property
    def texts(self) -> Texts:
        """Runs text as code."""
        return Texts(
            self.guards,
            self.sources,
            self._budget,
            compile_text=lambda text, name: self.compile(text, name, seen=True),
            provide=self.bindings.provide,
        )

    def make_parallel(self) -> Callable[..., Any]:
        """Makes `parallel`."""
        made = parallel.Parallel(self.caller, self.loops, hold=self.endings.hold, note=self._note)
        return made.function()

    @property
    def chance(self) -> object:
        """The generator of the module `random`; None where nothing has imported it."""
        own: OwnModules | None = vars(self).get("own_modules")
        return own.chance if own is not None else None

    @cached_property
    def own_modules(self) -> OwnModules:
        """Makes members of modules that belong to the session."""
        session = SessionModules(self.guards, self.output, self.texts, self.sources)
        return OwnModules(
            self.guards, self.output, self._budget, self.loops.run, session=session, contexts=self.numbers
        )

    def _replaced(self) -> Mapping[str, Callable[[], dict[str, object]]]:
        return self.own_modules.makers()

    @cached_property
    def checker(self) -> checker.Checker | None:
        """Looks at actions before they run; None where nobody does."""
        if not self._check:
            return None
        self.bindings.provide(("@import_from",), self.namespace)
        types = None if isinstance(self._check, bool) else self._check
        return checker.Checker(self.toolset, self.namespace, builtins=self.bindings, types=types)

    def names(self) -> list[str]:
        """Everything that code could have written."""
        offered = self.bindings if len(self.toolset) else (name for name in self.bindings if name != "tools")
        return [*self.guards.names(), *offered]

    def mark(self, names: Collection[str]) -> None:
        """Keeps the state before an action that may have to be run again.

        Args:
            names: All that it mentions.
        """
        self._rewind = None
        rehearsal = self._rehearsal
        if rehearsal is None or not rehearsal.needs(names):
            return
        try:
            checkpoint = checkpoints.Checkpoint(self.namespace, self.guards.own, self.chance)
        except checkpoints.NotRestorable as fault:
            rehearsal.ready(str(fault))
            return
        calls, answer = self.journal.before, self.answers.last

        def rewind() -> None:
            checkpoint.restore()
            self.journal.rewind(calls)
            self.answers.last = answer
            self.sources.forget_last()

        self._rewind = rewind
        rehearsal.ready("")

    def rewind(self) -> None:
        """Puts everything back to where it was before the last action."""
        if self._rewind is not None:
            self._rewind()

    def begin(self, compiled: Compiled, budget: Budget) -> None:
        """Makes the namespace ready for an action."""
        self.bindings.provide(compiled.names, self.namespace)
        self.namespace |= {"@alive": budget.alive, "@light": True, VALUE: None}
        if self._counts:
            self.namespace |= {"@step": budget.step, "@enter": budget.enter}

    def end(self) -> None:
        """Lets go of what only the observation needed: a session that waits for its next action holds what that will see."""
        self.namespace[VALUE] = None
        self.journal.begin_action()

    def compile(self, code: str, action: str, *, seen: bool = False) -> Compiled:
        """Compiles a text, and takes note of what the next ones have to know of it.

        Args:
            code: The text.
            action: Its name.
            seen: Whether variables may be seen and set by their names while it runs.

        Raises:
            ActionSyntaxError: Nothing was run.
        """
        options = Options(self._counts, self._dynamic or seen)
        compiled = CACHE.compile(code, action, options, shared=self._shared_names)
        if not compiled.nested <= self._shared_names:  # of most sessions one action has functions: its set will do
            self._shared_names = self._shared_names | compiled.nested if self._shared_names else compiled.nested
        self._dynamic |= compiled.dynamic
        return compiled
