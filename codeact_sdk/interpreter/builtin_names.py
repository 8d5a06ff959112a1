"""The builtins of actions: Python's own where they are harmless, guarded versions where they are not."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NoReturn, Protocol

from codeact_sdk.interpreter import language, ranges
from codeact_sdk.interpreter.answers import Answers
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.long_numbers import rounded
from codeact_sdk.interpreter.output import Output
from codeact_sdk.interpreter.producers import summing
from codeact_sdk.interpreter.public_names import named, publish
from codeact_sdk.interpreter.rarely import finding
from codeact_sdk.interpreter.shown import Shown
from codeact_sdk.interpreter.stand_ins import TypeFacade
from codeact_sdk.interpreter.texts import Texts
from codeact_sdk.interpreter.visible import VISIBLE_EXCEPTIONS
from codeact_sdk.later import hashlib
from codeact_sdk.tools.toolset import Toolset

_AS_THEY_ARE = [
    "abs",
    "all",
    "any",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "complex",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "hash",
    "hex",
    "int",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "object",
    "oct",
    "ord",
    "property",
    "range",
    "reversed",
    "set",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "super",
    "tuple",
    "zip",
    "aiter",
    "anext",
    "True",
    "False",
    "None",
    "NotImplemented",
    "Ellipsis",
]

CHANGED = {
    "print": "writes to the observation; of a very long table, its columns and first rows",
    "help": "prints the documentation of a tool, function or class",
    "eval": "text under the rules of actions",
    "exec": "text under the rules of actions",
    "globals": "the variables of the program, which may be set through it",
    "locals": "a copy of the variables of the function around",
    "vars": "of own objects and records",
    "dir": "without the names that cannot be used",
    "id": "a number for each object, not its address",
    "getattr": "under the rules for attributes",
    "setattr": "under the rules for attributes",
    "delattr": "under the rules for attributes",
    "hasattr": "under the rules for attributes",
    "isinstance": "knows the stand-ins for classes of the library",
    "issubclass": "knows the stand-ins for classes of the library",
    "type": "gives the class of an object, or makes an own class; nothing else is to be had of it",
    "format": "widths are bounded",
    "ascii": "looks first at how long the text becomes",
    "repr": "looks first at how long the text becomes",
    "round": "a fraction is rounded to a bounded number of digits",
    "sum": "sums of containers are joined one by one, so that a limit can stop them",
    "pow": "sizes are bounded",
    "range": "where it is given to C code whole, its length is looked at",
    "iter": "with a sentinel, the clock is looked at",
    "anext": "what it gives is closed with the action",
    "BaseException": "is `Exception`: what stops an action cannot be caught",
    "SystemExit": "an ordinary exception that ends the action",
    "KeyboardInterrupt": "an ordinary exception",
    "GeneratorExit": "an ordinary exception",
    "exit": "ends the action with `SystemExit`, not the process",
    "quit": "as `exit`",
    "ToolError": "what a tool raises",
    "ToolArgumentError": "a tool was given wrong arguments",
    "ToolTimeout": "a tool took too long",
    "ToolDenied": "a call was not allowed, and has not happened",
    "answer": "ends the run with its argument",
    "display": "shows a picture of a tool beside the text; prints anything else",
    "parallel": "`parallel(fn, items, limit=10)` calls a tool or function for each item, several at a time; results in order",
    "tools": "`tools.search(words)` finds tools, `tools.list(pattern)` names them",
}
"""Builtins that are not Python's own, with what is different."""

_GROUPS = ("BaseException", "BaseExceptionGroup", "ExceptionGroup", "KeyboardInterrupt", "SystemExit", "GeneratorExit")
"""Classes that catch or raise what stops an action: replaced, or not there."""

_LAZY_IMPORTS = frozenset(
    {"_strptime", "time", "typing", "_pydatetime", "_pydecimal", "locale", "zoneinfo", "copyreg", "warnings", "re"}
)
"""Modules that C code of the standard library imports by itself while model code is the running frame."""


class Parts(Protocol):
    """What the session's own builtins are made from."""

    @property
    def guards(self) -> Guards:
        """Looks at objects."""

    @property
    def output(self) -> Output:
        """The streams."""

    @property
    def texts(self) -> Texts:
        """Runs text as code."""

    def make_parallel(self) -> Callable[..., Any]:
        """Makes `parallel`."""

    @property
    def toolset(self) -> Toolset:
        """The tools."""

    @property
    def answers(self) -> Answers:
        """Takes answers."""

    @property
    def shown(self) -> Shown:
        """Takes what is displayed."""


def _called(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a guard the name by which model code calls it."""

    def call(*args: Any) -> Any:
        return method(*args)

    return named(call, name)


def _ending(name: str) -> Callable[..., NoReturn]:
    """Gives one of the two functions that Python has for ending a program, as `sys.exit` in actions."""

    def end(code: object = None) -> NoReturn:
        raise VISIBLE_EXCEPTIONS["SystemExit"](code)

    return named(end, name)


def _help(parts: Parts) -> Callable[..., None]:
    def show(value: object = None) -> None:
        doc = parts.guards.get(value, "__doc__", None)
        parts.output.print(doc or f"no documentation for {type(value).__name__}")

    return named(show, "help")


def _is_exception(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def make_id() -> Callable[[object], int]:
    """Makes `id` for one session: a number for each object as long as it lives, which does not tell its address."""
    key = os.urandom(16)

    def identity(value: object, /) -> int:
        address = id(value).to_bytes(8, "little", signed=True)
        return int.from_bytes(hashlib.blake2b(address, digest_size=6, key=key).digest(), "little") << 4

    return named(identity, "id")


def _refused(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise NameError(f"{name}() is not available: {language.HINTS[name]}", name=name)

    return named(refuse, name)


def _lazy_import(name: str, *arguments: Any, **options: Any) -> Any:
    """Serves C code of the standard library; model code has no opcode and no name that reaches it."""
    if name not in _LAZY_IMPORTS:
        raise ImportError(f"no module {name!r} here")
    return builtins.__import__(name, *arguments, **options)


SHARED: Mapping[str, object] = MappingProxyType(
    {name: getattr(builtins, name) for name in _AS_THEY_ARE if hasattr(builtins, name)}
    | {name: value for name, value in vars(builtins).items() if _is_exception(value) and name not in _GROUPS}
    | VISIBLE_EXCEPTIONS
    | {
        "BaseException": Exception,
        "iter": ranges.endless_iter,
        "range": ranges.Range,
        "round": rounded,
        "exit": _ending("exit"),
        "quit": _ending("quit"),
        "__import__": _lazy_import,
    }
    | {name: _refused(name) for name in language.HINTS if not name.startswith("__") and name not in language.UNDEFINED}
)
"""What is the same in every session."""

publish(SHARED)

OWN: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "getattr": attrgetter("guards.get"),
        **{name: attrgetter(f"guards.{name}") for name in ("hasattr", "isinstance", "issubclass")},
        "setattr": attrgetter("guards.set"),
        "delattr": attrgetter("guards.delete"),
        "type": lambda parts: TypeFacade(parts.guards.type_of, parts.guards.classes.make_class),
        "format": lambda parts: _called("format", parts.guards.amounts.formatted),
        "repr": lambda parts: _called("repr", parts.guards.amounts.representation),
        "ascii": lambda parts: _called("ascii", parts.guards.amounts.escaped),
        "pow": attrgetter("guards.amounts.pow"),
        "sum": lambda parts: summing(parts.guards.amounts.add),
        "__build_class__": attrgetter("guards.classes.build_class"),
        "id": lambda _: make_id(),
        "print": attrgetter("output.print"),
        "input": attrgetter("output.input"),
        "answer": attrgetter("answers.take"),
        "display": lambda parts: parts.shown.function(),
        "help": _help,
        "parallel": lambda parts: parts.make_parallel(),
        "tools": lambda parts: finding.tools_facade(parts.toolset),
        "anext": lambda parts: lambda *values: parts.guards.endings.keep_step("anext", anext, values),
        **{name: attrgetter(f"texts.{name}") for name in ("eval", "exec", "globals", "locals", "vars", "dir")},
    }
)
"""What makes those of one session from its `Parts`."""
