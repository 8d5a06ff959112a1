"""What a call would do, in the words of its author, for the person who is asked about it."""

from __future__ import annotations

from collections.abc import Mapping

from codeact_sdk.behaviour.companions import companion
from codeact_sdk.later import pprint
from codeact_sdk.tools.context import Services
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.tool import Tool

MAX_CHARS = 2_000
"""Longest preview: a person reads it before answering."""


def preview_text(
    tool: Tool, arguments: Mapping[str, object], *, services: Services | None = None, faults: Faults | None = None
) -> str:
    """Says what a call would do; empty where its tool does not tell, or fails to. Never raises.

    Args:
        tool: The tool.
        arguments: By name, validated.
        services: Those of its pack.
        faults: Is told of a preview that raises.
    """
    function = tool.behaviour.preview
    if function is None:
        return ""
    try:
        made = companion(function, tool, arguments, services=services)()
        text = made if isinstance(made, str) else "" if made is None else pprint.pformat(made, width=100)
    except Exception as error:  # noqa: BLE001  # a person is asked without it
        what = f"the preview of {tool.qualified_name}"
        (faults or Faults()).add(error, pack=tool.pack, what=what, distribution=tool.distribution)
        return ""
    return text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]}... ({len(text) - MAX_CHARS:,} characters more)"
