"""Whether a tool returned what it declares."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from codeact_sdk.errors import ToolError
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.types import type_text

_UNCHECKED = (inspect.Parameter.empty, Any, object, None, type(None))


def check_result(tool: Tool, value: object) -> object:
    """Gives the value in the declared type: a dict becomes the declared model, for instance.

    Raises:
        ToolError: The tool returned something else. The fault is the tool's, and the message says so.
    """
    declared = tool.return_type
    if declared in _UNCHECKED or type(value) is declared:
        return value
    try:
        adapter = _adapter(declared)
    except TypeError:  # not hashable: metadata of Annotated may be anything
        return value
    if adapter is None:
        return value
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = "".join(f"[{part!r}]" for part in first["loc"])
        raise ToolError(
            f"{tool.qualified_name} returned {type(value).__name__}{where and f' with a fault at {where}'}, "
            f"but declares -> {type_text(declared)} ({first['msg']}): this is a fault of the tool, not of your code; "
            "use another tool or say so in the answer"
        ) from None


@lru_cache(maxsize=4096)
def _adapter(declared: Any) -> TypeAdapter[Any] | None:
    """The validator of a type; None where pydantic has no rule for it, such as for a class of the host."""
    try:
        return TypeAdapter(declared)
    except Exception:  # noqa: BLE001  # pydantic raises several kinds; a type without a rule is not checked
        return None
