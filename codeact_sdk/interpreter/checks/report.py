"""Writes all findings as one error of the action, in the form of the errors that come up while code runs."""

from __future__ import annotations

from collections.abc import Sequence

from codeact_sdk.interpreter.checks.checker import MAX_FOUND, MAX_TOLD, Finding
from codeact_sdk.interpreter.excerpts import clean
from codeact_sdk.interpreter.faults import not_run
from codeact_sdk.interpreter.sources import Sources
from codeact_sdk.observations import CodeError
from codeact_sdk.tools.carets import quote_line


def report(findings: Sequence[Finding], sources: Sources, action: str) -> CodeError:
    """Makes the error: type, message and place are those of the first finding, the message goes on with the others.

    Args:
        findings: At least one, in the order of the text.
        sources: Texts of the session.
        action: Name of the action.
    """
    first = findings[0]
    place = sources.place(action, *first.span)
    if len(findings) == 1:
        message, hint = clean(first.message), not_run(first.hint)
    else:
        others = (_with_place(finding, sources, action) for finding in findings[1:MAX_TOLD])
        message = "\n\n".join([_told(first), *others, _counted(len(findings))])
        hint = f"{not_run()}; correct all of them"
    return CodeError(
        type=first.type,
        message=message,
        line=place.line,
        column=place.column,
        end_column=place.end_column,
        source=place.source,
        hint=hint,
        traceback=f"{place.show()}\n{first.type}: {message}",
    )


def _with_place(finding: Finding, sources: Sources, action: str) -> str:
    place = sources.place(action, *finding.span)
    shown = quote_line(place.line, place.source, place.column, place.end_column)
    return "\n".join([*shown, f"{finding.type}: {_told(finding)}"])


def _told(finding: Finding) -> str:
    message = clean(finding.message)
    return f"{message}\nHint: {finding.hint}" if finding.hint else message


def _counted(count: int) -> str:
    if count <= MAX_TOLD:
        return f"{count} mistakes in all"
    return f"and {'' if count < MAX_FOUND else 'at least '}{count - MAX_TOLD} more like these"
