"""Starts workers one after another, and notices how they end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import IO

from fuzz.findings import Finding, Findings
from fuzz.suite import ROOT

_SILENCE_S = 180.0
"""A worker that says nothing for so long hangs: every program has a limit of two seconds or less, but a worker may be far down
in the queue for the processor."""
_LIFE_S = 60.0
"""Age at which a worker is replaced: what programs leave behind would slow it down."""
_AGAIN_S = 180.0
_PAUSE_S = 1.0
_OF_TIME = ("late", "outlived", "memory")
_FRAME = re.compile(r'File "(?:.*/)?([^/"]+)", line (\d+) in (\w+)')


@dataclass(frozen=True)
class Plan:
    """What a run does."""

    targets: tuple[str, ...]
    minutes: float
    jobs: int
    seed: str
    python: Path
    folder: Path


def run(plan: Plan) -> Findings:
    """Runs the workers of a plan until its time is over, each job through the targets in turn.

    Args:
        plan: What to do.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    findings, lock = Findings(plan.folder), threading.Lock()
    end = time.monotonic() + plan.minutes * 60
    share = min(_LIFE_S, plan.minutes * 60 * plan.jobs / len(plan.targets))
    jobs = [
        threading.Thread(target=_Job(plan, number, findings, lock).until, args=(end, share))
        for number in range(plan.jobs)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    return findings


def confirm(findings: Findings, *, python: Path) -> None:
    """Judges again, one after the other, what may have come of a busy machine only.

    Args:
        findings: Of a run that is over.
        python: Who runs the worker.
    """
    for name, finding in findings.seen.items():
        if finding.kind in _OF_TIME:
            shown = judge_again(finding.target, finding.program, python=python)
            findings.alone[name] = any(kind == finding.kind for kind, _, _ in shown)


def judge_again(target: str, program: str, *, python: Path) -> list[tuple[str, str, str]]:
    """Judges one program in a fresh worker: kind, place and detail of what it shows.

    Args:
        target: Who judges.
        program: Its text.
        python: Who runs the worker.
    """
    command = [str(python), "-m", "fuzz.worker", "again", target]
    data = program.encode("utf-8", "surrogatepass")
    try:
        done = subprocess.run(command, input=data, capture_output=True, env=_environ(), timeout=_AGAIN_S, check=False)  # noqa: S603  # our own command
    except subprocess.TimeoutExpired:
        return [("hang", "it does not come back", "")]
    if done.returncode:
        return [("crash", _crash_place(done.returncode, done.stderr.decode(errors="replace")), "")]
    return [(kind, place, detail) for kind, place, detail in json.loads(done.stdout.splitlines()[-1])["findings"]]


class _Job:
    """One worker at a time."""

    def __init__(self, plan: Plan, number: int, findings: Findings, lock: threading.Lock) -> None:
        self._plan = plan
        self._number = number
        self._findings = findings
        self._lock = lock
        self._next = dict.fromkeys(plan.targets, 0)

    def until(self, end: float, share: float) -> None:
        """Starts workers until a moment of `time.monotonic`."""
        turn = self._number * len(self._plan.targets) // self._plan.jobs
        while (left := end - time.monotonic()) > 1:
            target = self._plan.targets[turn % len(self._plan.targets)]
            self._work(target, min(share, left))
            turn += 1

    def _work(self, target: str, seconds: float) -> None:
        plan = self._plan
        arguments = [target, f"{plan.seed}.{self._number}", str(self._next[target]), str(seconds), str(plan.folder)]
        errors: list[str] = []
        with subprocess.Popen(  # noqa: S603  # our own command
            [str(plan.python), "-m", "fuzz.worker", *arguments],
            env=_environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as worker:
            lines: Queue[str | None] = Queue()
            readers = [
                threading.Thread(target=_tell, args=(worker.stdout, lines)),
                threading.Thread(target=_keep, args=(worker.stderr, errors)),
            ]
            for reader in readers:
                reader.start()
            hung = not self._listen(target, lines)
            if hung:
                worker.kill()
            code = worker.wait()
            for reader in readers:
                reader.join()
        if hung or code:
            self._ended_badly(target, worker.pid, "hang" if hung else "crash", code, "".join(errors))
        elif errors and target != "differences":  # generators of what CPython ran print when they are collected
            place = re.sub(r"0x[0-9a-f]+|\d+", "N", errors[-1].strip())
            self._add(Finding(target, "stderr", place, f"{target}:{plan.seed}", "", "".join(errors)[-4000:]))

    def _listen(self, target: str, lines: Queue[str | None]) -> bool:
        """Takes what a worker tells until it ends; False where it falls silent."""
        while True:
            try:
                line = lines.get(timeout=_SILENCE_S)
            except Empty:
                return False
            if line is None:
                return True
            told = json.loads(line)
            if "finding" in told:
                self._add(Finding(**told["finding"]))
            else:
                self._next[target] = told["next"]
                with self._lock:
                    self._findings.count(target, told["endings"])

    def _ended_badly(self, target: str, pid: int, kind: str, code: int, errors: str) -> None:
        running = self._plan.folder / f"running-{pid}.py"
        seed, program = f"{target}:{self._plan.seed}:start", ""
        if running.exists():
            text = running.read_text(encoding="utf-8", errors="surrogatepass")
            seed, _, program = text.partition("\n")
            running.unlink()
            self._next[target] = int(seed.rpartition(":")[2]) + 1
        else:
            time.sleep(_PAUSE_S)  # it did not come to its first program, and the next one will not either
        place = _crash_place(code, errors) if kind == "crash" else f"hang of {seed}"
        self._add(Finding(target, kind, place, seed, program, errors[-8000:]))

    def _add(self, finding: Finding) -> None:
        with self._lock:
            new = self._findings.add(finding)
        if new:
            print(f"{finding.name}: {finding.place} ({finding.seed})", file=sys.stderr, flush=True)


def _tell(stream: IO[str], lines: Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _keep(stream: IO[str], lines: list[str]) -> None:
    lines.extend(stream)


def _crash_place(code: int, errors: str) -> str:
    """The exit code and the innermost frames that faulthandler shows of the thread that failed."""
    frames = _FRAME.findall(errors.partition("Current thread")[2] or errors)
    return f"exit {code} " + " < ".join(f"{name}:{function}" for name, _, function in frames[:3])


def _environ() -> dict[str, str]:
    paths = os.pathsep.join(str(path) for path in (ROOT / "scripts", ROOT))
    return {**os.environ, "PYTHONPATH": paths}
