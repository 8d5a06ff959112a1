"""Whether every tool of a pack tells a model what it needs to know."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.prompts.tools import render_tool, render_toolset
from codeact_sdk.tools.signature import EMPTY
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import Toolset


def assert_tool_docs(pack: ToolPack) -> None:
    """Checks that each tool of a pack is documented, and that what a model reads of it is Python.

    Args:
        pack: The pack.

    Raises:
        AssertionError: A summary, the description of a parameter or the type of a result is missing, or a docstring
            describes parameters that are not there. Every fault is named.
    """
    faults = [f"{tool.qualified_name}: {fault}" for tool in pack.tools for fault in _faults(tool)]
    if not pack.tools:
        faults.append("it has no tools: import the modules that hold them from the one that holds the pack")
    elif fault := _syntax_fault(render_toolset(Toolset.of((), groups=[pack.group()]))):
        faults.append(f"what a model reads of the whole pack {fault}")
    if faults:
        shown = "\n".join(f"  - {fault}" for fault in faults)
        raise AssertionError(f"pack {pack.namespace!r} leaves a model to guess:\n{shown}")


def _faults(tool: Tool) -> Iterator[str]:
    if not tool.doc.summary:
        yield "it has no docstring: say in its first line what it does"
    for parameter in tool.parameters:
        if not tool.parameter_doc(parameter):
            yield f"the parameter {parameter.name!r} is not described: add it to the docstring under `Args:`"
    known = {parameter.name for parameter in tool.parameters} | {tool.context_parameter}
    for name in tool.doc.parameters:
        if name not in known:
            takes = ", ".join(parameter.name for parameter in tool.parameters) or "none"
            yield f"its docstring describes {name!r}, which is no parameter of it (they are: {takes})"
    if tool.return_type is EMPTY:
        yield "it does not say what it returns: annotate the result (-> None where there is none)"
    elif tool.return_type is Any or tool.return_type is object:
        yield "its result may be anything: name the type that a model can rely on"
    if fault := _syntax_fault(render_tool(tool)):
        yield f"what a model reads of it {fault}"


def _syntax_fault(text: str) -> str:
    try:
        ast.parse(text)
    except SyntaxError as error:
        return f"is no Python: {error.msg} (line {error.lineno})"
    return ""
