"""What the compiler would say of a text or a tree is never said, and nothing else changes."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.interpreter import advice
from codeact_sdk.interpreter.compiler import ActionSyntaxError, compile_action
from codeact_sdk.observations import Observation

Act = Callable[[str], Observation]

TEXTS = [
    r'x = "\d+"',
    r'x = r"\d\\"+"\\d"',
    r'x = b"\d\u1234\N"',
    r'x = "\u1234" b"\u"[:0].decode()',
    r'x = "# b", b"\u", r"\u", "\N{BULLET}\d"  # b"\u',
    r'x = f"\d{1}\w"',
    r'x = "\400\777\377\d"',
    r'x = r"\400", rb"\777", b"\777"',
    r'x = rf"\d{3}\400"',
    r'x = "\N{no such sign}\d"',
    r'x = "\f\t\d"',
    "x = '\\f', 0if 1else 2",
    "x = 0if 1else 2",
    "x = 0x1for 2",
    "x = '0if 1else 2', b'1if', 0if 1else 2",
    'x = """\\d\n\\\\d \\w"""',
    "x = '\\\nq\\d'",
    'x = f"{chr(92)}\\d{1if 1else 2}"',
    'x = 1if 1else 2; y = "a\\d" "b\\e" r"\\d"',
    'x = """a\\',
    "x = 1 \\d",
    'def f():\n    "doc \\d"\nx = f.__doc__',
    'match "\\d":\n    case "\\d": x = 1',
    "x = 1_0if 1else 1.if 1else 1jif 1else 1e5if 1else .5if 1else 2",
    "x = 0b1and 0o7or 2",
    "x = [a for a in (1, 2)if a]",
    'x = f"{1 if 1else 2=}\\d"',
    "x = 1if 1else 2\r\ny = '\\d'\r\n",
    "x1if = 3; x = x1if",
    'x = "\\d" if 5is 5else 1',
    'x = 5\nx = x is 5, x is not "a", x is (1, 2), 1 is x, x is -1, x is None, x is True, x is ...',
    'x = 1\nassert (x, "m")\nassert "m"',
    'try:\n    x = "a"()\nexcept TypeError as e: x = str(e)',
    "try:\n    x = (1, 2)(3)\nexcept TypeError as e: x = str(e)",
    'try:\n    x = [1, 2]["a"]\nexcept TypeError as e: x = str(e)',
    "try:\n    x = 1[0]\nexcept TypeError as e: x = str(e)",
    'try:\n    x = "abc"["a"]\nexcept TypeError as e: x = str(e)',
    'x = (1, 2)[0], "abc"[1:2], [1, 2][-1], {1: 2}[1], f"{1}ab"[0]',
]


def native(code: str) -> str:
    """What CPython gives for `x`, or its words about the text."""
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(code, names)
        except SyntaxError as error:
            return error.msg
    return repr(names["x"])


def ours(code: str) -> str:
    """What an action gives, whatever the host's filters are."""
    from codeact_sdk import Interpreter

    with warnings.catch_warnings(record=True) as told, Interpreter() as interp:
        warnings.simplefilter("always")
        obs = interp.run(f"{code}\n")
    assert [str(one.message) for one in told] == []
    return obs.error.message if obs.error else repr(interp.variables["x"])


@pytest.mark.parametrize("code", TEXTS)
def test_no_advice_and_the_same_meaning(code: str) -> None:
    """Odd escapes, numbers beside keywords, literals that are compared, called, asserted and indexed."""
    assert ours(code) == native(code)


@pytest.mark.parametrize("code", TEXTS)
def test_filters_of_the_host_do_not_decide(code: str) -> None:
    """A host that makes warnings errors runs the same programs, and keeps its filters."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = list(warnings.filters)
        outcome = ours(code)
        assert warnings.filters == before or "always" in str(warnings.filters[0])
    assert outcome == native(code)


def test_advice_reaches_no_stream(act: Act, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed on the host's stderr."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for code in TEXTS:
            act(code)
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def test_too_many_control_characters_are_refused() -> None:
    """A text that leaves no character to stand in is told how to be written."""
    controls = "".join(chr(code) for code in (*range(1, 9), 11, *range(14, 32), 127))
    with pytest.raises(ActionSyntaxError, match="too many control characters"):
        compile_action(f'x = "{controls}" "\\d"', "action 1")
    assert compile_action(f'x = "{controls[1:]}" "\\d"', "action 1").code


def test_columns_stay() -> None:
    """What stands in for a backslash takes as many bytes."""
    tree = advice.parse(r'x = "é\d" + name', "action 1", 0)
    assert [node.col_offset for node in ast.walk(tree) if isinstance(node, ast.Name)] == [0, 13]


PIECES = st.lists(
    st.sampled_from(
        [
            "\\",
            "d",
            "n",
            "x41",
            "x01",
            "1",
            "f",
            "t",
            "\\\\",
            "7",
            "400",
            "'",
            '"',
            "r",
            "b",
            "f",
            "{1}",
            "é",
            " ",
            "\n",
            "1if 1else 2",
            "#",
        ]
    ),
    max_size=9,
).map("".join)


@given(PIECES, st.sampled_from(["", "r", "b", "f", "rb", "rf"]), st.sampled_from(["'", '"', "'''", '"""']))
def test_any_text_means_what_it_means(text: str, prefix: str, quote: str) -> None:
    """Trees are those of CPython, whatever stands inside and outside of quotes."""
    code = f"x = {prefix}{quote}{text}{quote}, 1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = ast.dump(ast.parse(code))
        except (SyntaxError, ValueError):
            return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ast.dump(advice.parse(code, "action 1", 0)) == expected


@pytest.mark.skipif(sys.version_info < (3, 12), reason="nested quotes are of Python 3.12")
def test_texts_inside_of_texts() -> None:
    """Strings inside the braces of an f-string may use the same quotes."""
    for code in (r'x = f"{"\d"}\w"', r'x = f"{f"\d{rb"\777"}"}"'):
        assert ours(code) == native(code)
