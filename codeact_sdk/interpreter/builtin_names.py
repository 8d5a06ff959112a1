"""The builtins of actions: Python's own where they are harmless, guarded versions where they are not."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from typing import Any, NoReturn

from codeact_sdk.interpreter import language, ranges
from codeact_sdk.interpreter.amounts import rounded
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.producers import summing
from codeact_sdk.interpreter.public_names import named, publish
from codeact_sdk.interpreter.stand_ins import TypeFacade
from codeact_sdk.interpreter.visible import VISIBLE_EXCEPTIONS
from codeact_sdk.later import hashlib

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
    "print": "writes to the observation",
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
    "answer": "ends the run with its argument",
}
"""Builtins that are not Python's own, with what is different."""

_GROUPS = ("BaseException", "BaseExceptionGroup", "ExceptionGroup", "KeyboardInterrupt", "SystemExit", "GeneratorExit")
"""Classes that catch or raise what stops an action: replaced, or not there."""

_LAZY_IMPORTS = frozenset(
    {"_strptime", "time", "typing", "_pydatetime", "_pydecimal", "locale", "zoneinfo", "copyreg", "warnings", "re"}
)
"""Modules that C code of the standard library imports by itself while model code is the running frame."""


def make_builtins(guards: Guards, own: dict[str, object]) -> dict[str, Any]:
    """Makes the dict that compiled code finds builtins in.

    Args:
        guards: The checks of this namespace.
        own: The session's own functions: `print`, `help`, `eval` and the like.
    """
    names: dict[str, Any] = {name: getattr(builtins, name) for name in _AS_THEY_ARE if hasattr(builtins, name)}
    names |= {name: value for name, value in vars(builtins).items() if _is_exception(value) and name not in _GROUPS}
    names |= VISIBLE_EXCEPTIONS
    names["BaseException"] = Exception
    names |= {
        "getattr": guards.get,
        "setattr": guards.set,
        "delattr": guards.delete,
        "hasattr": guards.hasattr,
        "isinstance": guards.isinstance,
        "issubclass": guards.issubclass,
        "vars": guards.vars,
        "dir": guards.dir,
        "type": TypeFacade(guards.type_of, guards.classes.make_class),
        "format": _called("format", guards.amounts.formatted),
        "repr": _called("repr", guards.amounts.representation),
        "ascii": _called("ascii", guards.amounts.escaped),
        "iter": ranges.endless_iter,
        "range": ranges.Range,
        "pow": guards.amounts.pow,
        "round": rounded,
        "sum": summing(guards.amounts.add),
        "exit": _ending("exit"),
        "quit": _ending("quit"),
        "__build_class__": guards.classes.build_class,
        "__import__": _lazy_import,
    }
    names |= {**_REFUSED, "id": make_id(), **own}
    publish(names)
    return names


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


_REFUSED = {
    name: _refused(name) for name in language.HINTS if not name.startswith("__") and name not in language.UNDEFINED
}


def _lazy_import(name: str, *arguments: Any, **options: Any) -> Any:
    """Serves C code of the standard library; model code has no opcode and no name that reaches it."""
    if name not in _LAZY_IMPORTS:
        raise ImportError(f"no module {name!r} here")
    return builtins.__import__(name, *arguments, **options)
