"""Runs one target in a process of its own: `python -m fuzz.worker TARGET SEED FIRST SECONDS FOLDER`, or one program again.

It writes down each program before it runs it, and prints a line of JSON for each finding and about each second: a driver that sees
neither line nor end knows that a program does not come back, and one that sees it end by a signal knows which program it was.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import resource
import sys
import time
import traceback
import warnings
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from fuzz.findings import Finding, Verdict
from fuzz.targets import Target, target

_REPORT_S = 1.0
_CHANNEL = 99
"""The descriptor that the driver reads from."""
_ADDRESS_SPACE = 6 * 2**30
"""Bytes: far above what any limit under test allows, since threads reserve deep stacks; below what would hurt a machine."""


def main(name: str, seed: str, first: int, seconds: float, folder: Path) -> int:
    """Makes and judges programs until the time is over."""
    _prepare()
    running = folder / f"running-{os.getpid()}.py"
    judged, counts = target(name), Counter[str]()
    began = told = time.monotonic()
    n = first
    while (now := time.monotonic()) < began + seconds:
        if now - told > _REPORT_S:
            _say({"next": n, "endings": counts})
            counts, told = Counter(), now
        program_seed = f"{name}:{seed}:{n}"
        program = judged.make(random.Random(program_seed))  # noqa: S311  # not for secrets
        running.write_text(f"{program_seed}\n{program}", encoding="utf-8", errors="surrogatepass", newline="")
        verdict = _judged(judged, program)
        counts[verdict.ending] += 1
        for kind, place, detail in verdict.findings:
            _say({"finding": asdict(Finding(name, kind, place, program_seed, program, detail))})
        n += 1
    judged.close()
    running.unlink()
    _say({"next": n, "endings": counts})
    return 0


def again(name: str) -> int:
    """Judges the program that stands on stdin, alone."""
    _prepare()
    judged = target(name)
    verdict = _judged(judged, sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    judged.close()
    _say(asdict(verdict))
    return 0


def _prepare() -> None:
    """Keeps the stdout of this process for what is told: what a program writes there joins stderr, and is a finding."""
    os.dup2(1, _CHANNEL)
    os.dup2(2, 1)
    faulthandler.enable()
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _judged(judged: Target, program: str) -> Verdict:
    try:
        return judged.judge(program)
    except BaseException as error:  # noqa: BLE001  # nothing but a verdict ever comes out
        place = f"{type(error).__name__} at {place_of(error)}"
        return Verdict("errors", (("raised", place, traceback.format_exc()),))


def place_of(error: BaseException) -> str:
    """Where an exception was raised: the innermost frame of the SDK, else the innermost of all."""
    frames = [(frame.filename, frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [frame for frame in frames if "codeact_sdk" in frame[0]] or frames
    return f"{Path(own[-1][0]).name}:{own[-1][2]} {own[-1][1]}" if own else "nowhere"


def _say(told: dict[str, object]) -> None:
    os.write(_CHANNEL, (json.dumps(told) + "\n").encode())


if __name__ == "__main__":
    if sys.argv[1] == "again":
        sys.exit(again(sys.argv[2]))
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5])))
