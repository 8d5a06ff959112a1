"""Annotations that are written as text, turned into what they name."""

from __future__ import annotations

import functools
import inspect
import typing
from collections import ChainMap
from collections.abc import Mapping
from types import CodeType, FunctionType, SimpleNamespace
from typing import Annotated, Any, ForwardRef, Literal, get_args, get_origin


class Unresolved(Exception):  # noqa: N818  # a signal inside this folder; it becomes a fault
    """An annotation names what does not exist where it stands.

    Attributes:
        text: The annotation.
        reason: Why, in a few words.
    """

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(text)


_CALL = "__call__"


def namespace_of(function: object) -> Mapping[str, Any]:
    """Where a function's annotations are looked up: its module's names, then what its closure holds."""
    target: Any = function
    if type(target) is FunctionType and not (target.__dict__ or target.__closure__ or _type_parameters(target)):
        return target.__globals__  # most are like this, and there may be thousands
    while True:
        if isinstance(target, functools.partial):
            target = target.func
        elif inspect.ismethod(target):
            target = target.__func__
        elif hasattr(target, "__wrapped__") and not hasattr(target, "__signature__"):
            target = target.__wrapped__
        else:
            break
    if not hasattr(target, "__globals__"):
        target = inspect.unwrap(getattr(type(target), _CALL, target))
    module: dict[str, Any] = getattr(target, "__globals__", {})
    inner = _closure(target)
    inner.update({item.__name__: item for item in _type_parameters(target)})
    return ChainMap(inner, module) if inner else module


def _type_parameters(target: object) -> tuple[Any, ...]:
    return getattr(target, "__type_params__", ())


def _closure(target: Any) -> dict[str, Any]:
    cells = getattr(target, "__closure__", None)
    if not cells:
        return {}
    found = {}
    for name, cell in zip(target.__code__.co_freevars, cells, strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not yet assigned
            continue
    return found


def resolve(annotation: object, space: Mapping[str, Any]) -> object:
    """Resolves an annotation, and every part of it that is text.

    Args:
        annotation: A type, a type form with text in it, or the text of either.
        space: Names that the text may use, from `namespace_of`.

    Raises:
        Unresolved: It names what does not exist there, or is no expression.
    """
    try:
        value = annotation
        for _ in range(3):  # text in text: a quoted annotation below `from __future__ import annotations`
            if isinstance(value, str):
                annotation, value = value, _evaluated(value, space)
        if isinstance(value, type) or not has_text(value):
            return value
        holder = SimpleNamespace(__annotations__={"it": value})
        return typing.get_type_hints(holder, dict(space), {}, include_extras=True)["it"]
    except Exception as problem:  # noqa: BLE001  # an annotation may be any expression, and fail in any way
        text = annotation if isinstance(annotation, str) else getattr(annotation, "__forward_arg__", str(annotation))
        raise Unresolved(str(text), _reason(problem)) from None


def _reason(problem: Exception) -> str:
    if isinstance(problem, NameError) and problem.name:
        return f"there is no {problem.name!r}"
    return "it is not an expression" if isinstance(problem, SyntaxError) else type(problem).__name__


@functools.lru_cache(maxsize=1024)
def _compiled(text: str) -> CodeType:
    return compile(text.strip(), "<annotation>", "eval", dont_inherit=True)


def _evaluated(text: str, space: Mapping[str, Any]) -> object:
    if text.isidentifier() and text in space:
        return space[text]
    names = space if isinstance(space, dict) else dict(space)
    return eval(_compiled(text), names)  # noqa: S307  # the author's own annotation, as `typing.get_type_hints` does


def has_text(annotation: object) -> bool:
    """Whether an annotation is text, or holds some that must be resolved."""
    if isinstance(annotation, str | ForwardRef):
        return True
    origin = get_origin(annotation)
    if origin is None or origin is Literal:
        return False
    arguments: Any = get_args(annotation)
    if origin is Annotated:
        return has_text(arguments[0])
    return any(has_text(item) for part in arguments for item in (part if isinstance(part, list) else (part,)))
