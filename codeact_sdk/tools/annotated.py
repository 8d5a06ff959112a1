"""What `Annotated[...]` and pydantic's `Field` say about a value, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple, get_args, get_origin

from codeact_sdk.tools.kinds import is_field
from codeact_sdk.tools.text import literal

_LIMITS = {
    "ge": "at least {}",
    "gt": "more than {}",
    "le": "at most {}",
    "lt": "less than {}",
    "multiple_of": "a multiple of {}",
    "min_length": "length at least {}",
    "max_length": "length at most {}",
    "pattern": "matching {}",
}
"""Attributes of `annotated_types` and pydantic constraints, and how a limit is said."""


class Notes(NamedTuple):
    """What is said about a value beside its type."""

    description: str = ""
    limits: str = ""
    """A sentence, such as `At least 1, at most 100.`; empty without limits."""

    @property
    def text(self) -> str:
        """Both, as far as they are there."""
        return f"{self.description} {self.limits}".strip()


_NO_NOTES = Notes()


def notes_of(annotation: object) -> Notes:
    """Reads descriptions and limits from `Annotated[...]` or a pydantic field.

    A plain string, `Field(description=...)` and `Doc(...)` describe; every constraint that pydantic checks is said.
    """
    if isinstance(annotation, type):
        return _NO_NOTES
    if is_field(annotation):
        return Notes(annotation.description or "", _limits(annotation.metadata))
    if get_origin(annotation) is not Annotated:
        return _NO_NOTES
    description, limits = "", []
    for item in get_args(annotation)[1:]:
        if is_field(item):
            description = item.description or description
            limits += item.metadata
        elif isinstance(item, str):
            description = item
        elif isinstance(documentation := getattr(item, "documentation", None), str):
            description = documentation
        else:
            limits.append(item)
    return Notes(description, _limits(limits))


def _limits(constraints: Iterable[object]) -> str:
    found = []
    for constraint in constraints:
        for attribute, phrase in _LIMITS.items():
            value = getattr(constraint, attribute, None)
            text = literal(getattr(value, "pattern", value))
            if value is not None and text is not None and (attribute, value) != ("min_length", 0):
                found.append(phrase.format(text))
    text = ", ".join(dict.fromkeys(found))
    return f"{text[0].upper()}{text[1:]}." if text else ""
