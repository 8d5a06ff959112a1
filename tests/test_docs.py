"""Runs the Python of every page: what a reader copies works, and gives what the page says.

The ```python blocks of a page run top to bottom in one namespace, in an empty folder, without keys or network.
`expression  # -> value` compares with the value's repr (or, after a `print`, with what was printed);
`>>>` lines are doctests. A ```python action block is what an agent writes: it runs in the `interpreter` that the page has
made, if need be in a block within an HTML comment. Blocks in other languages (```console, ```toml, ...) are not run.
"""

from __future__ import annotations

import ast
import doctest
import io
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/*/README.md"), *ROOT.glob("cookbook/**/*.md")]
)
BLOCK = re.compile(
    r"^(?P<indent> *)```python(?P<action> action)?\n(?P<code>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL
)
PROMISE = re.compile(r"#\s*->\s*(.+?)\s*$")


def blocks(page: Path) -> Iterator[tuple[int, str, bool]]:
    """Yields the line on which the code of each Python block starts, the code, and whether it is an action."""
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        code = re.sub(rf"^{found['indent']}", "", found["code"], flags=re.MULTILINE)
        yield text.count("\n", 0, found.start("code")) + 1, code, found["action"] is not None


def run_statement(statement: ast.stmt, source: list[str], namespace: dict[str, object], place: str) -> None:
    """Runs one statement and compares it with the promise at the end of its last line."""
    promise = PROMISE.search(source[statement.end_lineno - 1])
    printed = io.StringIO()
    with redirect_stdout(printed):
        if not isinstance(statement, ast.Expr):
            exec(compile(ast.Module([statement], []), place, "exec"), namespace)
            return
        value = eval(compile(ast.Expression(statement.value), place, "eval"), namespace)
    if promise:
        given = printed.getvalue().rstrip("\n") or repr(value)
        assert given == promise[1], (
            f"{place}:{statement.lineno}: the page promises {promise[1]}, the code gives {given}"
        )


def run_block(code: str, line: int, namespace: dict[str, object], page: Path) -> None:
    """Runs one block; errors show the page and its line."""
    place = str(page.relative_to(ROOT))
    if ">>>" in code:
        test = doctest.DocTestParser().get_doctest(code, namespace, page.stem, place, line - 1)
        results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, clear_globs=False)
        assert results.failed == 0, f"{place}:{line}: see the output above"
        namespace.update(test.globs)
        return
    code = "\n" * (line - 1) + code
    for statement in ast.parse(code, place).body:
        run_statement(statement, code.splitlines(), namespace, place)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of the page runs, in order, and keeps its promises."""
    monkeypatch.chdir(tmp_path)
    # Classes defined on the page look their annotations up in the module they belong to.
    module = ModuleType(f"page_{page.stem.replace('-', '_').lower()}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for line, code, is_action in blocks(page):
        if is_action:
            observation = module.interpreter.run(code)
            assert observation.status in {"ok", "answered"}, f"{page.name}:{line}: {observation.error}"
        else:
            run_block(code, line, module.__dict__, page)
