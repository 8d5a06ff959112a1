"""Stand-ins for classes that model code may name and test with, but not use otherwise.

`type(x)` gives many a class that nobody chose: that of a task, of a bound method, of a sealed tool. Such a class could
be called, and its functions called on other objects, so model code gets its name and its identity only.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from types import EllipsisType, FunctionType, NoneType, NotImplementedType
from typing import Any

PLAIN: frozenset[type] = frozenset({NoneType, EllipsisType, NotImplementedType})
"""Classes without a name among the builtins that do no harm."""


class ClassFacade:
    """A class of the host: it can be compared, named in `isinstance`, and called where a way to call it was chosen."""

    __module__ = "builtins"  # which messages of Python leave out
    __slots__ = ("__name__", "__qualname__", "_kind", "_make")

    def __init__(self, kind: type) -> None:
        self.__name__ = self.__qualname__ = kind.__name__
        self._kind = kind
        self._make: Callable[..., Any] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Makes an object, where that is allowed."""
        if self._make is None:
            raise TypeError(f"the class {self.__name__} cannot be called here")
        return self._make(*args, **kwargs)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (self._kind,)  # the guard of class statements has judged it

    def __getitem__(self, item: Any) -> Any:
        return self  # an alias of the class could be called in its place

    def __or__(self, other: Any) -> Any:
        return self._kind | real(other)

    def __ror__(self, other: Any) -> Any:
        return real(other) | self._kind

    def __getattr__(self, name: str) -> object:
        found = next((vars(cls)[name] for cls in self._kind.__mro__ if name in vars(cls)), None)
        if self._make is not None and isinstance(found, classmethod | staticmethod) and not name.startswith("_"):
            return getattr(self._kind, name)
        raise AttributeError(f"the class {self.__name__} has no attribute {name!r} here")

    def __repr__(self) -> str:
        return f"<class {self.__name__!r}>"


class TypeFacade:
    """`type` as model code sees it: gives an object's class, or makes an own one."""

    __module__ = "builtins"
    __slots__ = ("__name__", "__qualname__", "_make", "_type_of")

    def __init__(self, type_of: Callable[[object], Any], make: Callable[..., Any]) -> None:
        self.__name__ = self.__qualname__ = "type"
        self._type_of = type_of
        self._make = make

    def __call__(self, *arguments: object, **options: object) -> Any:
        """Gives the class of one object, or makes one of a name, bases and a body."""
        if len(arguments) not in (1, 3):
            raise TypeError("type() takes 1 or 3 arguments")
        return self._type_of(*arguments) if len(arguments) == 1 else self._make(*arguments, **options)

    def __getitem__(self, item: Any) -> Any:
        return typing.Type[item]  # noqa: UP006  # `type[int]` can be called, and makes classes

    def __or__(self, other: Any) -> Any:
        return type | real(other)

    def __repr__(self) -> str:
        return "<class 'type'>"


def is_open(kind: type) -> bool:
    """Whether the class gives away functions in Python, which take any object as `self` and may write to it."""
    return any(
        isinstance(value, FunctionType) or (isinstance(value, property) and isinstance(value.fget, FunctionType))
        for cls in kind.__mro__[:-1]
        for value in vars(cls).values()
    )


def allow_call(facade: ClassFacade, make: Callable[..., Any]) -> None:
    """Gives a stand-in a way to be called."""
    facade._make = make  # not a method, which model code could call


def real(kinds: Any) -> Any:
    """The class, or the tuple of classes, that a stand-in stands for."""
    if isinstance(kinds, TypeFacade):
        return type
    if isinstance(kinds, ClassFacade):
        return kinds._kind  # noqa: SLF001  # a friend of the class
    return tuple(real(kind) for kind in kinds) if type(kinds) is tuple else kinds
