"""Walks everything that model code could get hold of, by the names and in the ways that the policy lets through."""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, MappingProxyType, MethodType, MethodWrapperType
from typing import Any, NamedTuple

from codeact_sdk.interpreter import language
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.visible import Facade

NOT_CALLED = frozenset({"close", "clear", "popitem", "pop", "send", "throw", "detach", "aclose"})
"""Methods that would end or empty what is walked."""

NOT_CALLED_ON = ("asyncio", "_asyncio")
"""Modules of objects that need a running loop."""

MOST_CALLS = 2
MOST_STEPS = 8

METHODS = (MethodType, BuiltinFunctionType, MethodWrapperType)


class Found(NamedTuple):
    """An object and the way to it."""

    value: Any
    path: str
    steps: int = 0
    calls: int = 0
    """How many of the steps are calls: copies of copies would never end."""


def walk(
    guards: Guards, roots: dict[str, Any], limit: int = 200_000, *, passed: Mapping[int, Any] = MappingProxyType({})
) -> Iterator[Found]:
    """Gives each object once, nearest first.

    Args:
        guards: The session's; they decide which attributes may be read.
        roots: Where to begin.
        limit: Most objects.
        passed: By identity, objects that an earlier walk gave: they are neither given nor followed.
    """
    seen: dict[int, Any] = dict(passed)
    limit += len(passed)
    known: set[object] = set()
    queue = deque(Found(value, name) for name, value in roots.items())
    while queue and len(seen) < limit:
        found = queue.popleft()
        if id(found.value) in seen:
            continue
        seen[id(found.value)] = found.value  # kept alive, so that its id stays its own
        yield found
        queue.extend(_parts(guards, found, known))


def _parts(guards: Guards, found: Found, known: set[object]) -> Iterator[Found]:
    for part, path, _, calls in _reached(guards, found.value, found.path, known):
        if found.calls + calls <= MOST_CALLS and found.steps < MOST_STEPS:
            yield Found(part, path, found.steps + 1, found.calls + calls)


def _reached(guards: Guards, value: Any, path: str, known: set[object]) -> Iterator[Found]:
    if value is None or isinstance(value, (str, bytes, int, float, complex, range, *METHODS)):
        return
    yield from _items(value, path)
    for name in _names(value):
        part = read(guards, value, name)
        if part is _NOTHING or _is_known(value, name, part, known):
            continue
        yield Found(part, f"{path}.{name}")
        if name not in NOT_CALLED and isinstance(part, METHODS) and _may_be_called(value):
            yield from _called(part, f"{path}.{name}()")


def _items(value: Any, path: str) -> Iterator[Found]:
    if isinstance(value, dict):
        for position, (key, item) in enumerate(list(dict.items(value))[:1000]):
            yield Found(key, f"{path}.keys()[{position}]")
            yield Found(item, f"{path}[{key!r}]")
    elif isinstance(value, MappingProxyType):
        yield Found(gc.get_referents(value)[0], f"what {path} == x gives x")
    for kind in (list, tuple, set, frozenset, deque):
        if isinstance(value, kind):  # an own class may lie about what it holds
            for position, item in enumerate(list(kind.__iter__(value))[:1000]):  # type: ignore[arg-type]  # one of the five
                yield Found(item, f"{path}[{position}]")


def _is_known(value: Any, name: str, part: Any, known: set[object]) -> bool:
    """Whether the same method of the same class, or the same function made anew, was looked at before."""
    if isinstance(value, type | Facade):
        return False
    key: object = part.__code__ if isinstance(part, FunctionType) else (type(value), name)
    if not isinstance(part, (FunctionType, *METHODS)) or key not in known:
        known.add(key)
        return False
    return True


def _names(value: Any) -> set[str]:
    names = set(language.READABLE_SPECIALS) | language.READABLE_PRIVATE
    try:
        names |= set(dir(value)) | set(dir(type(value)))
    except Exception:  # noqa: BLE001  # an object that cannot be listed is read by the names above
        return names
    return {name for name in names if not (name.startswith("__") and name not in language.READABLE_SPECIALS)}


_NOTHING = object()


def read(guards: Guards, value: Any, name: str) -> Any:
    """Reads an attribute as model code may; `_NOTHING` where it is refused or missing."""
    try:
        return guards.get(value, name)
    except Exception:  # noqa: BLE001  # refused, or missing
        return _NOTHING


def is_readable(guards: Guards, value: Any, name: str) -> bool:
    """Whether an attribute may be read."""
    return read(guards, value, name) is not _NOTHING


def _may_be_called(value: object) -> bool:
    home = type(value).__module__.partition(".")[0]
    return not isinstance(value, type | Facade) and home not in NOT_CALLED_ON


def _called(method: Callable[[], Any], path: str) -> Iterator[Found]:
    try:
        yield Found(method(), path, calls=1)
    except Exception:  # noqa: BLE001  # it wants arguments, or does not like to be called now
        return


def mutable_state_of_the_process() -> dict[int, str]:
    """By identity, the lists, dicts and sets that modules, classes and functions of the process hold."""
    found: dict[int, str] = {}
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] in ("tests", "conftest", "reach") or module_name.startswith("test_"):
            continue
        for name, value in list(getattr(module, "__dict__", {}).items()):
            _note(found, value, f"{module_name}.{name}")
            if isinstance(value, type):
                for inner, item in list(vars(value).items()):
                    _note(found, item, f"{module_name}.{name}.{inner}")
            elif isinstance(value, FunctionType):
                for position, item in enumerate(value.__defaults__ or ()):
                    _note(found, item, f"{module_name}.{name} default {position}")
    return found


def _note(found: dict[int, str], value: object, name: str) -> None:
    if type(value) in (list, dict, set, bytearray, deque):
        found[id(value)] = name
