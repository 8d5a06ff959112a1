"""Wrapped text, by the library's class with a table of its own."""

from __future__ import annotations

import textwrap
from typing import Any

from codeact_sdk.interpreter.own_texts import LONG, Room, check_wrapped
from codeact_sdk.interpreter.sizes import as_index, count, length


class TextWrapper(textwrap.TextWrapper):
    """`textwrap.TextWrapper` with a table of its own: the library's is everybody's."""

    def __init__(self, room: Room, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._room = room
        self.tabsize = as_index(self.tabsize)
        self.unicode_whitespace_trans = dict(textwrap.TextWrapper.unicode_whitespace_trans)

    def wrap(self, text: str) -> list[str]:
        """Cuts a text into lines."""
        check_wrapped(text)
        self._room(self.tabsize * count(text, "\t") if isinstance(self.tabsize, int) else 0)
        longest = max(map(length, (self.initial_indent, self.subsequent_indent, self.placeholder)))
        if longest > LONG:
            self._room(longest * length(text))
        return super().wrap(text)
