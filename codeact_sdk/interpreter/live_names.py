"""What names held where an action failed, looked at without running any method of the values."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType
from typing import Any

from codeact_sdk.interpreter.excerpts import attributes_of, clean, outline
from codeact_sdk.interpreter.visible import Facade, SealedTool
from codeact_sdk.later import later_pattern
from codeact_sdk.values import Record

MISSING = object()
"""What a name gives that is not there."""

_MAX_ON_LINE = 8
_MAX_OTHERS = 4
_MAX_OUTLINE_CHARS = 160
_MAX_ATTRIBUTE_NAMES = 1_000

_NAME = later_pattern(r"(?<![\w.])[^\W\d]\w*")
_QUOTED = later_pattern(r"(?<!\w)[rbu]*(\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^'\\]*(?:\\.[^'\\]*)*')")
"""Text without braces to look into; an f-string keeps its names."""

_TOLD_BY_THE_CODE = (FunctionType, BuiltinFunctionType, MethodType, Facade, SealedTool, type)


class Names:
    """The variables that one frame of model code sees."""

    def __init__(self, frame: FrameType) -> None:
        self._globals: Mapping[str, Any] = frame.f_globals
        self.locals: Mapping[str, Any] = {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)
        """Those of a function; empty at the top of an action."""

    def find(self, name: str) -> Any:
        """What a name holds; `MISSING` where it holds nothing."""
        if name in self.locals:
            return self.locals[name]
        return MISSING if name.startswith(("@", "__")) else self._globals.get(name, MISSING)

    def outlines(self, line: str) -> tuple[str, ...]:
        """The names of a line of code with what they held, then other variables of the function.

        Args:
            line: The line that failed.
        """
        text = _QUOTED.sub("", line)
        wanted = [name for name in dict.fromkeys(_NAME.findall(text)) if not keyword.iskeyword(name)]
        told = list(self._told(wanted, _MAX_ON_LINE))
        others = [name for name in self.locals if name not in wanted and not name.startswith(("@", "__", "."))]
        return (*told, *self._told(reversed(others), _MAX_OTHERS))

    def _told(self, names: Iterable[str], most: int) -> Iterable[str]:
        for name in names:
            value = self.find(name)
            if value is MISSING or isinstance(value, _TOLD_BY_THE_CODE) or most <= 0:
                continue
            most -= 1
            text = outline(clean(name, 60), value)
            yield text if len(text) <= _MAX_OUTLINE_CHARS else f"{text[:_MAX_OUTLINE_CHARS]}..."

    def evaluate(self, node: ast.expr | None) -> Any:
        """What an expression of names, constants, items and attributes held; `MISSING` where looking runs any code."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.find(name)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return -number
            case ast.Subscript(value=inner, slice=key):
                return _item(self.evaluate(inner), self.evaluate(key))
            case ast.Attribute(value=inner, attr=name):
                return _attribute(self.evaluate(inner), name)
        return MISSING


def _item(value: Any, key: Any) -> Any:
    if type(key) not in (str, int):  # a key of another type may have methods of its own
        return MISSING
    if type(value) is dict:
        return plain_items(value).get(key, MISSING)
    if type(value) in (list, tuple) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return MISSING


def plain_items(value: dict[Any, Any]) -> dict[Any, Any]:
    """The entries under text and numbers, as many as are looked at: comparing other keys would run their methods."""
    found: dict[Any, Any] = {}
    for key, item in value.items():
        if type(key) is str or type(key) is int:
            found[key] = item
        if len(found) >= _MAX_ATTRIBUTE_NAMES:
            break
    return found


def _attribute(value: Any, name: str) -> Any:
    if isinstance(value, Record | Facade) or type(value).__module__ == "__main__":
        found = attributes_of(value)
        return next((item for key, item in found.items() if type(key) is str and key == name), MISSING)
    return MISSING


def attribute_names(value: object) -> list[str]:
    """The public attributes of an object and of its class, without asking either."""
    groups: list[Iterable[object]] = [attributes_of(value)]
    groups += [vars(cls) for cls in type(value).__mro__ if cls is not object]
    found: dict[str, None] = {}
    for group in groups:
        for name in group:
            if type(name) is str and not name.startswith("_"):
                found[name] = None
            if len(found) >= _MAX_ATTRIBUTE_NAMES:
                return list(found)
    return list(found)
