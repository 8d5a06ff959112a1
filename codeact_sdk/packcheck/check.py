"""All rules over one pack, and what its tools cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from codeact_sdk.packcheck.documentation import check_docs, check_modules, check_settings
from codeact_sdk.packcheck.effects import check_effects, check_requirements
from codeact_sdk.packcheck.examples import check_examples
from codeact_sdk.packcheck.findings import Finding
from codeact_sdk.packcheck.names import check_names
from codeact_sdk.packcheck.signatures import check_boundary, check_types
from codeact_sdk.packcheck.source import check_blocking, check_secrets
from codeact_sdk.packcheck.subject import Subject
from codeact_sdk.packs.sources import SDK, sdk_requirements
from codeact_sdk.prompts.tokens import estimate_tokens
from codeact_sdk.prompts.tools import render_tool

MAX_TOOL_TOKENS = 400
"""About what one tool may cost in the prompt, unless told otherwise."""

_RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    check_types,
    check_boundary,
    check_docs,
    check_modules,
    check_settings,
    check_names,
    check_effects,
    check_requirements,
    check_secrets,
    check_blocking,
)


class Cost(NamedTuple):
    """What one tool takes of the prompt."""

    tool: str
    tokens: int
    """An estimate, without the classes that it shares with others."""


def check_pack(subject: Subject, *, max_tokens: int = MAX_TOOL_TOKENS, run_writes: bool = False) -> tuple[Finding, ...]:
    """Finds what is wrong with a pack.

    Args:
        subject: The pack.
        max_tokens: About what one tool may cost in the prompt.
        run_writes: Whether examples may call tools that write.

    Returns:
        The findings by file and line.
    """
    found = [*_dependency(subject), *_costly(subject, max_tokens), *check_examples(subject, run_writes=run_writes)]
    for rule in _RULES:
        found += rule(subject)
    return tuple(sorted(found, key=lambda item: (item.place.file, item.place.line, item.code)))


def costs_of(subject: Subject) -> tuple[Cost, ...]:
    """About what each tool costs in the prompt."""
    return tuple(Cost(tool.qualified_name, estimate_tokens(render_tool(tool))) for tool in subject.tools)


def _costly(subject: Subject, max_tokens: int) -> Iterator[Finding]:
    for tool, cost in zip(subject.tools, costs_of(subject), strict=True):
        if cost.tokens > max_tokens:
            yield subject.about(
                "CP601",
                tool,
                f"it takes about {cost.tokens:,} tokens of every prompt, more than {max_tokens:,}",
                "shorten its docstring, have fewer parameters, or make two tools of it",
            )


def _dependency(subject: Subject) -> Iterator[Finding]:
    if subject.requires is not None and not any(sdk_requirements(subject.requires)):
        yield subject.finding(
            "CP002",
            subject.origin,
            subject.home,
            f"its dependencies do not name {SDK}, so it may meet a version that it does not work with",
            f'add "{SDK}>=0.1,<0.2" to dependencies in pyproject.toml',
        )
