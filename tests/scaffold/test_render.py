"""The files of a new pack."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeact_sdk.errors import ConfigError
from codeact_sdk.scaffold.names import pack_names
from codeact_sdk.scaffold.render import PackPlan, render_pack, write_pack

NAMES = pack_names("acme-orders")


def test_all_parts_of_a_distribution_are_there():
    """What an author would otherwise have to look up."""
    files = render_pack(PackPlan(NAMES, "Orders."))
    assert set(files) == {
        *("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", ".gitignore", ".github/workflows/ci.yml"),
        *(f"codeact_acme_orders/{name}" for name in ("__init__.py", "results.py", "tools.py", "py.typed")),
        "tests/test_tools.py",
    }
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["entry-points"]["codeact_sdk"] == {"acme_orders": "codeact_acme_orders:pack"}
    assert "codeact packs check ." in files[".github/workflows/ci.yml"]
    assert "${{ matrix.python }}" in files[".github/workflows/ci.yml"]


@pytest.mark.parametrize("licence", ["MIT", "BSD-3-Clause", "Apache-2.0"])
def test_a_licence_has_its_text(licence):
    """And its name in the metadata."""
    files = render_pack(PackPlan(NAMES, "Orders.", licence=licence, author="Acme Ltd"))
    assert tomllib.loads(files["pyproject.toml"])["project"]["license"] == licence
    assert len(files["LICENSE"]) > 900
    assert ("Acme Ltd" in files["LICENSE"]) == (licence != "Apache-2.0")


def test_a_private_pack_has_no_licence_and_cannot_be_uploaded():
    """The classifier makes the index refuse it."""
    files = render_pack(PackPlan(NAMES, "Orders.", licence="none"))
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert "LICENSE" not in files
    assert "license" not in project
    assert "Private :: Do Not Upload" in project["classifiers"]


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_purpose_stays_text(purpose):
    """Quotes, braces and backslashes do not become code of the template, of TOML or of Python."""
    files = render_pack(PackPlan(NAMES, purpose))
    wanted = " ".join(purpose.split())
    assert tomllib.loads(files["pyproject.toml"])["project"]["description"] == wanted
    calls = [node for node in ast.walk(ast.parse(files["codeact_acme_orders/tools.py"])) if isinstance(node, ast.Call)]
    (made,) = [call for call in calls if getattr(call.func, "id", "") == "ToolPack"]
    assert ast.literal_eval(made.args[1]) == wanted


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    """An empty one is used."""
    (tmp_path / "empty").mkdir()
    write_pack({"a/b.txt": "x"}, tmp_path / "empty")
    assert (tmp_path / "empty" / "a" / "b.txt").read_text() == "x"
    with pytest.raises(ConfigError, match="is not empty"):
        write_pack({"c.txt": "x"}, tmp_path / "empty")
    with pytest.raises(ConfigError, match="is a file"):
        write_pack({"c.txt": "x"}, tmp_path / "empty" / "a" / "b.txt")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_pack({"c.txt": "x"}, tmp_path / "empty" / "a" / "b.txt" / "d")


def test_without_the_template_engine_it_says_what_to_install(tmp_path):
    """It is an extra."""
    code = "import sys; sys.modules['jinja2'] = None; from codeact_sdk.cli import main; main(['packs', 'new', 'acme'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'codeact-sdk[author]'" in done.stderr
    assert not list(tmp_path.iterdir())
