"""What is seen of the failure of a tool: by model code as an exception, in the record as a text."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable

from codeact_sdk.errors import CodeActError
from codeact_sdk.interpreter import visible
from codeact_sdk.interpreter.limits import Signal
from codeact_sdk.later import pathlib
from codeact_sdk.tools.scrub import scrub

_MAX_MESSAGE_CHARS = 4_000
"""Longest error message of a tool that reaches model code."""


def recreate(error: Exception, redact: Callable[[str], str] = str) -> Exception:
    """Makes what model code sees of a tool's exception: a class that it can name and a message, nothing of the host's.

    Builtin exceptions keep their class; others become `ToolError`.

    Args:
        error: What the tool raised.
        redact: Takes values of secrets out of a text, before it is shortened.
    """
    if isinstance(error, tuple(visible.VISIBLE_EXCEPTIONS.values())):
        return visible.VISIBLE_EXCEPTIONS[type(error).__name__](redact(f"{error}{_notes(error)}"))
    if isinstance(error, CodeActError):
        return visible.ToolError(redact(f"{error}{_notes(error)}")[:_MAX_MESSAGE_CHARS])
    kind = type(error)
    builtin: type[Exception] | None = getattr(builtins, kind.__name__, None)
    if builtin is kind:
        if kind is KeyError and len(error.args) == 1 and type(error.args[0]) in (str, int) and not _notes(error):
            return KeyError(error.args[0])
        try:
            return builtin(_text(error, redact))
        except TypeError:  # UnicodeDecodeError and its kind want more than a message
            pass
    return visible.ToolError(f"{kind.__name__}: {_text(error, redact)}".rstrip(": "))


def _text(error: BaseException, redact: Callable[[str], str] = str) -> str:
    """What an exception of the host says, without addresses of its objects and folders of its files."""
    try:
        if isinstance(error, OSError) and isinstance(error.filename, str | bytes | pathlib.PurePath):
            name = pathlib.PurePath(redact(os.fsdecode(error.filename))).name
            return redact(f"[Errno {error.errno}] {error.strerror}: {name!r}{_notes(error)}")[:_MAX_MESSAGE_CHARS]
        text = redact(f"{error}{_notes(error)}")[:_MAX_MESSAGE_CHARS]
        if isinstance(error, ImportError) and isinstance(error.path, str):
            text = text.replace(f" ({error.path})", "")
        return scrub(text)
    except Exception as fault:  # noqa: BLE001  # a broken __str__ must not hide the error itself
        return f"(its message cannot be shown: {type(fault).__name__})"


def _notes(error: BaseException) -> str:
    """What was added to an error on its way: how many attempts were made, which resource was being opened."""
    return "".join(f" {note}" for note in getattr(error, "__notes__", ()) if isinstance(note, str))


def describe_fault(error: BaseException) -> str:
    """What the record of a call says of its failure."""
    if isinstance(error, Signal):
        return f"stopped: {error}" if str(error) else "stopped"
    return f"{type(error).__name__}: {_text(error)}".rstrip(": ")
