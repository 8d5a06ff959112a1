"""Makes the value objects of events from parts that are known to be right.

Their own `__init__` sets each field by a call, because they are frozen; here all are set at once.
"""

from __future__ import annotations

import time
from typing import Any

from codeact_sdk.observations import Observation, ToolCall

NOT_RETURNED = "did not return before the action was stopped; it may still have an effect"
"""What is recorded as the error of a call that was given up."""

Entry = list[Any]
"""A call: its number in the session, the tool, the arguments by name, when it began and ended, its result and error."""

N, TOOL, ARGUMENTS, STARTED, ENDED, RESULT, ERROR = range(7)
"""Positions in an entry."""


def _made(kind: Any, values: dict[str, Any]) -> Any:
    made = kind.__new__(kind)
    made.__dict__.update(values)
    return made


def observation(**values: Any) -> Observation:
    """Makes an observation; every field is to be given."""
    made: Observation = _made(Observation, values)
    return made


def tool_call(entry: Entry | tuple[Any, ...]) -> ToolCall:
    """The call as others see it.

    Args:
        entry: What was kept of it.
    """
    n, tool, arguments, started, ended, result, error = entry
    values = {
        "n": n,
        "tool": tool.qualified_name,
        "arguments": arguments,
        "result": result,
        "error": error,
        "effect": tool.effect,
        "started": started,
        "seconds": (ended or time.time()) - started,
    }
    made: ToolCall = _made(ToolCall, values)
    return made
