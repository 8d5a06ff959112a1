"""The names that guards go by cannot be spelt, and those of the interpreter cannot be bound."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "vars()['@private'] = 1\nlook._call",
            "KeyError: \"the name '@private' cannot be set\"",
        ),
        (
            "exec('', {'@private': lambda value, name: value})\nlook._call",
            "AttributeError: an object of type SealedTool has no public attribute '_call'",
        ),
        (
            "count = 0\nclass Name:\n    def __str__(self):\n        global count\n        count += 1\n        return 'ok' if count < 3 else '@private'\nexec('1', {Name(): lambda value, name: value})\nlook._call",
            "AttributeError: an object of type SealedTool has no public attribute '_call'",
        ),
        (
            "class Name(str):\n    def isidentifier(self):\n        return True\nexec('1', {Name('@private'): lambda value, name: value})\nlook._call",
            "AttributeError: an object of type SealedTool has no public attribute '_call'",
        ),
        ("globals()['@own']", "KeyError: '@own'"),
        ("globals()['__builtins__']", "KeyError: '__builtins__'"),
        ("globals()['__builtins__'] = {}", "KeyError: \"the name '__builtins__' cannot be set\""),
        ("del globals()['@own']", "KeyError: '@own'"),
        ("globals().update({'@catchable': print})", "KeyError: \"the name '@catchable' cannot be set\""),
        ("globals()._namespace", "AttributeError: an object of type Names has no public attribute '_namespace'"),
        (
            "exec('', {'@own': {str}, '@writable': print})\nlook.x = 1",
            "AttributeError: attributes of an object of type SealedTool cannot be set",
        ),
        (
            "exec('look.x = 1', {'@own': {type(look)}, '@writable': print, 'look': look})",
            "AttributeError: attributes of an object of type SealedTool cannot be set",
        ),
        (
            "eval('look._call', {'look': look}, {'@private': print, '@own': {type(look)}})",
            "AttributeError: an object of type SealedTool has no public attribute '_call'",
        ),
        ("names = {}\nexec('', names)\nnames['@own']", "KeyError: '@own'"),
        ("names = {}\nexec('def f(): return globals()', names)\nnames['f']()['@own']", "KeyError: '@own'"),
        ("def f(x=[x for x in '1']): return locals()['@own']\nf()", "KeyError: '@own'"),
        ("exec('@own')", "SyntaxError: invalid syntax"),
        ("eval('x', {'x': 1}, 5)", "TypeError: locals must be a mapping"),
        ("exec('1', type)", "TypeError: exec() globals must be a dict, not TypeFacade"),
        ("del __builtins__", "SyntaxError: the name __builtins__ is reserved: choose another"),
        ("exec('1', {'__builtins__': {}})\n__builtins__", "SyntaxError: the name __builtins__ is not available"),
    ],
)
def test_guards(refused, code, refusal):
    """No dict that model code can reach is the one that holds the guards."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("__builtins__ = {}", "SyntaxError: the name __builtins__ is reserved: choose another"),
        ("def f(__builtins__, /): pass", "SyntaxError: the name __builtins__ is reserved: choose another"),
        ("lambda *, __import__: 1", "SyntaxError: the name __import__ cannot be set: no names of this form are free"),
        (
            "for __build_class__ in []: pass",
            "SyntaxError: the name __build_class__ cannot be set: no names of this form are free",
        ),
        ("import math as __builtins__", "SyntaxError: the name __builtins__ is reserved: choose another"),
        (
            "class __build_class__: pass",
            "SyntaxError: the name __build_class__ cannot be set: no names of this form are free",
        ),
        ("[0 for __import__ in []]", "SyntaxError: the name __import__ cannot be set: no names of this form are free"),
        ("match 1:\n    case __builtins__: pass", "SyntaxError: the name __builtins__ is reserved: choose another"),
        (
            "match {}:\n    case {**__builtins__}: pass",
            "SyntaxError: the name __builtins__ is reserved: choose another",
        ),
        (
            "try:\n    pass\nexcept ValueError as __builtins__:\n    pass",
            "SyntaxError: the name __builtins__ is reserved: choose another",
        ),
        ("with open('x') as __builtins__: pass", "SyntaxError: the name __builtins__ is reserved: choose another"),
        ("def f():\n    global __builtins__", "SyntaxError: the name __builtins__ is reserved: choose another"),
        ("print(__builtins__=1)", "SyntaxError: the name __builtins__ is reserved: choose another"),
        ("(__builtins__ := 1)", "SyntaxError: the name __builtins__ is reserved: choose another"),
    ],
)
def test_bindings(refused, code, refusal):
    """Every form of binding refuses a reserved name."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "eval('().__class__.__base__')",
            "SyntaxError: the attribute .__class__ is available inside own classes only: use type(x)",
        ),
        (
            "exec('import os')",
            "ModuleNotFoundError: no module 'os' here: files and processes are reachable only through tools; environment variables are not readable",
        ),
        (
            "eval(compile('1', 'x', 'eval'))",
            "NameError: compile() is not available: write the code directly; eval(text) and exec(text) run text under the same rules",
        ),
        ("exec('def f(__builtins__): pass')", "SyntaxError: the name __builtins__ is reserved: choose another"),
        ("eval('__import__(\"os\")')", "SyntaxError: the name __import__ is not available: write an import statement"),
        (
            "class Text(str):\n    pass\nexec(Text('1'))",
            "TypeError: exec() arg 1 must be a string, bytes or code object",
        ),
        ("exec(b'1')", "TypeError: exec() arg 1 must be a string, bytes or code object"),
    ],
)
def test_text_that_is_run(refused, code, refusal):
    """`eval` and `exec` run text under the same rules, and `compile` is not there."""
    assert refused(code) == refusal
