"""What a pack may do once it is enabled: what its tools change, which secrets they read, which hosts they reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codeact_sdk.observations import Effect
from codeact_sdk.packs.discovery import LoadedPack

EFFECTS: dict[Effect, str] = {"read": "reads", "write": "writes", "destructive": "destroys"}
"""Each effect as a verb, the mildest first."""


@dataclass(frozen=True)
class Permissions:
    """What one pack may do."""

    namespace: str
    origin: str
    """The distribution with its version."""
    purpose: str
    tools: tuple[tuple[Effect, tuple[str, ...]], ...]
    """Names of its tools by effect, the mildest first; effects that no tool has are left out."""
    secrets: tuple[str, ...]
    """Secrets that its tools may read."""
    hosts: tuple[str, ...] | None
    """Hosts that its tools may reach over `ctx.http`; None where the pack does not say, so that it may be any."""
    settings: tuple[str, ...]
    """Keys that may be set under `[settings.NAMESPACE]`; those that must be are marked."""


def permissions_of(loaded: LoadedPack) -> Permissions:
    """Reads what a pack may do.

    Args:
        loaded: An installed pack.
    """
    pack = loaded.pack
    by_effect = ((effect, tuple(tool.name for tool in pack.tools if tool.effect == effect)) for effect in EFFECTS)
    fields = {} if pack.settings is None else pack.settings.model_fields
    return Permissions(
        namespace=loaded.namespace,
        origin=loaded.origin,
        purpose=pack.purpose,
        tools=tuple((effect, names) for effect, names in by_effect if names),
        secrets=pack.secrets,
        hosts=pack.hosts,
        settings=tuple(
            (field.alias or name) + (" (must be set)" if field.is_required() else "") for name, field in fields.items()
        ),
    )


def permission_lines(permissions: Permissions) -> Iterator[str]:
    """Writes permissions for a person, one subject to a line.

    Args:
        permissions: Of one pack.
    """
    yield f"{permissions.namespace} ({permissions.origin}): {permissions.purpose}"
    for effect, names in permissions.tools:
        yield f"  {EFFECTS[effect]}: {len(names)} tool{'' if len(names) == 1 else 's'}: {', '.join(names)}"
    yield f"  secrets it may read: {', '.join(permissions.secrets) or 'none'}"
    if permissions.hosts is None:
        yield "  hosts it may reach: any, the pack does not name them"
    else:
        yield f"  hosts it may reach: {', '.join(permissions.hosts) or 'none'}"
    if permissions.settings:
        yield f"  settings, under [settings.{permissions.namespace}]: {', '.join(permissions.settings)}"
