"""The names of functions of ours that model code calls: Python tells them in its errors."""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import Any

_OURS = __name__.partition(".")[0]


def named(name: str, member: Any) -> Any:
    """Gives a function of ours the name by which model code calls it, and anything else back as it is.

    Args:
        name: Such as `sleep`.
        member: A member of a module, or a builtin.
    """
    function = member.__func__ if type(member) is MethodType else member
    if type(function) is FunctionType and str(function.__module__).partition(".")[0] == _OURS:
        function.__name__ = function.__qualname__ = name
    return member
