"""The rules of the policy for statements: definitions, imports, and whatever parts the paths of a program."""

from __future__ import annotations

import ast
import copy
from typing import Any

from codeact_sdk.interpreter import endings, language, nodes
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.operators import range_head
from codeact_sdk.interpreter.policy import RULES, Policy, rule
from codeact_sdk.interpreter.scopes import Function

# -- functions


@rule(ast.FunctionDef, ast.AsyncFunctionDef)
def _function(policy: Policy, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
    policy.bind(node.name, node)
    policy.top.shares(node.name)
    policy.awaits |= isinstance(node, ast.AsyncFunctionDef)
    policy.deeper(node)
    policy.each(node.decorator_list)
    _type_params(policy, node)
    policy.top.level += 1
    _arguments(policy, node.args)
    if node.returns is not None:
        node.returns = _annotation(policy, node.returns)
    outer = (policy.function, policy.in_class_body, policy.temporaries, policy.hot)
    function = policy.function = Function(node, _parameters(node.args), policy.function or policy.around)
    for argument in (node.args.vararg, node.args.kwarg):
        if argument is not None:
            function.values.add(argument.arg, None)
    policy.in_class_body, policy.temporaries, policy.hot = False, True, policy.hot + 1
    body = policy.block(node.body)
    policy.function, policy.in_class_body, policy.temporaries, policy.hot = outer
    function.values.settle()
    entry = function.entry()
    if policy.count_steps:
        entry.insert(0, nodes.guard_statement("@enter", node))
    after_docs = 1 if ast.get_docstring(node, clean=False) is not None else 0
    node.body = body[:after_docs] + entry + body[after_docs:] if entry else body
    endings.lower_function(policy, node)
    policy.top.level -= 1
    policy.depth -= 1
    return node


@rule(ast.Lambda)
def _lambda(policy: Policy, node: ast.Lambda) -> ast.AST:
    policy.enter_nested(node)
    policy.deeper(node)
    policy.top.level += 1
    _arguments(policy, node.args)
    outer = (policy.in_class_body, policy.hot)
    policy.in_class_body, policy.hot = False, policy.hot + 1
    node.body = policy.visit(node.body)
    policy.in_class_body, policy.hot = outer
    policy.top.level -= 1
    policy.depth -= 1
    policy.nesting -= 1
    return node


def _parameters(node: ast.arguments) -> frozenset[str]:
    return frozenset(argument.arg for argument in (*node.posonlyargs, *node.args, *node.kwonlyargs))


def _arguments(policy: Policy, node: ast.arguments) -> None:
    """Visits parameters; their names are not those of the function around."""
    outer, policy.in_class_body = policy.in_class_body, False
    for group in (node.posonlyargs, node.args, node.kwonlyargs, (node.vararg, node.kwarg)):
        for argument in group:
            if argument is not None:
                policy.bind(argument.arg, argument)
                if argument.annotation is not None:
                    argument.annotation = _annotation(policy, argument.annotation)
    policy.each(node.defaults)
    policy.each(node.kw_defaults)
    policy.in_class_body = outer


def _annotation(policy: Policy, node: ast.expr) -> Any:
    if not policy.annotations_are_text:
        return _without_names(policy, node)
    _without_names(policy, copy.deepcopy(node))  # judged, and shown as it is written
    return node


def _without_names(policy: Policy, node: ast.expr) -> Any:
    """Visits what stands where Python takes no `:=`, and so no names of ours."""
    outer, policy.temporaries = policy.temporaries, False
    made = policy.visit(node)
    policy.temporaries = outer
    return made


@rule(ast.Return)
def _return(policy: Policy, node: ast.Return) -> Any:
    if policy.function is None:
        raise Refusal(node, "'return' outside function")
    return policy.children(node)


@rule(ast.Await)
def _await(policy: Policy, node: ast.Await) -> ast.AST:
    _notice_await(policy)
    return policy.children(node)  # type: ignore[no-any-return]  # the node itself


def _notice_await(policy: Policy) -> None:
    policy.awaits = True
    policy.top.awaits |= policy.top.level == 0


# -- classes


@rule(ast.ClassDef)
def _class(policy: Policy, node: ast.ClassDef) -> ast.AST:
    policy.bind(node.name, node)
    policy.top.shares(node.name)
    policy.deeper(node)
    policy.each(node.decorator_list)
    _type_params(policy, node)
    temporaries = policy.temporaries
    policy.temporaries &= not getattr(node, "type_params", ())
    policy.each(node.bases)
    policy.each(node.keywords)
    policy.temporaries = temporaries
    outer = (policy.in_class_body, policy.temporaries, policy.function, policy.around)
    policy.in_class_body, policy.temporaries = True, False
    policy.function, policy.around = None, policy.function or policy.around
    policy.top.level += 1
    policy.classes.append(node.name)
    node.body = policy.block(node.body)
    policy.classes.pop()
    policy.top.level -= 1
    policy.in_class_body, policy.temporaries, policy.function, policy.around = outer
    policy.depth -= 1
    return node


def _type_params(policy: Policy, node: ast.AST) -> None:
    parameters = getattr(node, "type_params", ())
    policy.top.level += 1
    for parameter in parameters:  # pragma: no cover  # Python 3.11 has none
        policy.bind(parameter.name, parameter)
        for field in ("bound", "default_value"):
            if getattr(parameter, field, None) is not None:
                setattr(parameter, field, _without_names(policy, getattr(parameter, field)))
    policy.top.level -= 1


@rule(getattr(ast, "TypeAlias", None))  # Python 3.12
def _type_alias(policy: Policy, node: Any) -> ast.AST:  # pragma: no cover  # as above
    _type_params(policy, node)
    node.name = policy.visit(node.name)
    policy.top.shares(node.name.id)
    policy.top.level += 1
    node.value = _without_names(policy, node.value)
    policy.top.level -= 1
    return node  # type: ignore[no-any-return]  # typeshed of 3.11 does not know the node


@rule(ast.AnnAssign)
def _annotated(policy: Policy, node: ast.AnnAssign) -> Any:
    if policy.in_class_body:  # dataclasses, NamedTuple and TypedDict read them
        node.annotation = _annotation(policy, node.annotation)
        node.value = node.value and policy.visit(node.value)
        node.target = policy.visit(node.target)
        return node
    if node.value is None:
        if not isinstance(node.target, ast.Name):
            policy.visit(node.target)
        return nodes.placed(ast.Pass(), node)
    return policy.visit(nodes.placed(ast.Assign([node.target], node.value), node))


@rule(ast.Assign)
def _assign(policy: Policy, node: ast.Assign) -> ast.AST:
    policy.deeper(node)
    node.value = RULES[node.value.__class__](policy, node.value)  # before the targets, as it is run
    for position, target in enumerate(node.targets):
        node.targets[position] = _target(policy, target, node.value)
        if target.__class__ in _UNPACKING and any(isinstance(part, ast.Starred) for part in target.elts):  # type: ignore[attr-defined]  # one of the two
            node.value = nodes.guard_call("@whole", [node.value], node.value)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            beside = [nodes.load(target.value.id, target)] if isinstance(target.value, ast.Name) else []
            node.value = nodes.guard_call("@spliced", [node.value, *beside], node.value)
    policy.depth -= 1
    return node


_UNPACKING = frozenset({ast.Tuple, ast.List})


def _target(policy: Policy, target: ast.expr, value: ast.expr) -> Any:
    """Visits what is assigned to, and takes note of the value where it is plain to see."""
    if target.__class__ is ast.Name:
        policy.value = value
    elif (
        target.__class__ is ast.Tuple
        and value.__class__ is ast.Tuple
        and len(target.elts) == len(value.elts)
        and not any(isinstance(part, ast.Starred) for part in (*target.elts, *value.elts))
    ):
        target.elts = [_target(policy, *pair) for pair in zip(target.elts, value.elts, strict=True)]
        return target
    return policy.visit(target)


# -- imports: lowered to calls, so that no import opcode is ever run by model code


@rule(ast.Import)
def _import(policy: Policy, node: ast.Import) -> list[ast.stmt]:
    out: list[ast.stmt] = []
    for alias in node.names:
        target = alias.asname or alias.name.partition(".")[0]
        policy.bind(target, node)
        call = nodes.guard_call(
            "@import", [nodes.constant(alias.name, node), nodes.constant(alias.asname is not None, node)], node
        )
        out.append(nodes.assignment(target, call, node))
    return out


@rule(ast.ImportFrom)
def _import_from(policy: Policy, node: ast.ImportFrom) -> list[Any]:
    module = nodes.constant("." * node.level + (node.module or ""), node)
    if node.names[0].name == "*":
        if policy.function is not None or policy.in_class_body:
            raise Refusal(node, "import * only allowed at module level")
        policy.top.dynamic = True
        return [nodes.statement(nodes.guard_call("@import_all", [module], node), node)]
    out: list[ast.stmt] = []
    for alias in node.names:
        policy.bind(alias.asname or alias.name, node)
        call = nodes.guard_call("@import_from", [module, nodes.constant(alias.name, node)], alias)
        out.append(nodes.assignment(alias.asname or alias.name, call, node))
    return out


# -- loops and branches


@rule(ast.For, ast.AsyncFor)
def _for(policy: Policy, node: ast.For | ast.AsyncFor) -> ast.AST:
    if isinstance(node, ast.AsyncFor):
        _notice_await(policy)
    policy.deeper(node)
    often = policy.hot > 0
    node.iter = range_head(policy, node.iter)
    often |= hasattr(node.iter, "items")
    before = policy.top.here()
    policy.hot += 1
    policy.unchecked = 0
    if isinstance(node.target, ast.Name):
        policy.value = getattr(node.iter, "items", None)
    node.target = policy.visit(node.target)
    node.body = policy.block(node.body)
    policy.hot -= 1
    return _loop(policy, node, before, often=often)


@rule(ast.While)
def _while(policy: Policy, node: ast.While) -> ast.AST:
    policy.deeper(node)
    policy.hot += 1
    policy.unchecked = 0
    node.test = policy.visit(node.test)
    before = policy.top.here()
    node.body = policy.block(node.body)
    policy.hot -= 1
    return _loop(policy, node, before, often=True)


def _loop(policy: Policy, node: ast.For | ast.AsyncFor | ast.While, before: set[str], *, often: bool) -> ast.AST:
    policy.top.loops |= often and policy.top.level == 0
    if policy.function is not None:
        policy.function.values.loops = True
    policy.top.join(before)
    node.orelse = policy.block(node.orelse)
    policy.top.join(before)
    if policy.count_steps:
        node.body.insert(0, nodes.guard_statement("@step", node))
    policy.depth -= 1
    return node


@rule(ast.If)
def _if(policy: Policy, node: ast.If) -> ast.AST:
    policy.deeper(node)
    node.test = policy.visit(node.test)
    before = policy.top.here()
    node.body = policy.block(node.body)
    then = policy.top.here()
    policy.top.join(before)
    node.orelse = policy.block(node.orelse)
    policy.top.join(then, policy.top.here())
    policy.depth -= 1
    return node


@rule(ast.Match)
def _match(policy: Policy, node: ast.Match) -> ast.AST:
    policy.deeper(node)
    node.subject = policy.visit(node.subject)
    before = policy.top.here()
    for case in node.cases:
        policy.top.join(before)
        policy.children(case)
    policy.top.join(before)
    policy.depth -= 1
    return node


@rule(ast.BoolOp, ast.IfExp)
def _maybe(policy: Policy, node: ast.BoolOp | ast.IfExp) -> ast.AST:
    before = policy.top.here()
    policy.children(node)
    policy.top.join(before)  # what a walrus in a part has set may not be set
    return node


# -- statements after which a limit could be outlived: each gets a look at the budget


@rule(ast.Try)
def _try(policy: Policy, node: ast.Try) -> ast.AST:
    nodes.check_handlers(node)
    policy.deeper(node)
    before = policy.top.here()
    node.body = policy.block(node.body)
    node.orelse = policy.block(node.orelse)
    for handler in node.handlers:
        policy.top.join(before)
        if handler.name is not None:
            policy.bind(handler.name, handler)
            policy.top.shares(handler.name)
        # A bare `except` would catch the signals that stop an action.
        kind = policy.visit(handler.type) if handler.type else nodes.load("@Exception", handler)
        handler.type = nodes.guard_call("@catchable", [kind], handler)
        handler.body = [nodes.guard_statement("@alive", handler), *policy.block(handler.body)]
    policy.top.join(before)
    if node.finalbody:
        node.finalbody = [nodes.guard_statement("@alive", node.finalbody[0]), *policy.block(node.finalbody)]
    policy.top.join(before)
    policy.depth -= 1
    return node


@rule(ast.With, ast.AsyncWith)
def _with(policy: Policy, node: ast.With | ast.AsyncWith) -> list[ast.stmt]:
    if isinstance(node, ast.AsyncWith):
        _notice_await(policy)
    before = policy.top.here()
    policy.children(node)
    policy.top.join(before)
    # `__exit__` may swallow what went through it.
    return [node, nodes.guard_statement("@alive", node)]


@rule(ast.Raise)
def _raise(policy: Policy, node: ast.Raise) -> ast.AST:
    policy.children(node)
    if node.exc is not None:
        node.exc = nodes.guard_call("@raisable", [node.exc], node)
    return node


# -- patterns


@rule(ast.MatchAs, ast.MatchStar)
def _match_name(policy: Policy, node: ast.MatchAs | ast.MatchStar) -> ast.AST:
    policy.bind(node.name, node)
    return policy.children(node)  # type: ignore[no-any-return]  # the node itself


@rule(ast.MatchMapping)
def _match_mapping(policy: Policy, node: ast.MatchMapping) -> ast.AST:
    policy.bind(node.rest, node)
    return policy.children(node)  # type: ignore[no-any-return]  # as above


@rule(ast.MatchClass)
def _match_class(policy: Policy, node: ast.MatchClass) -> ast.AST:
    for name in node.kwd_attrs:
        if name.startswith("_") or name in language.HIDDEN_ATTRIBUTES or name in language.CHECKED_ATTRIBUTES:
            raise Refusal(node, f"the attribute {name} cannot be matched in a class pattern")
    return policy.children(node)  # type: ignore[no-any-return]  # as above
