"""Approvals: which calls a person is asked about, what the person sees, and how an action goes on afterwards.

Each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeact_sdk.approvals.cards import Approver, Card, Decision
    from codeact_sdk.approvals.rules import ApprovalRule, allow, ask, deny

__all__ = ["ApprovalRule", "Approver", "Card", "Decision", "allow", "ask", "deny"]

_HOME = {
    "ApprovalRule": "rules",
    "Approver": "cards",
    "Card": "cards",
    "Decision": "cards",
    "allow": "rules",
    "ask": "rules",
    "deny": "rules",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'codeact_sdk.approvals' has no attribute {name!r}")
    return getattr(import_module(f"codeact_sdk.approvals.{home}"), name)


def __dir__() -> list[str]:
    return __all__
