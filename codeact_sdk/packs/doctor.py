"""Looks at what is installed and configured, and says of each part how it is and what to do."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from codeact_sdk.behaviour.requirements import missing_setting
from codeact_sdk.errors import CodeActError, ConfigError, PluginError
from codeact_sdk.packs.choose import find_pack, name_faults
from codeact_sdk.packs.discovery import LoadedPack, Plugins
from codeact_sdk.packs.lock import Change
from codeact_sdk.packs.services import settings_of
from codeact_sdk.packs.settings import Config

DEFAULT_BUDGET_TOKENS = 10_000
"""What tools may take of a prompt before it is called too much, where `[prompt] budget_tokens` is not set."""

_VERBOSE = "; codeact packs doctor --verbose shows the traceback"
_MAX_CHANGES = 3
"""Differences from the lock that are told in one line."""

State = Literal[
    "ok",
    "disabled",
    "broken",
    "other version",
    "collision",
    "wrong alias",
    "missing secret",
    "missing setting",
    "wrong settings",
    "over budget",
    "wrong config",
    "lock",
]
"""How a part is; all but the first two are problems."""

_OF_KIND: Mapping[str, State] = {
    "broken": "broken",
    "version": "other version",
    "collision": "collision",
    "alias": "wrong alias",
}


@dataclass(frozen=True)
class Finding:
    """How one part is."""

    state: State
    subject: str
    """A pack, a plugin or a file."""
    detail: str
    """What is the matter."""
    action: str = ""
    """What to do, in one line; empty where there is nothing to do."""
    distribution: str = ""
    """Where it came from, with its version; empty for what is no plugin."""
    traceback: str = ""
    """Where loading raised."""

    @property
    def is_problem(self) -> bool:
        """Whether something is to be done."""
        return self.state not in ("ok", "disabled")


def enabled_packs(plugins: Plugins, config: Config) -> tuple[tuple[LoadedPack, ...], tuple[Finding, ...]]:
    """The packs that are offered, and what is wrong with names in the config.

    Args:
        plugins: What is installed.
        config: What the integrator set.
    """
    place = f"{config.place('packs', 'enabled')}: packs.enabled"
    names = config.packs.enabled
    if names is None:
        names = tuple(loaded.namespace for loaded in plugins.packs)
    found: list[LoadedPack] = []
    faults = name_faults(plugins, config)
    for name in names:
        try:
            found += [find_pack(plugins, name, place)] if name not in config.packs.disabled else []
        except PluginError:
            pass  # it has its finding among the broken ones
        except ConfigError as error:
            faults.append(str(error))
    return tuple(dict.fromkeys(found)), tuple(_config_finding(fault) for fault in faults)


def config_findings(error: CodeActError) -> tuple[Finding, ...]:
    """What is wrong with a config that could not be read, a finding for each fault.

    Args:
        error: What reading it raised.
    """
    return tuple(_config_finding(line) for line in str(error).splitlines())


def examine_packs(
    plugins: Plugins,
    config: Config,
    enabled: Iterable[LoadedPack],
    *,
    costs: Mapping[str, int],
    has_secret: Callable[[LoadedPack, str], bool],
    ways: Callable[[str], str],
) -> Iterator[Finding]:
    """Looks at each installed pack and plugin.

    Args:
        plugins: What is installed.
        config: What the integrator set.
        enabled: The packs that are offered.
        costs: About how many tokens of the prompt the tools of each enabled pack take, by namespace.
        has_secret: Whether a secret of a pack has a value.
        ways: Every way to set a secret, in words.
    """
    offered = {loaded.namespace for loaded in enabled}
    for loaded in plugins.packs:
        if loaded.namespace not in offered:
            action = f"to offer it: codeact packs enable {loaded.namespace}"
            yield Finding("disabled", loaded.namespace, "it is installed and not offered", action, loaded.origin)
            continue
        problems = [
            *_secret_findings(loaded, has_secret, ways),
            *_settings_findings(loaded, config),
        ]
        yield from problems
        if not problems:
            tokens = costs.get(loaded.namespace, 0)
            tools = len(loaded.pack.tools)
            detail = f"{tools} tool{'' if tools == 1 else 's'}, about {tokens:,} tokens of the prompt"
            yield Finding("ok", loaded.namespace, detail, distribution=loaded.origin)
    yield from _other_plugins(plugins)
    for error in plugins.broken:
        yield _broken(error, config)


def budget_finding(config: Config, costs: Mapping[str, int], *, total: int) -> Finding | None:
    """Says whether the tools take more of the prompt than they may; None where they do not.

    Args:
        config: What the integrator set.
        costs: As for `examine_packs`.
        total: What all of them take together.
    """
    budget = config.prompt.budget_tokens
    if total <= (budget or DEFAULT_BUDGET_TOKENS):
        return None
    each = ", ".join(f"{name} {cost:,}" for name, cost in sorted(costs.items(), key=lambda item: (-item[1], item[0])))
    largest = max(costs, key=lambda name: (costs[name], name), default="NAME")
    if budget is None:
        limit = f"more than {DEFAULT_BUDGET_TOKENS:,}, and no budget is set"
        action = f"set budget_tokens under [prompt] in {config.where}, or: codeact packs disable {largest}"
    else:
        limit = (
            f"{config.place('prompt', 'budget_tokens')} allows {budget:,}, so that some are shown in brief or by name"
        )
        action = f"raise budget_tokens, or: codeact packs disable {largest}"
    return Finding("over budget", "prompt", f"the tools take about {total:,} tokens ({each}); {limit}", action)


def lock_finding(path: str, changes: Iterable[Change] | None, *, error: CodeActError | None = None) -> Finding:
    """Says how the lock file is.

    Args:
        path: The file.
        changes: What differs from it; None where there is no such file.
        error: What reading it raised.
    """
    if error is not None:
        return Finding("lock", path, str(error), "codeact packs lock")
    if changes is None:
        action = "to be told of each change: codeact packs lock"
        return Finding("ok", path, "there is no lock file, so that packs may change unseen", action)
    changes = tuple(changes)
    if not changes:
        return Finding("ok", path, "the enabled packs are as they were accepted")
    more = f"; and {len(changes) - _MAX_CHANGES} more" if len(changes) > _MAX_CHANGES else ""
    told = "; ".join(str(change) for change in changes[:_MAX_CHANGES]) + more
    action = "see all with codeact packs lock --check; accept them with codeact packs lock"
    return Finding("lock", path, f"the enabled packs are not as they were accepted: {told}", action)


def _other_plugins(plugins: Plugins) -> Iterator[Finding]:
    """What plugins offer besides packs: models, modules, and hooks that see every call or run."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for offer in plugins.offers:
        if offer.kind != "namespace":
            kinds = found.setdefault((offer.source.name, offer.source.origin), {})
            kinds.setdefault(offer.kind, []).append(offer.name)
    named = {"model scheme": "models", "module": "modules"}  # the others have no names of their own
    for (name, origin), kinds in found.items():
        told = [f"{named[kind]} {', '.join(names)}" if kind in named else kind for kind, names in kinds.items()]
        yield Finding("ok", name, f"a plugin with {'; '.join(told)}", distribution=origin)


def _config_finding(text: str) -> Finding:
    return Finding("wrong config", "config", text, "correct it there; codeact run refuses to start until then")


def _secret_findings(
    loaded: LoadedPack, has_secret: Callable[[LoadedPack, str], bool], ways: Callable[[str], str]
) -> Iterator[Finding]:
    for name in loaded.pack.secrets:
        if not has_secret(loaded, name):
            detail = f"the secret {name} has no value"
            yield Finding("missing secret", loaded.namespace, detail, ways(name), loaded.origin)


def _settings_findings(loaded: LoadedPack, config: Config) -> Iterator[Finding]:
    place = config.place("settings", loaded.namespace)
    try:
        settings = settings_of(loaded.pack, loaded.namespace, config.settings.get(loaded.namespace, {}), place)
    except ConfigError as error:
        action = f"correct [settings.{loaded.namespace}] in {place}"
        yield Finding("wrong settings", loaded.namespace, str(error), action, loaded.origin)
    except Exception as error:  # noqa: BLE001  # a model of settings may run any code of the pack
        detail = f"reading its settings raised {type(error).__name__}: {error}"
        trace = "".join(traceback.format_exception(error))
        action = f"look at [settings.{loaded.namespace}] in {place}, or tell its author{_VERBOSE}"
        yield Finding("broken", loaded.namespace, detail, action, loaded.origin, trace)
    else:
        yield from _required_settings(loaded, settings, place)


def _required_settings(loaded: LoadedPack, settings: object, place: str) -> Iterator[Finding]:
    needing: dict[str, list[str]] = {}
    for tool in loaded.pack.tools:
        for name in tool.behaviour.requires:
            if key := missing_setting(name, settings):
                needing.setdefault(key, []).append(tool.name)
    for key, tools in needing.items():
        detail = f"the setting {key} has no value, and without it {', '.join(tools)} cannot be called"
        action = f"set {key} in [settings.{loaded.namespace}] in {place}"
        yield Finding("missing setting", loaded.namespace, detail, action, loaded.origin)


def _broken(error: PluginError, config: Config) -> Finding:
    name = error.distribution.partition(" ")[0]
    match error.kind:
        case "version":
            action = f"pip install --upgrade {name}"
        case "collision":
            action = f"uninstall one, such as: pip uninstall {name}; or write into {config.where} what stands above"
        case "alias":
            action = f"correct [packs.aliases] in {config.place('packs', 'aliases')}"
        case _:
            trace = _VERBOSE if error.traceback else ""
            action = f"pip install --upgrade --force-reinstall {name}, or tell its author{trace}"
    return Finding(_OF_KIND[error.kind], error.plugin, error.reason, action, error.distribution, error.traceback)
