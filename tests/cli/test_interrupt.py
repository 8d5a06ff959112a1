"""Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shell import record

from codeact_sdk.runs.read import read_run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")

WAIT_S = 30

SPIN = (
    "<execute>\nprint('spinning')\nwhile True:\n    try:\n        pass\n    except Exception:\n        pass\n</execute>"
)
SLEEP = "<execute>\nimport time\nwhile True:\n    time.sleep(0.01)\n</execute>"


def interrupt(arguments, *, until, stdin=""):
    """Starts a command, sends SIGINT when `until` holds, and gives its exit code, stdout and stderr."""
    process = subprocess.Popen(
        [sys.executable, "-m", "codeact_sdk.cli", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(stdin)
    process.stdin.close()
    process.stdin = None
    end = time.monotonic() + WAIT_S
    while not until() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    try:
        out, err = process.communicate(timeout=WAIT_S)
    finally:
        process.kill()
    return process.returncode, out, err


def recorded(text):
    """Whether a run file holds a text."""
    return any(text in path.read_text() for path in Path(".codeact", "runs").glob("*.jsonl"))


@pytest.mark.parametrize("code", [SPIN, SLEEP], ids=["spinning", "sleeping"])
def test_a_run_is_stopped_and_kept(code):
    """The run file gets its end, the place is printed, the exit code is the shell's for SIGINT."""
    model = f"replay:{record(Path('recorded.jsonl'), code)}"
    exit_code, out, err = interrupt(
        ["run", "x", "--model", model, "--pack", "files"], until=lambda: recorded("action_found")
    )
    assert (exit_code, out) == (130, "")
    assert "Traceback" not in err
    (path,) = Path(".codeact", "runs").glob("*.jsonl")
    assert f"run file: {path}" in err
    run = read_run(path)
    assert run.status == "stopped"
    assert not run.cut
    assert [event.kind for event in run.events].count("run_finished") == 1


def test_code_without_a_model_is_stopped():
    """`codeact exec` ends at once and without a traceback."""
    Path("codeact.toml").write_text("[settings.files]\nwritable = true\n")
    Path("code.py").write_text("open_ = files.write('started.txt', 'x')\nwhile True:\n    pass\n")
    exit_code, _, err = interrupt(["exec", "code.py", "--yes"], until=lambda: Path("started.txt").exists())
    assert exit_code == 130
    assert "Traceback" not in err
