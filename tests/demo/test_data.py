"""The demo's data: made by a script, the same each time, with traps that bite."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from demo_answer import ANSWER, DATA, open_books

ROOT = Path(__file__).resolve().parents[2]

TRAPS = {
    "the old date format is left out": ("ELSE issued_on END AS day", "ELSE issued_on END AS unused, issued_on AS day"),
    "drafts are taken for agreements": ("AND a.signed", ""),
    "the first agreement is taken, not the last": ("a.first_day DESC", "a.first_day"),
    "discounts are not seen": ("coalesce(l.discount_pct, 0) / 100", "0"),
    "lines without a discount are lost": ("coalesce(l.discount_pct, 0)", "l.discount_pct"),
    "cancelled invoices count": ("'open', 'paid'", "'open', 'paid', 'cancelled'"),
    "lines that were too low are set off": (
        "WHERE l.unit_price * (1 - coalesce(l.discount_pct, 0) / 100) - p.price >= 0.005",
        "",
    ),
    "credits are not deducted": ("n.reason = 'price correction'", "0"),
    "every credit is deducted": ("n.reason = 'price correction'", "1"),
    "small amounts are paid": (">= 5\n", "> 0\n"),
}


@pytest.fixture(scope="module")
def books():
    """The shipped data as a database."""
    with open_books() as connection:
        yield connection


def test_the_answer_is_the_one_that_the_demo_is_measured_by(books):
    """The independent computation, kept as numbers so that a change of the data is seen."""
    answer = books.execute(ANSWER).fetchall()
    assert len(answer) == 10
    assert answer[0] == ("C-1037", "Hotel Östra", 363.01)
    assert sum(owed for *_, owed in answer) == pytest.approx(1865.53)


@pytest.mark.parametrize("trap", TRAPS)
def test_who_steps_into_a_trap_gets_another_answer(books, trap):
    """Each difficulty of the data matters."""
    right, wrong = TRAPS[trap]
    assert right in ANSWER
    assert books.execute(ANSWER.replace(right, wrong)).fetchall() != books.execute(ANSWER).fetchall()


def test_no_amount_hangs_on_a_rounding(books):
    """No line is near half a cent and no sum near the limit, so that every careful way agrees."""
    near = ANSWER.replace(">= 0.005", "BETWEEN 0.001 AND 0.009").replace(">= 5\n", "> -1e9\n")
    assert books.execute(near).fetchall() == []
    sums = books.execute(ANSWER.replace(">= 5\n", "BETWEEN 4.9 AND 5.1\n")).fetchall()
    assert sums == []


def test_the_database_is_of_the_size_that_was_promised(books):
    """A few thousand rows, and small enough to ship."""
    tables = [name for (name,) in books.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    rows = {name: books.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    assert rows["customers"] > 50
    assert 4_000 < sum(rows.values()) < 8_000
    assert (DATA / "roastery.db").stat().st_size < 600_000


@pytest.mark.slow
def test_the_script_makes_the_same_data_again(tmp_path):
    """The documents byte for byte, the database row for row."""
    subprocess.run([sys.executable, ROOT / "scripts" / "make_demo_data.py", tmp_path], check=True)
    for folder in (DATA, tmp_path):
        assert (folder / "documents").is_dir()
    assert papers(tmp_path) == papers(DATA)
    assert dump(tmp_path) == dump(DATA)


def papers(folder: Path) -> dict[str, bytes]:
    """Reads every document."""
    top = folder / "documents"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def dump(folder: Path) -> list[str]:
    """Writes the whole database as SQL."""
    with closing(sqlite3.connect(folder / "roastery.db")) as connection:
        return list(connection.iterdump())
