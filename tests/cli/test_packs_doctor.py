"""`codeact packs doctor`."""

from __future__ import annotations

import json

import pytest
from shell import codeact, install

NEEDY = """
from pydantic import BaseModel
from codeact_sdk import ToolPack


class Settings(BaseModel):
    region: str = "eu"


pack = ToolPack("needy", "A shop.", secrets=["NEEDY_TOKEN"], settings=Settings)


@pack.tool
def orders(customer: str) -> list[str]:
    '''Orders of one customer.'''
"""
OTHER = NEEDY.replace('"needy"', '"files"').replace('secrets=["NEEDY_TOKEN"], ', "")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of installed distributions."""
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"


def findings() -> list[dict[str, str]]:
    """What the doctor finds, as a program reads it."""
    return json.loads(codeact("packs", "doctor", "--json").stdout)["findings"]


def test_a_healthy_installation_exits_with_0():
    """Each pack is told with its tools and its cost; that there is no lock is no problem."""
    result = codeact("packs", "doctor")
    assert result.exit_code == 0, result.stdout
    assert "ok: files (codeact-files " in result.stdout
    assert "5 tools, about " in result.stdout
    assert "there is no lock file" in result.stdout
    assert result.stderr == "no problems\n"


def test_every_problem_has_one_line_of_what_to_do(tmp_path, site):
    """A missing secret, a collision, a crash and a wrong setting at once, and the rest is told as well."""
    install(site, "codeact-needy", "needy_pack", NEEDY)
    install(site, "codeact-rival", "rival_pack", OTHER)
    install(site, "codeact-torn", "torn_needs", "import nothing_of_that_name")
    (tmp_path / "codeact.toml").write_text("[settings.needy]\nregoin = 'us'\n")
    result = codeact("packs", "doctor")
    assert result.exit_code == 1
    states = [(item["state"], item["subject"]) for item in findings()]
    for state in ("missing secret", "wrong settings", "collision", "broken", "ok"):
        assert state in dict(states)
    lines = result.stdout.splitlines()
    assert sum(line.startswith("  -> ") for line in lines) >= 5
    assert "set the environment variable NEEDY_TOKEN" in result.stdout
    assert "did you mean 'settings.needy.region'?" in result.stdout
    assert '"codeact-rival" = "files_2"' in result.stdout
    assert "5 problems" in result.stderr
    assert "Traceback" not in result.stdout
    assert "Traceback" in codeact("packs", "doctor", "--verbose").stdout


def test_a_secret_that_is_set_is_no_problem(site):
    """And its value is not shown."""
    install(site, "codeact-needy", "needy_pack", NEEDY)
    result = codeact("packs", "doctor", NEEDY_TOKEN="t-12345")
    assert result.exit_code == 0, result.stdout
    assert "t-12345" not in result.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[packs\n", "is not valid TOML"),
        ("[packs]\nenabeld = []\n", "did you mean 'packs.enabled'?"),
        ("[packs]\nenabled = ['filse']\n", "there is no pack 'filse': did you mean 'files'?"),
        ("[settings.filse]\nx = 1\n", "there is no pack 'filse': did you mean 'files'?"),
    ],
)
def test_a_wrong_config_is_a_finding_and_no_crash(tmp_path, text, told):
    """The rest is examined all the same."""
    (tmp_path / "codeact.toml").write_text(text)
    result = codeact("packs", "doctor")
    assert result.exit_code == 1
    assert "wrong config: config: " in result.stdout
    assert told in result.stdout
    assert ": files (codeact-files " in result.stdout


def test_a_wrong_variable_is_a_finding():
    """It is named."""
    result = codeact("packs", "doctor", CODEACT_PACKS__ENABELD="[]")
    assert result.exit_code == 1
    assert "did you mean CODEACT_PACKS__ENABLED?" in result.stdout


def test_what_the_tools_take_of_the_prompt_is_compared_with_the_budget():
    """The costs of each pack are told."""
    result = codeact("packs", "doctor", CODEACT_PROMPT__BUDGET_TOKENS="500")
    assert result.exit_code == 1
    assert "over budget: prompt: the tools take about " in result.stdout
    assert "CODEACT_PROMPT__BUDGET_TOKENS allows 500" in result.stdout


def test_the_lock_is_compared(tmp_path):
    """Kept, broken, different."""
    codeact("packs", "lock")
    assert "the enabled packs are as they were accepted" in codeact("packs", "doctor").stdout
    lock = tmp_path / "codeact.lock"
    lock.write_text(lock.read_text().replace('effect = "write"', 'effect = "read"'))
    result = codeact("packs", "doctor")
    assert result.exit_code == 1
    assert "~ files.write: effect: read => write  (risk)" in result.stdout
    lock.write_text("version = 9\n")
    assert "is of version 9" in codeact("packs", "doctor").stdout


def test_text_of_packs_cannot_carry_terminal_commands(site):
    """A broken pack's message is somebody else's text."""
    install(site, "codeact-torn", "torn_screen", "raise OSError('\\x1b[2Jgone')")
    result = codeact("packs", "doctor", "--verbose")
    assert "gone" in result.stdout
    assert "\x1b" not in result.stdout
