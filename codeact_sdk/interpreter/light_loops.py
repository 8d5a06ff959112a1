"""An event loop without files: for coroutines of model code, whose async tools run in the loop of the host.

A loop of the library's has a selector and a pair of sockets, which take a tenth of a millisecond to make and three file
descriptors for each session. Model code can wait for time, for its own tasks and for tools, and none of these is a file.
"""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakSet

from codeact_sdk.interpreter.turns import Bell


class LightLoop(asyncio.BaseEventLoop):
    """Waits for a bell where other loops wait for files."""

    def __init__(self, bell: Bell) -> None:
        """Makes a loop.

        Args:
            bell: Wakes the thread that runs it.
        """
        super().__init__()
        self.bell = bell
        self._selector = _Waiting(bell)
        self._own_tasks: WeakSet[asyncio.Task[Any]] = WeakSet()

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """Makes a task, and knows it: the library looks for those of a loop among all of the process."""
        task = super().create_task(coro, **options)
        self._own_tasks.add(task)
        return task

    def unfinished(self) -> set[asyncio.Task[Any]]:
        """The tasks that have not ended."""
        return {task for task in self._own_tasks if not task.done()}

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Tells nobody: what concerns the model is in the observation."""

    def _process_events(self, event_list: object) -> None:
        """Does nothing: no files, no events."""

    def _write_to_self(self) -> None:
        self.bell.ring()

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        """Closes a dropped asynchronous generator while the loop runs, and not when it is closed itself."""
        if self.is_running():
            super()._asyncgen_finalizer_hook(agen)  # type: ignore[misc]  # typeshed does not know it


class _Waiting:
    """What stands in the place of a selector."""

    __slots__ = ("_bell",)

    def __init__(self, bell: Bell) -> None:
        self._bell = bell

    def select(self, timeout: float | None) -> tuple[()]:
        """Waits until something is to be done."""
        if timeout is None or timeout > 0:
            self._bell.wait(timeout)
        return ()
