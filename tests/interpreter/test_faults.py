"""From exceptions to `CodeError`: places, messages, hints."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.interpreter.compiler import ActionSyntaxError
from codeact_sdk.interpreter.faults import syntax_fault
from codeact_sdk.interpreter.session import Session
from codeact_sdk.interpreter.sources import Place, Sources
from codeact_sdk.observations import Observation
from codeact_sdk.tools.toolset import Toolset

Act = Callable[[str], Observation]

TEXTS = st.text(st.sampled_from("aé😀 \t([{'\"=:+1x.\n\\\u2028\x0c"), max_size=40)


@given(TEXTS)
def test_columns_lie_within_their_line(code: str) -> None:
    """Whatever the text, line and column point into it."""
    session = Session(Toolset.of([]))
    error = session.run(code).error
    session.close()
    if error is not None and error.line is not None:
        assert 1 <= error.line <= code.count("\n") + 1
        assert 0 <= (error.column or 0) <= len(error.source) + 1


@given(st.text(st.sampled_from("aé😀ß "), max_size=12), st.sampled_from(["1 / 0", "nothing_here", "[].x"]))
def test_the_caret_is_under_the_expression(text: str, wrong: str) -> None:
    """Columns count characters, not bytes."""
    session = Session(Toolset.of([]))
    error = session.run(f"x = {text!r}; {wrong}").error
    session.close()
    assert error.source[error.column :] == wrong
    caret = error.traceback.splitlines()[-2]
    assert caret.index("^") == 4 + error.column


@given(st.text(max_size=20), st.none() | st.integers(-3, 9), st.none() | st.integers(0, 99))
def test_any_syntax_error_can_be_described(source: str, line: int | None, column: int | None) -> None:
    """Positions outside the text do no harm."""
    sources = Sources()
    name = sources.add(source)
    described = syntax_fault(ActionSyntaxError("m", line=line, column=column), sources, name)
    assert described.message == "m"


def test_a_place_without_an_extent_has_no_caret() -> None:
    """There is nothing to point at."""
    for column, end in ((2, 2), (0, 9)):
        place = Place(action="action 1", line=1, column=column, end_column=end, function="f", source="  x")
        assert "^" not in place.show()


def test_code_without_columns_has_no_caret() -> None:
    """A Python that was started with `-X no_debug_ranges` knows lines only."""
    sources = Sources()
    tree = ast.parse("\n1 / 0", name := sources.add("\n1 / 0"))
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr):
            node.col_offset = node.end_col_offset = -1
    with pytest.raises(ZeroDivisionError) as raised:
        exec(compile(tree, name, "exec"))
    place = sources.place_in(raised.value, name)
    assert (place.line, place.column, place.end_column, place.source) == (2, 0, 0, "1 / 0")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = (1 /\n     0)", "x = (1 /"),
        ("def f():\n    raise ValueError('deep')\ndef g():\n    f()\ng()", "in g"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e", "direct cause"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('k')", "While handling it"),
        ("def f(n):\n    return f(n - 1) if n else 1 / 0\nf(50)", "(the same call 49 more times)"),
        ("def f(n):\n    return g(n)\ndef g(n):\n    return f(n - 1) if n else 1 / 0\nf(50)", "... 95 more calls ..."),
        ("raise ValueError('x' * 10_000)", "10,000 characters"),
        ("raise ValueError('\\ud800')", "\\ud800"),
        ("class E(Exception):\n    def __str__(self): return 1 / 0\nraise E", "cannot be shown"),
        ("exec('1 / 0')", "action 2, line 1"),
    ],
)
def test_tracebacks(act: Act, code: str, words: str) -> None:
    """Frames of model code, causes, and bounded messages."""
    error = act(code).error
    assert words in error.traceback
    assert "site-packages" not in error.traceback
    assert "codeact_sdk" not in error.traceback


def test_long_chains_are_cut(act: Act) -> None:
    """A handful of causes says enough."""
    lines = ["e = None", "for i in range(20):", "    try:", "        raise ValueError(i) from e"]
    code = "\n".join([*lines, "    except ValueError as new:", "        e = new", "raise e"])
    assert act(code).error.traceback.count("ValueError: ") <= 6


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("open('f')", "files are not reachable"),
        ("compile()", "write the code directly"),
        ("[].appendd(1)", "did you mean .append"),
        ("'a'.uper()", ".upper"),
        ("'a'.zzzzzz", ""),
        ("pritn(1)", "did you mean print?"),
        ("raise NameError('own')", ""),
        ("raise AttributeError('own')", ""),
        ("import math\nmath.sqroot(4)", ""),
    ],
)
def test_hints(act: Act, code: str, hint: str) -> None:
    """Nearest names, and what to use instead of what is not there."""
    error = act(code).error
    assert hint in error.hint + (error.message if hint else "")
    assert bool(error.hint) == bool(hint)


def test_an_action_s_own_text_is_quoted_from_earlier_actions(act: Act) -> None:
    """A function of an earlier action is shown with its own line; the error's place is in this action."""
    act("def f():\n    return 1 / 0")
    error = act("y = 1\nf()").error
    assert (error.line, error.source) == (2, "f()")
    assert "action 1, line 2, in f\n    return 1 / 0" in error.traceback
    assert ast.parse(error.source)
