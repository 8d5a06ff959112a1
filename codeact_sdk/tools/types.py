"""Annotations as Python text without module names, and the classes that they need."""

from __future__ import annotations

import builtins
import collections.abc
import inspect
import typing
from collections.abc import Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from codeact_sdk.tools.fields import FieldInfo, Kind, class_fields, crosses_as, kind_of
from codeact_sdk.tools.text import identifier, literal

__all__ = [
    "FieldInfo",
    "Kind",
    "bare",
    "class_fields",
    "class_name",
    "collect_types",
    "kind_of",
    "name_types",
    "type_text",
    "union_members",
]

Names = Mapping[type, str]
"""What classes are called in a text, where two of them have one name."""

_NO_NAMES: Names = {}
_UNIONS = frozenset({Union, UnionType})
_WRAPPERS = frozenset({"Required", "NotRequired", "ReadOnly", "ClassVar", "Final", "Unpack"})


def type_text(annotation: object, names: Names = _NO_NAMES) -> str:
    """The annotation as Python text, such as `list[Order]` or `Literal['a', 'b'] | None`.

    Args:
        annotation: Anything that stands in an annotation, resolved; what is no type becomes `object`.
        names: Names of classes that are called otherwise here, from `name_types`.
    """
    return _text(annotation, names, ())


def _text(annotation: object, names: Names, seen: tuple[object, ...]) -> str:
    origin = get_origin(annotation)
    if origin is not None:
        return _generic_text(annotation, origin, names, seen)
    if isinstance(annotation, type) and annotation is not Any:
        return "Any" if annotation is inspect.Parameter.empty else class_name(annotation, names)
    inner = _unwrapped(annotation)
    if inner is not annotation:
        return "object" if annotation in seen else _text(inner, names, (*seen, annotation))
    if isinstance(annotation, list):
        return f"[{', '.join(_text(item, names, seen) for item in annotation)}]"
    return _name_text(annotation)


def _name_text(annotation: object) -> str:
    if annotation is None:
        return "None"
    if annotation is ...:
        return "..."
    if isinstance(annotation, TypeVar) or getattr(annotation, "__module__", "") == "typing":
        name = getattr(annotation, "__name__", None) or getattr(annotation, "_name", None)
        return identifier(str(name), fallback="object")
    return "object"


def _generic_text(annotation: object, origin: object, names: Names, seen: tuple[object, ...]) -> str:
    arguments = get_args(annotation)
    if origin in _UNIONS:
        return " | ".join(dict.fromkeys(_text(member, names, seen) for member in arguments))
    if origin is Literal:
        return f"Literal[{', '.join(literal(value) or '...' for value in arguments)}]"
    inner = _unwrapped(annotation)
    if inner is not annotation:
        return _text(inner, names, seen)
    head = _text(origin, names, seen)
    if not arguments:
        return f"{head}[()]" if origin is tuple else head
    return f"{head}[{', '.join(_text(argument, names, seen) for argument in arguments)}]"


def _unwrapped(annotation: object) -> object:
    """What stands behind `Annotated`, `Required`, a new type or an alias; else the annotation itself."""
    origin = get_origin(annotation)
    if origin is Annotated or getattr(origin, "_name", None) in _WRAPPERS:
        return get_args(annotation)[0]
    if origin is None and hasattr(annotation, "__supertype__"):
        return annotation.__supertype__
    alias: Any = origin if type(origin).__name__ == "TypeAliasType" else annotation
    if type(alias).__name__ != "TypeAliasType":
        return annotation
    try:
        value = alias.__value__
    except Exception:  # noqa: BLE001  # the alias is evaluated only here, and may name what does not exist
        return object
    parameters = getattr(alias, "__type_params__", ())
    return value[get_args(annotation)] if parameters and origin is not None else value


def bare(annotation: object) -> object:
    """The type behind `Annotated`, new types and aliases."""
    for _ in range(20):  # an alias may stand for itself
        inner = _unwrapped(annotation)
        if inner is annotation:
            return annotation
        annotation = inner
    return object


def union_members(annotation: object) -> tuple[object, ...]:
    """The members of a union, or the type alone."""
    annotation = bare(annotation)
    return get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,)


def class_name(cls: type, names: Names = _NO_NAMES) -> str:
    """What a class is called in text, without its module."""
    if cls is NoneType:
        return "None"
    name = names.get(cls) if names else None
    if name is not None:
        return name
    base = crosses_as(cls)
    return identifier(cls.__name__ if base is None else base.__name__)


def collect_types(annotations: Iterable[object]) -> tuple[type, ...]:
    """The classes that annotations need, those in fields of these too, each once.

    Returns:
        A class stands after the classes that its fields need, so that the text reads downwards.
    """
    found: dict[type, None] = {}
    active: set[type] = set()

    def visit(annotation: object) -> None:
        for cls in _classes(annotation, ()):
            if cls in found or cls in active or kind_of(cls) is None:
                continue
            active.add(cls)
            for field in class_fields(cls):
                visit(field.annotation)
            active.discard(cls)
            found[cls] = None

    for annotation in annotations:
        visit(annotation)
    return tuple(found)


def _classes(annotation: object, seen: tuple[object, ...]) -> Iterator[type]:
    if type(annotation) is type and annotation.__module__ == "builtins":
        return
    origin = get_origin(annotation)
    if origin is Literal:
        return
    inner = _unwrapped(annotation)
    if inner is not annotation:
        if annotation not in seen:
            yield from _classes(inner, (*seen, annotation))
    elif origin is not None:
        for part in (origin, *get_args(annotation)):
            yield from _classes(part, seen)
    elif isinstance(annotation, list):
        for part in annotation:
            yield from _classes(part, seen)
    elif isinstance(annotation, type):
        yield annotation


def name_types(classes: Iterable[type]) -> dict[type, str]:
    """Gives each class a name of its own: a second `Order` is `Order2`."""
    names: dict[type, str] = {}
    taken = set(_TAKEN)
    for cls in classes:
        wanted = name = identifier(cls.__name__)
        number = 2
        while name in taken:
            name, number = f"{wanted}{number}", number + 1
        taken.add(name)
        names[cls] = name
    return names


_TAKEN = frozenset(dir(builtins)) | frozenset(typing.__all__) | frozenset(collections.abc.__all__)
"""Names that mean something else in an annotation."""
