"""Compares what an action mentions with what its session has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from codeact_sdk.interpreter.checks.certain import certain_reads
from codeact_sdk.interpreter.checks.mentions import Facts
from codeact_sdk.interpreter.checks.places import Span
from codeact_sdk.interpreter.checks.shapes import CallShape
from codeact_sdk.interpreter.checks.sites import Access, Site
from codeact_sdk.interpreter.hints import Scene, hint_for, signatures_of
from codeact_sdk.interpreter.language import AWAIT_IT
from codeact_sdk.interpreter.visible import Facade, SealedTool
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import Toolset

MAX_TOLD = 12
"""Findings that are told one by one."""

MAX_FOUND = 50
"""Findings of a kind after which no more are looked for: each costs a search for what was meant."""

_MAX_COMPARED = 100
"""Characters of names that are compared with others; it takes time with the square of their length."""


class Finding(NamedTuple):
    """Something that is certainly wrong."""

    span: Span
    type: str
    """Of the exception that it would be when the code ran."""
    message: str
    hint: str = ""


TypeCheck = Callable[[str, bool, Sequence[str]], list[Finding]]
"""Takes the text of an action, whether it awaits, and the names of earlier actions."""


class Checker:
    """Checks the actions of one session before they run."""

    def __init__(
        self,
        toolset: Toolset,
        namespace: Mapping[str, Any],
        *,
        builtins: Mapping[str, Any],
        types: TypeCheck | None = None,
    ) -> None:
        """Makes a checker.

        Args:
            toolset: The tools of the session.
            namespace: What compiled code runs in: names of earlier actions, guards.
            builtins: What it finds beside.
            types: Finds more, by types, in what has passed.
        """
        self._types = types
        self._toolset = toolset
        self._names = namespace
        self._builtins = builtins
        self._declared: frozenset[str] = frozenset()
        """Names that functions of earlier actions may bind."""
        self._opened = False
        """Whether functions of earlier actions may bind any name."""
        self._ending: list[Facts] = []
        """Earlier actions whose functions may end an action."""
        packs = "|".join(map(re.escape, toolset.groups))
        self._attributes = re.compile(rf"\b({packs})\s*\.\s*(\w+)")
        self._imports = re.compile(rf"\b(?:from|import)\b[^\n]*\b(?:{packs})\b")

    def check(self, facts: Facts) -> list[Finding]:
        """Finds what is certainly wrong, in the order of the text; remembers the action where nothing is."""
        findings: list[Finding] = []
        if not (self._opened or facts.opens):
            unknown = self._unknown(facts)
            if unknown or self._looks_wrong(facts):
                findings = self._looked_at(facts, unknown)
        if self._types is not None and not findings:
            findings = self._types(facts.source, facts.awaits, [name for name in self._names if name.isidentifier()])
        if not findings:
            self._remember(facts)
        return findings

    def _remember(self, facts: Facts) -> None:
        if facts.declares:
            self._declared |= facts.declares
        self._opened = self._opened or facts.names_any
        if facts.mentions_end:
            self._ending.append(facts)

    # -- the quick look, which has to find everything that may be wrong

    def _unknown(self, facts: Facts) -> list[str]:
        names, builtins, declared = self._names, self._builtins, self._declared
        return [name for name in facts.unbound if name not in names and name not in builtins and name not in declared]

    def _looks_wrong(self, facts: Facts) -> bool:
        packs: dict[str, int] = {}
        for shape in facts.calls:
            value = self._value(facts, shape.root)
            if type(value) is Facade:
                packs[shape.root] = packs.get(shape.root, 0) + 1
                value = vars(value).get(shape.attribute or "")
                if value is None:
                    return True
            if type(value) is SealedTool:
                tool = self._toolset.get(value.__name__)
                if tool is not None and _misfit(tool, shape) is not None:
                    return True
        if facts.awaits and self._forgets(facts):
            return True
        return bool(self._toolset.groups) and self._packs_look_wrong(facts, packs)

    def _packs_look_wrong(self, facts: Facts, called: Mapping[str, int]) -> bool:
        """Tells whether a pack is imported, or something of it used, in another way than by a call."""
        source = facts.source
        if "import" in source and self._imports.search(source):
            return True
        for pack in self._toolset.groups:
            if pack in facts.unbound and source.count(pack) != called.get(pack, 0):
                break
        else:
            return False
        return any(name not in vars(self._builtins[pack]) for pack, name in self._attributes.findall(source))

    def _forgets(self, facts: Facts) -> bool:
        """Tells whether something like a call without `await` is there."""
        for name in facts.starts:
            root, _, attribute = name.partition(".")
            if f"async def {root}" in facts.source:
                return True
            value = self._value(facts, root)
            if type(value) is Facade:
                value = vars(value).get(attribute)
            tool = self._toolset.get(value.__name__) if type(value) is SealedTool else None
            if tool is not None and tool.is_async:
                return True
        return False

    # -- what names mean

    def _value(self, facts: Facts, root: str) -> object:
        """What a name holds when the action begins, if the action and functions leave it alone."""
        if root in facts.bound or root in self._declared:
            return None
        return self._names[root] if root in self._names else self._builtins.get(root)

    def _as_tool(self, value: object, attribute: str | None) -> Tool | None:
        if attribute is not None:
            value = vars(value).get(attribute) if type(value) is Facade else None
        return self._toolset.get(value.__name__) if type(value) is SealedTool else None

    def _meaning(self, facts: Facts, root: str) -> object:
        """As `_value`; names that an import of the action binds to a pack or a tool are known too."""
        module, member = facts.survey.imports.get(root, ("", None))
        if module not in self._toolset.groups or root in self._declared:
            return self._value(facts, root)
        pack = self._builtins[module]
        return pack if member is None else vars(pack).get(member)

    # -- the close look

    def _looked_at(self, facts: Facts, unknown: list[str]) -> list[Finding]:
        try:
            found = [*islice(self._undefined(facts, unknown), MAX_FOUND), *islice(self._misused(facts), MAX_FOUND)]
        except RecursionError:  # code as deep as the policy allows
            return []
        return sorted(found, key=lambda finding: finding.span[:2])

    def _undefined(self, facts: Facts, unknown: list[str]) -> Iterator[Finding]:
        if not unknown:
            return
        may_end = any(earlier.hides_end for earlier in self._ending)
        everything = {*self._names, *self._builtins, *facts.bound}
        visible = sorted(name for name in everything if name[:1].isalpha() and len(name) <= _MAX_COMPARED)
        signatures = signatures_of(self._toolset)
        for n, read in enumerate(certain_reads(facts.parse(), frozenset(unknown), may_end=may_end)):
            error = NameError(f"name {read.name!r} is not defined", name=read.name)
            told = n < MAX_TOLD and len(read.name) <= _MAX_COMPARED
            hint = hint_for(error, Scene(), visible, signatures) if told else ""
            yield Finding(read.span, "NameError", str(error), hint)

    def _misused(self, facts: Facts) -> Iterator[Finding]:
        survey = facts.survey
        for access in survey.accesses:
            if not access.expected and (fault := self._wrong_access(facts, access)):
                yield fault
        for site in survey.sites:
            yield from self._wrong_call(facts, site)

    def _wrong_access(self, facts: Facts, access: Access) -> Finding | None:
        if access.imported:
            value = self._builtins[access.root] if access.root in self._toolset.groups else None
        else:
            value = None if access.root in facts.survey.examined else self._meaning(facts, access.root)
        if type(value) is not Facade or access.attribute in vars(value) or not _is_pack(value):
            return None
        try:  # the words are those that running it would give
            if access.imported:
                self._names["@import_from"](access.root, access.attribute)
            else:
                getattr(value, access.attribute)
        except (AttributeError, ImportError) as error:
            return Finding(
                access.span,
                type(error).__name__,
                str(error),
                hint_for(error, Scene(), (), signatures_of(self._toolset)),
            )
        return None

    def _wrong_call(self, facts: Facts, site: Site) -> Iterator[Finding]:
        shape = site.shape
        tool = self._as_tool(self._meaning(facts, shape.root), shape.attribute)
        if tool is not None and not site.expected and (fault := _misfit(tool, shape)):
            yield Finding(site.span, "ToolArgumentError", str(fault))
        elif site.unawaited and facts.awaits and self._is_coroutine(facts, shape, tool):
            yield Finding(site.span, "RuntimeWarning", f"coroutine {shape.name!r} was never awaited", AWAIT_IT)

    def _is_coroutine(self, facts: Facts, shape: CallShape, tool: Tool | None) -> bool:
        if tool is not None:
            return tool.is_async
        return shape.attribute is None and shape.root in facts.survey.coroutines


def _misfit(tool: Tool, shape: CallShape) -> Exception | None:
    return tool.misfit(shape.positional, shape.keywords, shape.starred, shape.double_starred)


def _is_pack(value: Facade) -> bool:
    return any(type(member) is SealedTool for member in vars(value).values())
