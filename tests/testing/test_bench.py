"""What a bench makes is what a host makes, and is closed with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from codeact_sdk import ToolContext, ToolPack
from codeact_sdk.errors import ConfigError, PluginError, SecretMissing
from codeact_sdk.testing import Bench
from codeact_sdk.testing.bench import run_or_fail
from codeact_sdk.testing.finding import find_pack


class Settings(BaseModel):
    size: int = 1


class Door:
    """Opened and closed."""

    def __init__(self) -> None:
        self.is_open = True


def make_pack() -> tuple[ToolPack, list[Door]]:
    """A pack with a resource, and every one that it has opened."""
    pack = ToolPack("house", "A house.", secrets=["HOUSE_KEY"], settings=Settings)
    doors: list[Door] = []

    @pack.resource
    def door() -> Iterator[Door]:
        made = Door()
        doors.append(made)
        yield made
        made.is_open = False

    @pack.tool
    def look(ctx: ToolContext) -> list[object]:
        """What is seen."""
        return [ctx.settings.size, len(ctx.secret("HOUSE_KEY")), ctx.resource(door).is_open]

    return pack, doors


def test_everything_is_closed_with_the_bench():
    """Also what a context has opened."""
    pack, doors = make_pack()
    bench = Bench(pack, settings={"size": 2}, secrets={"HOUSE_KEY": "four"})
    (look,) = pack.tools
    assert look(bench.context(settings={"size": 3})) == [3, 4, True]
    assert bench.interpreter().run("house.look()").value == [2, 4, True]
    assert [door.is_open for door in doors] == [True, True]
    bench.close()
    assert [door.is_open for door in doors] == [False, False]


def test_a_resource_may_be_given():
    """Then nothing is opened, and the rest of the context is the host's."""
    pack, doors = make_pack()
    bench = Bench(pack, secrets={"HOUSE_KEY": "four"})
    (look,) = pack.tools
    fake = Door()
    fake.is_open = False
    context = bench.context(resources={pack.resources[0]: fake}, idempotency_key="k")
    assert look(context) == [1, 4, False]
    assert (context.idempotency_key, doors) == ("k", [])
    assert type(context.http).__name__ == "Client"
    bench.close()


def test_what_is_wrong_is_said_by_the_host():
    """Settings and secrets are checked as an integrator's are."""
    pack, _ = make_pack()
    bench = Bench(pack)
    with pytest.raises(ConfigError, match=r"the test: settings\.house\.size"):
        bench.interpreter(settings={"size": "big"})
    with pytest.raises(SecretMissing):
        bench.context().secret("HOUSE_KEY")


def test_real_secrets_take_the_place_of_made_up_ones():
    """Only those that the pack declares, and whoever hides them is told."""
    pack, _ = make_pack()
    told: list[tuple[str, str]] = []
    bench = Bench(
        pack,
        secrets={"HOUSE_KEY": "made-up"},
        real_secrets={"HOUSE_KEY": "real", "HOME": "/home/me"},
        on_secret=lambda name, value: told.append((name, value)),
    )
    assert bench.context().secret("HOUSE_KEY") == "real"
    assert told == [("HOUSE_KEY", "real")]
    bench.close()


def test_code_that_must_work_fails_with_what_a_model_reads():
    """An answer is fine, an error is not."""
    pack, _ = make_pack()
    bench = Bench(pack)
    assert run_or_fail(bench.interpreter(), "answer(3)").answer == 3
    with pytest.raises(AssertionError, match=r"(?s)ended with 'error'.*ZeroDivisionError"):
        run_or_fail(bench.interpreter(), "1 / 0")
    bench.close()


def project(folder: Path, entries: str) -> Path:
    """The folder of a distribution's tests."""
    (folder / "tests").mkdir()
    text = f'[project]\nname = "codeact-x"\ndependencies = ["codeact-sdk>=0.1"]\n[project.entry-points.codeact_sdk]\n{entries}'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder / "tests"


@pytest.mark.parametrize(
    ("entries", "wanted", "message"),
    [
        (
            'a = "codeact_files:pack"\nb = "codeact_sql:pack"\n',
            "",
            r"declares 2 packs \(packs: files, sql\): name it with",
        ),
        ('a = "codeact_files:pack"\n', "sql", r"declares no pack 'sql' \(packs: files\)"),
        ("a = ", "", "cannot be read"),
    ],
)
def test_a_pack_that_is_not_clear_is_explained(tmp_path, entries, wanted, message):
    """What there is is named, and how to say which."""
    with pytest.raises(ConfigError, match=message):
        find_pack(project(tmp_path, entries), wanted=wanted)


def test_one_of_several_packs_is_named(tmp_path):
    """By its namespace, or by its entry point."""
    tests = project(tmp_path, 'a = "codeact_files:pack"\nb = "codeact_sql:pack"\n')
    assert find_pack(tests, wanted="sql").namespace == "sql"
    assert find_pack(tests, wanted="a").namespace == "files"


def test_a_pack_that_is_broken_says_why(tmp_path):
    """And how to install it, which is what is wrong most often."""
    with pytest.raises(PluginError, match="no module no_such_pack") as caught:
        find_pack(project(tmp_path, 'a = "no_such_pack:pack"\n'))
    assert f"pip install -e {tmp_path}" in caught.value.__notes__[0]
