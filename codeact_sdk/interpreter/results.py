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
    return _Results(tool, inward).accept


class _Results:
    """A method of one object and not a closure, which would weigh four times as much, for each tool of each session."""

    __slots__ = ("_declared", "_inward", "_is_checked", "_is_shaped", "_plain", "_shaper", "_tool")

    def __init__(self, tool: Tool, inward: Callable[[object], Any]) -> None:
        self._declared = declared = tool.return_type
        self._is_checked = declared not in _UNCHECKED
        self._tool = tool
        self._inward = inward
        self._plain = declared if isinstance(declared, type) and declared in WELCOME else None
        self._shaper: Accept | None = None
        self._is_shaped = False

    def accept(self, value: Any) -> Any:
        """Gives what model code gets."""
        if self._plain is not None and type(value) is self._plain:
            return value
        if self._is_checked and type(value) is not self._declared:
            value = check_result(self._tool, value)
        if not self._is_shaped:
            self._shaper, self._is_shaped = shape(self._declared), True
        value = self._inward(value)
        return value if self._shaper is None else self._shaper(value)


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
