"""The names and calls of an action, noted while it is compiled: what the text alone tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence, Set
from functools import cached_property

from codeact_sdk.interpreter import advice
from codeact_sdk.interpreter.checks.shapes import CallShape, call_shape, root_of
from codeact_sdk.interpreter.rarely import certain, sites
from codeact_sdk.later import later_pattern
from codeact_sdk.tools.toolset import RESERVED

_IMPORT_ALL = later_pattern(r"import[\s\\]*\*")
_STARTS = later_pattern(r"(?:^|[;:]|\bin\b)[ \t]*([^\W\d]\w*(?:\.[^\W\d]\w*)?)[ \t]*\(", flags=re.MULTILINE)
"""A call that begins a statement, or that a loop goes through: it is not awaited."""


class Mentions:
    """Takes the notes of one pass of the policy."""

    __slots__ = ("bound", "calls", "read")

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()
        """Names that the text binds or deletes anywhere, in any scope."""
        self.calls: list[tuple[ast.expr, ast.Call]] = []
        """Each with what it calls, as it is written: the policy changes calls."""

    def facts(self, source: str, *, awaits: bool) -> Facts:
        """Sums the notes up.

        Args:
            source: The text of the action.
            awaits: Whether it awaits anywhere.
        """
        unbound = {
            name for name in self.read - self.bound if not name.startswith("__")
        }  # classes spell these otherwise
        tools = unbound - RESERVED
        shapes = [call_shape(function, call) for function, call in self.calls if root_of(function) in tools]
        return Facts(source, unbound, self.bound, shapes, awaits=awaits)


class Facts:
    """What the text of an action alone tells; kept with the compiled code."""

    def __init__(
        self, source: str, unbound: Set[str], bound: Set[str], calls: Sequence[CallShape], *, awaits: bool
    ) -> None:
        self.source = source
        self.unbound = unbound
        """Names that are read and that nothing in the text binds: they must be there before."""
        self.bound = bound
        """Names that the text binds or deletes anywhere, in any scope."""
        self.calls = calls
        """Calls of unbound names, apart from those that no tool may have."""
        self.awaits = awaits
        self.names_any = not _OPENS.isdisjoint(unbound)
        """Whether the text, or a later call of its functions, may bind names that it does not tell."""
        self.opens = self.names_any or ("*" in source and "import" in source and _IMPORT_ALL.search(source) is not None)
        """Whether the text may bind names that it does not tell."""
        self.mentions_end = not _ENDS.isdisjoint(unbound)
        """Whether the text names what may end an action early and well."""
        self.declares: Set[str] = bound if "global" in source else frozenset()
        """Names that functions may bind when a later action calls them."""

    @cached_property
    def starts(self) -> frozenset[str]:
        """Called names, such as `acme.orders`, whose result is certainly not awaited where they are called."""
        return frozenset(_STARTS.findall(self.source))

    @cached_property
    def hides_end(self) -> bool:
        """Whether functions of this text could end a later action early and well."""
        return certain.hides_end(self.parse())

    @cached_property
    def survey(self) -> sites.Survey:
        """The calls with their places; made where something looks wrong."""
        return sites.survey(self.parse(), self.bound)

    def parse(self) -> ast.Module:
        """The text again, as it was before the policy changed it."""
        return advice.parse(self.source, "action", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


_ENDS = frozenset({"answer", "exit", "quit", "SystemExit", "sys"})
_OPENS = frozenset({"exec", "eval", "globals", "locals", "vars"})
