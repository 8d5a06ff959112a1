"""Writes all findings as one error of the action."""

from __future__ import annotations

from collections.abc import Sequence

from codeact_sdk.events import CodeError
from codeact_sdk.interpreter.checks.checker import MAX_FOUND, MAX_TOLD, Finding
from codeact_sdk.interpreter.faults import Place, Sources

_MAX_MESSAGE_CHARS = 4_000
_MAX_SOURCE_CHARS = 200
"""Of a line that is shown among others."""

NOTHING_WAS_RUN = "nothing was run"


def report(findings: Sequence[Finding], sources: Sources, action: str) -> CodeError:
    """Makes the error: type, message and place are those of the first finding, the message goes on with the others.

    Args:
        findings: At least one, in the order of the text.
        sources: Texts of the session.
        action: Name of the action.
    """
    first = findings[0]._replace(message=findings[0].message[:_MAX_MESSAGE_CHARS])
    place = _place(first, sources, action)
    if len(findings) == 1:
        message, hint = first.message, "; ".join(filter(None, [first.hint, NOTHING_WAS_RUN]))
    else:
        parts = [_told(first), *(_more(finding, sources, action) for finding in findings[1:MAX_TOLD])]
        count, least = (f"{len(findings)} ", "") if len(findings) < MAX_FOUND else ("", "at least ")
        if len(findings) > MAX_TOLD:
            parts.append(f"and {least}{len(findings) - MAX_TOLD} more like these")
        message, hint = "\n\n".join(parts), f"{NOTHING_WAS_RUN}; correct all {count}mistakes"
    return CodeError(
        type=first.type,
        message=message,
        line=place.line,
        column=place.column,
        source=place.source,
        hint=hint,
        traceback=f"{place.show()}\n{first.type}: {first.message}",
    )


def _more(finding: Finding, sources: Sources, action: str) -> str:
    place = _place(finding, sources, action)
    label = f"Line {place.line}: "
    start = max(place.column - _MAX_SOURCE_CHARS // 2, len(place.source) - len(place.source.lstrip()))
    shown = place.source[start : start + _MAX_SOURCE_CHARS]
    end = min(place.end_column - start, len(shown))
    marks = " " * (len(label) + place.column - start) + "^" * max(end - (place.column - start), 1)
    return f"{label}{shown}\n{marks}\n{finding.type}: {_told(finding)}"


def _told(finding: Finding) -> str:
    message = finding.message[:_MAX_MESSAGE_CHARS]
    return f"{message}; {finding.hint}" if finding.hint else message


def _place(finding: Finding, sources: Sources, action: str) -> Place:
    line, start, end = finding.span
    source = sources.line(action, line)
    column = _characters(source, start)
    end_column = len(source.rstrip()) if end is None else _characters(source, end)
    return Place(action, line, column, max(end_column, column + 1), "<module>", source)


def _characters(source: str, offset: int) -> int:
    return len(source.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))
