"""What is published works where nothing else is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from shelf import open_shelf

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]

IMPORT_EVERYTHING = """
import importlib, pkgutil, codeact_sdk
EXTRAS = {"jinja2", "pytest", "vcr"}  # of the extras author and testing
for module in pkgutil.walk_packages(codeact_sdk.__path__, "codeact_sdk."):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            assert error.name in EXTRAS, module.name
print(codeact_sdk.__file__)
"""


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheels: dict[str, Path]) -> None:
    """Types, licence and data files are inside; tests and scripts are not."""
    names = ZipFile(wheels["codeact-sdk"]).namelist()
    assert {"codeact_sdk/py.typed", "codeact_sdk/prompts/system.md"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"codeact_sdk"}


@pytest.mark.parametrize("pack", ["codeact-files", "codeact-http", "codeact-sql", "codeact-tables"])
def test_a_pack_wheel_is_typed_and_needs_the_sdk(wheels: dict[str, Path], pack: str) -> None:
    """A pack carries its types and says which SDK it was made for."""
    archive = ZipFile(wheels[pack])
    package = pack.replace("-", "_")
    assert f"{package}/py.typed" in archive.namelist()
    (metadata,) = [name for name in archive.namelist() if name.endswith("METADATA")]
    assert "Requires-Dist: codeact-sdk<0.2,>=0.1" in archive.read(metadata).decode()


def test_the_sdk_alone_runs_the_demo(wheels: dict[str, Path], environment: Callable[..., object]) -> None:
    """The SDK's wheel in an empty environment imports whole, with declared dependencies only, and runs the demo."""
    made = environment(wheels["codeact-sdk"])
    assert made.run("python", "-c", IMPORT_EVERYTHING).startswith(str(made.folder))
    assert made.run("codeact", "demo")


def test_the_sdk_and_its_packs_run_the_demo(wheels: dict[str, Path], environment: Callable[..., object]) -> None:
    """With the pack wheels beside it, both are found and the demo runs on them."""
    made = environment(*wheels.values())
    listed = made.run("codeact", "packs", "list")
    assert "files" in listed
    assert "sql" in listed
    assert made.run("codeact", "demo")


def test_pages_are_read_by_the_wheel_of_http(wheels: dict[str, Path], environment: Callable[..., object]) -> None:
    """With what the wheel declares and no more; this machine is reached only where a setting says so."""
    made = environment(wheels["codeact-sdk"], wheels["codeact-http"])
    with open_shelf() as here:
        code = f"print(http.get({here!r}).status)"
        assert "which is no public address" in made.run(
            "codeact", "exec", "-", stdin=f"try:\n    {code}\nexcept ToolError as e:\n    print(e)"
        )
        (made.home / "codeact.toml").write_text('[settings.http]\nallow_private = ["127.0.0.1"]\n', encoding="utf-8")
        assert made.run("codeact", "exec", "-", stdin=code).strip().isdigit()


def test_tables_are_read_and_drawn_from_their_wheel(
    wheels: dict[str, Path], environment: Callable[..., object]
) -> None:
    """A type of a pack is shown by its rule, and a chart becomes a file, with what the wheel declares and no more."""
    made = environment(wheels["codeact-sdk"], wheels["codeact-tables"])
    (made.home / "sales.csv").write_text("city,total\nGraz,2\nLinz,3\n", encoding="utf-8")
    code = "t = tables.load('sales.csv')\nprint(t)\ntables.chart(t, 'bar', 'city', y='total', title='Sales')"
    out = made.run("codeact", "exec", "-", "--displays", "shown", stdin=code)
    assert "columns: city: text; total: int\n" in out
    assert "Sales: bar chart of total by city, 2 rows]" in out
    assert (made.home / "shown" / "display-1.png").read_bytes().startswith(b"\x89PNG")
