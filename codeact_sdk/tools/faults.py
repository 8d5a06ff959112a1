"""Why something cannot be a tool, apart from its signature, each with what to write instead."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # it loads pydantic, which a prompt does without
    from codeact_sdk.events import Effect

EFFECTS: tuple[Effect, ...] = ("read", "write", "destructive")
OBJECTS = frozenset({"self", "cls"})
"""What methods call the object that they belong to."""


def object_fault(function: object) -> str | None:
    """What is wrong with something that is no plain function; None where nothing is."""
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
    """What is wrong with the name that models call it by; None where nothing is."""
    if name == "<lambda>":
        return 'a lambda has no name: give one, make_tool(..., name="..."), or write a def'
    if not isinstance(name, str) or not name.isidentifier() or not (name.isascii() or _is_normal(name)):
        return f"the name {name!r} is no Python identifier: choose one with name="
    if keyword.iskeyword(name):
        return f"the name {name!r} is a Python keyword: choose another with name=, such as {name + '_'!r}"
    if name.startswith("_"):
        return f"the name {name!r} begins with an underscore, which means private: choose another with name="
    return None


def _is_normal(name: str) -> bool:
    import unicodedata  # noqa: PLC0415  # few names need it

    return unicodedata.is_normalized("NFKC", name)


def method_fault(function: Any) -> str | None:
    """Tells that a function is a method whose object is missing; None where it is not."""
    code = getattr(function, "__code__", None)
    if code is None or inspect.ismethod(function) or not code.co_argcount or code.co_varnames[0] not in OBJECTS:
        return None
    owner, _, method = function.__qualname__.rpartition(".")
    if not owner or owner.endswith("<locals>") or code.co_varnames[0] in function.__annotations__:
        return None
    return f"it is a method without its object: give a bound one, such as `{owner.rpartition('.')[2].lower()}.{method}`"


def option_faults(effect: object, timeout_s: object) -> tuple[str, ...]:
    """What is wrong with a tool's options."""
    faults = []
    if effect not in EFFECTS:
        faults.append(f"effect is {effect!r}: write one of {', '.join(map(repr, EFFECTS))}")
    if timeout_s is not None and not (isinstance(timeout_s, int | float) and timeout_s > 0):
        faults.append(f"timeout_s is {timeout_s!r}: write seconds above 0, or None for no limit of its own")
    return tuple(faults)
