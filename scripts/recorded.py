"""Runs programs that models wrote in CPython and as actions, and tells what behaves differently.

    python scripts/recorded.py FOLDER

The folder holds `*.jsonl` files, one for each source, with `{"id": ..., "actions": [text, ...]}` on each line: the actions of
one session, in order. Nothing of them is part of the project. Programs run without any sandbox on the side of CPython: those
that open files, start processes or use the network are left out before anything runs, but a sandbox around all is advisable.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import IO, NamedTuple

from recorded_sides import LIMIT_S, Seen, as_actions, in_cpython, without_addresses

_SILENCE_S = 60.0
_AGAIN = 20
"""How often CPython is asked again where something differs that may be chance: one outcome may be rare."""
_NAMES_OUTSIDE = {
    "open": "files",
    "input": "input()",
    "breakpoint": "input()",
    "help": "input()",
    "__import__": "modules by name",
}
_ATTRIBUTES_OUTSIDE = {("sys", "stdin"): "input()", ("sys", "argv"): "the command line"}
_BY_CHANCE = re.compile(r"\b(random|secrets|time|timeit|uuid|datetime|id|hash)\b")


class Program(NamedTuple):
    """What a model wrote in one session."""

    id: str
    actions: list[str]


class Difference(NamedTuple):
    """The first thing in which a program behaves differently as actions."""

    program: Program
    number: int
    """Of the action, from 0."""
    what: str
    """"error", "stdout", "value" or "limit"."""
    expected: str
    found: str

    def as_text(self) -> str:
        """For a person: where, what, and what was expected."""
        told = f"{self.program.id}, action {self.number + 1}: {self.what}"
        return f"{told}\n  CPython: {self.expected[:300]!r}\n  action:  {self.found[:300]!r}"


@dataclass
class Counts:
    """What came of the programs of one source."""

    programs: int = 0
    actions: int = 0
    outside: Counter[str] = field(default_factory=Counter)
    """Actions that are not compared, by reason."""
    compared: int = 0
    failed: int = 0
    """Actions that raise something in CPython, of those that were compared."""
    differences: list[Difference] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of the actions that were compared, how many behave as in CPython."""
        return 1 - len(self.differences) / self.compared if self.compared else 1.0


def read(path: Path) -> Iterator[Program]:
    """Reads the programs of one source.

    Args:
        path: Of a file of JSON lines.
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            yield Program(str(fields["id"]), [str(text) for text in fields["actions"]])


def why_outside(text: str, offered: Collection[str]) -> str | None:
    """Why an action is not compared; None where it is.

    Args:
        text: The action.
        offered: Names of the modules that actions may import.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # CPython refuses it too, and how is compared
    for node in ast.walk(tree):
        reason = _why(node, offered)
        if reason is not None:
            return reason
    return None


def _why(node: ast.AST, offered: Collection[str]) -> str | None:
    match node:
        case ast.Import(names=names):
            return next(filter(None, (_why_module(each.name, offered) for each in names)), None)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            whole = [f"{module}.{each.name}" for each in names]
            return None if set(whole) <= set(offered) else _why_module(module, offered)
        case ast.Name(id=name, ctx=ast.Load()):
            return _NAMES_OUTSIDE.get(name)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return _ATTRIBUTES_OUTSIDE.get((name, attribute))
    return None


def _why_module(name: str, offered: Collection[str]) -> str | None:
    head = name.partition(".")[0]
    if name in offered or head == "__future__":
        return None
    return f"module {name if head in offered else head}" if head in sys.stdlib_module_names else "packages"


class Side:
    """A process that runs programs."""

    def __init__(self, target: Callable[..., None], *, tool: bool) -> None:
        """Starts it.

        Args:
            target: Of `recorded_sides`.
            tool: Whether there is the dummy tool.
        """
        self._target, self._tool = target, tool
        self._requests, self._process = self._start()

    def _start(self) -> tuple[Connection, SpawnProcess]:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=self._target, args=(there,), kwargs={"tool": self._tool})
        with _one_order():
            process.start()
        there.close()
        return here, process

    def run(self, actions: list[str]) -> list[Seen]:
        """What it makes of a program; nothing where it does not answer.

        Args:
            actions: Of the program.
        """
        self._requests.send(actions)
        try:
            if self._requests.poll(_SILENCE_S + LIMIT_S * len(actions)):
                seen: list[Seen] = self._requests.recv()
                return seen
        except (EOFError, OSError):
            pass  # as good as silence
        self.close()
        self._requests, self._process = self._start()
        return []

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.join()
        self._requests.close()


@contextlib.contextmanager
def _one_order() -> Iterator[None]:
    """Processes that are started within show sets of texts in one order."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = "0"
    try:
        yield
    finally:
        del os.environ["PYTHONHASHSEED"]
        if before is not None:
            os.environ["PYTHONHASHSEED"] = before


class Sides:
    """CPython, one process for a program, and an interpreter, one process for many."""

    def __init__(self, *, tool: bool) -> None:
        """Starts both.

        Args:
            tool: Whether there is a tool, so that names are checked before an action runs.
        """
        from codeact_sdk import Interpreter  # noqa: PLC0415  # the process of CPython must not load it

        self.cpython = Side(in_cpython, tool=tool)
        self.interpreter = Side(as_actions, tool=tool)
        self.offered = frozenset(Interpreter().modules)

    def close(self) -> None:
        """Ends both."""
        self.cpython.close()
        self.interpreter.close()


def compare(program: Program, sides: Sides, counts: Counts) -> None:
    """Runs one program on both sides, and counts.

    Args:
        program: What to run.
        sides: Who runs it.
        counts: Is added to.
    """
    counts.programs += 1
    counts.actions += len(program.actions)
    actions = []
    for number, text in enumerate(program.actions):
        reason = why_outside(text, sides.offered)
        if reason is not None:
            counts.outside[reason] += 1
            counts.outside["follows one that is outside"] += len(program.actions) - number - 1
            break
        actions.append(text)
    if not actions:
        return
    expected = sides.cpython.run(actions)
    if len(expected) < len(actions):
        counts.outside["does not end in CPython"] += len(actions) - len(expected)
        actions = actions[: len(expected)]
    found = sides.interpreter.run(actions) if actions else []
    if found and found[-1].ended:
        found = sides.interpreter.run(actions)  # others may have had the processor
    for number, wanted in enumerate(expected):
        seen = found[number] if number < len(found) else Seen("", None, "nothing came back", ended=True)
        different = _different(wanted, seen)
        if different is not None and _by_chance(program, sides, expected[: number + 1]):
            counts.outside["differs from run to run in CPython"] += len(expected) - number
            return
        counts.compared += 1
        counts.failed += bool(wanted.error)
        if different is not None:
            counts.differences.append(Difference(program, number, *different))
            counts.outside["follows a difference"] += len(expected) - number - 1
            return


def _different(wanted: Seen, seen: Seen) -> tuple[str, str, str] | None:
    if seen.ended:
        return "limit", f"{wanted.error}: {wanted.message}", f"{seen.error}: {seen.message}"
    if wanted.error != seen.error:
        return "error", f"{wanted.error}: {wanted.message}", f"{seen.error}: {seen.message}"
    texts = [without_addresses(each.stdout) for each in (wanted, seen)]
    if texts[0] != texts[1]:
        same = (number for number, pair in enumerate(zip(*texts, strict=False)) if pair[0] != pair[1])
        place = max(0, next(same, min(map(len, texts))) - 40)
        return "stdout", texts[0][place:], texts[1][place:]
    values = [each.value and without_addresses(each.value) for each in (wanted, seen)]
    if values[0] is not None and values[0] != values[1]:
        return "value", str(values[0]), str(values[1])
    return None


def _by_chance(program: Program, sides: Sides, expected: Sequence[Seen]) -> bool:
    """Tells whether CPython itself shows something else when it runs the program again."""
    if not any(_BY_CHANCE.search(text) for text in program.actions):
        return False
    for _ in range(_AGAIN):
        again = sides.cpython.run(program.actions[: len(expected)])
        if len(again) < len(expected) or any(_different(*pair) for pair in zip(expected, again, strict=True)):
            return True
    return False


def measure(
    folder: Path, tell: Callable[[str, Counts], None], *, tool: bool = False, most: int | None = None
) -> dict[str, Counts]:
    """Compares all programs of a folder.

    Args:
        folder: Of the sources.
        tell: Is called after each program, with the source and what is counted so far.
        tool: Whether there is a tool, so that names are checked before an action runs.
        most: How many programs of each source are taken, chosen by chance but always the same; all where left out.
    """
    counts: dict[str, Counts] = {}
    sides = Sides(tool=tool)
    try:
        for path in sorted(folder.glob("*.jsonl")):
            programs = list(read(path))
            if most is not None and len(programs) > most:
                programs = random.Random(path.stem).sample(programs, most)  # noqa: S311  # no secret
            counts[path.stem] = Counts()
            for program in programs:
                compare(program, sides, counts[path.stem])
                tell(path.stem, counts[path.stem])
    finally:
        sides.close()
    return counts


def table(counts: dict[str, Counts]) -> str:
    """The counts as a table in Markdown."""
    lines = [
        "| source | programs | actions | compared | raise | different | as in CPython |",
        "|---|---|---|---|---|---|---|",
    ]
    whole = Counts()
    for each in counts.values():
        whole.programs += each.programs
        whole.actions += each.actions
        whole.compared += each.compared
        whole.failed += each.failed
        whole.differences += each.differences
    for name, each in [*counts.items(), ("all", whole)]:
        numbers = (each.programs, each.actions, each.compared, each.failed, len(each.differences))
        lines.append(f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} | {each.share:.2%} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; 1 where something differs."""
    options = _parser().parse_args(arguments)
    if options.python is not None:
        given = ["--tool"] * options.tool + ["--most", str(options.most)] * (options.most is not None)
        command = [options.python, Path(__file__), options.folder, "--show", str(options.show), *given]
        if options.write is not None:
            command += ["--write", options.write]
        return subprocess.run(command, check=False).returncode  # noqa: S603  # a Python that the caller names
    with contextlib.ExitStack() as stack:
        kept = options.write and stack.enter_context(options.write.open("w", encoding="utf-8"))
        counts = measure(options.folder, _teller(kept), tool=options.tool, most=options.most)
    print(table(counts))
    reasons: Counter[str] = sum((each.outside for each in counts.values()), Counter())
    print("\nnot compared:", ", ".join(f"{reason} {number:,}" for reason, number in reasons.most_common()))
    differences = [each for one in counts.values() for each in one.differences]
    for each in differences[: options.show]:
        print(f"\n{each.as_text()}")
    return int(bool(differences))


def _teller(kept: IO[str] | None) -> Callable[[str, Counts], None]:
    """Writes each difference when it is found, because a run takes long."""
    written: Counter[str] = Counter()

    def tell(source: str, counts: Counts) -> None:
        for each in counts.differences[written[source] :]:
            written[source] += 1
            if kept is not None:
                print(json.dumps({**each._asdict(), "program": each.program._asdict()}), file=kept, flush=True)
        if sys.stderr.isatty():
            print(f"\r{source}: {counts.programs:,} programs, {written[source]} different ", end="", file=sys.stderr)

    return tell


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="recorded", description="Compares recorded programs with CPython.")
    add = parser.add_argument
    add("folder", type=Path, help="holds *.jsonl with {id, actions} on each line")
    add("--python", type=Path, help="runs both sides; needs the SDK on its path")
    add("--tool", action="store_true", help="gives the session a tool, so that names are checked before an action runs")
    add("--most", type=int, metavar="N", help="takes N programs of each source")
    add("--show", type=int, metavar="N", default=10, help="how many differences are printed")
    add("--write", type=Path, metavar="FILE", help="where all differences are kept, as JSON lines")
    return parser


if __name__ == "__main__":
    sys.exit(main())
