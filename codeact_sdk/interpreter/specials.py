"""Reads attributes of the form `__x__`: text is given as it is, the rest as copies."""

from __future__ import annotations

from collections.abc import Callable
from enum import EnumMeta
from types import MappingProxyType
from typing import Any, Protocol

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.visible import SealedTool


class Guards(Protocol):
    """What the readers ask of the guards."""

    def is_own(self, value: object) -> bool:
        """Whether the program made it."""

    def is_own_class(self, value: object) -> bool:
        """Whether the program defined it."""

    def attributes(self, value: object) -> dict[str, Any]:
        """The attributes of an own object, or a copy of those of others."""

    def set(self, value: object, name: str, new: object) -> None:
        """`setattr` under the policy."""

    def delete(self, value: object, name: str) -> None:
        """`delattr` under the policy."""

    def writable(self, value: object) -> Any:
        """Gives the object back if its attributes may be set."""

    def type_of(self, value: object) -> Any:
        """The class of an object."""


def attribute_name(name: object) -> str:
    """Gives back the name of an attribute.

    Raises:
        TypeError: It is not exactly a str.
    """
    # A subclass of str could answer one thing to the check and another to the lookup.
    if type(name) is not str:
        raise TypeError(f"attribute name must be string, not '{type(name).__name__}'")
    return name


def _text(name: str) -> Callable[[Guards, object], Any]:
    def read(_: Guards, value: object) -> Any:
        found = value.documentation if name == "__doc__" and isinstance(value, SealedTool) else getattr(value, name)
        if found is None or type(found) is str:
            return found
        raise AttributeError(f"the attribute .{name} is not available")

    return read


def _read_dict(guards: Guards, value: object) -> Any:
    try:
        return guards.attributes(value)
    except TypeError as error:
        raise AttributeError(str(error)) from None


def _own_copy(name: str) -> Callable[[Guards, object], Any]:
    def read(guards: Guards, value: object) -> Any:
        if not guards.is_own(value):
            raise AttributeError(f"the attribute .{name} is not available")
        found = getattr(value, name)
        return dict(found) if isinstance(found, dict | MappingProxyType) else found

    return read


def _read_members(_: Guards, value: object) -> Any:
    if isinstance(value, EnumMeta):
        return MappingProxyType(dict(value.__members__))  # comparing a proxy hands out what is behind it
    raise AttributeError("only enums have .__members__")


def _read_exception(name: str) -> Callable[[Guards, object], Any]:
    def read(_: Guards, value: object) -> Any:
        if not isinstance(value, Exception):
            raise AttributeError(f"only exceptions have .{name}")  # noqa: TRY004  # an attribute is missing
        found = getattr(value, name, None)
        if name == "__notes__":
            return list(found or ())
        return found if isinstance(found, Exception) else None

    return read


def _read_setattr(guards: Guards, value: object) -> Any:
    if type(value) is super:
        target: Any = value.__self__  # type: ignore[attr-defined]  # typeshed does not know it
        return lambda name, new: object.__setattr__(guards.writable(target), _checked_name(name), new)
    if value is object or guards.is_own_class(value):
        return lambda target, name, new: object.__setattr__(guards.writable(target), _checked_name(name), new)
    return lambda name, new: guards.set(value, name, new)


def _read_delattr(guards: Guards, value: object) -> Any:
    if type(value) is super:
        target: Any = value.__self__  # type: ignore[attr-defined]  # as above
        return lambda name: object.__delattr__(guards.writable(target), _checked_name(name))
    if value is object or guards.is_own_class(value):
        return lambda target, name: object.__delattr__(guards.writable(target), _checked_name(name))
    return lambda name: guards.delete(value, name)


def _checked_name(name: object) -> str:
    name = attribute_name(name)
    if name in language.HIDDEN_ATTRIBUTES or (name.startswith("__") and name.endswith("__")):
        raise AttributeError(f"the attribute .{name} cannot be set")
    return name


READERS: dict[str, Callable[[Guards, object], Any]] = {
    "__name__": _text("__name__"),
    "__qualname__": _text("__qualname__"),
    "__doc__": _text("__doc__"),
    "__class__": lambda guards, value: guards.type_of(value),
    "__dict__": _read_dict,
    "__annotations__": _own_copy("__annotations__"),
    "__dataclass_fields__": _own_copy("__dataclass_fields__"),
    "__wrapped__": _own_copy("__wrapped__"),
    "__members__": _read_members,
    "__cause__": _read_exception("__cause__"),
    "__context__": _read_exception("__context__"),
    "__notes__": _read_exception("__notes__"),
    "__setattr__": _read_setattr,
    "__delattr__": _read_delattr,
}
"""How each is read."""
