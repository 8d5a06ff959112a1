"""Frozen value objects that cost nothing to define.

`dataclasses` writes and compiles the methods of each class when it is defined, a millisecond for each, and imports `inspect`:
together half of what a first action took. These methods are written once, for all.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from codeact_sdk.later import dataclasses

_T = TypeVar("_T", bound="Frozen")


class _LibraryFields:
    """What `dataclasses` and pydantic know a dataclass by, made when one of them asks."""

    def __get__(self, instance: object, owner: type[Frozen]) -> dict[str, Any]:
        return _library_fields(owner)  # type: ignore[arg-type]  # mypy sees no hash in a class whose objects have one


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Frozen:
    """The base of classes whose fields are annotations, given by name and never changed.

    Everything that takes a frozen dataclass takes their objects: `dataclasses.replace`, `asdict`, pydantic.
    """

    __dataclass_fields__: ClassVar[Any] = _LibraryFields()
    _names: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, object]] = {}

    def __init_subclass__(cls) -> None:
        written = cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # `inspect` takes as long to import as the rest
        cls._names = tuple(name for name, text in written.items() if not text.startswith("ClassVar"))
        cls._defaults = {name: cls.__dict__[name] for name in cls._names if name in cls.__dict__}

    def __init__(self, **fields: Any) -> None:
        values = {**self._defaults, **fields}
        if len(values) != len(self._names) or not values.keys() >= set(self._names):
            missing = [name for name in self._names if name not in values]
            unknown = [name for name in values if name not in self._names]
            told = f"no field {', '.join(unknown)}" if unknown else f"nothing given for {', '.join(missing)}"
            raise TypeError(f"{type(self).__name__}(): {told}; its fields are {', '.join(self._names)}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Frozen) and type(other) is type(self) else False

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = zip(self._names, self._values(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields)})"

    def __replace__(self, /, **changes: Any) -> Self:
        return type(self)(**{**self.__dict__, **changes})

    def _values(self) -> tuple[object, ...]:
        return tuple([self.__dict__[name] for name in self._names])


def replaced(value: _T, **changes: Any) -> _T:
    """A copy with other values in some fields.

    Args:
        value: The object.
        changes: By the names of the fields.

    Raises:
        TypeError: It has no such field.
    """
    return value.__replace__(**changes)


@cache
def _library_fields(kind: type[Frozen]) -> dict[str, Any]:
    body = {name: vars(kind)[name] for name in ("__annotations__", "__module__", *kind._defaults)}  # noqa: SLF001  # our own
    made: Any = dataclasses.dataclass(frozen=True, kw_only=True)(type(kind.__name__, (), body))
    fields: dict[str, Any] = made.__dataclass_fields__
    return fields
