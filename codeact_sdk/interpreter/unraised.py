"""Keeps exceptions that Python cannot raise off the host's stderr where model code is their origin.

A generator that is collected runs its `finally` blocks; what they raise is printed by the process, with a text that
model code chose, wherever the process writes its errors.
"""

from __future__ import annotations

import sys
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

PREFIX = "action "
"""How the file names of model code begin."""


def keep_off_stderr() -> None:
    """Puts a filter before the hook of the process, unless it is there."""
    if not isinstance(sys.unraisablehook, _Filter):
        sys.unraisablehook = _Filter()


class _Filter:
    def __init__(self) -> None:
        self._others = sys.unraisablehook

    def __call__(self, report: UnraisableHookArgs) -> None:
        if not _is_of_model_code(report.object):
            self._others(report)


def _is_of_model_code(source: object) -> bool:
    if isinstance(source, GeneratorType):
        return source.gi_code.co_filename.startswith(PREFIX)
    if isinstance(source, CoroutineType):
        return source.cr_code.co_filename.startswith(PREFIX)
    return isinstance(source, AsyncGeneratorType) and bool(source.ag_code.co_filename.startswith(PREFIX))
