"""Charts as pictures: drawn by matplotlib's objects, without its global state and without a screen."""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from codeact_sdk import ToolError
from codeact_sdk.packs import Image
from codeact_tables.faults import explained
from codeact_tables.table import Table, column

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["line", "bar", "scatter", "hist"]

MAX_BARS = 60
"""Most bars that can be told apart."""

MAX_POINTS = 100_000
"""Most points of a line or a cloud."""

_BINS = 30
_INCHES = (8.0, 4.5)
_DPI = 100
_LABEL_CHARS = 24
_MANY_LABELS = 8

_ONE_AT_A_TIME = Lock()
"""Matplotlib is not made for several threads, and sessions run in threads."""


def draw(table: Table, kind: Kind, x: str, y: list[str], title: str) -> Image:
    """Draws a chart as a PNG.

    Raises:
        ToolError: The columns cannot be drawn so, or are too many.
    """
    with explained(f"a {kind} chart"):
        frame = _drawable(table, kind, x, y)
        with _ONE_AT_A_TIME:
            data = _drawn(frame, kind, x, y, title)
    return Image(data, alt=_alt(frame, kind, x, y, title))


def _drawn(frame: pl.DataFrame, kind: Kind, x: str, y: list[str], title: str) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  # takes long to import
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.grid(visible=True, axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    _plot(axes, frame, kind, x, y)
    axes.set_xlabel(_label(x))
    if title:
        axes.set_title(_label(title, 80))
    if len(y) == 1:
        axes.set_ylabel(_label(y[0]))
    elif y:
        axes.legend()
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _drawable(table: Table, kind: Kind, x: str, y: list[str]) -> pl.DataFrame:
    table.need([x, *y])
    if kind == "hist" and y:
        raise ToolError(f"a histogram counts the values of x={x!r}: leave y out")
    if kind != "hist" and not y:
        raise ToolError(f"a {kind} chart needs y: a column of numbers, or a list of them")
    frame = table.frame.select(map(column, dict.fromkeys([x, *y]))).drop_nulls()
    for name in y or [x]:
        if not frame[name].dtype.is_numeric():
            raise ToolError(
                f"{name!r} holds {frame[name].dtype}, and a {kind} chart draws numbers: choose a column of numbers"
            )
    if frame.height == 0:
        raise ToolError("there is nothing to draw: no row has a value in each of these columns")
    most = MAX_BARS if kind == "bar" else MAX_POINTS
    if kind != "hist" and frame.height > most:
        raise ToolError(
            f"{frame.height:,} rows are too many for a {kind} chart ({most:,} at most): aggregate or filter first"
        )
    is_ordered = frame[x].dtype.is_numeric() or frame[x].dtype.is_temporal()
    return frame.sort(column(x), maintain_order=True) if kind == "line" and is_ordered else frame


def _plot(axes: Any, frame: pl.DataFrame, kind: Kind, x: str, y: list[str]) -> None:
    values = frame[x].to_list()
    if kind == "hist":
        axes.hist([float(value) for value in values], bins=_BINS, edgecolor="white")
        axes.set_ylabel("rows")
        return
    if kind == "bar":
        _bars(axes, [_label(str(value)) for value in values], {name: _numbers(frame, name) for name in y})
        return
    if not (frame[x].dtype.is_numeric() or frame[x].dtype.is_temporal()):
        values = [_label(str(value)) for value in values]
    for name in y:
        if kind == "line":
            axes.plot(values, _numbers(frame, name), marker="o" if frame.height <= MAX_BARS else "", label=_label(name))
        else:
            axes.scatter(values, _numbers(frame, name), s=12, alpha=0.7, label=_label(name))
    _turn(axes, len(set(map(str, values))) if isinstance(values[0], str) else 0)


def _bars(axes: Any, labels: list[str], series: dict[str, list[float]]) -> None:
    width = 0.8 / len(series)
    for number, (name, numbers) in enumerate(series.items()):
        left = [place + number * width - 0.4 + width / 2 for place in range(len(labels))]
        axes.bar(left, numbers, width=width, label=_label(name))
    axes.set_xticks(range(len(labels)), labels)
    _turn(axes, len(labels))


def _turn(axes: Any, labels: int) -> None:
    if labels > _MANY_LABELS:
        axes.tick_params(axis="x", labelrotation=90 if labels > 3 * _MANY_LABELS else 45)


def _numbers(frame: pl.DataFrame, name: str) -> list[float]:
    return [float(value) for value in frame[name].to_list()]


def _label(text: str, most: int = _LABEL_CHARS) -> str:
    """Text as it is: `$` would begin a formula, and a name that begins with `_` would be hidden."""
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    return short.replace("$", r"\$").lstrip("_") or " "


def _alt(frame: pl.DataFrame, kind: Kind, x: str, y: list[str], title: str) -> str:
    what = f"{kind} chart of {', '.join(y)} by {x}" if y else f"histogram of {x}"
    return f"{title + ': ' if title else ''}{what}, {frame.height:,} rows"
