"""Calls what an author declares beside a tool, `undo` and `preview`, with the arguments of a call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from codeact_sdk.tools.context import Services, ToolContext
from codeact_sdk.tools.signature import read_function
from codeact_sdk.tools.tool import Tool


class _User(NamedTuple):
    qualified_name: str
    is_async: bool


def companion(
    function: Callable[..., Any],
    tool: Tool,
    arguments: Mapping[str, object],
    *,
    services: Services | None = None,
    key: str = "",
) -> Callable[[], Any]:
    """Gives what calls the function, with those of the arguments that it names and a `ToolContext` where it takes one.

    Args:
        function: Of the author.
        tool: Beside which it is declared.
        arguments: Of the call, and what else it may name; defaults of the tool are filled in.
        services: Of the tool's pack.
        key: The idempotency key in its context.
    """
    known = {item.name: item.default for item in tool.parameters if item.default is not inspect.Parameter.empty}
    values = {**known, **arguments}
    parameters = inspect.signature(function).parameters.values()
    takes_all = any(item.kind is inspect.Parameter.VAR_KEYWORD for item in parameters)
    given = values if takes_all else {item.name: values[item.name] for item in parameters if item.name in values}
    context = read_function(function).context_parameter
    if context is not None:
        user = _User(tool.qualified_name, inspect.iscoroutinefunction(function))
        given[context] = (
            ToolContext(tool.pack, idempotency_key=key)
            if services is None
            else services.context(user, idempotency_key=key)
        )
    return partial(function, **given)
