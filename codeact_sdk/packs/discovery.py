"""From installed distributions to the packs, models and modules that can be used, and the reasons for the rest."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from packaging.utils import canonicalize_name

from codeact_sdk.errors import PluginError
from codeact_sdk.events import Observer
from codeact_sdk.packs.around import CallHook
from codeact_sdk.packs.hookspecs import ModelFactory
from codeact_sdk.packs.pack import ToolPack, namespace_fault
from codeact_sdk.packs.plugin import Kind, Offer, load_source
from codeact_sdk.packs.sources import Source, find_sources
from codeact_sdk.tools.type_rules import PluginRule


@dataclass(frozen=True)
class LoadedPack:
    """A pack with where it came from."""

    pack: ToolPack
    namespace: str
    """What it is offered as: the pack's own namespace, or its alias."""
    distribution: str
    version: str
    entry_point: str

    @property
    def origin(self) -> str:
        """The distribution with its version."""
        return f"{self.distribution} {self.version}"


@dataclass(frozen=True)
class Plugins:
    """What the installed plugins offer, and why some of them offer nothing."""

    packs: tuple[LoadedPack, ...] = ()
    """By namespace, in alphabetical order."""
    models: Mapping[str, ModelFactory] = field(default_factory=dict)
    """Model factories by scheme."""
    modules: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Members that model code may import, by module."""
    call_hooks: tuple[CallHook, ...] = ()
    """Hooks around calls, in the order of the plugins."""
    types: Mapping[type, PluginRule] = field(default_factory=dict)
    """Rules for types whose values tools give and take."""
    observers: tuple[tuple[str, str, tuple[Callable[[], Observer | None], ...]], ...] = ()
    """What makes observers of runs, by plugin: its name, its distribution, the functions."""
    broken: tuple[PluginError, ...] = ()
    """Each plugin, or part of one, that is not used."""
    taken: Mapping[str, PluginError] = field(default_factory=dict)
    """Why a namespace that is installed is not offered."""
    offers: tuple[Offer, ...] = ()
    """All of it as it was offered, with where it came from."""

    def pack(self, namespace: str) -> LoadedPack | None:
        """Finds a pack by its namespace."""
        return next((pack for pack in self.packs if pack.namespace == namespace), None)

    def fault(self, name: str) -> PluginError | None:
        """Finds why something is not offered, by its namespace or the name of its entry point."""
        return self.taken.get(name) or next((error for error in self.broken if error.plugin == name), None)


def load_plugins(
    *, strict: bool = False, path: Sequence[str] | None = None, aliases: Mapping[str, str] | None = None
) -> Plugins:
    """Loads every installed plugin; one that cannot be used is kept in `broken` with its reason, and the rest work.

    Args:
        strict: Raise the first broken plugin's error instead; the others are added to it as notes.
        path: Folders to look in, in place of `sys.path`. They can be imported from while plugins load, not afterwards.
        aliases: Other namespaces for packs, by distribution: `{"codeact-acme": "shop"}`; where a distribution offers
            several packs, `{"codeact-acme:orders": "shop"}`.

    Raises:
        PluginError: With `strict`, where any plugin is broken.
    """
    sources, broken = find_sources(path)
    offers: list[Offer] = []
    with _importable(path or ()):
        for source in sources:
            try:
                offers += load_source(source)
            except PluginError as error:
                broken.append(error)
    offers, bad_aliases = _rename(offers, aliases or {})
    kept, taken = _without_collisions(offers)
    broken += [*_unknown_aliases(sources, aliases or {}), *bad_aliases, *(error for _, error in taken)]
    if strict and broken:
        for other in broken[1:]:
            broken[0].add_note(str(other))
        raise broken[0]
    return _plugins(kept, broken, taken)


def _plugins(kept: list[Offer], broken: list[PluginError], taken: list[tuple[Offer, PluginError]]) -> Plugins:
    packs = [
        LoadedPack(offer.value, offer.name, offer.source.distribution, offer.source.version, offer.source.name)
        for offer in kept
        if offer.kind == "namespace"
    ]
    return Plugins(
        packs=tuple(sorted(packs, key=lambda pack: pack.namespace)),
        models=_named("model scheme", kept),
        modules=_named("module", kept),
        call_hooks=tuple(_named("call hooks", kept).values()),
        types=MappingProxyType(dict(_named("type", kept).values())),
        observers=tuple(_named("observers", kept).values()),
        broken=tuple(broken),
        taken=MappingProxyType({offer.name: error for offer, error in taken if offer.kind == "namespace"}),
        offers=tuple(kept),
    )


def _named(kind: Kind, offers: list[Offer]) -> Mapping[str, Any]:
    return MappingProxyType({offer.name: offer.value for offer in offers if offer.kind == kind})


@contextmanager
def _importable(path: Sequence[str]) -> Iterator[None]:
    added = [folder for folder in path if folder not in sys.path]
    sys.path[:0] = added
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for folder in added:
            sys.path.remove(folder)


def _rename(offers: list[Offer], aliases: Mapping[str, str]) -> tuple[list[Offer], list[PluginError]]:
    wanted = {_alias_key(key): namespace for key, namespace in aliases.items()}
    renamed: list[Offer] = []
    errors: list[PluginError] = []
    for offer in offers:
        distribution = offer.source.distribution
        keys = (_alias_key(f"{distribution}:{offer.name}"), _alias_key(distribution))
        alias = next((wanted[key] for key in keys if key in wanted), None)
        if offer.kind != "namespace" or alias is None:
            renamed.append(offer)
        elif fault := namespace_fault(alias):
            errors.append(offer.source.error(f"its alias cannot be used: {fault}", kind="alias"))
        else:
            renamed.append(replace(offer, name=alias))
    return renamed, errors


def _unknown_aliases(sources: list[Source], aliases: Mapping[str, str]) -> list[PluginError]:
    installed = {canonicalize_name(source.distribution): source.distribution for source in sources}
    errors = []
    for key, namespace in aliases.items():
        distribution = canonicalize_name(key.partition(":")[0])
        if distribution not in installed:
            near = difflib.get_close_matches(distribution, installed, n=1) or sorted(installed)
            errors.append(
                PluginError(
                    key,
                    f"the alias {namespace!r} is for a distribution that offers no plugin here; "
                    f"{'nearest' if len(near) == 1 else 'those that do'}: {', '.join(near) or 'none'}",
                    kind="alias",
                )
            )
    return errors


def _alias_key(text: str) -> str:
    distribution, _, namespace = text.partition(":")
    return f"{canonicalize_name(distribution)}:{namespace}"


def _without_collisions(offers: list[Offer]) -> tuple[list[Offer], list[tuple[Offer, PluginError]]]:
    """Parts what has its name alone from what does not.

    Where two plugins claim one name, neither gets it: to take the first would let the order of installation decide
    which code runs. What the SDK itself offers stays, so that no plugin can replace or remove it.
    """
    claims: dict[tuple[Kind, str], list[Offer]] = defaultdict(list)
    for offer in offers:
        claims[offer.kind, offer.name].append(offer)
    kept: list[Offer] = []
    taken: list[tuple[Offer, PluginError]] = []
    for rivals in claims.values():
        builtin = [offer for offer in rivals if offer.source.is_builtin]
        winners = rivals if len(rivals) == 1 else builtin[:1]
        kept += winners
        taken += [
            (offer, _collision(offer, [other for other in rivals if other is not offer], offers))
            for offer in rivals
            if offer not in winners
        ]
    return kept, taken


def _collision(offer: Offer, others: list[Offer], offers: list[Offer]) -> PluginError:
    source = offer.source
    origins = " and ".join(f"{other.source.origin} (entry point {other.source.name!r})" for other in others)
    kept = any(other.source.is_builtin for other in others)
    outcome = "which keeps it" if kept else "so neither is offered"
    reason = f"the {offer.kind} {offer.name!r} of {source.origin} is also taken by {origins}, {outcome}"
    if all(other.source.distribution == source.distribution for other in others):
        return source.error(
            f"{reason}: one distribution offers the name twice; its author renames one", kind="collision"
        )
    if offer.kind != "namespace":
        return source.error(f"{reason}: uninstall one of them", kind="collision")
    packs = [
        other for other in offers if other.kind == "namespace" and other.source.distribution == source.distribution
    ]
    key = source.distribution if len(packs) == 1 else f"{source.distribution}:{offer.value.namespace}"
    return source.error(
        f"{reason}: uninstall one, or offer one under another namespace, in codeact.toml:\n"
        f'  [packs.aliases]\n  "{key}" = "{offer.name}_2"',
        kind="collision",
    )
