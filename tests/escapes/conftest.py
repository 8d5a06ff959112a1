"""Attacks run in an interpreter of their own, with tools that hold what must not be reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from codeact_sdk import Interpreter, Limits
from codeact_sdk.observations import Observation

SECRET = "canary-5f2c"  # what attacks look for

Attack = Callable[..., Observation]
Refused = Callable[[str], str]


@pytest.fixture
def attack() -> Attack:
    """Runs code with tools and limits: `attack(code, tool, seconds=1)`."""

    def run(code: str, *tools: Callable[..., object], **limits: Any) -> Observation:
        with Interpreter(tools=tools, limits=Limits(**{"seconds": 20, **limits})) as interpreter:
            return interpreter.run(code)

    return run


@pytest.fixture
def refused(attack: Attack) -> Refused:
    """Runs code that must fail, and gives its error as `Type: message`."""

    def look(key: str) -> int:
        """Looks something up.

        Args:
            key: What to look up.
        """
        return len(SECRET + key)

    def run(code: str) -> str:
        seen = attack(code, look)
        assert seen.error is not None, f"not refused: {seen}"
        assert seen.status == "error"
        assert SECRET not in repr(seen)
        return f"{seen.error.type}: {seen.error.message}"

    return run
