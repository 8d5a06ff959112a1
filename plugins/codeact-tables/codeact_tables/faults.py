"""Errors of the table library in the words of a tool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from codeact_sdk import ToolError

_MAX_CHARS = 400


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turns what the library raises into a `ToolError`.

    Args:
        what: What was being done, such as `filter: total > 1`.
    """
    import polars as pl  # noqa: PLC0415  # takes long to import

    try:
        yield
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise ToolError(f"{what} cannot be done: {_words(error)}{_hint(error)}") from None
    except pl.exceptions.PanicException as error:  # no `Exception`: it would end the run of the host
        raise ToolError(f"{what} cannot be done: the table library gave up: {_words(error)}") from None


def _words(error: BaseException) -> str:
    text = str(error).strip().partition("\n\n")[0].partition("\n")[0]
    return text if len(text) <= _MAX_CHARS else f"{text[:_MAX_CHARS]}..."


def _hint(error: BaseException) -> str:
    text = str(error)
    if "date" in text and ("compare" in text or "string" in text.casefold()):
        return "; a date is written date('2024-12-31')"
    if "compare" in text:
        return "; text is compared with text, numbers with numbers: look at the types that describe() shows"
    return ""
