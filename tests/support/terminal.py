"""The command line at a terminal: a process of its own, that sees a person's keys."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Session(NamedTuple):
    """What came of a command at a terminal."""

    exit_code: int
    screen: str
    """All that was shown, stdout and stderr together."""


def codeact_at_terminal(
    *arguments: object, keys: str, folder: Path, environ: Mapping[str, str] | None = None
) -> Session:
    """Calls `codeact` at a pseudo-terminal on which keys have been typed ahead.

    Args:
        arguments: Of the command.
        keys: What is typed.
        folder: The working folder.
        environ: Variables of the environment besides those of this process.
    """
    ours, theirs = pty.openpty()
    os.write(ours, keys.encode())
    process = subprocess.Popen(
        [sys.executable, "-m", "codeact_sdk.cli", *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", "TERM": "dumb", **(environ or {})},
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65_536):
            shown += chunk
    except OSError:  # what Linux says when the other side is closed
        pass
    finally:
        os.close(ours)
    return Session(process.wait(), shown.decode().replace("\r\n", "\n"))
