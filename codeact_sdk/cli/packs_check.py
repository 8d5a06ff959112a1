"""`codeact packs check`: what is wrong with a pack, where, why, and what to write instead."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

import click
from rich.console import Console
from rich.text import Text

from codeact_sdk.cli.options import json_option
from codeact_sdk.cli.text import clean, clean_json, count
from codeact_sdk.errors import ConfigError
from codeact_sdk.packcheck.check import MAX_TOOL_TOKENS, Cost, check_pack, costs_of
from codeact_sdk.packcheck.findings import RULES, Finding
from codeact_sdk.packcheck.targets import find_targets

_STYLES = {"error": "red", "warning": "yellow"}


@click.command()
@click.argument("target", required=False, metavar="[DIST|PATH|NAMESPACE]")
@click.option("--select", metavar="CODES", help="Only these rules: codes or beginnings of codes, such as CP1,CP401.")
@click.option("--ignore", metavar="CODES", help="Not these rules.")
@click.option(
    "--max-tokens",
    type=click.IntRange(min=1),
    default=MAX_TOOL_TOKENS,
    show_default=True,
    help="What one tool may cost in the prompt.",
)
@click.option("--run-writes", is_flag=True, help="Let examples call tools that change something.")
@json_option
def check(
    *, target: str | None, select: str | None, ignore: str | None, max_tokens: int, run_writes: bool, as_json: bool
) -> None:
    """Check packs: every installed one, or one by its name, folder or file.

    A folder has a pyproject.toml with the pack's entry point, a file has a ToolPack. Examples in docstrings are run.
    Exits with 1 where something is found, with 2 for wrong use.
    """
    chosen = [code for code in RULES if _is_chosen(code, _codes(select), _codes(ignore))]
    findings: list[Finding] = []
    costs: list[Cost] = []
    try:
        with find_targets(target) as targets:
            names = [subject.namespace for subject in targets.subjects]
            findings += targets.broken
            for subject in targets.subjects:
                findings += check_pack(subject, max_tokens=max_tokens, run_writes=run_writes)
                costs += costs_of(subject)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    findings = [finding for finding in findings if finding.code in chosen]
    if as_json:
        data = {
            "packs": names,
            "findings": [asdict(finding) for finding in findings],
            "costs": [cost._asdict() for cost in costs],
        }
        click.echo(clean_json(json.dumps(data, ensure_ascii=False, indent=2)))
    else:
        _print(findings)
        click.echo(_summary(names, findings, costs), err=True)
    sys.exit(1 if findings else 0)


def _print(findings: Iterable[Finding]) -> None:
    console = Console(soft_wrap=True)
    for finding in findings:
        place = f"{finding.place}: " if str(finding.place) else ""
        text = Text(clean(place), "bold")
        text.append(f"{finding.code} {finding.severity}", _STYLES[finding.severity])
        text.append(clean(f" {finding.subject}: {finding.reason}"), "default")
        console.print(text)
        console.print(Text(clean(f"  -> {finding.fix}"), "dim"))


def _summary(names: list[str], findings: list[Finding], costs: list[Cost]) -> str:
    checked = f"{count(len(names), 'pack')} ({', '.join(names) or 'none'}), {count(len(costs), 'tool')}, about "
    checked += count(sum(cost.tokens for cost in costs), "token")
    if not findings:
        return f"no findings in {checked}"
    errors = sum(finding.severity == "error" for finding in findings)
    return f"{count(errors, 'error')} and {count(len(findings) - errors, 'warning')} in {checked}"


def _codes(text: str | None) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for code in (text or "").split(",") if code.strip())
    for code in codes:
        if not any(rule.startswith(code) for rule in RULES):
            raise click.UsageError(f"there is no rule {code}; there are {', '.join(RULES)}")
    return codes


def _is_chosen(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    return (not select or code.startswith(select)) and not (ignore and code.startswith(ignore))
