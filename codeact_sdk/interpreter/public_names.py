"""The names that Python's own messages give to functions of ours: those by which model code knows them.

`print(*3)` is "print() argument after * must be an iterable": C code puts the qualified name and the module of what is called into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, MethodType
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_OURS = __name__.partition(".")[0] + "."


def named(function: F, name: str, module: str | None = None) -> F:
    """Gives a function its public name.

    Args:
        function: The function.
        name: By which model code calls it.
        module: Where model code has it from, if it is not offered as a member of a module.
    """
    made = cast("FunctionType", function)
    made.__name__ = made.__qualname__ = name
    if module is not None:
        made.__module__ = module
    return function


def publish(members: Mapping[str, Any], module: str = "builtins") -> None:
    """Gives those of these members that are functions of ours the names under which they are offered.

    Args:
        members: By name.
        module: Whose they are.
    """
    for name, member in members.items():
        function = member.__func__ if type(member) is MethodType else member
        if type(function) is FunctionType and str(function.__module__).startswith(_OURS):
            named(function, name, module)
