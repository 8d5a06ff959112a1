"""What ended an action, described with all that the session knows: its names, its tools, the last call that failed."""

from __future__ import annotations

from collections.abc import Collection

from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.calls import Caller
from codeact_sdk.interpreter.excerpts import type_name
from codeact_sdk.interpreter.faults import fault
from codeact_sdk.interpreter.hints import hint_for, scene_of, signatures_of
from codeact_sdk.interpreter.limits import Signal
from codeact_sdk.interpreter.sources import Sources
from codeact_sdk.observations import CodeError
from codeact_sdk.tools.toolset import Toolset


def describe(
    error: BaseException, sources: Sources, action: str, *, names: Collection[str], caller: Caller, toolset: Toolset
) -> CodeError:
    """Describes an exception of model code; the limits of the action must hold.

    Args:
        error: The exception.
        sources: Texts of the session.
        action: Name of the action that was running.
        names: Everything that could have been written.
        caller: Knows the last exception that a tool raised.
        toolset: The tools of the session.
    """
    try:
        return fault(error, sources, action, hint=_hint(error, sources, names, caller, toolset))
    except Signal:
        raise
    except BaseException as broken:  # noqa: BLE001  # methods of own exceptions may do anything
        return CodeError(type=type_name(error), message=f"(the exception cannot be shown: {type_name(broken)})")


def _hint(error: BaseException, sources: Sources, names: Collection[str], caller: Caller, toolset: Toolset) -> str:
    if isinstance(error, visible.ToolArgumentError):
        return ""  # its message has the signature
    if caller.last_fault is not None and caller.last_fault[0] is error:
        return f"raised by the tool {caller.last_fault[1].signature_text()}"
    if isinstance(error, visible.SystemExit):
        return "an action ends by itself; call answer(value) to end the run"
    return hint_for(error, scene_of(sources.innermost(error)), names, signatures_of(toolset))
