"""What the compiler refuses, with the words it refuses it in."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.nodes import Refusal
from codeact_sdk.interpreter.rules import Policy
from codeact_sdk.observations import Observation

Act = Callable[[str], Observation]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("int.__bases__", "it leads into the interpreter"),
        ("x.__globals__", "it leads into the interpreter"),
        ("x.gi_frame", "it leads into the interpreter"),
        ("x.mro", "it leads into the interpreter"),
        ("x.__roles__ = 1", "it leads into the interpreter"),
        ("[].__class__", "use type(x)"),
        ("x.__init__ = 1", "cannot be set"),
        ("del x.__doc__", "cannot be set"),
        ("x.__doc__ += ''", "cannot be set"),
        ("__builtins__", "is not available"),
        ("__file__", "not from a file"),
        ("__import__('os')", "write an import statement"),
        ("__builtins__ = 1", "is reserved"),
        ("_getattr_ = 1", "is reserved"),
        ("x__roles__ = 1", "is reserved"),
        ("__x__ = 1", "no names of this form are free"),
        ("def __x__(): pass", "cannot be set"),
        ("def f(__x__): pass", "cannot be set"),
        ("def f(*__x__): pass", "cannot be set"),
        ("def f(**__x__): pass", "cannot be set"),
        ("def f(*, __x__): pass", "cannot be set"),
        ("def f(_getattr_, /): pass", "is reserved"),
        ("lambda __x__: 1", "cannot be set"),
        ("class __x__: pass", "cannot be set"),
        ("class A:\n    def __mro_entries__(self, b): pass", "special methods such as"),
        ("class A:\n    def __del__(self): pass", "nothing runs when an object is freed"),
        ("class A:\n    __prepare__ = 1", "own metaclasses are not available"),
        ("x.__new__", "it leads into the interpreter"),
        ("super().x.__init_subclass__", "it leads into the interpreter"),
        ("class A:\n    x = __x__", "is not available"),
        ("class A:\n    def f(self):\n        __init__ = 1", "cannot be set"),
        ("import __x__", "cannot be set"),
        ("import os as __x__", "cannot be set"),
        ("from os import __x__", "cannot be set"),
        ("try:\n    pass\nexcept E as __x__:\n    pass", "cannot be set"),
        ("for __x__ in y: pass", "cannot be set"),
        ("with a as __x__: pass", "cannot be set"),
        ("[__x__ for __x__ in y]", "cannot be set"),
        ("(__x__ := 1)", "cannot be set"),
        ("def f():\n    global __x__", "cannot be set"),
        ("def f():\n    nonlocal __x__", "cannot be set"),
        ("del __x__", "cannot be set"),
        ("f(__x__=1)", "cannot be set"),
        ("class A(__x__=1): pass", "cannot be set"),
        ("match x:\n    case __x__: pass", "cannot be set"),
        ("match x:\n    case [*__x__]: pass", "cannot be set"),
        ("match x:\n    case {**__x__}: pass", "cannot be set"),
        ("match x:\n    case 1 as __x__: pass", "cannot be set"),
        ("match x:\n    case A(__class__=y): pass", "class pattern"),
        ("match x:\n    case A(_private=y): pass", "class pattern"),
        ("match x:\n    case A(format=y): pass", "class pattern"),
        ("match x:\n    case A(gi_frame=y): pass", "class pattern"),
        ("try:\n    pass\nexcept* E:\n    pass", "`except*` is not available"),
        ("def f():\n    from math import *", "import * only allowed at module level"),
        ("class A:\n    from math import *", "import * only allowed at module level"),
        ("from __future__ import nothing", "future feature nothing is not defined"),
        ("x.__len__.__func__", "it leads into the interpreter"),
    ],
)
def test_what_is_refused_is_refused_in_words(act: Act, code: str, words: str) -> None:
    """Nothing is run; line, column and message are there."""
    seen = act(code)
    assert (seen.status, seen.error.type) == ("error", "SyntaxError")
    assert words in seen.error.message
    assert seen.error.hint == "nothing was run"
    assert 0 <= seen.error.column <= len(seen.error.source)
    assert "^" in seen.error.traceback


def test_the_line_of_a_refusal_is_that_of_the_construct(act: Act) -> None:
    """A caret stands under what was refused."""
    error = act("x = 1\nif x:\n    y = x.__globals__\n").error
    assert (error.line, error.column, error.source) == (3, 8, "    y = x.__globals__")


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param("x = 1\n" + "-" * (language.MAX_DEPTH - 1) + "x.a", 2, id="attribute"),
        pytest.param("\n" + "x, " * 3 + "-" * language.MAX_DEPTH + "x", 2, id="tuple"),
    ],
)
def test_code_that_is_nested_too_deeply_is_refused_where_it_is(act: Act, code: str, line: int) -> None:
    """The place is there whatever is nested."""
    error = act(code).error
    assert (
        error.message == f"the code is nested more than {language.MAX_DEPTH} levels deep: use variables for the parts"
    )
    assert error.line == line
    assert "^" in error.traceback


def test_a_node_that_no_table_holds_is_refused() -> None:
    """What a newer grammar adds is out until somebody has looked at it."""

    class Unheard(ast.stmt):
        _fields = ()

    with pytest.raises(Refusal, match="Unheard is not available in actions"):
        Policy().visit(Unheard(lineno=1, col_offset=0))


def test_an_operator_that_no_table_holds_is_refused() -> None:
    """Operators too are let in one by one."""

    class Across(ast.operator):
        pass

    one = ast.Constant(1)
    for node in (ast.BinOp(one, Across(), one), ast.Compare(one, [Across()], [one])):
        with pytest.raises(Refusal, match="Across is not available in actions"):
            Policy().visit(node)


@pytest.mark.parametrize("name", sorted(language.REFUSED_NODES))
def test_what_is_refused_by_name_has_words_of_its_own(name: str) -> None:
    """The tables give the message and the prompt's sentence."""
    node = type(name, (ast.stmt,), {"_fields": ()})(lineno=1, col_offset=0)
    with pytest.raises(Refusal) as caught:
        Policy().visit(node)
    assert caught.value.message == language.REFUSED_NODES[name]
    assert any(caught.value.message[1:].rstrip(".") in rule for rule in language.rules())


def test_guards_have_names_that_no_source_can_spell() -> None:
    """A guard can be neither read, replaced nor shadowed."""
    tree = Policy(count_steps=True).apply(
        ast.parse("import a\ntry:\n    x._y = 1\nexcept E:\n    raise\nwhile x: y = 1\ndef f(): 'doc'\ndef g(): pass")
    )
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    guards = {name for name in names if not name.isidentifier()}
    assert guards == {
        "@import",
        "@writable",
        "@own",
        "@type",
        "@catchable",
        "@alive",
        "@step",
        "@enter",
        "@keep",
        "@locals",
    }


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("class A:\n    def f(self):\n        return self.__class__ is A\nA().f()", True),
        ("x = [1]\nx.__class__.__name__", "list"),
        ("x = [1]\nx.__class__.__qualname__", "list"),
        ("class A:\n    def __init__(self): self.__x = 1\n    def get(self, o): return o.__x\nA().get(A())", 1),
        ("class __A:\n    def __init__(self): self.__x = 1\n    def get(self): return self.__x\n__A().get()", 1),
        ("class _:\n    def __init__(self): self.__x = 1\n    def get(self): return self.__x\n_().get()", 1),
        ("def outer():\n    class A:\n        pass\n    a = A()\n    a._x = 2\n    return a._x\nouter()", 2),
        ("class A:\n    __slots__ = ('a',)\n    __match_args__ = ('a',)\n    __doc__ = 'd'\n    d = __doc__\nA.d", "d"),
        ("f = lambda a=1, *b, c=2, **d: a\nf()", 1),
        ("if __name__ == '__main__':\n    x = 'main'\nx", "main"),
        ("from __future__ import annotations\ndef f(x: nothing): return 1\nf(1)", 1),
        ("lambda x, *, y=[_ for _ in 'a']: 1\n5", 5),
    ],
)
def test_what_looks_close_and_is_allowed(act: Act, code: str, value: object) -> None:
    """Ordinary code is not hit by the rules."""
    assert act(code).value == value


def test_a_private_name_of_another_class_is_no_way_in(act: Act) -> None:
    """Names with underscores are for the program's own objects."""
    for code in ("[]._x", "x = []\nx._y", "import math\nmath._x", "x = []\nx.y = 1", "'a'.b = 1", "len.x = 1"):
        assert act(code).error.type == "AttributeError"
