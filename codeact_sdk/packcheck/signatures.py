"""Rules about types: of parameters, defaults and results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from codeact_sdk.packcheck.findings import Finding
from codeact_sdk.packcheck.subject import Subject
from codeact_sdk.tools.fields import kind_of
from codeact_sdk.tools.parameters import EMPTY
from codeact_sdk.tools.types import bare, collect_types


def check_types(subject: Subject) -> Iterator[Finding]:
    """Yields what is wrong with the types of signatures."""
    for tool in subject.tools:
        if tool.return_type is EMPTY:
            yield subject.about(
                "CP101",
                tool,
                "it does not say what it returns, so a model must call it to find out",
                "write the type after `->`, such as a pydantic model, or `-> None`",
            )
        elif _has_any(tool.return_type) or bare(tool.return_type) is object:
            yield subject.about(
                "CP102",
                tool,
                "its return type is, or holds, Any: a model cannot know which fields there are",
                "return a pydantic model; write `object` for values within it that may truly be anything",
            )
        for parameter in tool.parameters:
            if parameter.annotation is EMPTY or _has_any(parameter.annotation):
                yield subject.about(
                    "CP103",
                    tool,
                    f"the parameter {parameter.name!r} has no type, or Any: nothing is checked before the call",
                    f"write its type, such as `{parameter.name}: str`",
                    parameter=parameter.name,
                )
            if isinstance(parameter.default, list | dict | set | bytearray):
                yield subject.about(
                    "CP104",
                    tool,
                    f"the default of {parameter.name!r} can be changed, and all calls share it",
                    f"write `{parameter.name}: ... | None = None` and make the value inside, or use a tuple",
                    parameter=parameter.name,
                )


def check_boundary(subject: Subject) -> Iterator[Finding]:
    """Yields results that would be opaque handles which no tool takes, and parameters that only a handle could fill."""
    given = {tool: _handles(tool.return_type) for tool in subject.tools}
    taken = {
        tool: {item.name: _handles(item.annotation) for item in tool.parameters if item.required}
        for tool in subject.tools
    }
    all_given = set().union(*given.values())
    all_taken = set().union(*(_handles(item.annotation) for tool in subject.tools for item in tool.parameters))
    for tool in subject.tools:
        for cls in sorted(given[tool] - all_taken, key=lambda cls: cls.__qualname__):
            yield subject.about(
                "CP501",
                tool,
                f"a {cls.__name__} becomes an opaque handle, of which model code can read nothing, and no tool takes it",
                "return a pydantic model, a dataclass or plain data, or offer a tool that takes the handle",
            )
        for name, classes in taken[tool].items():
            for cls in sorted(classes - all_given, key=lambda cls: cls.__qualname__):
                yield subject.about(
                    "CP502",
                    tool,
                    f"model code cannot make a {cls.__name__}, and no tool of the pack returns one",
                    "take a pydantic model, a dataclass or plain data, or offer a tool that returns it",
                    parameter=name,
                )


def _has_any(annotation: object) -> bool:
    annotation = bare(annotation)
    return annotation is Any or any(_has_any(item) for item in get_args(annotation) if not isinstance(item, list | str))


def _handles(annotation: object) -> set[type]:
    return set() if annotation is EMPTY else {cls for cls in collect_types([annotation]) if kind_of(cls) == "handle"}
