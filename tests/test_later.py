"""Modules and patterns that are made when something of them is first used."""

from __future__ import annotations

import re
import subprocess
import sys
import threading

import pytest

from codeact_sdk import later
from codeact_sdk.later import DeepThread, Later, imported, later_pattern

HEAVY = (
    *(
        "asyncio",
        "click",
        "concurrent.futures",
        "dataclasses",
        "docstring_parser",
        "email",
        "httpx",
        "importlib.metadata",
    ),
    *(
        "importlib.resources",
        "inspect",
        "json",
        "logging",
        "packaging",
        "pathlib",
        "pluggy",
        "pydantic",
        "pydantic_core",
    ),
    *("regex", "rich", "socket", "ssl", "typing_extensions", "zoneinfo"),
)
"""What a first action may not need: a millisecond or more each."""

OURS = ("bundled", "events", "interpreter.hints", "messages", "packs", "prompts", "tools.tool", "typecheck")
"""Of `codeact_sdk`."""

WITHOUT_TOOLS = "Interpreter().run('1 + 1')"
WITH_TOOLS = """
def double(n: int, *, by: float = 2.0, note: str | None = None) -> float:
    return n * by
assert Interpreter(tools=[double]).run('double(4)').value == 8
"""


def loaded(code: str) -> set[str]:
    """The modules that a new process has after this code."""
    program = f"from codeact_sdk import Interpreter\n{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_first_action_imports_nothing_heavy():
    """It is ready in a third of the time that its imports once took."""
    assert loaded(WITHOUT_TOOLS) & {*HEAVY, *(f"codeact_sdk.{name}" for name in OURS)} == set()


def test_a_first_call_of_a_tool_imports_no_checker():
    """Arguments of the right types need none."""
    assert loaded(WITH_TOOLS) & {"asyncio", "pydantic", "importlib.metadata", "logging", "codeact_sdk.packs"} == set()


DECLARED = """
from codeact_sdk import ToolPack
pack = ToolPack("acme", "A shop.")
@pack.tool(cache=60, retry=3, rate="10/s", concurrency=2)
def double(n: int) -> int:
    return 2 * n
@pack.tool
def plain(n: int) -> int:
    return n
interp = Interpreter(packs=[pack])
assert interp.run("acme.plain(4)").value == 4
"""
KEEPERS = {"cachelib", "cachetools", "platformdirs", "tenacity", "token_bucket"}


def test_what_keeps_a_declared_behaviour_is_imported_by_its_first_call():
    """A session pays for no cache that it does not use."""
    assert loaded(DECLARED) & KEEPERS == set()
    assert loaded(DECLARED + 'assert interp.run("acme.double(4)").value == 8') >= KEEPERS


def test_what_tools_will_need_is_imported_before_an_action_runs():
    """An import would take of the time that the action may run."""
    code = "async def f(x: list[int]) -> int: ...\nInterpreter(tools=[f])"
    assert loaded(code) >= {"asyncio", "codeact_sdk.tools.adapters"}


@pytest.mark.parametrize("name", [name for name, value in vars(later).items() if isinstance(value, Later)])
def test_each_name_is_a_module(name):
    """A misspelt one would be found by the first user."""
    module = getattr(later, name)
    assert imported(module._name).__name__ == module._name
    with pytest.raises(AttributeError, match="nothing_like_this"):
        _ = module.nothing_like_this


def test_a_member_is_looked_up_once():
    """After that it costs what an attribute costs."""
    module = Later("string")
    assert "digits" not in vars(module)
    assert module.digits is module.digits
    assert "digits" in vars(module)


def test_an_import_that_fails_says_so_in_every_thread():
    """The error is that of the import statement, wherever it was done."""
    found = []

    def run():
        with pytest.raises(ModuleNotFoundError, match="no_such_module") as caught:
            _ = Later("no_such_module").member
        found.append(caught.value)

    for kind in (threading.Thread, DeepThread):
        thread = kind(target=run)
        thread.start()
        thread.join()
    assert len(found) == 2


def test_without_room_for_a_thread_it_is_imported_in_place():
    """A limit on address space is no reason to fail."""
    program = """
import resource, threading
from codeact_sdk.later import DeepThread, Later
ready, go = threading.Event(), threading.Event()
def run():
    ready.set()
    go.wait()
    print(Later("colorsys").ONE_THIRD)
thread = DeepThread(target=run)
thread.start()
ready.wait()
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 4_000_000,) * 2)
try:
    threading.Thread(target=print).start()
except RuntimeError:
    print("no thread")
go.set()
thread.join()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:2] == ["no thread", str(1 / 3)], done.stderr


def test_a_pattern_is_compiled_when_it_is_used():
    """It does what the compiled one does; a wrong one says so then."""
    made = later_pattern("a(b)", flags=re.IGNORECASE)
    assert made.fullmatch("AB")[1] == "B"
    assert (made.pattern, made.sub("x", "ab")) == ("a(b)", "x")
    with pytest.raises(re.error):
        later_pattern("(").search("")
