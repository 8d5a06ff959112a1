"""Events as something to look at: pure functions from data to what rich prints.

Every text that a model, a tool or a file brought in goes through `clean` and into a `Text` or a `Syntax`, never into a
markup string. The boxed form is for terminals, the plain one for files and pipes.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from codeact_sdk.cli.text import clean, count, cut_lines, shorten, show_seconds, show_value
from codeact_sdk.events import CodeError, Observation, RunFinished, RunStarted, ToolCall
from codeact_sdk.messages import Usage

MAX_CODE_LINES = 60
MAX_OUTPUT_LINES = 15
MAX_VALUE_CHARS = 600
MAX_ARGUMENT_CHARS = 48
MAX_CALL_CHARS = 160
MAX_RESULT_CHARS = 60

_INDENT = "  "
_STATUS_STYLE = {"answered": "green", "limit": "yellow", "error": "red", "stopped": "yellow"}
_EFFECT_STYLE = {"write": "yellow", "destructive": "bold red"}


def start_view(event: RunStarted) -> RenderableType:
    """The task, and who works on it with what."""
    packs = ", ".join(event.packs) or "none"
    return Group(
        Text(clean(event.task), "bold"),
        Text(clean(f"model {event.model} · packs {packs}"), "dim"),
    )


def code_view(step: int, code: str, *, boxed: bool) -> RenderableType:
    """The action of a step."""
    text = cut_lines(clean(code).strip("\n"), max_lines=MAX_CODE_LINES)
    if not boxed:
        return Group(Text(f"step {step}"), _indented(text, "    ", boxed=boxed))
    syntax = Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True, line_numbers=True)
    return Panel(syntax, title=Text(f"step {step}", "bold"), title_align="left", border_style="blue", padding=(0, 1))


def call_text(tool: str, arguments: Mapping[str, object]) -> str:
    """A call as Python would write it, with long arguments cut."""
    shown = (f"{name}={show_value(value, max_chars=MAX_ARGUMENT_CHARS)}" for name, value in arguments.items())
    return shorten(clean(f"{tool}({', '.join(shown)})"), MAX_CALL_CHARS)


def call_view(call: ToolCall, *, boxed: bool) -> RenderableType:
    """A finished call: what was called, what came back, how long it took."""
    failed = call.error is not None
    line = Text(_INDENT)
    line.append(_mark("✗" if failed else "→", boxed=boxed), "red" if failed else "cyan")
    if call.effect != "read":
        line.append(f" {call.effect}", _EFFECT_STYLE[call.effect])
    line.append(f" {call_text(call.tool, call.arguments)}")
    if call.error is not None:
        line.append(f"  {clean(_first_line(call.error))}", "red")
    elif call.result is not None:
        line.append(f"  {show_value(call.result, max_chars=MAX_RESULT_CHARS)}", "dim")
    took = Text(show_seconds(call.seconds), "dim")
    return _line_and_time(line, took, boxed=boxed)


def more_calls_view(names: Mapping[str, int], seconds: float, *, boxed: bool) -> RenderableType:
    """The calls of one action that were too many to show one by one."""
    which = ", ".join(f"{times:,} {clean(name)}" for name, times in names.items())
    line = Text(f"{_INDENT}{_mark('→', boxed=boxed)} and {sum(names.values()):,} more: {which}", "dim")
    return _line_and_time(line, Text(show_seconds(seconds), "dim"), boxed=boxed)


def observation_view(observation: Observation, *, boxed: bool) -> list[RenderableType]:
    """What came back from an action; the answer is left out, for it is shown at the end."""
    parts: list[RenderableType] = []
    bar = _mark("│", boxed=boxed)
    for text, style in ((observation.stdout, ""), (observation.stderr, "yellow")):
        if text.strip():
            parts.append(_indented(_output(text), f"{_INDENT}{bar} ", style, bar_style="dim", boxed=boxed))
    if observation.value is not None:
        value = show_value(observation.value, max_chars=MAX_VALUE_CHARS)
        parts.append(_indented(value, f"{_INDENT}= ", bar_style="cyan", boxed=boxed))
    if observation.error is not None:
        parts.append(error_view(observation.error, boxed=boxed))
    if observation.status == "paused":
        parts.append(Text(f"{_INDENT}waiting for approval", "yellow"))
    if observation.truncated:
        parts.append(Text(f"{_INDENT}cut at a limit: {', '.join(observation.truncated)}", "yellow"))
    return parts


def error_view(error: CodeError, *, boxed: bool) -> RenderableType:
    """What went wrong and where, with a caret under the place."""
    place = f" (line {error.line})" if error.line is not None else ""
    lines = [Text(f"{_INDENT}{_mark('✗', boxed=boxed)} {clean(error.type)}: {_output(error.message)}{place}", "red")]
    if error.source.strip():
        number = f"{error.line} " if error.line is not None else ""
        source = clean(error.source.replace("\t", " "))
        lines.append(Text(f"{_INDENT}  {number}{_mark('│', boxed=boxed)} {shorten(source, MAX_CALL_CHARS)}"))
        if error.column is not None:
            before = len(clean(error.source[: error.column].replace("\t", " ")))
            if before < MAX_CALL_CHARS:
                lines.append(Text(" " * (len(_INDENT) + 4 + len(number) + before) + "^", "red"))
    if error.hint:
        lines.append(Text(f"{_INDENT}  {_output(error.hint)}", "yellow"))
    return Group(*lines)


def note_view(text: str, *, boxed: bool) -> RenderableType:
    """What the loop told the model besides observations."""
    return _indented(_output(text), f"{_INDENT}{_mark('│', boxed=boxed)} ", "yellow", bar_style="yellow", boxed=boxed)


def answer_view(answer: object, *, boxed: bool) -> RenderableType:
    """The answer, which is what the run was for."""
    text = answer_text(answer)
    if not boxed:
        return Group(Text("answer"), _indented(text, _INDENT, boxed=boxed))
    return Panel(
        Text(text), title=Text("answer", "bold green"), title_align="left", border_style="green", padding=(0, 1)
    )


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
        line.append(f": {_output(event.reason)}")
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


def thought_view(thought: str) -> RenderableType:
    """What the model said before its code."""
    return Text(cut_lines(clean(thought.strip()), max_lines=MAX_OUTPUT_LINES), "italic")


def _output(text: str) -> str:
    return cut_lines(clean(text.strip("\n")), max_lines=MAX_OUTPUT_LINES)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _mark(mark: str, *, boxed: bool) -> str:
    return mark if boxed else {"→": "->", "✗": "!!", "│": "|"}[mark]


def _indented(text: str, prefix: str, style: str = "", *, bar_style: str = "", boxed: bool) -> RenderableType:
    """Lines behind a prefix; on a terminal a line that is too long goes on below its own beginning."""
    lines = text.split("\n")
    if not boxed:
        return Text("\n".join(f"{prefix}{line}".rstrip() for line in lines))
    grid = Table.grid()
    grid.add_column(no_wrap=True, width=len(prefix), style=bar_style)
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row(Text(prefix), Text(line, style))
    return grid


def _line_and_time(line: Text, took: Text, *, boxed: bool) -> RenderableType:
    if not boxed:
        return Text.assemble(line, "  ", took)
    line.no_wrap, line.overflow = True, "ellipsis"
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_row(line, took)
    return grid
