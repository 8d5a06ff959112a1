"""The pack under test: the one that the distribution around a test file declares."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codeact_sdk.errors import ConfigError, PluginError
from codeact_sdk.packs.hookspecs import PROJECT
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.plugin import load_source
from codeact_sdk.packs.sources import Source

_OTHERWISE = (
    'name it with @pytest.mark.codeact_pack("module:pack"), the ini option codeact_pack, or a fixture codeact_pack'
)


def find_pack(start: Path, *, wanted: str = "") -> ToolPack:
    """Finds the pack that the tests in a folder are about.

    Args:
        start: The folder.
        wanted: Which: `module:attribute`, or the namespace or entry point of one of several; any where it is empty.

    Raises:
        ConfigError: No distribution around it declares a pack, or it declares several.
        PluginError: The pack cannot be used.
    """
    if ":" in wanted:
        return _one(_packs([Source(wanted, wanted, "the tests", "")]), wanted, wanted)
    for folder in (start, *start.parents):
        project = _project(folder / "pyproject.toml")
        declared = project.get("entry-points", {}).get(PROJECT, {})
        if declared:
            requires = tuple(project.get("dependencies", ()))
            title, version = str(project.get("name", folder.name)), str(project.get("version", ""))
            sources = [Source(name, value, title, version, requires) for name, value in declared.items()]
            return _one(_loaded(sources, folder), wanted, str(folder / "pyproject.toml"))
    raise ConfigError(
        f"no pyproject.toml around {start} declares a pack under [project.entry-points.{PROJECT}]: {_OTHERWISE}"
    )


def _project(path: Path) -> Mapping[str, Any]:
    try:
        table: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    return table


def _loaded(sources: list[Source], folder: Path) -> dict[str, ToolPack]:
    try:
        return _packs(sources)
    except PluginError as error:
        error.add_note(f"is the distribution installed where the tests run? If not: pip install -e {folder}")
        raise


def _packs(sources: list[Source]) -> dict[str, ToolPack]:
    """By namespace and, where an entry point offers one pack, by its name."""
    found: dict[str, ToolPack] = {}
    for source in sources:
        packs = [offer.value for offer in load_source(source) if isinstance(offer.value, ToolPack)]
        found |= {pack.namespace: pack for pack in packs}
        if len(packs) == 1:
            found.setdefault(source.name, packs[0])
    return found


def _one(packs: Mapping[str, ToolPack], wanted: str, where: str) -> ToolPack:
    if wanted in packs:
        return packs[wanted]
    different = {id(pack): pack for pack in packs.values()}
    if len(different) == 1 and (not wanted or ":" in wanted):
        return next(iter(different.values()))
    names = ", ".join(sorted({pack.namespace for pack in different.values()})) or "none"
    what = f"declares no pack {wanted!r}" if wanted else f"declares {len(different)} packs"
    raise ConfigError(f"{where} {what} (packs: {names}): {_OTHERWISE}")
