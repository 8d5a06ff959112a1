"""No program that ends well in CPython is refused, whatever its names, scopes and order are."""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import types
import warnings
from contextlib import redirect_stdout

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from codeact_sdk.interpreter.checks.checker import Checker
from codeact_sdk.interpreter.compiler import ActionSyntaxError, compile_action
from codeact_sdk.tools.toolset import Toolset

NAMES = st.sampled_from(["a", "b", "c", "f", "g", "h"])
"""Few, so that they meet."""

LEAVES = st.one_of(NAMES, NAMES, st.sampled_from(["0", "1", "[]", "[1, 2]", "''", "None"]))


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def fill(*templates: str) -> st.SearchStrategy[str]:
        return st.builds(
            lambda template, name, x, y: template.format(name=name, x=x, y=y),
            st.sampled_from(templates),
            NAMES,
            inner,
            inner,
        )

    return fill(
        *("({x} and {y})", "({x} or {y})", "({x} if {y} else {name})", "(1 < {x} < {y})", "[{x}, {y}]", "(not {x})"),
        *("(lambda: {x})", "(lambda {name}: {x})", "(lambda {name}={x}: {name})", "[{x} for {name} in {y}]"),
        *(
            "[{name} for {name} in [1] if {x}]",
            "list({x} for {name} in [{y}])",
            "({name} := {x})",
            "{name}()",
            "{name}({x})",
        ),
        *(
            "f'{{{x}}}'",
            "{{{x}: {y} for {name} in [0]}}",
            "print({x})",
            "str({x})",
            "{name}.real",
            "eval('({name} := 1)')",
        ),
    )


EXPRESSIONS = st.recursive(LEAVES, _compound, max_leaves=5)

SIMPLE = st.builds(
    lambda template, name, other, x: template.format(name=name, other=other, x=x),
    st.sampled_from(
        [
            *(
                "{x}",
                "{name} = {x}",
                "{name} = {other} = {x}",
                "{name} += {x}",
                "del {name}",
                "assert {x}, {other}",
                "pass",
            ),
            *("{name}: int = {x}", "{name}: {other}", "import math as {name}", "from math import *", "global {name}"),
            *("return {x}", "break", "raise ValueError({x})", "exec('{name} = 1')", "{name}, {other} = {x}, 1"),
            *(
                "{name}()",
                "{name}()",
                "raise SystemExit",
                "yield {x}",
                "await {name}()",
                "from asyncio import sleep as {name}",
            ),
        ]
    ),
    NAMES,
    NAMES,
    EXPRESSIONS,
)


def _indent(block: str) -> str:
    return "\n".join(f"    {line}" for line in block.split("\n"))


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    templates = [
        *(
            "if {x}:\n{one}\nelse:\n{two}",
            "if False:\n{one}\nelse:\n{two}",
            "while {x}:\n{one}\n    break\nelse:\n{two}",
        ),
        *(
            "while True:\n{one}\n    break\n{flat}",
            "for {name} in {x}:\n{one}\nelse:\n{two}",
            "for {name} in [1, 2]:\n{one}",
        ),
        *("try:\n{one}\nexcept NameError:\n{two}", "try:\n{one}\nexcept (TypeError, ValueError) as {name}:\n{two}"),
        *("try:\n{one}\nfinally:\n{two}", "try:\n{one}\nexcept:\n{two}\nelse:\n    {x}\nfinally:\n    {x}"),
        *(
            "def {name}():\n{one}\n{flat}",
            "def {name}(x={x}):\n{one}\n{name}()",
            "def {name}({other}=1):\n    global {same}\n{one}",
        ),
        *(
            "async def {name}():\n{one}",
            "async def {name}():\n{one}\nawait {name}()",
            "class {name}:\n{one}",
            "class {name}:\n{one}\n{two}",
        ),
        *(
            "match {x}:\n    case [{name}, *_]:\n        pass\n    case {other}:\n        {x}",
            "def {name}():\n{one}\n    return {x}\n{name}()",
        ),
        *("@staticmethod\ndef {name}():\n{one}", "if __name__ == '__main__':\n{one}"),
    ]

    def fill(template: str, names: tuple[str, str], x: str, one: str, two: str) -> str:
        name, other = names
        same = "c" if "c" not in (name, other) else "h"
        return template.format(name=name, other=other, same=same, x=x, one=_indent(one), two=_indent(two), flat=two)

    return st.builds(fill, st.sampled_from(templates), st.tuples(NAMES, NAMES), EXPRESSIONS, inner, inner)


STATEMENTS = st.recursive(
    SIMPLE, lambda inner: _blocks(st.lists(inner, min_size=1, max_size=3).map("\n".join)), max_leaves=6
)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=5).map("\n".join)


class _Turns(BaseException):  # no program of these catches it and goes on
    """The program goes on for too long."""


class _Counted(ast.NodeTransformer):
    """Counts the turns of loops and the calls of functions, so that every program ends."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.For | ast.While | ast.FunctionDef | ast.AsyncFunctionDef):
            place = 1 if isinstance(node.body[0], ast.Global) else 0
            node.body.insert(place, ast.Expr(ast.Call(ast.Name("@turn", ast.Load()), [], [])))
        return node


def compiled(code: str) -> types.CodeType:
    """Compiles a program as CPython does."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = _Counted().visit(compile(code, "program", "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True))
    return compile(ast.fix_missing_locations(tree), "program", "exec", flags, dont_inherit=True)


def ends_well(program: types.CodeType, namespace: dict[str, object]) -> bool:
    """Runs a program in CPython; tells whether it ended without an exception, or by an exit."""
    turns = iter(range(500))

    def turn() -> None:
        if next(turns, None) is None:
            raise _Turns

    namespace["@turn"] = turn
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = eval(program, namespace)
            if inspect.iscoroutine(made):
                for _ in range(100):
                    made.send(None)
        except (SystemExit, StopIteration):
            return True
        except (Exception, _Turns):  # noqa: BLE001  # whatever it is, it did not end well
            return False
    return True


def check(session: list[str]) -> int:
    """Checks programs one after another before CPython runs each; gives how many were refused.

    Raises:
        AssertionError: One was refused that ends well.
    """
    namespace: dict[str, object] = {"__name__": "__main__", "__builtins__": dict(vars(builtins))}
    checker = Checker(Toolset.of([]), namespace, builtins=vars(builtins))
    for code in session:
        try:
            facts = compile_action(code, "program").facts
            program = compiled(code)
        except (ActionSyntaxError, SyntaxError):
            continue
        undefined = [finding for finding in checker.check(facts) if finding.type == "NameError"]
        well = ends_well(program, namespace)
        if undefined:
            assert not well, f"{code}\n-- was refused: {undefined}"
            return 1
    return 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PROGRAMS, min_size=1, max_size=3))
@example(["def f():\n    global a\n    a = 1", "f()\na"])
@example(["class f:\n    def g():\n        return a\ng = str\ng()"])
@example(["try:\n    raise ValueError\n    a\nexcept (TypeError, ValueError) as b:\n    pass"])
@example(["def f():\n    try:\n        a\n    finally:\n        return 1\nf()"])
@example(["f = lambda: eval('(a := 1)')", "f()\na"])
def test_what_ends_well_in_cpython_is_not_refused(session: list[str]) -> None:
    """A program of a session is refused for its names only if CPython does not bring it to a good end either."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # coroutines that nobody awaits
        check(session)
