import pytest
from pydantic import BaseModel

from codeact_sdk.errors import ConfigError, PluginError
from codeact_sdk.packs.choose import choose_packs
from codeact_sdk.packs.discovery import LoadedPack, Plugins
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.settings import make_config


class Shop(BaseModel):
    region: str


def make(namespace: str, **options: object) -> ToolPack:
    """A pack with one tool."""
    pack = ToolPack(namespace, f"The {namespace} shop.", **options)

    @pack.tool
    def orders(customer: str) -> str: ...

    return pack


def installed(*packs: ToolPack, broken: tuple[PluginError, ...] = ()) -> Plugins:
    """Plugins as `load_plugins` gives them."""
    loaded = [LoadedPack(pack, pack.namespace, f"codeact-{pack.namespace}", "1.0", pack.namespace) for pack in packs]
    return Plugins(packs=tuple(loaded), broken=broken)


BOTH = installed(make("acme"), make("files"))


def chosen(plugins=BOTH, wanted=None, /, **config):
    """Namespaces that are offered under a config."""
    groups = choose_packs(plugins, wanted, make_config(config, source="c.toml"), environ={})
    return [group.namespace for group in groups]


def test_all_that_is_installed_is_offered_by_default():
    """A fresh install works without a config file."""
    assert chosen() == ["acme", "files"]


def test_the_config_says_which_are_offered():
    """An integrator narrows the choice in one place, in the order of his liking."""
    assert chosen(packs={"enabled": ["files"]}) == ["files"]
    assert chosen(packs={"enabled": ["files", "acme"]}) == ["files", "acme"]
    assert chosen(packs={"enabled": []}) == []
    assert chosen(packs={"disabled": ["files"]}) == ["acme"]
    assert chosen(packs={"enabled": ["files", "acme"], "disabled": ["files"]}) == ["acme"]


def test_what_code_asks_for_is_exactly_what_it_gets():
    """The config narrows the default; it does not overrule code."""
    assert chosen(BOTH, ["acme"], packs={"disabled": ["acme"]}) == ["acme"]
    assert chosen(BOTH, []) == []
    assert chosen(BOTH, ["acme", "acme"]) == ["acme"]


def test_a_pack_may_be_given_itself():
    """A program uses a pack that it made, installed or not, and an installed one keeps its origin."""
    own = make("own")
    (group,) = choose_packs(BOTH, [own], make_config({}), environ={})
    assert (group.namespace, group.distribution) == ("own", "")
    (group,) = choose_packs(BOTH, [BOTH.packs[0].pack], make_config({}), environ={})
    assert group.distribution == "codeact-acme 1.0"


def test_each_group_comes_with_its_services():
    """Secrets are looked up in the environment that was given."""
    (group,) = choose_packs(
        installed(make("acme", secrets=["ACME_TOKEN"], settings=Shop)),
        None,
        make_config({"settings": {"acme": {"region": "eu"}}}),
        environ={"ACME_TOKEN": "t"},
    )
    ctx = group.services.context(group.tools[0])
    assert ctx.secret("ACME_TOKEN") == "t"
    assert ctx.settings == Shop(region="eu")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (["acne"], "packs: there is no pack 'acne': did you mean 'acme'?"),
        (["zzz"], "packs: there is no pack 'zzz': installed are acme, files"),
        (["codeact-acme"], "'codeact-acme' is a distribution: its pack is called 'acme'"),
        ("acme", r"packs is one string: write a list, packs=\['acme'\]"),
        ([3], "packs: 3 is neither the namespace of an installed pack nor a ToolPack"),
    ],
)
def test_a_pack_that_is_not_there_is_named_with_what_is(wanted, message):
    """A slip in a name is answered with the name."""
    with pytest.raises(ConfigError, match=message):
        chosen(BOTH, wanted)


def test_with_nothing_installed_the_message_says_so():
    """The first run of a newcomer explains itself."""
    with pytest.raises(ConfigError, match="no pack is installed: install one with pip"):
        chosen(Plugins(), ["acme"])


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"packs": {"enabled": ["acne"]}}, "c.toml: packs.enabled: there is no pack 'acne': did you mean 'acme'?"),
        ({"packs": {"disabled": ["acne"]}}, "c.toml: packs.disabled: there is no pack 'acne': did you mean 'acme'?"),
        ({"settings": {"acne": {}}}, "c.toml: settings: there is no pack 'acne': did you mean 'acme'?"),
    ],
)
def test_names_in_the_config_must_be_those_of_packs(config, message):
    """A slip in `disabled` must not leave a pack on offer in silence."""
    with pytest.raises(ConfigError) as caught:
        chosen(**config)
    assert message in str(caught.value)


def test_a_program_with_its_own_packs_is_not_held_to_what_is_installed():
    """A project's config names installed packs; a script in it that uses only its own need not load them."""
    config = make_config({"packs": {"disabled": ["files"]}, "settings": {"acme": {"region": "eu"}}})
    (group,) = choose_packs(Plugins(), [make("own")], config, environ={})
    assert group.namespace == "own"
    assert choose_packs(Plugins(), [], config, environ={}) == ()


def test_a_broken_pack_that_is_asked_for_gives_its_reason():
    """Not "unknown", but why."""
    fault = PluginError("shop", "importing shop raised OSError", distribution="codeact-shop 1.0", traceback="...")
    plugins = installed(make("acme"), broken=(fault,))
    with pytest.raises(PluginError, match="importing shop raised OSError") as caught:
        chosen(plugins, ["shop"])
    assert caught.value.traceback == "..."
    assert chosen(plugins) == ["acme"]


def test_the_config_of_a_broken_pack_disturbs_nobody():
    """A pack that breaks does not take its neighbours down by way of its settings."""
    plugins = installed(make("acme"), broken=(PluginError("shop", "broken"),))
    assert chosen(plugins, packs={"disabled": ["shop"]}, settings={"shop": {"region": "eu"}}) == ["acme"]


def test_two_packs_of_one_name_are_refused():
    """A pack that is given does not hide one that is installed."""
    with pytest.raises(ConfigError, match=r"two packs are called 'acme', from codeact-acme 1\.0 and a ToolPack given"):
        chosen(BOTH, ["acme", make("acme")])


def test_a_missing_setting_is_named_with_its_table():
    """The integrator reads what to write where."""
    with pytest.raises(
        ConfigError, match=r"settings\.acme\.region is missing: set region = \.\.\. under \[settings\.acme\]"
    ):
        chosen(installed(make("acme", settings=Shop)))
