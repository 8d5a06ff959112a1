"""Logs of tools without values of secrets."""

from __future__ import annotations

import logging
import traceback
from typing import Any, cast

from codeact_sdk.tools.redaction import Redactor


class _Redacting(logging.LoggerAdapter[logging.Logger]):
    """Writes a record with its message made, and the text of its exception beside it, both without values of secrets."""

    def __init__(self, logger: logging.Logger, redactor: Redactor) -> None:
        super().__init__(logger, {})
        self._redactor = redactor

    def log(self, level: int, msg: object, *args: object, **options: Any) -> None:
        """Writes one record."""
        if not self.isEnabledFor(level):
            return
        text = _message(msg, args)
        told = options.pop("exc_info", None)
        if told:
            text = f"{text}\n{_exception(told)}".rstrip()
        options["stacklevel"] = options.get("stacklevel", 1) + 1
        self.logger.log(level, "%s", self._redactor.text(text), **self._redactor.data(options))


def _message(msg: object, args: tuple[object, ...]) -> str:
    """The text of a record; a wrong format stops no tool, as in any other log."""
    try:
        return logging.LogRecord("", 0, "", 0, msg, args, None).getMessage()
    except Exception:  # noqa: BLE001  # whatever a format or an argument raises
        return f"{msg} {args}"


def _exception(told: object) -> str:
    if isinstance(told, BaseException):
        return "".join(traceback.format_exception(told))
    if isinstance(told, tuple):
        return "".join(traceback.format_exception(*told))
    return traceback.format_exc()


def redacting_log(namespace: str, redactor: Redactor) -> logging.Logger:
    """The log of a pack.

    Args:
        namespace: Of the pack.
        redactor: Knows the values.
    """
    return cast("logging.Logger", _Redacting(logging.getLogger(f"codeact.{namespace}"), redactor))
