"""Rules for types: `codeact_types` and `ToolPack(types=...)` say how values cross and what is shown of them."""

from __future__ import annotations

import pytest

from codeact_sdk import Interpreter, ToolPack
from codeact_sdk.errors import PluginError
from codeact_sdk.packs import TypeRule
from codeact_sdk.packs.discovery import load_plugins

PLUGIN = """
from codeact_sdk import ToolPack, hookimpl
from codeact_sdk.packs import Display, Image, TypeRule

pack = ToolPack("shop", "A shop.")


class Cart:
    def __init__(self, items):
        self.items = items


class Gift(Cart): ...


class Price:
    def __init__(self, amount):
        self.amount = amount
        self.history = [amount]


@pack.tool
def cart(count: int) -> Cart:
    \"\"\"A cart.\"\"\"
    return Gift([f"item {n}" for n in range(count)])


@pack.tool
def count(cart: Cart) -> int:
    \"\"\"Counts.\"\"\"
    return len(cart.items)


KEPT = Price(5)


@pack.tool
def price() -> Price:
    \"\"\"A price.\"\"\"
    return KEPT


@hookimpl
def codeact_packs():
    return [pack]


@hookimpl
def codeact_types():
    return {rules}
"""

RULES = "{Cart: TypeRule(render=lambda cart: f'a cart of {len(cart.items)}'), Price: lambda price: {'amount': price.amount, 'history': price.history}}"


def interpreter(site, rules: str = RULES) -> Interpreter:
    """An interpreter with the shop and its rules."""
    site.add_module(PLUGIN.replace("{rules}", rules))
    plugins = load_plugins(path=[str(site.folder)])
    assert plugins.broken == ()
    return Interpreter(packs=["shop"], plugins=plugins)


def test_a_handle_is_shown_by_its_rule(site):
    """Printed, quoted, formatted and as the last value; a subclass is shown as its base."""
    with interpreter(site) as interp:
        obs = interp.run("c = shop.cart(3)\nprint(c, repr(c), f'{c}', str(c))\nc")
        assert obs.stdout == "a cart of 3 a cart of 3 a cart of 3 a cart of 3\n"
        assert obs.view == "Value of c: a cart of 3"
        assert interp.run("shop.count(c)").value == 3
        assert "<handle of a Gift: print it, or pass it to a tool>" in interp.run("print([c])").stdout


def test_a_plain_callable_makes_data(site):
    """The data crosses by the usual rules: what the program does to it does not reach the host's object."""
    with interpreter(site) as interp:
        assert interp.run("p = shop.price()\np['history'].append(7)\np").value == {"amount": 5, "history": [5, 7]}
        assert interp.run("shop.price()").value == {"amount": 5, "history": [5]}


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        (
            "{Cart: TypeRule(render=lambda cart: 1 / 0)}",
            "render of codeact_types for Gift raised ZeroDivisionError: division by zero",
        ),
        (
            "{Cart: TypeRule(render=lambda cart: cart.items)}",
            "",
        ),
        (
            "{Cart: TypeRule(render=lambda cart: {'a': 1})}",
            "render of codeact_types for Gift raised TypeError: render returned dict: return text, a Display, an Image, or a list",
        ),
        (
            "{Cart: TypeRule(to_data=lambda cart: 1 / 0)}",
            "to_data of codeact_types for Gift raised ZeroDivisionError: division by zero",
        ),
    ],
    ids=["raises", "list of text", "wrong result", "data raises"],
)
def test_a_rule_that_fails_is_contained_and_named(site, rules, fault):
    """The value stays a handle, shown plainly; the fault has the plugin's name."""
    with interpreter(site, rules) as interp:
        obs = interp.run("c = shop.cart(2)\nprint(c)\nshop.count(c)")
        assert obs.value == 2
        assert obs.error is None
        faults = [str(found) for found in interp.faults]
        if fault:
            assert obs.stdout.startswith("<handle of a Gift")
            assert faults[0].startswith(f"pack 'shop' (from codeact-shop 1.0): {fault}")
        else:
            assert obs.stdout == "item 0\nitem 1\n"
            assert faults == []


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ("[Cart]", "codeact_types gives list: give a mapping of types to rules"),
        ("{'Cart': str}", "codeact_types gives a rule for 'Cart', which is no type"),
        ("{dict: str}", "codeact_types gives a rule for dict, whose values cross by rules of the SDK"),
        ("{object: str}", "codeact_types gives a rule for object, whose"),
        ("{Image: str}", "codeact_types gives a rule for Image, whose"),
        ("{Cart: 'text'}", "codeact_types gives 'text' for Cart: give TypeRule(to_data=..., render=...)"),
        ("{Cart: TypeRule()}", "codeact_types gives a rule for Cart that says nothing: give to_data, render or both"),
        ("{Cart: TypeRule(render='text')}", "codeact_types gives render='text' for Cart: give a function of one value"),
    ],
)
def test_a_rule_that_cannot_be_used_keeps_its_plugin_out(site, rules, reason):
    """Faults are found when the plugin is loaded, and say what to give."""
    site.add_module(PLUGIN.replace("{rules}", rules))
    (broken,) = site.load().broken
    assert reason in str(broken)


def test_two_plugins_with_a_rule_for_one_type_get_neither(site):
    """Which of two rules holds must not hang on the order of installation."""
    rule = "import fileinput\nfrom codeact_sdk import hookimpl\n@hookimpl\ndef codeact_types():\n    return {fileinput.FileInput: str}\n"
    site.add("codeact-a", {"rule_a.py": rule}, points={"a": "rule_a"})
    site.add("codeact-b", {"rule_b.py": rule}, points={"b": "rule_b"})
    plugins = site.load()
    assert plugins.types == {}
    assert "the type 'fileinput.FileInput' of codeact-a 1.0 is also taken by codeact-b 1.0" in str(plugins.broken[0])


class Box:
    """A type of a pack that is no distribution."""


def test_a_pack_brings_rules_of_its_own():
    """A pack that is given directly has no hook: its rules come with it, and go before those of plugins."""
    pack = ToolPack("box", "Boxes.", types={Box: TypeRule(render=lambda box: "a box")})

    @pack.tool
    def make() -> Box:
        """Makes a box."""
        return Box()

    with Interpreter(packs=[pack]) as interp:
        assert interp.run("print(box.make())").stdout == "a box\n"
        interp.reset()
        assert interp.run("box.make()").view == "Value: a box"
    with Interpreter(tools={"make": make}) as interp:
        assert interp.run("print(make())").stdout == "<handle of a Box: pass it to a tool>\n"


def test_rules_of_a_pack_are_checked_with_its_other_faults():
    """Every fault of a pack is told at once."""
    with pytest.raises(PluginError, match=r"types gives a rule for int, .*; it has no purpose"):
        ToolPack("box", "", types={int: str})


def test_data_that_never_ends_is_refused():
    """A rule that gives the value itself as its data would go round for ever."""
    pack = ToolPack("box", "Boxes.", types={Box: lambda box: box})

    @pack.tool
    def make() -> Box:
        """Makes a box."""
        return Box()

    with Interpreter(packs=[pack]) as interp:
        assert "nested more than" in interp.run("box.make()").error.message
