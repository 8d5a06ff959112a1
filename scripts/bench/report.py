"""The figures as a table for a terminal, as Markdown for docs/performance.md, and as JSON. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.limits import GIVE_UP_S
from bench.rows import BY_KEY, Row

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
"""Between them stands what `make bench-docs` writes."""

MET, MISSED = "✓", "✗"
_NOTHING = "-"
_TENS, _HUNDREDS = 10, 100
_SMALL = 0.095
"""Below this a figure has three decimals."""


@dataclass
class Column:
    """What was found of one engine in one Python."""

    label: str
    own: bool = False
    """Whether goals apply."""
    python: str = ""
    version: str = ""
    figures: dict[str, float] = field(default_factory=dict)
    """By the key of the row."""


@dataclass
class Report:
    """One run of everything that was asked for."""

    machine: str
    date: str
    columns: list[Column]
    rows: list[str]
    """Keys."""
    notes: list[str] = field(default_factory=list)
    """What was not measured, and why."""
    wrong: list[str] = field(default_factory=list)
    """What came out wrong, which no figure makes good."""
    quick: bool = False

    def to_json(self) -> dict[str, Any]:
        """Gives plain data, with the title and the goal of each row."""
        return {**asdict(self), "rows": [asdict(BY_KEY[key]) for key in self.rows]}


def from_json(data: Mapping[str, Any]) -> Report:
    """Reads what `Report.to_json` gave; rows that this version does not have are left out."""
    columns = [Column(**column) for column in data["columns"]]
    rows = [row["key"] for row in data["rows"] if row["key"] in BY_KEY]
    return Report(**{**data, "columns": columns, "rows": rows})


def number(value: float) -> str:
    """Writes a figure with about three digits."""
    if value < _SMALL:
        return f"{value:.3f}"
    if value < _TENS:
        return f"{value:.2f}"
    if value < _HUNDREDS:
        return f"{value:.1f}"
    return f"{value:,.0f}"


def cell(row: Row, column: Column) -> str:
    """Writes one figure, with a mark where it has a goal to reach."""
    value = column.figures.get(row.key)
    if value is None:
        return _NOTHING
    runs_on = row.duty == "limits" and row.unit == "s" and value >= GIVE_UP_S
    text = f">{GIVE_UP_S:g}" if runs_on else number(value)
    met = row.met(value) if column.own else None
    return text if met is None else f"{text} {MET if met else MISSED}"


def goal(row: Row) -> str:
    """Writes the goal of a row; nothing where there is none."""
    if row.goal is None:
        return ""
    return f"{'≥' if row.at_least else '≤'} {row.goal:g}"


def cells(report: Report) -> list[list[str]]:
    """Gives the whole table as text, the heading first; rows that nobody has are left out."""
    table = [["", "goal", *(column.label for column in report.columns)]]
    for row in (BY_KEY[key] for key in report.rows):
        figures = [cell(row, column) for column in report.columns]
        if any(figure != _NOTHING for figure in figures):
            title = f"{row.title}, {row.unit}" if row.unit else row.title
            table.append([title, goal(row), *figures])
    return table


def met_and_missed(report: Report) -> tuple[int, list[str]]:
    """Counts the goals that every own column reaches, and names the rows that one does not."""
    met, missed = 0, []
    for row in (BY_KEY[key] for key in report.rows):
        results = [
            row.met(column.figures[row.key]) for column in report.columns if column.own and row.key in column.figures
        ]
        if not results or None in results:
            continue
        if all(results):
            met += 1
        else:
            missed.append(row.key)
    return met, missed


def as_text(report: Report) -> str:
    """Writes the table with aligned columns, then the goals and the notes."""
    table = cells(report)
    widths = [max(len(line[n]) for line in table) for n in range(len(table[0]))]
    lines = [
        "  ".join(
            [line[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in table
    ]
    met, missed = met_and_missed(report)
    closing = f"goals: {met} met, {len(missed)} missed{': ' if missed else ''}{', '.join(missed)}"
    return "\n".join([*_heading(report), "", *lines, "", closing, *_remarks(report)])


def as_markdown(report: Report) -> str:
    """Writes the table as a part of a page."""
    heading, *lines = [f"| {' | '.join(text.replace('|', '/') for text in line)} |" for line in cells(report)]
    rule = f"|---|{'---:|' * (1 + len(report.columns))}"
    remarks = [f"- {remark}" for remark in _remarks(report)]
    return "\n".join([" ".join(_heading(report)), "", heading, rule, *lines, *([""] if remarks else []), *remarks])


def _heading(report: Report) -> list[str]:
    versions = ", ".join(
        dict.fromkeys(f"{column.label} {column.version}" for column in report.columns if column.version)
    )
    pythons = ", ".join(dict.fromkeys(column.python for column in report.columns if column.python))
    quick = " A quick run: figures mean nothing." if report.quick else ""
    return [f"{report.date}, {report.machine}, CPython {pythons}; {versions}.{quick}"]


def _remarks(report: Report) -> Iterable[str]:
    return [*(f"wrong result: {text}" for text in report.wrong), *report.notes]


def put_between_marks(page: str, text: str) -> str:
    """Puts a text between the marks of a page.

    Raises:
        ValueError: The page does not have both marks, once and in order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs a line {BEGIN} and, after it, a line {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def shown_columns(columns: Sequence[Column]) -> list[Column]:
    """Leaves out columns in which nothing was measured."""
    return [column for column in columns if column.figures]
