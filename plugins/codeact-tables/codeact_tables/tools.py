"""The pack `tables`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from codeact_sdk import ToolContext, ToolError, ToolPack
from codeact_sdk.packs import Image, TypeRule
from codeact_tables.charts import Kind, draw
from codeact_tables.conditions import read_condition
from codeact_tables.faults import explained
from codeact_tables.places import read_file, write_file
from codeact_tables.reading import check_rows, read_frame, write_frame
from codeact_tables.settings import TablesSettings
from codeact_tables.table import Table, column, render_table

How = Literal["sum", "mean", "median", "min", "max", "count", "unique", "first", "last", "std"]
Join = Literal["inner", "left", "full", "semi", "anti"]


class ColumnInfo(BaseModel):
    """What is known of a column."""

    name: str
    type: str
    """Such as Int64, Float64, String, Date."""
    nulls: int
    distinct: int | None = None
    min: Any = None
    """Of numbers and dates, as the three below."""
    max: Any = None
    mean: Any = None
    median: Any = None


pack = ToolPack(
    "tables",
    "CSV, Parquet and Excel files as tables: load, filter, join, aggregate, chart. Tables stay outside; print one to look at it.",
    settings=TablesSettings,
    hosts=[],
    types={Table: TypeRule(render=render_table)},
)


@pack.tool
def load(
    path: str, *, sheet: str | None = None, separator: str | None = None, encoding: str = "utf-8", ctx: ToolContext
) -> Table:
    """Loads a .csv, .tsv, .parquet, .xlsx, .xls or .ods file; the first row of text files and sheets holds the names.

    Args:
        path: Relative to the root, such as "sales/2024.csv".
        sheet: Of a workbook; its first one where this is left out.
        separator: Of a text file; found by itself where this is left out.
        encoding: Of a text file, such as "cp1252".
    """
    data = read_file(path, ctx.settings)
    return Table(read_frame(path, data, ctx.settings, sheet=sheet, separator=separator, encoding=encoding))


@pack.tool
def from_rows(rows: list[dict[str, Any]], *, ctx: ToolContext) -> Table:
    """Makes a table of dicts, such as results of other tools.

    Args:
        rows: With the same keys; one that is missing becomes null.
    """
    import polars as pl  # noqa: PLC0415  # takes long to import

    check_rows(len(rows), ctx.settings, "there are")
    with explained("from_rows"):
        return Table(pl.from_dicts(rows, infer_schema_length=None) if rows else pl.DataFrame())


@pack.tool
def describe(table: Table) -> list[ColumnInfo]:
    """Describes the columns.

    Args:
        table: Any table.
    """
    return [_described(table, name) for name in table.columns]


def _described(table: Table, name: str) -> ColumnInfo:
    found = table.frame[name]
    info = ColumnInfo(name=name, type=str(found.dtype), nulls=found.null_count())
    if not found.dtype.is_nested():
        info.distinct = found.n_unique()
    if found.dtype.is_numeric() or found.dtype.is_temporal():
        info.min, info.max, info.mean, info.median = found.min(), found.max(), found.mean(), found.median()
    return info


@pack.tool(name="filter")
def filter_rows(table: Table, where: str, *, values: dict[str, Any] | None = None) -> Table:
    """Keeps the rows for which a condition holds.

    Args:
        table: Any table.
        where: Python over columns, such as 'total > 100 and city in ["Graz", "Linz"]'; col("Unit price") for other names;
            also lower(x), contains(x, "part"), startswith, endswith, length, year, month, day, date("2024-12-31"), x is None.
        values: What names in the condition stand for that are no columns.
    """
    condition = _over(table, where, values)
    with explained(f"filter {where!r}"):
        return Table(table.frame.filter(condition))


@pack.tool
def compute(table: Table, name: str, expression: str, *, values: dict[str, Any] | None = None) -> Table:
    """Adds or replaces a column.

    Args:
        table: Any table.
        name: Of the column.
        expression: As in filter, such as 'price * amount' or 'year(day)'.
        values: As in filter.
    """
    made = _over(table, expression, values)
    with explained(f"compute {expression!r}"):
        return Table(table.frame.with_columns(made.alias(name)))


def _over(table: Table, text: str, values: dict[str, Any] | None) -> Any:
    with explained(repr(text)):
        return read_condition(text, table, values)


@pack.tool
def select(table: Table, columns: list[str] | dict[str, str]) -> Table:
    """Keeps columns, in this order.

    Args:
        table: Any table.
        columns: Names; or a dict of names to new names.
    """
    table.need(columns)
    with explained("select"):
        frame = table.frame.select(map(column, columns))
        return Table(frame.rename(columns) if isinstance(columns, dict) else frame)


@pack.tool
def sort(table: Table, by: str | list[str], *, descending: bool = False) -> Table:
    """Sorts rows; nulls come last.

    Args:
        table: Any table.
        by: Columns.
        descending: Largest first.
    """
    names = _names(table, by)
    with explained("sort"):
        return Table(
            table.frame.sort(list(map(column, names)), descending=descending, nulls_last=True, maintain_order=True)
        )


@pack.tool
def join(
    left: Table, right: Table, on: str | list[str] | dict[str, str], *, how: Join = "inner", ctx: ToolContext
) -> Table:
    """Joins two tables; columns of the right one whose names are taken end in "_right".

    Args:
        left: One table.
        right: The other.
        on: Columns of the same name, or a dict of left names to right names.
        how: "left" keeps all rows of the left table, "full" all of both, "semi" and "anti" filter the left one by the right.
    """
    pairs = on if isinstance(on, dict) else {name: name for name in ([on] if isinstance(on, str) else on)}
    if not pairs:
        raise ToolError("join: on is empty: name at least one column")
    left.need(pairs)
    right.need(pairs.values())
    with explained("join"):
        if how in ("inner", "left", "full"):
            check_rows(_matches(left, right, pairs), ctx.settings, "the join would have")
        made = left.frame.join(
            right.frame, left_on=list(map(column, pairs)), right_on=list(map(column, pairs.values())), how=how
        )
    check_rows(made.height, ctx.settings, "the join has")
    return Table(made)


def _matches(left: Table, right: Table, pairs: dict[str, str]) -> int:
    """Rows of the inner join: a key that is in both tables a thousand times makes a million."""
    import polars as pl  # noqa: PLC0415  # as above

    one = left.frame.group_by(list(map(column, pairs))).agg(pl.len().alias("@left"))
    other = right.frame.group_by(list(map(column, pairs.values()))).agg(pl.len().alias("@right"))
    both = one.join(other, left_on=list(map(column, pairs)), right_on=list(map(column, pairs.values())), how="inner")
    product = both.select((pl.col("@left").cast(pl.Int64) * pl.col("@right").cast(pl.Int64)).sum())
    return int(product.item() or 0)


@pack.tool
def aggregate(table: Table, *, by: str | list[str] | None = None, values: dict[str, How]) -> Table:
    """Groups rows and sums up columns; a column named "total" by "sum" becomes "total_sum".

    Args:
        table: Any table.
        by: Columns to group by; without them, one row for the whole table.
        values: Columns with how each is summed up; "count" counts values that are not null, "unique" distinct ones.
    """
    import polars as pl  # noqa: PLC0415  # as above

    names = [] if by is None else _names(table, by)
    table.need(values)
    makers = {"unique": "n_unique"}
    made = [getattr(column(name), makers.get(how, how))().alias(f"{name}_{how}") for name, how in values.items()]
    made.append(pl.len().alias("rows"))
    with explained("aggregate"):
        if not names:
            return Table(table.frame.select(made))
        return Table(table.frame.group_by(list(map(column, names)), maintain_order=True).agg(made))


@pack.tool
def rows(table: Table, *, limit: int | None = None, offset: int = 0, ctx: ToolContext) -> list[dict[str, Any]]:
    """Gives rows as dicts, to go on with in code.

    Args:
        table: Any table.
        limit: At most this many; without it, all.
        offset: How many to pass over.
    """
    if offset < 0 or (limit is not None and limit < 0):
        raise ToolError(f"offset={offset} and limit={limit} count rows: give 0 or more")
    wanted = table.frame.slice(offset, limit)
    if wanted.height > ctx.settings.max_rows:
        raise ToolError(
            f"{wanted.height:,} rows are too many for one call; {ctx.settings.max_rows:,} is the limit (max_rows): "
            "filter or aggregate first, or take them in parts with limit= and offset="
        )
    return wanted.to_dicts()


@pack.tool
def chart(table: Table, kind: Kind, x: str, *, y: str | list[str] | None = None, title: str = "") -> Image:
    """Draws a chart, one row a point or a bar: aggregate and sort first.

    Args:
        table: Any table.
        kind: What is drawn.
        x: Column along the axis; of "hist", the one whose values are counted.
        y: Columns of numbers; not for "hist".
        title: What stands above it.
    """
    return draw(table, kind, x, [] if y is None else [y] if isinstance(y, str) else y, title)


@pack.tool(effect="write")
def save(table: Table, path: str, *, replace: bool = False, ctx: ToolContext) -> str:
    """Saves a table as .csv, .tsv or .parquet, and gives back its path.

    Args:
        table: Any table.
        path: Relative to the root.
        replace: Whether a file that is there is replaced.
    """
    write_file(path, write_frame(path, table.frame), ctx.settings, replace=replace)
    return path


def _names(table: Table, names: str | list[str]) -> list[str]:
    found = [names] if isinstance(names, str) else list(names)
    table.need(found)
    return found
