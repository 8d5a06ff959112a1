"""Rules about names: builtins, letters that look alike, names that differ too little."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from codeact_sdk.packcheck.findings import Finding
from codeact_sdk.packcheck.subject import Subject, plain
from codeact_sdk.tools.tool import Tool

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


def check_names(subject: Subject) -> Iterator[Finding]:
    """Yields names that mislead."""
    seen: dict[str, Tool] = {}
    for tool in subject.tools:
        yield from _shadows(subject, tool)
        yield from _odd(subject, tool)
        key = tool.name.replace("_", "").casefold()
        if key in seen:
            yield subject.about(
                "CP303",
                tool,
                f"it differs from {seen[key].qualified_name} by case or underscores only, and models mix them up",
                'rename one after what it does differently, @pack.tool(name="...")',
            )
        seen.setdefault(key, tool)


def _shadows(subject: Subject, tool: Tool) -> Iterator[Finding]:
    own = getattr(plain(tool), "__name__", "")
    if own in _BUILTINS:  # a name given by name= stands behind the namespace, and hides nothing
        yield subject.about(
            "CP301",
            tool,
            f"the function hides the builtin {own!r} from the rest of its module",
            f'write `@pack.tool(name="{tool.name}")` above `def {own}_...`: models still see the short name',
        )
    for parameter in tool.parameters:
        if parameter.name in _BUILTINS:
            yield subject.about(
                "CP301",
                tool,
                f"the parameter hides the builtin {parameter.name!r}",
                f"say what it is of, such as `{tool.name}_{parameter.name}`",
                parameter=parameter.name,
            )


def _odd(subject: Subject, tool: Tool) -> Iterator[Finding]:
    for name in (tool.name, *(parameter.name for parameter in tool.parameters)):
        odd = sorted({letter for letter in name if not letter.isascii()})
        if odd:
            letters = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in odd)
            yield subject.about(
                "CP302",
                tool,
                f"{name!r} has letters that look like others or that a model may write otherwise: {letters}",
                "write it in ASCII",
                parameter=None if name == tool.name else name,
            )
