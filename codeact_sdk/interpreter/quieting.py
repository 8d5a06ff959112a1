"""Rules for nodes that the compiler has advice about, and for what ends by itself: see `advice` and `endings`."""

from __future__ import annotations

import ast
from typing import Any

from codeact_sdk.interpreter import advice, nodes
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.policy import Policy, rule


@rule(ast.Assert)
def _assert(policy: Policy, node: ast.Assert) -> ast.AST:
    before = policy.top.here()
    policy.children(node)
    policy.top.join(before)  # what a walrus in the message has set may not be set
    return advice.quiet_assert(node)


@rule(ast.Subscript)
def _subscript(policy: Policy, node: ast.Subscript) -> ast.AST:
    return advice.quiet_subscript(policy.children(node))


@rule(ast.Yield, ast.YieldFrom)
def _yield(policy: Policy, node: Any) -> Any:
    if policy.top.level == 0:
        raise Refusal(node, "'yield' outside function")
    policy.yields = True
    policy.children(node)
    if isinstance(node, ast.YieldFrom):
        node.value = nodes.guard_call("@delegated", [node.value], node.value)
    return node
