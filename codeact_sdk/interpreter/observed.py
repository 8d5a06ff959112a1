"""Makes the value objects of events from parts that are known to be right.

Checking them again would take most of the time of a call, and a good part of that of an action. What is set is what pydantic's
own `model_construct` sets, by the protocol that copies and pickles of models use.
"""

from __future__ import annotations

import time
from typing import Any

from codeact_sdk.events import Observation, ToolCall

NOT_RETURNED = "did not return before the action was stopped; it may still have an effect"
"""What is recorded as the error of a call that was given up."""

Entry = list[Any]
"""A call: its number in the session, the tool, the arguments by name, when it began and ended, its result and error."""

N, TOOL, ARGUMENTS, STARTED, ENDED, RESULT, ERROR = range(7)
"""Positions in an entry."""


_FIELDS = {kind: set(kind.model_fields) for kind in (Observation, ToolCall)}


def _made(kind: Any, values: dict[str, Any]) -> Any:
    made = kind.__new__(kind)
    made.__setstate__(
        {
            "__dict__": values,
            "__pydantic_fields_set__": _FIELDS[kind],
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
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
