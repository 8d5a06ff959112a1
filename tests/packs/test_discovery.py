import sys

import pytest

from codeact_sdk.errors import PluginError
from codeact_sdk.packs.discovery import Plugins


def namespaces(plugins: Plugins) -> list[str]:
    """What is offered."""
    return [pack.namespace for pack in plugins.packs]


def only_fault(plugins: Plugins) -> PluginError:
    """The single fault, with the pack that has none still in use."""
    assert namespaces(plugins) == ["good"]
    assert len(plugins.broken) == 1, plugins.broken
    return plugins.broken[0]


def test_an_installed_pack_is_found_with_its_origin(site):
    """Whoever lists packs sees where each came from."""
    site.add_pack("acme", version="1.2")
    (pack,) = site.load().packs
    assert (pack.namespace, pack.origin, pack.entry_point) == ("acme", "codeact-acme 1.2", "acme")
    assert [tool.qualified_name for tool in pack.pack.tools] == ["acme.orders"]


def test_nothing_installed_is_no_error(site):
    """A fresh environment starts."""
    plugins = site.load(strict=True)
    assert plugins.packs == ()
    assert plugins.broken == ()


def test_packs_stand_in_alphabetical_order(site):
    """The order of the prompt does not depend on the order of installation."""
    for name in ("zeta", "acme", "mid"):
        site.add_pack(name)
    assert namespaces(site.load()) == ["acme", "mid", "zeta"]


FAULTS = {
    "raises": ("raise RuntimeError('no licence')\n", "importing plugin raised RuntimeError: no licence"),
    "exits": ("import sys\nsys.exit(3)\n", "importing plugin raised SystemExit: 3"),
    "syntax": ("def (:\n", "importing plugin raised SyntaxError: invalid syntax (plugin.py, line 1)"),
    "dependency": ("import acme_client_lib\n", "No module named 'acme_client_lib': install what is missing, or tell"),
    "bad-text": (
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd\n",
        "importing plugin raised Odd",
    ),
    "bad-tool": (
        "from codeact_sdk import ToolPack\npack = ToolPack('shop', 'A shop.')\n@pack.tool\ndef f(*args: int): ...\n",
        "shop.f cannot be a tool",
    ),
    "bad-namespace": (
        "from codeact_sdk import ToolPack\npack = ToolPack('import', 'A shop.')\n",
        "the namespace 'import' is a Python keyword: choose another, such as 'import_tools'",
    ),
    "no-attribute": (
        "from codeact_sdk import ToolPack\nshop = ToolPack('shop', 'A shop.')\n",
        "its entry point is 'plugin:pack', and there is no 'pack' in module plugin; did its author mean shop?",
    ),
    "wrong-object": (
        "pack = 3\n",
        "its entry point is 'plugin:pack', which is an object of type int: it must be a ToolPack",
    ),
    "a-class": ("class pack: ...\n", "which is the class pack: it must be a ToolPack"),
    "no-tools": (
        "from codeact_sdk import ToolPack\npack = ToolPack('shop', 'A shop.')\n",
        "pack 'shop' has no tools: its author marks functions with @pack.tool",
    ),
    "other-sdk": (
        "import codeact_sdk\npack = codeact_sdk.ToolPack('shop', 'A shop.', requires_sdk='>=900')\n",
        "it is built for codeact-sdk >=900, and ",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_pack_is_named_with_its_reason_and_the_others_work(site, fault):
    """One bad install never takes the agent down, and never goes unseen."""
    text, reason = FAULTS[fault]
    site.add("codeact-shop", {"plugin.py": text}, points={"shop": "plugin:pack"}, version="0.3")
    site.add_pack("good")
    error = only_fault(site.load())
    assert reason in error.reason
    assert (error.plugin, error.distribution) == ("shop", "codeact-shop 0.3")
    assert str(error).startswith("plugin 'shop' (from codeact-shop 0.3): ")


def test_the_traceback_of_a_failed_import_is_kept(site):
    """The pack's author needs the line that raised."""
    site.add_module("def load():\n    raise RuntimeError('no licence')\n\n\nload()\n")
    (error,) = site.load().broken
    assert "module_of_shop.py" in error.traceback
    assert "RuntimeError: no licence" in error.traceback
    assert "Traceback" not in error.reason


def test_an_interrupt_stops_loading(site):
    """Ctrl-C while a slow pack is imported is not that pack's fault."""
    site.add_module("raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        site.load()


def test_a_module_that_is_missing_is_named(site):
    """An entry point of a half-removed distribution says so."""
    site.add("codeact-shop", {}, points={"shop": "gone.plugin:pack"})
    site.add_pack("good")
    assert "there is no module gone: reinstall codeact-shop" in only_fault(site.load()).reason


def test_a_module_without_hooks_that_has_a_pack_says_what_to_write(site):
    """The commonest slip in an entry point is answered with the right one."""
    site.add_module("from codeact_sdk import ToolPack\npack = ToolPack('shop', 'A shop.')\n", module="shop_plugin")
    site.add_pack("good")
    assert "write 'shop_plugin:pack' in place of 'shop_plugin'" in only_fault(site.load()).reason


@pytest.mark.parametrize("value", ["not-a-module", "", ":pack", "plugin::pack", "plugin:", "plugin:.pack"])
def test_any_entry_point_value_gives_a_pack_or_a_reason(site, value):
    """An entry point is text that somebody typed."""
    site.add("codeact-shop", {"plugin.py": "x = 1\n"}, points={"shop": value})
    site.add_pack("good")
    plugins = site.load()
    assert namespaces(plugins) == ["good"]


@pytest.mark.parametrize(
    "requires",
    ["codeact-sdk>=900,<901", "codeact_sdk>=900", "CodeAct.SDK (>=900)", 'codeact-sdk>=900; python_version>"3"'],
)
def test_a_pack_for_another_major_version_is_not_even_imported(site, requires):
    """What breaks between major versions is not found out by running it."""
    site.add(
        "codeact-shop",
        {"plugin.py": "raise RuntimeError('imported')\n"},
        points={"shop": "plugin:pack"},
        version="9.1",
        requires=["httpx>=0.1", requires],
    )
    site.add_pack("good", requires=["codeact-sdk>=0.0.1"])
    reason = only_fault(site.load()).reason
    assert reason.startswith("it is built for codeact-sdk >=900")
    assert "install a version of codeact-shop made for" in reason


def test_requirements_that_do_not_apply_are_passed_over(site):
    """An extra, a marker or a line that no installer accepts says nothing about this machine."""
    requires = ['codeact-sdk>=900; extra == "next"', 'codeact-sdk>=900; python_version < "3"', "!!! what"]
    site.add_pack("good", requires=requires)
    assert site.load().broken == ()


def test_two_packs_with_one_namespace_are_both_kept_out_and_named(site):
    """Which of two packs runs is never left to the order of installation."""
    site.add_pack("acme", version="1.0")
    site.add_pack("acme", name="codeact-acme-fork", version="2.0")
    site.add_pack("good")
    plugins = site.load()
    assert namespaces(plugins) == ["good"]
    first, second = plugins.broken
    assert first.distribution == "codeact-acme 1.0"
    assert second.distribution == "codeact-acme-fork 2.0"
    assert "is also taken by codeact-acme-fork 2.0 (entry point 'acme')" in first.reason
    assert "is also taken by codeact-acme 1.0 (entry point 'acme')" in second.reason
    assert '[packs.aliases]\n  "codeact-acme-fork" = "acme_2"' in second.reason
    assert plugins.fault("acme") is not None


def test_the_alias_that_the_message_names_resolves_the_collision(site):
    """The way out works as it is printed."""
    site.add_pack("acme")
    site.add_pack("acme", name="codeact-acme-fork")
    plugins = site.load(aliases={"codeact-acme-fork": "acme_2"}, strict=True)
    assert [(pack.namespace, pack.distribution) for pack in plugins.packs] == [
        ("acme", "codeact-acme"),
        ("acme_2", "codeact-acme-fork"),
    ]


def test_an_alias_may_name_one_pack_of_several(site):
    """A distribution with several packs can have each renamed, however its name is spelt."""
    text = (
        "from codeact_sdk import ToolPack, hookimpl\n"
        "def make(name):\n"
        "    pack = ToolPack(name, 'A shop.')\n"
        "    @pack.tool\n"
        "    def orders(customer: str) -> str: ...\n"
        "    return pack\n"
        "@hookimpl\n"
        "def codeact_packs():\n"
        "    return [make('one'), make('two')]\n"
    )
    site.add_module(text)
    assert namespaces(site.load(aliases={"CodeAct_Shop:two": "second"}, strict=True)) == ["one", "second"]
    plugins = site.load(aliases={"codeact-shop": "same"})
    assert namespaces(plugins) == []
    assert "one distribution offers the name twice" in plugins.broken[0].reason


@pytest.mark.parametrize(
    ("aliases", "reason"),
    [
        ({"codeact-acme": "import"}, "its alias cannot be used: the namespace 'import' is a Python keyword"),
        ({"codeact-acm": "shop"}, "offers no plugin here; nearest: codeact-acme"),
    ],
)
def test_an_alias_that_cannot_be_used_is_named(site, aliases, reason):
    """A typing slip in the aliases does not pass in silence."""
    site.add_pack("acme")
    (error,) = site.load(aliases=aliases).broken
    assert reason in error.reason


def test_strict_raises_the_first_fault_with_the_others_as_notes(site):
    """A build that wants no broken pack hears of all of them."""
    site.add_module("raise RuntimeError('one')\n", point="a", name="codeact-a")
    site.add_module("raise RuntimeError('two')\n", point="b", name="codeact-b")
    with pytest.raises(PluginError, match="one") as caught:
        site.load(strict=True)
    assert "two" in caught.value.__notes__[0]


def test_damaged_metadata_stops_nobody(site):
    """An interrupted install leaves folders that no tool cleans up."""
    (site.add_pack("half") / "METADATA").unlink()
    (site.add_pack("unreadable") / "entry_points.txt").write_bytes(b"[codeact_sdk]\n\xff\xfe\n")
    (site.add_pack("garbled") / "entry_points.txt").write_text("[codeact_sdk]\nno equals sign\n", encoding="utf-8")
    site.add_pack("good")
    plugins = site.load()
    assert namespaces(plugins) == ["good"]
    assert any(error.plugin == "half" and "no readable METADATA" in error.reason for error in plugins.broken)


def test_a_distribution_that_lies_on_the_path_twice_is_loaded_once(site, tmp_path):
    """A pack that is installed in two folders does not collide with itself; the first folder wins, as for imports."""
    site.add_pack("acme", version="1.0")
    other = type(site)(tmp_path / "other")
    other.add_pack("acme", version="2.0")
    from codeact_sdk import load_plugins

    plugins = load_plugins(path=[str(site.folder), str(other.folder)], strict=True)
    assert [pack.version for pack in plugins.packs] == ["1.0"]


def test_loading_leaves_the_import_path_as_it_was(site):
    """A folder that was only looked at is not importable afterwards."""
    site.add_pack("acme")
    before = list(sys.path)
    site.load()
    assert sys.path == before


def test_each_call_looks_anew(site):
    """There is no state between calls: what is installed meanwhile is found."""
    site.add_pack("one")
    assert namespaces(site.load()) == ["one"]
    site.add_pack("two")
    assert namespaces(site.load()) == ["one", "two"]


def test_a_fault_is_found_by_the_name_of_its_entry_point(site):
    """Asking for a broken pack by name leads to its reason."""
    site.add_module("raise RuntimeError('no licence')\n", point="shop")
    fault = site.load().fault("shop")
    assert fault is not None
    assert "no licence" in fault.reason
    assert site.load().fault("other") is None
