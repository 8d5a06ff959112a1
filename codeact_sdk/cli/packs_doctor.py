"""`codeact packs doctor`: how each pack is, and what to do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from codeact_sdk.cli.options import config_option, json_option, read_config
from codeact_sdk.cli.text import clean, clean_json, count
from codeact_sdk.errors import CodeActError, ConfigError
from codeact_sdk.packs import doctor as examination
from codeact_sdk.packs.choose import secret_sources
from codeact_sdk.packs.discovery import LoadedPack, Plugins, load_plugins
from codeact_sdk.packs.doctor import Finding
from codeact_sdk.packs.lock import diff, lock_of
from codeact_sdk.packs.lockfile import lock_path, read_lock
from codeact_sdk.packs.secrets import SecretSources
from codeact_sdk.packs.settings import Config
from codeact_sdk.prompts.tokens import estimate_tokens
from codeact_sdk.prompts.tools import render_toolset
from codeact_sdk.tools.toolset import Toolset

_STYLES = {"ok": "green", "disabled": "dim"}


@click.command()
@click.option("--verbose", "-v", is_flag=True, help="Show the tracebacks of what is broken.")
@config_option
@json_option
def doctor(*, verbose: bool, config: Path | None, as_json: bool) -> None:
    """Say of each pack how it is and what to do.

    It looks at what is installed, at the config, at secrets and settings, at what the tools take of the prompt, and at the
    lock file. Exits with 1 where something is to be done.
    """
    findings = [*_examine(config)]
    problems = sum(finding.is_problem for finding in findings)
    if as_json:
        data = {"findings": [asdict(finding) for finding in findings], "problems": problems}
        click.echo(clean_json(json.dumps(data, ensure_ascii=False, indent=2)))
    else:
        console = Console(soft_wrap=True)
        for finding in findings:
            _print(console, finding, verbose=verbose)
        click.echo(count(problems, "problem") if problems else "no problems", err=True)
    sys.exit(1 if problems else 0)


def _examine(config: Path | None) -> Iterator[Finding]:
    try:
        settings, is_read = read_config(config), True
    except ConfigError as error:
        settings, is_read = Config(), False
        yield from examination.config_findings(error)
    plugins = load_plugins(aliases=settings.packs.aliases)
    enabled, faults = examination.enabled_packs(plugins, settings)
    yield from faults
    toolset = _toolset(enabled)
    costs = {loaded.namespace: _tokens(_toolset([loaded])) for loaded in enabled}
    yield from examination.examine_packs(
        plugins,
        settings,
        enabled,
        costs=costs,
        has_secret=partial(_has_secret, secret_sources(None, os.environ, settings)),
        ways=_ways_to_set,
    )
    over = examination.budget_finding(settings, costs, total=_tokens(toolset))
    if over is not None:
        yield over
    if is_read:  # without the config it is not known what is enabled
        yield _lock(settings, toolset, plugins)


def _toolset(enabled: tuple[LoadedPack, ...] | list[LoadedPack]) -> Toolset:
    return Toolset.of(
        (), groups=[loaded.pack.group(loaded.namespace, distribution=loaded.origin) for loaded in enabled]
    )


def _tokens(toolset: Toolset) -> int:
    return estimate_tokens(render_toolset(toolset))


def _has_secret(sources: SecretSources, _: LoadedPack, name: str) -> bool:
    try:
        return sources.get(name) is not None
    except ConfigError:  # a keyring that is locked: nobody can say
        return False


def _ways_to_set(name: str) -> str:
    return (
        f"set the environment variable {name} (export {name}=...), write {name}=... into the file .env, or keep it in the "
        f"system's keyring (secrets.keyring = true, then: keyring set codeact {name})"
    )


def _lock(settings: Config, toolset: Toolset, plugins: Plugins) -> Finding:
    path = lock_path(settings, Path.cwd())
    try:
        lock = read_lock(path)
    except CodeActError as error:
        return examination.lock_finding(str(path), None, error=error)
    return examination.lock_finding(str(path), None if lock is None else diff(lock, lock_of(toolset, plugins)))


def _print(console: Console, finding: Finding, *, verbose: bool) -> None:
    origin = f" ({finding.distribution})" if finding.distribution else ""
    text = Text(finding.state, _STYLES.get(finding.state, "red"))
    text.append(clean(f": {finding.subject}{origin}: {finding.detail}"), "default")
    console.print(text)
    if finding.action:
        console.print(Text(clean(f"  -> {finding.action}"), "yellow" if finding.is_problem else "dim"))
    if verbose and finding.traceback:
        console.print(Text(clean("\n".join(f"    {line}" for line in finding.traceback.splitlines())), "dim"))
