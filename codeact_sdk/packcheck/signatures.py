"""Rules about types: of parameters, defaults and results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from codeact_sdk.packcheck.findings import Finding
from codeact_sdk.packcheck.opaque import opaque_types, own_handles
from codeact_sdk.packcheck.subject import Subject
from codeact_sdk.tools.parameters import EMPTY
from codeact_sdk.tools.types import annotation_parts, bare, union_members

_UNTOLD = frozenset({object, list, tuple, set, frozenset})
"""Types that tell no more than `Any` does, alone."""


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
        elif any(_has_any(member) or bare(member) in _UNTOLD for member in union_members(tool.return_type)):
            yield subject.about(
                "CP102",
                tool,
                "its return type is Any, or a list of it: a model cannot know which fields there are",
                "return a pydantic model; dict[str, object] for rows of any columns, pydantic.JsonValue for JSON of any form",
            )
        for parameter in tool.parameters:
            if parameter.annotation is EMPTY or _has_any(parameter.annotation):
                yield subject.about(
                    "CP103",
                    tool,
                    f"the parameter {parameter.name!r} has no type, or Any: nothing is checked before the call",
                    f"write its type, such as `{parameter.name}: str`; pydantic.JsonValue takes JSON of any form",
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
    given = {tool: opaque_types(tool.return_type) for tool in subject.tools}
    taken = {
        tool: {item.name: own_handles(item.annotation) for item in tool.parameters if item.required}
        for tool in subject.tools
    }
    known = {*subject.pack.types, *(cls for classes in given.values() for cls in classes if _is_ours(cls))}
    all_given = set().union(*given.values())
    all_taken = set().union(*(opaque_types(item.annotation) for tool in subject.tools for item in tool.parameters))
    for tool in subject.tools:
        for cls in sorted(given[tool] - all_taken - known, key=lambda cls: cls.__qualname__):
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
    """Whether a type leaves all open; rows, whose values are of many types, are mappings, and their keys tell something."""
    return any(part is Any for part in annotation_parts(annotation, is_closed=_is_mapping))


def _is_mapping(origin: object) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_ours(cls: type) -> bool:
    """Whether a class is of the SDK, which knows how it is shown, as it does an image."""
    return cls.__module__.partition(".")[0] == "codeact_sdk"
