"""What a tool declares, in the words that a model reads beside its docstring."""

from __future__ import annotations

from codeact_sdk.tools.tool import Tool


def deprecation(tool: Tool) -> str:
    """One line about what to use instead; empty while the tool is current."""
    instead = " ".join(tool.behaviour.deprecated.split())
    return f"Deprecated: use instead: {instead}" if instead else ""


def examples(tool: Tool) -> str:
    """The declared examples; empty where there are none, or the docstring has its own."""
    return "" if not tool.behaviour.examples or tool.doc.examples else "\n".join(tool.behaviour.examples)


def documentation(tool: Tool, docstring: str) -> str:
    """What `help(tool)` shows.

    Args:
        tool: The tool.
        docstring: Its docstring, without the indent of the source.
    """
    shown = examples(tool)
    example = "Example:\n" + "\n".join(f"    {line}" for line in shown.splitlines()) if shown else ""
    return "\n\n".join(filter(None, (tool.signature_text(), deprecation(tool), docstring, example)))
