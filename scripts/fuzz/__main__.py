"""`python -m fuzz`, with `scripts` on the path: `make fuzz`."""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
import time
from pathlib import Path

from fuzz.driver import Plan, confirm, judge_again, run
from fuzz.findings import from_file
from fuzz.suite import ROOT
from fuzz.targets import TARGETS


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; 1 where something was found."""
    options = _parser().parse_args(arguments)
    if options.again is not None:
        return _again(options.again, options.python)
    chosen = tuple(options.target or TARGETS)
    plan = Plan(chosen, options.minutes, options.jobs, options.seed, options.python, options.folder)
    findings = run(plan)
    confirm(findings, python=plan.python)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = round((used.ru_utime + used.ru_stime) / 60, 1)
    told = {"seed": plan.seed, "minutes": plan.minutes, "jobs": plan.jobs, "cpu_minutes": cpu, **findings.to_json()}
    (plan.folder / "report.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(
        f"seed {plan.seed}, {plan.jobs} x {plan.minutes:g} min ({cpu:g} min of CPU), {platform.platform()}, {plan.python}"
    )
    print(findings.as_text())
    return int(any(findings.alone.get(name) is not False for name in findings.seen))


def _again(path: Path, python: Path) -> int:
    finding = from_file(path)
    shown = judge_again(finding.target, finding.program, python=python)
    for kind, place, detail in shown:
        print(f"{kind}: {place}\n{detail}")
    return int(bool(shown))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fuzz", description="Looks for programs that do what must never happen.")
    add = parser.add_argument
    add("--target", action="append", choices=TARGETS, help="one of the targets; all in turn where left out")
    add("--minutes", type=float, default=5, help="how long each job runs")
    add("--jobs", type=int, default=2, help="workers at a time")
    add("--seed", default=time.strftime("%Y%m%d"), help="another seed makes other programs")
    add("--python", type=Path, default=Path(sys.executable), help="who runs the programs")
    add("--folder", type=Path, default=ROOT / "build" / "fuzz", help="where findings are kept")
    add("--again", type=Path, metavar="FILE.json", help="judge one kept finding again, alone, and nothing else")
    return parser


if __name__ == "__main__":
    sys.exit(main())
