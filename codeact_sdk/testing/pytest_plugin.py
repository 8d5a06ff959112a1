"""Fixtures for tests of packs: installed with the SDK, for every run of pytest, so nothing else of it is imported here.

Its entry point is called as the module is, so that `-p codeact_sdk.testing.pytest_plugin` and `pytest_plugins` in a `conftest.py`
may name it as well: pytest loads one name once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from codeact_sdk import Agent, Interpreter, Observation, ToolContext, ToolPack
    from codeact_sdk.testing import Bench, Cassette, ScriptedModel

_MARKERS = (
    "codeact(settings={}, secrets={}, **options): settings and secrets of the pack under test, and options of its interpreters",
    'codeact_pack(name): the pack under test, as "module:attribute" or by the namespace that pyproject.toml declares',
    "codeact_cassette(name=None, match_on=None, repeats=False): answers HTTP requests from a recording; see --codeact-record",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the two options that write files, and the name of the pack."""
    group = parser.getgroup("codeact", "packs of tools for codeact-sdk")
    group.addoption("--codeact-record", action="store_true", help="send HTTP requests, and write their cassettes anew")
    group.addoption("--codeact-update", action="store_true", help="write the snapshots of prompts anew")
    parser.addini("codeact_pack", 'the pack under test, as "module:attribute"', default="")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marks."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Gives a test with the mark `codeact_cassette` the fixture, before any other."""
    names = getattr(item, "fixturenames", None)
    if names is not None and "codeact_cassette" not in names and item.get_closest_marker("codeact_cassette"):
        names.insert(0, "codeact_cassette")


@pytest.fixture
def codeact_pack(request: pytest.FixtureRequest) -> ToolPack:
    """The pack under test: the one that the nearest `pyproject.toml` declares, unless a mark or the ini option names one."""
    from codeact_sdk.testing.finding import find_pack  # noqa: PLC0415  # see the top

    mark = request.node.get_closest_marker("codeact_pack")
    wanted = mark.args[0] if mark and mark.args else request.config.getini("codeact_pack")
    return find_pack(request.path.parent, wanted=wanted)


@pytest.fixture
def _codeact_secrets() -> dict[str, set[str]]:
    """The secrets that a test has given so far, by name: no cassette may hold one."""
    return {}


@pytest.fixture
def _codeact_bench(
    request: pytest.FixtureRequest, codeact_pack: ToolPack, _codeact_secrets: dict[str, set[str]]
) -> Iterator[Bench]:
    from codeact_sdk.testing.bench import Bench  # noqa: PLC0415  # see the top

    given: dict[str, Any] = {}
    for mark in request.node.iter_markers("codeact"):  # the nearest first
        for key, value in mark.kwargs.items():
            merges = key in {"settings", "secrets"}
            given[key] = {**value, **given.get(key, {})} if merges else given.get(key, value)
    records = request.config.getoption("codeact_record") and "codeact_cassette" in request.fixturenames
    bench = Bench(
        codeact_pack,
        real_secrets=os.environ if records else None,
        on_secret=lambda name, value: _codeact_secrets.setdefault(name, set()).add(value),
        **given,
    )
    yield bench
    bench.close()


@pytest.fixture
def make_interpreter(_codeact_bench: Bench) -> Callable[..., Interpreter]:
    """Makes interpreters with the pack under test: `make_interpreter(settings={...}, secrets={...}, limits=...)`."""
    return _codeact_bench.interpreter


@pytest.fixture
def interpreter(make_interpreter: Callable[..., Interpreter]) -> Interpreter:
    """An interpreter with the pack under test, as the mark `codeact` says; closed after the test."""
    return make_interpreter()


@pytest.fixture
def run_code(interpreter: Interpreter) -> Callable[[str], Observation]:
    """Runs code that must succeed in the fixture `interpreter`; otherwise the test fails with what a model would read."""
    from codeact_sdk.testing.bench import run_or_fail  # noqa: PLC0415  # see the top

    return lambda code: run_or_fail(interpreter, code)


@pytest.fixture
def make_context(_codeact_bench: Bench) -> Callable[..., ToolContext]:
    """Makes contexts for tools that a test calls as functions: `make_context(settings={...}, secrets={...})`."""
    return _codeact_bench.context


@pytest.fixture
def scripted_model() -> Callable[..., ScriptedModel]:
    """Makes models that say what the test wrote down: `scripted_model("first reply", "second reply")`."""
    from codeact_sdk.testing import ScriptedModel  # noqa: PLC0415  # see the top

    return lambda *replies, **options: ScriptedModel(replies, **options)


@pytest.fixture
def make_agent(_codeact_bench: Bench) -> Callable[..., Agent]:
    """Makes agents with the pack under test: `make_agent(["first reply", "second reply"]).run("the task")`."""
    return _codeact_bench.agent


@pytest.fixture
def codeact_cassette(request: pytest.FixtureRequest, _codeact_secrets: dict[str, set[str]]) -> Iterator[Cassette]:
    """Answers the test's HTTP requests from its cassette, and refuses those that are not in it."""
    try:
        from codeact_sdk.testing.cassettes import Cassette  # noqa: PLC0415  # see the top
    except ModuleNotFoundError as error:
        pytest.fail(f"cassettes need {error.name}: install codeact-sdk[testing]", pytrace=False)
    mark = request.node.get_closest_marker("codeact_cassette")
    options = dict(mark.kwargs) if mark else {}
    name = options.pop("name", None) or (mark.args[0] if mark and mark.args else None) or _default_name(request)
    cassette = Cassette(
        request.path.parent / "cassettes" / f"{name}.yaml",
        record=request.config.getoption("codeact_record"),
        secrets=_codeact_secrets,
        **options,
    )
    with cassette:
        yield cassette
    if cassette.refused:
        pytest.fail("\n\n".join(cassette.refused), pytrace=False)


@pytest.fixture
def prompt_snapshot(request: pytest.FixtureRequest, codeact_pack: ToolPack) -> Callable[..., None]:
    """Compares what a model reads of the pack under test with `snapshots/<namespace>.py.txt` beside the test."""
    from codeact_sdk.testing.snapshots import SUFFIX, assert_prompt_snapshot  # noqa: PLC0415  # see the top

    def compare(pack: ToolPack | None = None, *, name: str = "", budget_tokens: int | None = None) -> None:
        pack = pack or codeact_pack
        path = request.path.parent / "snapshots" / f"{name or pack.namespace}{SUFFIX}"
        update = request.config.getoption("codeact_update")
        assert_prompt_snapshot(pack, path, update=update, budget_tokens=budget_tokens)

    return compare


def _default_name(request: pytest.FixtureRequest) -> str:
    """Module, class and test, as a path that every file system takes."""
    names = [Path(request.path).stem, *([request.cls.__name__] if request.cls else []), request.node.name]
    return "/".join(re.sub(r"[^\w.\-]+", "-", name).strip("-.") for name in names)
