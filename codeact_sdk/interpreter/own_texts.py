"""Members of the modules for text that make much of little, with a look before they do."""

from __future__ import annotations

import string
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from codeact_sdk.interpreter.sizes import count, length, size

_LONG = 1_000
"""Characters of an indentation from which it counts."""

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

    def template(text: str) -> Template:
        return Template(text, room)

    return {
        "textwrap": lambda: {"indent": indent, **{name: _wrapped(name, room) for name in ("wrap", "fill", "shorten")}},
        "string": lambda: {"Template": stand_in(string.Template, template)},
    }


def _wrapped(name: str, room: Room) -> Callable[..., Any]:
    function = getattr(textwrap, name)

    def call(text: str, *args: Any, **options: Any) -> Any:
        longest = max(map(length, options.values()), default=0)
        if longest > _LONG:
            room(longest * length(text))
        return function(text, *args, **options)

    call.__name__ = call.__qualname__ = name
    return call


class Template(string.Template):
    """`string.Template` that looks at what is put in."""

    def __init__(self, template: str, room: Room) -> None:
        super().__init__(str.__str__(template))
        self._room = room

    def _look(self, values: Iterable[Any]) -> None:
        self._room(size(self.template) + count(self.template, "$") * max(map(size, values), default=0))

    def substitute(self, mapping: Any = None, /, **kws: Any) -> str:
        """Puts the values in the place of their names."""
        self._look([*kws.values(), *(dict.values(mapping) if isinstance(mapping, dict) else ())])
        return super().substitute({} if mapping is None else mapping, **kws)

    def safe_substitute(self, mapping: Any = None, /, **kws: Any) -> str:
        """Does so, and leaves names alone that have no value."""
        self._look([*kws.values(), *(dict.values(mapping) if isinstance(mapping, dict) else ())])
        return super().safe_substitute({} if mapping is None else mapping, **kws)
