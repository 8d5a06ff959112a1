"""From an exception of model code to a `CodeError`: frames of actions only, with line, caret and a hint."""

from __future__ import annotations

from codeact_sdk.interpreter.compiler import ActionSyntaxError
from codeact_sdk.interpreter.excerpts import (
    attributes_of,
    cause_of,
    clean,
    context_of,
    is_suppressed,
    message,
    parts_of,
    type_name,
)
from codeact_sdk.interpreter.limits import LimitExceeded, Signal
from codeact_sdk.interpreter.live_names import Names
from codeact_sdk.interpreter.sources import Place, Sources
from codeact_sdk.interpreter.syntax_help import syntax_help
from codeact_sdk.observations import CodeError

_MAX_CHAIN = 4
"""Causes that a traceback shows, and notes of an exception, and exceptions of a group."""

_MAX_NOTE_CHARS = 500


def not_run(hint: str = "") -> str:
    """Says, after a hint, that the whole action was refused before anything of it ran.

    Args:
        hint: What to write instead; empty where there is nothing to say.
    """
    return f"{hint} (nothing was run)" if hint else "nothing was run"


def syntax_fault(error: ActionSyntaxError, sources: Sources, action: str) -> CodeError:
    """Describes text that was not run."""
    source = sources.line(action, error.line) if error.line else ""
    column = end = error.column
    traceback = ""
    text = clean(error.message)
    if error.line:
        column = min(column or 0, len(source))
        end = max(error.end_column or 0, column + 1)
        place = Place(action=action, line=error.line, column=column, end_column=end, function="<module>", source=source)
        traceback = f"{place.show()}\n{error.kind.__name__}: {text}"
    return CodeError(
        type=error.kind.__name__,
        message=text,
        line=error.line,
        column=column,
        end_column=end,
        source=source,
        hint=not_run(syntax_help(sources.text(action), error.line, text)),
        traceback=traceback,
    )


def fault(error: BaseException, sources: Sources, action: str, *, hint: str = "") -> CodeError:
    """Describes what ended an action.

    Args:
        error: The exception; its text is made here, so the limits of the action must hold.
        sources: Texts of the session.
        action: Name of the action that was running.
        hint: What to write instead.
    """
    here = sources.place_in(error, action)
    inner = sources.innermost(error)
    name, text = (type_name(error), message(error)) if not isinstance(error, Signal) else _signal_text(error)
    return CodeError(
        type=name,
        message=text,
        line=here.line if here else None,
        column=here.column if here else None,
        end_column=here.end_column if here else None,
        source=here.source if here else "",
        hint=clean(hint),
        traceback=_traceback(error, sources, name, text),
        names=Names(inner[0]).outlines(inner[1].source) if inner else (),
    )


def _signal_text(error: Signal) -> tuple[str, str]:
    if isinstance(error, LimitExceeded):
        return "LimitExceeded", f"{error.limit}: {error.message}"
    return type(error).__name__, str(error)


def _traceback(error: BaseException, sources: Sources, name: str, text: str) -> str:
    last = f"{sources.frames(error)}{name}: {text}".rstrip(": ")
    if isinstance(error, Signal):  # the time of model code is up: its exceptions are not asked for their texts
        return last
    return "".join(_causes(error, sources)) + last + _notes(error) + _parts(error, sources)


def _causes(error: BaseException, sources: Sources) -> list[str]:
    """What led to an exception, the first cause first."""
    told: list[str] = []
    seen = {id(error)}
    joint, current = _reason(error)
    while isinstance(current, Exception) and id(current) not in seen:
        if len(told) == _MAX_CHAIN:
            told.append("(what happened before that is left out)\n\n")
            break
        seen.add(id(current))
        head = f"{type_name(current)}: {message(current)}".rstrip(": ")
        told.append(f"{sources.frames(current)}{head}{_notes(current)}\n\n{joint}\n\n")
        joint, current = _reason(current)
    return told[::-1]


def _reason(error: BaseException) -> tuple[str, BaseException | None]:
    if (cause := cause_of(error)) is not None:
        return "The above exception was the direct cause of the next one:", cause
    return "While handling it:", None if is_suppressed(error) else context_of(error)


def _notes(error: BaseException) -> str:
    notes = attributes_of(error).get("__notes__")
    if type(notes) is not list:
        return ""
    told = [clean(note, _MAX_NOTE_CHARS) for note in notes[:_MAX_CHAIN] if type(note) is str]
    return "".join(f"\n{note}" for note in told)


def _parts(error: BaseException, sources: Sources) -> str:
    """Where the exceptions of a group were raised."""
    if not isinstance(error, BaseExceptionGroup):
        return ""
    told = [
        f"\n\nPart {number} of it:\n{sources.frames(part)}{type_name(part)}: {message(part)}".rstrip(": ")
        for number, part in enumerate(parts_of(error)[:_MAX_CHAIN], 1)
        if not isinstance(part, Signal)
    ]
    return "".join(told)
