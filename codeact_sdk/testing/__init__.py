"""Fakes and checks for those who test agents and packs.

The fixtures of the pytest plugin come with the installation of `codeact-sdk`: see docs/testing.md. Each name here is imported
when it is first used, because every run of pytest imports this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeact_sdk.testing.bench import Bench
    from codeact_sdk.testing.cassettes import Cassette
    from codeact_sdk.testing.docs import assert_tool_docs
    from codeact_sdk.testing.scripted import ScriptedModel
    from codeact_sdk.testing.snapshots import assert_prompt_snapshot

__all__ = ["Bench", "Cassette", "ScriptedModel", "assert_prompt_snapshot", "assert_tool_docs"]

_HOME = {
    "Bench": "bench",
    "Cassette": "cassettes",
    "ScriptedModel": "scripted",
    "assert_prompt_snapshot": "snapshots",
    "assert_tool_docs": "docs",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'codeact_sdk.testing' has no attribute {name!r}")
    return getattr(import_module(f"codeact_sdk.testing.{home}"), name)


def __dir__() -> list[str]:
    return __all__
