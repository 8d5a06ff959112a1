"""What a tool returned, checked against what it declares, and made into what model code gets."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from codeact_sdk.errors import ToolError
from codeact_sdk.interpreter.boundary import SCALARS, WELCOME
from codeact_sdk.interpreter.shapes import shape
from codeact_sdk.tools.checkers import adapters
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.types import bare, type_text, union_members

_UNCHECKED = (inspect.Parameter.empty, Any, object, None, type(None))

Accept = Callable[[Any], Any]
"""Takes what a tool returned and gives what model code gets."""


def make_accept(tool: Tool, inward: Callable[[object], Any]) -> Accept:
    """Makes the way in for the results of one tool; what costs time is made when a result first needs it.

    Args:
        tool: The tool.
        inward: Takes a value over the boundary.
    """
    declared = tool.return_type
    unchecked = declared in _UNCHECKED
    plain = declared if isinstance(declared, type) and declared in WELCOME else None
    shaper: Accept | None = None
    is_shaped = False

    def accept(value: Any) -> Any:
        nonlocal shaper, is_shaped
        if plain is not None and type(value) is plain:
            return value
        if not unchecked and type(value) is not declared:
            value = check_result(tool, value)
        if not is_shaped:
            shaper, is_shaped = shape(declared), True
        value = inward(value)
        return value if shaper is None else shaper(value)

    return accept


_UNCHECKED_CLASSES: frozenset[object] = SCALARS | {inspect.Parameter.empty, object}


def needs_check(annotation: object) -> bool:
    """Whether the usual values of a type go through a checker of pydantic, on their way to a tool or back."""
    if bare(annotation) is not annotation:
        return True
    members = union_members(annotation)
    return not all(
        member is None or member is Any or (isinstance(member, type) and member in _UNCHECKED_CLASSES)
        for member in members
    )


def check_result(tool: Tool, value: object) -> object:
    """Gives the value in the declared type: a dict becomes the declared model, for instance.

    Raises:
        ToolError: The tool returned something else. The fault is the tool's, and the message says so.
    """
    adapter = _adapter_of(tool.return_type)
    if adapter is None:
        return value
    try:
        return adapter.validate_python(value)
    except adapters.ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = "".join(f"[{part!r}]" for part in first["loc"])
        raise ToolError(
            f"{tool.qualified_name} returned {type(value).__name__}{where and f' with a fault at {where}'}, "
            f"but declares -> {type_text(tool.return_type)} ({first['msg']}): this is a fault of the tool, "
            "not of your code; use another tool or say so in the answer"
        ) from None


def _adapter_of(declared: Any) -> adapters.TypeAdapter[Any] | None:
    try:
        return _adapter(declared)
    except TypeError:  # not hashable: metadata of Annotated may be anything
        return None


@lru_cache(maxsize=4096)
def _adapter(declared: Any) -> adapters.TypeAdapter[Any] | None:
    """The validator of a type; None where pydantic has no rule for it, such as for a class of the host."""
    try:
        return adapters.make_adapter(declared)
    except Exception:  # noqa: BLE001  # pydantic raises several kinds; a type without a rule is not checked
        return None
