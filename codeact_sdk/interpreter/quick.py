"""The short way of a call that blocks: its arguments are numbers or short texts.

A call in a loop costs what the steps around the tool cost, so they are written out for one shape of call (how many arguments by
position and by name, which of them are checked) and compiled once for each. The text holds nothing but what stands here: tools,
types and names come in as values.

Whatever does not have the shape, and every argument that its check refuses, goes the way that the tool had before. What a call has
begun it ends without calling a function of Python in between: at the last frame of the stack there is no room for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from codeact_sdk.interpreter.journal import MAX_KEPT_CHARS, Outcome, Shape, kept_result
from codeact_sdk.interpreter.visible import SealedTool
from codeact_sdk.later import textwrap

if TYPE_CHECKING:
    from codeact_sdk.interpreter.calls import Caller
    from codeact_sdk.tools.tool import Tool
    from codeact_sdk.tools.validation import Check

_MOST_SHAPES = 3
"""Shapes of one tool in one session; calls of others go the whole way."""

_LONG_CALLS = 3
"""Calls of one shape that go the whole way before there is a short one: making that costs more than a few calls save."""

_MOST_SEEN = 16
"""Shapes of calls of one tool that are counted."""

_MOST_ARGUMENTS = 8
"""Longer calls go the whole way."""

_UNSIZED: frozenset[type] = frozenset({type(None), bool, int, float})
"""Types of values that are kept as they are; a long text is cut for the record."""

_KINDS = _UNSIZED | {str}


class _Form(NamedTuple):
    """What the text depends on."""

    by_position: int
    by_name: int
    texts: tuple[bool, ...]
    """Which arguments are text, and are kept as they are: the record has a bound."""
    checked: tuple[bool, ...]
    """Which have to be checked."""
    kept: tuple[bool, ...]
    """Which of those may become something that is copied for the record."""
    gives_text: bool
    """Whether the tool gives text."""
    is_async: bool


_TEXT = """
def make(caller, shape, function, accept, kinds, checks, returned, other):
    tool, names = shape
    keep = caller.journal.keep
    name = tool.qualified_name
    {unpack}
    extend = caller.journal.log.extend
    def __call__(self, {parameters}/, *rest, **named):
        budget = caller.budget
        if {fits}budget.free_calls and budget.signal is None:
{body}
        return other(self, {given}*rest, **named)
    return __call__
"""

_NAMED = """
{keys}= named
{values}= named.values()
if {fits}:
{body}
"""

_BODY = """
{check}
budget.free_calls -= 1
extend(({recorded}now()))
outer = budget.in_tool
budget.in_tool = name
try:
    result = function({call})
    if {is_returned}:
        extend((result, now()))
        return result
    result = accept(result)
    extend((Outcome(kept_result(result)), now()))
    return result
except BaseException as error:
    extend((type(error), now()))
    fault = caller.failed(tool, error)
finally:
    budget.in_tool = outer
budget.alive()
raise fault
"""

_CHECK = """
try:
    {checks}
except Exception:
    return other(self, {given}*rest, **named)
"""


def _text(form: _Form) -> str:
    count = form.by_position + form.by_name
    places = range(count)
    first, last = places[: form.by_position], places[form.by_position :]
    fits = [
        f"type(a{n}) is k{n}" + (f" and len(a{n}) <= most" if form.texts[n] else "") for n in places
    ]  # a missing one has another type
    given = "".join(f"*((a{n},) if a{n} is not missing else ()), " for n in first)
    passed = [f"b{n}" if form.checked[n] else f"a{n}" for n in places]
    checks = [f"b{n} = c{n}(a{n})" for n in places if form.checked[n]]
    changed = "".join(f", n{n}: b{n}" for n in last if form.checked[n])
    by_name = f"**{{**named{changed}}}" if changed else "**named" if last else ""
    body = _BODY.format(
        check=_CHECK.format(checks="\n    ".join(checks), given=given) if checks else "",
        recorded="shape, "
        + "".join(f"keep({name}), " if form.kept[n] else f"{name}, " for n, name in enumerate(passed)),
        call=", ".join([*passed[: form.by_position], *([by_name] if by_name else [])]),
        is_returned="type(result) is returned" + (" and len(result) <= most" if form.gives_text else ""),
    )
    if last:
        names = [f"m{n} is n{n}" for n in last]
        keys, values = ("".join(f"{letter}{n}, " for n in last) for letter in "ma")
        within = _NAMED.format(
            keys=keys,
            values=values,
            fits=" and ".join([*names, *fits[form.by_position :]]),
            body=textwrap.indent(body, "    "),
        )
    unpack = [f"k{n} = kinds[{n}]; n{n} = names[{n}]; c{n} = checks[{n}]" for n in places]
    return _TEXT.format(
        unpack="\n    ".join(unpack),
        parameters="".join(f"a{n}=missing, " for n in first),
        fits="".join(f"{test} and " for test in [*fits[: form.by_position], *_tests(form)]),
        body=textwrap.indent(within if last else body, " " * 12),
        given=given,
    )


def _tests(form: _Form) -> Iterator[str]:
    yield "not rest"
    yield f"len(named) == {form.by_name}" if form.by_name else "not named"
    if form.is_async:
        yield "not caller.awaits"


@lru_cache(maxsize=256)
def _maker(form: _Form) -> Callable[..., Any]:
    space: dict[str, Any] = {
        "now": time,
        "missing": _MISSING,
        "most": MAX_KEPT_CHARS,
        "kept_result": kept_result,
        "Outcome": Outcome,
    }
    exec(_text(form), space)  # noqa: S102  # written above; nothing of a tool or a program is in it
    return space["make"]  # type: ignore[no-any-return]  # the function that the text defines


class _Missing:
    """The type of what was not given."""


_MISSING = _Missing()


def _shape_of(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The types of the arguments and the names of those by name; None where a call like this one has no short way."""
    kinds = (*map(type, args), *map(type, kwargs.values()))
    if len(kinds) > _MOST_ARGUMENTS or not _KINDS.issuperset(kinds) or any(type(name) is not str for name in kwargs):
        return None
    return (*kinds, *kwargs)


def _shorten(
    sealed: SealedTool,
    caller: Caller,
    tool: Tool,
    accept: Callable[[Any], Any],
    *,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> bool:
    """Gives a sealed tool the short way for calls that look like this one, if they may take it.

    Args:
        sealed: The tool as model code sees it.
        caller: Makes the calls of its session.
        tool: The tool.
        accept: Takes a result over the boundary.
        args: By position, of which `_shape_of` gives a shape.
        kwargs: By name.

    Returns:
        Whether it has been given.
    """
    kinds = (*map(type, args), *map(type, kwargs.values()))
    names = (*tool.positional[: len(args)], *kwargs)
    checks = tool.checks(names, kinds) if len(names) == len(kinds) else None
    if checks is None:
        return False
    declared = type(None) if tool.return_type is None else tool.return_type
    call = _maker(_form(tool, len(args), kinds, checks))(
        caller,
        Shape(tool, names),
        caller.run_tool(tool.function) if tool.is_async else tool.function,
        accept,
        kinds,
        [check and check.validate for check in checks],
        declared if declared in _KINDS else _Missing,
        type(sealed).__call__,
    )
    sealed.__class__ = type("SealedTool", (SealedTool,), {"__slots__": (), "__call__": call})
    return True


def _form(tool: Tool, by_position: int, kinds: Sequence[type], checks: Sequence[Check | None]) -> _Form:
    return _Form(
        by_position=by_position,
        by_name=len(kinds) - by_position,
        texts=tuple(kind is str and check is None for kind, check in zip(kinds, checks, strict=True)),
        checked=tuple(check is not None for check in checks),
        kept=tuple(check is not None and not check.is_plain for check in checks),
        gives_text=tool.return_type is str,
        is_async=tool.is_async,
    )


class Shortener:
    """Gives a tool the short way for shapes of calls that come often; most tools of most sessions are called once."""

    __slots__ = ("_accept", "_caller", "_seen", "_shapes", "_tool")

    def __init__(self, caller: Caller, tool: Tool, accept: Callable[[Any], Any]) -> None:
        """Counts the calls of one tool.

        Args:
            caller: Makes the calls of its session.
            tool: The tool.
            accept: Takes a result over the boundary.
        """
        self._caller = caller
        self._tool = tool
        self._accept = accept
        self._shapes = 0
        self._seen: dict[Any, int] | None = None
        """Calls by their shape, from the second call on."""

    def __call__(self, sealed: SealedTool, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Takes note of a call that goes the whole way."""
        if self._tool.is_async and self._caller.awaits:
            return
        if self._seen is None:
            self._seen = {}
        elif self._shapes < _MOST_SHAPES and len(self._seen) < _MOST_SEEN:
            self._count(self._seen, sealed, args, kwargs)
        self._caller.free_more()

    def _count(self, seen: dict[Any, int], sealed: SealedTool, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        shape = _shape_of(args, kwargs)
        if shape is None:
            return
        seen[shape] = count = seen.get(shape, 1) + 1
        if count == _LONG_CALLS:
            self._shapes += _shorten(sealed, self._caller, self._tool, self._accept, args=args, kwargs=kwargs)
