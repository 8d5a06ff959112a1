"""Exceptions carry texts to model code, and nothing of whoever raised them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "try:\n    None.x\nexcept AttributeError as error:\n    print(error.obj)",
            "AttributeError: the attribute .obj of exceptions is not available: it is an object of whoever raised it",
        ),
        (
            "try:\n    None.x\nexcept AttributeError as error:\n    print(error.__traceback__)",
            "SyntaxError: the attribute .__traceback__ is not available: it leads into the interpreter",
        ),
        (
            "try:\n    1 / 0\nexcept Exception as error:\n    print(error.__traceback__.tb_frame)",
            "SyntaxError: the attribute .tb_frame is not available: it leads into the interpreter",
        ),
        (
            "try:\n    1 / 0\nexcept Exception as error:\n    print(getattr(error, '__traceback__'))",
            "AttributeError: the attribute .__traceback__ is not available",
        ),
        (
            "AttributeError.obj",
            "AttributeError: the attribute .obj of exceptions is not available: it is an object of whoever raised it",
        ),
        (
            "'{0.obj}'.format(AttributeError())",
            "AttributeError: the attribute .obj of exceptions is not available: it is an object of whoever raised it",
        ),
    ],
)
def test_attributes(refused, code, refusal):
    """What an exception holds beside its text is refused."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("import asyncio\nraise asyncio.CancelledError", "TypeError: exceptions must derive from Exception"),
        ("raise 1", "TypeError: exceptions must derive from Exception"),
        (
            "try:\n    1 / 0\nexcept object:\n    pass",
            "TypeError: catching classes that do not inherit from Exception is not allowed",
        ),
        (
            "try:\n    1 / 0\nexcept (ValueError, (int,)):\n    pass",
            "TypeError: catching classes that do not inherit from Exception is not allowed",
        ),
        (
            "try:\n    raise ValueError\nexcept* ValueError:\n    pass",
            "SyntaxError: `except*` is not available: catch the group's exceptions one by one with `except`",
        ),
        (
            "class Group(tuple):\n    pass\ntry:\n    1 / 0\nexcept Group((ValueError,)):\n    pass",
            "TypeError: catching classes that do not inherit from Exception is not allowed",
        ),
        ("raise SystemExit", "SystemExit: "),
        ("raise KeyboardInterrupt", "KeyboardInterrupt: "),
        ("raise GeneratorExit", "GeneratorExit: "),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("exit(4)", "SystemExit: 4"),
        ("quit()", "SystemExit: None"),
        ("exit.eof", "AttributeError: 'function' object has no attribute 'eof'"),
        ("quit.__globals__", "SyntaxError: the attribute .__globals__ is not available: it leads into the interpreter"),
        ("getattr(exit, '__closure__')", "AttributeError: the attribute .__closure__ is not available"),
        ("ExceptionGroup('x', [])", "NameError: name 'ExceptionGroup' is not defined"),
    ],
)
def test_what_may_be_caught(refused, code, refusal):
    """Nothing that stops an action can be named in a handler or raised."""
    assert refused(code) == refusal
