"""The tables of `language`, applied to a syntax tree: one pass that refuses, lowers and places guards.

Names that a guard goes by start with `@`, which no source text can spell, so model code can neither read, replace
nor shadow them. Attribute reads are compiled to the native opcode: a name that is constant in the source is judged
here, once. That is safe under the capability rule (facades, sealed tools, records; see `docs/threat-model.md`).

The rules for definitions, statements and imports stand in `definitions`, those for operators and calls in `operators`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from codeact_sdk.interpreter import grammar, language, nodes
from codeact_sdk.interpreter.checks.mentions import Mentions
from codeact_sdk.interpreter.inference import Values
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.scopes import Function, Top

VALUE = "@value"
"""Variable that takes the value of a last expression."""

Rule = Callable[["Policy", Any], Any]
"""Checks a node and gives what stands in its place: a node, or statements."""


class Rules(dict[type[ast.AST], Rule]):
    """The rule of each kind of node; a kind without one is refused."""

    def __missing__(self, kind: type[ast.AST]) -> Rule:
        return _refuse


RULES = Rules()
"""Filled by this module, `definitions` and `operators`, and by nothing else."""


def rule(*kinds: type[ast.AST] | None) -> Callable[[Rule], Rule]:
    """Makes a function the rule of these kinds of node; None is a kind that this Python does not have."""

    def add(function: Rule) -> Rule:
        RULES.update({kind: function for kind in kinds if kind is not None})
        return function

    return add


class Policy(RestrictingNodeTransformer):
    """Rewrites a tree in place so that running it keeps the capability rule.

    RestrictedPython's transformer is the base for its stance: a node without a rule is refused. The rules are ours.
    """

    def __init__(
        self, *, count_steps: bool = False, shared: AbstractSet[str] = frozenset(), dynamic: bool = False
    ) -> None:
        """Prepares for one tree.

        Args:
            count_steps: Whether loops and calls report each turn to the budget.
            shared: Names that functions of earlier actions use: they must be globals at every moment.
            dynamic: Whether variables may be seen or set by their names while it runs.
        """
        super().__init__()
        self.count_steps = count_steps
        self.awaits = False
        self.mentions = Mentions()
        self.yields = False
        self.depth = 0
        self.nesting = 0
        self.classes: list[str] = []
        self.in_class_body = False
        self.function: Function | None = None
        """The innermost function whose body is being visited."""
        self.around: Function | None = None
        """The innermost function around the class whose body is being visited."""
        self.hot = 0
        """How many loops, functions and comprehensions are around: what is in none of them runs once."""
        self.unchecked = 0
        """Results in a row that may be larger than their parts, and of which the program is not asked each time."""
        self.bulk = 0
        """Choices between ways through expressions, counted as often as they stand in the code that was made (see `ways`)."""
        self.temporaries = True
        """Whether expressions may keep values in names: not in class bodies, nor in comprehensions."""
        self.annotations_are_text = False
        """Whether `from __future__ import annotations` is there."""
        self.comprehension: Values | None = None
        """The variables of the innermost comprehension, unless a function or class stands between."""
        self.value: ast.expr | None = None
        """What the next name that is bound is set to, where that is known."""
        self.top = Top(shared, dynamic=dynamic)

    def apply(self, tree: ast.Module) -> ast.Module:
        """Checks and lowers a module; a last expression becomes an assignment to `VALUE`.

        Raises:
            Refusal: The code holds something that the policy does not allow.
        """
        if grammar.UNREVIEWED:  # pragma: no cover  # on a Python that is newer than the tables
            grammar.check(tree)
        if tree.body and isinstance(last := tree.body[-1], ast.Expr):
            tree.body[-1] = nodes.assignment(VALUE, last.value, last)
        tree.body = self.block(tree.body)
        return self.top.apply(tree, extra=(VALUE,))

    def visit(self, node: ast.AST) -> Any:
        """Applies the rule of the node."""
        return RULES[node.__class__](self, node)

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Visits statements, each of which may become several."""
        out: list[ast.stmt] = []
        for statement in statements:
            new = RULES[statement.__class__](self, statement)
            if new.__class__ is list:
                out += new
            else:
                out.append(new)
        return out

    def each(self, items: list[Any]) -> None:
        """Visits the nodes of a list in place."""
        for position, item in enumerate(items):
            if item is not None and item.__class__ is not ast.Constant:
                new = RULES[item.__class__](self, item)
                if new is not item:
                    items[position] = new

    def children(self, node: Any) -> Any:
        """Visits what is in a node and gives the node."""
        self.depth += 1
        if self.depth > language.MAX_DEPTH:
            raise nodes.too_deep(node)
        for field in nodes.CHILD_FIELDS[node.__class__]:
            value: Any = getattr(node, field, None)
            if value is None:
                continue
            kind: Any = value.__class__
            if kind is ast.Constant:
                continue
            if kind is not list:
                new = RULES[kind](self, value)
                if new is not value:
                    setattr(node, field, new)
            elif value and isinstance(value[0], ast.stmt):
                setattr(node, field, self.block(value))
            else:
                self.each(value)
        self.depth -= 1
        return node

    def deeper(self, node: ast.AST) -> None:
        """Goes one level down; whoever calls it comes back up."""
        self.depth += 1
        if self.depth > language.MAX_DEPTH:
            raise nodes.too_deep(node)

    def enter_nested(self, node: ast.AST) -> None:
        """Goes into a comprehension or lambda; whoever calls it comes back up."""
        self.nesting += 1
        if self.nesting > language.MAX_COMPREHENSION_DEPTH:
            most = language.MAX_COMPREHENSION_DEPTH
            raise Refusal(node, f"comprehensions are nested more than {most} deep: use loops or variables")

    def bind(self, name: str | None, node: ast.AST) -> None:
        """Refuses a binding of a special name, whatever form it has, and takes note of any other."""
        if name is None:
            return
        if name[0] == "_" or name[-1] == "_":  # as all that are reserved do
            self.check(name, node)
        self.mentions.bound.add(name)
        value, self.value = self.value, None
        if self.comprehension is not None:
            self.comprehension.add(name, value if self.top.in_target else None)
        if self.function is not None:
            self.function.bound.add(name)
            if not self.top.in_target:
                self.function.values.add(name, value)
        self.top.binds(name, value)

    def check(self, name: str, node: ast.AST) -> None:
        """Refuses a special name."""
        if name in language.RESERVED_NAMES or name.endswith("__roles__"):
            raise Refusal(node, f"the name {name} is reserved: choose another")
        if name[0] == "_" and nodes.is_special(name) and not (self.in_class_body and name in language.OWN_CLASS_NAMES):
            raise nodes.unbindable(node, name, in_class=self.in_class_body)

    @property
    def values(self) -> Values | None:
        """The variables of the scope that is being visited; None in class bodies, whose names are attributes."""
        if self.comprehension is not None:
            return self.comprehension
        if self.function is not None:
            return self.function.values
        return None if self.top.level else self.top.values

    def mangled(self, name: str) -> str:
        """Spells a private name as the compiler will."""
        if name.startswith("__") and self.classes and (owner := self.classes[-1].lstrip("_")):
            return f"_{owner}{name}"
        return name


def _refuse(_: Policy, node: ast.AST) -> Any:
    kind = type(node).__name__
    raise Refusal(node, language.REFUSED_NODES.get(kind, f"{kind} is not available in actions"))


RULES.update(dict.fromkeys(language.PLAIN_NODES, Policy.children))


@rule(ast.Constant)
def _constant(_: Policy, node: ast.Constant) -> ast.AST:
    return node


@rule(ast.Name)
def _name(policy: Policy, node: ast.Name) -> ast.AST:
    name = node.id
    context = node.ctx.__class__
    if context is ast.Load:
        if name[0] == "_":
            _check_reading(policy, node)
        policy.mentions.read.add(name)
        policy.top.reads(name)
    else:
        policy.bind(name, node)
        if context is ast.Del:
            policy.top.shares(name)
    return node


def _check_reading(policy: Policy, node: ast.Name) -> None:
    name = node.id
    if (
        nodes.is_special(name)
        and name not in language.GLOBAL_NAMES
        and not (policy.in_class_body and name in language.OWN_CLASS_NAMES)
    ):
        hint = language.HINTS.get(name)
        raise Refusal(node, f"the name {name} is not available" + (f": {hint}" if hint else ""))


@rule(ast.Global, ast.Nonlocal)
def _names(policy: Policy, node: ast.Global | ast.Nonlocal) -> ast.AST:
    function = policy.function or policy.around
    if isinstance(node, ast.Nonlocal) and function is None:
        raise Refusal(node, "nonlocal declaration not allowed at module level")
    for name in node.names:
        policy.bind(name, node)
        policy.top.shares(name)
        outer = function
        while outer is not None:  # `nonlocal` binds in a function further out
            outer.bound.add(name)
            outer.values.add(name, None)
            outer = outer.outer
    return node


# -- attributes


@rule(ast.Attribute)
def _attribute(policy: Policy, node: ast.Attribute) -> Any:
    name = node.attr
    if name in language.HIDDEN_ATTRIBUTES or name.endswith("__roles__"):
        raise Refusal(node, f"the attribute .{name} is not available: it leads into the interpreter")
    if name in ("__name__", "__qualname__"):
        _allow_class_of_name(node)
    value = node.value
    policy.depth += 1
    if policy.depth > language.MAX_DEPTH:
        raise nodes.too_deep(node)
    new = RULES[value.__class__](policy, value)
    policy.depth -= 1
    if new is not value:
        value = node.value = new
    if node.ctx.__class__ is ast.Load:
        return _attribute_load(policy, node) if name[0] == "_" or name in language.CHECKED_ATTRIBUTES else node
    if name[0] == "_" and nodes.is_special(name):
        raise Refusal(node, f"the attribute .{name} cannot be set")
    augmented = getattr(node, "augmented", None)
    if augmented is False:
        return node
    if augmented and name in language.CHECKED_ATTRIBUTES:
        node.value = nodes.under_policy(value, name)
        return node
    guard = "@guarded" if augmented else "@writable"
    if not _by_parameter(policy, node, (), guard):
        node.value = nodes.guard_own(value, guard)
    return node


def _allow_class_of_name(node: ast.Attribute) -> None:
    """Takes `error.__class__.__name__`, which is how many write `type(error).__name__`."""
    inner = node.value
    if isinstance(inner, ast.Attribute) and inner.attr == "__class__" and isinstance(inner.value, ast.Name):
        node.value = nodes.guard_call("@type_of", [inner.value], inner)


def _attribute_load(policy: Policy, node: ast.Attribute) -> Any:
    name = node.attr
    if name == "__class__" and not (policy.classes and isinstance(node.value, ast.Name)):
        raise Refusal(node, "the attribute .__class__ is available inside own classes only: use type(x)")
    if nodes.is_special(name):
        if name not in language.READABLE_SPECIALS and name not in language.OWN_METHODS:
            raise Refusal(node, f"the attribute .{name} is not available: it leads into the interpreter")
        return nodes.guard_call("@special", [node.value, nodes.constant(name, node)], node)
    if name in language.CHECKED_ATTRIBUTES:
        return nodes.guard_call("@checked", [node.value, nodes.constant(name, node)], node)
    spelt = nodes.constant(policy.mangled(name), node)
    if not _by_parameter(policy, node, (spelt,), "@private"):
        node.value = nodes.guard_own(node.value, "@private", spelt)
    return node


def _by_parameter(policy: Policy, node: ast.Attribute, arguments: tuple[ast.expr, ...], guard: str) -> bool:
    """Leaves the guard to the end of the function, where it is known whether one look at its entry serves for all."""
    function, value = policy.function, node.value
    if function is None or not isinstance(value, ast.Name) or value.id not in function.parameters:
        return False
    function.uses.append((node, guard, arguments))
    return True
