"""The nodes of Python's grammar that were looked at, with their fields and an example of each.

The grammar of 3.11 to 3.13 stands here as a whole. What a newer Python adds, a node or a field of one, is refused until it
stands here too: the rules of the policy visit the fields that they know, so one that they do not know would slip through.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, NamedTuple

from codeact_sdk.interpreter.nodes import Refusal


class Form(NamedTuple):
    """A construct of the grammar."""

    fields: str
    """Fields of its node, separated by spaces, on the newest Python that was looked at."""
    example: str = ""
    since: tuple[int, int] = (3, 11)
    """The first Python that has it."""


STATEMENTS: dict[str, Form] = {
    "Expr": Form("value", "f(x)"),
    "Assign": Form("targets value type_comment", "x = y = 1"),
    "AnnAssign": Form("target annotation value simple", "x: int = 1"),
    "AugAssign": Form("target op value", "d[k] += 1"),
    "Delete": Form("targets", "del d[k]"),
    "Pass": Form("", "pass"),
    "Assert": Form("test msg", "assert x, 'why'"),
    "If": Form("test body orelse", "if x: y\nelif z: w\nelse: v"),
    "For": Form("target iter body orelse type_comment", "for x in y: z\nelse: w"),
    "While": Form("test body orelse", "while x: y\nelse: z"),
    "Break": Form("", "while x: break"),
    "Continue": Form("", "while x: continue"),
    "With": Form("items body type_comment", "with a as b, c: d"),
    "Try": Form("body handlers orelse finalbody", "try: x\nexcept E as e: y\nelse: z\nfinally: w"),
    "Raise": Form("exc cause", "raise E('why') from e"),
    "Match": Form("subject cases", "match x:\n    case 1 if y: z"),
    "Import": Form("names", "import json, os.path as p"),
    "ImportFrom": Form("module names level", "from math import sqrt as root"),
    "FunctionDef": Form(
        "name args body decorator_list returns type_comment type_params",
        "@d\ndef f(a, /, b=1, *c, e: int, **g) -> int: ...",
    ),
    "Return": Form("value", "def f(): return x"),
    "Global": Form("names", "def f():\n    global x"),
    "Nonlocal": Form("names", "def f():\n    x = 1\n    def g():\n        nonlocal x"),
    "ClassDef": Form("name bases keywords body decorator_list type_params", "@d\nclass A(B, metaclass=M): ..."),
    "TypeAlias": Form("name type_params value", "type X[T] = list[T]", (3, 12)),
    "AsyncFunctionDef": Form(
        "name args body decorator_list returns type_comment type_params", "async def f(): await g()"
    ),
    "AsyncFor": Form("target iter body orelse type_comment", "async for x in y: z"),
    "AsyncWith": Form("items body type_comment", "async with a as b: c"),
    "TryStar": Form("body handlers orelse finalbody", "try: x\nexcept* E: y"),
}
"""What a line may be."""

EXPRESSIONS: dict[str, Form] = {
    "Constant": Form("value kind", "1, 'text', b'bytes', None, ..."),
    "Name": Form("id ctx", "x"),
    "Attribute": Form("value attr ctx", "x.y"),
    "Subscript": Form("value slice ctx", "x[y]"),
    "Slice": Form("lower upper step", "x[1:2:3]"),
    "Call": Form("func args keywords", "f(x, *y, z=1, **w)"),
    "Starred": Form("value ctx", "a, *b = c"),
    "List": Form("elts ctx", "[x, *y]"),
    "Tuple": Form("elts ctx", "x, *y"),
    "Set": Form("elts", "{x, *y}"),
    "Dict": Form("keys values", "{x: y, **z}"),
    "ListComp": Form("elt generators", "[x for y in z if w]"),
    "SetComp": Form("elt generators", "{x for y in z}"),
    "DictComp": Form("key value generators", "{x: y for z in w}"),
    "GeneratorExp": Form("elt generators", "(x for y in z)"),
    "BinOp": Form("left op right", "x + y"),
    "UnaryOp": Form("op operand", "-x"),
    "BoolOp": Form("op values", "x and y or z"),
    "Compare": Form("left ops comparators", "x < y <= z"),
    "IfExp": Form("test body orelse", "x if y else z"),
    "Lambda": Form("args body", "lambda x, y=1: z"),
    "NamedExpr": Form("target value", "(x := y)"),
    "JoinedStr": Form("values", "f'{x}'"),
    "FormattedValue": Form("value conversion format_spec", "f'{x!r:>{w}}'"),
    "Await": Form("value", "await x"),
    "Yield": Form("value", "def f(): yield x"),
    "YieldFrom": Form("value", "def f(): yield from x"),
    "TemplateStr": Form("values", "t'{x}'", (3, 14)),
    "Interpolation": Form("value str conversion format_spec", "t'{x}'", (3, 14)),
}
"""What has a value."""

PATTERNS: dict[str, Form] = {
    "MatchValue": Form("value", "case 1 | A.B: ..."),
    "MatchSingleton": Form("value", "case None: ..."),
    "MatchSequence": Form("patterns", "case [a, b]: ..."),
    "MatchStar": Form("name", "case [a, *b]: ..."),
    "MatchMapping": Form("keys patterns rest", "case {'k': a, **rest}: ..."),
    "MatchClass": Form("cls patterns kwd_attrs kwd_patterns", "case A(a, b=c): ..."),
    "MatchAs": Form("pattern name", "case [a] as b: ..."),
    "MatchOr": Form("patterns", "case 1 | 2: ..."),
}
"""What stands after `case`."""

PARTS: dict[str, Form] = {
    "Module": Form("body type_ignores"),
    "keyword": Form("arg value"),
    "withitem": Form("context_expr optional_vars"),
    "match_case": Form("pattern guard body"),
    # The rule of what they are in looks at these, too.
    "comprehension": Form("target iter ifs is_async"),
    "ExceptHandler": Form("type name body"),
    "arguments": Form("posonlyargs args vararg kwonlyargs kw_defaults kwarg defaults"),
    "arg": Form("arg annotation type_comment"),
    "alias": Form("name asname"),
    "TypeVar": Form("name bound default_value", "def f[T: int](x: T): ...", (3, 12)),
    "ParamSpec": Form("name default_value", "def f[**P](): ...", (3, 12)),
    "TypeVarTuple": Form("name default_value", "def f[*Ts](): ...", (3, 12)),
    # No text of an action gives one.
    "TypeIgnore": Form("lineno tag"),
    "Interactive": Form("body"),
    "Expression": Form("body"),
    "FunctionType": Form("argtypes returns"),
}
"""What is neither and stands within one."""

OPERATORS: dict[str, str] = {
    "Add": "+", "Sub": "-", "Mult": "*", "MatMult": "@", "Div": "/", "Mod": "%", "Pow": "**", "LShift": "<<", "RShift": ">>",
    "BitOr": "|", "BitXor": "^", "BitAnd": "&", "FloorDiv": "//", "And": "and", "Or": "or", "Not": "not", "Invert": "~",
    "UAdd": "+x", "USub": "-x", "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Is": "is",
    "IsNot": "is not", "In": "in", "NotIn": "not in",
}  # fmt: skip

CONTEXTS: frozenset[str] = frozenset({"Load", "Store", "Del"})

KINDS: frozenset[str] = frozenset({
    "AST", "mod", "stmt", "expr", "expr_context", "boolop", "operator", "unaryop", "cmpop", "excepthandler", "pattern",
    "type_ignore", "type_param",
})  # fmt: skip
"""Classes of nodes, of which there are no nodes themselves."""

DEPRECATED: frozenset[str] = frozenset({
    "Num", "Str", "Bytes", "NameConstant", "Ellipsis", "slice", "Index", "ExtSlice", "Suite", "AugLoad", "AugStore", "Param",
})  # fmt: skip
"""Names that `ast` keeps for old programs: no parser makes them."""

FORMS: dict[str, Form] = {
    **STATEMENTS, **EXPRESSIONS, **PATTERNS, **PARTS, **dict.fromkeys({*OPERATORS, *CONTEXTS}, Form("")),
}  # fmt: skip
"""Every node that was looked at."""


def unreviewed(kinds: Iterable[object]) -> tuple[str, ...]:
    """Names the nodes and fields that nobody has looked at.

    Args:
        kinds: Classes of nodes; what is none is passed over.
    """
    found: list[str] = []
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, ast.AST) and kind.__name__ not in KINDS | DEPRECATED:
            form = FORMS.get(kind.__name__)
            if form is None:
                found.append(kind.__name__)
            else:
                known = form.fields.split()
                found += [f"{kind.__name__}.{field}" for field in kind._fields if field not in known]
    return tuple(found)


def check(tree: ast.AST) -> None:
    """Refuses what the grammar of this Python has added.

    Args:
        tree: As it was parsed.

    Raises:
        Refusal: A node nobody has looked at, or a field of one that is set.
    """
    for node in ast.walk(tree):
        kind: type[ast.AST] = type(node)
        for added in unreviewed((kind,)):
            _, _, field = added.partition(".")
            if not field or getattr(node, field, None):
                raise Refusal(node, f"{added} is not available in actions: it is of a newer Python")


UNREVIEWED: tuple[str, ...] = unreviewed(vars(ast).values())
"""What the grammar of this Python has that was not looked at: nothing, on the Pythons that are supported."""


def parse_example(name: str) -> ast.Module:
    """Parses the example of a form; that of a pattern stands in a `match`."""
    form: Any = FORMS[name]
    text = f"match x:\n    {form.example}" if name in PATTERNS else form.example
    return ast.parse(text)
