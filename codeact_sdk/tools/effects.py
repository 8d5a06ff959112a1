"""What calls of tools leave behind when the action that made them ends early: may it be run again?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codeact_sdk.observations import Repeat, ToolCall
from codeact_sdk.tools.toolset import Toolset

DENIED = "ToolDenied"
"""Type of the error of a call that was not allowed."""


@dataclass(frozen=True, slots=True)
class Effects:
    """The calls of an action, by what a second run of it would do."""

    done: tuple[ToolCall, ...] = ()
    """Changed something, and must not be made again."""
    unsure: tuple[ToolCall, ...] = ()
    """Failed or did not return, and may have changed something."""
    repeatable: tuple[ToolCall, ...] = ()
    """Change things too, and may be made again: their tools are idempotent."""
    reads: tuple[ToolCall, ...] = ()
    """Changed nothing."""

    @property
    def repeat(self) -> Repeat:
        """Whether the action may be run again as a whole."""
        return "unsafe" if self.done else "unknown" if self.unsure else "safe"


def effects_of(calls: Iterable[ToolCall], toolset: Toolset | None) -> Effects:
    """Sorts calls by what a second run would do.

    Args:
        calls: In the order in which they began.
        toolset: Tells which tools are idempotent; one that it does not hold counts as not.
    """
    groups: dict[str, list[ToolCall]] = {"done": [], "unsure": [], "repeatable": [], "reads": []}
    for call in calls:
        tool = toolset.get(call.tool) if toolset else None
        if call.effect == "read":
            kind = "reads"
        elif call.error is not None and call.error.partition(":")[0] == DENIED:
            continue  # it has not happened
        elif tool is not None and tool.idempotent:
            kind = "repeatable"
        else:
            kind = "done" if call.error is None else "unsure"
        groups[kind].append(call)
    return Effects(**{name: tuple(found) for name, found in groups.items()})
