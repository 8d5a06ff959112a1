"""Rules of packs and plugins for types: how their values cross to model code, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from codeact_sdk.frozen import Frozen
from codeact_sdk.tools.faults import Faults

_SETTLED = frozenset(
    {
        "builtins",
        "codeact_sdk",
        "collections",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "pathlib",
        "pydantic",
        "uuid",
    }
)
"""Modules of which the types cross by rules of the SDK: a rule for one of them would change every tool."""


class TypeRule(Frozen):
    """How values of a type cross and are shown; subclasses too, where they have no rule of their own.

    Both functions are given objects of tools, never of model code.
    """

    to_data: Callable[[Any], object] | None = None
    """Gives data for a value, which then crosses by the usual rules; without it the value stays with the host, and model
    code has a handle that it can give back to tools."""
    render: Callable[[Any], object] | None = None
    """Gives what is shown of a value: text, a `Display`, an `Image`, or a list of them."""


class RuleError(TypeError):
    """What a pack or plugin gives is no rule for a type; the message goes on after its name."""


class PluginRule(Frozen):
    """A rule with who gives it."""

    rule: TypeRule
    plugin: str
    distribution: str = ""


def read_rules(given: object) -> dict[type, TypeRule]:
    """Checks what a hook returns, and makes a rule of each plain callable.

    Args:
        given: A mapping of types to rules, or to callables that make data.

    Raises:
        RuleError: It is something else; the message says what and what to give.
    """
    if not isinstance(given, Mapping):
        raise RuleError(f"gives {type(given).__name__}: give a mapping of types to rules, {{Order: TypeRule(...)}}")
    return {_checked_type(kind): _checked_rule(kind, rule) for kind, rule in given.items()}


def _checked_type(kind: object) -> type:
    if not isinstance(kind, type):
        raise RuleError(f"gives a rule for {kind!r}, which is no type: give the class itself as the key")
    if kind.__module__.partition(".")[0] in _SETTLED:
        raise RuleError(
            f"gives a rule for {kind.__name__}, whose values cross by rules of the SDK: give rules for classes of your own, "
            "or of a library"
        )
    return kind


def _checked_rule(kind: type, rule: object) -> TypeRule:
    name = kind.__name__
    if not isinstance(rule, TypeRule):
        if not callable(rule):
            raise RuleError(f"gives {rule!r} for {name}: give TypeRule(to_data=..., render=...)")
        rule = TypeRule(to_data=rule)
    for part, function in (("to_data", rule.to_data), ("render", rule.render)):
        if function is not None and not callable(function):
            raise RuleError(f"gives {part}={function!r} for {name}: give a function of one value")
    if rule.to_data is None and rule.render is None:
        raise RuleError(f"gives a rule for {name} that says nothing: give to_data, render or both")
    return rule


class TypeRules:
    """The rules of one session."""

    def __init__(
        self, rules: Mapping[type, PluginRule] = MappingProxyType({}), *, faults: Faults | None = None
    ) -> None:
        """Takes them.

        Args:
            rules: By type.
            faults: Is told of a rule that raises.
        """
        self._rules = dict(rules)
        self._faults = faults or Faults()
        self._found: dict[type, PluginRule | None] = {}

    def find(self, kind: type) -> PluginRule | None:
        """Finds the rule for a type: its own, or that of the nearest class it inherits from."""
        if not self._rules:
            return None
        if kind not in self._found:
            self._found[kind] = next((self._rules[cls] for cls in kind.__mro__ if cls in self._rules), None)
        return self._found[kind]

    def failed(self, found: PluginRule, kind: type, part: str, error: Exception) -> None:
        """Takes note of a function that raised.

        Args:
            found: The rule.
            kind: The type of the value.
            part: `to_data` or `render`.
            error: What it raised.
        """
        what = f"{part} of codeact_types for {kind.__name__}"
        self._faults.add(error, pack=found.plugin, what=what, distribution=found.distribution)
