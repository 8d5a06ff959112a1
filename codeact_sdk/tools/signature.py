"""A function's parameters and result, read once, with everything that stands in the way of its being a tool."""

from __future__ import annotations

import functools
import inspect
import typing
from collections import abc
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, NamedTuple, Optional, TypeVar, cast, get_args, get_origin

from codeact_sdk.tools.context import ToolContext
from codeact_sdk.tools.kinds import is_field
from codeact_sdk.tools.parameters import EMPTY, ToolParameter, own_parameter, own_result
from codeact_sdk.tools.resolve import Unresolved, has_text, namespace_of, resolve
from codeact_sdk.tools.text import literal, one_line
from codeact_sdk.tools.types import bare, type_text, union_members

__all__ = ["EMPTY", "FunctionFacts", "ToolParameter", "read_function"]


class FunctionFacts(NamedTuple):
    """What was read from a function."""

    parameters: tuple[ToolParameter, ...]
    context_parameter: str | None
    return_type: object
    is_async: bool
    is_generator: bool
    faults: tuple[str, ...]
    """Why it cannot be a tool, each with what to write instead."""
    result_text: str | None = None
    """The result as text, with an arrow; None where a type of the signature is not one of Python's own."""


class _Raw(NamedTuple):
    name: str
    kind: inspect._ParameterKind
    default: object
    annotation: object


def read_function(function: Callable[..., object]) -> FunctionFacts:
    """Reads a function.

    Args:
        function: Anything callable; nothing is raised for one that cannot be a tool, see `FunctionFacts.faults`.
    """
    if type(function) is FunctionType and not function.__dict__:
        facts = _read_plain(function)
        if facts is not None:
            return facts
    return _read(function)


def _read_plain(function: FunctionType) -> FunctionFacts | None:
    """Reads a plain `def` with types of Python's own; None for any other, which takes a longer look."""
    code = function.__code__
    flags = code.co_flags
    if flags & _UNUSUAL_FLAGS or code.co_posonlyargcount:
        return None
    annotation_of = function.__annotations__.get
    result = own_result(annotation_of("return", EMPTY), function)
    if result is None:
        return None
    names = code.co_varnames
    count = code.co_argcount
    given = function.__defaults__ or ()
    defaults = (EMPTY,) * (count - len(given)) + given
    parameters = [
        own_parameter(name, annotation_of(name, EMPTY), default, False, function)
        for name, default in zip(names, defaults)  # noqa: B905  # after the parameters stand local variables
    ]
    if code.co_kwonlyargcount:
        by_name = function.__kwdefaults__ or {}
        parameters += [
            own_parameter(name, annotation_of(name, EMPTY), by_name.get(name, EMPTY), True, function)
            for name in names[count : count + code.co_kwonlyargcount]
        ]
    if not all(parameters):
        return None
    found = cast("tuple[ToolParameter, ...]", tuple(parameters))
    return FunctionFacts(found, None, result.annotation, flags & _COROUTINE != 0, False, (), result.text)


_COROUTINE = inspect.CO_COROUTINE
_UNUSUAL_FLAGS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


def _read(function: Callable[..., object]) -> FunctionFacts:
    faults: list[str] = []
    raws, returned = _raw_signature(function, faults)
    space = namespace_of(function)
    parameters: list[ToolParameter] = []
    contexts: list[str] = []
    for raw in raws:
        if fault := _kind_fault(raw):
            faults.append(fault)
            continue
        if own := own_parameter(raw.name, raw.annotation, raw.default, raw.kind is _KEYWORD, function):
            parameters.append(own)
            continue
        annotation, traits = _annotation(raw.annotation, space, raw.name, faults)
        if traits.is_context:
            contexts.append(raw.name)
        else:
            parameters.append(_parameter(raw, annotation, traits, faults))
    if len(contexts) > 1:
        faults.append(f"{' and '.join(contexts)} are both ToolContext parameters: keep one")
    return_type, _ = _annotation(returned, space, "", faults)
    is_async, is_generator = _flavour(function)
    if not is_async and get_origin(return_type) in _AWAITABLE:
        is_async, return_type = True, get_args(return_type)[-1]
    if is_generator and get_origin(return_type) in _ITERATED:
        return_type = list[get_args(return_type)[0]]  # type: ignore[misc]  # made at run time, for show
    context = contexts[0] if contexts else None
    return FunctionFacts(tuple(parameters), context, return_type, is_async, is_generator, tuple(faults))


_AWAITABLE = frozenset({abc.Awaitable, abc.Coroutine})
_ITERATED = frozenset(
    {abc.Iterator, abc.Iterable, abc.Generator, abc.AsyncIterator, abc.AsyncIterable, abc.AsyncGenerator}
)


def _raw_signature(function: Callable[..., object], faults: list[str]) -> tuple[list[_Raw], object]:
    if type(function) is FunctionType and not function.__dict__:
        return _plain_signature(function)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        faults.append("its parameters cannot be read: wrap it in a `def` with typed parameters")
        return [], EMPTY
    bound = frozenset(_bound_keywords(function))
    raws = [
        _Raw(item.name, item.kind, item.default, item.annotation)
        for item in signature.parameters.values()
        if item.name not in bound
    ]
    return raws, signature.return_annotation


def _bound_keywords(function: object) -> Iterator[str]:
    """What `functools.partial` has fixed: the host's business, not a default that a model may see or change."""
    while isinstance(function, functools.partial):
        yield from function.keywords
        function = function.func


_POSITIONAL_ONLY = inspect.Parameter.POSITIONAL_ONLY
_POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD
_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def _plain_signature(function: FunctionType) -> tuple[list[_Raw], object]:
    """What `inspect.signature` says of a plain `def`, in a tenth of its time: packs have many functions."""
    code = function.__code__
    annotations = function.__annotations__
    names = code.co_varnames
    count, keywords = code.co_argcount, code.co_kwonlyargcount
    defaults = function.__defaults__ or ()
    first_default = count - len(defaults)
    raws = []
    for index in range(count):
        name = names[index]
        kind = _POSITIONAL_ONLY if index < code.co_posonlyargcount else _POSITIONAL
        default = defaults[index - first_default] if index >= first_default else EMPTY
        raws.append(_Raw(name, kind, default, annotations.get(name, EMPTY)))
    rest = count + keywords
    if code.co_flags & inspect.CO_VARARGS:
        raws.append(_Raw(names[rest], inspect.Parameter.VAR_POSITIONAL, EMPTY, EMPTY))
        rest += 1
    given = function.__kwdefaults__ or {}
    raws += [
        _Raw(name, _KEYWORD, given.get(name, EMPTY), annotations.get(name, EMPTY))
        for name in names[count : count + keywords]
    ]
    if code.co_flags & inspect.CO_VARKEYWORDS:
        raws.append(_Raw(names[rest], inspect.Parameter.VAR_KEYWORD, EMPTY, EMPTY))
    return raws, annotations.get("return", EMPTY)


def _kind_fault(raw: _Raw) -> str | None:
    if raw.kind is inspect.Parameter.VAR_POSITIONAL:
        return f"*{raw.name} takes any number of arguments: write one parameter with a list, `{raw.name}: list[...]`"
    if raw.kind is inspect.Parameter.VAR_KEYWORD:
        return f"**{raw.name} takes any name: write each parameter, or one with a dict, `{raw.name}: dict[str, ...]`"
    if raw.kind is _POSITIONAL_ONLY:
        return f"parameter {raw.name!r} is positional-only, and tools are called by name: remove the `/`"
    return None


class _Traits(NamedTuple):
    """What has to be known of an annotation."""

    unresolved: bool
    fault: str | None
    is_context: bool
    allows_none: bool


_NO_TRAITS = _Traits(unresolved=False, fault=None, is_context=False, allows_none=True)


def _traits(annotation: object) -> _Traits:
    try:
        return _known_traits(annotation)
    except TypeError:  # `Annotated` may hold what has no hash
        return _read_traits(annotation)


def _read_traits(annotation: object) -> _Traits:
    if has_text(annotation):
        return _NO_TRAITS._replace(unresolved=True)
    is_context = ToolContext in union_members(annotation)
    return _Traits(
        unresolved=False,
        fault=_annotation_fault(annotation),
        is_context=is_context,
        allows_none=_allows_none(annotation),
    )


_known_traits = functools.lru_cache(maxsize=1024)(_read_traits)


def _annotation(
    annotation: object, space: Mapping[str, object], name: str, faults: list[str]
) -> tuple[object, _Traits]:
    """The annotation with every text in it resolved; none where that fails, which is a fault."""
    if annotation is EMPTY:
        return EMPTY, _NO_TRAITS
    traits = _traits(annotation)
    if traits.unresolved:
        try:
            annotation = resolve(annotation, space)
        except Unresolved as problem:
            faults.append(
                f"the annotation {_shown(problem.text)} of {_where(name)} cannot be resolved ({problem.reason}): import or "
                "define what it names at the top level of the module, not under TYPE_CHECKING"
            )
            return EMPTY, _NO_TRAITS
        traits = _traits(annotation)
    if traits.fault:
        faults.append(f"the annotation of {_where(name)} is {traits.fault}")
        return EMPTY, _NO_TRAITS
    return annotation, traits


def _where(name: str) -> str:
    return f"parameter {name!r}" if name else "the result"


def _annotation_fault(annotation: object) -> str | None:
    if annotation is None or isinstance(annotation, type | TypeVar) or get_origin(annotation) is not None:
        return None
    if bare(annotation) is not annotation or getattr(annotation, "__module__", "") == "typing":
        return None
    if isinstance(annotation, tuple):
        return f"a tuple, not a type: write `{' | '.join(map(type_text, annotation))}` or `tuple[...]`"
    if isinstance(annotation, list):
        return f"a list, not a type: write `list[{', '.join(map(type_text, annotation)) or 'object'}]`"
    name = {"any": "Any", "callable": "Callable"}.get(getattr(annotation, "__name__", ""))
    if name:
        return f"the function {name.lower()!r}, not a type: write `{name}`, imported from typing"
    return f"{_shown(literal(annotation) or type(annotation).__name__)}, not a type: write one, such as `str`"


def _shown(text: str) -> str:
    text = one_line(text)
    return f"`{text[:80]}…`" if len(text) > 80 else f"`{text}`"  # noqa: PLR2004  # a line's worth


def _parameter(raw: _Raw, annotation: object, traits: _Traits, faults: list[str]) -> ToolParameter:
    default = raw.default
    if default is EMPTY:
        return ToolParameter(raw.name, annotation, EMPTY, "", raw.kind is _KEYWORD)
    if is_field(default):
        faults.append(
            f"the default of parameter {raw.name!r} is a Field(...), which a plain call would pass on: "
            f"write `{raw.name}: Annotated[{type_text(annotation)}, Field(...)] = ...`"
        )
        return ToolParameter(raw.name, annotation, default, "...", raw.kind is _KEYWORD)
    text = literal(default)
    if text is None:
        faults.append(
            f"the default of parameter {raw.name!r} (a {type(default).__name__}) cannot be written as Python text: "
            "use None and make the value inside the function"
        )
    if default is None and not traits.allows_none:
        annotation = Optional[annotation]  # noqa: UP045  # `|` fails for some of what may stand here
    return ToolParameter(raw.name, annotation, default, text or "...", raw.kind is _KEYWORD)


def _allows_none(annotation: object) -> bool:
    members = union_members(annotation)
    if type(None) in members:
        return True
    for member in members:
        inner = bare(member)
        if inner in (None, Any, object) or isinstance(inner, TypeVar):
            return True
        if get_origin(inner) is typing.Literal and None in get_args(inner):
            return True
    return False


def _flavour(function: Callable[..., object]) -> tuple[bool, bool]:
    """Whether a call gives an awaitable or an asynchronous iterator, and whether it gives an iterator of either kind."""
    if type(function) is FunctionType:
        flags = function.__code__.co_flags
        if not flags & _SPECIAL_FLAGS and not function.__dict__:
            return False, False
    target: Any = function
    while isinstance(target, functools.partial):
        target = target.func
    if not inspect.isroutine(target):
        target = type(target).__call__
    is_async_generator = inspect.isasyncgenfunction(target)
    is_async = inspect.iscoroutinefunction(target) or is_async_generator
    return is_async, is_async_generator or inspect.isgeneratorfunction(target)


_SPECIAL_FLAGS = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
