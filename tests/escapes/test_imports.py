"""What an action makes the process import is imported whole, at whatever depth the action is."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from codeact_sdk.later import DeepThread, imported

DEEP = """
def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n
def deep(n):
    if n:
        return deep(n - 1)
    {use}
try:
    deep(depth() - {left})
except RecursionError:
    pass
"""


def run_deep(code: str, *, left: int, tools: str = "()") -> str:
    """Runs code that many calls before the end of the stack, in a new process; gives what the host can do afterwards."""
    host = f"""
import sys
from codeact_sdk import Interpreter
def double(values: list[int] | int) -> int:
    return 2 * values
interpreter = Interpreter(tools={tools})
interpreter.run({DEEP.format(use=code, left=left)!r})
import asyncio, datetime, pydantic, regex
async def main():
    return pydantic.TypeAdapter(int).validate_python("3") + bool(regex.match("a", "a"))
print(asyncio.run(main()), interpreter.run({code.replace("return ", "")!r}).status)
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", host], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("left", [30, 45, 52, 55, 65])
@pytest.mark.parametrize("code", ["import asyncio", "import re; re.search('b', 'abc')"])
def test_an_import_near_the_end_of_the_stack_breaks_nothing(code: str, left: int) -> None:
    """Half an `asyncio` stayed in the process, and no event loop could be made in it any more."""
    assert run_deep(code, left=left) == "4 ok\n"


@pytest.mark.parametrize("left", [40, 80, 120])
def test_nor_does_one_that_a_call_of_a_tool_causes(left: int) -> None:
    """Arguments that have to be coerced are the first to need pydantic."""
    assert run_deep("double('3')", left=left, tools="(double,)") == "4 ok\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Makes packages that break for good where their first import stops half way, as `asyncio` does."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("from .first import *\nfrom .second import *\nALL = first.A + second.B\n")
        (folder / "first.py").write_text("A = 1\n")
        (folder / "second.py").write_text("import " + name + ".third\nB = 2\n")
        (folder / "third.py").write_text("def f(n):\n    return n and f(n - 1)\nf(20)\n")
        return name

    return make


def import_deep(name: str, left: int, way: Callable[[str], object]) -> None:
    """Imports something in an action's thread, that many calls before the end of its stack."""

    def depth(n: int = 0) -> int:
        try:
            return depth(n + 1)
        except RecursionError:
            return n

    def deep(n: int) -> None:
        if n:
            deep(n - 1)
        else:
            way(name)

    def run() -> None:
        with contextlib.suppress(RecursionError):
            deep(depth() - left)

    thread = DeepThread(target=run)
    thread.start()
    thread.join()


def works(name: str) -> bool:
    """Tells whether a package can be imported by others."""
    try:
        return import_module(name).ALL == 3
    except NameError:
        return False


def test_no_depth_leaves_half_a_package(package: Callable[[str], str]) -> None:
    """At every distance from the end of the stack; the plain way breaks at some of them."""
    distances = range(1, 90)
    plain = [package(f"plain_{left}") for left in distances]
    ours = [package(f"ours_{left}") for left in distances]
    for left, name, other in zip(distances, ours, plain, strict=True):
        import_deep(name, left, imported)
        import_deep(other, left, import_module)
    assert all(map(works, ours))
    assert not all(map(works, plain))
