"""What a tool needs before it can be called: secrets and settings."""

from __future__ import annotations

from codeact_sdk.errors import CodeActError, SecretMissing, ToolError
from codeact_sdk.tools.context import Services, ToolContext
from codeact_sdk.tools.tool import Tool

_SETTINGS = "settings."


def missing_requirements(tool: Tool, services: Services | None) -> tuple[str, ...]:
    """Names what a tool requires and does not have, each with how to set it.

    Args:
        tool: The tool.
        services: Those of its pack; None for a tool given directly.
    """
    if not tool.behaviour.requires:
        return ()
    return missing(tool, ToolContext(tool.pack) if services is None else services.context(tool))


def missing(tool: Tool, context: ToolContext) -> tuple[str, ...]:
    """As `missing_requirements`, for one call."""
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


def _fault(name: str, tool: Tool, context: ToolContext) -> str:
    if not tool.pack:
        return f"{name} can be given to the tools of a ToolPack only, and this one was given directly"
    if name.startswith(_SETTINGS):
        key = name.removeprefix(_SETTINGS)
        value = getattr(context.settings, key, None)
        return f"the setting {key} has no value (set {key} in [settings.{tool.pack}])" if value in (None, "") else ""
    try:
        context.secret(name)
    except SecretMissing:
        return f"the secret {name} has no value (set it, for instance as the environment variable {name})"
    except CodeActError as error:
        return str(error)
    return ""
