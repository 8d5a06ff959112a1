"""Programs to begin with: the texts of the test suite, of the fuzzer's own writers, and functions of Python's library."""

from __future__ import annotations

import ast
import random
import sysconfig
import warnings
from pathlib import Path

from fuzz.suite import ROOT, support

_LONGEST = 3_000
_LIBRARY_FILES = 15
_WRITTEN = 100


def texts() -> list[str]:
    """Gives the corpus; the same one in each process of one commit and Python."""
    rng = random.Random(1)  # noqa: S311  # not for secrets
    write = support("programs").write
    prelude = support("programs").PRELUDE
    written = [write(rng.choice, most=4).removeprefix(prelude) for _ in range(_WRITTEN)]
    return [*_of_tests(), *written, prelude, *_of_the_library(rng)]


def _of_tests() -> list[str]:
    found: dict[str, None] = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_program(node.value):
                found[node.value] = None
    return list(found)


def _is_program(text: str) -> bool:
    return len(text) <= _LONGEST and any(mark in text for mark in ("\n", "(", "=", "[", "."))


def _of_the_library(rng: random.Random) -> list[str]:
    """Functions and classes: every construct that people use, and some that only Python's own tests do."""
    folder = Path(sysconfig.get_path("stdlib"))
    paths = sorted(path for part in ("", "asyncio", "json", "test") for path in (folder / part).glob("*.py"))
    grammar = [
        path
        for path in paths
        if path.name in ("test_grammar.py", "test_patma.py", "test_fstring.py", "test_named_expressions.py")
    ]
    found: list[str] = []
    for path in [*grammar, *rng.sample(paths, min(_LIBRARY_FILES, len(paths)))]:
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Match | ast.Try):
                text = ast.unparse(node)
                if len(text) <= _LONGEST:
                    found.append(text)
    return found


def _parsed(path: Path) -> ast.AST:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError):  # a file that tests how Python refuses it
            return ast.Module([], [])
