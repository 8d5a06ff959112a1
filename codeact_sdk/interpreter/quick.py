"""The short way of a call: a blocking tool, arguments by position, of types that need no check.

A call in a loop costs what the steps around the tool cost, so they are written out for the number of arguments and compiled
once for each. The text holds nothing but what stands here: types and names come in as values.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING, Any

from codeact_sdk.interpreter.observed import NOT_RETURNED
from codeact_sdk.interpreter.visible import SealedTool

if TYPE_CHECKING:
    from codeact_sdk.interpreter.calls import Caller
    from codeact_sdk.tools.tool import Tool

MOST_ARGUMENTS = 6
"""Longer calls go the whole way."""

UNSIZED: frozenset[type] = frozenset({type(None), bool, int, float})
"""Types of results that are kept as they are; a long text is cut for the record."""

_TEXT = """
def make(caller, tool, function, accept, kinds, returned, now, not_returned, missing):
    name = tool.qualified_name
    journal = caller.journal
    {unpack}
    def __call__(self, {parameters}, /, *rest, **named):
        budget = caller.budget
        if {tests} and not rest and not named and budget.signal is None and budget.tool_calls < budget.free_calls:
            budget.tool_calls += 1
            entry = [0, tool, ({arguments}), now(), None, None, not_returned]
            journal.action.append(entry)
            outer = budget.in_tool
            budget.in_tool = name
            try:
                result = function({arguments})
            except BaseException as error:
                fault = caller.failed(entry, error, outer)
            else:
                if type(result) is returned:
                    entry[4] = now()
                    entry[5] = result
                    entry[6] = None
                    budget.in_tool = outer
                    return result
                return caller.ended(entry, accept, result, outer)
            budget.alive()
            raise fault
        return self._call(tuple(a for a in ({arguments}) if a is not missing) + rest, named)
    return __call__
"""


@lru_cache(maxsize=MOST_ARGUMENTS + 1)
def _maker(count: int) -> Callable[..., Any]:
    names = [f"a{position}" for position in range(count)]
    text = _TEXT.format(
        unpack="\n    ".join(f"k{position} = kinds[{position}]" for position in range(count)),
        parameters=", ".join(f"{name}=missing" for name in names),
        arguments="".join(f"{name}, " for name in names),
        tests=" and ".join(f"type({name}) is k{position}" for position, name in enumerate(names)),
    )
    space: dict[str, Any] = {}
    exec(text, space)  # noqa: S102  # written above; nothing of a tool or a program is in it
    return space["make"]  # type: ignore[no-any-return]  # the function that the text defines


_MISSING = object()


def shorten(
    sealed: SealedTool, caller: Caller, tool: Tool, accept: Callable[[Any], Any], kinds: tuple[type, ...]
) -> None:
    """Gives a sealed tool the short way for calls with arguments of these types.

    Args:
        sealed: The tool as model code sees it.
        caller: Makes the calls of its session.
        tool: The tool.
        accept: Takes a result over the boundary.
        kinds: Exact types of the arguments, by position.
    """
    returned = tool.return_type if tool.return_type in UNSIZED else _MISSING
    call = _maker(len(kinds))(caller, tool, tool.function, accept, kinds, returned, time, NOT_RETURNED, _MISSING)
    sealed.__class__ = type("SealedTool", (SealedTool,), {"__slots__": (), "__call__": call})
