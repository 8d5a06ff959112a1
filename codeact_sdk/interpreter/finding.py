"""`tools` in model code: finding the tools that the prompt has no room for."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.visible import Facade

if TYPE_CHECKING:
    from codeact_sdk.tools.tool import Tool
    from codeact_sdk.tools.toolset import Toolset

_MOST = 50
"""Tools that one search gives."""

_MOST_LISTED = 2_000


def tools_facade(toolset: Toolset) -> Facade:
    """Makes `tools.search` and `tools.list` for one session.

    Args:
        toolset: Its tools.
    """

    def search(query: str, limit: int = 5) -> list[str]:
        """Tools that have to do with a few words, the best first, each as it is called and what it is for."""
        words = str.__str__(query) if isinstance(query, str) else ""  # none of the methods of an own class is asked
        if not words.strip():
            raise TypeError('tools.search() takes a few words, such as tools.search("refund an order")')
        if type(limit) is not int or not 0 < limit <= _MOST:
            raise ValueError(f"limit is {limit!r}: give a number from 1 to {_MOST}")
        return [_line(tool) for tool in toolset.search(words, limit=limit)]

    def list_(pattern: str = "*") -> list[str]:
        """Names of the tools, of all or of those that a pattern fits, such as "acme.*"."""
        if not isinstance(pattern, str):
            raise TypeError('tools.list() takes a pattern, such as tools.list("acme.*")')
        text = str.__str__(pattern)
        wanted = text if any(mark in text for mark in "*?[") else f"*{text}*"
        return [tool.qualified_name for tool in toolset if fnmatchcase(tool.qualified_name, wanted)][:_MOST_LISTED]

    return Facade("tools", {"search": named(search, "tools.search"), "list": named(list_, "tools.list")})


def _line(tool: Tool) -> str:
    effect = "" if tool.effect == "read" else f" ({tool.effect})"
    summary = tool.doc.summary
    return f"{tool.signature_text()}{effect}" + (f"  # {summary}" if summary else "")
