import pytest

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.choose import find_pack
from codeact_sdk.packs.doctor import (
    DEFAULT_BUDGET_TOKENS,
    budget_finding,
    config_findings,
    enabled_packs,
    examine_packs,
    lock_finding,
)
from codeact_sdk.packs.lock import Change
from codeact_sdk.packs.permissions import permission_lines, permissions_of
from codeact_sdk.packs.settings import make_config

SHOP = """
from pydantic import BaseModel, model_validator
from codeact_sdk import ToolPack


class Settings(BaseModel):
    region: str
    pages: int = 1

    @model_validator(mode="after")
    def _check(self):
        if self.pages == 99:
            raise OSError("no such page")
        return self


pack = ToolPack("shop", "A shop.", secrets=["SHOP_TOKEN"], settings=Settings, hosts=["api.shop.example"])


@pack.tool
def orders(customer: str) -> list[str]: ...


@pack.tool(effect="destructive")
def refund(order: str) -> str: ...


@pack.tool(effect="destructive")
def close(order: str) -> str: ...
"""


@pytest.fixture
def shop(site):
    """A pack with a secret, settings and hosts."""
    site.add("codeact-shop", {"shop_pack.py": SHOP}, points={"shop": "shop_pack:pack"})
    return site


def examine(site, *, config=None, costs=None, secrets=()):
    """Every finding about packs and names."""
    config = make_config(config or {}, source="c.toml")
    plugins = site.load(aliases=config.packs.aliases)
    enabled, faults = enabled_packs(plugins, config)
    found = examine_packs(
        plugins,
        config,
        enabled,
        costs=costs or {},
        has_secret=lambda _, name: name in secrets,
        ways=lambda name: f"export {name}=...",
    )
    return [*faults, *found]


def test_a_pack_without_a_fault_is_told_with_its_cost(shop):
    """Nothing is to be done."""
    (found,) = examine(
        shop, config={"settings": {"shop": {"region": "eu"}}}, costs={"shop": 1234}, secrets=["SHOP_TOKEN"]
    )
    assert (found.state, found.subject, found.distribution) == ("ok", "shop", "codeact-shop 1.0")
    assert (found.detail, found.action) == ("3 tools, about 1,234 tokens of the prompt", "")
    assert not found.is_problem


def test_a_missing_secret_and_a_wrong_setting_are_told_together(shop):
    """Each with what to do."""
    secret, setting = examine(shop)
    assert (secret.state, secret.detail, secret.action) == (
        "missing secret",
        "the secret SHOP_TOKEN has no value",
        "export SHOP_TOKEN=...",
    )
    assert setting.state == "wrong settings"
    assert "settings.shop.region is missing" in setting.detail
    assert setting.action == "correct [settings.shop] in c.toml"
    assert secret.is_problem
    assert setting.is_problem


def test_a_setting_that_a_tool_requires_and_nobody_set_is_told_with_the_tools(site):
    """A model of settings may leave it out; the tools cannot be called without it."""
    source = """
from pydantic import BaseModel

from codeact_sdk import ToolPack


class Settings(BaseModel):
    region: str | None = None
    site: str = ""


pack = ToolPack("depot", "A depot.", secrets=["DEPOT_KEY"], settings=Settings)


@pack.tool(requires=["settings.region", "DEPOT_KEY"])
def stock() -> int: ...


@pack.tool(requires=["settings.site", "settings.region"])
def rooms() -> int: ...
"""
    site.add("codeact-depot", {"depot_pack.py": source}, points={"depot": "depot_pack:pack"})
    region, place = examine(site, secrets=["DEPOT_KEY"])
    assert (region.state, region.detail, region.action) == (
        "missing setting",
        "the setting region has no value, and without it stock, rooms cannot be called",
        "set region in [settings.depot] in c.toml",
    )
    assert place.detail == "the setting site has no value, and without it rooms cannot be called"
    assert region.is_problem
    (found,) = examine(site, config={"settings": {"depot": {"region": "eu", "site": "x"}}}, secrets=["DEPOT_KEY"])
    assert found.state == "ok"


def test_settings_whose_model_raises_do_not_stop_the_examination(shop):
    """It is code of the pack, and its traceback is kept."""
    site = shop
    site.add_pack("acme")
    config = {"settings": {"shop": {"region": "eu", "pages": 99}}}
    acme, found = examine(site, config=config, secrets=["SHOP_TOKEN"])
    assert (acme.state, found.state) == ("ok", "broken")
    assert "reading its settings raised OSError: no such page" in found.detail
    assert "in _check" in found.traceback
    assert "--verbose" in found.action


def test_a_disabled_pack_is_no_problem_whatever_it_lacks(shop):
    """Nobody uses it."""
    (found,) = examine(shop, config={"packs": {"disabled": ["shop"]}})
    assert (found.state, found.action) == ("disabled", "to offer it: codeact packs enable shop")
    assert not found.is_problem


def test_each_kind_of_broken_plugin_has_its_state_and_its_action(site):
    """Two with one name, one for another SDK, one that raises, an alias that is no name; and the rest is well."""
    site.add_pack("twin", name="codeact-twin-a")
    site.add_pack("twin", name="codeact-twin-b")
    site.add_pack("future", requires=["codeact-sdk>=900"])
    site.add_module("raise RuntimeError('no licence')\n", point="crash", name="codeact-crash")
    site.add_module(
        "from codeact_sdk import hookimpl\n@hookimpl\ndef codeact_pack(): ...\n", point="typo", name="codeact-typo"
    )
    site.add_pack("odd")
    site.add_pack("good")
    found = examine(site, config={"packs": {"aliases": {"codeact-odd": "import", "codeact-gone": "x"}}})
    states = {item.distribution or item.subject: item for item in found}
    assert {name: item.state for name, item in states.items()} == {
        "codeact-good 1.0": "ok",
        "codeact-twin-a 1.0": "collision",
        "codeact-twin-b 1.0": "collision",
        "codeact-future 1.0": "other version",
        "codeact-crash 1.0": "broken",
        "codeact-typo 1.0": "broken",
        "codeact-odd 1.0": "wrong alias",
        "codeact-gone": "wrong alias",
    }
    assert all(item.action for item in found if item.is_problem)
    assert all("\n" not in item.action for item in found)
    twin = states["codeact-twin-a 1.0"]
    assert "codeact-twin-b 1.0" in twin.detail
    assert '[packs.aliases]\n  "codeact-twin-a" = "twin_2"' in twin.detail
    assert "pip uninstall codeact-twin-a" in twin.action
    assert states["codeact-future 1.0"].action == "pip install --upgrade codeact-future"
    crash = states["codeact-crash 1.0"]
    assert "no licence" in crash.traceback
    assert "--verbose" in crash.action
    assert "--verbose" not in states["codeact-typo 1.0"].action


def test_plugins_without_packs_are_told_with_what_they_offer(site):
    """A hook that sees every call is not invisible because it has no tools."""
    text = (
        "from codeact_sdk import hookimpl\n"
        "@hookimpl\ndef codeact_models(): return {'acme': dict}\n"
        "@hookimpl\ndef codeact_before_call(tool, arguments): ...\n"
    )
    site.add_module(text, point="watcher", name="codeact-watcher")
    (found,) = examine(site)
    assert (found.state, found.subject, found.distribution) == ("ok", "watcher", "codeact-watcher 1.0")
    assert found.detail == "a plugin with models acme; call hooks"


def test_names_that_nothing_answers_to_are_told(site):
    """Each with the nearest; a broken pack that is enabled is told once, as broken."""
    site.add_pack("acme")
    site.add_module("1 / 0\n", point="crash", name="codeact-crash")
    config = {"packs": {"enabled": ["acme", "acmee", "crash"], "disabled": ["acnme"]}, "settings": {"zzz": {}}}
    found = examine(site, config=config)
    told = [item.detail for item in found if item.state == "wrong config"]
    assert told == [
        "c.toml: packs.disabled: there is no pack 'acnme': did you mean 'acme'?",
        "c.toml: settings: there is no pack 'zzz': installed are acme",
        "c.toml: packs.enabled: there is no pack 'acmee': did you mean 'acme'?",
    ]
    assert [item.state for item in found if item.state != "wrong config"] == ["ok", "broken"]


def test_each_fault_of_a_config_is_a_finding():
    """A config that cannot be read does not end the examination."""
    with pytest.raises(ConfigError) as caught:
        make_config({"x": 1, "limits": {"seconds": -1}})
    found = config_findings(caught.value)
    assert [item.state for item in found] == ["wrong config", "wrong config"]
    assert "limits.seconds" in found[0].detail + found[1].detail


def test_the_budget_is_that_of_the_config_or_a_usual_one():
    """The costs of each pack are told, the largest first."""
    costs = {"acme": 100, "shop": 900}
    config = make_config({"prompt": {"budget_tokens": 500}}, source="c.toml")
    assert budget_finding(config, costs, total=500) is None
    found = budget_finding(config, costs, total=1000)
    assert found.detail.startswith("the tools take about 1,000 tokens (shop 900, acme 100); c.toml allows 500")
    assert found.action == "raise budget_tokens, or: codeact packs disable shop"
    unset = make_config({})
    assert budget_finding(unset, costs, total=DEFAULT_BUDGET_TOKENS) is None
    found = budget_finding(unset, costs, total=DEFAULT_BUDGET_TOKENS + 1)
    assert "no budget is set" in found.detail
    assert "set budget_tokens under [prompt] in codeact.toml" in found.action


def test_the_lock_is_missing_kept_broken_or_differs():
    """Only the last two are problems."""
    assert not lock_finding("codeact.lock", None).is_problem
    assert not lock_finding("codeact.lock", ()).is_problem
    damaged = lock_finding("codeact.lock", None, error=ConfigError("it is damaged"))
    assert (damaged.is_problem, damaged.detail) == (True, "it is damaged")
    changes = [Change("removed", f"acme.t{n}", before="read") for n in range(5)]
    found = lock_finding("codeact.lock", changes)
    assert found.is_problem
    assert found.detail.endswith("- acme.t0: read; - acme.t1: read; - acme.t2: read; and 2 more")


def test_permissions_are_what_a_person_agrees_to(shop):
    """Tools by effect, secrets, hosts, settings, distribution and version."""
    permissions = permissions_of(find_pack(shop.load(), "shop", ""))
    assert list(permission_lines(permissions)) == [
        "shop (codeact-shop 1.0): A shop.",
        "  reads: 1 tool: orders",
        "  destroys: 2 tools: refund, close",
        "  secrets it may read: SHOP_TOKEN",
        "  hosts it may reach: api.shop.example",
        "  settings, under [settings.shop]: region (must be set), pages",
    ]


def test_permissions_of_a_pack_that_says_nothing(site):
    """What is not named is not little: any host may be reached."""
    site.add_pack("acme")
    lines = [*permission_lines(permissions_of(site.load().packs[0]))]
    assert lines[1:] == [
        "  reads: 1 tool: orders",
        "  secrets it may read: none",
        "  hosts it may reach: any, the pack does not name them",
    ]
