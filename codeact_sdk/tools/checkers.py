"""Pydantic's checkers, imported when a value first needs one: calls with arguments of the right types never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeact_sdk.later import Later

if TYPE_CHECKING:
    from codeact_sdk.tools import adapters
else:
    adapters = Later("codeact_sdk.tools.adapters")

__all__ = ["adapters"]
