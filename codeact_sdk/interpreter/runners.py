"""How a tool is run: with its context, within the time that it declares."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.workers import WORKERS
from codeact_sdk.later import asyncio

if TYPE_CHECKING:
    from codeact_sdk.tools.context import ToolContext
    from codeact_sdk.tools.tool import Tool

_CO_COROUTINE = 0x80
"""`inspect.CO_COROUTINE`."""

Run = Callable[[Mapping[str, Any], "ToolContext | None"], Callable[[], Coroutine[Any, Any, Any]]]
"""Takes the arguments of an async tool by name and its context, and gives what makes the coroutine."""


def runner(tool: Tool) -> Run:
    """Makes what runs an async tool alone, in whichever loop is its own: values cross the boundary in the action's thread."""
    function: Any = tool.function
    if not (tool.timeout_s or tool.context_parameter or tool.facts.is_generator) and makes_coroutines(function):
        return lambda arguments, _: partial(function, **arguments)
    return lambda arguments, context: partial(_run_async, tool, arguments, context)


def makes_coroutines(function: Any) -> bool:
    """Whether a call does nothing but make a coroutine; any other async function may run code of its own before."""
    function = function.__func__ if isinstance(function, MethodType) else function
    return isinstance(function, FunctionType) and bool(function.__code__.co_flags & _CO_COROUTINE)


async def _run_async(tool: Tool, arguments: Mapping[str, Any], context: ToolContext | None) -> object:
    if tool.timeout_s is None:
        return await tool.invoke(arguments, context=context)
    try:
        async with asyncio.timeout(tool.timeout_s) as clock:
            return await tool.invoke(arguments, context=context)
    except TimeoutError:
        if not clock.expired():
            raise
    raise timed_out(tool)


def run_for(tool: Tool, arguments: Mapping[str, Any], *, context: ToolContext | None = None) -> object:
    """Runs a tool for no longer than it declares; a thread that it holds on to is left behind.

    Args:
        tool: The tool.
        arguments: By name.
        context: Of the call.
    """
    future = WORKERS.submit(lambda: tool.invoke(arguments, context=context))
    try:
        return future.result(timeout=tool.timeout_s)
    except TimeoutError:
        if future.done:  # raised by the tool itself
            raise
    raise timed_out(tool)


async def awaited(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Calls a function that gives something to await, and awaits it."""
    return await function(*args, **kwargs)


def timed_out(tool: Tool) -> Exception:
    """What model code sees of a tool that took longer than it declares."""
    return visible.ToolTimeout(
        f"{tool.qualified_name} did not return within its {tool.timeout_s:g} s; it may still have an effect"
    )
