"""Changes the policy and the guards in small ways, and tells which changes no test notices.

`make mutate` runs it. cosmic-ray makes the mutants, in a copy of the tree below `build/mutation`; a sample of them is tested,
as many as there is time for. The report names each survivor with its line; docs/decisions.md tells what the first run showed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutation"
MODULES = (
    "policy", "definitions", "operators", "ways", "displays", "scopes", "inference", "guards", "checked", "specials", "amounts"
)  # fmt: skip
TESTS = (
    "tests/interpreter/test_policy.py", "tests/interpreter/test_native.py", "tests/interpreter/test_grammar_tables.py",
    "tests/interpreter/test_guards.py", "tests/interpreter/test_numbers.py", "tests/language",
    "tests/interpreter/test_compiler.py", "tests/interpreter/test_modules.py", "tests/escapes",
)  # fmt: skip
"""What kills most, first."""
SLOW = (
    "tests/language/test_differential.py",
    "tests/escapes/test_reachability.py",
    "tests/escapes/test_error_texts.py",
)
"""Tests that look at the whole and take long: survivors get them, with `--again`."""
NEVER = ("tests/escapes/test_host_state.py",)
"""Tests of the clock, which on a busy machine kill by chance."""
LEFT_OUT = ("core/VariableReplacer", "core/VariableInserter", "core/ReplaceBinaryOperator_BitOr_")
"""Operators that mostly change annotations, or make code that cannot run."""
SEED = 2026
TIMEOUT_S = 120.0


def copy_tree() -> Path:
    """Copies what the tests need, and gives the place."""
    tree = WORK / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    for name in ("codeact_sdk", "tests", "plugins", "scripts", "docs"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def write_config(python: Path, modules: Sequence[str], *, slow: bool) -> Path:
    """Writes what cosmic-ray is to do."""
    ignored = [f"--ignore={name}" for name in (*NEVER, *(() if slow else SLOW))]
    command = [
        str(python), "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-m", "not slow",
        *ignored, *TESTS,
    ]  # fmt: skip
    config = WORK / "config.toml"
    places = [f"codeact_sdk/interpreter/{name}.py" for name in modules]
    config.write_text(
        "[cosmic-ray]\n"
        f"module-path = {json.dumps(places)}\n"
        f"timeout = {TIMEOUT_S}\n"
        "excluded-modules = []\n"
        f"test-command = {json.dumps(shlex.join(command))}\n"
        '[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )
    return config


def sample(session: Path, most: int, only: Path | None) -> tuple[int, int]:
    """Leaves a random sample of the mutants in the session: how many there were, and how many are left.

    Args:
        session: The database of cosmic-ray.
        most: How many to leave.
        only: The report of an earlier run, whose survivors are to be tested again and nothing else.
    """
    with sqlite3.connect(session) as database:
        rows = database.execute(
            "select job_id, module_path, operator_name, occurrence from mutation_specs order by 2, 3, 4"
        ).fetchall()
        every = [row for row in rows if not row[2].startswith(LEFT_OUT)]
        if only is None:
            chosen = random.Random(SEED).sample(every, min(most, len(every)))  # noqa: S311  # a sample, no secret
        else:
            again = {tuple(found["mutant"]) for found in json.loads(only.read_text(encoding="utf-8"))["survivors"]}
            chosen = [row for row in every if tuple(row[1:]) in again]
        kept = {row[0] for row in chosen}
        for table in ("mutation_specs", "work_items"):
            database.executemany(
                f"delete from {table} where job_id = ?",  # noqa: S608  # one of two names
                [(row[0],) for row in rows if row[0] not in kept],
            )
    return len(every), len(chosen)


def report(session: Path, total: int) -> dict[str, object]:
    """Sums up what was tested, with every survivor."""
    with sqlite3.connect(session) as database:
        rows = database.execute(
            "select m.module_path, m.operator_name, m.occurrence, m.start_pos_row, w.test_outcome, w.diff "
            "from mutation_specs m join work_results w on w.job_id = m.job_id order by 1, 4"
        ).fetchall()
    outcomes = Counter(row[4].lower() for row in rows)
    survivors = [
        {"mutant": list(row[:3]), "line": row[3], "diff": row[5]} for row in rows if row[4].lower() == "survived"
    ]
    modules = {
        name: dict(Counter(row[4].lower() for row in rows if row[0].endswith(f"/{name}.py"))) for name in MODULES
    }
    return {"mutants": total, "tested": len(rows), **outcomes, "modules": modules, "survivors": survivors}


def main(arguments: list[str] | None = None) -> None:
    """Makes the mutants, tests a sample and writes `build/mutation/report.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", type=Path, required=True, help="the command cosmic-ray")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="runs the tests")
    parser.add_argument("--most", type=int, default=400, help="mutants in the sample")
    parser.add_argument("--minutes", type=float, default=20.0, help="stop after this time")
    parser.add_argument("--again", type=Path, help="a report whose survivors are tested, and nothing else")
    parser.add_argument("--module", action="append", choices=MODULES, help="one of the modules; all where left out")
    given = parser.parse_args(arguments)
    WORK.mkdir(parents=True, exist_ok=True)
    tree, session = copy_tree(), WORK / "session.sqlite"
    config = write_config(given.python.absolute(), given.module or MODULES, slow=given.again is not None)
    session.unlink(missing_ok=True)
    tool = str(given.tool.absolute())
    subprocess.run([tool, "init", str(config), str(session)], cwd=tree, check=True)  # noqa: S603  # as given
    total, left = sample(session, given.most, given.again)
    print(f"{total} mutants, {left} in the sample")
    began = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [tree, *(tree / "plugins").iterdir()]))}
    subprocess.run([tool, "baseline", str(config)], cwd=tree, env=environment, check=True)  # noqa: S603  # as given
    running = subprocess.Popen([tool, "exec", str(config), str(session)], cwd=tree, env=environment)  # noqa: S603  # as given
    try:
        running.wait(given.minutes * 60)
    except subprocess.TimeoutExpired:
        running.terminate()
        running.wait()
    found = report(session, total)
    (WORK / "report.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(json.dumps({key: value for key, value in found.items() if key != "survivors"}, indent=1))
    for survivor in found["survivors"]:  # type: ignore[attr-defined]  # a list
        print(survivor["mutant"], survivor["line"], survivor["diff"], sep="\n")
    print(f"{time.monotonic() - began:.0f} s; build/mutation/report.json")


if __name__ == "__main__":
    main()
