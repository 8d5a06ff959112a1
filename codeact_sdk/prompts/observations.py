"""What a model reads after an action."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeact_sdk.observations import CodeError, Observation, ToolCall
from codeact_sdk.tools.carets import quote_line
from codeact_sdk.tools.cutting import cut
from codeact_sdk.tools.effects import effects_of
from codeact_sdk.tools.scrub import scrub
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.values import Opaque

_MAX_LISTED_CALLS = 12
_MAX_ARGUMENT_CHARS = 120
_MAX_RESULT_CHARS = 40
_MAX_SHOWN_ITEMS = 20
_TITLES = 100
"""Characters that the words around the output take."""

_NOTHING = "The code ran and printed nothing. Use print() for what you want to read."


def render_observation(obs: Observation, *, toolset: Toolset | None = None, max_chars: int = 12_000) -> str:
    """Renders what came back from an action for the model.

    Args:
        obs: The observation.
        toolset: The tools of the session: tells which failed calls are safe to repeat.
        max_chars: How long the text may be; the middle of long output is left out, and that is said.
    """
    error = _error(obs.error) if obs.error else ""
    calls = _calls(obs, toolset) if obs.status in {"error", "limit"} else ""
    tail = "\n\n".join(filter(None, (cut(error, max_chars // 2), calls, _paused(obs))))
    left = max(max_chars - len(tail) - _TITLES, max_chars // 4)
    value = "" if obs.value is None else _value(obs, left // 2 if obs.stdout else left)
    left -= len(value)
    errors = _stream("Errors (stderr)", obs.stderr, left // 4, was_cut="stderr" in obs.truncated)
    output = [
        _stream("Output", obs.stdout, left - len(errors), was_cut="stdout" in obs.truncated),
        errors,
        value,
    ]
    parts = [*filter(None, output), *filter(None, (tail,))]
    if obs.status == "answered":
        parts.append("The answer was accepted.")
    text = "\n\n".join(parts) or _NOTHING
    return cut(text.encode("utf-8", "backslashreplace").decode(), max_chars)  # a lone surrogate could not be sent


def _stream(title: str, text: str, max_chars: int, *, was_cut: bool) -> str:
    if not text.strip():
        return ""
    note = "\n(there was more: it was over the limit of the interpreter)" if was_cut else ""
    return f"{title}:\n{cut(text.rstrip(), max(max_chars - len(note), 0))}{note}"


def _value(obs: Observation, max_chars: int) -> str:
    """The value as Python writes it where that is short, and otherwise what was made to be read of it."""
    value = obs.value
    if obs.view and isinstance(value, Opaque | bytes | bytearray):
        return cut(obs.view, max_chars)
    try:
        text = scrub(repr(value))
    except Exception:  # noqa: BLE001  # an int of many thousand digits, or data deeper than the stack
        return obs.view or f"Value: a {type(value).__name__} that is too large to show"
    if len(text) <= max_chars:
        return f"Value: {text}"
    if obs.view:
        return cut(obs.view, max_chars)
    if isinstance(value, str):
        lines = value.count("\n") + 1
        size = f" of {len(value):,} characters" + (f", {lines:,} lines" if lines > 1 else "")
        return cut(f"Value (str{size}):\n{value}", max_chars)
    size = f" of {len(value):,}" if isinstance(value, list | tuple | dict | set | frozenset) else ""
    return f"Value ({type(value).__name__}{size}): {cut(text, max_chars)}"


def _error(error: CodeError) -> str:
    head = f"{error.type}: {error.message}".removesuffix(": ")
    lines = [head]
    told = error.traceback.rstrip()
    if len(_FRAMES.findall(told)) > 1 or not told.endswith(head):  # calls, causes, notes, parts of a group
        lines = [*filter(None, [told]), *([] if head in told else [head])]
    if error.line is not None and (len(lines) == 1 and lines[0] == head):
        lines = [*quote_line(error.line, error.source, error.column, error.end_column), head]
    if error.hint and error.hint not in error.message:
        lines.append(f"Hint: {error.hint}")
    if error.names:
        lines.append(f"Names: {'; '.join(error.names)}")
    return "Error:\n" + "\n".join(lines)


_FRAMES = re.compile(r"(?m)^(?:  [^\n,]*, )?line \d")


def _calls(obs: Observation, toolset: Toolset | None) -> str:
    """What already happened: a model that repairs its code must not do it again."""
    found = effects_of(obs.calls, toolset)
    lines = []
    if found.done:
        lines.append("Already done, and not undone; do not call again:")
        lines += _listed(found.done)
    for call in found.unsure[:_MAX_LISTED_CALLS]:
        lines.append(f"Not known whether it took effect, check before you repeat it: {_call_text(call)}")
    if len(found.unsure) > _MAX_LISTED_CALLS:
        lines.append(f"and {len(found.unsure) - _MAX_LISTED_CALLS} more like it")
    if found.repeatable:
        lines.append(f"Safe to repeat: {', '.join(_counted(found.repeatable))}.")
    if found.reads:
        alone = "" if len(found.reads) < len(obs.calls) else " The code may be run again as a whole."
        lines.append(f"Read so far: {', '.join(_counted(found.reads))}; results in variables are still there.{alone}")
    return "\n".join(lines)


def _listed(calls: Sequence[ToolCall]) -> list[str]:
    lines = [f"- {_call_text(call)}" for call in calls[:_MAX_LISTED_CALLS]]
    if len(calls) > _MAX_LISTED_CALLS:
        lines.append(f"- and {len(calls) - _MAX_LISTED_CALLS} more: {', '.join(_counted(calls[_MAX_LISTED_CALLS:]))}")
    return lines


def _counted(calls: Sequence[ToolCall]) -> list[str]:
    counts: dict[str, int] = {}
    for call in calls:
        counts[call.tool] = counts.get(call.tool, 0) + 1
    return [f"{name} ({count} times)" if count > 1 else name for name, count in counts.items()]


def _call_text(call: ToolCall) -> str:
    """A call with what came of it: `acme.refund('A-1') -> 'ok' (destructive)`."""
    arguments = [
        f"{name}={_short(value)}" if position else _short(value)
        for position, (name, value) in enumerate(call.arguments.items())
    ]
    text = f"{call.tool}({', '.join(arguments)})"
    if call.error is not None:
        return f"{text} failed with {cut(call.error, _MAX_ARGUMENT_CHARS)}"
    result = "" if call.result is None else f" -> {_short(call.result, _MAX_RESULT_CHARS)}"
    return f"{text}{result} ({call.effect})"


def _short(value: object, max_chars: int = _MAX_ARGUMENT_CHARS) -> str:
    if isinstance(value, list | tuple | dict | set | frozenset) and len(value) > _MAX_SHOWN_ITEMS:
        return f"{type(value).__name__} of {len(value):,}"
    try:
        text = scrub(repr(value[: max_chars + 1] if isinstance(value, str | bytes) else value))
    except Exception:  # noqa: BLE001  # as in _value
        return "..."
    return text if len(text) <= max_chars else f"{text[:max_chars]}..."


def _paused(obs: Observation) -> str:
    return "The block waits for a person's approval of a call." if obs.status == "paused" else ""
