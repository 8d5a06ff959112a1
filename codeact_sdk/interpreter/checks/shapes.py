"""How a call is written: what it names and what it gives, without the values."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple


class CallShape(NamedTuple):
    """A call of a name, or of an attribute of a name."""

    root: str
    attribute: str | None
    positional: int
    """How many arguments by position; those behind a `*` are not counted."""
    keywords: tuple[str, ...]
    starred: bool
    """Whether `*arguments` are given."""
    double_starred: bool
    """Whether `**arguments` are given."""

    @property
    def name(self) -> str:
        """What is called, as it is written."""
        return self.root if self.attribute is None else f"{self.root}.{self.attribute}"


def root_of(function: Any) -> str | None:
    """The name that is called, or whose attribute is; None where no name is."""
    if type(function) is ast.Attribute:
        function = function.value
    return function.id if type(function) is ast.Name else None


def call_shape(function: Any, call: ast.Call) -> CallShape:
    """Tells how a call is written.

    Args:
        function: What is called, as it is written; `root_of` gives a name of it.
        call: The call; the policy may have made `x.f(y)` into a call of a guard with `"f", x, y`.
    """
    root, attribute = (function.id, None) if type(function) is ast.Name else (function.value.id, function.attr)
    positional = len([None for argument in call.args if type(argument) is not ast.Starred])
    starred = positional < len(call.args)
    if attribute is not None and type(call.func) is ast.Name:
        positional -= 2
    keywords: tuple[str, ...] = ()
    if call.keywords:
        keywords = tuple([keyword.arg for keyword in call.keywords if keyword.arg is not None])
    return CallShape(root, attribute, positional, keywords, starred, len(keywords) < len(call.keywords))
