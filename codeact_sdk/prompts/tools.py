"""Tools as Python text, because a model that writes Python reads Python best.

Whatever the names, types, defaults and docstrings are, the text parses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from codeact_sdk.prompts.budget import Detail, Piece, choose_details
from codeact_sdk.prompts.source import comment, docstring, plain_docstring
from codeact_sdk.prompts.tokens import estimate_tokens
from codeact_sdk.prompts.types import render_types
from codeact_sdk.tools.annotated import notes_of
from codeact_sdk.tools.behaviour import NOTHING
from codeact_sdk.tools.declared import deprecation, examples
from codeact_sdk.tools.docs import is_plain
from codeact_sdk.tools.parameters import ToolParameter, parameter_texts, returns_text
from codeact_sdk.tools.text import identifier
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import ToolGroup, Toolset
from codeact_sdk.tools.types import TypeCollector, TypeNames

_MAX_LINE = 120

_SEARCH = '# Tools that are not shown: tools.search("a few words") finds them, help(pack.tool) tells how one is called.'

_PACKS_SHARE = 0.5
"""Of the budget, that the headers of packs may take."""

_MOST_NAMES = 40
"""Packs that are named where there is no room for more."""


def render_tool(tool: Tool, *, names: TypeNames | None = None, detail: Literal["full", "brief"] = "full") -> str:
    """Renders one tool as a function without a body.

    Args:
        tool: The tool.
        names: TypeNames of classes that are called otherwise here.
        detail: "full" has the whole docstring, "brief" its first paragraph.
    """
    doc = _docstring(tool) if detail == "full" else _quoted(_brief(tool))
    head = _head(tool, names)
    return f"{head}\n{doc}\n    ..." if doc else f"{head}\n    ..."


def render_toolset(toolset: Toolset, *, budget_tokens: int | None = None) -> str:
    """Renders every tool, with the classes that the signatures need.

    Tools given directly come first, then each pack under a header that says what it is for and how its tools are
    called. A class stands before the first tool that needs it.

    Args:
        toolset: The tools.
        budget_tokens: About how many tokens the text may take; everything is shown in full where this is left out.
            Over the budget, tools are shown in brief, then by name only, then not at all; the first tools keep most.
    """
    collector = TypeCollector()
    classes = {
        tool.qualified_name: collector.collect(tool.annotations) for tool in toolset if tool.facts.result_text is None
    }
    names = TypeNames(dict.fromkeys(cls for needed in classes.values() for cls in needed))
    details: Mapping[str, Detail] = {}
    if budget_tokens is not None:
        overhead = _cost_of_packs(toolset, budget_tokens)
        details = choose_details(_pieces(toolset, classes, names), budget_tokens, overhead=overhead)
    text = _Text(classes, names, details)
    sections = [text.section("# Tools", toolset.direct.values())] if toolset.direct else []
    groups = [group for group in toolset.groups.values() if not text.hides(group)]
    sections += [text.section(_header(group), group.tools) for group in groups]
    unseen = [group for group in toolset.groups.values() if text.hides(group)]
    if unseen:
        sections.append(_unseen(unseen, int((budget_tokens or 0) * _PACKS_SHARE)))
    return "\n\n\n".join(sections)


def _cost_of_packs(toolset: Toolset, budget_tokens: int) -> int:
    """About how many tokens the headers of packs take, which are shown before any tool."""
    lines = sum(estimate_tokens(_line_of(group)) for group in toolset.groups.values())
    return min(lines, int(budget_tokens * _PACKS_SHARE)) + 3 * estimate_tokens(_SEARCH)


def _line_of(group: ToolGroup) -> str:
    count = f"{len(group.tools):,} tool{'s' * (len(group.tools) != 1)}"
    return comment(f"{identifier(group.namespace, fallback='pack')}: {group.purpose} ({count})")


def _unseen(groups: Sequence[ToolGroup], budget_tokens: int) -> str:
    """What is said of packs that have no room for their tools."""
    lines = [_SEARCH]
    names = []
    for group in groups:
        line = _line_of(group)
        budget_tokens -= estimate_tokens(line)
        if budget_tokens >= 0:
            lines.append(line)
        else:
            names.append(identifier(group.namespace, fallback="pack"))
    if names:
        rest = f", and {len(names) - _MOST_NAMES:,} more packs" if len(names) > _MOST_NAMES else ""
        lines.append(comment(f"Also: {', '.join(names[:_MOST_NAMES])}{rest}"))
    return "\n".join(lines)


class _Text:
    """One rendering: a class that was shown is not shown again."""

    def __init__(self, classes: Mapping[str, Sequence[type]], names: TypeNames, details: Mapping[str, Detail]) -> None:
        self._classes = classes
        self._names = names
        self._details = details
        self._shown: set[type] = set()

    def hides(self, group: ToolGroup) -> bool:
        """Whether none of a pack's tools is shown."""
        details = self._details
        return bool(details) and all(details[tool.qualified_name] == "hidden" for tool in group.tools)

    def section(self, header: str, tools: Iterable[Tool]) -> str:
        needed: dict[type, None] = {}
        blocks = []
        named, hidden = [], 0
        for tool in tools:
            detail = self._details.get(tool.qualified_name, "full") if self._details else "full"
            if detail in {"name", "hidden"}:
                named += [tool.qualified_name] if detail == "name" else []
                hidden += detail == "hidden"
                continue
            if tool.facts.result_text is None:
                classes = self._classes[tool.qualified_name]
                needed.update(dict.fromkeys(cls for cls in classes if cls not in self._shown))
            blocks.append(render_tool(tool, names=self._names, detail="full" if detail == "full" else "brief"))
        self._shown.update(needed)
        parts = [header, render_types(needed, names=self._names), *blocks]
        if named:
            parts.append(f"{comment(', '.join(named))}\n# (shown by name only: help(name) tells how each is called)")
        if hidden:
            more = "more " if blocks else ""
            parts.append(f'# ({hidden:,} {more}not shown: tools.search("a few words") finds them)')
        return "\n\n".join(filter(None, parts))


def _header(group: ToolGroup) -> str:
    namespace = identifier(group.namespace, fallback="pack")
    example = identifier(group.tools[0].name, fallback="tool") if group.tools else "name"
    return f"{comment(f'{namespace}: {group.purpose}')}\n# Call as {namespace}.{example}(...)"


def _pieces(toolset: Toolset, classes: Mapping[str, Sequence[type]], names: TypeNames) -> Iterator[Piece]:
    headers = {name: {f"# {name}": f"\n\n{_header(group)}"} for name, group in toolset.groups.items()}
    counted: set[type] = set()
    blocks: dict[type, str] = {}
    for tool in toolset:
        needed = classes.get(tool.qualified_name, ())
        for cls in needed:
            if cls not in counted:
                counted.add(cls)
                blocks[cls] = render_types((cls,), names=names)
        yield Piece(
            tool.qualified_name,
            render_tool(tool, names=names),
            render_tool(tool, names=names, detail="brief"),
            {**headers.get(tool.pack, {}), **{names[cls]: blocks[cls] for cls in needed}},
        )


def _head(tool: Tool, names: TypeNames | None) -> str:
    facts = tool.facts
    start = f"{'async ' if facts.is_async else ''}def {identifier(tool.name, fallback='tool')}("
    parameters = parameter_texts(facts.parameters, names=names)
    result = facts.result_text
    if result is None:
        result = returns_text(facts.return_type, names=names)
    end = f"){result}:"
    effect = "" if tool.effect == "read" else f"  # {tool.effect}"
    line = f"{start}{', '.join(parameters)}{end}"
    if len(line) <= _MAX_LINE or not parameters:
        return line + effect
    return "\n".join([start, *(f"    {text}," for text in parameters), end + effect])


def _docstring(tool: Tool) -> str:
    """The whole docstring as source, as its author laid it out where that tells all; empty where there is none."""
    facts = tool.facts
    if tool.behaviour is not NOTHING and (deprecation(tool) or examples(tool)):
        return _quoted(_sections(tool))
    if facts.result_text is not None or not (facts.context_parameter or any(map(_has_notes, facts.parameters))):
        plain = plain_docstring(tool.own_doc)
        if plain is not None:
            return plain
        text = tool.docstring
        if is_plain(text):
            return _quoted(text)
    return _quoted(_sections(tool))


def _brief(tool: Tool) -> str:
    return "\n\n".join(filter(None, (tool.doc.summary, deprecation(tool))))


def _quoted(text: str) -> str:
    return docstring(text) if text else ""


def _sections(tool: Tool) -> str:
    doc = tool.doc
    said = ((item.name, tool.parameter_doc(item)) for item in tool.parameters)
    sections = [
        ("Args", _entries((name, text) for name, text in said if text)),
        ("Returns", doc.returns),
        ("Raises", _entries(doc.raises.items())),
        *(("Example", example) for example in (*doc.examples, examples(tool))),
    ]
    parts = [_brief(tool), doc.description]
    parts += [f"{title}:\n{_indented(text)}" for title, text in sections if text]
    return "\n\n".join(filter(None, parts))


def _has_notes(parameter: ToolParameter) -> bool:
    return not parameter.text and notes_of(parameter.annotation).text != ""


def _entries(items: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {_indented(text).lstrip()}" for name, text in items)


def _indented(text: str) -> str:
    if "\n" not in text:
        return f"    {text}"
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
