"""`codeact packs check`."""

from __future__ import annotations

import json

import pytest
from shell import codeact, install

WRONG = '''"""A shop."""

from codeact_sdk import ToolPack

pack = ToolPack("wrongshop", "A shop.")


@pack.tool
def orders(customer: str):
    """Orders of one customer."""
'''
RIGHT = WRONG.replace("(customer: str):", "() -> int:").replace("wrongshop", "rightshop")

PYPROJECT = """[project]
name = "codeact-{name}"
version = "1.0"
dependencies = [{dependencies}]

[project.entry-points.codeact_sdk]
{name} = "{module}:pack"
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of installed distributions."""
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"


def test_findings_have_a_place_a_reason_and_a_fix(tmp_path, monkeypatch):
    """One line for what is wrong, one for what to write, and a summary."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong_cli.py").write_text(WRONG)
    result = codeact("packs", "check", "wrong_cli.py")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("wrong_cli.py:9: CP101 error wrongshop.orders: it does not say what it returns")
    assert lines[1].startswith("  -> write the type after `->`")
    assert lines[2].startswith("wrong_cli.py:9: CP202 error wrongshop.orders(customer): ")
    assert result.stderr.startswith("2 errors and 0 warnings in 1 pack (wrongshop), 1 tool, about ")


def test_a_pack_without_findings_exits_with_0(tmp_path):
    """The summary says what was looked at."""
    (tmp_path / "right_cli.py").write_text(RIGHT)
    result = codeact("packs", "check", tmp_path / "right_cli.py")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("no findings in 1 pack (rightshop), 1 tool")


def test_json_has_findings_and_costs(tmp_path):
    """For programs; the exit code is the same."""
    (tmp_path / "json_cli.py").write_text(WRONG)
    result = codeact("packs", "check", tmp_path / "json_cli.py", "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert [item["code"] for item in data["findings"]] == ["CP101", "CP202"]
    assert data["findings"][0]["place"]["line"] == 9
    assert data["costs"][0]["tool"] == "wrongshop.orders"
    assert data["packs"] == ["wrongshop"]


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (("--select", "CP101"), ["CP101"]),
        (("--select", "CP2"), ["CP202"]),
        (("--ignore", "cp1"), ["CP202"]),
        (("--ignore", "CP101, CP202"), []),
        (("--max-tokens", "1"), ["CP101", "CP202", "CP601"]),
    ],
)
def test_rules_are_chosen_by_code(tmp_path, options, codes):
    """By whole codes and by their beginnings."""
    (tmp_path / "chosen_cli.py").write_text(WRONG)
    result = codeact("packs", "check", tmp_path / "chosen_cli.py", "--json", *options)
    assert sorted(item["code"] for item in json.loads(result.stdout)["findings"]) == codes
    assert result.exit_code == (1 if codes else 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--select", "CP9999"), "there is no rule CP9999; there are CP001"),
        (("filse",), "did you mean 'files'?"),
        (("codeact_nothing_like_it.py",), "is no installed pack, distribution, folder or file"),
        (("notes.txt",), "is no Python file"),
        (("nopack.py",), "has no ToolPack"),
        (("empty",), "has no pyproject.toml"),
        (("torn",), "is not valid TOML"),
        (("plain",), "declares no pack"),
    ],
)
def test_wrong_use_exits_with_2(tmp_path, monkeypatch, arguments, told):
    """And says what is possible."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "notes.txt": "",
        "nopack.py": "x = 1\n",
        "empty/README.md": "",
        "torn/pyproject.toml": "[project\n",
        "plain/pyproject.toml": "[project]\nname = 'x'\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    result = codeact("packs", "check", *arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())


def test_all_installed_packs_are_checked(site):
    """Broken ones are findings, and the rest is checked all the same."""
    install(site, "codeact-wrongshop", "wrong_installed", WRONG)
    install(site, "codeact-torn", "torn_installed", "import nothing_of_that_name")
    result = codeact("packs", "check", "--json")
    data = json.loads(result.stdout)
    assert {"files", "sql", "wrongshop"} <= set(data["packs"])
    assert {"CP001", "CP002", "CP101", "CP202"} == {item["code"] for item in data["findings"]}
    for name in ("wrongshop", "codeact-wrongshop"):
        one = json.loads(codeact("packs", "check", name, "--json").stdout)
        assert one["packs"] == ["wrongshop"]
    (torn,) = json.loads(codeact("packs", "check", "codeact-torn", "--json").stdout)["findings"]
    assert "nothing_of_that_name" in torn["reason"]


@pytest.mark.parametrize("inside", ["", "src"])
def test_a_folder_is_checked_without_being_installed(tmp_path, inside):
    """Its entry points and dependencies are read from pyproject.toml, its modules found beside it or in src."""
    name = f"folder{inside}"
    (tmp_path / inside).mkdir(exist_ok=True)
    (tmp_path / inside / f"{name}_pack.py").write_text(RIGHT)
    text = PYPROJECT.format(name=name, module=f"{name}_pack", dependencies='"codeact-sdk>=0.1"')
    (tmp_path / "pyproject.toml").write_text(text)
    assert codeact("packs", "check", tmp_path).exit_code == 0
    (tmp_path / "pyproject.toml").write_text(text.replace('"codeact-sdk>=0.1"', '"httpx", "?"'))
    result = codeact("packs", "check", tmp_path)
    assert "CP002 error" in result.stdout
    (tmp_path / "pyproject.toml").write_text(text.replace(":pack", ":pakc"))
    result = codeact("packs", "check", tmp_path)
    assert result.exit_code == 1
    assert "CP001 error" in result.stdout
    assert "did its author mean pack?" in result.stdout


def test_a_file_that_cannot_be_imported_is_a_finding(tmp_path):
    """What it raised is the reason."""
    (tmp_path / "torn_cli.py").write_text("1 / 0\n")
    result = codeact("packs", "check", tmp_path / "torn_cli.py")
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.stdout


def test_a_file_in_a_package_is_imported_as_part_of_it(tmp_path):
    """It may import its neighbours; a file called as a module that is loaded does not take its place."""
    (tmp_path / "ownpackage").mkdir()
    (tmp_path / "ownpackage" / "__init__.py").write_text('"""A pack."""\n\nfrom ownpackage.tools import pack\n')
    (tmp_path / "ownpackage" / "names.py").write_text('"""Names."""\n\nNAME = "ownshop"\n')
    text = RIGHT.replace('"rightshop"', "NAME").replace(
        "ToolPack\n", "ToolPack\nfrom ownpackage.names import NAME\n", 1
    )
    (tmp_path / "ownpackage" / "tools.py").write_text(text)
    for name in ("tools.py", "__init__.py"):
        result = codeact("packs", "check", tmp_path / "ownpackage" / name)
        assert result.stderr.startswith("no findings in 1 pack (ownshop)"), result.output
    (tmp_path / "json.py").write_text(RIGHT)
    assert codeact("packs", "check", tmp_path / "json.py").exit_code == 0
    assert "A shop." not in str(json.__doc__)
