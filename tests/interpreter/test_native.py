"""What is computed natively: where an expression can hold nothing but numbers, its operands are not looked at."""

from __future__ import annotations

import ast

import pytest

from codeact_sdk import Interpreter
from codeact_sdk.interpreter.rules import Policy


def guards_of(code: str) -> set[str]:
    """The guards that the compiled code may call."""
    tree = Policy().apply(ast.parse(code))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id.startswith("@")}


def is_native(code: str) -> bool:
    """Whether each product of the code is native as long as the program is small, without a look at its operands."""
    return "@mul_part" not in guards_of(code)


@pytest.mark.parametrize(
    "body",
    [
        "y = i * i",
        "x = 2.5\n        y = x * i",
        "y = -i * (i + 1) % 7",
        "y = [j * i for j in range(3)]",
        "y = (i if i > 3 else 1) * i",
    ],
)
def test_products_of_numbers_are_native(body: str) -> None:
    """Loops over `range`, constants and what is computed of them."""
    code = f"def f():\n    for i in range(9):\n        {body}\n"
    assert is_native(code)


@pytest.mark.parametrize(
    "body",
    [
        "y = t * i",
        "x = 2\n        x = t\n        y = x * i",
        "y = [j * i for j in t]",
        "y = (i if i > 3 else t) * i",
        "y = 5000 * t",
        "y = t * 5000",
        "i = t\n        y = i * 2 * i",
    ],
)
def test_products_of_what_may_be_text_are_guarded(body: str) -> None:
    """One value that is not known is enough."""
    code = f"def f():\n    t = g()\n    for i in range(9):\n        {body}\n"
    assert not is_native(code)


@pytest.mark.parametrize(
    ("code", "guarded"),
    [
        ("'-' * 1000", False),
        ("'-' * 1001", True),
        ("['a'] * 1000", False),
        ("[*a] * 3", True),
        ("2 ** 500", False),
        ("2 ** 501", True),
        ("x << 64", False),
        ("x << 65", True),
    ],
)
def test_what_is_written_out_is_judged_when_it_is_compiled(code: str, guarded: bool) -> None:
    """Up to a size there is no guard; one more has it."""
    assert bool(guards_of(code) & {"@mul", "@pow", "@lshift"}) is guarded


@pytest.mark.parametrize(("product", "value"), [("x * -2", []), ("-2 * x", []), ("n * -3", -6), ("-n * -3", 6)])
def test_a_product_with_a_negative_number_is_as_small_as_it_looks(product: str, value: object) -> None:
    """Nothing is repeated less than never."""
    with Interpreter() as interpreter:
        assert interpreter.run(f"x = [1, 2]\nfor n in range(3):\n    y = {product}\ny").value == value


def lowered(*statements: str) -> str:
    """What becomes of statements in a loop over values that nothing is known of."""
    body = "\n        ".join(statements)
    return ast.unparse(Policy().apply(ast.parse(f"def f(a, b):\n    for x, y in a:\n        {body}\n")))


def test_what_is_multiplied_out_of_bounds_is_looked_at() -> None:
    """Three times three parts are nine, which are too many; twice three are not."""
    assert "@mul_part(" not in lowered("z = x * 2 * 3")
    assert "@mul_part(" in lowered("z = x * 3 * 3")


def test_of_many_sums_in_a_row_some_are_looked_at() -> None:
    """Statements without a loop or a call between them add up: each fifth sum asks."""
    assert "if False else @add(" not in lowered(*["z = x + y"] * 4)
    assert lowered(*["z = x + y"] * 10).count("if False else @add(") == 2
