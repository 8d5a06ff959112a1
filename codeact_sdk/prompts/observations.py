"""What a model reads after an action."""

from __future__ import annotations

from collections.abc import Sequence

from codeact_sdk.events import CodeError, Observation, ToolCall
from codeact_sdk.tools.toolset import Toolset

_MAX_LISTED_CALLS = 12
_MAX_ARGUMENT_CHARS = 120
_HEAD_SHARE = 0.7
"""Of a text that is cut, how much of what stays is its beginning."""

_NOTHING = "The code ran and printed nothing. Use print() for what you want to read."


def render_observation(obs: Observation, *, toolset: Toolset | None = None, max_chars: int = 12_000) -> str:
    """Renders what came back from an action for the model.

    Args:
        obs: The observation.
        toolset: The tools of the session: tells which failed calls are safe to repeat.
        max_chars: About how long the text may be; the middle of long output is left out, and that is said.
    """
    error = _error(obs.error) if obs.error else ""
    calls = _calls(obs.calls, toolset) if obs.status in {"error", "limit"} else ""
    tail = "\n\n".join(filter(None, (_cut(error, max_chars // 2), calls, _paused(obs))))
    left = max(max_chars - len(tail), max_chars // 4)
    value = "" if obs.value is None else _value(obs.value, left // 2 if obs.stdout else left)
    output = [
        _stream("Output", obs.stdout, left - len(value), cut="stdout" in obs.truncated),
        _stream("Errors (stderr)", obs.stderr, left // 4, cut="stderr" in obs.truncated),
        value,
    ]
    parts = [*filter(None, output), *filter(None, (tail,))]
    if obs.status == "answered":
        parts.append("The answer was accepted.")
    text = "\n\n".join(parts) or _NOTHING
    return text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate could not be sent


def _stream(title: str, text: str, max_chars: int, *, cut: bool) -> str:
    if not text.strip():
        return ""
    note = "\n(there was more: it was over the limit of the interpreter)" if cut else ""
    return f"{title}:\n{_cut(text.rstrip(), max_chars)}{note}"


def _value(value: object, max_chars: int) -> str:
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # an int of many thousand digits, or data deeper than the stack
        return f"Value: a {type(value).__name__} that is too large to show"
    if len(text) <= max_chars:
        return f"Value: {text}"
    size = f" of {len(value):,}" if isinstance(value, list | tuple | dict | set | frozenset | str) else ""
    return f"Value ({type(value).__name__}{size}): {_cut(text, max_chars)}"


def _cut(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    head = int(max_chars * _HEAD_SHARE)
    tail = max(max_chars - head, 1)
    return (
        f"{text[:head]}\n... ({len(text) - head - tail:,} characters left out: keep the data in a variable and print "
        f"the part you need) ...\n{text[-tail:]}"
    )


def _error(error: CodeError) -> str:
    lines = [f"{error.type}: {error.message}" if error.message else error.type]
    if error.traceback.count("line ") > 1:  # more than one frame: where it was called from matters
        lines.insert(0, error.traceback.rstrip())
    elif error.line is not None:
        where = f"Line {error.line}"
        source = error.source.rstrip("\n")
        indent = len(source) - len(source.lstrip())
        lines.insert(0, f"{where}: {source.strip()}" if source.strip() else where)
        if source.strip() and error.column is not None and error.column >= indent:
            lines.insert(1, " " * (len(where) + 2 + error.column - indent) + "^")
    if error.hint:
        lines.append(f"Hint: {error.hint}")
    return "Error:\n" + "\n".join(lines)


def _calls(calls: Sequence[ToolCall], toolset: Toolset | None) -> str:
    """What already happened: a model that repairs its code must not do it again."""
    if not calls:
        return ""
    changed = [call for call in calls if call.effect != "read" and call.error is None]
    unsure = [call for call in calls if call.effect != "read" and call.error is not None]
    read = [call for call in calls if call.effect == "read" and call.error is None]
    lines = []
    if changed:
        lines.append("Done before that, and not undone; do not repeat:")
        lines += _listed(changed)
    for call in unsure[:_MAX_LISTED_CALLS]:
        tool = toolset.get(call.tool) if toolset else None
        advice = (
            "safe to repeat" if tool and tool.idempotent else "it may have taken effect: check before you repeat it"
        )
        lines.append(f"Failed: {_call_text(call)} ({advice})")
    if read:
        lines.append(f"Read before that: {', '.join(_counted(read))}. Results kept in variables are still there.")
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
    arguments = ", ".join(f"{name}={_short(value)}" for name, value in call.arguments.items())
    return f"{call.tool}({arguments})"


def _short(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # as in _value
        return "..."
    return text if len(text) <= _MAX_ARGUMENT_CHARS else f"{text[:_MAX_ARGUMENT_CHARS]}..."


def _paused(obs: Observation) -> str:
    return "The block waits for a person's approval of a call." if obs.status == "paused" else ""
