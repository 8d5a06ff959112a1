"""What a model may have meant: nearest names, keys and parameters, and the usual slip behind a message."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from types import CodeType, FunctionType, MethodType
from typing import Any

from codeact_sdk.interpreter import advice, language
from codeact_sdk.interpreter.excerpts import args_of, clean, excerpt
from codeact_sdk.interpreter.live_names import MISSING, Names, attribute_names, plain_items
from codeact_sdk.interpreter.sources import Place
from codeact_sdk.interpreter.visible import Facade, SealedTool
from codeact_sdk.later import difflib
from codeact_sdk.tools.toolset import Toolset

_MAX_COMPARED_CHARS = 60
"""Comparing names takes time by the square of their length."""

_MAX_COMPARED = 3_000
_MAX_LISTED_KEYS = 10

_FOREIGN = {
    "true": "write True",
    "false": "write False",
    "null": "write None",
    "undefined": "write None",
    "nil": "write None",
    "NaN": "write float('nan')",
}
"""Words of other languages and of JSON."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an exception came up."""

    place: Place | None = None
    names: Names | None = None

    @property
    def expression(self) -> ast.expr | None:
        """What was being computed, where it is on one line."""
        if self.place is None:
            return None
        text = self.place.source[self.place.column : self.place.end_column].strip()
        if not text or len(text) > 1_000:  # noqa: PLR2004  # a look at one expression, not a compiler
            return None
        try:
            statement = advice.parse(f"{text} pass" if text.endswith(":") else text, "expression", 0).body[0]
        except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
            return None
        if isinstance(statement, ast.For):  # the head of a loop has no other place
            return statement.iter
        return statement.value if isinstance(statement, ast.Expr) else None

    def held(self, node: ast.expr | None) -> Any:
        """What an expression held."""
        return MISSING if self.names is None else self.names.evaluate(node)


def hint_for(error: BaseException, scene: Scene, names: Collection[str], signatures: Mapping[str, str]) -> str:
    """Finds what the model may have meant.

    Args:
        error: What was raised.
        scene: Where.
        names: Everything that could have been written.
        signatures: Calls of the tools by qualified name.
    """
    if isinstance(error, NameError):
        return _name_hint(error, names, signatures)
    if isinstance(error, AttributeError) and type(pack := _obj_of(error)) is Facade:
        return _pack_hint(_name_of(error), pack, signatures)
    return next((find(error, scene) for kind, find in _BY_KIND.items() if isinstance(error, kind)), "")


def signatures_of(toolset: Toolset) -> dict[str, str]:
    """The calls of the tools by qualified name.

    Args:
        toolset: The tools.
    """
    return {tool.qualified_name: tool.signature_text() for tool in toolset}


_SELDOM_MEANT = frozenset({"display", "parallel", "tools"})
"""Builtins of our own: `totl` is far more often `total` than `tools`."""


def nearest(wanted: str, possible: Collection[str], *, count: int = 3) -> list[str]:
    """The names that are most like one that does not exist."""
    if len(wanted) > _MAX_COMPARED_CHARS:
        return []
    compared = (name for name in dict.fromkeys(possible) if len(name) <= _MAX_COMPARED_CHARS)
    found = difflib.get_close_matches(wanted, list(islice(compared, _MAX_COMPARED)), count)
    return [name for name in found if name not in _SELDOM_MEANT or difflib.get_close_matches(wanted, [name], 1, 0.75)]


def _name_of(error: Any) -> str:
    """The name that Python says is missing; own exceptions may have anything there."""
    slot: Any = (NameError if isinstance(error, NameError) else AttributeError).__dict__["name"]
    found = slot.__get__(error)
    return found if type(found) is str else ""


def _name_hint(error: NameError, names: Collection[str], signatures: Mapping[str, str]) -> str:
    wanted = _name_of(error)
    if isinstance(error, UnboundLocalError):
        return "a function that sets a name has it for itself: give it as an argument, or write `global` or `nonlocal`"
    if told := language.HINTS.get(wanted) or _FOREIGN.get(wanted):
        return told
    tails = [full for full in signatures if full.rpartition(".")[2] == wanted]
    if tails:
        return f"call it as {signatures[tails[0]]}"
    if wanted in language.IMPORTED_OFTEN:
        return f"write `import {wanted}` before"
    near = nearest(wanted, [*names, *signatures]) if wanted else []
    return f"did you mean {', '.join(near)}?" if near else ""


_obj_of: Callable[[Any], Any] = AttributeError.__dict__["obj"].__get__


def _pack_hint(wanted: str, pack: Facade, signatures: Mapping[str, str]) -> str:
    """Completes the message, which has the nearest names: how the nearest is called."""
    near = nearest(wanted, vars(pack), count=1)
    tool = vars(pack)[near[0]] if near else None
    return f"call it as {signatures[tool.__name__]}" if type(tool) is SealedTool and tool.__name__ in signatures else ""


def _attribute_hint(error: BaseException, scene: Scene) -> str:
    wanted = _name_of(error)
    if not wanted:
        return ""
    value = _obj_of(error)
    inner = scene.expression
    inner = inner.value if isinstance(inner, ast.Attribute) else None
    if value is None:
        return _none_hint(inner) if (scene.held(inner) is None) else ""
    if type(value) is dict and wanted in plain_items(value):
        return f"a dict has keys, not attributes: write [{wanted!r}]"
    if type(value) in (list, tuple) and value and _has(value[0], wanted):
        return f"the {type(value).__name__} has no .{wanted}, its items have: take one, such as [0], or write a loop"
    near = nearest(wanted, attribute_names(value))
    return f"did you mean .{', .'.join(near)}?" if near else ""


def _has(value: object, name: str) -> bool:
    return name in (plain_items(value) if type(value) is dict else attribute_names(value))


def _none_hint(node: ast.expr | None) -> str:
    return f"{ast.unparse(node)} is None: look at where it was set" if node is not None else ""


def _key_hint(error: BaseException, scene: Scene) -> str:
    node, args = scene.expression, args_of(error)
    held = scene.held(node.value) if isinstance(node, ast.Subscript) else MISSING
    if type(held) is not dict or len(args) != 1 or type(args[0]) not in (str, int):
        return ""
    wanted, possible = args[0], plain_items(held)
    other = str(wanted) if type(wanted) is int else _number(wanted)
    if other in possible:
        return f"the key is {other!r} ({type(other).__name__}), not {excerpt(wanted)} ({type(wanted).__name__})"
    texts = [key for key in possible if type(key) is str]
    near = nearest(wanted, texts, count=1) if type(wanted) is str else []
    if near:
        return f"did you mean {near[0]!r}?"
    if not possible:
        return "the dict is empty" if not held else ""
    shown = ", ".join(excerpt(key, 30) for key in list(possible)[:_MAX_LISTED_KEYS])
    return f"the keys are {shown}" + (f", ... ({len(held):,} in all)" if len(held) > _MAX_LISTED_KEYS else "")


def _number(text: str) -> object:
    return int(text) if re.fullmatch(r"-?\d{1,18}", text, re.ASCII) else None


def _index_hint(_: BaseException, scene: Scene) -> str:
    node = scene.expression
    if not isinstance(node, ast.Subscript):
        return ""
    held, index = scene.held(node.value), scene.held(node.slice)
    if type(held) not in (list, tuple, str):
        return ""
    text = clean(ast.unparse(node.value), 60)
    if not held:
        return f"{text} is empty"
    asked = f", {index} was asked for" if type(index) is int and not isinstance(node.slice, ast.Constant) else ""
    return f"{text} has {len(held):,} item{'s' if len(held) > 1 else ''}: the last index is {len(held) - 1:,}{asked}"


def _type_hint(error: BaseException, scene: Scene) -> str:
    args = args_of(error)
    text = args[0] if args and type(args[0]) is str else ""
    node = scene.expression
    if isinstance(node, ast.Call) and "argument" in text:
        return _call_hint(text, scene.held(node.func))
    if "is not callable" in text and isinstance(node, ast.Call):
        return _not_callable_hint(node.func)
    if "'NoneType' object is not" in text:
        inner = node.value if isinstance(node, ast.Subscript) else node
        if isinstance(inner, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            inner = inner.generators[0].iter
        return _none_hint(inner) if inner is not None and scene.held(inner) is None else ""
    return next((advice for part, advice in _BY_MESSAGE if part in text), "")


def _not_callable_hint(called: ast.expr) -> str:
    if isinstance(called, ast.Name) and hasattr(builtins, called.id):
        return f"{called.id} is a variable of yours: `del {called.id}` gives the builtin back; choose another name"
    if isinstance(called, ast.Constant | ast.Tuple | ast.List | ast.Dict | ast.JoinedStr):
        return "a comma may be missing before the bracket"
    return ""


def _call_hint(text: str, called: Any) -> str:
    function: Any = called.__func__ if type(called) is MethodType else called
    if isinstance(called, type):
        function = next((vars(cls)["__init__"] for cls in called.__mro__ if "__init__" in vars(cls)), None)
    if type(function) is not FunctionType or not function.__code__.co_filename.startswith("action "):
        return ""
    names = _parameters(function.__code__)
    shown = f"it is called as {clean(function.__name__, 60)}({', '.join(names[function is not called :])})"
    wrong = re.search(r"unexpected keyword argument '(\w{1,60})'", text)
    near = nearest(wrong[1], [name.lstrip("*") for name in names], count=1) if wrong else []
    return f"did you mean {near[0]}=? {shown}" if near else shown


def _parameters(code: CodeType) -> list[str]:
    """The parameters of a function by their names; defaults are values of the program and are not looked at."""
    count, by_name = code.co_argcount, code.co_kwonlyargcount
    names = list(code.co_varnames[:count])
    rest = code.co_varnames[count + by_name :]
    if code.co_flags & inspect.CO_VARARGS:
        names.append(f"*{rest[0]}")
        rest = rest[1:]
    elif by_name:
        names.append("*")
    names += code.co_varnames[count : count + by_name]
    return [*names, f"**{rest[0]}"] if code.co_flags & inspect.CO_VARKEYWORDS else names


def _stop_hint(error: BaseException, _: Scene) -> str:
    return "the iterator has ended: use a for loop, or next(x, None)" if not args_of(error) else ""


def _recursion_hint(_: BaseException, __: Scene) -> str:
    return "a function calls itself too often: check where it ends, or write a loop"


_BY_MESSAGE = (
    ('can only concatenate str (not "', "make it text with str(x), or write an f-string"),
    ("must be str, not int", "make it text with str(x), or write an f-string"),
    ("unhashable type: 'list'", "a list cannot be a key: use a tuple"),
    ("unhashable type: 'dict'", "a dict cannot be a key: use one of its values, or a tuple of its items"),
    ("object of type 'generator' has no len()", "make it a list first: list(x)"),
    ("'generator' object is not subscriptable", "make it a list first: list(x)"),
    ("'dict_keys' object is not subscriptable", "make it a list first: list(d)"),
    ("'dict_values' object is not subscriptable", "make it a list first: list(d.values())"),
    ("'set' object is not subscriptable", "a set has no order: sorted(x)[0], or next(iter(x))"),
    ("list indices must be integers or slices, not str", "it is a list: take an item by its number first"),
    ("string indices must be integers", "it is text, not a dict: parse it first, such as with json.loads(x)"),
    ("expected str instance, int found", "make the items text first: ', '.join(map(str, x))"),
    ("coroutine", language.AWAIT_IT),
)
"""Of a TypeError: what its message says, and what helps."""

_BY_KIND: dict[type[BaseException], Callable[[BaseException, Scene], str]] = {
    AttributeError: _attribute_hint,
    KeyError: _key_hint,
    IndexError: _index_hint,
    TypeError: _type_hint,
    StopIteration: _stop_hint,
    RecursionError: _recursion_hint,
}


def scene_of(found: tuple[Any, Place] | None) -> Scene:
    """Makes a scene of the frame that failed."""
    return Scene() if found is None else Scene(found[1], Names(found[0]))
