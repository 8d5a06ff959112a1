"""What went wrong in the code of a pack or plugin and was contained: the rest goes on, and the cause is named."""

from __future__ import annotations

from collections.abc import Callable

from codeact_sdk.frozen import Frozen
from codeact_sdk.later import logging, traceback


class PackFault(Frozen):
    """One failure that was contained."""

    pack: str
    """Namespace of the pack, or name of the plugin."""
    what: str
    """What failed, such as `resource database: closing` or `hook codeact_before_call`."""
    cause: str
    """`Type: message` of what was raised."""
    distribution: str = ""
    """Where the pack came from; empty if unknown."""
    traceback: str = ""

    def __str__(self) -> str:
        origin = f" (from {self.distribution})" if self.distribution else ""
        return f"pack {self.pack!r}{origin}: {self.what} raised {self.cause}"


class Faults:
    """The contained failures of one interpreter, each logged once as it happens."""

    def __init__(self) -> None:
        self._kept: list[PackFault] = []
        self.redact: Callable[[str], str] = str
        """Takes values of secrets out of a text."""

    def add(self, error: BaseException, *, pack: str, what: str, distribution: str = "") -> None:
        """Takes note of one; one that is already known is not logged again.

        Args:
            error: What was raised.
            pack: Namespace of the pack, or name of the plugin.
            what: What failed.
            distribution: Where the pack came from.
        """
        fault = PackFault(
            pack=pack,
            what=what,
            cause=self.redact(_words(error)),
            distribution=distribution,
            traceback=self.redact("".join(traceback.format_exception(error))),
        )
        if any(str(known) == str(fault) for known in self._kept):
            return
        self._kept.append(fault)
        logging.getLogger(f"codeact.{pack}").error("%s", fault)

    def all(self) -> tuple[PackFault, ...]:
        """Those of which note was taken, in the order in which they happened."""
        return tuple(self._kept)


def _words(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  # an exception's text is code of the plugin
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
