"""Events as something to look at: pure functions from data to what rich prints.

Every text that a model, a tool or a file brought in goes through `clean` and into a `Text` or a `Syntax`, never into a
markup string. The boxed form is for terminals, the plain one for files and pipes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from codeact_sdk.cli.displays import HOW
from codeact_sdk.cli.text import clean, count, cut_lines, more_lines, shorten, show_seconds, show_value
from codeact_sdk.events import ApprovalDecided, RunFinished, RunStarted
from codeact_sdk.messages import Usage
from codeact_sdk.observations import CodeError, Display, Observation, ToolCall
from codeact_sdk.values import Opaque, Record

MAX_VALUE_CHARS = 600
MAX_ARGUMENT_CHARS = 48
MAX_CALL_CHARS = 160
MAX_RESULT_CHARS = 60

MAX_TABLE_ROWS = 50
MAX_TABLE_COLUMNS = 8

_INDENT = "  "
_STATUS_STYLE = {"answered": "green", "limit": "yellow", "error": "red", "stopped": "yellow"}
_EFFECT_STYLE = {"write": "yellow", "destructive": "bold red"}


@dataclass(frozen=True)
class Look:
    """How much of a run is shown, and how."""

    boxed: bool
    """With panels and signs beyond ASCII, for terminals."""
    code_lines: int = 60
    output_lines: int = 15
    calls: int = 6
    """Calls of one action that get a line each; a loop may make hundreds."""
    says_how: bool = True
    """Whether to say how a picture can be seen; not, where it is written to a file anyway."""


def start_view(event: RunStarted, *, with_packs: bool) -> RenderableType:
    """The task, and who works on it with what."""
    packs = f" · packs {', '.join(event.packs) or 'none'}" if with_packs else ""
    return Group(Text(clean(event.task), "bold"), Text(clean(f"model {event.model}{packs}"), "dim"))


def code_view(step: int, code: str, *, look: Look) -> RenderableType:
    """The action of a step."""
    lines = clean(code).strip("\n").split("\n")
    text = "\n".join(lines[: look.code_lines])
    rest = more_lines(len(lines) - look.code_lines)
    if not look.boxed:
        return Group(Text(f"step {step}"), _indented(f"{text}\n{rest}".rstrip(), "    ", look=look))
    syntax = Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True, line_numbers=True)
    shown = Group(syntax, Text(f"  {rest}", "dim")) if rest else syntax
    return Panel(shown, title=Text(f"step {step}", "bold"), title_align="left", border_style="blue", padding=(0, 1))


def call_text(tool: str, arguments: Mapping[str, object]) -> str:
    """A call as Python would write it, with long arguments cut."""
    shown = (f"{name}={_argument(value)}" for name, value in arguments.items())
    return shorten(clean(f"{tool}({', '.join(shown)})"), MAX_CALL_CHARS)


def call_view(call: ToolCall, *, look: Look) -> RenderableType:
    """A finished call: what was called, what came back, how long it took."""
    failed = call.error is not None
    line = Text(_INDENT)
    line.append(_mark("✗" if failed else "→", look=look), "red" if failed else "cyan")
    if call.effect != "read":
        line.append(f" {call.effect}", _EFFECT_STYLE[call.effect])
    line.append(f" {call_text(call.tool, call.arguments)}")
    if call.error is not None:
        line.append(f"  {clean(_first_line(call.error))}", "red")
    elif call.result is not None:
        line.append(f"  {_result(call.result)}", "dim")
    took = Text(show_seconds(call.seconds), "dim")
    return _line_and_time(line, took, look=look)


def more_calls_view(names: Mapping[str, int], seconds: float, *, look: Look) -> RenderableType:
    """The calls of one action that were too many to show one by one."""
    which = ", ".join(f"{times:,} {clean(name)}" for name, times in names.items())
    line = Text(f"{_INDENT}{_mark('→', look=look)} and {sum(names.values()):,} more: {which}", "dim")
    return _line_and_time(line, Text(show_seconds(seconds), "dim"), look=look)


def observation_view(observation: Observation, *, look: Look) -> list[RenderableType]:
    """What came back from an action; the answer is left out, for it is shown at the end."""
    parts: list[RenderableType] = []
    bar = _mark("│", look=look)
    for text, style in ((observation.stdout, ""), (observation.stderr, "yellow")):
        if text.strip():
            parts.append(_indented(_output(text, look), f"{_INDENT}{bar} ", style, bar_style="dim", look=look))
    if observation.value is not None:
        value = value_text(observation, max_chars=MAX_VALUE_CHARS)
        parts.append(_indented(value, f"{_INDENT}= ", bar_style="cyan", look=look))
    parts += [display_view(display, look=look) for display in observation.displays]
    if observation.error is not None:
        parts.append(error_view(observation.error, look=look))
    if observation.status == "paused":
        parts.append(Text(f"{_INDENT}waiting for approval", "yellow"))
    if observation.truncated:
        parts.append(Text(f"{_INDENT}cut at a limit: {', '.join(observation.truncated)}", "yellow"))
    return parts


def value_text(observation: Observation, *, max_chars: int) -> str:
    """The value of an action; of an object of a tool, what its pack shows of it."""
    if observation.view and isinstance(observation.value, Opaque):
        return shorten(clean(observation.view.partition(":")[2].strip()), max_chars)
    return show_value(observation.value, max_chars=max_chars)


def display_view(display: Display, *, look: Look) -> RenderableType:
    """A picture, which a console cannot show: what it is, and how to see it."""
    told = display.text or f"[{display.mime}]"
    how = f"; {HOW}" if look.says_how else ""
    return Text(clean(f"{_INDENT}shown beside the text: {told}{how}").replace("\n", " "), "dim")


def decision_view(event: ApprovalDecided, *, look: Look) -> RenderableType:
    """What somebody decided about calls that waited."""
    yes = sum(event.allowed)
    scope = {"once": "", "run": ", for the rest of this run", "always": ", always"}[event.scope]
    text = (
        f"approved {yes} of {count(len(event.allowed), 'call')}{scope}"
        if yes
        else f"refused {count(len(event.allowed), 'call')}"
    )
    reason = f": {clean(event.reason)}" if event.reason else ""
    return Text(f"{_INDENT}{_mark('│', look=look)} {text}{reason}", "yellow")


def error_view(error: CodeError, *, look: Look) -> RenderableType:
    """What went wrong and where, with a caret under the place."""
    place = f" (line {error.line})" if error.line is not None else ""
    lines = [
        Text(f"{_INDENT}{_mark('✗', look=look)} {clean(error.type)}: {_output(error.message, look)}{place}", "red")
    ]
    if error.source.strip():
        number = f"{error.line} " if error.line is not None else ""
        source = clean(error.source.replace("\t", " "))
        lines.append(Text(f"{_INDENT}  {number}{_mark('│', look=look)} {shorten(source, MAX_CALL_CHARS)}"))
        if error.column is not None:
            before = len(clean(error.source[: error.column].replace("\t", " ")))
            if before < MAX_CALL_CHARS:
                lines.append(Text(" " * (len(_INDENT) + 4 + len(number) + before) + "^", "red"))
    if error.hint:
        lines.append(Text(f"{_INDENT}  {_output(error.hint, look)}", "yellow"))
    return Group(*lines)


def note_view(text: str, *, look: Look) -> RenderableType:
    """What the loop told the model besides observations."""
    return _indented(_output(text, look), f"{_INDENT}{_mark('│', look=look)} ", "yellow", bar_style="yellow", look=look)


def answer_view(answer: object, *, look: Look) -> RenderableType:
    """The answer, which is what the run was for; rows of one shape as a table."""
    rows = _rows(answer)
    if not look.boxed:
        text = "\n".join(_aligned(rows)) if rows else answer_text(answer)
        return Group(Text("answer"), _indented(text, _INDENT, look=look))
    shown = _table(rows) if rows else Text(answer_text(answer))
    return Panel(shown, title=Text("answer", "bold green"), title_align="left", border_style="green", padding=(0, 1))


def _rows(answer: object) -> list[list[str]] | None:
    """The cells of a list of dicts or records that have the same few fields with plain values, titles first."""
    if not isinstance(answer, list | tuple) or not 1 < len(answer) <= MAX_TABLE_ROWS:
        return None
    fields = [vars(row) if isinstance(row, Record) else row for row in answer]
    if not all(isinstance(row, dict) and row.keys() == fields[0].keys() for row in fields):
        return None
    titles = list(fields[0])
    plain = all(isinstance(cell, str | int | float | date | Decimal | None) for row in fields for cell in row.values())
    if not plain or not 0 < len(titles) <= MAX_TABLE_COLUMNS or not all(isinstance(title, str) for title in titles):
        return None
    columns = [_column([row[title] for row in fields]) for title in titles]
    return [[clean(title) for title in titles], *(list(row) for row in zip(*columns, strict=True))]


def _column(values: list[object]) -> list[str]:
    """The cells of one column; floats with the same number of decimals."""
    cells = [_cell(value) for value in values]
    if not all(isinstance(value, float) and _is_number(cell) for value, cell in zip(values, cells, strict=True)):
        return cells
    decimals = max(len(cell.partition(".")[2]) for cell in cells)
    return [f"{value:.{decimals}f}" for value in values]


def _cell(value: object) -> str:
    text = value if isinstance(value, str) else str(value) if isinstance(value, date | Decimal) else repr(value)
    return shorten(clean(" ".join(text.split())), MAX_RESULT_CHARS)


def _table(rows: list[list[str]]) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for position, title in enumerate(rows[0]):
        numbers = all(_is_number(row[position]) for row in rows[1:])
        table.add_column(Text(title, "dim"), justify="right" if numbers else "left", overflow="fold")
    for row in rows[1:]:
        table.add_row(*map(Text, row))
    return table


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(cell_len(row[position]) for row in rows) for position in range(len(rows[0]))]
    return [
        "  ".join(set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


def answer_text(answer: object) -> str:
    """An answer as text: words as they are, other values as Python writes them, one item to a line if they are long."""
    if isinstance(answer, str):
        return clean(answer)
    text = show_value(answer, max_chars=100_000)
    if isinstance(answer, list | tuple) and len(text) > MAX_VALUE_CHARS:
        return "\n".join(show_value(item, max_chars=MAX_VALUE_CHARS) for item in answer)
    return text


def end_view(event: RunFinished, calls: int) -> RenderableType:
    """How the run ended and what it took."""
    line = Text(event.status, _STATUS_STYLE[event.status])
    if event.reason:
        line.append(f": {clean(event.reason)}")
    totals = [
        count(event.steps, "step"),
        count(calls, "tool call"),
        *usage_parts(event.usage),
        show_seconds(event.seconds),
    ]
    line.append(" · " + " · ".join(totals), "dim")
    return line


def usage_parts(usage: Usage) -> list[str]:
    """Tokens in and out; nothing where the server counted none."""
    if not usage.total_tokens:
        return []
    cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    return [f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out"]


def thought_view(thought: str, *, look: Look) -> RenderableType:
    """What the model said before its code."""
    return Text(_output(thought.strip(), look), "italic")


def _output(text: str, look: Look) -> str:
    return cut_lines(clean(text.strip("\n")), max_lines=look.output_lines)


def _argument(value: object) -> str:
    """An argument on one line: a query over several lines is written as one."""
    return show_value(" ".join(value.split()) if isinstance(value, str) else value, max_chars=MAX_ARGUMENT_CHARS)


def _result(value: object) -> str:
    """A result on one line: short ones as they are, of a long list what it holds."""
    text = show_value(value, max_chars=MAX_RESULT_CHARS)
    if len(text) < MAX_RESULT_CHARS or not isinstance(value, list | tuple | set | frozenset):
        return text
    kinds = {type(item).__name__ for item in value}
    return clean(f"{type(value).__name__} of {len(value):,}{f' {kinds.pop()}' if len(kinds) == 1 else ''}")


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _mark(mark: str, *, look: Look) -> str:
    return mark if look.boxed else {"→": "->", "✗": "!!", "│": "|"}[mark]


def _indented(text: str, prefix: str, style: str = "", *, bar_style: str = "", look: Look) -> RenderableType:
    """Lines behind a prefix; on a terminal a line that is too long goes on below its own beginning."""
    lines = text.split("\n")
    if not look.boxed:
        return Text("\n".join(f"{prefix}{line}".rstrip() for line in lines))
    grid = Table.grid()
    grid.add_column(no_wrap=True, width=len(prefix), style=bar_style)
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row(Text(prefix), Text(line, style))
    return grid


def _line_and_time(line: Text, took: Text, *, look: Look) -> RenderableType:
    if not look.boxed:
        return Text.assemble(line, "  ", took)
    line.no_wrap, line.overflow = True, "ellipsis"
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_row(line, took)
    return grid
