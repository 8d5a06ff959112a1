"""Starts a worker for each duty of each engine, one after another, and gathers what they print."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.engines import OWN, Engine
from bench.environments import ROOT, peer_python, version_of
from bench.peers import PEERS
from bench.report import Column, Report, shown_columns
from bench.rows import Row

_TIMEOUT_S = 600


@dataclass(frozen=True)
class _Target:
    engine: Engine
    python: Path
    column: Column


def run(rows: tuple[Row, ...], *, pythons: Iterable[Path], peers: bool, quick: bool) -> Report:
    """Measures rows.

    Args:
        rows: What is wanted; a duty is done for all its rows together.
        pythons: Where our own package is measured, beside the Python that runs this.
        peers: Whether peers are measured that are installed.
        quick: Whether it is enough to see that everything runs.
    """
    keys = [row.key for row in rows]
    report = Report(_machine(), datetime.datetime.now(tz=datetime.UTC).date().isoformat(), [], keys, quick=quick)
    control = Column("exec")
    targets = _own_targets([Path(sys.executable), *pythons]) + (_peer_targets(report) if peers else [])
    for duty in dict.fromkeys(row.duty for row in rows):
        for target in targets:
            if duty in target.engine.duties:
                print(f"{duty}: {target.column.label} ...", file=sys.stderr, flush=True)
                _do(duty, target, report, control, quick=quick)
    control.figures |= {row.key: 1.0 for row in rows if row.of_exec}
    columns = [target.column for target in targets]
    for column in (*columns, control):
        column.figures = {key: value for key, value in column.figures.items() if key in keys}
    own = sum(column.own for column in columns)
    report.columns = shown_columns([*columns[:own], control, *columns[own:]])
    return report


def _own_targets(pythons: list[Path]) -> list[_Target]:
    names = {python: version_of(python) for python in pythons}
    label = OWN.name if len(names) == 1 else f"{OWN.name} on {{}}"
    return [_Target(OWN, python, Column(label.format(version), own=True)) for python, version in names.items()]


def _peer_targets(report: Report) -> list[_Target]:
    pythons = {name: peer_python(name) for name in PEERS}
    if absent := [name for name, python in pythons.items() if python is None]:
        report.notes.append(f"not installed, see `make bench-peers`: {', '.join(absent)}")
    return [_Target(PEERS[name], python, Column(name)) for name, python in pythons.items() if python is not None]


def _do(duty: str, target: _Target, report: Report, control: Column, *, quick: bool) -> None:
    where = f"{duty}, {target.column.label}"
    try:
        answer = _ask(duty, target, quick=quick)
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        stderr = str(getattr(error, "stderr", "") or error).strip()
        problem = f"{where}: {stderr.splitlines()[-1] if stderr else type(error).__name__}"
        (report.wrong if target.column.own else report.notes).append(problem)
        return
    target.column.python, target.column.version = answer["python"], answer["version"]
    if "wrong" in answer:
        report.wrong.append(f"{where}: {answer['wrong']}")
    for key, value in answer.get("figures", {}).items():
        if key.startswith("exec."):
            control.figures.setdefault(key.removeprefix("exec."), value)  # from the first, our own Python
        else:
            target.column.figures[key] = value


def _ask(duty: str, target: _Target, *, quick: bool) -> dict[str, Any]:
    command = [str(target.python), "-W", "ignore", "-m", "bench.worker", duty, target.engine.name]
    paths = [
        ROOT / "scripts",
        *([ROOT] if target.column.own else []),
    ]  # the package beside this, wherever it is installed
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every import compiles
    done = subprocess.run(  # noqa: S603  # our own command
        [*command, *(["--quick"] if quick else [])],
        env=environ,
        check=True,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
