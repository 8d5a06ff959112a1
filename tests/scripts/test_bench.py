"""`make bench`: what it runs is right, and what it writes can be read. No figure is asserted."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bench.engines import EVERYTHING, OWN, open_exec
from bench.peers import PEERS, REQUIREMENTS
from bench.report import (
    BEGIN,
    END,
    Column,
    Report,
    as_markdown,
    as_text,
    cell,
    from_json,
    met_and_missed,
    number,
    put_between_marks,
)
from bench.rows import BY_KEY, ROWS, chosen
from bench.timing import alternate, is_steady, quantile
from bench.workloads import ACTION_TOOLS, WORKLOADS, action, load_rows

ROOT = Path(__file__).resolve().parents[2]


def report() -> Report:
    """A report of two engines and three rows."""
    own = Column("codeact-sdk", own=True, python="3.11.7", version="1.0")
    own.figures = {"throughput.mean": 1.02, "action.p50": 3.4, "limit.busy": 8.0}
    peer = Column(
        "other | engine", python="3.11.7", version="2.1", figures={"throughput.mean": 0.0123, "action.p50": 61.2}
    )
    rows = ["throughput.mean", "action.p50", "limit.busy", "call.us"]
    return Report("Linux, 2 cores", "2026-01-02", [own, peer], rows, notes=["third: not installed"])


def test_each_row_has_one_key_and_a_duty_that_is_there() -> None:
    """Keys are unique, and each duty is a module with `measure`."""
    assert len(BY_KEY) == len(ROWS)
    assert {row.duty for row in ROWS} == EVERYTHING
    assert all(callable(import_module(f"bench.{duty}").measure) for duty in EVERYTHING)


def test_each_peer_can_be_installed_and_has_known_duties() -> None:
    """What `make bench-peers` installs is what is measured."""
    assert set(PEERS) == set(REQUIREMENTS)
    assert all(peer.duties <= EVERYTHING for peer in PEERS.values())
    assert all(peer.limited is not None for peer in PEERS.values() if "limits" in peer.duties)
    assert all(peer.render is not None for peer in PEERS.values() if "tool_scale" in peer.duties)


@pytest.mark.parametrize("name", WORKLOADS)
def test_each_text_prints_under_our_policy_what_exec_prints(name: str) -> None:
    """A small size of each text gives one line, the same in both."""
    code = WORKLOADS[name].at(0.01)
    expected = open_exec({"load_rows": load_rows}).run(code)
    session = OWN.open({"load_rows": load_rows})
    assert session.run(code) == expected
    assert expected.count("\n") == 1
    session.close()


def test_the_action_has_twelve_lines_and_a_new_text_each_time() -> None:
    """The typical action prints the same in both, whatever its number."""
    assert len(action(1).splitlines()) == 12
    assert action(1) != action(2)
    session = OWN.open(ACTION_TOOLS)
    assert session.run(action(1)) == open_exec(ACTION_TOOLS).run(action(2)) != ""
    session.close()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0042, "0.004"),
        (0.095, "0.10"),
        (0.5, "0.50"),
        (3.456, "3.46"),
        (45.67, "45.7"),
        (123.4, "123"),
        (12345.6, "12,346"),
    ],
)
def test_figures_have_about_three_digits(value: float, text: str) -> None:
    """Neither noise after the point nor lost digits before it."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("throughput.mean", 1.0, "1.00 ✓"),
        ("throughput.mean", 0.99, "0.99 ✗"),
        ("action.p50", 3.0, "3.00 ✓"),
        ("action.p50", 3.01, "3.01 ✗"),
        ("call.us", 3.0, "3.00"),
        ("limit.busy", 8.0, ">8 ✗"),
    ],
)
def test_a_figure_says_whether_it_reaches_its_goal(key: str, value: float, text: str) -> None:
    """Goals are "at least" or "at most", and rows without one have no mark."""
    assert cell(BY_KEY[key], Column("x", own=True, figures={key: value})) == text


def test_goals_are_ours_only() -> None:
    """A peer's figure has no mark, and what was not measured is a dash."""
    row = BY_KEY["action.p50"]
    assert cell(row, Column("peer", figures={"action.p50": 99.0})) == "99.0"
    assert cell(row, Column("peer")) == "-"


def test_the_text_has_aligned_columns_and_says_what_is_missed() -> None:
    """Each line of the table is equally long; rows that nobody has are left out."""
    text = as_text(report())
    lines = [line for line in text.splitlines() if "  " in line]
    assert len({len(line) for line in lines}) == 1
    assert len(lines) == 1 + 3
    assert "goals: 1 met, 2 missed: action.p50, limit.busy" in text
    assert "third: not installed" in text


def test_a_goal_is_met_where_every_python_meets_it() -> None:
    """One column that misses is enough to miss."""
    both = report()
    both.columns.append(Column("codeact-sdk on 3.13", own=True, figures={"throughput.mean": 0.9}))
    assert met_and_missed(both) == (0, ["throughput.mean", "action.p50", "limit.busy"])


def test_the_markdown_is_a_table_of_equally_many_cells() -> None:
    """A bar within a label does not make a cell."""
    lines = [line for line in as_markdown(report()).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {5}
    assert len(lines) == 2 + 3


def test_a_quick_run_says_that_its_figures_mean_nothing() -> None:
    """Nobody quotes a quick run by mistake."""
    quick = report()
    quick.quick = True
    assert "A quick run: figures mean nothing." in as_markdown(quick)


def test_a_report_survives_json() -> None:
    """What `make bench-docs` reads is what `make bench` wrote; rows that are gone are left out."""
    data = json.loads(json.dumps(report().to_json()))
    data["rows"].append({**data["rows"][0], "key": "gone.row"})
    assert from_json(data) == report()


def test_the_table_replaces_what_stands_between_the_marks() -> None:
    """The rest of the page stays, and a second time changes nothing."""
    page = f"# Page\n\n{BEGIN}\nold\n{END}\n\nThe rest.\n"
    once = put_between_marks(page, "new")
    assert once == f"# Page\n\n{BEGIN}\nnew\n{END}\n\nThe rest.\n"
    assert put_between_marks(once, "new") == once


@pytest.mark.parametrize("page", ["", BEGIN, END, f"{END}\n{BEGIN}"])
def test_a_page_without_marks_is_not_written(page: str) -> None:
    """A table never lands in an unknown place."""
    with pytest.raises(ValueError, match="the page needs a line"):
        put_between_marks(page, "new")


def test_the_performance_page_has_the_marks() -> None:
    """`make bench-docs` finds its place."""
    assert put_between_marks((ROOT / "docs" / "performance.md").read_text(encoding="utf-8"), "new")


def test_rows_are_chosen_by_key_duty_or_group() -> None:
    """`--only` takes the names that stand in the JSON, and says what there is."""
    assert [row.key for row in chosen(["action.p50"])] == ["action.p50"]
    assert {row.duty for row in chosen(["latency"])} == {"latency"}
    assert chosen(["action"]) == chosen(["latency"])
    assert chosen([]) == ROWS
    with pytest.raises(ValueError, match=r"no row is called 'nope': give a duty \(async_tools, "):
        chosen(["nope"])


def test_rounds_end_when_minima_are_steady() -> None:
    """At least as many as asked, at most as many as allowed."""
    assert is_steady([3.0, 2.0, 2.0])
    assert not is_steady([3.0, 2.0, 1.0])
    assert not is_steady([1.0])
    ticks = iter(range(1000))
    times = alternate({"a": lambda: None, "b": lambda: None}, least=3, most=9, clock=lambda: float(next(ticks)))
    assert times == {"a": [1.0] * 3, "b": [1.0] * 3}


def test_quantiles_are_values_that_were_measured() -> None:
    """The median of an odd number is its middle one, and the ends are the ends."""
    assert [quantile([5.0, 1.0, 3.0], share) for share in (0.0, 0.5, 1.0)] == [1.0, 3.0, 5.0]


@pytest.mark.slow
def test_two_rows_are_measured_from_end_to_end(tmp_path: Path) -> None:
    """The command prints a table of what was asked for, and writes it as JSON."""
    written = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--quick", "--no-peers", "--json", str(written)]
    done = subprocess.run(
        [*command, "--only", "action.p50", "--only", "start.import"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    data = json.loads(written.read_text(encoding="utf-8"))
    own = next(column for column in data["columns"] if column["own"])
    assert set(own["figures"]) == {"action.p50", "start.import"}
    assert "12-line action" in done.stdout
    assert data["wrong"] == []


def test_a_wrong_name_is_wrong_use() -> None:
    """A row that is not there ends with 2 and the names that are."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "nope"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "no row is called 'nope'" in done.stderr
