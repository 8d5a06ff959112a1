"""Takes back the writes of a session, the last first, and says what stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping
from typing import Any, Literal, NamedTuple

from codeact_sdk.behaviour.companions import companion
from codeact_sdk.errors import CodeActError
from codeact_sdk.frozen import Frozen
from codeact_sdk.observations import ToolCall
from codeact_sdk.tools.context import Services
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.tool import Tool

Fate = Literal["undone", "failed", "stands"]


class Undone(Frozen):
    """What became of one write."""

    n: int
    """The number of its call."""
    tool: str
    fate: Fate
    """"failed" where its `undo` raised, "stands" where there is none."""
    reason: str = ""
    """What `undo` raised."""


class RollbackReport(Frozen):
    """What became of each write, in the order in which they were looked at: the last call first."""

    writes: tuple[Undone, ...] = ()

    @property
    def undone(self) -> tuple[Undone, ...]:
        """Those that were taken back."""
        return self._of("undone")

    @property
    def failed(self) -> tuple[Undone, ...]:
        """Those whose `undo` raised: nobody knows how much of them is left."""
        return self._of("failed")

    @property
    def stands(self) -> tuple[Undone, ...]:
        """Those that cannot be taken back, because their tools have no `undo`."""
        return self._of("stands")

    def _of(self, fate: Fate) -> tuple[Undone, ...]:
        return tuple(item for item in self.writes if item.fate == fate)

    def __str__(self) -> str:
        lines = [
            f"{item.n}. {item.tool}: {item.fate}{f' ({item.reason})' if item.reason else ''}" for item in self.writes
        ]
        return "\n".join(lines) or "nothing to undo"


class _Write(NamedTuple):
    n: int
    tool: Tool
    arguments: Mapping[str, Any]
    result: object
    key: str


class Ledger:
    """The finished writes of a session, with what it takes to undo them."""

    def __init__(self) -> None:
        self._writes: list[_Write] = []

    def add(self, n: int, tool: Tool, arguments: Mapping[str, Any], result: object, *, key: str = "") -> None:
        """Takes note of a write.

        Args:
            n: The number of its call.
            tool: The tool.
            arguments: As the tool got them.
            result: As the tool returned it.
            key: The idempotency key of the call.
        """
        undoes = tool.behaviour.undo is not None
        self._writes.append(_Write(n, tool, arguments if undoes else {}, result if undoes else None, key))

    def renumber(self, n: int, tool: Tool, result: object) -> None:
        """Takes note that a call is told of by another number: its action was run again.

        Args:
            n: The new number.
            tool: The tool.
            result: What it had returned.
        """
        for place, write in enumerate(self._writes):
            if write.tool is tool and write.tool.behaviour.undo is not None and write.result is result:
                self._writes[place] = write._replace(n=n)

    def rollback(
        self, calls: Collection[ToolCall] | None, services: Mapping[str, Services], faults: Faults
    ) -> Generator[Callable[[], Any], object, RollbackReport]:
        """Undoes writes; yields each `undo`, which is to be called and, where it gives an awaitable, awaited.

        Args:
            calls: Which calls; all of the session where this is None.
            services: Of each pack.
            faults: Is told of an `undo` that raises.
        """
        wanted = None if calls is None else {call.n for call in calls}
        chosen = [write for write in self._writes if wanted is None or write.n in wanted]
        told = []
        for write in sorted(chosen, key=lambda write: write.n, reverse=True):
            fate, reason = yield from _undo(write, services.get(write.tool.pack), faults)
            told.append(Undone(n=write.n, tool=write.tool.qualified_name, fate=fate, reason=reason))
            if fate == "undone":
                self._writes.remove(write)
        return RollbackReport(writes=tuple(told))


def _undo(
    write: _Write, services: Services | None, faults: Faults
) -> Generator[Callable[[], Any], object, tuple[Fate, str]]:
    tool, function = write.tool, write.tool.behaviour.undo
    if function is None:
        return "stands", ""
    try:
        values = {**write.arguments, "result": write.result}
        yield companion(function, tool, values, services=services, key=f"{write.key}-undo" if write.key else "")
    except Exception as error:  # noqa: BLE001  # the others are undone all the same
        what = f"the undo of {tool.qualified_name}"
        if not isinstance(error, CodeActError):
            faults.add(error, pack=tool.pack, what=what, distribution=tool.distribution)
        return "failed", f"{type(error).__name__}: {error}"
    return "undone", ""
