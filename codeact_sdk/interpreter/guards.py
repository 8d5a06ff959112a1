"""What only the running program can tell: whose object it is.

"Own" are classes, functions and objects that the program itself made. They may be read and written freely; of
everything else only public attributes may be read, and nothing written.
"""

from __future__ import annotations

import asyncio
import builtins
import typing
from collections.abc import Callable
from enum import Enum
from types import FunctionType, GenericAlias, MethodType, SimpleNamespace
from typing import Any

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.formatting import SafeFormatter
from codeact_sdk.interpreter.specials import READERS, attribute_name
from codeact_sdk.interpreter.visible import SEALED_CLASSES, Facade
from codeact_sdk.values import Record

_BASES: frozenset[object] = frozenset(
    {object, int, float, complex, str, bytes, list, dict, tuple, set, frozenset, typing.Generic}
)
"""Classes that own classes may inherit from without an import, beside the exceptions; `class A[T]` does from Generic."""


class Guards:
    """The checks that compiled actions call, for one namespace."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.own: set[type] = set()
        self.bases: set[object] = set(_BASES)
        self._formatter = SafeFormatter(self.get)

    def bindings(self) -> dict[str, object]:
        """The names by which compiled code reaches the guards."""
        return {
            "@own": self.own,
            "@type": type,
            "@Exception": Exception,
            "@special": self.special,
            "@type_of": self.type_of,
            "@checked": self.checked,
            "@private": self.private,
            "@writable": self.writable,
            "@catchable": catchable,
            "@raisable": raisable,
        }

    # -- whose is it

    def is_own_class(self, value: object) -> bool:
        """Tells whether the program itself defined this class."""
        return isinstance(value, type) and value in self.own

    def is_own_function(self, value: object) -> bool:
        """Tells whether the program itself defined this function."""
        if type(value) is MethodType:
            value = value.__func__
        return type(value) is FunctionType and value.__globals__ is self.namespace

    def is_own(self, value: object) -> bool:
        """Tells whether this is a class, a function or an object of the program's own making."""
        return type(value) in self.own or self.is_own_class(value) or self.is_own_function(value)

    # -- reading

    def get(self, value: object, name: str, *default: object) -> Any:
        """`getattr` under the policy."""
        try:
            return self._get(value, attribute_name(name))
        except AttributeError:
            if default:
                return default[0]
            raise

    def _get(self, value: object, name: str) -> Any:
        if name in language.HIDDEN_ATTRIBUTES:
            raise AttributeError(f"the attribute .{name} is not available: it leads into the interpreter")
        if name.startswith("__") and name.endswith("__"):
            return self.special(value, name)
        if name in language.CHECKED_ATTRIBUTES:
            return self.checked(value, name)
        if name.startswith("_"):
            self.private(value, name)
        return getattr(value, name)

    def special(self, value: Any, name: str) -> Any:
        """Reads an attribute of the form `__x__`."""
        reader = READERS.get(name)
        if reader is not None:
            return reader(self, value)
        if name in language.OWN_METHODS and not isinstance(value, SEALED_CLASSES):
            return getattr(value, name)
        raise AttributeError(f"the attribute .{name} is not available")

    def checked(self, value: Any, name: str) -> Any:
        """Reads `format` or `format_map`, which on text becomes the version that keeps the policy."""
        kind = value if isinstance(value, type) else type(value)
        if not issubclass(kind, str):
            return getattr(value, name)
        definer = next(cls for cls in kind.__mro__ if name in vars(cls))
        if definer in self.own:
            return getattr(value, name)
        return self._formatter.bound(name, None if isinstance(value, type) else str.__str__(value))

    def private(self, value: object, name: str) -> object:
        """Gives the object back if a name with a leading underscore may be read on it."""
        if self.is_own(value) or type(value) is super:
            return value
        kind = value if isinstance(value, type) else type(value)
        if name in language.READABLE_PRIVATE and issubclass(kind, tuple | Enum):
            return value
        raise AttributeError(f"{_describe(value)} has no public attribute {name!r}")

    # -- writing

    def writable(self, value: object) -> Any:
        """Gives the object back if its attributes may be set."""
        if self.is_own(value) or type(value) is SimpleNamespace or isinstance(value, Record):
            return value
        raise AttributeError(f"attributes of {_describe(value)} cannot be set")

    def set(self, value: object, name: str, new: object) -> None:
        """`setattr` under the policy."""
        self._settable(value, name)
        setattr(value, name, new)

    def delete(self, value: object, name: str) -> None:
        """`delattr` under the policy."""
        self._settable(value, name)
        delattr(value, name)

    def _settable(self, value: object, name: str) -> None:
        name = attribute_name(name)
        if name in language.HIDDEN_ATTRIBUTES or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(f"the attribute .{name} cannot be set")
        self.writable(value)

    # -- classes

    def type_of(self, value: object) -> Any:
        """The class of an object; classes themselves have the class `type`, which does nothing else."""
        kind = type(value)
        return self.visible_type(kind)

    def visible_type(self, kind: type) -> Any:
        """The class as model code may see it."""
        return self.namespace["__builtins__"]["type"] if issubclass(kind, type) else kind

    def build_class(self, body: FunctionType, name: str, /, *bases: Any, **options: Any) -> Any:
        """`__build_class__` for own classes.

        Raises:
            TypeError: A base or the metaclass may not be used.
        """
        for base in bases:
            origin = _origin(base)
            if not (_hashable_in(origin, self.bases) or self.is_own_class(origin) or _is_exception(origin)):
                raise TypeError(f"own classes cannot inherit from {_describe(base)}")
        metaclass = options.pop("metaclass", None)
        if metaclass is not None and not _hashable_in(metaclass, self.bases) and not isinstance(metaclass, TypeFacade):
            raise TypeError("metaclass= takes nothing but ABCMeta here")
        if metaclass is not None and not isinstance(metaclass, TypeFacade):
            options["metaclass"] = metaclass
        made = builtins.__build_class__(body, name, *bases, **options)
        self.adopt(made)
        return made

    def adopt(self, made: object) -> Any:
        """Marks a class as the program's own."""
        if isinstance(made, type):
            names = vars(made).get("__match_args__", ())
            if type(names) is not tuple or not all(type(item) is str and _may_match(item) for item in names):
                raise TypeError("__match_args__ takes a tuple of public attribute names")
            self.own.add(made)
        return made

    def own_only(self, decorator: Callable[..., Any]) -> Callable[..., Any]:
        """Wraps a decorator that writes to what it decorates."""

        def guarded(*arguments: Any, **options: Any) -> Any:
            if arguments:
                return self._decorate(decorator, arguments[0], *arguments[1:], **options)
            made = decorator(**options)
            return lambda target: self._decorate(made, target)

        guarded.__name__ = guarded.__qualname__ = getattr(decorator, "__name__", "decorator")
        return guarded

    def _decorate(self, decorator: Callable[..., Any], target: object, *rest: Any, **options: Any) -> Any:
        if not (self.is_own(target) or isinstance(target, property | classmethod | staticmethod)):
            raise TypeError(f"{_describe(target)} cannot be decorated: only your own classes and functions can")
        result = decorator(target, *rest, **options)
        return self.adopt(result) if isinstance(result, type) else result

    # -- builtins that look at objects

    def isinstance(self, value: object, kinds: Any) -> bool:
        """`isinstance` that knows the stand-in for `type`."""
        return isinstance(value, _real(kinds))

    def issubclass(self, kind: Any, kinds: Any) -> bool:
        """`issubclass` that knows the stand-in for `type`."""
        return issubclass(_real(kind), _real(kinds))

    def hasattr(self, value: object, name: str) -> bool:
        """`hasattr` under the policy."""
        try:
            self._get(value, attribute_name(name))
        except AttributeError:
            return False
        return True

    def vars(self, *values: object) -> dict[str, Any]:
        """`vars`: attributes of own objects, fields of records, or the names that the program has defined."""
        return self.attributes(values[0]) if values else self.names()

    def dir(self, *values: object) -> list[str]:
        """`dir` without names that cannot be used."""
        if not values:
            return sorted(self.names())
        value = values[0]
        if isinstance(value, Record | Facade):
            return sorted(value.__dict__)
        return [name for name in dir(value) if not name.startswith("_") and name not in language.HIDDEN_ATTRIBUTES]

    def names(self) -> dict[str, Any]:
        """The variables that the program can see."""
        return {name: value for name, value in self.namespace.items() if not name.startswith(("@", "__"))}

    def attributes(self, value: object) -> dict[str, Any]:
        """The attributes of an own object, or a copy of those of others.

        Raises:
            TypeError: They cannot be listed.
        """
        if type(value) in self.own or type(value) is SimpleNamespace:
            return value.__dict__  # own objects may be written through it
        if isinstance(value, Record | Facade):
            return dict(value.__dict__)
        if self.is_own_class(value):
            return {name: item for name, item in vars(value).items() if not name.startswith("__")}
        raise TypeError(f"vars() takes an own object or a record, not {_describe(value)}")


class TypeFacade:
    """`type` as model code sees it: gives an object's class, makes none."""

    __slots__ = ("_type_of",)

    def __init__(self, type_of: Callable[[object], Any]) -> None:
        self._type_of = type_of

    def __call__(self, *arguments: object) -> Any:
        """Gives the class of one object."""
        if len(arguments) != 1:
            raise TypeError("type() takes one object here: write a class statement to make a class")
        return self._type_of(arguments[0])

    def __getitem__(self, item: Any) -> Any:
        return type[item]

    def __or__(self, other: Any) -> Any:
        return type | _real(other)

    def __repr__(self) -> str:
        return "<class 'type'>"


def catchable(kinds: Any) -> Any:
    """Gives back what an `except` clause may name.

    Raises:
        TypeError: Not a class of exceptions, or one that would catch what stops an action.
    """
    for kind in kinds if type(kinds) is tuple else (kinds,):
        if type(kind) is tuple:
            catchable(kind)
        elif not (isinstance(kind, type) and (issubclass(kind, Exception) or kind is asyncio.CancelledError)):
            raise TypeError("catching classes that do not inherit from Exception is not allowed")
    return kinds


def raisable(error: Any) -> Any:
    """Gives back what may be raised.

    Raises:
        TypeError: Neither a class of exceptions nor one of their instances.
    """
    if isinstance(error, Exception) or (isinstance(error, type) and issubclass(error, Exception)):
        return error
    raise TypeError("exceptions must derive from Exception")


def _real(kinds: Any) -> Any:
    if isinstance(kinds, TypeFacade):
        return type
    return tuple(_real(kind) for kind in kinds) if type(kinds) is tuple else kinds


def _origin(base: Any) -> Any:
    if isinstance(base, GenericAlias) or type(base).__module__ == "typing":
        return typing.get_origin(base) or base
    return base


def _hashable_in(value: object, group: set[object]) -> bool:
    return any(value is item for item in group)


def _is_exception(kind: object) -> bool:
    return (
        isinstance(kind, type)
        and issubclass(kind, Exception)
        and not issubclass(kind, BaseExceptionGroup)
        and kind.__module__ in _EXCEPTION_HOMES
    )


_EXCEPTION_HOMES = frozenset({"builtins", "codeact_sdk.interpreter.visible", "asyncio.exceptions"})


def _may_match(name: str) -> bool:
    return (
        not name.startswith("__") and name not in language.HIDDEN_ATTRIBUTES and name not in language.CHECKED_ATTRIBUTES
    )


def _describe(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return f"an object of type {type(value).__name__}"
