"""Packs: how tools are published, found, checked, configured and chosen.

What authors of packs import from here beside `codeact_sdk`'s own names; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeact_sdk.observations import Display
    from codeact_sdk.packs.settings import Config
    from codeact_sdk.tools.behaviour import Cache, Rate, Retry
    from codeact_sdk.tools.images import Image
    from codeact_sdk.tools.passage import Answer, Change, Deny
    from codeact_sdk.tools.type_rules import TypeRule

__all__ = ["Answer", "Cache", "Change", "Config", "Deny", "Display", "Image", "Rate", "Retry", "TypeRule"]

_HOME = {
    "Answer": "tools.passage",
    "Cache": "tools.behaviour",
    "Change": "tools.passage",
    "Config": "packs.settings",
    "Deny": "tools.passage",
    "Display": "observations",
    "Image": "tools.images",
    "Rate": "tools.behaviour",
    "Retry": "tools.behaviour",
    "TypeRule": "tools.type_rules",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'codeact_sdk.packs' has no attribute {name!r}")
    return getattr(import_module(f"codeact_sdk.{home}"), name)


def __dir__() -> list[str]:
    return __all__
