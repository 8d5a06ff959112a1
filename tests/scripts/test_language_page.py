"""The page about the language, and the tables that it is made from."""

from __future__ import annotations

import builtins
import importlib.util
import sys
from pathlib import Path

import pytest

from codeact_sdk import Interpreter
from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.builtin_names import CHANGED

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the page is that of 3.11: members differ")
def test_the_page_is_what_the_tables_give() -> None:
    """docs/language.md is made from the tables; `make language-page` makes it again."""
    spec = importlib.util.spec_from_file_location("make_language_page", ROOT / "scripts" / "make_language_page.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.write() == script.PAGE.read_text(encoding="utf-8")


def test_each_builtin_that_is_not_python_s_own_is_described() -> None:
    """The table of what is different names what is replaced, and nothing else."""
    with Interpreter() as interpreter:
        there = {name: interpreter.run(name) for name in {*vars(builtins), *CHANGED} if not name.startswith("_")}
    own = {name for name in there if name not in language.HINTS and there[name].error is None}
    assert set(CHANGED) <= own
    exact = {"True", "False", "None", "Ellipsis", "NotImplemented"}
    with Interpreter() as interpreter:
        given = interpreter._session._guards.builtins
    changed = {name for name in own - exact if given[name] is not getattr(builtins, name, None)}
    assert changed == set(CHANGED)


@pytest.mark.parametrize("name", sorted(language.UNDEFINED))
def test_names_that_are_not_there_at_all_have_a_hint(name: str) -> None:
    """They can be defined by the program, and otherwise the hint tells what to do."""
    with Interpreter() as interpreter:
        seen = interpreter.run(name)
        assert (seen.error.type, seen.error.hint) == ("NameError", f"{language.HINTS[name]}")
        assert interpreter.run(f"{name} = 1\n{name}").value == 1


def test_what_the_prompt_says_is_not_there_is_not_there() -> None:
    """The sentences of the prompt come from the tables, and a program that does not believe them is told the same."""
    sentence = language.rules()[0]
    named = [word.strip(",()") for word in sentence.split() if word.strip(",").endswith("()")]
    assert {"open", "input", "compile", "memoryview"} <= set(named)
    with Interpreter() as interpreter:
        for name in named:
            error = interpreter.run(f"{name}('x')").error
            assert f"{name}() is not available: {language.HINTS[name]}" in error.message
        for name in ("eval('1')", "exec('x = 1')", "id(x)", "globals()['x']", "locals()", "__name__", "len.__doc__"):
            assert interpreter.run(name).error is None
