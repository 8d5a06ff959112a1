"""Which distributions declare plugins, and whether they were built for this version of the SDK."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import importlib_metadata
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from codeact_sdk.errors import PluginError
from codeact_sdk.packs.hookspecs import PROJECT

FaultKind = Literal["broken", "version", "collision", "alias"]
"""What is the matter with a plugin: see `PluginError`."""

SDK = "codeact-sdk"
"""Name of our own distribution."""


@dataclass(frozen=True)
class Source:
    """One entry point of one distribution."""

    name: str
    """Name of the entry point."""
    value: str
    """What it points to, such as `acme_orders:pack`."""
    distribution: str
    version: str
    requires: tuple[str, ...] = ()
    """What the distribution depends on, as its metadata says it."""

    @property
    def origin(self) -> str:
        """The distribution with its version."""
        return f"{self.distribution} {self.version}"

    @property
    def is_builtin(self) -> bool:
        """Whether it is part of the SDK itself."""
        return canonicalize_name(self.distribution) == SDK

    def error(self, reason: str, *, traceback: str = "", kind: FaultKind = "broken") -> PluginError:
        """Makes the error that says why this plugin is not used."""
        return PluginError(self.name, reason, distribution=self.origin, traceback=traceback, kind=kind)


def find_sources(path: Sequence[str] | None = None) -> tuple[list[Source], list[PluginError]]:
    """Reads the metadata of installed distributions; imports nothing.

    Args:
        path: Folders to look in, in place of `sys.path`.

    Returns:
        The plugins in a stable order, those of the SDK first; and those whose metadata cannot be read.
    """
    found = importlib_metadata.distributions() if path is None else importlib_metadata.distributions(path=list(path))
    sources: dict[str, list[Source]] = {}
    broken: list[PluginError] = []
    for distribution in found:
        try:
            if entries := _read(distribution):
                # The first on the path is the one that gets imported.
                sources.setdefault(canonicalize_name(entries[0].distribution), entries)
        except PluginError as error:
            broken.append(error)
    everything = [source for entries in sources.values() for source in entries]
    return sorted(everything, key=lambda source: (not source.is_builtin, source.distribution, source.name)), broken


def _read(distribution: importlib_metadata.IDistribution) -> list[Source]:
    try:
        entries = [entry for entry in distribution.entry_points if entry.group == PROJECT]
    except Exception as error:  # any distribution on the machine may be damaged
        if PROJECT not in _entry_points_text(distribution):
            return []
        raise PluginError(
            "entry_points.txt",
            f"it cannot be read ({error}): reinstall the distribution",
            distribution=_name(distribution),
        ) from error
    if not entries:
        return []
    name = _name(distribution)
    if not name:
        raise PluginError(
            entries[0].name,
            f"its distribution has no readable METADATA, so {entries[0].value!r} is not loaded: reinstall it",
        )
    requires = tuple(distribution.requires or ())
    return [Source(entry.name, entry.value, name, distribution.version or "", requires) for entry in entries]


def _entry_points_text(distribution: importlib_metadata.IDistribution) -> str:
    try:
        return distribution.read_text("entry_points.txt") or ""
    except Exception:  # noqa: BLE001 - what cannot be read is not known to be ours
        return ""


def _name(distribution: importlib_metadata.IDistribution) -> str:
    try:
        return distribution.name or ""
    except Exception:  # noqa: BLE001 - METADATA may be missing after an interrupted install
        return ""


def sdk_version() -> str | None:
    """Version of the SDK that is installed; None where it runs from a folder that nothing installed."""
    try:
        return importlib_metadata.version(SDK)
    except importlib_metadata.PackageNotFoundError:
        return None


def version_fault(requires: Iterable[str], *, installed: str | None, distribution: str) -> str | None:
    """Says why a distribution is for another version of the SDK; None where it is for this one.

    Args:
        requires: Its dependencies.
        installed: Version of the SDK; None where it is unknown, and then nothing is wrong.
        distribution: Its name, for the message.
    """
    for requirement in sdk_requirements(requires):
        if fault := range_fault(str(requirement.specifier), installed=installed, distribution=distribution):
            return fault
    return None


def sdk_requirements(requires: Iterable[str]) -> Iterator[Requirement]:
    """Yields those dependencies that are the SDK itself, and hold without an extra.

    Args:
        requires: As the metadata of a distribution says them.
    """
    for text in requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # pip's to report; it says nothing about the SDK
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and canonicalize_name(requirement.name) == SDK:
            yield requirement


def range_fault(wanted: str, *, installed: str | None, distribution: str) -> str | None:
    """Says why a version range excludes the installed SDK; None where it does not."""
    versions = SpecifierSet(wanted)
    if installed is None or versions.contains(installed, prereleases=True):
        return None
    wanted = ",".join(sorted(map(str, versions), reverse=True))  # the lower bound first, as people write it
    return (
        f"it is built for {SDK} {wanted}, and {installed} is installed: "
        f"install a version of {distribution} made for {installed}, or {SDK} {wanted}"
    )
