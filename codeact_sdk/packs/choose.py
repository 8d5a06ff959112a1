"""Which of the installed packs a run is offered."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from codeact_sdk.errors import ConfigError, PluginError
from codeact_sdk.packs.discovery import LoadedPack, Plugins
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.secrets import DeclaredSecrets, Secrets, SecretSources, find_sources
from codeact_sdk.packs.services import PackServices
from codeact_sdk.packs.settings import Config
from codeact_sdk.tools.faults import Faults
from codeact_sdk.tools.redaction import Redactor
from codeact_sdk.tools.toolset import ToolGroup


def choose_packs(
    plugins: Plugins,
    wanted: Sequence[str | ToolPack] | None,
    config: Config,
    *,
    environ: Mapping[str, str] | None = None,
    faults: Faults | None = None,
) -> tuple[ToolGroup, ...]:
    """Makes the groups of tools that a run sees, each with its secrets, settings and clients.

    Args:
        plugins: What is installed.
        wanted: Namespaces and packs, exactly these; None for what the config says: `packs.enabled`, or everything
            that is installed, without `packs.disabled`.
        config: What the integrator set.
        environ: Where secrets are looked up; the environment of this process where this is left out.
        faults: Is told of what goes wrong in a pack and is contained.

    Raises:
        PluginError: A pack that was asked for by name is broken; the reason is its own.
        ConfigError: A name is unknown, is given twice, or a setting is wrong.
    """
    sources = secret_sources(None, os.environ if environ is None else environ, config)
    return open_packs(plugins, wanted, config, sources=sources, faults=faults)[0]


def secret_sources(secrets: Secrets | None, environ: Mapping[str, str], config: Config) -> SecretSources:
    """Where the secrets of a session are looked up.

    Args:
        secrets: What the caller gives.
        environ: The environment.
        config: Says where else.
    """
    folder = config.path.parent if config.path is not None else Path.cwd()
    return find_sources(secrets, environ, config.secrets, folder=folder)


def open_packs(
    plugins: Plugins,
    wanted: Sequence[str | ToolPack] | None,
    config: Config,
    *,
    sources: SecretSources,
    faults: Faults | None = None,
) -> tuple[tuple[ToolGroup, ...], Redactor | None]:
    """Does what `choose_packs` does, with what takes the values of secrets out of what is seen; None where no pack has secrets.

    Args:
        plugins: As there.
        wanted: As there.
        config: As there.
        sources: Where secrets are looked up.
        faults: As there.
    """
    if isinstance(wanted, str):
        raise ConfigError(f"packs is one string: write a list, packs=[{wanted!r}]")
    _check_names(plugins, wanted, config)
    chosen = [*_once(_by_config(plugins, config) if wanted is None else [_resolve(plugins, item) for item in wanted])]
    redactor = Redactor() if any(loaded.pack.secrets for loaded in chosen) else None
    groups = tuple(_group(loaded, config, faults, sources, redactor) for loaded in chosen)
    return groups, redactor


def _by_config(plugins: Plugins, config: Config) -> list[LoadedPack]:
    enabled = config.packs.enabled
    if enabled is None:
        enabled = tuple(loaded.namespace for loaded in plugins.packs)
    return [
        find_pack(plugins, name, f"{config.place('packs', 'enabled')}: packs.enabled")
        for name in enabled
        if name not in config.packs.disabled
    ]


def _resolve(plugins: Plugins, item: str | ToolPack) -> LoadedPack:
    if isinstance(item, str):
        return find_pack(plugins, item, "packs")
    if not isinstance(item, ToolPack):
        raise ConfigError(f"packs: {item!r} is neither the namespace of an installed pack nor a ToolPack")
    installed = next((loaded for loaded in plugins.packs if loaded.pack is item), None)
    return installed or LoadedPack(item, item.namespace, "", "", "")


def find_pack(plugins: Plugins, name: str, where: str) -> LoadedPack:
    """Finds an installed pack by its namespace.

    Args:
        plugins: What is installed.
        name: The namespace.
        where: What asks for it, for messages.

    Raises:
        PluginError: It is broken.
        ConfigError: Nothing answers to the name.
    """
    loaded = plugins.pack(name)
    if loaded is not None:
        return loaded
    fault = plugins.fault(name)
    if fault is not None:
        raise PluginError(
            fault.plugin, fault.reason, distribution=fault.distribution, traceback=fault.traceback, kind=fault.kind
        )
    raise ConfigError(f"{where}: {_unknown(plugins, name)}")


def _unknown(plugins: Plugins, name: str, also: Iterable[str] = ()) -> str:
    for loaded in plugins.packs:
        if name == loaded.distribution:
            return f"{name!r} is a distribution: its pack is called {loaded.namespace!r}"
    installed = sorted({loaded.namespace for loaded in plugins.packs} | set(also))
    near = difflib.get_close_matches(name, installed, n=1)
    if near:
        return f"there is no pack {name!r}: did you mean {near[0]!r}?"
    if not installed:
        return f"there is no pack {name!r}, and no pack is installed: install one with pip"
    return f"there is no pack {name!r}: installed are {', '.join(installed)}"


def _check_names(plugins: Plugins, wanted: Sequence[str | ToolPack] | None, config: Config) -> None:
    """Refuses names in the config that nothing answers to; a broken pack still answers to its own."""
    if wanted is not None and not any(isinstance(item, str) for item in wanted):
        return  # the config is about what is installed, and nothing that is installed was asked for
    given = {item.namespace for item in wanted or () if isinstance(item, ToolPack)}
    problems = name_faults(plugins, config, given=given)
    if problems:
        raise ConfigError("\n".join(problems))


def name_faults(plugins: Plugins, config: Config, *, given: Iterable[str] = ()) -> list[str]:
    """Says which names of packs in `packs.disabled` and `settings` nothing answers to.

    Args:
        plugins: What is installed.
        config: What the integrator set.
        given: Namespaces that are known besides.
    """
    known = set(given)
    named = [("packs.disabled", config.place("packs", "disabled"), name) for name in config.packs.disabled]
    named += [("settings", config.place("settings", name), name) for name in config.settings]
    return [
        f"{place}: {key}: {_unknown(plugins, name, known)}"
        for key, place, name in named
        if name not in known and plugins.pack(name) is None and plugins.fault(name) is None
    ]


def _once(chosen: Iterable[LoadedPack]) -> Iterable[LoadedPack]:
    """Drops what is asked for twice, and refuses two packs of one name."""
    seen: dict[str, LoadedPack] = {}
    for loaded in chosen:
        other = seen.setdefault(loaded.namespace, loaded)
        if other.pack is not loaded.pack:
            raise ConfigError(
                f"packs: two packs are called {loaded.namespace!r}, from {_origin(other)} and {_origin(loaded)}: "
                "leave one out, or give one another namespace"
            )
    return seen.values()


def _origin(loaded: LoadedPack) -> str:
    return loaded.origin if loaded.distribution else "a ToolPack given directly"


def _group(
    loaded: LoadedPack, config: Config, faults: Faults | None, sources: SecretSources, redactor: Redactor | None
) -> ToolGroup:
    origin = loaded.origin if loaded.distribution else ""
    secrets: Mapping[str, str] = {}
    if redactor is not None and loaded.pack.secrets:
        declared = DeclaredSecrets(loaded.pack.secrets, sources, redactor)
        declared.learn()
        secrets = declared
    services = PackServices(
        loaded.pack,
        environ=secrets,
        settings=config.settings.get(loaded.namespace),
        namespace=loaded.namespace,
        source=config.place("settings", loaded.namespace),
        faults=faults,
        distribution=origin,
        redactor=redactor,
    )
    return loaded.pack.group(loaded.namespace, distribution=origin, services=services)
