"""The policy with all its rules: what `policy` begins, and what the modules of rules add to it."""

from codeact_sdk.interpreter import definitions, displays, operators, quieting
from codeact_sdk.interpreter.policy import VALUE, Policy

RULE_MODULES = (operators, displays, definitions, quieting)
"""Importing them has filled `policy.RULES`."""

__all__ = ["RULE_MODULES", "VALUE", "Policy"]
