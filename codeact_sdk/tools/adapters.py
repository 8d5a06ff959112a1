"""Pydantic's checkers for the types of tools, also for those that pydantic does not take as they are."""

from __future__ import annotations

import typing
from typing import Any, get_args, get_origin

import typing_extensions
from pydantic import ConfigDict, TypeAdapter, ValidationError

from codeact_sdk.tools.fields import kind_of

__all__ = ["TypeAdapter", "ValidationError", "make_adapter"]


def make_adapter(annotation: Any) -> TypeAdapter[Any]:
    """Makes a checker for a type; a class that pydantic does not know is checked by `isinstance`.

    Raises:
        Exception: Pydantic cannot check the type; the kinds of error are many.
    """
    try:
        return TypeAdapter(annotation)
    except Exception:  # noqa: BLE001  # the second try tells
        annotation = _modern(annotation)
        if kind_of(annotation) in {"model", "root", "dataclass", "typed_dict"}:  # these have their own config
            return TypeAdapter(annotation)
        return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))


def _modern(annotation: Any) -> Any:
    """The type with every `typing.TypedDict` as one of typing_extensions: before 3.12 pydantic takes no other."""
    if kind_of(annotation) == "typed_dict":
        hints = typing.get_type_hints(annotation, include_extras=True)
        fields = {name: _modern(hint) for name, hint in hints.items()}
        make: Any = typing_extensions.TypedDict  # made at run time, which a type checker cannot follow
        made = make(annotation.__name__, fields, total=annotation.__total__)
        made.__module__ = annotation.__module__
        return made
    arguments = get_args(annotation)
    if not arguments or get_origin(annotation) is typing.Literal:
        return annotation
    changed = tuple([_modern(item) for item in part] if isinstance(part, list) else _modern(part) for part in arguments)
    if changed == arguments:
        return annotation
    if type(annotation).__name__ == "UnionType":
        return typing.Union[changed]  # noqa: UP007  # of a tuple
    if get_origin(annotation) is typing.Annotated:
        return typing.Annotated[(changed[0], *annotation.__metadata__)]
    copy = getattr(annotation, "copy_with", None)
    return copy(changed) if copy is not None else get_origin(annotation)[changed]


_FIRST = TypeAdapter(list[int])
"""Pydantic looks for its plugins when it makes its first checker, which imports some fifty modules: not where a call needs
it, which may be near the end of a stack, but where this module is imported (see `codeact_sdk.later.imported`)."""
