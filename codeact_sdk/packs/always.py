"""A person's "always" as a rule in the config file."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from codeact_sdk.approvals.rules import ApprovalRule, allow
from codeact_sdk.observations import PlannedCall
from codeact_sdk.packs.edit import add_approval_rule
from codeact_sdk.packs.settings import make_config, read_table


def allow_always(path: Path, calls: Iterable[PlannedCall]) -> tuple[ApprovalRule, ...]:
    """Has a config file allow the tools of some calls: each with the effect that it has now, and no other tool.

    A rule is put before the first that fits the tool, which is the one that had a person asked.

    Args:
        path: The config file, which is made if it is not there.
        calls: What the person said "always" to.

    Returns:
        The rules that were added; none for a tool that the file allows already.

    Raises:
        ConfigError: The file cannot be read or written.
    """
    added = []
    for call in {(call.tool, call.effect): call for call in calls}.values():
        rules = make_config(read_table(path), source=str(path)).approvals if path.exists() else ()
        place = next((place for place, rule in enumerate(rules) if _fits(rule, call)), len(rules))
        if place < len(rules) and rules[place].action == "allow":
            continue
        rule = allow(call.tool, effect=call.effect)
        add_approval_rule(path, rule, position=place)
        added.append(rule)
    return tuple(added)


def _fits(rule: ApprovalRule, call: PlannedCall) -> bool:
    return (not rule.effects or call.effect in rule.effects) and fnmatchcase(call.tool, rule.pattern)
