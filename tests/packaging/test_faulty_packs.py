"""A pack with each kind of fault, installed from wheels: the rest works, and each fault is named with its cause."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-{name}"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["codeact-sdk>=0.1,<0.2"]

[project.entry-points.codeact_sdk]
{name} = "acme_{name}{attribute}"
"""

TOOLS = '''
@pack.tool
def hello(name: str) -> str:
    """Greets."""
    return f"hello {name}"
'''

PACKS = {
    "healthy": 'from codeact_sdk import ToolPack\npack = ToolPack("healthy", "Works.")\n' + TOOLS,
    "unimportable": "import a_module_that_is_not_there\npack = None\n",
    "misspelt": "from codeact_sdk import hookimpl\n\n\n@hookimpl\ndef codeact_pakcs():\n    return []\n",
    "mistyped": """
from codeact_sdk import ToolPack

pack = ToolPack("mistyped", "Has a tool that cannot be one.")


@pack.tool
def act(*things, when: "Tomorrow") -> str:
    return ""
""",
    "lying": '''
from codeact_sdk import ToolPack

pack = ToolPack("lying", "Returns what it does not declare.")


@pack.tool
def count() -> int:
    """Counts."""
    return "many"
''',
    "twin_a": 'from codeact_sdk import ToolPack\npack = ToolPack("twin", "One of two.")\n' + TOOLS,
    "twin_b": 'from codeact_sdk import ToolPack\npack = ToolPack("twin", "The other of two.")\n' + TOOLS,
    "nosy": '''
from codeact_sdk import ToolContext, ToolPack

pack = ToolPack("nosy", "Asks for a secret that it has not declared.")


@pack.tool
def peek(ctx: ToolContext) -> str:
    """Peeks."""
    return ctx.secret("HOME")
''',
    "hooked": """
from codeact_sdk import hookimpl


@hookimpl
def codeact_before_call(tool, arguments):
    raise RuntimeError("the hook is broken")


@hookimpl
def codeact_after_call(tool, arguments, result, error):
    raise LookupError("this one too")
""",
    "leaky": '''
from collections.abc import Iterator

from codeact_sdk import ToolContext, ToolPack

pack = ToolPack("leaky", "Opens what it cannot close.")


@pack.resource
def line() -> Iterator[list[str]]:
    yield []
    raise OSError("the line cannot be closed")


@pack.resource
def other() -> Iterator[list[str]]:
    yield []
    print("the other one was closed")


@pack.tool
def say(text: str, ctx: ToolContext) -> int:
    """Says something."""
    ctx.resource(other)
    said = ctx.resource(line)
    said.append(text)
    return len(said)
''',
}

NO_ATTRIBUTE = {"misspelt", "hooked"}

PROGRAM = """
import json, sys
from codeact_sdk import Interpreter, load_plugins

plugins = load_plugins()
told = {"broken": {error.plugin: error.reason for error in plugins.broken}}
told["packs"] = [pack.namespace for pack in plugins.packs]
interp = Interpreter(packs=[name for name in told["packs"]], plugins=plugins)
obs = interp.run("healthy.hello('world')")
told["healthy"] = obs.value
told["lying"] = interp.run("lying.count()").error.message
told["nosy"] = interp.run("nosy.peek()").error.message
told["leaky"] = interp.run("leaky.say('a'); leaky.say('b')").value
told["again"] = interp.run("healthy.hello('again')").value
interp.close()
told["faults"] = [str(fault) for fault in interp.faults]
print(json.dumps(told))
"""


@pytest.fixture
def installed(
    wheels: dict[str, Path], build: Callable[..., Path], environment: Callable[..., object], tmp_path: Path
) -> object:
    """An environment with all of them."""
    built = []
    for name, text in PACKS.items():
        source = tmp_path / name
        (source / f"acme_{name}").mkdir(parents=True)
        attribute = "" if name in NO_ATTRIBUTE else ":pack"
        (source / "pyproject.toml").write_text(PYPROJECT.format(name=name, attribute=attribute), encoding="utf-8")
        (source / f"acme_{name}" / "__init__.py").write_text(f'"""A pack."""\n{text}', encoding="utf-8")
        built.append(build(source, tmp_path / "dist" / name))
    return environment(wheels["codeact-sdk"], *built)


def test_each_fault_is_named_and_the_rest_works(installed: object) -> None:
    """Loading, calling, hooking and closing: whatever fails, the healthy pack goes on, and nothing fails silently."""
    *printed, last = installed.run("python", "-W", "error", "-c", PROGRAM).splitlines()
    told = json.loads(last)
    assert printed == ["the other one was closed"]
    assert told["packs"] == ["healthy", "leaky", "lying", "nosy"]
    assert (told["healthy"], told["again"], told["leaky"]) == ("hello world", "hello again", 2)
    broken = told["broken"]
    assert "No module named 'a_module_that_is_not_there'" in broken["unimportable"]
    assert "codeact_pakcs is not a hook: did its author mean codeact_packs?" in broken["misspelt"]
    assert "*things" in broken["mistyped"]
    assert "Tomorrow" in broken["mistyped"]
    for one, other in (("twin_a", "acme-twin_b"), ("twin_b", "acme-twin_a")):
        assert f"is also taken by {other} 1.0" in broken[one].replace("acme-twin-", "acme-twin_")
        assert "[packs.aliases]" in broken[one]
    assert set(broken) == {"unimportable", "misspelt", "mistyped", "twin_a", "twin_b"}
    assert "lying.count returned str, but declares -> int" in told["lying"]
    assert "asks for the secret HOME, which it does not declare (declared: none)" in told["nosy"]
    assert [fault.partition(" (from")[0] for fault in told["faults"]] == [
        "pack 'hooked'",
        "pack 'hooked'",
        "pack 'leaky'",
    ]
    assert "the hook codeact_before_call raised RuntimeError: the hook is broken" in told["faults"][0]
    assert "the hook codeact_after_call raised LookupError: this one too" in told["faults"][1]
    assert "OSError: the line cannot be closed" in told["faults"][2]


def test_the_command_line_names_them_too(installed: object) -> None:
    """`codeact packs list` and `doctor` tell of each, and `codeact exec` runs with the rest."""
    listed = json.loads(installed.run("codeact", "packs", "list", "--json"))
    assert {item["plugin"] for item in listed["broken"]} == {"unimportable", "misspelt", "mistyped", "twin_a", "twin_b"}
    assert installed.run("codeact", "exec", "-", stdin="healthy.hello('shell')").strip() == "'hello shell'"
    doctor = installed.run("codeact", "packs", "doctor", status=1)
    for name in ("unimportable", "misspelt", "mistyped", "twin"):
        assert name in doctor
