"""How packs are enabled and disabled in a config file."""

from __future__ import annotations

from collections.abc import Iterable

from codeact_sdk.packs.edit import Table, put


def enable_packs(table: Table, names: Iterable[str]) -> tuple[str, ...]:
    """Has a config file offer packs: not in `packs.disabled`, and in `packs.enabled` where there is such a list.

    Args:
        table: The whole file, which is changed.
        names: Namespaces.

    Returns:
        What was done, a sentence for each change or name.
    """
    said = []
    for name in names:
        packs = table.get("packs", {})
        changes = []
        if name in packs.get("disabled", ()):
            _without(packs, "disabled", name)
            changes.append(f"{name} is no longer in packs.disabled")
        if "enabled" in packs and name not in packs["enabled"]:
            packs["enabled"].append(name)
            changes.append(f"{name} is now in packs.enabled")
        elif "enabled" not in packs and changes:
            changes.append("packs.enabled is not set, so that every pack that is not disabled is offered")
        said.append("; ".join(changes) or f"{name} was enabled already, nothing is changed")
    return tuple(said)


def disable_packs(table: Table, names: Iterable[str]) -> tuple[str, ...]:
    """Has a config file not offer packs: out of `packs.enabled`, or, where there is no such list, in `packs.disabled`.

    Args:
        table: The whole file, which is changed.
        names: Namespaces.

    Returns:
        What was done, a sentence for each name.
    """
    said = []
    for name in names:
        packs = table.get("packs", {})
        if name in packs.get("enabled", ()):
            _without(packs, "enabled", name)
            said.append(f"{name} is no longer in packs.enabled")
        elif "enabled" in packs or name in packs.get("disabled", ()):
            said.append(f"{name} was disabled already, nothing is changed")
        else:
            packs = table.setdefault("packs", {})
            if "disabled" not in packs:
                put(packs, "disabled", [])
            packs["disabled"].append(name)
            said.append(f"{name} is now in packs.disabled (packs.enabled is not set, so that all others are offered)")
    return tuple(said)


def _without(packs: Table, key: str, name: str) -> None:
    names = packs[key]
    while name in names:
        names.remove(name)
