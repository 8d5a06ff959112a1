"""Which classes in an annotation become handles, of which model code can read nothing."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Iterator
from types import UnionType
from typing import get_origin

from pydantic import Secret, SecretBytes, SecretStr

from codeact_sdk.tools.fields import class_fields, kind_of
from codeact_sdk.tools.types import annotation_parts, collect_types

_MODULES = frozenset({"array", "contextlib", "ipaddress", "re", "string", "types", "zoneinfo"})
"""Modules whose classes a model knows, and whose objects do not cross: the prompt explains them no further."""
_CLASSES = (BaseException, type, datetime.tzinfo, decimal.Context, Secret, SecretBytes, SecretStr)
"""As above, with the classes derived from them."""
_FUNCTION: object = Callable


def opaque_types(annotation: object) -> set[type]:
    """The classes in an annotation, and in fields of its classes, whose objects become handles."""
    classes = collect_types([annotation])
    found = own_handles(annotation)
    for part in (annotation, *(field.annotation for cls in classes for field in class_fields(cls))):
        found.update(cls for cls in _parts(part) if _is_standard_handle(cls))
    return found


def own_handles(annotation: object) -> set[type]:
    """Those among them that model code cannot give either: they are made of no text or number."""
    return {cls for cls in collect_types([annotation]) if kind_of(cls) == "handle"}


def _parts(annotation: object) -> Iterator[type]:
    for part in annotation_parts(annotation, is_closed=_is_function):
        cls = get_origin(part) or part
        if isinstance(cls, type) and cls is not UnionType:
            yield cls


def _is_function(origin: object) -> bool:
    """What a function takes does not cross where the function does not."""
    return origin is _FUNCTION


def _is_standard_handle(cls: type) -> bool:
    if kind_of(cls) is not None:
        return False
    return cls is _FUNCTION or cls.__module__ in _MODULES or issubclass(cls, _CLASSES)
