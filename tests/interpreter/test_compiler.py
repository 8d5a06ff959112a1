"""From text to code object: sizes, flags, and texts that are no Python."""

from __future__ import annotations

import ast
import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.compiler import ActionSyntaxError, Options, _refused, compile_action
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.observations import Observation

Act = Callable[[str], Observation]

_FROM_3_12 = pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes within quotes came with Python 3.12")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x" * (language.MAX_SOURCE_CHARS + 1), "characters, at most"),
        ("-" * (language.MAX_DEPTH + 1) + "1", "levels deep"),
        ("[" * 10 + "0" + " for _ in x]" * 10, "comprehensions are nested"),
        ("lambda: " * 10 + "1", "comprehensions are nested"),
        ("(" * 5_000 + ")" * 5_000, ""),
        ("x = '\\N{NOTHING}'", "unicode"),
        ("a\0b", "null bytes"),
        ("return 1", "outside function"),
        ("if True:\nx", "indented block"),
        ("\ud800", "surrogates not allowed"),
        ("nonlocal x", "nonlocal declaration not allowed at module level"),
        ("x = " + "9" * 5_000, "4300"),
    ],
)
def test_texts_that_cannot_be_compiled(source: str, words: str) -> None:
    """All of them are one kind of error."""
    with pytest.raises(ActionSyntaxError) as caught:
        compile_action(source, "action 1")
    assert words in caught.value.message


@given(st.text(max_size=60))
def test_any_text_compiles_or_is_refused(source: str) -> None:
    """No text raises anything else."""
    with contextlib.suppress(ActionSyntaxError):
        compile_action(source, "action 1", Options(count_steps=True))


def test_a_refusal_of_what_has_no_place_has_none() -> None:
    """An operator stands nowhere in the tree: what a newer Python adds is refused all the same."""
    told = _refused(Refusal(ast.Add(), "Across is not available"), "1 + 1")
    assert (told.message, told.line, told.column) == ("Across is not available", None, None)


def test_what_the_code_awaits_is_known() -> None:
    """Whether anything awaits, and whether the top level does."""
    for source, awaits, is_coroutine in [
        ("1", False, False),
        ("async def f(): pass", True, False),
        ("await x", True, True),
        ("async for x in y: pass", True, True),
        ("async with x: pass", True, True),
        ("[x async for x in y]", True, True),
    ]:
        compiled = compile_action(source, "action 1")
        assert (compiled.awaits, compiled.is_coroutine) == (awaits, is_coroutine)


def test_advice_of_the_compiler_stays_here(act: Act, capsys: pytest.CaptureFixture[str]) -> None:
    r"""Models write "\d" in ordinary strings; neither stderr nor an error comes of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert act("import re\nre.findall('\\d', '1')").value == ["1"]
        assert act("x = 1\nx is 1").error is None
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs the grammar of 3.12")
@pytest.mark.parametrize(
    "code",
    [
        "type __x__ = int",
        "def f[__x__](): pass",
        "class A[__x__]: pass",
        "type X[T: x.__globals__] = T",
        "type X = y.__globals__",
    ],
)
def test_names_of_newer_bindings_are_checked(act: Act, code: str) -> None:
    """Type parameters and aliases bind names too."""
    assert act(code).error.type == "SyntaxError"


@pytest.mark.parametrize(
    "step",
    [
        "({}*x+b)",
        "({}*b*x)",
        "({}%x+b)",
        "(b+x%{})",
        "({}**2+b)",
        "(({}<<3)+b)",
        "({}-b+x)",
        "(-{}+b)",
        "g({}+b)",
        "g({}*b)*x",
        "g(*[{}+b])",
        "d[{}+b]",
        "({}+b).n",
        "[{}+b]+x",
        "({}+a if a+b else x+b)",
        "(({}+a or b)+x)",
        "(({}+b<a)+x)",
        "((y:={}+b)+x)",
        pytest.param("f'{{{}+b}}{{x}}'", marks=_FROM_3_12),
        pytest.param("f'{{{}*b:>{{x+a}}}}'", marks=_FROM_3_12),
    ],
)
def test_the_code_of_an_expression_grows_with_its_length(step: str) -> None:
    """Each part has several ways, and stands in each of those of what is around it: their number must not multiply."""
    assert _size(step, 15) < 4 * _size(step, 8)


@pytest.mark.parametrize("step", ["({}+b)", "({}*b)", "({}%b)", "({}*b%x)", "({}%b+x)", "g({}%b)", "(x*{}+b)%d"])
def test_the_code_of_a_deep_expression_grows_with_its_length(step: str) -> None:
    """As far down as code may nest: a remainder stood in all of its ways once for each of those around it."""
    assert _size(step, 60) < 3 * _size(step, 20)


def _size(step: str, depth: int) -> int:
    """The length of the code of an expression in a loop, of so many steps."""
    made = "a"
    for _ in range(depth):
        made = step.format(made)
    code = compile_action(f"def f(a, b, x, d, g):\n    for i in range(3):\n        y = {made}\n", "a").code
    return sum(len(part.co_code) for part in _codes(code))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


@pytest.mark.parametrize(
    "statement",
    [
        "x = (yield)",
        "yield from [1]",
        "a, *b = (yield)",
        "def f(x=(yield 1)): pass",
        "f = lambda x=(yield 1): x",
        "class A((yield 1)): pass",
        "[x for x in (yield 1)]",
    ],
)
def test_the_top_level_yields_nothing(act: Act, statement: str) -> None:
    """Also where it runs as a function, which could."""
    seen = act(f"n = 0\n{statement}\nwhile n < 3:\n    n += 1")
    assert (seen.error.type, seen.error.message) == ("SyntaxError", "'yield' outside function")


def test_stars_nest_no_deeper_than_anything_else() -> None:
    """Two nodes for each level count as two."""
    source = "[*" * (language.MAX_DEPTH // 2 + 1) + "x" + "]" * (language.MAX_DEPTH // 2 + 1)
    with pytest.raises(ActionSyntaxError) as caught:
        compile_action(source, "action 1")
    assert "levels deep" in caught.value.message
