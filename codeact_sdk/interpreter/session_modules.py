"""More members that a session has for itself: of modules that report, of number contexts, and of bounded versions."""

from __future__ import annotations

import ast
import decimal
import keyword
import operator
import re
import sys
import types
import typing
from collections.abc import Callable
from typing import Any

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.checked import exact
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.long_numbers import MAX_EXPONENT
from codeact_sdk.interpreter.output import Output
from codeact_sdk.interpreter.own_numbers import number_context
from codeact_sdk.interpreter.producers import WINDOW_BITS
from codeact_sdk.interpreter.rarely import calendars, faults, wrapping
from codeact_sdk.interpreter.sources import Sources
from codeact_sdk.interpreter.texts import Texts
from codeact_sdk.later import calendar, hashlib, unicodedata, zlib

MAX_DIGITS = 2_000
"""Most digits that a decimal context may ask for: one power or logarithm of that length takes about a third of a second."""

MAX_INFLATED = 100_000_000
"""Most bytes that one call may decompress to."""

_MAX_MARKS = 2_000
"""Most combining characters in a row that are put in order."""

_NORMALIZED_BYTES = 6
"""Of a character: four while it is made, two or more in the text."""

_TYPES = (
    "FunctionType LambdaType MethodType BuiltinFunctionType BuiltinMethodType GeneratorType CoroutineType AsyncGeneratorType "
    "ModuleType GenericAlias UnionType MethodWrapperType WrapperDescriptorType MethodDescriptorType"
)


class SessionModules:
    """Makes the members that belong to one session and that no other file makes."""

    def __init__(self, guards: Guards, output: Output, texts: Texts, sources: Sources) -> None:
        self._guards = guards
        self._output = output
        self._texts = texts
        self._sources = sources

    def makers(self) -> dict[str, Callable[[], dict[str, object]]]:
        """By module name, what makes its members."""
        place, described = self._place, self._described
        return {
            "ast": lambda: {"literal_eval": literal_eval},
            "calendar": self._calendar,
            "keyword": lambda: {"kwlist": list(keyword.kwlist), "softkwlist": list(keyword.softkwlist)},
            "logging": lambda: self._texts.module("logging", {"_place": place, "_described": described}),
            "textwrap": lambda: {
                "TextWrapper": self._guards.stand_in(
                    wrapping.TextWrapper,
                    lambda *args, **options: wrapping.TextWrapper(self._guards.amounts.room, *args, **options),
                )
            },
            "traceback": lambda: self._texts.module("traceback", {"_described": described}),
            "types": self._types,
            "warnings": lambda: self._texts.module("warnings", {"_place": place}),
            "zlib": lambda: {"decompress": decompress},
            "hashlib": lambda: {"new": _new_hash},
            "unicodedata": lambda: {"normalize": self._normalize, "is_normalized": _is_normalized},
        }

    def user_containers(self) -> dict[str, object]:
        """`UserDict` and its kind."""
        return self._texts.module("collections", {})

    def dispatchers(self, wraps: Callable[..., Any]) -> dict[str, object]:
        """`singledispatch` and its kind.

        Args:
            wraps: `functools.wraps` of the session.
        """
        given = {"_type": self._guards.type_of, "_parts": _parts, "_wraps": wraps}
        return self._texts.module("functools", given)

    def typing(self) -> dict[str, object]:
        """What looks into types."""

        def get_origin(annotation: Any) -> Any:
            found = typing.get_origin(annotation)
            return self._guards.visible_type(found) if isinstance(found, type) else found

        return {"get_origin": get_origin, "get_args": typing.get_args}

    # -- texts and bytes

    def _normalize(self, form: Any, text: Any, /) -> str:
        """`unicodedata.normalize`, which makes 18 characters of one, and up to six of all others."""
        text = _composable(text)
        if not text.isascii():
            self._guards.amounts.room(_NORMALIZED_BYTES * (6 * len(text) + 12 * text.count("\ufdfa")))
        return unicodedata.normalize(form, text)

    # -- reports

    def _place(self, level: int) -> tuple[str, int]:
        """The action and the line from which a report is made."""
        frame = sys._getframe(1)  # noqa: SLF001  # the only way to see who calls
        found = ("action", 1)
        while frame is not None and level > 0:
            if frame.f_code.co_filename in self._sources:
                found = (frame.f_code.co_filename, frame.f_lineno)
                level -= 1
            frame = frame.f_back  # type: ignore[assignment]  # None at the end
        return found

    def _described(self, error: object) -> str:
        """What `traceback.format_exc` says, with frames of actions only."""
        if not isinstance(error, Exception):
            return "NoneType: None\n"
        text = faults.fault(error, self._sources, "").traceback
        head = "Traceback (most recent call last):\n" if text.startswith("  ") else ""
        return f"{head}{text}\n"

    def _calendar(self) -> dict[str, object]:
        def show(text: str) -> None:
            self._output.print(text, end="")

        def make(firstweekday: int = 0) -> calendars.TextCalendar:
            return calendars.TextCalendar(firstweekday, show=show)

        return {
            **calendars.members(show),
            "Calendar": self._guards.stand_in(calendar.Calendar, calendar.Calendar),
            "TextCalendar": self._guards.stand_in(calendars.TextCalendar, make),
        }

    # -- numbers

    def decimal(self) -> dict[str, object]:
        """The contexts of numbers."""
        given = {
            "_make": _context,
            "_set": _set_context,
            "_current": decimal.getcontext,
            "_use": decimal.setcontext,
            "_standard": [
                number_context(context)
                for context in (decimal.DefaultContext, decimal.BasicContext, decimal.ExtendedContext)
            ],
        }
        return self._texts.module("decimal", given)

    # -- kinds of objects

    def _types(self) -> dict[str, object]:
        return {name: self._guards.stand_in(getattr(types, name)) for name in _TYPES.split()}


def literal_eval(text: object) -> Any:
    """`ast.literal_eval` of text.

    Raises:
        ValueError: It is longer than an action may be, or holds more than literals.
    """
    if type(text) is not str:
        raise ValueError("literal_eval() takes text here")
    if len(text) > language.MAX_SOURCE_CHARS:
        raise ValueError(f"literal_eval() takes at most {language.MAX_SOURCE_CHARS:,} characters: use json.loads")
    try:
        tree = compile(text.lstrip(" \t"), "action text", "eval", ast.PyCF_ONLY_AST, dont_inherit=True)
        return ast.literal_eval(tree)
    except (RecursionError, MemoryError):
        raise ValueError("the text is nested too deeply") from None
    except ValueError as error:
        raise ValueError(re.sub(" at 0x[0-9a-f]+", "", str(error))) from None


def _composable(text: Any) -> str:
    """Gives back plain text without a long run of marks: putting one in order takes time that grows with its square.

    Raises:
        ValueError: There is one.
    """
    if not isinstance(text, str):
        raise TypeError(f"normalize() argument 2 must be str, not {type(text).__name__}")
    plain = str.__str__(text)
    if len(plain) > _MAX_MARKS and not plain.isascii():
        run = 0
        for mark in map(unicodedata.combining, plain):
            run = run + 1 if mark else 0
            if run > _MAX_MARKS:
                raise ValueError(f"more than {_MAX_MARKS:,} combining characters in a row cannot be normalized here")
    return plain


def _is_normalized(form: Any, text: Any, /) -> bool:
    return unicodedata.is_normalized(form, _composable(text))


def _new_hash(name: Any, data: Any = b"", **options: Any) -> Any:
    """`hashlib.new` of hashes that have one length: others give as many bytes as they are asked for."""
    if exact(name).lower().startswith("shake"):
        raise ValueError(f"unsupported hash type {exact(name)} here: use blake2b with digest_size=")
    return hashlib.new(exact(name), data, **options)


def decompress(data: Any, /, wbits: int = WINDOW_BITS, bufsize: int = 16_384) -> bytes:
    """`zlib.decompress` with a bound on the size of the result.

    Raises:
        OverflowError: The result is longer than `MAX_INFLATED`.
    """
    del bufsize
    machine = zlib.decompressobj(wbits)
    made = machine.decompress(data, MAX_INFLATED)
    if machine.unconsumed_tail:
        raise OverflowError(f"the data is longer than {MAX_INFLATED:,} bytes when decompressed")
    if not machine.eof:
        raise zlib.error("Error -5 while decompressing data: incomplete or truncated stream")
    return made


def _parts(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind) or (kind,)


_BOUNDS = {
    "prec": (1, MAX_DIGITS),
    "Emin": (-MAX_EXPONENT, 0),
    "Emax": (0, MAX_EXPONENT),
    "capitals": (0, 1),
    "clamp": (0, 1),
}


def _context(*given: Any) -> decimal.Context:
    made = number_context()
    for name, value in zip(("prec", "rounding", "Emin", "Emax", "capitals", "clamp"), given[:6], strict=True):
        if value is not None:
            _set_context(made, name, value)
    for signals, value in ((made.flags, given[6]), (made.traps, given[7])):
        if value is not None:
            for signal in signals:
                signals[signal] = signal in value
    return made


def _set_context(context: Any, name: str, value: Any) -> None:
    """Sets one attribute of a context, within bounds.

    Raises:
        TypeError: This is no context, or the value is of the wrong type.
        ValueError: The number is out of bounds.
    """
    if type(context) is not decimal.Context:  # an attribute of an own object has it
        raise TypeError("this is not a context")
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        value = operator.index(value)
        if not low <= value <= high:
            raise ValueError(f"valid range for {name} is [{low}, {high}] here")
    setattr(context, name, exact(value))
