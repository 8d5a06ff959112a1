"""Tool packs for agents that act by writing Python.

Names only: each is imported from its module when it is first used, so that `import codeact_sdk` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeact_sdk.agent import Agent, RunResult
    from codeact_sdk.errors import CodeActError, ToolError
    from codeact_sdk.events import Event
    from codeact_sdk.interpreter.limits import Limits
    from codeact_sdk.messages import Message, Reply, Usage
    from codeact_sdk.models.base import Model
    from codeact_sdk.observations import Observation
    from codeact_sdk.packs.discovery import load_plugins
    from codeact_sdk.packs.hookspecs import hookimpl
    from codeact_sdk.packs.pack import ToolPack
    from codeact_sdk.runtime import Interpreter
    from codeact_sdk.tools.context import ToolContext
    from codeact_sdk.tools.tool import Tool, tool
    from codeact_sdk.values import Record

__all__ = [
    "Agent",
    "CodeActError",
    "Event",
    "Interpreter",
    "Limits",
    "Message",
    "Model",
    "Observation",
    "Record",
    "Reply",
    "RunResult",
    "Tool",
    "ToolContext",
    "ToolError",
    "ToolPack",
    "Usage",
    "hookimpl",
    "load_plugins",
    "tool",
]

_HOME = {
    "Agent": "agent",
    "CodeActError": "errors",
    "Event": "events",
    "Interpreter": "runtime",
    "Limits": "interpreter.limits",
    "Message": "messages",
    "Model": "models.base",
    "Observation": "observations",
    "Record": "values",
    "Reply": "messages",
    "RunResult": "agent",
    "Tool": "tools.tool",
    "ToolContext": "tools.context",
    "ToolError": "errors",
    "ToolPack": "packs.pack",
    "Usage": "messages",
    "hookimpl": "packs.hookspecs",
    "load_plugins": "packs.discovery",
    "tool": "tools.tool",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'codeact_sdk' has no attribute {name!r}")
    return getattr(import_module(f"codeact_sdk.{home}"), name)


def __dir__() -> list[str]:
    return __all__
