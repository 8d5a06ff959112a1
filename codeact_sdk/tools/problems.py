"""What pydantic found wrong with an argument, in words for a model that must write the call again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from codeact_sdk.later import difflib
from codeact_sdk.tools.describe import describe
from codeact_sdk.tools.fields import class_fields, kind_of
from codeact_sdk.tools.text import one_line
from codeact_sdk.tools.types import bare, type_text, union_members

if TYPE_CHECKING:
    from pydantic import ValidationError

MAX_PROBLEMS = 8
"""Of one argument: a list of a thousand wrong items is told by its first few."""


def argument_problems(name: str, annotation: object, value: object, error: ValidationError) -> list[str]:
    """Sentences for everything that pydantic found in one argument.

    Args:
        name: The parameter.
        annotation: Its type.
        value: What was given, as pydantic saw it.
        error: What pydantic found.
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in error.errors(include_url=False, include_context=False):
        found.setdefault(_path(name, value, item), []).append(item)
    whole = found.pop(name, None)
    if whole:
        return [f"{name}: got {describe(value)}, must be {expected(annotation)}{_detail(annotation, value, whole)}"]
    problems = [_problem(path, items) for path, items in list(found.items())[:MAX_PROBLEMS]]
    if len(found) > MAX_PROBLEMS:
        problems.append(f"{name}: {len(found) - MAX_PROBLEMS} more like these")
    return problems


def _problem(path: str, items: Sequence[Mapping[str, Any]]) -> str:
    if all(item["type"] == "missing" for item in items):
        return f"{path}: missing"
    wanted = " or ".join(dict.fromkeys(_wanted(item) for item in items if item["type"] != "missing"))
    given = next(item["input"] for item in items if item["type"] != "missing")
    return f"{path}: got {describe(given)}, {wanted}"


def _wanted(item: Mapping[str, Any]) -> str:
    message = one_line(str(item["msg"]))
    for start, replacement in _PHRASES:
        if message.startswith(start):
            message = replacement + message[len(start) :]
            break
    return _WORDS.get(item["type"], message)


_PHRASES = (("Input should be ", "must be "), ("Value error, ", ""), ("Assertion failed, ", ""))
_WORDS = {
    "int_parsing": "must be an int",
    "float_parsing": "must be a float",
    "bool_parsing": "must be True or False",
    "model_type": "must be a dict with its fields",
    "dataclass_type": "must be a dict with its fields",
    "model_attributes_type": "must be a dict with its fields",
    "string_type": "must be a str",
    "extra_forbidden": "is no field there: leave it out",
    "unexpected_keyword_argument": "is no field there: leave it out",
}
"""Where pydantic's own words are long, or speak of what the model cannot make."""


def _path(name: str, value: object, item: Mapping[str, Any]) -> str:
    """Where in the argument a problem is: `filters['tags'][0]`.

    Pydantic puts the branch of a union into the place too; whatever is no key of the data is left out.
    """
    path = name
    place = item["loc"]
    for index, step in enumerate(place):
        last = index == len(place) - 1
        if isinstance(value, dict) and (step in value or (last and item["type"] == "missing")):
            path += f"[{step!r}]"
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list | tuple) and step < len(value):
            path += f"[{step}]"
            value = value[step]
        elif isinstance(step, int) and isinstance(value, set | frozenset):
            value = item["input"]
    return path


def expected(annotation: object) -> str:
    """What a type takes, as Python text, with the fields of the classes in it."""
    text = type_text(annotation)
    explained = [_explained(member) for member in union_members(annotation)]
    return "; ".join([text, *filter(None, explained)])


def _explained(member: object) -> str:
    member = bare(member)
    if not isinstance(member, type):
        return ""
    kind = kind_of(member)
    name = type_text(member)
    if kind == "enum":
        assert issubclass(member, Enum)  # noqa: S101  # for the type checker
        return f"{name} is one of {', '.join(repr(item.value) for item in list(member)[:20])}"
    if kind == "handle":
        return f"a {name} comes from another tool's result"
    fields = [
        f"{field.name}: {type_text(field.annotation)}" + ("" if field.default is None else f" = {field.default}")
        for field in class_fields(member)
    ]
    return f"{name} is a dict with {', '.join(fields)}" if fields else ""


def _detail(annotation: object, value: object, items: Sequence[Mapping[str, Any]]) -> str:
    """What the type alone does not tell: a limit, a format, the author's own words, the nearest choice."""
    choices = [str(choice) for member in union_members(annotation) for choice in _choices(bare(member))]
    if isinstance(value, str) and choices:
        near = difflib.get_close_matches(value, choices, n=1)
        return f"; did you mean {near[0]!r}?" if near else ""
    told = [_wanted(item).removeprefix("must be ") for item in items if item["type"] not in _TOLD_BY_TYPE]
    return f" ({'; '.join(dict.fromkeys(told))})" if told else ""


def _choices(member: object) -> list[object]:
    if get_origin(member) is Literal:
        return list(get_args(member))
    if isinstance(member, type) and issubclass(member, Enum):
        return [item.value for item in member]
    return []


_TOLD_BY_TYPE = frozenset(
    {
        *("int_type", "int_parsing", "float_type", "float_parsing", "bool_type", "bool_parsing", "string_type"),
        *("bytes_type", "list_type", "tuple_type", "set_type", "frozen_set_type", "dict_type", "none_required"),
        *("model_type", "dataclass_type", "model_attributes_type", "is_instance_of", "is_subclass_of"),
        *("literal_error", "enum", "callable_type", "missing", "string_sub_type"),
    }
)
"""Kinds of error that say no more than the type."""
