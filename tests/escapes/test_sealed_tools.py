"""A tool that has been called is as sealed as before: its short way is no way in."""

from __future__ import annotations

import pytest

from codeact_sdk import Interpreter


def look(n: int) -> int:
    """Looks.

    Args:
        n: At what.
    """
    return n


def find(n: int) -> int:
    """Finds.

    Args:
        n: What.
    """
    return n


@pytest.mark.parametrize("first", ["", "look(1), find(2)\n"])
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("type(look)()", "the class SealedTool cannot be called here"),
        ("type(look).__call__", "the attribute .__call__ is not available"),
        ("look.__call__", "the attribute .__call__ is not available"),
        ("look._call", "an object of type SealedTool has no public attribute '_call'"),
        ("type(look)._call", "the class SealedTool has no public attribute '_call'"),
        ("type(look).__init__(look, 1)", "the attribute .__init__ is not available"),
        ("look.__dict__", "vars() takes an own object or a record, not an object of type SealedTool"),
        ("class A(type(look)): pass", "own classes cannot inherit from the class SealedTool"),
        ("setattr(look, '__class__', int)", "the attribute .__class__ cannot be set"),
        ("look.x = 1", "attributes of an object of type SealedTool cannot be set"),
        ("look.__init__(1)", "the attribute .__init__ is not available"),
        ("look.k0", "the tool look has no attribute 'k0': call it as look(n: int) -> int"),
    ],
)
def test_a_tool_is_sealed(first, code, told):
    """Before and after its first call."""
    with Interpreter(tools=[look, find], check="off") as interpreter:
        assert interpreter.run(first + code).error.message == told


def test_tools_are_of_one_class():
    """The class that a short way gives each of them is not to be seen."""
    code = "type(look) is type(find), isinstance(look, type(find)), repr(look), look == look, {look: 1}[look], dir(look), list(map(look, [1]))"
    expected = (True, True, "<tool look(n: int) -> int>", True, 1, ["documentation"], [1])
    with Interpreter(tools=[look, find]) as interpreter:
        assert interpreter.run(code).value == expected
        interpreter.run("[look(1), look(2)]")
        assert interpreter.run(code).value == expected
        assert interpreter.run("t = type(look)\nfind(2)\nisinstance(find, t), t is type(find)").value == (True, True)
