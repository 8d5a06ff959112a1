"""How own classes come to be: by class statements and `type(name, bases, body)`, and by decorators that make them anew."""

from __future__ import annotations

import builtins
from abc import ABCMeta
from collections.abc import Iterable, MutableMapping
from collections.abc import Set as AbstractSet
from enum import Enum
from types import FunctionType, MethodType
from typing import Any

from codeact_sdk.interpreter import classes
from codeact_sdk.interpreter.stand_ins import ClassFacade, real


class OwnClasses:
    """The classes that the program of one session has made."""

    __slots__ = ("bases", "own")

    def __init__(self) -> None:
        self.own: set[type] = set()
        self.bases: AbstractSet[object] = classes.BASES
        """Classes of the host that own classes may inherit from."""

    def allow_bases(self, kinds: Iterable[object]) -> None:
        """Lets own classes inherit from these too."""
        self.bases |= frozenset(kinds)

    def is_own(self, value: object) -> bool:
        """Tells whether the program itself defined this class."""
        return isinstance(value, type) and value in self.own

    def is_own_function(self, value: object) -> bool:
        """Tells whether the program itself defined this function."""
        if type(value) is MethodType:
            value = value.__func__
        return type(value) is FunctionType and value.__globals__.get("@own") is self.own  # no other dict has such a key

    def build_class(self, body: FunctionType, name: str, /, *bases: Any, **options: Any) -> Any:
        """`__build_class__` for own classes.

        Raises:
            TypeError: A base or the metaclass may not be used.
        """
        maker: Any = self._maker(bases, options.pop("metaclass", None))
        return self.adopt(builtins.__build_class__(body, name, *bases, metaclass=maker, **options))

    def make_class(self, name: Any, bases: Any, body: Any, /, **options: Any) -> Any:
        """`type(name, bases, body)` for own classes.

        Raises:
            TypeError: As a class statement would, or a name in the body may not be there.
        """
        if type(name) is not str or type(bases) is not tuple or type(body) is not dict:
            raise TypeError("type() takes a name, a tuple of classes and a dict")
        if "metaclass" in options:
            raise TypeError("type() makes own classes with the class type only")
        classes.check_names(body)
        bases = tuple(map(real, bases))
        maker = self._maker(bases, None)
        if type(maker.__prepare__(name, bases, **options)) is not dict:
            raise TypeError("write a class statement to make an enum")
        return self.adopt(maker(name, bases, {"__module__": "__main__", **body}, **options))

    def _maker(self, bases: tuple[Any, ...], metaclass: Any) -> classes.Maker:
        origins = [real(classes.origin(base)) for base in bases]
        for base in origins:
            if not (is_among(base, self.bases) or self.is_own(base) or classes.is_exception(base)):
                raise TypeError(f"own classes cannot inherit from {describe(base)}")
        metaclass = real(metaclass)
        if not any(metaclass is kind for kind in (None, type, ABCMeta)):
            raise TypeError("metaclass= takes nothing but ABCMeta here")
        if any(isinstance(base, type) and issubclass(base, Enum) for base in origins):
            metaclass = classes.OwnEnumMeta
        return classes.Maker(metaclass, self._judge)

    def _judge(self, bases: tuple[type, ...], body: MutableMapping[str, Any]) -> None:
        classes.check_match_args(body)
        classes.check_scalar(bases, body, self.own)
        classes.hide_tracebacks(body)

    def adopt(self, made: type) -> Any:
        """Marks a class as the program's own."""
        classes.cut_match_args(made)
        classes.check_scalar(made.__bases__, vars(made), self.own)
        self.own.add(made)
        return made


def is_among(value: object, group: AbstractSet[object]) -> bool:
    """Whether this very object is in a set: an own one may be equal to anything."""
    return any(value is item for item in group)


def describe(value: object) -> str:
    """What messages call an object."""
    if isinstance(value, type | ClassFacade):
        return f"the class {value.__name__}"
    return f"an object of type {type(value).__name__}"
