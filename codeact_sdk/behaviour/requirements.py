"""What a tool needs before it can be called: secrets and settings."""

from __future__ import annotations

from codeact_sdk.errors import CodeActError, SecretMissing, ToolError
from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.tool import Tool

_SETTINGS = "settings."


def missing(tool: Tool, context: ToolContext) -> tuple[str, ...]:
    """Names what a tool requires and does not have in a call, each with how to set it."""
    found = (_fault(name, tool, context) for name in tool.behaviour.requires)
    return tuple(fault for fault in found if fault)


def require(tool: Tool, context: ToolContext) -> None:
    """Refuses a call that cannot work.

    Raises:
        ToolError: Something is missing; all of it is named.
    """
    faults = missing(tool, context)
    if faults:
        raise ToolError(
            f"{tool.qualified_name} was not called, because it is not set up here: {'; '.join(faults)}. "
            "Only a person can do this: go on without it, or say so in the answer"
        )


def missing_setting(name: str, settings: object) -> str:
    """The setting that a requirement asks for, if it has no value; empty otherwise.

    Args:
        name: What a tool requires, such as `"settings.region"`.
        settings: Those of its pack.
    """
    if not name.startswith(_SETTINGS):
        return ""
    key = name.removeprefix(_SETTINGS)
    return key if getattr(settings, key, None) in (None, "") else ""


def _fault(name: str, tool: Tool, context: ToolContext) -> str:
    if not tool.pack:
        return f"{name} can be given to the tools of a ToolPack only, and this one was given directly"
    if name.startswith(_SETTINGS):
        key = missing_setting(name, context.settings)
        return f"the setting {key} has no value (set {key} in [settings.{tool.pack}])" if key else ""
    try:
        context.secret(name)
    except SecretMissing:
        return f"the secret {name} has no value (set it, for instance as the environment variable {name})"
    except CodeActError as error:
        return str(error)
    return ""
