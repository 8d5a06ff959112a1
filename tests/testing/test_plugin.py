"""The fixtures as the author of a pack uses them, each run in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import codeact_sdk

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.timeout(300)

PYPROJECT = """
[project]
name = "codeact-acme"
version = "1.0"
dependencies = ["codeact-sdk>=0.1,<0.2"]

[project.entry-points.codeact_sdk]
acme = "acme_orders:pack"

[tool.pytest.ini_options]
addopts = ["--strict-markers", "-p", "codeact_sdk.testing.pytest_plugin"]
filterwarnings = ["error"]
pythonpath = ["."]
"""
PACK = '''
from pydantic import BaseModel, ConfigDict
from codeact_sdk import ToolContext, ToolPack


class Settings(BaseModel):
    url: str = "http://127.0.0.1:1"
    region: str = "eu"
    model_config = ConfigDict(extra="forbid")


pack = ToolPack("acme", "Orders of a shop.", secrets=["ACME_KEY"], settings=Settings)


@pack.tool
def where(ctx: ToolContext) -> list[str]:
    """Where it looks."""
    return [ctx.settings.region, ctx.secret("ACME_KEY")[::-1]]


@pack.tool
def page(n: int, ctx: ToolContext) -> str:
    """One page.

    Args:
        n: Which.
    """
    return ctx.http.get(f"{ctx.settings.url}/orders", params={"page": n, "key": ctx.secret("ACME_KEY")}).json()["page"]


@pack.tool
async def apage(n: int, ctx: ToolContext) -> str:
    """One page.

    Args:
        n: Which.
    """
    return (await ctx.http.get(f"{ctx.settings.url}/orders", params={"page": n})).json()["page"]
'''


@pytest.fixture(autouse=True)
def _this_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK of this tree is found in the other processes too, installed or not."""
    monkeypatch.setenv("PYTHONPATH", str(Path(codeact_sdk.__file__).parents[1]))


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """The folder of a distribution with a pack that is not installed."""
    pytester.makefile(".toml", pyproject=PYPROJECT)
    pytester.makepyfile(acme_orders=PACK)
    (pytester.path / "tests").mkdir()
    return pytester


def run(project: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    """Runs one test file of the project."""
    (project.path / "tests" / "test_acme.py").write_text(tests, encoding="utf-8")
    return project.runpytest_subprocess("-p", "no:cacheprovider", *options)


def test_the_fixtures_work_together(project):
    """The pack is found by its pyproject.toml; settings, secrets and limits come from marks and calls."""
    tests = """
        import pytest
        from codeact_sdk import Limits
        from codeact_sdk.errors import ConfigError
        from acme_orders import pack, where

        pytestmark = pytest.mark.codeact(settings={"region": "us"}, secrets={"ACME_KEY": "made-up"})

        def test_pack(codeact_pack):
            assert codeact_pack is pack

        def test_interpreter(interpreter, run_code):
            assert interpreter.run("acme.where()").value == ["us", "pu-edam"]
            run_code("x = acme.where()")
            assert run_code("x[0]").value == "us"

        @pytest.mark.codeact(settings={"region": "asia"}, limits=Limits(tool_calls=1))
        def test_nearest_mark(interpreter, run_code):
            assert interpreter.limits.tool_calls == 1
            assert run_code("acme.where()").value == ["asia", "pu-edam"]

        def test_make_interpreter(make_interpreter):
            first = make_interpreter(settings={"region": "asia"}, tools={"two": lambda: 2})
            assert first.run("acme.where()[0], two()").value == ("asia", 2)
            second = make_interpreter(secrets={"ACME_KEY": "other"})
            assert second.run("acme.where()").value == ["us", "rehto"]
            with pytest.raises(ConfigError, match="regoin"):
                make_interpreter(settings={"regoin": "us"})

        def test_context(make_context):
            assert where(make_context()) == ["us", "pu-edam"]
            assert where(make_context(settings={"region": "eu"})) == ["eu", "pu-edam"]
            assert make_context(idempotency_key="k").idempotency_key == "k"
            assert type(make_context(is_async=False).http).__name__ == "Client"

        def test_agent(make_agent, scripted_model):
            assert make_agent(["<execute>\\nanswer(acme.where()[0])\\n</execute>"]).run("Where?").answer == "us"
            model = scripted_model("Nowhere.", name="m")
            assert make_agent(model, max_steps=1).run("Where?").answer == "Nowhere."
            assert "acme.where" in model.requests[0].messages[0].content

        def test_no_secret_of_mine(make_interpreter, monkeypatch, tmp_path):
            monkeypatch.chdir(tmp_path)
            monkeypatch.setenv("ACME_KEY", "mine-from-the-environment")
            (tmp_path / ".env").write_text("ACME_KEY=mine-from-a-file")
            assert "needs the secret ACME_KEY" in make_interpreter(secrets={"ACME_KEY": ""}).run("acme.where()").error.message
    """
    project.makepyfile(**{"tests/test_acme": tests})
    done = project.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=7)


def test_code_that_fails_shows_what_a_model_would_read(project):
    """`run_code` is for code that must succeed."""
    done = run(project, 'def test_it(run_code):\n    run_code("acme.pgae(1)")\n')
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*the code ended with 'error'; a model would read:*", "*page*"])


def test_another_pack_may_be_named(project):
    """By a mark, by the ini file, or by a fixture of the same name."""
    project.makepyfile(other_pack=PACK.replace('"acme"', '"other"'))
    named = (
        "import pytest\n"
        '@pytest.mark.codeact_pack("other_pack:pack")\n'
        "def test_mark(interpreter):\n    assert list(interpreter.toolset.groups) == ['other']\n"
        '@pytest.mark.codeact_pack("acme")\n'
        "def test_name(interpreter):\n    assert list(interpreter.toolset.groups) == ['acme']\n"
        '@pytest.mark.codeact_pack("acne")\n'
        "def test_wrong(interpreter):\n    pass\n"
        "class TestOwn:\n"
        "    @pytest.fixture\n"
        "    def codeact_pack(self):\n        from other_pack import pack\n        return pack\n"
        "    def test_own(self, interpreter):\n        assert list(interpreter.toolset.groups) == ['other']\n"
    )
    done = run(project, named)
    done.assert_outcomes(passed=3, errors=1)
    done.stdout.fnmatch_lines(["*pyproject.toml declares no pack 'acne' (packs: acme)*"])
    done = run(
        project,
        "def test_ini(codeact_pack):\n    assert codeact_pack.namespace == 'other'\n",
        "-o",
        "codeact_pack=other_pack:pack",
    )
    done.assert_outcomes(passed=1)


def test_a_pack_that_cannot_be_imported_is_explained(project):
    """A distribution that was not installed is the common case."""
    (project.path / "acme_orders.py").unlink()
    done = run(project, "def test_it(codeact_pack):\n    pass\n")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*there is no module acme_orders*", "*pip install -e *"])


def test_without_a_pack_the_message_says_how_to_name_one(pytester):
    """Tests outside of any distribution."""
    pytester.makepyfile("def test_it(interpreter):\n    pass\n")
    done = pytester.runpytest_subprocess("-p", "codeact_sdk.testing.pytest_plugin", "-p", "no:cacheprovider")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*no pyproject.toml around * declares a pack *codeact_pack*"])


CASSETTE_TESTS = """
    import pytest

    URL = "{url}"

    @pytest.mark.codeact_cassette
    @pytest.mark.codeact(settings={{"url": URL}}, secrets={{"ACME_KEY": "made-up-key"}})
    def test_pages(run_code):
        assert run_code("acme.page(1), await acme.apage(2)").value == ("1", "2")

    @pytest.mark.codeact_cassette("by_name", repeats=True)
    @pytest.mark.codeact(settings={{"url": URL}}, secrets={{"ACME_KEY": "made-up-key"}})
    @pytest.mark.parametrize("n", [1, 2])
    def test_named(run_code, n):
        assert run_code("acme.page(1)").value == "1"

    def test_fixture(codeact_cassette):
        assert codeact_cassette.requests == ()
"""


def test_cassettes_are_recorded_with_the_real_key_and_played_without(project, shop, monkeypatch):
    """The option records, with the secrets of the environment; later runs need neither server nor key."""
    project.makepyfile(**{"tests/test_acme": CASSETTE_TESTS.format(url=shop.url)})
    monkeypatch.setenv("ACME_KEY", "the-real-key-of-acme")
    project.runpytest_subprocess("-p", "no:cacheprovider", "--codeact-record").assert_outcomes(passed=4)
    assert shop.asked[0] == "GET /orders?page=1&key=the-real-key-of-acme"
    shop.stop()
    monkeypatch.delenv("ACME_KEY")
    written = sorted(path.relative_to(project.path) for path in project.path.rglob("*.yaml"))
    assert written == [Path("tests/cassettes/by_name.yaml"), Path("tests/cassettes/test_acme/test_pages.yaml")]
    assert not any("the-real-key-of-acme" in path.read_text(encoding="utf-8") for path in written_in(project))
    project.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=4)


def written_in(project: pytest.Pytester) -> list[Path]:
    """The cassettes of a project."""
    return list(project.path.rglob("*.yaml"))


def test_a_request_that_a_tool_hides_fails_the_test_all_the_same(project, shop):
    """A refusal is told at the end, whatever became of it in the code."""
    tests = f"""
        import pytest

        @pytest.mark.codeact_cassette
        @pytest.mark.codeact(settings={{"url": "{shop.url}"}}, secrets={{"ACME_KEY": "made-up-key"}})
        def test_pages(interpreter):
            assert interpreter.run("acme.page(1)").status == "error"
    """
    project.makepyfile(**{"tests/test_acme": tests})
    done = project.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(
        ["GET *page=1&key=HIDDEN was not sent: there is no cassette *test_pages.yaml", "record it with *"]
    )
    assert shop.asked == []


def test_a_snapshot_is_kept_beside_the_test(project):
    """It is written when that is asked for, and a change fails with its diff."""
    tests = (
        "from codeact_sdk.testing import assert_tool_docs\n"
        "def test_prompt(prompt_snapshot):\n    prompt_snapshot()\n    prompt_snapshot(name='short', budget_tokens=10)\n"
        "def test_docs(codeact_pack):\n    assert_tool_docs(codeact_pack)\n"
    )
    run(project, tests).assert_outcomes(passed=1, failed=1)
    run(project, tests, "--codeact-update").assert_outcomes(passed=2)
    assert sorted(path.name for path in (project.path / "tests" / "snapshots").iterdir()) == [
        "acme.py.txt",
        "short.py.txt",
    ]
    run(project, tests).assert_outcomes(passed=2)
    project.makepyfile(acme_orders=PACK.replace("Where it looks.", "Where it may look."))
    done = run(project, tests)
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["*-*Where it looks.*", "*+*Where it may look.*"])


def test_naming_the_plugin_twice_does_no_harm(project):
    """An entry point, `-p` and `pytest_plugins` come to the same."""
    (project.path / "conftest.py").write_text('pytest_plugins = ["codeact_sdk.testing.pytest_plugin"]\n')
    run(project, "def test_it(scripted_model):\n    assert scripted_model('a').name == 'scripted'\n").assert_outcomes(
        passed=1
    )


def test_the_plugin_imports_nothing_else_of_the_sdk():
    """Every run of pytest imports it, and what is imported before coverage starts would not be measured."""
    code = "import codeact_sdk.testing.pytest_plugin, sys; print(*(name for name in sys.modules if name.startswith('codeact_sdk')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"codeact_sdk", "codeact_sdk.testing", "codeact_sdk.testing.pytest_plugin"}
