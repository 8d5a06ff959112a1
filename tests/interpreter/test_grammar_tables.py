"""Every node of the grammar, and every field of one, stands in a table: what a newer Python adds is out until somebody looked."""

from __future__ import annotations

import ast
import subprocess
import sys
import warnings

import pytest

from codeact_sdk.interpreter import grammar, language
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.policy import RULES
from codeact_sdk.interpreter.rules import Policy

BY_THE_RULE_AROUND = {"ExceptHandler", "arguments", "arg", "alias", "TypeVar", "ParamSpec", "TypeVarTuple"}
"""Nodes without a rule: that of what they are in looks at them."""

NEVER_PARSED = {"TypeIgnore", "Interactive", "Expression", "FunctionType"}
"""Other roots, and what needs a flag of the parser."""

EXAMPLES = sorted(name for name, form in grammar.FORMS.items() if form.example and form.since <= sys.version_info[:2])


def nodes_of_this_python():
    """The classes of `ast`, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = {name: getattr(ast, name) for name in dir(ast)}
    return {kind.__name__: kind for kind in found.values() if isinstance(kind, type) and issubclass(kind, ast.AST)}


def test_this_python_has_no_node_and_no_field_that_nobody_has_looked_at() -> None:
    """Fails on a newer Python until its grammar stands in `interpreter/grammar.py`; until then the additions are refused."""
    assert grammar.unreviewed(nodes_of_this_python().values()) == ()
    assert grammar.UNREVIEWED == ()


@pytest.mark.parametrize("name", sorted(nodes_of_this_python()))
def test_each_node_has_exactly_one_verdict(name: str) -> None:
    """It has a rule, or is refused, or is looked at by the rule around it, or is no node that a parser makes."""
    kind = nodes_of_this_python()[name]
    verdicts = [
        kind in RULES,
        name in language.REFUSED_NODES,
        name in BY_THE_RULE_AROUND,
        name in NEVER_PARSED,
        name in grammar.KINDS,
        name in grammar.DEPRECATED,
    ]
    assert verdicts.count(True) == 1, verdicts


def test_every_rule_is_for_a_node_that_the_tables_describe() -> None:
    """No node gets in by a rule alone, and what is refused is no plain node."""
    assert {kind.__name__ for kind in RULES} <= set(grammar.FORMS) - set(language.REFUSED_NODES)
    assert set(RULES) >= language.PLAIN_NODES


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_shows_its_node_and_gets_the_verdict_of_the_tables(name: str) -> None:
    """The examples of the page are programs: allowed ones pass the policy, others are refused in the words of the table."""
    tree = grammar.parse_example(name)
    kinds = {type(node).__name__ for node in ast.walk(tree)}
    assert name in kinds
    if name in language.REFUSED_NODES:
        with pytest.raises(Refusal) as caught:
            Policy().apply(tree)
        assert caught.value.message == language.REFUSED_NODES[name]
    else:
        Policy().apply(tree)
        assert not kinds & set(language.REFUSED_NODES)


def newer(kind: type[ast.AST], **fields: object) -> ast.AST:
    """A node of a grammar in which this kind has more fields."""
    added = type(kind.__name__, (kind,), {"_fields": (*kind._fields, *fields)})
    return added(**fields, lineno=1, col_offset=0)


@pytest.mark.parametrize("value", [1, True, [ast.Name("x", ast.Load())], ast.Name("x", ast.Load()), "text"])
def test_a_new_field_of_a_known_node_is_refused_where_it_is_set(value: object) -> None:
    """Such as `lazy import`: the node is an old one, and only the field tells."""
    tree = ast.Module([newer(ast.Import, lazily=value)], [])
    with pytest.raises(Refusal, match=r"Import\.lazily is not available in actions: it is of a newer Python"):
        grammar.check(tree)


@pytest.mark.parametrize("value", [None, 0, False, [], ""])
def test_a_new_field_that_is_not_set_changes_nothing(value: object) -> None:
    """Old programs run on a newer Python."""
    grammar.check(ast.Module([newer(ast.Import, lazily=value), ast.Pass()], []))


@pytest.mark.parametrize("kind", [ast.stmt, ast.expr, ast.pattern, getattr(ast, "type_param", ast.AST), ast.operator])
def test_a_new_node_is_refused_wherever_it_stands(kind: type[ast.AST]) -> None:
    """Also in the place of one that the rule around it looks at."""
    new = type("Unheard", (kind,), {"_fields": ()})()
    tree = ast.parse("def f(x): pass")
    tree.body[0].args.args = [new]
    with pytest.raises(Refusal, match="Unheard is not available in actions: it is of a newer Python"):
        grammar.check(tree)


def test_on_a_newer_python_each_action_is_looked_at() -> None:
    """The check is off only where nothing is new: here a process in which `import` has one field more."""
    program = """
import ast
ast.Import._fields = ("names", "lazily")
from codeact_sdk.interpreter.grammar import UNREVIEWED
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.rules import Policy
tree = ast.parse("import json")
Policy().apply(tree)
tree = ast.parse("import json")
tree.body[0].lazily = 1
try:
    Policy().apply(tree)
except Refusal as refusal:
    print(UNREVIEWED, refusal)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "('Import.lazily',) Import.lazily is not available in actions: it is of a newer Python\n"


def forbidden(context: ast.expr_context) -> ast.expr:
    """What no rule lets pass, as it would be read or set."""
    return ast.Attribute(ast.Name("x", ast.Load()), "gi_frame", context)


def with_each_part_forbidden(name: str, *, constants: bool):
    """The example of a form, over and over: each time another of its expressions is a forbidden one.

    Args:
        name: The form.
        constants: Whether the parts beside it are constants, which the policy does not visit.
    """
    count = len(places(grammar.parse_example(name)))
    for position in range(count):
        tree = grammar.parse_example(name)
        for number, (node, field, index) in enumerate(places(tree)):
            old = getattr(node, field) if index is None else getattr(node, field)[index]
            context = getattr(old, "ctx", ast.Load())
            if number == position:
                new: ast.expr = forbidden(context)
                where = f"{type(node).__name__}.{field}"
            elif constants and isinstance(context, ast.Load) and not isinstance(old, ast.Starred):
                new = ast.Constant(0)
            else:
                continue
            ast.copy_location(new, old)
            if index is None:
                setattr(node, field, ast.fix_missing_locations(new))
            else:
                getattr(node, field)[index] = ast.fix_missing_locations(new)
        yield where, tree


def places(tree: ast.AST) -> list[tuple[ast.AST, str, int | None]]:
    """Where the innermost expressions of a tree stand."""
    found: list[tuple[ast.AST, str, int | None]] = []
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            found += [(node, field, index) for index, item in items if isinstance(item, ast.Name | ast.Constant)]
    return [place for place in found if type(place[0]) not in (ast.JoinedStr, ast.TypeIgnore)]


@pytest.mark.parametrize("constants", [False, True])
@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in language.REFUSED_NODES])
def test_every_part_of_every_construct_is_visited(name: str, constants: bool) -> None:
    """No expression is passed over, wherever it stands and whatever stands beside it."""
    for where, tree in with_each_part_forbidden(name, constants=constants):
        if where == "AnnAssign.annotation":  # of a variable: it is left out
            assert "gi_frame" not in ast.unparse(Policy().apply(tree))
            continue
        with pytest.raises(Refusal, match=r"the attribute \.gi_frame is not available"):
            pytest.fail(f"{where} is not visited: {ast.unparse(Policy(count_steps=True).apply(tree))}")


@pytest.mark.parametrize(
    "code",
    [
        "x[:y.f_back]",
        "x[::y.f_back]",
        "raise y.f_back",
        "{**y.f_back}",
        "lambda *, a, b=y.f_back: 0",
        "{1: 2, y.f_back: 3}",
    ],
)
def test_what_stands_behind_a_part_that_is_left_out_is_visited(code: str) -> None:
    """A missing part ends nothing."""
    with pytest.raises(Refusal, match=r"the attribute \.f_back is not available"):
        Policy().apply(ast.parse(code))
