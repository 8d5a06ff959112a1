"""Parameters of Python's own types, which are read once for all functions that have the same."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.tools.parameters import EMPTY, parameter_texts
from codeact_sdk.tools.signature import FunctionFacts, _read, _read_plain, read_function
from codeact_sdk.tools.tool import make_tool


def defined(source: str, **names: object) -> Any:
    """Makes the function `f`."""
    space: dict[str, Any] = {"Any": Any, "Optional": Optional, **names}
    exec(compile(source, "<source>", "exec", dont_inherit=True), space)
    return space["f"]


def told(facts: FunctionFacts) -> tuple[Any, ...]:
    """What must be the same, whichever way was taken; types as text, since unions are equal in any order."""
    parameters = [(item[:1], repr(item[1]), repr(item.default), *item[3:5]) for item in facts.parameters]
    texts = parameter_texts(tuple(item._replace(text="") for item in facts.parameters))
    return parameters, texts, repr(facts.return_type), *facts[3:6], facts.context_parameter


TYPES = st.sampled_from(
    [
        *("int", "str", "bool", "float", "bytes", "dict", "list", "object", "type", "None", "Exception"),
        *("list[int]", "dict[str, list[int]]", "tuple[int, ...]", "tuple[()]", "type[int]", "set[bytes]"),
        *("int | str", "str | int", "int | None", "None | int", "list[str] | None", "list[int | str]", "list[str | int]"),
        *("Any", "Any | None", "Optional[int]", "dict[str, Any]", "list[None]", "'int'", "list['int']", "'list[int]'"),
        *("int | 'str'", "(int, str)", "[int]", "5", "unknown", "list[unknown]", "print", "float(1)", "int.real"),
    ]
)  # fmt: skip
DEFAULTS = st.sampled_from(
    ["0", "1", "True", "False", "None", "''", "'x'", "0.0", "-0.0", "1.0", "[]", "(1,)", "int", "print"]
)


@st.composite
def sources(draw: st.DrawFn) -> str:
    """Functions with types of every kind, evaluated or as text."""
    parts = []
    for number in range(draw(st.integers(0, 3))):
        annotation = draw(st.one_of(st.just(""), TYPES.map(": {}".format)))
        default = draw(st.one_of(st.just(""), DEFAULTS.map(" = {}".format)))
        parts.append((f"{draw(st.sampled_from('abc'))}{number}{annotation}", default))
    star = draw(st.integers(0, 6))
    if star < len(parts):
        parts.insert(star, ("*", ""))
    else:
        parts.sort(key=lambda part: part[1] != "")
    if star < len(parts):
        parts[:star] = sorted(parts[:star], key=lambda part: part[1] != "")
    returned = draw(st.one_of(st.just(""), TYPES.map(" -> {}".format)))
    keyword = draw(st.sampled_from(["def", "async def"]))
    body = draw(st.sampled_from(["local = 1", "yield 1"]))
    text = draw(st.sampled_from(["", "from __future__ import annotations\n"]))
    return f"{text}{keyword} f({', '.join(map(''.join, parts))}){returned}:\n    {body}\n"


@given(sources())
def test_both_ways_read_the_same(source: str) -> None:
    """Where the short way says anything, it is what the long way says, faults and order in unions included."""
    try:
        function = defined(source)
    except (NameError, TypeError, AttributeError):  # such as `int | 'str'` outside of text
        return
    short = _read_plain(function)
    if short is not None:
        assert short.faults == ()
        assert told(short) == told(_long(function))
        assert [item.text for item in short.parameters] == [text for text in told(short)[1] if text != "*"]
    assert told(read_function(function)) == told(_long(function))


def _long(function: Any) -> FunctionFacts:
    """Reads without what is known of other functions: an attribute on it leads there."""
    function.mark = 1
    facts = _read(function)
    del function.mark
    return facts


def test_alike_parameters_are_one() -> None:
    """A thousand tools with `limit: int = 10` hold it once."""
    first, second = (read_function(defined("def f(limit: int = 10, tags: list[str] | None = None): ...")) for _ in "ab")
    assert all(one is other for one, other in zip(first.parameters, second.parameters, strict=True))


def test_what_is_equal_and_not_the_same_stays_apart() -> None:
    """`1 == True` and `int | str == str | int`, and a model must see what was written."""
    texts = [
        *("x: object = 1", "x: object = True", "x: object = 0", "x: object = False"),
        *("x: int | str", "x: str | int", "x: list[int | str]", "x: list[str | int]", "x: float = 0.0", "x: float = -0.0"),
    ]  # fmt: skip
    for text in [*texts, *texts]:
        assert make_tool(defined(f"def f({text}): ...")).signature_text() == f"f({text})"


def test_a_name_of_the_module_comes_before_what_is_built_in() -> None:
    """A module may have its own `list`, and text means that one there; what another module said before does not matter."""

    class Mine:
        pass

    source = "from __future__ import annotations\ndef f(x: list) -> list: ..."
    assert read_function(defined(source)).return_type is list
    facts = read_function(defined(source, list=Mine))
    assert (facts.parameters[0].annotation, facts.return_type, facts.result_text) == (Mine, Mine, None)
    assert read_function(defined(source)).parameters[0].annotation is list


def test_a_name_of_the_scope_comes_before_what_is_built_in() -> None:
    """As above, for a class in the function that a tool is defined in."""
    source = """
from __future__ import annotations
def make():
    class list: ...
    def f(x: list) -> list:
        return list
    return f, list
f, own = make()
"""
    function = defined(source)
    assert read_function(function).parameters[0].annotation is function.__globals__["own"]


@pytest.mark.parametrize("text", ["x: 'int' = None", "x: int = None"])
def test_a_default_of_none_is_in_the_type(text: str) -> None:
    """The text says what may be given, also where the author's annotation does not."""
    facts = read_function(defined(f"def f({text}): ..."))
    assert facts.parameters[0].annotation == (int | None)
    assert facts.parameters[0].text == "x: int | None = None"


def test_without_annotation_anything_goes() -> None:
    """A parameter without a type is shown without one."""
    facts = read_function(defined("def f(x, y=1): ..."))
    assert [item.text for item in facts.parameters] == ["x", "y=1"]
    assert facts.parameters[0].annotation is EMPTY
    assert facts.result_text == ""
