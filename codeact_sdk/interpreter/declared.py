"""What a session keeps for what its tools declare: contexts, warnings that were given, writes that can be undone."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.rarely import engine, undoing
from codeact_sdk.tools.behaviour import NOTHING
from codeact_sdk.tools.context import Services, ToolContext
from codeact_sdk.tools.faults import Faults

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool


class Declared:
    """Of one session."""

    def __init__(self, services: Mapping[str, Services], note: Callable[[str], object], faults: Faults | None) -> None:
        """Keeps nothing yet.

        Args:
            services: Of each pack.
            note: Writes what the model is to read about an action, beside what it prints.
            faults: Is told of what goes wrong in the code of packs and is contained.
        """
        self.services = services
        self._note = note
        self._faults = faults or Faults()
        self._session = os.urandom(8).hex()
        self._warned: dict[str, int] = {}
        self._ledger: undoing.Ledger | None = None

    def context(self, tool: Tool, n: int) -> ToolContext | None:
        """Makes the context of a call; None where nothing needs one.

        Args:
            tool: The tool.
            n: The number of the call.
        """
        if tool.context_parameter is None and tool.behaviour is NOTHING:
            return None
        services = self.services.get(tool.pack)
        if services is None:
            return ToolContext(tool.pack, idempotency_key=self._key(n))
        return services.context(tool, idempotency_key=self._key(n))

    def call(
        self, tool: Tool, arguments: Mapping[str, Any], context: ToolContext | None, budget: Budget
    ) -> engine.Call | None:
        """What the steps of a call begin with; None where its tool declares nothing about how it is called.

        Args:
            tool: The tool.
            arguments: By name, validated.
            context: Of the call.
            budget: Of the action.
        """
        if context is None or tool.behaviour is NOTHING or not engine.is_engaged(tool.behaviour):
            return None
        return engine.Call(tool, arguments, context, budget.remaining, self._faults)

    def warn(self, tool: Tool, n: int) -> None:
        """Says once in a session that a tool is going to be removed; again where the action is run again.

        Args:
            tool: The tool.
            n: The number of the call.
        """
        name, instead = tool.qualified_name, tool.behaviour.deprecated
        if instead and n <= self._warned.setdefault(name, n):
            self._note(f"DeprecationWarning: {name} is deprecated; use instead: {instead}\n")

    @property
    def ledger(self) -> undoing.Ledger:
        """The writes of the session."""
        if self._ledger is None:
            self._ledger = undoing.Ledger()
        return self._ledger

    def finished(self, tool: Tool, arguments: Mapping[str, Any], result: object, n: int) -> None:
        """Takes note of a call that has happened.

        Args:
            tool: The tool.
            arguments: As it got them.
            result: What it returned.
            n: The number of the call.
        """
        if tool.effect != "read":
            self.ledger.add(n, tool, arguments, result, key=self._key(n))

    def answered(self, tool: Tool, result: object, n: int) -> None:
        """Takes note of a call that was answered from memory, because its action is run again.

        Args:
            tool: The tool.
            result: What it had returned.
            n: The number of the call.
        """
        if self._ledger is not None:
            self._ledger.renumber(n, tool, result)

    def _key(self, n: int) -> str:
        return f"{self._session}-{n}"
