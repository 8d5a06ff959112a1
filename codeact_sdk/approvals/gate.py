"""The gate: every call passes it, and those that need a person's yes wait until the person has seen them all.

An action that comes to such a call is looked through to its end: the calls that wait get a stand-in for a result, nothing that
changes the world happens any more, and what they would be is put on one card. When the person has decided, the action is run
again from its beginning, with its variables as they were. Calls that had happened before are answered from memory and not
made again; the calls of the card go ahead if they come again exactly as they were shown. Any other call is asked about anew,
so that a program whose second run differs gets no further than what was approved.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from codeact_sdk.approvals.cards import Card, Decision
from codeact_sdk.approvals.rules import ApprovalRule, judge
from codeact_sdk.approvals.stubs import NoStub, stub
from codeact_sdk.observations import PlannedCall
from codeact_sdk.tools.passage import Admission, Denied, Failed, Given, Passage, Stop

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool
    from codeact_sdk.tools.toolset import Toolset

MOST_CALLS = 1_000
"""Calls of one card."""

MOST_PASSES = 5
"""How often an action is run again before it is told that its calls differ each time."""

_WHOLE: frozenset[type] = frozenset({str, int, bool, bytes, type(None)})
"""Types of which equal values are the same."""

Preview = Callable[["Tool", Mapping[str, object]], str]
"""Tells what a call would do, without doing it; empty where nobody knows."""


class _Done(NamedTuple):
    tool: str
    arguments: Mapping[str, object]
    result: object
    error: Exception | None


class _Decided(NamedTuple):
    call: PlannedCall
    asked: Mapping[str, object]
    """The arguments as model code gave them."""
    arguments: Mapping[str, object]
    """As the tool will get them: hooks may have changed them."""
    allowed: bool
    reason: str


class Gate:
    """The approvals of one session. It is a passage, and has actions run again."""

    def __init__(
        self,
        toolset: Toolset,
        rules: Sequence[ApprovalRule],
        *,
        can_ask: bool,
        inner: Passage | None = None,
        preview: Preview | None = None,
    ) -> None:
        """Makes a gate.

        Args:
            toolset: The tools of the session.
            rules: In the order in which they are looked at.
            can_ask: Whether there is anybody to ask.
            inner: What calls pass behind the gate: hooks.
            preview: Tells what a call would do.
        """
        self._rules = tuple(rules)
        self._can_ask = can_ask
        self._inner = inner
        self._preview = preview
        self.busy = threading.Lock()
        """Held from the beginning of an action until its last run has ended, a person's thinking included."""
        self.show: Callable[[object], Any] = lambda value: value
        """Makes data of an argument, for the card."""
        self._names = frozenset(
            name
            for tool in toolset
            if judge(rules, tool).action == "ask"
            for name in (tool.name, tool.pack or tool.name)
        )
        self._mentioned = False
        self.begin("")

    # -- an action

    def begin(self, code: str) -> None:
        """Begins an action, of which nothing has happened."""
        self._code = code
        self._passes = 0
        self._done: list[_Done] = []
        self._decided: list[_Decided] = []
        self.begin_pass()

    def begin_pass(self) -> None:
        """Begins another run of the action."""
        self._passes += 1
        self._left = [*self._done]
        self._open = [*self._decided]
        self._planned: list[_Decided] = []
        self._changed: list[tuple[Mapping[str, object], Mapping[str, object]]] = []
        self._note = ""
        self._fault = "its variables were not kept"

    @property
    def card(self) -> Card | None:
        """What waits for a yes; None where nothing does."""
        if not self._planned:
            return None
        return Card(calls=tuple(planned.call for planned in self._planned), code=self._code, note=self._note)

    def decide(self, answer: Decision) -> None:
        """Takes the answer to the card.

        Raises:
            ConfigError: It is about another number of calls.
        """
        card = self.card
        assert card is not None  # noqa: S101  # nobody was asked otherwise
        allowed = answer.of(card)
        self._decided = [
            *(known for known in self._open if known.allowed),
            *(
                item._replace(allowed=yes, reason=answer.reason)
                for item, yes in zip(self._planned, allowed, strict=True)
            ),
        ]
        if answer.scope != "once" and all(allowed):
            new = (ApprovalRule(action="allow", pattern=name) for name in card.tools)
            self._rules = (*new, *self._rules)

    # -- for the session

    def needs(self, names: Collection[str]) -> bool:
        """Whether an action that mentions these names may come to a call that is asked about."""
        self._mentioned = self._mentioned or not self._names.isdisjoint(names)
        return self._can_ask and self._mentioned

    def ready(self, fault: str) -> None:
        """Takes note of whether the action can be run again."""
        self._fault = fault

    # -- a call

    def before(self, tool: Tool, arguments: Mapping[str, object]) -> Admission:
        """Decides what becomes of a call."""
        done = _take(self._left, lambda known: _is_same(known.tool, known.arguments, tool, arguments))
        if done is not None:
            error = done.error
            return Admission(arguments, Given(done.result, False) if error is None else Failed(error, False))
        decided = _take(self._open, lambda known: _is_same(known.call.tool, known.asked, tool, arguments))
        if decided is not None:
            if decided.allowed:
                self._changed.append((decided.arguments, arguments))
                return Admission(decided.arguments)
            return Admission(arguments, Denied(_refused(tool, decided.reason)))
        return self._new(tool, arguments)

    def _new(self, tool: Tool, arguments: Mapping[str, object]) -> Admission:
        """Decides about a call of which nothing is known from an earlier run of the action."""
        if tool.effect != "read" and any(known.tool == tool.qualified_name for known in self._left):
            return Admission(arguments, Denied(_done_already(tool)))
        if self._planned and tool.effect != "read" and judge(self._rules, tool).action == "allow":
            return self._stand_in(tool, arguments)
        admission = Admission(arguments) if self._inner is None else self._inner.before(tool, arguments)
        if admission.instead is not None:
            if isinstance(admission.instead, Given):
                self._remember(tool, arguments, admission.instead.result, None)
            return admission
        return self._judged(tool, arguments, admission)

    def _judged(self, tool: Tool, asked: Mapping[str, object], admission: Admission) -> Admission:
        rule = judge(self._rules, tool)
        if rule.action == "allow":
            if admission.arguments is not asked:
                self._changed.append((admission.arguments, asked))
            return admission
        if rule.action == "deny":
            why = rule.reason or f"a rule of the approvals (deny {rule.pattern!r})"
            return Admission(
                asked, Denied(f"{tool.qualified_name} is not allowed here: {why}; do without it, or say so")
            )
        if reason := self._unaskable(tool, asked, rule):
            return Admission(asked, Denied(reason))
        call = PlannedCall(
            tool=tool.qualified_name,
            arguments={name: self.show(value) for name, value in admission.arguments.items()},
            effect=tool.effect,
            preview=self._preview(tool, admission.arguments) if self._preview else "",
        )
        self._planned.append(_Decided(call, _kept(asked), admission.arguments, False, ""))
        if len(self._planned) >= MOST_CALLS:
            self._note = f"the first {MOST_CALLS:,} calls: the action would make more"
            return Admission(asked, Stop())
        return self._stand_in(tool, asked)

    def _stand_in(self, tool: Tool, arguments: Mapping[str, object]) -> Admission:
        try:
            return Admission(arguments, Given(stub(tool.return_type), False))
        except NoStub:
            self._note = f"the action goes on with what {tool.qualified_name} returns, and may make more calls then"
            return Admission(arguments, Stop())

    def _unaskable(self, tool: Tool, asked: Mapping[str, object], rule: ApprovalRule) -> str:
        """Why nobody is asked about a call, for the model; empty where somebody is."""
        name = tool.qualified_name
        if not self._can_ask:
            return _nobody(tool, rule)
        if any(isinstance(value, FunctionType) for value in asked.values()):
            return _takes_function(tool)
        if self._passes > MOST_PASSES:
            return (
                f"{name} needs approval, and its arguments differ each time this block is run (they depend on the clock or on "
                "chance): compute them in one block, and make the call in the next"
            )
        if not self._fault:
            return ""
        return (
            f"{name} needs approval, and this block cannot be run again after it, because {self._fault}: delete that variable "
            "(del), or make the call in a block that comes before it"
        )

    def after(
        self, tool: Tool, arguments: Mapping[str, object], *, result: object = None, error: Exception | None = None
    ) -> object:
        """Remembers what came of a call that went ahead."""
        if self._inner is not None:
            result = self._inner.after(tool, arguments, result=result, error=error)
        asked = next((asked for changed, asked in self._changed if changed is arguments), arguments)
        self._remember(tool, asked, result, error)
        return result

    def _remember(self, tool: Tool, asked: Mapping[str, object], result: object, error: Exception | None) -> None:
        """Keeps what a call gave, for when the action runs again; reading behind a call that waits is done anew."""
        if not self._fault and not self._planned:
            self._done.append(_Done(tool.qualified_name, _kept(asked), result, error))

    @property
    def left(self) -> tuple[str, ...]:
        """What the last run of the action did not come to again, in words for the model: nothing of it is silent."""
        done = [
            f"{known.tool}: done already, in an earlier run of this block"
            for known in self._left
            if known.error is None
        ]
        return (*done, *(f"{known.call.tool}: approved, and not called" for known in self._open if known.allowed))

    def explain(self, reason: str) -> None:
        """Takes note of how the action ended while it was only looked through."""
        if not self._note:
            self._note = reason


def _take(items: list[Any], fits: Callable[[Any], bool]) -> Any:
    for place, item in enumerate(items):
        if fits(item):
            return items.pop(place)
    return None


def _is_same(name: str, known: Mapping[str, object], tool: Tool, arguments: Mapping[str, object]) -> bool:
    if name != tool.qualified_name or known.keys() != arguments.keys():
        return False
    try:
        return all(_is_equal(known[key], arguments[key]) for key in known)
    except Exception:  # noqa: BLE001  # a type of the host may not compare
        return False


def _is_equal(known: object, value: object) -> bool:
    """Whether two arguments are the same in all that a person could have seen: `[True]` is equal to `[1]`, and is not it."""
    if _is_itself(value):
        return known is value
    return type(known) is type(value) and bool(known == value) and (type(known) in _WHOLE or repr(known) == repr(value))


def _kept(arguments: Mapping[str, object]) -> Mapping[str, object]:
    """A copy, which the tool cannot change; an object itself where it has none, or is equal to nothing but itself."""
    return {name: _copied(value) for name, value in arguments.items()}


def _is_itself(value: object) -> bool:
    """Whether an object is equal to nothing else, as most are of which code has a handle."""
    equal: object = type(value).__eq__
    return equal is _NEVER_EQUAL


_NEVER_EQUAL: object = object.__eq__


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return kind(map(_copied, value))
    if kind is dict:
        return {_copied(key): _copied(item) for key, item in value.items()}
    if _is_itself(value):
        return value
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  # any class of the host may refuse
        return value


def _refused(tool: Tool, reason: str) -> str:
    why = f": {reason}" if reason else ""
    return (
        f"the person did not approve {tool.qualified_name}{why}; do not call it again for this, go on without or say so"
    )


def _done_already(tool: Tool) -> str:
    return (
        f"{tool.qualified_name} was called in an earlier run of this block, before an approval, and has happened; now its arguments "
        "differ (they depend on the clock or on chance), so it is not called again: compute them in one block, and make the calls in the next"
    )


def _takes_function(tool: Tool) -> str:
    return (
        f"{tool.qualified_name} needs approval and is given a function, of which nobody can see what it does: give it data, or go on "
        "without it; whoever runs this can allow the tool with an approval rule"
    )


def _nobody(tool: Tool, rule: ApprovalRule) -> str:
    why = f" ({rule.reason})" if rule.reason else ""
    return (
        f"{tool.qualified_name} needs a person's approval{why} and nobody can be asked here: say in your answer what you would "
        "have done; whoever runs this can allow it with an approval rule"
    )
