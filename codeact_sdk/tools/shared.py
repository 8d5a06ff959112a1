"""Validators that tools share which take the same arguments: each session has tools of its own, often of the same functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin
from weakref import WeakValueDictionary

from codeact_sdk.tools.signature import ToolParameter
from codeact_sdk.tools.validation import Signature, Validator

_LIVE: WeakValueDictionary[object, Validator] = WeakValueDictionary()
"""By all that they depend on; nothing is kept that no tool uses."""

_DEFAULTS: frozenset[object] = frozenset({type, type(None), bool, int, float, str, bytes})
"""Types of defaults that hold nothing of whoever wrote them; that of `EMPTY` is among them."""


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
    defaults = {type(parameter.default) for parameter in parameters}
    if not (defaults <= _DEFAULTS and all(map(_is_plain, annotations))):
        return Validator(tool, parameters, signature)
    key = (tool, parameters, return_type, tuple(map(repr, annotations)))  # `int | str` is equal to `str | int`
    found = _LIVE.get(key)
    if found is None:
        found = _LIVE[key] = Validator(tool, parameters, signature)
    return found


def _is_plain(annotation: Any) -> bool:
    """Whether equal annotations are the same in all that can be told: metadata may hold what belongs to one session."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return type(annotation).__eq__ is type.__eq__ and type(annotation).__hash__ is type.__hash__
    if annotation is None or annotation is Any or annotation is Ellipsis:
        return True
    if get_origin(annotation) is Literal:
        return all(type(value) in (str, int, bool, type(None)) for value in get_args(annotation))
    if type(annotation).__module__ not in ("typing", "types") or "__metadata__" in dir(annotation):
        return False
    return bool(get_args(annotation)) and all(map(_is_plain, get_args(annotation)))
