"""Annotations as Python text without module names, and the classes that they need."""

from __future__ import annotations

import builtins
import collections.abc
import inspect
import typing
from collections.abc import Callable, Iterable, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from codeact_sdk.tools.fields import FieldInfo, Kind, class_fields, crosses_as, kind_of
from codeact_sdk.tools.text import identifier, literal

__all__ = [
    "FieldInfo",
    "Kind",
    "TypeCollector",
    "TypeNames",
    "bare",
    "class_fields",
    "class_name",
    "collect_types",
    "kind_of",
    "type_text",
    "union_members",
]

_UNIONS = frozenset({Union, UnionType})
_WRAPPERS = frozenset({"Required", "NotRequired", "ReadOnly", "ClassVar", "Final", "Unpack"})


class TypeNames:
    """What classes are called in one text, where two of them may have one name.

    A second `Order` is `Order2`, and a class never has a name that means something else in an annotation.
    """

    __slots__ = ("_names", "_texts")

    def __init__(self, classes: Iterable[type] = ()) -> None:
        self._names: dict[type, str] = {}
        self._texts: dict[object, str] = {}
        taken = set(_TAKEN)
        for cls in classes:
            wanted = name = identifier(cls.__name__)
            number = 2
            while name in taken:
                name, number = f"{wanted}{number}", number + 1
            taken.add(name)
            self._names[cls] = name

    def __getitem__(self, cls: type) -> str:
        return self._names.get(cls) or class_name(cls)

    def text(self, annotation: object) -> str:
        """See `type_text`; equal annotations are written once."""
        try:
            known = self._texts.get(annotation)
        except TypeError:  # `Annotated` may hold what has no hash
            return _text(annotation, self, ())
        if known is None:
            known = self._texts[annotation] = _text(annotation, self, ())
        return known


_TAKEN = frozenset(dir(builtins)) | frozenset(typing.__all__) | frozenset(collections.abc.__all__)
"""Names that mean something else in an annotation."""


def type_text(annotation: object, *, names: TypeNames | None = None) -> str:
    """The annotation as Python text, such as `list[Order]` or `Literal['a', 'b'] | None`.

    Args:
        annotation: Anything that stands in an annotation, resolved; what is no type becomes `object`.
        names: What classes are called, where that is not their own name.
    """
    return _text(annotation, names, ()) if names is None else names.text(annotation)


def _text(annotation: object, names: TypeNames | None, seen: tuple[object, ...]) -> str:
    if isinstance(annotation, type) and annotation is not Any:
        if annotation is inspect.Parameter.empty:
            return "Any"
        return class_name(annotation) if names is None else names[annotation]
    origin = get_origin(annotation)
    if origin is not None:
        return _generic_text(annotation, origin, names, seen)
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


def _generic_text(annotation: object, origin: object, names: TypeNames | None, seen: tuple[object, ...]) -> str:
    arguments = get_args(annotation)
    if origin in _UNIONS:
        members = [part for member in arguments for part in union_members(member)]
        return " | ".join(dict.fromkeys(_text(member, names, seen) for member in members))
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
        if isinstance(annotation, type):
            return annotation
        inner = _unwrapped(annotation)
        if inner is annotation:
            return annotation
        annotation = inner
    return object


def annotation_parts(
    annotation: object, *, is_closed: Callable[[object], bool] = lambda _: False, seen: tuple[object, ...] = ()
) -> Iterator[object]:
    """A type without what is around it, and all that it is made of; values of a `Literal` are no types.

    Args:
        annotation: The type.
        is_closed: Whether the parts of a type with this origin are left out.
        seen: Aliases that this is part of: one that holds itself is entered once.
    """
    inner = bare(annotation)
    if inner is not annotation:
        if annotation in seen:
            return
        seen = (*seen, annotation)
    yield inner
    origin = get_origin(inner)
    if origin is None or origin is Literal or is_closed(origin):
        return
    for part in get_args(inner):
        yield from annotation_parts(part, is_closed=is_closed, seen=seen)


def union_members(annotation: object) -> tuple[object, ...]:
    """The members of a union, or the type alone."""
    annotation = bare(annotation)
    if isinstance(annotation, type):
        return (annotation,)
    return get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,)


def class_name(cls: type) -> str:
    """What a class is called in text, without its module."""
    if cls.__module__ == "builtins":
        return "None" if cls is NoneType else identifier(cls.__name__)
    base = crosses_as(cls)
    return identifier(cls.__name__ if base is None else base.__name__)


def collect_types(annotations: Iterable[object]) -> tuple[type, ...]:
    """The classes that annotations need, those in fields of these too, each once.

    Returns:
        A class stands after the classes that its fields need, so that the text reads downwards.
    """
    return TypeCollector().collect(annotations)


class TypeCollector:
    """Finds the classes of many annotations, and looks at equal annotations once."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[object, tuple[type, ...]] = {}

    def collect(self, annotations: Iterable[object]) -> tuple[type, ...]:
        """See `collect_types`."""
        found: dict[type, None] = {}
        for annotation in annotations:
            if type(annotation) is type and annotation.__module__ == "builtins":
                continue
            found.update(dict.fromkeys(self._needed(annotation)))
        return tuple(found)

    def _needed(self, annotation: object) -> tuple[type, ...]:
        try:
            known = self._found.get(annotation)
        except TypeError:  # `Annotated` may hold what has no hash
            return _needed(annotation)
        if known is None:
            known = self._found[annotation] = _needed(annotation)
        return known


def _needed(annotation: object) -> tuple[type, ...]:
    found: dict[type, None] = {}
    active: set[type] = set()

    def visit(annotation: object) -> None:
        for cls in _classes(annotation, ()):
            if cls in found or cls in active or kind_of(cls) is None:
                continue
            active.add(cls)
            for field in class_fields(cls):
                visit(field.annotation)
            found[cls] = None

    visit(annotation)
    return tuple(found)


def _classes(annotation: object, seen: tuple[object, ...]) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
        return
    origin = get_origin(annotation)
    inner = _unwrapped(annotation)
    if inner is not annotation:
        if annotation not in seen:
            yield from _classes(inner, (*seen, annotation))
        return
    parts: Iterable[object] = annotation if isinstance(annotation, list) else ()
    if origin is not None and origin is not Literal:
        parts = (origin, *get_args(annotation))
    for part in parts:
        yield from _classes(part, seen)
