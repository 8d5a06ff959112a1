"""What own classes may be made of: their bases, their special methods, and the names that patterns read of them."""

from __future__ import annotations

import enum
import functools
import typing
from collections.abc import Callable, Collection, Mapping, MutableMapping
from enum import Enum, EnumMeta
from types import FunctionType, GenericAlias, MethodDescriptorType, WrapperDescriptorType, prepare_class
from typing import Any, cast

from codeact_sdk.interpreter import language, nodes
from codeact_sdk.later import asyncio

BASES: frozenset[object] = frozenset(
    {object, int, float, complex, str, bytes, list, dict, tuple, set, frozenset, typing.Generic}
)
"""Classes that own classes may inherit from without an import, beside the exceptions; `class A[T]` does from Generic."""

_EXCEPTION_HOMES = frozenset({"builtins", "codeact_sdk.interpreter.visible", "asyncio.exceptions"})

_MAY_LOOK_DIFFERENT = frozenset(
    [
        "__init__",
        "__repr__",
        "__str__",
        "__format__",
        "__doc__",
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
        "__class_getitem__",
        "__module__",
        "__qualname__",
        "__new__",
        "__dict__",
        "__weakref__",
        "__reduce_ex__",
        "__init_subclass__",
        "__getnewargs__",
    ]
)
"""Special methods of text and numbers that a subclass may replace; the last ones are Python's own doing in enums."""

_ARITHMETIC = frozenset(
    f"__{side}{name}__" for name in ("add", "sub", "mul", "truediv", "mod", "pow") for side in ("", "r")
)
"""What a subclass of float may replace too: a unit or an amount of money wants it."""

_SCALARS = (str, bytes, int, float, complex)


def origin(base: Any) -> Any:
    """The class of a base such as `Generic[T]` or `list[int]`."""
    if isinstance(base, GenericAlias) or type(base).__module__ == "typing":
        return typing.get_origin(base) or base
    return base


def is_exception(kind: object) -> bool:
    """Whether own exceptions may inherit from it."""
    return (
        isinstance(kind, type)
        and issubclass(kind, Exception)
        and not issubclass(kind, BaseExceptionGroup)
        and kind.__module__ in _EXCEPTION_HOMES
    )


def check_scalar(bases: tuple[type, ...], body: Mapping[str, object], own: Collection[object]) -> None:
    """Refuses text and numbers that lie about themselves.

    Code of the host takes a `str` or an `int` at its word: as a key of a cache of the whole process, for instance.

    Args:
        bases: What the class inherits from.
        body: What it defines itself.
        own: All other classes of the program.

    Raises:
        TypeError: The class replaces a special method that such code relies on.
    """
    scalar = next((scalar for scalar in _SCALARS for base in bases if issubclass(base, scalar)), None)
    if scalar is None:
        return
    allowed = _MAY_LOOK_DIFFERENT | _ARITHMETIC if scalar is float else _MAY_LOOK_DIFFERENT
    for defined in (body, *(vars(cls) for base in bases for cls in base.__mro__ if cls in own)):
        for name, value in defined.items():
            if name.startswith("__") and name not in allowed and hasattr(scalar, name) and not _is_pythons(value):
                raise TypeError(
                    f"a subclass of {scalar.__name__} cannot define {name}: keep the {scalar.__name__} in an attribute of "
                    "a class of your own"
                )


def _is_pythons(value: object) -> bool:
    if isinstance(value, FunctionType):
        return value.__globals__ is vars(enum)
    return value is None or isinstance(value, WrapperDescriptorType | MethodDescriptorType | str | tuple | dict)


def is_public(name: object) -> bool:
    """Whether a pattern may read this attribute of any object."""
    return (
        type(name) is str
        and not name.startswith("_")
        and name not in language.HIDDEN_ATTRIBUTES
        and name not in language.CHECKED_ATTRIBUTES
    )


def check_names(body: Mapping[Any, object]) -> None:
    """Refuses what a class statement could not bind.

    Raises:
        TypeError: A key is no name, or not one that an own class may have.
    """
    for name in body:
        special = type(name) is str and nodes.is_special(name) and name not in language.OWN_CLASS_NAMES
        if type(name) is not str or not name.isidentifier() or special or name in language.RESERVED_NAMES:
            raise TypeError(f"own classes cannot have an attribute {name!r}")


def check_match_args(body: Mapping[str, object]) -> None:
    """Keeps `__match_args__` to public names: a pattern reads them from whatever passes for an instance.

    Raises:
        TypeError: They are not a tuple of such names.
    """
    names = body.get("__match_args__", ())
    if not (type(names) is tuple and all(map(is_public, names))):
        raise TypeError("__match_args__ takes a tuple of public attribute names")


def cut_match_args(made: type) -> None:
    """Ends the `__match_args__` that a dataclass makes of its fields before the first name that is not public."""
    names = vars(made).get("__match_args__", ())
    if type(names) is tuple and not all(map(is_public, names)):
        first = next(position for position, name in enumerate(names) if not is_public(name))
        type.__setattr__(made, "__match_args__", names[:first])


def hide_tracebacks(body: MutableMapping[str, Any]) -> None:
    """Makes `__exit__` and `__aexit__` see None where Python gives a traceback, which holds frames."""
    for name in ("__exit__", "__aexit__"):
        method = body.get(name)
        if isinstance(method, FunctionType):
            body[name] = without_traceback(method, 3)
        elif method is not None:
            body[name] = _bound_without_traceback(method)


class Maker:
    """Stands in for the metaclass of a class statement: what the class will hold is judged before the class is there.

    Afterwards would be too late for a class that somebody has in hand by then, as the library's metaclasses do.
    """

    __slots__ = ("_judge", "_kind", "_metaclass")

    def __init__(
        self, metaclass: type | None, judge: Callable[[tuple[type, ...], MutableMapping[str, Any]], None]
    ) -> None:
        """Makes it.

        Args:
            metaclass: What the statement says, or an enum needs.
            judge: Told of the bases and the body.
        """
        self._metaclass = metaclass
        self._judge = judge

    def __prepare__(self, name: str, bases: tuple[type, ...], /, **options: Any) -> Any:
        """Gives the namespace of the body."""
        given = options if self._metaclass is None else {"metaclass": self._metaclass, **options}
        self._kind, namespace, _ = prepare_class(name, bases, given)
        return namespace

    def __call__(self, name: str, bases: tuple[type, ...], body: MutableMapping[str, Any], /, **options: Any) -> Any:
        """Makes the class."""
        self._judge(bases, body)
        return self._kind(name, bases, body, **options)


def _bound_without_traceback(method: Any) -> Callable[..., Any]:
    def leave(self: Any, *args: Any) -> Any:
        bound = method.__get__(self, type(self)) if hasattr(type(method), "__get__") else method
        return bound(*args[:2], *(None for _ in args[2:]))

    return leave


def without_traceback(method: Callable[..., Any], position: int) -> Callable[..., Any]:
    """Wraps what is called on leaving a `with`.

    Args:
        method: What model code wrote.
        position: Index of the traceback among its arguments.
    """

    @functools.wraps(method)
    def leave(*args: Any) -> Any:
        return method(*args[:position], *(None for _ in args[position:]))

    return leave


class OwnEnumMeta(EnumMeta):
    """The class of own enums: the functional form makes members, nothing else."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Finds a member by its value, or makes an enum where there are no members yet."""
        if cls.__members__:
            return super().__call__(*args, **kwargs)
        return enum_from(cast("type[Enum]", cls), *args, **kwargs)


def enum_from(base: type[Enum], name: str, names: Any, *, start: int = 1, **options: Any) -> Any:
    """Does `Enum("Color", "RED GREEN")`.

    Raises:
        TypeError: A member's name is not public, or an option is not known.
    """
    mixin = options.pop("type", None)
    options = {key: value for key, value in options.items() if key not in ("module", "qualname")}
    if options or mixin not in (None, str, int, float):
        raise TypeError(f"an enum is made from names here: {base.__name__}('Color', ['RED', 'GREEN'])")
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    pairs = list(names.items()) if isinstance(names, dict) else [_pair(item) for item in names]
    for key, _ in pairs:
        if type(key) is not str or not key.isidentifier() or not is_public(key):
            raise TypeError(f"{key!r} cannot be the name of a member")
    members: list[Any] = [key if value is _AUTO else (key, value) for key, value in pairs]
    extra: dict[str, Any] = {} if mixin is None else {"type": mixin}
    make: Callable[..., Any] = EnumMeta.__call__
    return make(base, str.__str__(name), members, module="__main__", start=int(start), **extra)


_AUTO = object()


def _pair(item: Any) -> tuple[Any, Any]:
    if type(item) in (tuple, list) and len(item) == 2:  # noqa: PLR2004  # a name and a value
        return item[0], item[1]
    return item, _AUTO


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
