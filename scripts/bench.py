"""Measures the interpreter against plain `exec`, and what a tool call costs.

    make bench                     one table; the figures also go to build/bench.json
    .venv/bin/python scripts/bench.py --quick

Engine and control alternate within one process, after a warm-up. Times are CPU time, quoted is the ratio of the minima over
the rounds: a shared machine only ever adds. A wrong result is a failure, not a fast time. Peers are measured where they are
installed (`pip install smolagents`).
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from pydantic import validate_call

from codeact_sdk import Interpreter, Limits

RESULTS = Path(__file__).resolve().parent.parent / "build" / "bench.json"

Tools = Mapping[str, Callable[..., object]]
Run = Callable[[str], str]
"""Runs a code action and returns what it printed."""

WORKLOADS = {
    "loop at top level": "total = 0\nfor i in range(60000):\n    total += i * 3 % 7\nprint(total)\n",
    "loop in function": (
        "def work(n):\n    total, i = 0, 0\n    while i < n:\n        total += i * 3 % 7\n        i += 1\n"
        "    return total\nprint(work(60000))\n"
    ),
    "recursion": "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nprint(fib(20))\n",
    "attributes": (
        "class Point:\n    def __init__(self, x):\n        self.x = x\n    def step(self, by):\n        self.x += by\n"
        "def work(n):\n    p = Point(1)\n    for i in range(n):\n        p.step(i)\n    return p.x\nprint(work(30000))\n"
    ),
    "items": (
        "def work(n):\n    seen, row = {}, [0] * 100\n    for i in range(n):\n        row[i % 100] += i\n"
        "        seen[i % 100] = row[i % 100]\n    return sum(seen.values())\nprint(work(40000))\n"
    ),
    "text": (
        "lines = []\nfor i in range(10000):\n    lines.append(f'{i}:{i % 7}'.upper().strip())\n"
        "print(len(','.join(lines).split(',')))\n"
    ),
    "sort by key": (
        "rows = [{'id': i, 'rank': i * 7919 % 1007} for i in range(8000)]\n"
        "print(sorted(rows, key=lambda row: (-row['rank'], row['id']))[0]['id'])\n"
    ),
    "comprehensions": "even = [i * 2 for i in range(50000) if i % 3]\nprint(len({n % 1000 for n in even}), sum(n for n in even))\n",
}

ACTION = """\
rows = search("bolt", 20)
sums = {{}}
for row in rows:
    kind = row["kind"]
    sums[kind] = sums.get(kind, 0) + row["amount"] * {salt}
best = max(sums, key=lambda kind: sums[kind])
names = [row["name"].title() for row in rows if row["kind"] == best]
factor = rate("EUR")
print(f"{{best}}: {{sums[best] * factor / {salt}:.2f}} in {{len(names)}}")
saved = note(best, len(names))
if not saved:
    print("not saved")
"""
"""Twelve lines with three tool calls; the salt makes each text a new one, so that nothing is gained by keeping compiled code."""


def search(query: str, limit: int) -> list[dict[str, object]]:
    """Finds rows."""
    return [{"name": f"{query} {n}", "kind": "abc"[n % 3], "amount": n} for n in range(limit)]


def rate(currency: str) -> float:
    """Tells an exchange rate."""
    return 1.25 if currency else 1.0


def note(title: str, count: int) -> bool:
    """Keeps a note."""
    return bool(title) and count > 0


def add(a: int, b: int) -> int:
    """Adds two whole numbers."""
    return a + b


TOOLS: Tools = {"search": search, "rate": rate, "note": note, "add": add}


def plain(tools: Tools) -> Run:
    """The limit: `exec`, without any safety."""
    namespace: dict[str, object] = dict(tools)

    def run(code: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "<action>", "exec"), namespace)  # noqa: S102 - the control of the measurement
        return printed.getvalue()

    return run


def ours(tools: Tools) -> Run:
    """Our interpreter with its default limits, but for the number of tool calls."""
    interpreter = Interpreter(tools=tools, limits=Limits(tool_calls=None))

    def run(code: str) -> str:
        observation = interpreter.run(code)
        if observation.error is not None:
            raise RuntimeError(f"{observation.error.type}: {observation.error.message}")
        return observation.stdout

    return run


def smolagents(tools: Tools) -> Run:
    """The interpreter of smolagents, which walks the tree."""
    executor = import_module("smolagents.local_python_executor").LocalPythonExecutor([])
    executor.send_tools(dict(tools))

    def run(code: str) -> str:
        return str(executor(code).logs)

    return run


ENGINES = {"codeact-sdk": ours, "smolagents": smolagents}


def cpu(run: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    run()
    return time.process_time() - start


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    engine: str
    value: float
    unit: str


def compare(what: str, engine: str, run: Run, control: Run, codes: list[str]) -> Row:
    """Runs the same codes by both, in turns, and gives the ratio of the minima: control time by engine time."""
    times: dict[str, list[float]] = {"control": [], "engine": []}
    for code in codes:
        expected, given = control(code), run(code)
        if expected != given:
            raise SystemExit(f"{what}: {engine} printed {given!r}, exec printed {expected!r}")
        times["control"].append(cpu(lambda code=code: control(code)))  # type: ignore[misc]  # mypy has no rule for a bound default
        times["engine"].append(cpu(lambda code=code: run(code)))  # type: ignore[misc]  # as above
    return Row(what, engine, min(times["control"]) / min(times["engine"]), "x exec speed")


def throughput(engine: str, run: Run, control: Run, rounds: int) -> list[Row]:
    """Measures each workload, and the geometric mean."""
    rows = [compare(what, engine, run, control, [code] * rounds) for what, code in WORKLOADS.items()]
    return [*rows, Row("geometric mean", engine, statistics.geometric_mean(row.value for row in rows), "x exec speed")]


def action(engine: str, run: Run, control: Run, rounds: int) -> Row:
    """Measures a typical action, by the medians over texts that are all different."""
    spent: dict[str, list[float]] = {"control": [], "engine": []}
    for salt in range(1, rounds * 20):
        code = ACTION.format(salt=salt)
        for name, runner in (("control", control), ("engine", run)):
            start = time.perf_counter()
            runner(code)
            spent[name].append(time.perf_counter() - start)
    ratio = statistics.median(spent["engine"]) / statistics.median(spent["control"])
    return Row("12-line action, 3 tool calls", engine, ratio, "x exec time")


def tool_call(engine: str, run: Run, control: Run, rounds: int) -> list[Row]:
    """Measures one call of a tool with two whole numbers, the loop around it taken off."""
    calls = 2000
    loop = f"for i in range({calls}):\n    pass\n"
    call = f"for i in range({calls}):\n    add(i, 2)\n"

    def each(runner: Run) -> float:
        return (
            min(cpu(lambda: runner(call)) for _ in range(rounds))
            - min(cpu(lambda: runner(loop)) for _ in range(rounds))
        ) / calls

    validated = each(plain({"add": validate_call(add)}))
    cost = each(run)
    return [
        Row("tool call", engine, cost * 1e6, "µs"),
        Row("tool call", engine, cost / validated, "x pydantic validate_call"),
        Row("tool call", "exec", each(control) * 1e6, "µs"),
    ]


def import_cost(rounds: int) -> Row:
    """Measures `import codeact_sdk` in whole processes, an empty one taken off."""

    def wall(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own command
        return time.perf_counter() - start

    pairs = [(wall("import codeact_sdk"), wall("pass")) for _ in range(rounds)]
    return Row("import", "codeact-sdk", (min(p[0] for p in pairs) - min(p[1] for p in pairs)) * 1e3, "ms")


def measure(rounds: int) -> list[Row]:
    """Measures every engine that is installed."""
    rows = [import_cost(rounds)]
    for engine, make in ENGINES.items():
        if find_spec(engine.replace("-", "_")) is None:
            continue
        run, control = make(TOOLS), plain(TOOLS)
        rows += throughput(engine, run, control, rounds)
        rows.append(action(engine, run, control, rounds))
        rows += tool_call(engine, run, control, rounds)
    return rows


def release(name: str) -> str:
    """Names a distribution with its version, if it is installed."""
    with contextlib.suppress(PackageNotFoundError):
        return f"{name} {version(name)}"
    return f"{name} not installed"


def main() -> None:
    """Prints the table and writes the figures."""
    parser = argparse.ArgumentParser(description="Measures the interpreter against plain exec.")
    parser.add_argument("--quick", action="store_true", help="two rounds: does it run at all")
    rounds = 2 if parser.parse_args().quick else 9
    machine = (
        f"{platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    engines = ", ".join(release(name) for name in ("codeact-sdk", "RestrictedPython", "pydantic", "smolagents"))
    print(f"{machine}; {engines}; {rounds} rounds\n")
    rows = measure(rounds)
    for row in rows:
        print(f"{row.engine:14} {row.what:32} {row.value:10.3f} {row.unit}")
    RESULTS.parent.mkdir(exist_ok=True)
    figures = {"machine": machine, "engines": engines, "rounds": rounds, "rows": [vars(row) for row in rows]}
    RESULTS.write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
