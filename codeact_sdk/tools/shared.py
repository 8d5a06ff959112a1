"""Validators that tools share which take the same arguments: each session has tools of its own, often of the same functions."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakValueDictionary

from codeact_sdk.tools.signature import ToolParameter
from codeact_sdk.tools.validation import Signature, Validator

_LIVE: WeakValueDictionary[object, Validator] = WeakValueDictionary()
"""By all that they depend on; nothing is kept that no tool uses."""


def shared_validator(
    tool: str, parameters: tuple[ToolParameter, ...], return_type: object, signature: Callable[[], Signature]
) -> Validator:
    """Finds the validator of a tool that takes the same arguments, or makes one.

    Args:
        tool: Qualified name.
        parameters: What a call may give.
        return_type: Of the tool, which errors show.
        signature: Gives the call as text; it may not hold the function, which belongs to one session.
    """
    annotations = (*(parameter.annotation for parameter in parameters), return_type)
    try:
        key = (tool, parameters, return_type, tuple(map(repr, annotations)))  # `int | str` is equal to `str | int`
        found = _LIVE.get(key)
    except Exception:  # noqa: BLE001  # defaults and metadata may be unhashable, and their methods anybody's
        return Validator(tool, parameters, signature)
    if found is None:
        found = _LIVE[key] = Validator(tool, parameters, signature)
    return found
