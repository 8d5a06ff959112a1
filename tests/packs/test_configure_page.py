"""docs/configure.md says what the models of the config say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

from codeact_sdk.packs.doctor import DEFAULT_BUDGET_TOKENS, State
from codeact_sdk.packs.environment import read_variables
from codeact_sdk.packs.settings import Config, make_config
from codeact_sdk.packs.validation import paths_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "configure.md").read_text(encoding="utf-8")


def first_cells(title: str) -> set[str]:
    """The first column of the tables below a heading."""
    section = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(title))
    return set(re.findall(r"^\| `?([^|`]+?)`? \|", text, re.MULTILINE)) - {"key", "variable", "it says"}


def test_every_key_stands_on_the_page_and_no_other():
    """A key that nobody is told of is not there for anybody."""
    tables = {path for path in paths_of(Config) if any(other.startswith(f"{path}.") for other in paths_of(Config))}
    assert first_cells("Every key") == {*paths_of(Config)} - tables | {"approvals"}


def test_every_state_of_the_doctor_is_explained():
    """And the usual budget is the one that is used."""
    assert first_cells("The doctor") == set(get_args(State))
    assert f"({DEFAULT_BUDGET_TOKENS:,} tokens where that is not set)" in PAGE


def test_the_example_is_valid():
    """What a reader copies works."""
    (text,) = re.findall(r"```toml\n(# codeact.toml.*?)```", PAGE, re.DOTALL)
    config = make_config(tomllib.loads(text))
    assert [rule.action for rule in config.approvals] == ["deny", "allow"]


def test_the_variables_set_something():
    """Each line of the table, as a shell would read it."""
    environ = dict(line.replace("'", "").split("=", 1) for line in first_cells("Environment variables"))
    assert len(environ) == 7
    variables, faults = read_variables(environ, Config)
    assert faults == ()
    assert {variable.name for variable in variables} == environ.keys() - {"CODEACT_CONFIG", "CODEACT_MODEL"}
