"""Rules: which calls go ahead, which need a person's yes, which never happen."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, get_args

from codeact_sdk.errors import ConfigError
from codeact_sdk.frozen import Frozen
from codeact_sdk.observations import Effect

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool

Action = Literal["allow", "ask", "deny"]
"""What becomes of a call."""


class ApprovalRule(Frozen):
    """What becomes of the calls that it fits; of several that fit, the first decides."""

    action: Action
    pattern: str = "*"
    """A glob over `pack.tool`, such as `acme.*`, `*.delete*`; over the plain name of a tool given directly."""
    effects: tuple[Effect, ...] = ()
    """Only for tools with one of these effects; for all where this is empty."""
    reason: str = ""
    """Why, for the person who is asked and for the model that is refused."""

    def fits(self, tool: Tool) -> bool:
        """Whether it is about this tool."""
        return (not self.effects or tool.effect in self.effects) and fnmatchcase(tool.qualified_name, self.pattern)


DEFAULTS: tuple[ApprovalRule, ...] = (
    ApprovalRule(action="allow", effects=("read",)),
    ApprovalRule(action="ask"),
)
"""What holds where no rule fits: reading goes ahead, and a person is asked about everything else."""


def allow(pattern: str = "*", *, effect: Effect | Iterable[Effect] = (), reason: str = "") -> ApprovalRule:
    """Lets calls go ahead.

    Args:
        pattern: A glob over `pack.tool`.
        effect: Only for tools with this effect, or one of these.
        reason: Why.
    """
    return _rule("allow", pattern, effect, reason)


def ask(pattern: str = "*", *, effect: Effect | Iterable[Effect] = (), reason: str = "") -> ApprovalRule:
    """Has a person asked.

    Args:
        pattern: A glob over `pack.tool`.
        effect: Only for tools with this effect, or one of these.
        reason: Why; the person reads it.
    """
    return _rule("ask", pattern, effect, reason)


def deny(pattern: str = "*", *, effect: Effect | Iterable[Effect] = (), reason: str = "") -> ApprovalRule:
    """Refuses calls.

    Args:
        pattern: A glob over `pack.tool`.
        effect: Only for tools with this effect, or one of these.
        reason: Why; the model reads it.
    """
    return _rule("deny", pattern, effect, reason)


def _rule(action: Action, pattern: str, effect: Effect | Iterable[Effect], reason: str) -> ApprovalRule:
    effects: tuple[Effect, ...] = (effect,) if isinstance(effect, str) else tuple(effect)
    unknown = [name for name in effects if name not in get_args(Effect)]
    if unknown:
        raise ConfigError(f"effect is {unknown[0]!r}: write one of {', '.join(map(repr, get_args(Effect)))}")
    return ApprovalRule(action=action, pattern=pattern, effects=effects, reason=reason)


def judge(rules: Iterable[ApprovalRule], tool: Tool) -> ApprovalRule:
    """The first rule that fits a tool; the defaults come last.

    Args:
        rules: In the order in which they are looked at.
        tool: The tool.
    """
    return next(rule for rule in (*rules, *DEFAULTS) if rule.fits(tool))
