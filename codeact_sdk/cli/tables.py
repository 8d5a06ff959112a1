"""Lists: a table on a terminal, lines with tabs in a pipe."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codeact_sdk.cli.text import clean


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints rows of text.

    Args:
        columns: Their titles; the last column is cut where the space ends.
        rows: A text for each column.
    """
    console = Console()
    cells = [[clean(text).replace("\n", " ").replace("\t", " ") for text in row] for row in rows]
    if not console.is_terminal:
        for row in cells:
            click.echo("\t".join(row))
        return
    if not cells:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for position, title in enumerate(columns):
        last = position == len(columns) - 1
        widest = max(cell_len(row[position]) for row in cells)
        table.add_column(Text(title, "dim"), no_wrap=True, overflow="ellipsis", min_width=0 if last else widest)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
