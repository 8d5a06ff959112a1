"""Actions in a process of their own, which tells how much memory each took at most: no other test's memory is in it.

Run as a program it reads actions as lines of JSON and answers each with one line.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from codeact_sdk import Interpreter, Limits

PEAK = Path("/proc/self/clear_refs")
"""Where Linux takes the order to measure the peak anew."""


class Apart:
    """The other process."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def run(self, code: str, **limits: Any) -> dict[str, Any]:
        """Runs one action in a fresh interpreter: its `status`, `type` and `message` of its error, bytes of `growth` at most."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps({"code": code, "limits": limits}) + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        assert answer, f"the process ended with {self._child.wait()}"
        found: dict[str, Any] = json.loads(answer)
        return found


@contextmanager
def apart() -> Iterator[Apart]:
    """Starts the process, and ends it."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as child:
        try:
            yield Apart(child)
        finally:
            child.kill()


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


def _answer(code: str, limits: dict[str, Any]) -> dict[str, Any]:
    gc.collect()
    PEAK.write_text("5", encoding="ascii")
    before = _status("VmRSS")
    with Interpreter(limits=Limits(**limits)) as interpreter:
        seen = interpreter.run(code)
    told = {"type": seen.error.type, "message": seen.error.message} if seen.error else {}
    return {"status": seen.status, **told, "growth": _status("VmHWM") - before}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(**json.loads(line))) + "\n")
        sys.stdout.flush()
