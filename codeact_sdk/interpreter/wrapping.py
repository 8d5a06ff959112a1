"""Wrapped text, by the library's class with a table of its own."""

from __future__ import annotations

import textwrap
from typing import Any

from codeact_sdk.interpreter.own_texts import check_wrapped


class TextWrapper(textwrap.TextWrapper):
    """`textwrap.TextWrapper` with a table of its own: the library's is everybody's."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.unicode_whitespace_trans = dict(textwrap.TextWrapper.unicode_whitespace_trans)

    def wrap(self, text: str) -> list[str]:
        """Cuts a text into lines."""
        check_wrapped(text)
        return super().wrap(text)
