"""Members of the modules for text that make much of little, with a look before they do."""

from __future__ import annotations

import operator
import string
from collections import ChainMap
from collections.abc import Callable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from codeact_sdk.interpreter.public_names import named
from codeact_sdk.interpreter.sizes import BRIEF, FLAT, TEXTS, count, expanded, length, size
from codeact_sdk.later import textwrap

LONG = 1_000
"""Characters of an indentation from which it counts."""

MOST_LAYOUT = 10_000
"""Characters of what each line or item of a text has in it: an indentation, a separator."""

_WIDTHS = ("indent", "tabsize")
"""Numbers that stand for as many blanks; others, such as `width`, are upper bounds."""

_MOST_WRAPPED = 1_000_000
"""Characters that `textwrap` cuts into words in one call of a pattern, which nothing interrupts: some tenth of a second."""

WORD_BYTES = 60
"""About what a word of a list takes."""

_FIELD_BYTES = 200
"""About what a field of a query takes while it is taken apart."""

_NO_VALUES: Mapping[str, Any] = MappingProxyType({})

Room = Callable[[int], None]
"""Ends the action if there is no room for so many bytes."""


def makers(
    room: Room, stand_in: Callable[[type, Callable[..., Any]], Any]
) -> dict[str, Callable[[], dict[str, object]]]:
    """By module name, what makes its members.

    Args:
        room: Looks at what is about to be made.
        stand_in: Gives the stand-in of a class of the library.
    """

    def indent(text: str, prefix: str, predicate: Callable[[str], bool] | None = None) -> str:
        room(size(text) + size(prefix) * (count(text, "\n") + 1))
        return textwrap.indent(text, prefix, predicate)

    def capwords(text: str, sep: str | None = None) -> str:
        room(WORD_BYTES * (length(text) // 2 if sep is None else count(text, sep)))
        return string.capwords(text, sep)

    def template(text: str) -> Template:
        return Template(text, room)

    return {
        "textwrap": lambda: {
            "indent": indent,
            **{name: _wrapped(name, room) for name in ("wrap", "fill", "shorten", "dedent")},
        },
        "string": lambda: {"capwords": capwords, "Template": stand_in(string.Template, template)},
    }


def look_at_layout(value: Any, options: dict[str, Any], room: Room, times: int) -> None:
    """Looks at how long the text of a value is, with what stands before and between its items.

    Args:
        value: What is written.
        options: Arguments by name, of which an indentation and separators are looked at.
        room: Ends the action if there is no room for so many bytes.
        times: Characters that one becomes at most.

    Raises:
        ValueError: One of those is too long.
    """
    if type(value) not in BRIEF:
        room(times * expanded(value, {}))
    if not options:
        return
    given: list[Any] = []
    if options.get("separators") is not None:
        given = options["separators"] = list(islice(options["separators"], 3))  # two, or too many
    check_layout(options)
    check_layout({"separators": max(given, key=length, default="")})
    each = max(map(length, given), default=0)
    if (indent := options.get("indent")) is not None:
        each += indent if isinstance(indent, int) else length(indent)
        room(_wide(value, {})[1] * each)
    elif each > LONG // 100:
        room(expanded(value, {}) * each)


_NESTED: tuple[type, ...] = (dict, list, tuple)


def _wide(value: Any, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Counts the lines of a value that is written with an indentation, and the indentations in them."""
    if id(value) in known or not isinstance(value, _NESTED):
        return known.get(id(value), (0, 0))
    known[id(value)] = 0, 0
    lines, wide = length(value) + 1, length(value)
    kind: Any = list if isinstance(value, list) else tuple
    for item in dict.values(value) if isinstance(value, dict) else kind.__iter__(value):
        if type(item) not in FLAT and isinstance(item, _NESTED):
            more, wider = _wide(item, known)
            lines, wide = lines + more, wide + more + wider
    known[id(value)] = lines, wide
    return lines, wide


def looked_at(name: str, function: Callable[..., Any], room: Room) -> Callable[..., Any]:
    """Gives a function that takes a query apart with a look at how many parts it has; others as they are.

    Args:
        name: Its name.
        function: Such as `parse_qs`.
        room: Ends the action if there is no room for so many bytes.
    """
    if name not in ("parse_qs", "parse_qsl"):
        return function

    def call(query: Any, *args: Any, **options: Any) -> Any:
        by = args[4] if len(args) > 4 else options.get("separator", "&")  # noqa: PLR2004  # as in the library
        room(_FIELD_BYTES * count(query, by))
        return function(query, *args, **options)

    return named(call, name)


def check_layout(options: Mapping[str, Any]) -> None:
    """Refuses widths and texts of a layout that each line or item would have in it.

    Args:
        options: Arguments by name, of which numbers and texts are looked at.

    Raises:
        ValueError: One is too large.
    """
    for name, value in options.items():
        if isinstance(value, TEXTS) and length(value) > MOST_LAYOUT:
            raise ValueError(f"{name}= of more than {MOST_LAYOUT:,} characters is not available")
        if name in _WIDTHS and isinstance(value, int) and int.__int__(value) > MOST_LAYOUT:
            raise ValueError(f"{name}= above {MOST_LAYOUT:,} is not available")


def check_wrapped(text: object) -> None:
    """Refuses a text that is too long to be cut into words in one go.

    Raises:
        ValueError: It is.
    """
    if length(text) > _MOST_WRAPPED:
        raise ValueError(
            f"textwrap takes at most {_MOST_WRAPPED:,} characters at a time: wrap one paragraph after another"
        )


def _wrapped(name: str, room: Room) -> Callable[..., Any]:
    function = getattr(textwrap, name)

    def call(text: str, *args: Any, **options: Any) -> Any:
        longest = max(map(length, options.values()), default=0)
        if longest > LONG:
            room(longest * length(text))
        if "tabsize" in options:
            options["tabsize"] = operator.index(options["tabsize"])
            room(options["tabsize"] * count(text, "\t"))
        check_wrapped(text)
        return function(text, *args, **options)

    return named(call, name)


class Template(string.Template):
    """`string.Template` that looks at what is put in."""

    def __init__(self, template: str, room: Room) -> None:
        super().__init__(str.__str__(template))
        self._room = room

    def substitute(self, mapping: Any = _NO_VALUES, /, **kws: Any) -> str:
        """Puts the values in the place of their names."""
        return super().substitute(_Counted(ChainMap(kws, mapping), self._room))

    def safe_substitute(self, mapping: Any = _NO_VALUES, /, **kws: Any) -> str:
        """Does so, and leaves names alone that have no value."""
        return super().safe_substitute(_Counted(ChainMap(kws, mapping), self._room))


class _Counted(dict[str, str]):
    """Texts of values, counted as they are taken and not kept: a value may be made when it is asked for."""

    def __init__(self, values: Any, room: Room) -> None:
        super().__init__()
        self._values = values
        self._room = room
        self._taken = 0

    def __missing__(self, name: str) -> str:
        value = self._values[name]
        self._room(0 if type(value) in FLAT else 3 * expanded(value, {}))
        text = str(value)
        self._taken += size(text)
        self._room(2 * self._taken)
        return text
