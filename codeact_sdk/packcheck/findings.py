"""What is found in a pack: the rules by code, and a finding with its place, its reason and its fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule:
    """One thing that a pack may do wrong."""

    code: str
    title: str
    """As its heading in docs/packs-check.md says it."""
    severity: Severity


@dataclass(frozen=True)
class Place:
    """Where something stands in the source."""

    file: str = ""
    """Empty where there is no source."""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Finding:
    """One fault of a pack."""

    code: str
    severity: Severity
    pack: str
    """Its namespace."""
    subject: str
    """What it is about, such as `acme.orders` or `acme.orders(customer)`."""
    place: Place
    reason: str
    fix: str


def _rules() -> Mapping[str, Rule]:
    errors = {
        "CP001": "the pack cannot be loaded",
        "CP002": "the distribution does not depend on codeact-sdk",
        "CP101": "no return type",
        "CP102": "the return type is Any",
        "CP103": "a parameter has no type, or Any",
        "CP201": "a tool has no docstring",
        "CP202": "a parameter is not documented",
        "CP203": "the docstring has a parameter that does not exist",
        "CP302": "a name can be taken for another",
        "CP303": "two tools have nearly the same name",
        "CP401": "a tool that looks like a write says it reads",
        "CP501": "a result cannot cross the boundary",
        "CP502": "a parameter that model code cannot give",
        "CP701": "an example does not run",
        "CP702": "an example gives another result",
        "CP801": "a secret is declared and not used",
        "CP802": "a secret is used and not declared",
        "CP803": "a required setting does not exist",
        "CP901": "an async tool blocks",
    }
    warnings = {
        "CP104": "a default can be changed",
        "CP204": "the docstring has the parameters in another order",
        "CP205": "a module has no docstring",
        "CP206": "a setting is not described",
        "CP301": "a name shadows a builtin",
        "CP402": "a destructive tool says nothing of undoing it",
        "CP403": "a write that is not idempotent is retried",
        "CP404": "a deprecated tool names no replacement",
        "CP601": "a tool costs many tokens",
    }
    made = [Rule(code, title, "error") for code, title in errors.items()]
    made += [Rule(code, title, "warning") for code, title in warnings.items()]
    return MappingProxyType({rule.code: rule for rule in sorted(made, key=lambda rule: rule.code)})


RULES = _rules()
"""Every rule, by code."""
