"""What a tool declares about its calls: caching, retrying, pace, permission, examples, how it is undone.

These are values; what keeps them stands in `codeact_sdk.behaviour`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from codeact_sdk.frozen import Frozen
from codeact_sdk.later import inspect
from codeact_sdk.observations import Effect

_NO_EXAMPLES: tuple[str, ...] = ()


class Cache(Frozen):
    """Results are kept and given again for the same validated arguments."""

    ttl_s: float | None = None
    """Seconds for which a result is good; None for as long as the place lasts."""
    on_disk: bool = False
    """Whether results outlive the process; they must be data that JSON can hold."""
    max_items: int = 1_000
    """Most results of one tool that are kept."""


class Retry(Frozen):
    """A failed call is made again, with the same idempotency key."""

    attempts: int = 3
    """How often at most, the first included."""
    wait_s: float = 0.5
    """Seconds before the second attempt; each further wait is twice as long, with some chance in it."""
    max_wait_s: float = 30.0
    on: tuple[type[Exception], ...] = ()
    """Exceptions that are worth another attempt; connection failures and timeouts where this is empty."""
    writes: bool = False
    """Whether a tool that changes the world is retried though it is not idempotent."""


class Rate(Frozen):
    """How fast a tool may be called, by all sessions of this process together: a token bucket."""

    calls: int
    per_s: float = 1.0
    """`calls` in so many seconds."""
    burst: int | None = None
    """Calls that may come at once after a pause; `calls` where this is left out."""


class Behaviour(Frozen):
    """All that a tool declares beside its effect."""

    cache: Cache | None = None
    retry: Retry | None = None
    rate: Rate | None = None
    concurrency: int | None = None
    """Most calls at the same time in this process; None for no cap of its own."""
    requires: tuple[str, ...] = ()
    """Secrets and settings without which a call cannot work: names of secrets, `settings.NAME` for a setting."""
    examples: tuple[str, ...] = _NO_EXAMPLES
    """Calls as a model would write them, such as `acme.orders("C-1042")`."""
    deprecated: str = ""
    """What to use instead; empty while the tool is current."""
    undo: Callable[..., object] | None = None
    """Takes the arguments of a call and its `result`, and takes the call back."""
    preview: Callable[..., object] | None = None
    """Takes the arguments of a call and says what it would do, without doing it."""


NOTHING = Behaviour()
"""What a tool declares that declares nothing."""


class ToolOptions(TypedDict, total=False):
    """What both decorators take, `@tool(...)` and `@pack.tool(...)`."""

    name: str | None
    """What models call it; the function's own name where this is left out."""
    effect: Effect
    """What it does to the world: "read", "write" or "destructive"."""
    idempotent: bool
    """Whether a repeated call does no more than the first."""
    timeout_s: float | None
    """Seconds after which a call is given up; None for no limit of its own."""
    timeout: float | None
    """The same, as many libraries call it."""
    cache: Cache | float | None
    """How results are kept; a number is `Cache(ttl_s=...)`."""
    retry: Retry | int | None
    """How failed calls are repeated; a number is `Retry(attempts=...)`."""
    rate: Rate | str | None
    """How fast it may be called; a text is calls by time, such as "10/s", "100/min", "1000/h"."""
    concurrency: int | None
    """Most calls at the same time in this process."""
    requires: Sequence[str]
    """Secrets and settings without which a call cannot work."""
    examples: Sequence[str]
    """Calls as a model would write them."""
    deprecated: str | bool
    """What to use instead."""
    undo: Callable[..., object] | None
    """Takes the arguments and `result` of a call, and takes it back."""
    preview: Callable[..., object] | None
    """Takes the arguments of a call and says what it would do."""


_TOOL_FIELDS = frozenset({"name", "effect", "idempotent", "timeout_s"})
_UNITS = {"s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0}


def read_options(options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Makes the options of a decorator into keywords of `make_tool`.

    Args:
        options: As `ToolOptions` has them.

    Returns:
        The keywords, and what is wrong with the options, each with what to write instead.
    """
    made = {name: value for name, value in options.items() if name in _TOOL_FIELDS}
    rest = {name: value for name, value in options.items() if name not in _TOOL_FIELDS}
    faults: list[str] = []
    if "timeout" in rest:
        timeout = rest.pop("timeout")
        if options.get("timeout_s") is not None:
            faults.append("timeout and timeout_s are both given: write timeout_s alone")
        made["timeout_s"] = timeout
    unknown = [name for name in rest if name not in Behaviour._names]  # noqa: SLF001  # our own class
    if unknown:
        raise TypeError(f"unknown options {', '.join(unknown)}; there are {', '.join(ToolOptions.__annotations__)}")
    if rest:
        made["behaviour"] = Behaviour(**{name: _plain(name, value, faults) for name, value in rest.items()})
    return made, faults


def _plain(name: str, value: Any, faults: list[str]) -> Any:
    """The short form of an option in its long one."""
    if name in ("requires", "examples"):
        if isinstance(value, str):
            faults.append(f"{name} is one string: write a list, {name}=[{value!r}]")
            return (value,)
        return tuple(value)
    if name == "deprecated" and isinstance(value, bool):
        return "nothing: it will be removed" if value else ""
    if name == "rate" and isinstance(value, str):
        return _rate(value, faults)
    return _numbered(name, value)


def _numbered(name: str, value: Any) -> Any:
    """What a number stands for: seconds of a cache, attempts."""
    if name == "cache" and isinstance(value, bool):
        return Cache() if value else None
    if name == "cache" and isinstance(value, int | float):
        return Cache(ttl_s=float(value))
    if name == "retry" and isinstance(value, int) and not isinstance(value, bool):
        return Retry(attempts=value)
    return value


def _rate(text: str, faults: list[str]) -> Rate | None:
    calls, _, unit = text.replace(" ", "").partition("/")
    seconds = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    if not calls.isdigit() or int(calls) < 1 or seconds is None:
        faults.append(f"rate is {text!r}: write calls by time, such as '10/s', '100/min', '1000/h', or a Rate")
        return None
    return Rate(calls=int(calls), per_s=seconds)


def behaviour_faults(behaviour: Behaviour, *, effect: Effect, idempotent: bool) -> tuple[str, ...]:
    """Says what is wrong with what a tool declares, each with what to write instead.

    Args:
        behaviour: What it declares.
        effect: What it does to the world.
        idempotent: Whether a repeated call does no more than the first.
    """
    faults = [*_type_faults(behaviour), *_number_faults(behaviour)]
    if faults:
        return tuple(faults)
    retry = behaviour.retry
    if retry is not None and retry.attempts > 1 and effect != "read" and not (idempotent or retry.writes):
        faults.append(
            f"retry is given for a tool with effect {effect!r} that is not idempotent, so a retry could do it twice: "
            "write idempotent=True if the server recognises ctx.idempotency_key, or Retry(..., writes=True) if twice is harmless"
        )
    if behaviour.cache is not None and effect != "read":
        faults.append(f"cache is given for a tool with effect {effect!r}, which must happen at each call: leave it out")
    if inspect.iscoroutinefunction(behaviour.preview):
        faults.append("preview is async, and is asked for where nobody awaits: write it as a def")
    if behaviour.undo is not None and effect == "read":
        faults.append(
            "undo is given for a tool that changes nothing (effect 'read'): say effect='write', or leave it out"
        )
    return tuple(faults)


_KINDS: Mapping[str, tuple[type, str]] = {
    "cache": (Cache, "seconds, or Cache(ttl_s=60)"),
    "retry": (Retry, "a number of attempts, or Retry(attempts=3)"),
    "rate": (Rate, "'10/s', or Rate(calls=10, per_s=1)"),
}


def _type_faults(behaviour: Behaviour) -> list[str]:
    faults = []
    for name, (kind, form) in _KINDS.items():
        value = getattr(behaviour, name)
        if value is not None and not isinstance(value, kind):
            faults.append(f"{name} is {value!r}: write {form}")
    given = ((name, getattr(behaviour, name)) for name in ("undo", "preview"))
    faults += [
        f"{name} is {value!r}: give a function" for name, value in given if value is not None and not callable(value)
    ]
    return faults


def _number_faults(behaviour: Behaviour) -> list[str]:
    cache, retry, rate = behaviour.cache, behaviour.retry, behaviour.rate
    checks = [
        (behaviour.concurrency is not None and not _is_count(behaviour.concurrency), "concurrency", "1 or more"),
        (isinstance(cache, Cache) and cache.ttl_s is not None and cache.ttl_s <= 0, "cache", "seconds above 0"),
        (isinstance(retry, Retry) and not _is_count(retry.attempts), "retry", "1 attempt or more"),
        (
            isinstance(rate, Rate) and not (_is_count(rate.calls) and rate.per_s > 0),
            "rate",
            "1 call or more in some seconds",
        ),
    ]
    return [f"{name} is {getattr(behaviour, name)!r}: write {form}" for wrong, name, form in checks if wrong]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
