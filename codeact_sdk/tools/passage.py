"""What stands around every call of a tool: hooks of plugins, and the permission of a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from codeact_sdk.frozen import Frozen

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool


class Deny(Frozen):
    """A hook's no: the call does not happen, and the model reads why."""

    reason: str = ""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason=reason)


class Change(Frozen):
    """A hook's change: these arguments are put in place of those given, and validated again."""

    arguments: Mapping[str, object]

    def __init__(self, arguments: Mapping[str, object]) -> None:
        super().__init__(arguments=dict(arguments))


class Answer(Frozen):
    """A hook's own result: before a call in place of it, after a call in place of what it returned."""

    value: object

    def __init__(self, value: object) -> None:
        super().__init__(value=value)


class Given(NamedTuple):
    """A result that comes from elsewhere: the tool is not called."""

    result: object
    """As the tool would return it."""
    is_told: bool = True
    """Whether the call is told of as one that happens; not, where it has been told of before or is only planned."""


class Failed(NamedTuple):
    """A failure that comes from elsewhere: the tool is not called."""

    error: Exception
    is_told: bool = True
    """As for a result."""


class Denied(NamedTuple):
    """A call that must not happen."""

    reason: str
    """For the model: who refuses, why, and what it may do instead."""


class Stop(NamedTuple):
    """The action ends here, and is run again when a person has decided."""


class Admission(NamedTuple):
    """What becomes of a call."""

    arguments: Mapping[str, object]
    """By name, as the tool gets them."""
    instead: Given | Failed | Denied | Stop | None = None
    """What happens in place of the call; None where it goes ahead."""


class Rehearsal(Protocol):
    """Who may have an action run again from its beginning."""

    def needs(self, names: Collection[str]) -> bool:
        """Whether an action that mentions these names may have to be run again.

        Args:
            names: All that it loads, attributes as well.
        """
        ...

    def ready(self, fault: str) -> None:
        """Takes note of whether the action that begins can be run again.

        Args:
            fault: Why not; empty where it can.
        """
        ...


class Passage(Protocol):
    """What every call of a session passes, before it happens and after."""

    def before(self, tool: Tool, arguments: Mapping[str, object]) -> Admission:
        """Decides what becomes of a call.

        Args:
            tool: The tool.
            arguments: By name, validated.
        """
        ...

    def after(
        self, tool: Tool, arguments: Mapping[str, object], *, result: object = None, error: Exception | None = None
    ) -> object:
        """Sees what came of a call that went ahead, and gives the result to go on with.

        Args:
            tool: The tool.
            arguments: As it got them.
            result: What it returned.
            error: What it raised; the result means nothing then.
        """
        ...
