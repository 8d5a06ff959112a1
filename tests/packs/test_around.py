"""Hooks around calls: they deny, change, answer or watch; one that fails is contained and named."""

from __future__ import annotations

import asyncio
import logging

import pytest

from codeact_sdk import Interpreter
from codeact_sdk.packs.discovery import load_plugins
from codeact_sdk.packs.settings import make_config

SHOP = '''
from codeact_sdk import ToolPack

pack = ToolPack("shop", "A shop.")


@pack.tool(effect="write")
def refund(order: str, amount: float = 1.0) -> str:
    """Pays back."""
    return f"{order}: {amount}"


@pack.tool
async def look(order: str) -> str:
    """Looks."""
    return f"looked at {order}"


@pack.tool
def broken() -> str:
    """Fails."""
    raise ValueError("no shop")
'''

HOOK = """
from codeact_sdk import ToolError, hookimpl
from codeact_sdk.packs import Answer, Change, Deny

seen = []
{body}
"""


def interpreter(site, config=None, **hooks: str) -> Interpreter:
    """An interpreter with the shop and a plugin for each of these hooks."""
    site.add("codeact-shop", {"shop_pack.py": SHOP}, points={"shop": "shop_pack:pack"})
    for name, body in hooks.items():
        site.add(f"codeact-{name}", {f"hook_{name}.py": HOOK.format(body=body)}, points={name: f"hook_{name}"})
    plugins = load_plugins(path=[str(site.folder)])
    assert plugins.broken == ()
    return Interpreter(packs=["shop"], plugins=plugins, config=make_config(config or {}))


def test_a_hook_denies_a_call_with_its_reason(site):
    """The tool does not run, and the model reads why."""
    hook = "@hookimpl\ndef codeact_before_call(tool, arguments):\n    return Deny('over 100') if arguments.get('amount', 0) > 100 else None"
    with interpreter(site, guard=hook) as interp:
        assert interp.run("shop.refund('O-1', 50)").value == "O-1: 50.0"
        obs = interp.run("shop.refund('O-1', 500)")
    assert (obs.error.type, obs.error.message) == ("ToolDenied", "over 100")
    assert obs.calls[0].error == "ToolDenied: over 100"


def test_model_code_can_catch_a_denial(site):
    """A denial is a ToolError, so that a program can go on with the next item."""
    hook = "@hookimpl\ndef codeact_before_call(tool, arguments):\n    return Deny()"
    with interpreter(site, guard=hook) as interp:
        obs = interp.run("try:\n    shop.refund('O-1')\nexcept ToolDenied as e:\n    print(e)")
    assert obs.stdout == "the plugin 'guard' does not allow this call\n"


def test_a_hook_denies_by_raising_a_tool_error(site):
    """An author who raises ToolError means the model to read it."""
    hook = "@hookimpl\ndef codeact_before_call(tool, arguments):\n    raise ToolError('closed on Sundays')"
    with interpreter(site, guard=hook) as interp:
        assert interp.run("shop.refund('O-1')").error.message == "closed on Sundays"
        assert interp.faults == ()


def test_a_hook_changes_arguments_which_are_validated_again(site):
    """The tool gets the changed arguments in its own types, and the record shows them."""
    hook = "@hookimpl\ndef codeact_before_call(tool, arguments):\n    return Change({'amount': '7.5'})"
    with interpreter(site, guard=hook) as interp:
        obs = interp.run("shop.refund('O-1', 50)")
    assert obs.value == "O-1: 7.5"
    assert obs.calls[0].arguments == {"order": "O-1", "amount": 7.5}


def test_hooks_see_what_the_ones_before_them_changed(site):
    """Plugins are asked in the order of their distributions."""
    first = (
        "@hookimpl\ndef codeact_before_call(tool, arguments):\n    return Change({'order': arguments['order'] + 'a'})"
    )
    second = (
        "@hookimpl\ndef codeact_before_call(tool, arguments):\n    return Change({'order': arguments['order'] + 'b'})"
    )
    with interpreter(site, h1=first, h2=second) as interp:
        assert interp.run("shop.refund('O')").value == "Oab: 1.0"


@pytest.mark.parametrize("code", ["shop.look('O-1')", "await shop.look('O-1')"])
def test_a_hook_answers_from_elsewhere(site, code):
    """The tool is not called; its result crosses as the tool's own would, sync and async."""
    hook = "@hookimpl\ndef codeact_before_call(tool, arguments):\n    return Answer('from a cache')"
    with interpreter(site, guard=hook) as interp:
        assert interp.run(code).value == "from a cache"
        assert asyncio.run(interp.arun(code)).value == "from a cache"


def test_an_answer_of_the_wrong_type_is_refused_as_the_tools_own_would_be(site):
    """What a hook answers keeps the promise of the signature."""
    hook = "@hookimpl\ndef codeact_before_call(tool, arguments):\n    return Answer([1])"
    with interpreter(site, guard=hook) as interp:
        assert "declares -> str" in interp.run("shop.refund('O-1')").error.message


@pytest.mark.parametrize("code", ["shop.look('O-1')", "await shop.look('O-1')", "shop.refund('O-1')"])
def test_a_hook_watches_and_replaces_results(site, code):
    """After a call a hook sees the result and may put another in its place."""
    hook = "@hookimpl\ndef codeact_after_call(tool, arguments, result, error):\n    return Answer(result.upper())"
    with interpreter(site, guard=hook) as interp:
        assert interp.run(code).value.isupper()


def test_a_hook_sees_failures(site):
    """After a call that failed a hook gets the exception."""
    hook = "@hookimpl\ndef codeact_after_call(tool, arguments, result, error):\n    print(tool.qualified_name, repr(error))"
    with interpreter(site, guard=hook) as interp:
        obs = interp.run("shop.broken()")
    assert (obs.error.type, obs.error.message) == ("ValueError", "no shop")


@pytest.mark.parametrize("name", ["before", "after"])
def test_a_hook_that_raises_is_contained_and_named(site, caplog, name):
    """The call goes on, and the fault tells plugin, distribution, hook and cause; it is logged once."""
    more = ", result, error" if name == "after" else ""
    hook = f"@hookimpl\ndef codeact_{name}_call(tool, arguments{more}):\n    raise KeyError('x')"
    with caplog.at_level(logging.ERROR, logger="codeact"), interpreter(site, guard=hook) as interp:
        assert interp.run("shop.refund('O-1')\nshop.refund('O-2')").value == "O-2: 1.0"
        (fault,) = interp.faults
    assert str(fault) == f"pack 'guard' (from codeact-guard 1.0): the hook codeact_{name}_call raised KeyError: 'x'"
    assert "hook_guard.py" in fault.traceback
    assert [record.message for record in caplog.records] == [str(fault)]


def test_a_config_makes_broken_hooks_deny(site):
    """Who guards by hooks can have calls denied when one fails."""
    hook = "@hookimpl\ndef codeact_before_call(tool, arguments):\n    raise KeyError('x')"
    with interpreter(site, config={"hooks": {"on_error": "deny"}}, guard=hook) as interp:
        obs = interp.run("shop.refund('O-1')")
    assert obs.error.message == "the hook codeact_before_call of 'guard' failed (KeyError), and calls are denied then"


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (
            "def codeact_before_call(tool, arguments):\n    return 'no'",
            "return Deny(reason), Change(arguments), Answer(value)",
        ),
        ("def codeact_before_call(tool, arguments):\n    return Change({'amont': 3})", "amont"),
        (
            "def codeact_after_call(tool, arguments, result, error):\n    return 'x'",
            "it returned str: return Answer(value) or None",
        ),
        (
            "def codeact_before_call(tool, arguments):\n    arguments['order'] = 'O-9'",
            "does not support item assignment",
        ),
    ],
)
def test_a_wrong_answer_of_a_hook_is_a_fault_and_the_call_goes_on(site, body, cause):
    """What a hook returns is checked; nothing that it gets wrong reaches the tool."""
    with interpreter(site, guard=f"@hookimpl\n{body}") as interp:
        assert interp.run("shop.refund('O-1')").value == "O-1: 1.0"
        assert cause in interp.faults[0].cause
