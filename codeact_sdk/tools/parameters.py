"""Parameters of a tool; those whose types are Python's own are read once for all functions that have the same.

A pack may have a thousand tools, and most of their parameters are a `limit: int = 10` that was seen before.
"""

from __future__ import annotations

import builtins
import inspect
import operator
from functools import lru_cache, reduce
from types import GenericAlias, NoneType, UnionType
from typing import Any, NamedTuple, Optional

from codeact_sdk.tools.resolve import namespace_of
from codeact_sdk.tools.text import literal
from codeact_sdk.tools.types import TypeNames, type_text

EMPTY: Any = inspect.Parameter.empty
"""Stands for "no annotation" and "no default"."""


class ToolParameter(NamedTuple):
    """One parameter that a model may fill."""

    name: str
    annotation: object
    default: object
    default_text: str
    """As Python text; empty where the parameter is required."""
    keyword_only: bool
    text: str = ""
    """As it stands in a signature; empty where a class is named there, which may be called otherwise in one text."""

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is EMPTY


class OwnResult(NamedTuple):
    """A result whose type is Python's own."""

    annotation: object
    text: str
    """With the arrow before it; empty where the function does not say."""


def own_parameter(
    name: str, annotation: Any, default: Any, keyword_only: bool, function: object
) -> ToolParameter | None:
    """Gives a parameter that is of Python's own types and has a plain default; None for any other.

    Args:
        name: Of the parameter.
        annotation: As it stands at the function, text or not.
        default: `EMPTY` where there is none.
        keyword_only: Whether it must be given by name.
        function: Where the names in text are looked up.
    """
    kind: Any = type(annotation)
    kind_of_default: Any = type(default)
    if kind_of_default not in _DEFAULTS:
        return None
    if kind is type or kind is GenericAlias:
        return _parameter(name, annotation, kind, default, kind_of_default, keyword_only)
    if kind is UnionType:
        return _parameter(name, annotation.__args__, kind, default, kind_of_default, keyword_only)
    known = _own_text(annotation) if kind is str else None
    if known is None or not namespace_of(function).keys().isdisjoint(known.names):
        return None
    return _parameter(name, known.form, known.kind, default, kind_of_default, keyword_only)


def own_result(annotation: Any, function: object) -> OwnResult | None:
    """As `own_parameter`, for what a function gives."""
    kind: Any = type(annotation)
    if kind is UnionType:
        return _result(annotation.__args__, kind)
    if kind in _KINDS:
        return _result(annotation, kind)
    known = _own_text(annotation) if kind is str else None
    if known is None or not namespace_of(function).keys().isdisjoint(known.names):
        return None
    return _result(known.form, known.kind)


def parameter_texts(parameters: tuple[ToolParameter, ...], *, names: TypeNames | None = None) -> list[str]:
    """Each parameter as it stands in a signature, with the `*` before the first that must be given by name."""
    texts = [parameter.text for parameter in parameters]
    if all(texts) and not (parameters and parameters[-1].keyword_only):
        return texts
    texts = []
    starred = False
    for name, annotation, default, default_text, keyword_only, own_text in parameters:
        if keyword_only and not starred:
            texts.append("*")
            starred = True
        if own_text:
            texts.append(own_text)
            continue
        typed = annotation is not EMPTY
        text = f"{name}: {type_text(annotation, names=names)}" if typed else name
        if default is not EMPTY:
            text += f" = {default_text}" if typed else f"={default_text}"
        texts.append(text)
    return texts


def returns_text(return_type: object, *, names: TypeNames | None = None) -> str:
    """The arrow and the type of a result; empty where the function does not say."""
    return "" if return_type is EMPTY else f" -> {type_text(return_type, names=names)}"


_KINDS = frozenset({type, GenericAlias, UnionType, NoneType})
_DEFAULTS = frozenset({type, NoneType, bool, int, str})
"""Types of defaults that tell two parameters apart by `==`, the type of `EMPTY` among them; `0.0 == -0.0` does not."""


@lru_cache(maxsize=2048)
def _parameter(
    name: str, form: object, kind: type, default: object, _default_kind: type, keyword_only: bool
) -> ToolParameter | None:
    """Made once; a union comes as its members, because unions are equal in any order."""
    if kind is NoneType or not _is_own(form):
        return None
    annotation = _whole(form, kind)
    text = "" if default is EMPTY else literal(default)
    if text is None:
        return None
    if default is None and not _takes_none(form):
        annotation = Optional[annotation]  # noqa: UP045  # as for other types, see `signature`
    shown = name if annotation is EMPTY else f"{name}: {type_text(annotation)}"
    if default is not EMPTY:
        shown += f"={text}" if annotation is EMPTY else f" = {text}"
    return ToolParameter(name, annotation, default, text, keyword_only, shown)


@lru_cache(maxsize=512)
def _result(form: object, kind: type) -> OwnResult | None:
    if not _is_own(form):
        return None
    annotation = _whole(form, kind)
    return OwnResult(annotation, "" if annotation is EMPTY else f" -> {type_text(annotation)}")


def _whole(form: object, kind: type) -> object:
    return reduce(operator.or_, form) if kind is UnionType else form  # type: ignore[call-overload]  # the members


def _takes_none(form: object) -> bool:
    return form in (EMPTY, Any, object) or (isinstance(form, tuple) and not {NoneType, Any, object}.isdisjoint(form))


def _is_own(form: object) -> bool:
    """Whether no part is a class to explain, a union of whatever order, a text or a value."""
    if isinstance(form, tuple):
        return all(map(_is_own, form))
    if type(form) is GenericAlias:
        return _is_own(form.__origin__) and all(_is_own(item) for item in form.__args__ if item is not ...)
    if form is None or form is Any or form is EMPTY:
        return True
    return type(form) is type and form.__module__ == "builtins"


class _OwnText(NamedTuple):
    form: object
    kind: Any
    names: tuple[str, ...]
    """What the text looks up."""


@lru_cache(maxsize=1024)
def _own_text(text: str) -> _OwnText | None:
    """What an annotation means that is written as text and names only what is built in."""
    try:
        code = compile(text.strip(), "<annotation>", "eval", dont_inherit=True)
        if not all(hasattr(builtins, name) for name in code.co_names) or "(" in text:
            return None
        annotation = eval(code, {})  # noqa: S307  # the author's own annotation; it names types and calls nothing
    except Exception:  # noqa: BLE001  # it may be anything; the longer look tells what is wrong
        return None
    kind = type(annotation)
    if kind not in _KINDS:
        return None
    return _OwnText(annotation.__args__ if kind is UnionType else annotation, kind, code.co_names)
