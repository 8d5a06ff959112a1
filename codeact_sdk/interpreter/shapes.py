"""Where a declared type says more than the value: a `TypedDict` is a plain dict when the program runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, get_args, get_origin

from codeact_sdk.tools.fields import class_fields, kind_of
from codeact_sdk.tools.types import bare, union_members
from codeact_sdk.values import make_record

Shaper = Callable[[Any], Any]
"""Takes a value that has crossed the boundary and gives it with its dicts as records where they are declared so."""

_MAX_DEPTH = 8
"""Types inside one another that are looked at: a TypedDict may hold itself."""


def shape(declared: object) -> Shaper | None:
    """Finds what must be done to results of a declared type; None where nothing must.

    Args:
        declared: The annotation.
    """
    try:
        return _shape(declared, _MAX_DEPTH)
    except TypeError:  # not hashable: metadata of Annotated may be anything
        return None


@lru_cache(maxsize=4096)
def _shape(declared: Any, depth: int) -> Shaper | None:
    if depth == 0:
        return None
    members = union_members(declared)
    if len(members) > 1:
        shapers = [shaper for member in members if (shaper := _shape(member, depth - 1)) is not None]
        return _first(shapers) if shapers else None
    declared = bare(declared)
    if kind_of(declared) == "typed_dict":
        inner = {field.name: _shape(field.annotation, depth - 1) for field in class_fields(declared)}
        return _record(declared.__name__, {name: shaper for name, shaper in inner.items() if shaper is not None})
    arguments = get_args(declared)
    if not arguments:
        return None
    if issubclass(get_origin(declared) or object, dict):
        values = _shape(arguments[-1], depth - 1)
        return None if values is None else _values(values)
    items = _shape(arguments[0], depth - 1)
    return None if items is None else _items(items)


def _first(shapers: list[Shaper]) -> Shaper:
    def apply(value: Any) -> Any:
        for shaper in shapers:
            made = shaper(value)
            if made is not value:
                return made
        return value

    return apply


def _record(name: str, fields: dict[str, Shaper]) -> Shaper:
    def apply(value: Any) -> Any:
        if type(value) is not dict or not all(type(key) is str for key in value):
            return value
        return make_record(name, {key: fields[key](item) if key in fields else item for key, item in value.items()})

    return apply


def _values(shaper: Shaper) -> Shaper:
    def apply(value: Any) -> Any:
        return {key: shaper(item) for key, item in value.items()} if type(value) is dict else value

    return apply


def _items(shaper: Shaper) -> Shaper:
    def apply(value: Any) -> Any:
        return type(value)(map(shaper, value)) if type(value) in (list, tuple) else value

    return apply
