"""Why something cannot be a tool, each fault with what to write instead."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Coroutine
from typing import Any, get_args

from codeact_sdk.later import unicodedata
from codeact_sdk.observations import Effect

_EFFECTS = get_args(Effect)

OBJECTS = frozenset({"self", "cls"})
"""What methods call the object that they belong to."""


def object_fault(function: object) -> str | None:
    """Says why an object cannot be one; None where it can."""
    if isinstance(function, type):
        return "it is a class: write a function that makes and returns an instance"
    if isinstance(function, Coroutine):
        return "it is a coroutine, the result of a call: give the function itself, without ()"
    if isinstance(function, classmethod):
        return "it is a classmethod object: give the bound method, such as Shop.orders, outside of the class"
    if not callable(function):
        return f"it is a {type(function).__name__}, which cannot be called: give a function"
    return None


def name_fault(name: str) -> str | None:
    """Says why a name cannot be that of a tool; None where it can."""
    if name == "<lambda>":
        return 'a lambda has no name: give one, make_tool(..., name="..."), or write a def'
    if (
        not isinstance(name, str)
        or not name.isidentifier()
        or not (name.isascii() or unicodedata.is_normalized("NFKC", name))
    ):
        return f"the name {name!r} is no Python identifier: choose one with name="
    if keyword.iskeyword(name):
        return f"the name {name!r} is a Python keyword: choose another with name=, such as {name + '_'!r}"
    if name.startswith("_"):
        return f"the name {name!r} begins with an underscore, which means private: choose another with name="
    return None


def method_fault(function: Any) -> str | None:
    """Says why a function of a class cannot be one; None where it can."""
    code = getattr(function, "__code__", None)
    if code is None or inspect.ismethod(function) or not code.co_argcount or code.co_varnames[0] not in OBJECTS:
        return None
    owner, _, method = function.__qualname__.rpartition(".")
    if not owner or owner.endswith("<locals>") or code.co_varnames[0] in function.__annotations__:
        return None
    return f"it is a method without its object: give a bound one, such as `{owner.rpartition('.')[2].lower()}.{method}`"


def option_faults(effect: object, timeout_s: object) -> tuple[str, ...]:
    """Says what is wrong with an effect or a time."""
    faults = []
    if effect not in _EFFECTS:
        faults.append(f"effect is {effect!r}: write one of {', '.join(map(repr, _EFFECTS))}")
    if timeout_s is not None and not (isinstance(timeout_s, int | float) and timeout_s > 0):
        faults.append(f"timeout_s is {timeout_s!r}: write seconds above 0, or None for no limit of its own")
    return tuple(faults)
