"""What the fields of a class are, whichever way the class was written."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal, NamedTuple

from codeact_sdk.tools.annotated import notes_of
from codeact_sdk.tools.docs import parse_doc
from codeact_sdk.tools.kinds import is_model_class, is_path_class, is_root_model_class
from codeact_sdk.tools.text import literal

Kind = Literal["model", "root", "dataclass", "typed_dict", "named_tuple", "enum", "handle"]
"""How a class was written; a "handle" has no fields that cross, and is only passed back to a tool."""


class FieldInfo(NamedTuple):
    """One field of a class."""

    name: str
    annotation: object
    default: str | None
    """As Python text; None where the field is required."""
    description: str


def kind_of(cls: object) -> Kind | None:
    """How a class was written; None for what needs no explanation, such as a class of the standard library."""
    if not isinstance(cls, type) or cls.__module__ in _PLAIN_MODULES:
        return None
    for kind, is_kind in _KINDS:
        if is_kind(cls):
            return kind
    if crosses_as(cls) is not None:
        return None
    return None if cls.__module__.partition(".")[0] in _KNOWN_PACKAGES else "handle"


def crosses_as(cls: type) -> type | None:
    """The plain type that values of a class become for model code; None where they keep their own."""
    module = cls.__module__
    if is_path_class(cls) or (module.startswith("pydantic.") and cls.__name__.endswith(_TEXT_TYPES)):
        return str
    if (
        module.partition(".")[0] in _KNOWN_PACKAGES
        or issubclass(cls, Enum)
        or _is_typed_dict(cls)
        or hasattr(cls, "_fields")
    ):
        return None
    return next((base for base in _PLAIN_BASES if issubclass(cls, base)), None)


_TEXT_TYPES = ("Str", "Url", "Dsn")
"""Endings of pydantic's own classes for checked text."""
_PLAIN_BASES = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


def _is_typed_dict(cls: type) -> bool:
    # Not `typing.is_typeddict`: it does not know the classes that typing_extensions makes.
    return issubclass(cls, dict) and hasattr(cls, "__total__") and hasattr(cls, "__required_keys__")


_KINDS: tuple[tuple[Kind, Callable[[type], bool]], ...] = (
    ("enum", lambda cls: issubclass(cls, Enum)),
    ("root", is_root_model_class),
    ("model", is_model_class),
    ("dataclass", dataclasses.is_dataclass),
    ("typed_dict", _is_typed_dict),
    ("named_tuple", lambda cls: issubclass(cls, tuple) and hasattr(cls, "_fields")),
)


_PLAIN_MODULES = frozenset({"builtins", "typing", "collections.abc", "datetime", "decimal", "pathlib", "uuid"})
_KNOWN_PACKAGES = frozenset(
    {
        *(
            "abc",
            "array",
            "builtins",
            "collections",
            "contextlib",
            "datetime",
            "decimal",
            "enum",
            "fractions",
            "functools",
            "inspect",
        ),
        *("ipaddress", "itertools", "numbers", "os", "pathlib", "re", "string", "types", "typing", "uuid", "zoneinfo"),
        *("_io", "io", "pydantic", "pydantic_core", "typing_extensions", "annotated_types"),
    }
)
"""Whose classes a model knows; an object of any other class that is no data is a handle."""


def class_fields(cls: type) -> tuple[FieldInfo, ...]:
    """The fields of a class, in order, those that it inherits first; none for an enum or a handle."""
    kind = kind_of(cls)
    reader = _READERS.get(kind) if kind else None
    if reader is None:
        return ()
    found = tuple(reader(cls))
    if all(field.description for field in found):
        return found
    documented = _documented(cls)
    return tuple(field._replace(description=field.description or documented.get(field.name, "")) for field in found)


def own_doc(cls: type) -> str:
    """The docstring that the author wrote for this class; empty where Python or a base class made it."""
    doc = cls.__dict__.get("__doc__")
    if not isinstance(doc, str) or doc.startswith(f"{cls.__name__}("):
        return ""
    return "" if doc in _MADE_DOCS else doc


_MADE_DOCS = frozenset({"An enumeration.", "A collection of name/value pairs."})


def _documented(cls: type) -> Mapping[str, str]:
    doc = own_doc(cls)
    return parse_doc(doc).parameters if "\n" in doc else {}


def _annotations(cls: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except Exception:  # noqa: BLE001  # an annotation may be any expression; what cannot be resolved is shown as `object`
        found: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            found |= inspect.get_annotations(base)
        return {name: object if isinstance(value, str) else value for name, value in found.items()}


def _model_fields(cls: Any) -> Iterator[FieldInfo]:
    if not cls.__pydantic_complete__:
        cls.model_rebuild(raise_errors=False)
    for name, field in cls.model_fields.items():
        notes = notes_of(field.annotation)
        text = " ".join(filter(None, (field.description or notes.description, notes_of(field).limits or notes.limits)))
        default = None if field.is_required() else _default(field.default, field.default_factory)
        yield FieldInfo(name, field.annotation, default, text)


def _dataclass_fields(cls: Any) -> Iterator[FieldInfo]:
    hints = _annotations(cls)
    for field in dataclasses.fields(cls):
        if field.name.startswith("_"):  # it does not cross
            continue
        annotation = hints.get(field.name, object)
        description = field.metadata.get("description") or notes_of(annotation).text
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        factory = None if field.default_factory is dataclasses.MISSING else field.default_factory
        default = None if required else _default(field.default, factory)
        yield FieldInfo(field.name, annotation, default, str(description))


def _typed_dict_fields(cls: Any) -> Iterator[FieldInfo]:
    for name, annotation in _annotations(cls).items():
        # `__required_keys__` does not see what stands in an annotation that was text when the class was made.
        marks = _marks(annotation)
        required = "Required" in marks or (name in cls.__required_keys__ and "NotRequired" not in marks)
        yield FieldInfo(name, annotation, None if required else "...", notes_of(annotation).text)


def _marks(annotation: object) -> list[str]:
    found = []
    while (origin := typing.get_origin(annotation)) is not None:
        found.append(str(getattr(origin, "_name", "")))
        if found[-1] not in {"Required", "NotRequired", "ReadOnly"} and origin is not typing.Annotated:
            break
        annotation = typing.get_args(annotation)[0]
    return found


def _named_tuple_fields(cls: Any) -> Iterator[FieldInfo]:
    hints = _annotations(cls)
    for name in cls._fields:
        annotation = hints.get(name, Any)
        default = literal(cls._field_defaults[name]) or "..." if name in cls._field_defaults else None
        yield FieldInfo(name, annotation, default, notes_of(annotation).text)


def _default(value: object, factory: object) -> str:
    if factory in (list, dict, set, tuple, frozenset):
        return literal(typing.cast("Any", factory)()) or "..."
    return "..." if factory is not None else literal(value) or "..."


_READERS = {
    "model": _model_fields,
    "root": _model_fields,
    "dataclass": _dataclass_fields,
    "typed_dict": _typed_dict_fields,
    "named_tuple": _named_tuple_fields,
}
