"""Decimal numbers of tools are computed as the host says, those of model code as the program says, and neither sets the other's."""

from __future__ import annotations

import asyncio
import decimal
from collections.abc import Callable
from typing import Annotated

import pytest
from pydantic import AfterValidator

from codeact_sdk import Interpreter


def third(n: int) -> str:
    """Divides."""
    return str(decimal.Decimal(n) / 3)


async def third_later(n: int) -> str:
    """Divides."""
    await asyncio.sleep(0)
    return third(n)


def call(f: Callable[[int], int]) -> str:
    """Divides after a call."""
    f(1)
    return third(1)


def exact_third(n: Annotated[int, AfterValidator(third)]) -> str:
    """Has its argument divided by its type."""
    return n


@pytest.mark.parametrize(
    "code",
    [
        "[third(1) for _ in range(3)][2]",
        "third(n=1)",
        "third_later(1)",
        "await third_later(1)",
        "import asyncio\n(await asyncio.gather(third_later(1), third_later(1)))[1]",
        "call(lambda n: n)",
        "exact_third(1)",
        "import decimal\ndef f(n):\n    decimal.getcontext().prec = 1\n    return n\ncall(f)",
        "import decimal\ndef f(n):\n    decimal.setcontext(decimal.Context(prec=1))\n    return n\ncall(f)",
        "import decimal\ndef f(n):\n    with decimal.localcontext() as c:\n        c.prec = 1\n        return int(third(1)[2:]) * 0 + n\ncall(f)",
    ],
)
@pytest.mark.parametrize("way", ["run", "arun"])
def test_tools_compute_as_the_host_does(code, way):
    """Whatever way a tool is called, before and after the program has set a precision, and whatever a function of the program sets."""
    expected = "0." + "3" * 40
    with decimal.localcontext() as host:
        host.prec = 40
        with Interpreter(tools=[third, third_later, call, exact_third]) as interpreter:
            run = interpreter.run if way == "run" else lambda text: asyncio.run(interpreter.arun(text))
            assert run(code).value == expected
            run("from decimal import *\ngetcontext().prec = 2\ngetcontext().traps[Inexact] = True")
            assert run(code).value == expected
            assert run("getcontext().traps[Inexact]").value in (True, False)
        assert (host.prec, host.traps[decimal.Inexact]) == (40, False)


def test_a_type_of_the_answer_computes_as_the_host_does():
    """The validators of `output_type` are the host's."""
    with Interpreter(output_type=Annotated[int, AfterValidator(third)]) as interpreter:
        seen = interpreter.run("import decimal\ndecimal.getcontext().prec = 2\nanswer(1)")
        assert seen.answer == "0." + "3" * 28
