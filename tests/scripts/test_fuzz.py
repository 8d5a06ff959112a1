"""`make fuzz`: what it makes can be made again, what it finds is kept, and a worker that dies is seen."""

import ast
import json
import random
import sys
from pathlib import Path

import pytest

from fuzz import endless
from fuzz.__main__ import main
from fuzz.driver import Plan, confirm, judge_again, run
from fuzz.findings import Finding, Findings, from_file
from fuzz.mutations import mutated, spliced
from fuzz.targets import TARGETS, target


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_makes_the_same_of_the_same_seed(name) -> None:
    """A seed is enough to have a program again, and what becomes of it is one of the known endings."""
    judged = target(name)
    try:
        programs = [judged.make(random.Random("seed")) for _ in range(2)]
        verdict = judged.judge(programs[0])
    finally:
        judged.close()
    assert programs[0] == programs[1]
    assert verdict.ending in ("refused", "ran", "errors", "limits")


def test_an_unknown_target_is_told() -> None:
    """The names that there are stand in the message."""
    with pytest.raises(ValueError, match="there are texts, differences, escapes, limits"):
        target("nothing")


def test_every_endless_program_is_python() -> None:
    """A program that does not compile tries nothing, however it is wrapped."""
    for engine in endless.ENGINES.values():
        compile(engine, "engine", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
    rng = random.Random(1)
    for shield in endless.SHIELDS:
        for name in rng.sample(list(endless.ENGINES), 5):
            text = endless.within(endless.SHIELDS[shield], endless.ENGINES[name])
            compile(text, shield, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)


def test_mutations_change_and_splices_parse() -> None:
    """Spliced programs are programs still, mutated ones are texts."""
    corpus = ["x = 1\nprint(x + 2)\n", "def f(a, *b):\n    return [a for a in b if a]\nf(1, 2)\n"]
    rng = random.Random(3)
    texts = [mutated(rng, corpus) for _ in range(50)]
    assert len(set(texts)) > 40
    spliced_texts = [spliced(rng, *corpus) for _ in range(50)]
    assert len(set(spliced_texts)) > 10


def test_findings_are_told_apart_by_their_place(tmp_path: Path) -> None:
    """The first program of a place is kept, the others are counted."""
    findings = Findings(tmp_path)
    first = Finding("texts", "crash", "here", "texts:1:1", "print('\ud800')\r\n", "detail")
    assert [findings.add(found) for found in (first, first, Finding("texts", "crash", "there", "s", "2"))] == [
        True,
        False,
        True,
    ]
    findings.count("texts", {"ran": 2, "refused": 1})
    assert from_file(tmp_path / f"{first.name}.json") == first
    assert findings.to_json()["targets"] == {
        "texts": {"programs": 3, "refused": 1, "ran": 2, "errors": 0, "limits": 0, "findings": 2}
    }
    assert f"{first.name} (2 times, seed texts:1:1): here" in findings.as_text()


@pytest.mark.slow
def test_a_short_run_counts_its_programs(tmp_path: Path, capsys) -> None:
    """The command runs each job and writes what it found."""
    arguments = ["--target", "texts", "--minutes", "0.1", "--jobs", "1", "--seed", "test", "--folder", str(tmp_path)]
    assert main(arguments) == 0, capsys.readouterr().out
    told = json.loads((tmp_path / "report.json").read_text())
    assert told["targets"]["texts"]["programs"] > 20
    assert "| texts |" in capsys.readouterr().out


@pytest.mark.slow
def test_a_worker_that_cannot_start_is_a_finding(tmp_path: Path) -> None:
    """Whatever ends a worker is kept, also where it had no program yet."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    findings = run(Plan(("texts",), 0.05, 1, "test", broken, tmp_path / "found"))
    assert [found.kind for found in findings.seen.values()] == ["crash"]


@pytest.mark.slow
def test_a_program_is_judged_again_alone() -> None:
    """A limit that holds shows nothing."""
    assert judge_again("limits", "# seconds: while\nwhile True: pass", python=Path(sys.executable)) == []


@pytest.mark.slow
def test_what_was_late_is_judged_again_alone(tmp_path: Path) -> None:
    """On a busy machine a limit may seem not to hold."""
    findings = Findings(tmp_path)
    late = Finding("limits", "late", "ends too late: while", "limits:1:1", "# seconds: while\nwhile True: pass")
    findings.add(late)
    findings.add(Finding("texts", "crash", "here", "texts:1:1", "1"))
    confirm(findings, python=Path(sys.executable))
    assert findings.alone == {late.name: False}
    assert "not when alone" in findings.as_text()
