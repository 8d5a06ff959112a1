"""Whether something is of a class of pydantic or pathlib, told without importing them: nothing is before somebody has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from pathlib import PurePath

    from pydantic import BaseModel, RootModel
    from pydantic.fields import FieldInfo


def is_model(value: object) -> TypeGuard[BaseModel]:
    """Whether this is an instance of a pydantic model."""
    base = _loaded("pydantic.main", "BaseModel")
    return base is not None and isinstance(value, base)


def is_model_class(cls: type) -> TypeGuard[type[BaseModel]]:
    """Whether this is a pydantic model."""
    base = _loaded("pydantic.main", "BaseModel")
    return base is not None and issubclass(cls, base)


def is_root_model(value: object) -> TypeGuard[RootModel[Any]]:
    """Whether this is an instance of a pydantic model that is one value."""
    base = _loaded("pydantic.root_model", "RootModel")
    return base is not None and isinstance(value, base)


def is_root_model_class(cls: type) -> TypeGuard[type[RootModel[Any]]]:
    """Whether this is a pydantic model that is one value."""
    base = _loaded("pydantic.root_model", "RootModel")
    return base is not None and issubclass(cls, base)


def is_field(value: object) -> TypeGuard[FieldInfo]:
    """Whether this is what `pydantic.Field(...)` gives."""
    base = _loaded("pydantic.fields", "FieldInfo")
    return base is not None and isinstance(value, base)


def is_path(value: object) -> TypeGuard[PurePath]:
    """Whether this is a path."""
    base = _loaded("pathlib", "PurePath")
    return base is not None and isinstance(value, base)


def is_path_class(cls: type) -> TypeGuard[type[PurePath]]:
    """Whether this is a class of paths."""
    base = _loaded("pathlib", "PurePath")
    return base is not None and issubclass(cls, base)


def _loaded(module: str, name: str) -> Any:
    """A class of a module that is imported already; None where it is not, or where that is not done."""
    return getattr(sys.modules.get(module), name, None)
