"""One action in an interpreter of its own, from sync and from async code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from codeact_sdk import Interpreter
from codeact_sdk.events import Observation


def run(code: str, *tools: Callable[..., object], **options: Any) -> Observation:
    """Runs one action in an interpreter of its own."""
    with Interpreter(tools=tools, **options) as interpreter:
        return interpreter.run(code)


def arun(code: str, *tools: Callable[..., object], **options: Any) -> Observation:
    """Runs one action from a coroutine."""

    async def main() -> Observation:
        with Interpreter(tools=tools, **options) as interpreter:
            return await interpreter.arun(code)

    return asyncio.run(main())
