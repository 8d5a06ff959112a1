"""Attributes whose danger depends on the object: how each is read while the program runs."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO, StringIO
from types import AsyncGeneratorType, GeneratorType, MappingProxyType
from typing import Any, Protocol

from codeact_sdk.interpreter import zones
from codeact_sdk.interpreter.amounts import Amounts
from codeact_sdk.interpreter.endings import Endings
from codeact_sdk.interpreter.formatting import SafeFormatter, check_format
from codeact_sdk.interpreter.language import SIZED_METHODS
from codeact_sdk.interpreter.ranges import in_parts
from codeact_sdk.later import regex


class Guards(Protocol):
    """What the readers ask of the guards."""

    endings: Endings
    pattern: Callable[[Any], Any]
    """Makes the session's own pattern of a compiled one."""
    amounts: Amounts
    """Looks at sizes."""

    @property
    def formatter(self) -> SafeFormatter:
        """Formats texts."""

    def is_own(self, value: object) -> bool:
        """Whether the program made it."""


def exact(value: Any) -> Any:
    """Text as a plain `str`: a subclass may lie to the host's code about itself."""
    return str.__str__(value) if isinstance(value, str) else value


def _format(guards: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    if found is getattr(str, name):
        return guards.formatter.bound(name, None)
    template = getattr(found, "__self__", None)
    # Of an instance, or of `super()` in a method of one.
    if isinstance(template, str) and type(found) is type("".format):
        return guards.formatter.bound(name, str.__str__(template))
    return found


def _obj(guards: Guards, value: Any, name: str) -> Any:
    kind = value if isinstance(value, type) else type(value)
    if issubclass(kind, BaseException) and not guards.is_own(value):
        raise AttributeError("the attribute .obj of exceptions is not available: it is an object of whoever raised it")
    return getattr(value, name)


def _re(guards: Guards, value: Any, name: str) -> Any:
    if value is regex.Match:
        raise AttributeError("the attribute .re is there on a match only")
    found = getattr(value, name)
    return guards.pattern(found) if type(value) is regex.Match else found  # the compiled one has no time limit


def _register(guards: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    owner = (
        value if isinstance(value, type) else getattr(found, "__self__", None)
    )  # an alias gives what its class gives
    if isinstance(owner, type) and not guards.is_own(owner):
        raise AttributeError(
            f"the attribute .register of {owner.__name__} is not available: the class belongs to everybody"
        )
    return found


def _groupindex(_: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    return (
        dict(found) if isinstance(found, MappingProxyType) else found
    )  # comparing a proxy hands out what is behind it


def _seek(guards: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    if not issubclass(value if isinstance(value, type) else type(value), BytesIO | StringIO):
        return found

    def seek(*args: Any) -> Any:
        position = found(*args)
        guards.amounts.room(_CHARACTER_BYTES * position)
        return position

    return seek


_CHARACTER_BYTES = 4


def _strptime(_: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    if isinstance(value, datetime) or value is datetime:  # formats are keys of a cache of the whole process
        return lambda text, format: found(exact(text), exact(format))  # noqa: A006  # as in the library
    return found


def _strftime(_: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    if not (isinstance(value, date | time) or any(value is kind for kind in (date, datetime, time))):
        return found

    def strftime(*args: Any, **kwargs: Any) -> Any:
        for given in (*args, *kwargs.values()):
            check_format(given)
        return found(*args, **kwargs)

    return strftime


def _readlines(_: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    if not isinstance(value, BytesIO | StringIO):
        return found
    return lambda *hint: found(*hint) if hint and hint[0] is not None and hint[0] > 0 else list(in_parts(value))


def _zone(_: Guards, value: Any, name: str) -> Any:
    if zones.is_zone(value):
        raise AttributeError(f"the attribute .{name} of ZoneInfo is not available: its cache belongs to everybody")
    return getattr(value, name)


def _from_bytes(guards: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    if type(found) is not type("".join):
        return found
    return lambda *args, **kwargs: guards.amounts.short(found(*args, **kwargs))


def _close(guards: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    return functools.partial(guards.endings.close, value) if type(value) is GeneratorType else found


def _agen(guards: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    if type(value) is not AsyncGeneratorType:
        return found
    return lambda *args: guards.endings.keep_step(name, found, args)


def _elements(_: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    return (lambda: in_parts(found())) if isinstance(value, Counter) else found


def _sized(guards: Guards, value: Any, name: str) -> Any:
    found = getattr(value, name)
    return functools.partial(guards.amounts.method, name, value) if type(found) in _METHODS else found


_METHODS = (type("".join), type(str.join))
"""Methods of Python's own, of an object and of a class."""


READERS: dict[str, Callable[[Guards, Any, str], Any]] = {
    "format": _format,
    "format_map": _format,
    "obj": _obj,
    "re": _re,
    "register": _register,
    "groupindex": _groupindex,
    "seek": _seek,
    "strptime": _strptime,
    "strftime": _strftime,
    "from_bytes": _from_bytes,
    "readlines": _readlines,
    **dict.fromkeys(zones.REFUSED, _zone),
    "close": _close,
    "elements": _elements,
    **dict.fromkeys(("asend", "athrow", "aclose"), _agen),
    **dict.fromkeys(SIZED_METHODS, _sized),
}
"""How each of `language.CHECKED_ATTRIBUTES` is read."""
