"""The tables of `language`, applied to a syntax tree: one pass that refuses, lowers and places guards.

Names that a guard goes by start with `@`, which no source text can spell, so model code can neither read, replace
nor shadow them. Attribute reads are compiled to the native opcode: a name that is constant in the source is judged
here, once. That is safe under the capability rule (facades, sealed tools, records; see `docs/threat-model.md`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from RestrictedPython.transformer import RestrictingNodeTransformer

from codeact_sdk.interpreter import advice, endings, language, nodes, sizes
from codeact_sdk.interpreter.nodes import Refusal

VALUE = "@value"
"""Variable that takes the value of a last expression."""


class Policy(RestrictingNodeTransformer):
    """Rewrites a tree in place so that running it keeps the capability rule.

    RestrictedPython's transformer is the base for its stance: a node without a rule is refused. The rules are ours.
    """

    def __init__(self, *, count_steps: bool = False) -> None:
        super().__init__()
        self.count_steps = count_steps
        self.awaits = False
        self.yields = False
        self._nodes = 0
        self._depth = 0
        self._nesting = 0
        self._classes: list[str] = []
        self._in_class_body = False

    def apply(self, tree: ast.Module) -> ast.Module:
        """Checks and lowers a module; a last expression becomes an assignment to `VALUE`.

        Raises:
            Refusal: The code holds something that the policy does not allow.
        """
        if tree.body and isinstance(last := tree.body[-1], ast.Expr):
            tree.body[-1] = nodes.assignment(VALUE, last.value, last)
        tree.body = self._block(tree.body)
        return tree

    # -- dispatch

    def visit(self, node: ast.AST) -> Any:
        """Applies the node's own rule, or visits the children of a plain node, or refuses it."""
        self._nodes += 1
        self._depth += 1
        if self._depth > language.MAX_DEPTH or self._nodes > language.MAX_NODES:
            raise nodes.too_big(node, self._depth)
        kind = type(node)
        rule = self.rules.get(kind)
        if rule is not None:
            made = rule(self, node)
        elif kind in language.PLAIN_NODES:
            made = self._children(node)
        else:
            made = self.generic_visit(node)
        self._depth -= 1
        return made

    def generic_visit(self, node: ast.AST) -> Any:
        """Refuses a node that no table holds."""
        kind = type(node).__name__
        raise Refusal(node, language.REFUSED_NODES.get(kind, f"{kind} is not available in actions"))

    def _children(self, node: ast.AST) -> ast.AST:
        for field in nodes.CHILD_FIELDS[type(node)]:
            value = getattr(node, field, None)
            if isinstance(value, list):
                is_block = value and isinstance(value[0], ast.stmt)
                setattr(node, field, self._block(value) if is_block else [item and self.visit(item) for item in value])
            elif value is not None:
                setattr(node, field, self.visit(value))
        return node

    def _loop_rule(self, node: ast.For | ast.While | ast.AsyncFor) -> ast.AST:
        self.awaits |= isinstance(node, ast.AsyncFor)
        sizes.native_head(self._children(node))
        if self.count_steps:
            node.body.insert(0, nodes.guard_statement("@step", node))
        return node

    def _operator_rule(self, node: ast.BinOp | ast.UnaryOp | ast.BoolOp | ast.AugAssign) -> ast.AST:
        if type(node.op) not in language.PLAIN_NODES:
            self.generic_visit(node.op)
        if isinstance(node, ast.BinOp) and (fault := sizes.too_large(node)):
            raise Refusal(node, fault)
        return self._children(node)

    def _nested_rule(self, node: ast.AST) -> ast.AST:
        self._enter_nested(node)
        self._children(node)
        self._nesting -= 1
        return node

    def _enter_nested(self, node: ast.AST) -> None:
        self._nesting += 1
        if self._nesting > language.MAX_COMPREHENSION_DEPTH:
            most = language.MAX_COMPREHENSION_DEPTH
            raise Refusal(node, f"comprehensions are nested more than {most} deep: use loops or variables")

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in statements:
            new = self.visit(statement)
            out.extend(new if isinstance(new, list) else [new])
        return out

    # -- names

    def _bind(self, name: str | None, node: ast.AST) -> None:
        """Refuses a binding of a special name, whatever form it has."""
        if name is None:
            return
        if name in language.RESERVED_NAMES or name.endswith("__roles__"):
            raise Refusal(node, f"the name {name} is reserved: choose another")
        if not nodes.is_special(name):
            return
        if self._in_class_body and name in language.OWN_CLASS_NAMES:
            return
        raise nodes.unbindable(node, name, in_class=self._in_class_body)

    def _name_rule(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load):
            if (
                nodes.is_special(node.id)
                and node.id not in language.GLOBAL_NAMES
                and not (self._in_class_body and node.id in language.OWN_CLASS_NAMES)
            ):
                hint = language.HINTS.get(node.id)
                raise Refusal(node, f"the name {node.id} is not available" + (f": {hint}" if hint else ""))
        else:
            self._bind(node.id, node)
        return node

    def _names_rule(self, node: ast.Global | ast.Nonlocal) -> ast.AST:
        for name in node.names:
            self._bind(name, node)
        return node

    # -- attributes

    def _attribute_rule(self, node: ast.Attribute) -> Any:
        name = node.attr
        if (
            name in ("__name__", "__qualname__")
            and isinstance(inner := node.value, ast.Attribute)
            and inner.attr == "__class__"
            and isinstance(inner.value, ast.Name)
        ):  # `error.__class__.__name__` is how many write type(error).__name__
            node.value = nodes.guard_call("@type_of", [inner.value], inner)
        if name in language.HIDDEN_ATTRIBUTES or name.endswith("__roles__"):
            raise Refusal(node, f"the attribute .{name} is not available: it leads into the interpreter")
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            return self._attribute_load(node)
        if nodes.is_special(name):
            raise Refusal(node, f"the attribute .{name} cannot be set")
        node.value = nodes.guard_own(node.value, "@writable")
        return node

    def _attribute_load(self, node: ast.Attribute) -> Any:
        name = node.attr
        if name == "__class__" and not (self._classes and isinstance(node.value, ast.Name)):
            raise Refusal(node, "the attribute .__class__ is available inside own classes only: use type(x)")
        if nodes.is_special(name):
            if name not in language.READABLE_SPECIALS and name not in language.OWN_METHODS:
                raise Refusal(node, f"the attribute .{name} is not available: it leads into the interpreter")
            return nodes.guard_call("@special", [node.value, nodes.constant(name, node)], node)
        if name in language.CHECKED_ATTRIBUTES:
            return nodes.guard_call("@checked", [node.value, nodes.constant(name, node)], node)
        if name.startswith("_"):
            node.value = nodes.guard_own(node.value, "@private", nodes.constant(self._mangled(name), node))
        return node

    def _mangled(self, name: str) -> str:
        """Spells a private name as the compiler will."""
        if name.startswith("__") and self._classes and (owner := self._classes[-1].lstrip("_")):
            return f"_{owner}{name}"
        return name

    # -- definitions

    def _function_rule(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self._bind(node.name, node)
        self.awaits |= isinstance(node, ast.AsyncFunctionDef)
        node.decorator_list = [self.visit(item) for item in node.decorator_list]
        self._type_params(node)
        node.args = self._arguments(node.args)
        if node.returns is not None:
            node.returns = self.visit(node.returns)
        outer, self._in_class_body = self._in_class_body, False
        node.body = self._block(node.body)
        self._in_class_body = outer
        endings.lower_function(self, node)
        if self.count_steps:
            node.body.insert(
                1 if ast.get_docstring(node, clean=False) is not None else 0, nodes.guard_statement("@enter", node)
            )
        return node

    def _lambda_rule(self, node: ast.Lambda) -> ast.AST:
        self._enter_nested(node)
        node.args = self._arguments(node.args)
        outer, self._in_class_body = self._in_class_body, False
        node.body = self.visit(node.body)
        self._in_class_body = outer
        self._nesting -= 1
        return node

    def _arguments(self, node: ast.arguments) -> ast.arguments:
        outer, self._in_class_body = self._in_class_body, False
        for group in (node.posonlyargs, node.args, node.kwonlyargs, [node.vararg], [node.kwarg]):
            for argument in group:
                if argument is not None:
                    self._bind(argument.arg, argument)
                    if argument.annotation is not None:
                        argument.annotation = self.visit(argument.annotation)
        node.defaults = [self.visit(item) for item in node.defaults]
        node.kw_defaults = [item and self.visit(item) for item in node.kw_defaults]
        self._in_class_body = outer
        return node

    def _class_rule(self, node: ast.ClassDef) -> ast.AST:
        self._bind(node.name, node)
        node.decorator_list = [self.visit(item) for item in node.decorator_list]
        self._type_params(node)
        node.bases = [self.visit(item) for item in node.bases]
        node.keywords = [self.visit(item) for item in node.keywords]
        outer, self._in_class_body = self._in_class_body, True
        self._classes.append(node.name)
        node.body = self._block(node.body)
        self._classes.pop()
        self._in_class_body = outer
        return node

    def _type_params(self, node: ast.AST) -> None:
        for parameter in getattr(node, "type_params", []):
            self._bind(parameter.name, parameter)
            for field in ("bound", "default_value"):
                if getattr(parameter, field, None) is not None:
                    setattr(parameter, field, self.visit(getattr(parameter, field)))

    def _type_alias_rule(self, node: Any) -> ast.AST:
        self._type_params(node)
        return self._children_of(node, "name", "value")

    def _children_of(self, node: ast.AST, *fields: str) -> ast.AST:
        for field in fields:
            setattr(node, field, self.visit(getattr(node, field)))
        return node

    def _annotated_rule(self, node: ast.AnnAssign) -> Any:
        if self._in_class_body:  # dataclasses, NamedTuple and TypedDict read them
            node.annotation = self.visit(node.annotation)
            node.target = self.visit(node.target)
            node.value = node.value and self.visit(node.value)
            return node
        if node.value is None:
            self.visit(node.target)
            return nodes.placed(ast.Pass(), node)
        return self._children(nodes.placed(ast.Assign([node.target], node.value), node))

    # -- imports: lowered to calls, so that no import opcode is ever run by model code

    def _import_rule(self, node: ast.Import) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for alias in node.names:
            target = alias.asname or alias.name.partition(".")[0]
            self._bind(target, node)
            call = nodes.guard_call(
                "@import", [nodes.constant(alias.name, node), nodes.constant(alias.asname is not None, node)], node
            )
            out.append(nodes.assignment(target, call, node))
        return out

    def _import_from_rule(self, node: ast.ImportFrom) -> list[Any]:
        if node.level:
            raise Refusal(node, "relative imports are not available: an action belongs to no package")
        module = nodes.constant(node.module, node)
        if node.names[0].name == "*":
            return [nodes.statement(nodes.guard_call("@import_all", [module], node), node)]
        out: list[ast.stmt] = []
        for alias in node.names:
            self._bind(alias.asname or alias.name, node)
            call = nodes.guard_call("@import_from", [module, nodes.constant(alias.name, node)], node)
            out.append(nodes.assignment(alias.asname or alias.name, call, node))
        return out

    # -- statements after which a limit could be outlived: each gets a look at the budget

    def _try_rule(self, node: ast.Try) -> ast.AST:
        node.body = self._block(node.body)
        for handler in node.handlers:
            self._bind(handler.name, handler)
            # A bare `except` would catch the signals that stop an action.
            handler.type = self.visit(handler.type) if handler.type else nodes.load("@Exception", handler)
            handler.type = nodes.guard_call("@catchable", [handler.type], handler)
            handler.body = [nodes.guard_statement("@alive", handler), *self._block(handler.body)]
        node.orelse = self._block(node.orelse)
        if node.finalbody:
            node.finalbody = [nodes.guard_statement("@alive", node.finalbody[0]), *self._block(node.finalbody)]
        return node

    def _with_rule(self, node: ast.With | ast.AsyncWith) -> list[ast.stmt]:
        self.awaits |= isinstance(node, ast.AsyncWith)
        self._children(node)
        # `__exit__` may swallow what went through it.
        return [node, nodes.guard_statement("@alive", node)]

    def _raise_rule(self, node: ast.Raise) -> ast.AST:
        if node.exc is not None:
            node.exc = nodes.guard_call("@raisable", [self.visit(node.exc)], node)
        if node.cause is not None:
            node.cause = self.visit(node.cause)
        return node

    def _await_rule(self, node: ast.Await) -> ast.AST:
        self.awaits = True
        return self._children(node)

    def _keyword_rule(self, node: ast.keyword) -> ast.AST:
        self._bind(node.arg, node)
        node.value = self.visit(node.value)
        return node

    def _comprehension_rule(self, node: ast.comprehension) -> Any:
        self.awaits |= bool(node.is_async)
        return sizes.native_head(self._children(node))

    # -- patterns

    def _match_name_rule(self, node: ast.MatchAs | ast.MatchStar) -> ast.AST:
        self._bind(node.name, node)
        return self._children(node)

    def _match_mapping_rule(self, node: ast.MatchMapping) -> ast.AST:
        self._bind(node.rest, node)
        return self._children(node)

    def _match_class_rule(self, node: ast.MatchClass) -> ast.AST:
        for name in node.kwd_attrs:
            if name.startswith("_") or name in language.HIDDEN_ATTRIBUTES or name in language.CHECKED_ATTRIBUTES:
                raise Refusal(node, f"the attribute {name} cannot be matched in a class pattern")
        return self._children(node)

    rules: ClassVar[dict[type[ast.AST], Callable[[Any, Any], Any]]] = {
        ast.Name: _name_rule,
        ast.Global: _names_rule,
        ast.Nonlocal: _names_rule,
        ast.Attribute: _attribute_rule,
        ast.FunctionDef: _function_rule,
        ast.AsyncFunctionDef: _function_rule,
        ast.Lambda: _lambda_rule,
        ast.ClassDef: _class_rule,
        ast.AnnAssign: _annotated_rule,
        ast.Import: _import_rule,
        ast.ImportFrom: _import_from_rule,
        ast.Try: _try_rule,
        ast.With: _with_rule,
        ast.AsyncWith: _with_rule,
        ast.Raise: _raise_rule,
        ast.Await: _await_rule,
        ast.Call: sizes.call_rule,
        ast.For: _loop_rule,
        ast.While: _loop_rule,
        ast.AsyncFor: _loop_rule,
        ast.BinOp: _operator_rule,
        ast.UnaryOp: _operator_rule,
        ast.BoolOp: _operator_rule,
        ast.AugAssign: _operator_rule,
        **advice.RULES,
        **endings.RULES,
        ast.ListComp: _nested_rule,
        ast.SetComp: _nested_rule,
        ast.DictComp: _nested_rule,
        ast.GeneratorExp: _nested_rule,
        ast.keyword: _keyword_rule,
        ast.comprehension: _comprehension_rule,
        ast.MatchAs: _match_name_rule,
        ast.MatchStar: _match_name_rule,
        ast.MatchMapping: _match_mapping_rule,
        ast.MatchClass: _match_class_rule,
    }
    """Nodes that have a rule of their own."""
    if hasattr(ast, "TypeAlias"):  # Python 3.12
        rules[ast.TypeAlias] = _type_alias_rule
