import pytest

from codeact_sdk.packs import hookspecs

PACKS = """
from codeact_sdk import ToolPack, hookimpl


def make(name):
    pack = ToolPack(name, "A shop.")

    @pack.tool
    def orders(customer: str) -> str: ...

    return pack


@hookimpl
def codeact_packs():
    return [make("one"), make("two")]
"""


def test_codeact_packs_offers_several_packs(site):
    """One distribution may publish more than one pack."""
    site.add_module(PACKS)
    assert [pack.namespace for pack in site.load(strict=True).packs] == ["one", "two"]


def test_codeact_packs_may_be_a_generator_on_an_object(site):
    """A plugin may be an object with methods, and a hook may yield."""
    text = PACKS.replace('@hookimpl\ndef codeact_packs():\n    return [make("one"), make("two")]', "")
    text += "\nclass Shop:\n    @hookimpl\n    def codeact_packs(self):\n        yield make('one')\n\nshop = Shop()\n"
    site.add("codeact-shop", {"shop_object.py": text}, points={"shop": "shop_object:shop"})
    assert [pack.namespace for pack in site.load(strict=True).packs] == ["one"]


def test_codeact_models_offers_model_schemes(site):
    """A provider is added by installing it."""
    site.add_module(
        "from codeact_sdk import hookimpl\n"
        "@hookimpl\ndef codeact_models():\n    return {'acme': lambda name, **options: ('model', name)}\n"
    )
    assert site.load(strict=True).models["acme"]("large") == ("model", "large")


def test_codeact_modules_offers_chosen_members(site):
    """A facade has the members that were chosen, and no more."""
    site.add_module(
        "import json\nfrom codeact_sdk import hookimpl\n"
        "@hookimpl\ndef codeact_modules():\n    return {'acme.json': {'loads': json.loads}}\n"
    )
    modules = site.load(strict=True).modules
    assert list(modules) == ["acme.json"]
    assert list(modules["acme.json"]) == ["loads"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return 3", "codeact_observers returns an object of type int"),
        ("return [3]", "give functions that make an observer"),
    ],
)
def test_codeact_observers_is_checked(site, body, told):
    """It gives a list of functions."""
    site.add_module(f"from codeact_sdk import hookimpl\n@hookimpl\ndef codeact_observers():\n    {body}\n")
    (error,) = site.load().broken
    assert told in error.reason


def test_codeact_observers_offers_what_makes_observers(site):
    """With the plugin's name and distribution, for messages."""
    site.add_module("from codeact_sdk import hookimpl\n@hookimpl\ndef codeact_observers():\n    return [list]\n")
    assert [(name, makers) for name, _, makers in site.load(strict=True).observers if name == "shop"] == [
        ("shop", (list,))
    ]


@pytest.mark.parametrize(
    ("hook", "arguments"),
    [
        ("codeact_runtimes", ""),
        ("codeact_benchmarks", ""),
        ("codeact_commands", ""),
    ],
)
def test_hooks_that_nothing_calls_yet_are_accepted(site, hook, arguments):
    """A plugin written for them loads today."""
    site.add_module(f"from codeact_sdk import hookimpl\n@hookimpl\ndef {hook}({arguments}): ...\n")
    assert site.load().broken == ()


FAULTS = {
    "misspelt": (
        "@hookimpl\ndef codeact_pack(): ...\n",
        "codeact_pack is not a hook: did its author mean codeact_packs?",
    ),
    "not marked": ("def codeact_packs(): ...\n", "codeact_packs is not marked: write @codeact_sdk.hookimpl above it"),
    "misspelt and not marked": (
        "def codeact_model(): ...\n",
        "codeact_model is not a hook: did its author mean codeact_models?",
    ),
    "like none": ("@hookimpl\ndef on_start(): ...\n", "on_start is not a hook: the hooks are codeact_after_call, "),
    "specname": (
        "@hookimpl(specname='codeact_pakcs')\ndef packs(): ...\n",
        "codeact_pakcs is not a hook: did its author mean codeact_packs?",
    ),
    "wrong argument": (
        "@hookimpl\ndef codeact_packs(registry): ...\n",
        "a hook is not as specified: Plugin 'shop' for hook 'codeact_packs'",
    ),
    "raises": ("@hookimpl\ndef codeact_packs():\n    raise OSError('no server')\n", "it raised OSError: no server"),
    "raises while yielding": (
        "@hookimpl\ndef codeact_packs():\n    yield from ()\n    raise OSError('no server')\n",
        "it raised OSError: no server",
    ),
    "one pack": (
        "from codeact_sdk import ToolPack\n@hookimpl\ndef codeact_packs():\n    return ToolPack('x', 'A shop.')\n",
        "codeact_packs returns an object of type ToolPack: return a list of ToolPacks",
    ),
    "no packs": ("@hookimpl\ndef codeact_packs():\n    return [1]\n", "codeact_packs gives an object of type int"),
    "no mapping": (
        "@hookimpl\ndef codeact_models():\n    return ['acme']\n",
        "codeact_models returns an object of type list: return a mapping with names as keys",
    ),
    "no factory": ("@hookimpl\ndef codeact_models():\n    return {'acme': 'large'}\n", "give a callable"),
    "a real module": (
        "import json\n@hookimpl\ndef codeact_modules():\n    return {'json2': json}\n",
        "codeact_modules gives module json for 'json2': give a mapping of the chosen members",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_plugin_with_a_wrong_hook_is_named_and_the_others_work(site, fault):
    """A hook that would never be called, or cannot be, is an error and not silence."""
    text, reason = FAULTS[fault]
    site.add_module(f"from codeact_sdk import hookimpl\n{text}")
    site.add_pack("good")
    plugins = site.load()
    assert [pack.namespace for pack in plugins.packs] == ["good"]
    (error,) = plugins.broken
    assert reason in error.reason
    assert error.plugin == "shop"


def test_a_hook_with_wrong_arguments_is_shown_as_it_was_specified(site):
    """The author reads the difference, pluggy's own words, and what to write."""
    site.add_module("from codeact_sdk import hookimpl\n@hookimpl\ndef codeact_before_call(call): ...\n")
    (error,) = site.load().broken
    assert "hookimpl definition: codeact_before_call(call)" in error.reason
    assert "the specification: codeact_before_call(tool: 'Tool', arguments: " in error.reason


def test_every_misspelt_hook_is_named_at_once(site):
    """The author mends them in one go."""
    site.add_module("from codeact_sdk import hookimpl\n@hookimpl\ndef codeact_pack(): ...\ndef codeact_model(): ...\n")
    (error,) = site.load().broken
    assert "codeact_packs?" in error.reason
    assert "codeact_models?" in error.reason


def test_functions_imported_into_a_plugin_are_not_taken_for_hooks(site):
    """Only what a plugin defines is its own."""
    site.add(
        "codeact-shop",
        {
            "shop_helpers.py": "def codeact_helper(): ...\n",
            "shop_module.py": "from shop_helpers import codeact_helper\n" + PACKS,
        },
        points={"shop": "shop_module"},
    )
    assert site.load().broken == ()


def test_a_hook_that_may_be_missing_is_accepted(site):
    """A plugin may implement what only newer versions call."""
    site.add_module(PACKS + "\n\n@hookimpl(optionalhook=True)\ndef codeact_future(): ...\n")
    assert site.load().broken == ()


def test_two_plugins_with_one_model_scheme_are_named(site):
    """A scheme means one thing."""
    text = "from codeact_sdk import hookimpl\n@hookimpl\ndef codeact_models():\n    return {'acme': print}\n"
    site.add_module(text, point="a", name="codeact-a")
    site.add_module(text, point="b", name="codeact-b")
    plugins = site.load()
    assert dict(plugins.models) == {}
    assert "the model scheme 'acme' of codeact-a 1.0 is also taken by codeact-b 1.0" in plugins.broken[0].reason


def test_what_the_sdk_offers_cannot_be_replaced_or_removed(site):
    """A plugin that claims a name of the SDK's own loses it; the SDK keeps it."""
    text = "from codeact_sdk import hookimpl\n@hookimpl\ndef codeact_modules():\n    return {{'json': {{'x': {0}}}}}\n"
    site.add_module(text.format(1), point="bundled", name="codeact-sdk")
    site.add_module(text.format(2), point="evil", name="codeact-evil")
    plugins = site.load()
    assert plugins.modules["json"] == {"x": 1}
    (error,) = plugins.broken
    assert error.distribution == "codeact-evil 1.0"
    assert "which keeps it" in error.reason


def test_every_specification_has_a_sentence():
    """Whoever reads the specifications learns what each is for."""
    specs = [value for value in vars(hookspecs).values() if hasattr(value, "codeact_sdk_spec")]
    assert len(specs) == 10
    for spec in specs:
        assert spec.__doc__, spec.__name__
