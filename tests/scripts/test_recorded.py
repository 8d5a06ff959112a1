"""`scripts/recorded.py`: what counts as the same, what is left out, and what is told of the rest."""

import json
from pathlib import Path

import pytest
from recorded import Counts, Difference, Program, Sides, compare, main, read, table, why_outside
from recorded_sides import as_text, without_addresses

OFFERED = frozenset({"math", "os.path", "collections", "collections.abc"})


@pytest.fixture(scope="module")
def sides():
    """Both processes, without tools."""
    both = Sides(tool=False)
    yield both
    both.close()


def counted(sides: Sides, *actions: str) -> Counts:
    """What comes of one program."""
    counts = Counts()
    compare(Program("made up", list(actions)), sides, counts)
    return counts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import math\nfrom os import path\nimport os.path", None),
        ("from __future__ import annotations", None),
        ("import numpy as np", "packages"),
        ("def f():\n    from os import environ", "module os"),
        ("import collections.abc, subprocess", "module subprocess"),
        ("text = open('x').read()", "files"),
        ("open = 3", None),
        ("sys.stdin.read()", "input()"),
        ("what is this", None),
    ],
)
def test_what_cannot_be_compared_is_left_out(text: str, reason: str | None) -> None:
    """Packages, files, and modules that are refused by design are seen in the text, before anything runs."""
    assert why_outside(text, OFFERED) == reason


def test_what_is_the_same_is_no_difference(sides: Sides) -> None:
    """Output, value and type of exception are compared; addresses, and messages of errors, are not."""
    counts = counted(
        sides,
        "class A: pass\nprint(A(), {'b', 'a'})\nx = {3: [1.5, None]}",
        "x, {2, 1}",
        "1 / 0",
        "def f(:",
        "import sys\nsys.exit(3)",
        "A()",
    )
    assert (counts.compared, counts.failed, counts.differences) == (6, 3, [])


def test_a_difference_is_told_and_ends_its_program(sides: Sides) -> None:
    """What follows in the same session may differ for the same reason, and is not counted."""
    counts = counted(sides, "x = 1", "print(id)", "x")
    assert counts.compared == 2
    assert [(each.number, each.what) for each in counts.differences] == [(1, "stdout")]
    assert "action 2: stdout" in counts.differences[0].as_text()
    assert counts.outside == {"follows a difference": 1}
    assert counts.share == 0.5


def test_chance_is_no_difference(sides: Sides) -> None:
    """A program that differs from run to run in CPython is left out; what is random and still always the same is compared."""
    assert counted(sides, "import random\nrandom.random()").outside == {"differs from run to run in CPython": 1}
    assert counted(sides, "import random\nrandom.seed(4)\nrandom.random()").compared == 1


def test_what_does_not_end_in_cpython_is_left_out(sides: Sides) -> None:
    """A program that ends its process, or would never end, tells nothing."""
    counts = counted(sides, "x = 1", "f = lambda: f()\nimport sys\nsys.setrecursionlimit(10**9)\nf()", "x")
    assert counts.compared == 1
    assert counts.outside == {"does not end in CPython": 2}


def test_the_table_has_every_source_and_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command reads each file of the folder, prints the counts, and keeps what differs where it is told to."""
    for name, action in {"one": "print(1)", "two": "print(id)"}.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": f"{name}/1", "actions": [action]}) + "\n")
    kept = tmp_path / "kept.json"
    assert list(read(tmp_path / "one.jsonl")) == [Program("one/1", ["print(1)"])]
    assert main([str(tmp_path), "--write", str(kept)]) == 1
    out = capsys.readouterr().out
    assert "| one | 1 | 1 | 1 | 0 | 0 | 100.00% |" in out
    assert "| all | 2 | 2 | 2 | 0 | 1 | 50.00% |" in out
    assert "two/1, action 1: stdout" in out
    assert json.loads(kept.read_text())["program"]["id"] == "two/1"


def test_a_table_of_nothing_is_whole() -> None:
    """A folder without programs has no differences."""
    assert table({}).endswith("| all | 0 | 0 | 0 | 0 | 0 | 100.00% |")


def test_values_are_compared_as_data() -> None:
    """Sets have one order; what is no data, or too long for a text, has none."""
    assert as_text({"b", "a"}) == "set('a', 'b')"
    assert as_text([1, (2.0,), {"k": None}]) == "list(1, tuple(2.0), dict('k': None))"
    assert as_text(print) is None
    assert as_text(10**5000) is None
    assert without_addresses("<A object at 0x7f0123456789>") == "<A object>"


def test_a_difference_names_its_place() -> None:
    """A person finds the program by its id."""
    told = Difference(Program("s/4", ["1"]), 0, "value", "1", "2").as_text()
    assert told == "s/4, action 1: value\n  CPython: '1'\n  action:  '2'"
