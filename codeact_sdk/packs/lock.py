"""What the enabled packs offer, written down, and what differs from what was written down before; nothing here does I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from codeact_sdk.observations import Effect
from codeact_sdk.packs.discovery import LoadedPack, Plugins
from codeact_sdk.tools.docs import clean_doc
from codeact_sdk.tools.fields import class_fields, kind_of, own_doc
from codeact_sdk.tools.text import literal
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import ToolGroup, Toolset
from codeact_sdk.tools.types import class_name, collect_types, type_text

LOCK_VERSION: Literal[1] = 1
"""Of the form of the file."""

_SHOWN_HASH = 8
"""Characters of a hash that are enough to see that two differ."""
_ORDER: tuple[Effect, ...] = ("read", "write", "destructive")


class LockedTool(BaseModel):
    """What one tool was when it was accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    signature: str
    effect: Effect
    docs: str
    """Hash of all that is said about it: docstring, parameters, examples."""
    types: str = ""
    """Hash of the classes in its signature, with their fields; empty where there are none."""


class LockedPack(BaseModel):
    """What one pack was when it was accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    distribution: str
    version: str
    purpose: str
    secrets: tuple[str, ...] = ()
    """Sorted."""
    hosts: tuple[str, ...] | None = None
    """Sorted; None where the pack does not name them."""
    tools: dict[str, LockedTool]

    @property
    def origin(self) -> str:
        """The distribution with its version."""
        return f"{self.distribution} {self.version}"


class Lock(BaseModel):
    """What the enabled packs were when they were accepted, by namespace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = LOCK_VERSION
    packs: dict[str, LockedPack] = {}

    def only(self, namespaces: Iterable[str]) -> Lock:
        """The part of it that is about some packs."""
        wanted = set(namespaces)
        return Lock(packs={name: pack for name, pack in self.packs.items() if name in wanted})


@dataclass(frozen=True)
class Change:
    """One difference."""

    kind: Literal["added", "removed", "changed"]
    subject: str
    """A pack or a tool: `acme`, `acme.orders`."""
    field: str = ""
    """What of it changed; empty where all of it came or went."""
    before: str = ""
    after: str = ""
    is_risk: bool = False
    """Whether more can happen than was accepted."""

    def __str__(self) -> str:
        if self.kind == "added":
            text = f"+ {self.subject}: {self.after}"
        elif self.kind == "removed":
            text = f"- {self.subject}: {self.before}"
        else:
            text = (
                f"~ {self.subject}: {self.field}: {self.before} => {self.after}"  # signatures have arrows of their own
            )
        return f"{text}  (risk)" if self.is_risk else text


def lock_of(toolset: Toolset, plugins: Plugins) -> Lock:
    """Writes down what the packs of a toolset offer; tools and packs that were given directly are the caller's own.

    Args:
        toolset: What is offered.
        plugins: What is installed.
    """
    found = ((group, plugins.pack(name)) for name, group in sorted(toolset.groups.items()))
    return Lock(packs={group.namespace: _pack(group, loaded) for group, loaded in found if loaded is not None})


def diff(old: Lock, new: Lock) -> tuple[Change, ...]:
    """Says what differs, in the order of names.

    Args:
        old: What was accepted.
        new: What is there now.
    """
    changes: list[Change] = []
    for name in sorted({*old.packs, *new.packs}):
        before, after = old.packs.get(name), new.packs.get(name)
        if before is None and after is not None:
            changes.append(Change("added", name, after=_summary(after), is_risk=True))
        elif after is None and before is not None:
            changes.append(Change("removed", name, before=_summary(before)))
        elif before is not None and after is not None:
            changes += _pack_changes(name, before, after)
    return tuple(changes)


def _pack_changes(name: str, old: LockedPack, new: LockedPack) -> Iterator[Change]:
    if old.distribution != new.distribution:
        yield Change("changed", name, "distribution", old.distribution, new.distribution, is_risk=True)
    for field in ("version", "purpose"):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Change("changed", name, field, before, after)
    if old.secrets != new.secrets:
        more = not set(new.secrets) <= set(old.secrets)
        yield Change("changed", name, "secrets", _names(old.secrets), _names(new.secrets), is_risk=more)
    if old.hosts != new.hosts:
        more = old.hosts is not None and (new.hosts is None or not set(new.hosts) <= set(old.hosts))
        yield Change("changed", name, "hosts", _hosts(old.hosts), _hosts(new.hosts), is_risk=more)
    for tool in sorted({*old.tools, *new.tools}):
        yield from _tool_changes(f"{name}.{tool}", old.tools.get(tool), new.tools.get(tool))


def _tool_changes(name: str, old: LockedTool | None, new: LockedTool | None) -> Iterator[Change]:
    if old is None or new is None:
        if new is not None:
            yield Change("added", name, after=f"{new.effect}, {new.signature}", is_risk=new.effect != "read")
        elif old is not None:
            yield Change("removed", name, before=f"{old.effect}, {old.signature}")
        return
    if old.effect != new.effect:
        more = _ORDER.index(new.effect) > _ORDER.index(old.effect)
        yield Change("changed", name, "effect", old.effect, new.effect, is_risk=more)
    if old.signature != new.signature:
        yield Change("changed", name, "signature", old.signature, new.signature)
    for field in ("docs", "types"):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Change("changed", name, field, _short(before) or "none", _short(after) or "none")


def _summary(pack: LockedPack) -> str:
    tools = ", ".join(f"{name} ({tool.effect})" for name, tool in sorted(pack.tools.items()))
    told = (
        f"pack from {pack.origin} with the tools {tools}; secrets: {_names(pack.secrets)}; hosts: {_hosts(pack.hosts)}"
    )
    return told if tools else told.replace(" with the tools ", " without tools")


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _hosts(hosts: tuple[str, ...] | None) -> str:
    return "any" if hosts is None else _names(hosts)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_HASH else f"{text[:_SHOWN_HASH]}..."


def _pack(group: ToolGroup, loaded: LoadedPack) -> LockedPack:
    return LockedPack(
        distribution=loaded.distribution,
        version=loaded.version,
        purpose=_plain(group.purpose),
        secrets=tuple(sorted(loaded.pack.secrets)),
        hosts=None if loaded.pack.hosts is None else tuple(sorted(loaded.pack.hosts)),
        tools={_plain(tool.name): _tool(tool) for tool in sorted(group.tools, key=lambda tool: tool.name)},
    )


def _tool(tool: Tool) -> LockedTool:
    classes = collect_types(tool.annotations)
    docs = [
        tool.docstring,
        {parameter.name: tool.parameter_doc(parameter) for parameter in tool.parameters},
        list(tool.behaviour.examples),
        tool.behaviour.deprecated,
    ]
    return LockedTool(
        signature=_plain(tool.signature_text()),
        effect=tool.effect,
        docs=_hash(docs),
        types=_hash([_class(cls) for cls in classes]) if classes else "",
    )


def _class(cls: type) -> list[object]:
    members: list[object] = [
        [field.name, type_text(field.annotation), field.default, field.description] for field in class_fields(cls)
    ]
    if issubclass(cls, Enum):
        members = [[member.name, literal(member.value) or "..."] for member in cls]
    return [class_name(cls), kind_of(cls), clean_doc(own_doc(cls)), members]


def _hash(data: object) -> str:
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()


def _plain(text: str) -> str:
    """Text that a file can hold: lone surrogates as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
