"""Members of standard modules that a session has for itself: output, clock, chance, patterns, attribute access."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import copy
import dataclasses
import functools
import inspect
import json
import pprint
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from codeact_sdk.interpreter import patterns
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.output import Output, Stream
from codeact_sdk.interpreter.visible import SystemExit as ActionExit
from codeact_sdk.values import Record

_SLICE_S = 0.02
"""Longest sleep in one piece: the budget is looked at in between."""

ASYNCIO = (
    "gather wait_for wait as_completed timeout Semaphore BoundedSemaphore Lock Event Condition Queue LifoQueue PriorityQueue "
    "QueueEmpty QueueFull TaskGroup TimeoutError CancelledError InvalidStateError FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED "
    "shield sleep iscoroutine iscoroutinefunction"
)


class OwnModules:
    """Makes the members that belong to one session."""

    def __init__(
        self, guards: Guards, output: Output, budget: Callable[[], Budget], run_coroutine: Callable[[Any], Any]
    ) -> None:
        self._guards = guards
        self._output = output
        self._budget = budget
        self._run_coroutine = run_coroutine

    def makers(self) -> dict[str, Callable[[], dict[str, object]]]:
        """By module name, what makes its members."""
        return {
            "asyncio": self._asyncio,
            "collections": lambda: {"namedtuple": self._namedtuple},
            "contextlib": lambda: {
                "redirect_stdout": self._redirect("stdout"),
                "redirect_stderr": self._redirect("stderr"),
            },
            "dataclasses": lambda: {"asdict": _asdict},
            "functools": self._functools,
            "json": lambda: {
                "loads": json.loads,
                "dumps": _dumps,
                "load": lambda file: json.loads(file.read()),
                "dump": _dump,
            },
            "operator": self._operator,
            "pprint": lambda: {"pprint": self._pprint, "pp": functools.partial(self._pprint, sort_dicts=False)},
            "random": _random,
            "re": lambda: patterns.members(self._seconds_left),
            "sys": self._sys,
            "time": lambda: {"sleep": self._sleep},
            "warnings": lambda: {"warn": self._warn, "filterwarnings": _nothing, "simplefilter": _nothing},
        }

    def _seconds_left(self) -> float | None:
        return self._budget().remaining()

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        while (left := end - time.monotonic()) > 0:
            self._budget().alive()
            time.sleep(min(left, _SLICE_S))
        self._budget().alive()

    def _warn(self, message: object, category: type[Exception] = UserWarning, **_: object) -> None:
        self._output.print(f"{category.__name__}: {message}", file=Stream(self._output, "stderr"))

    def _pprint(self, value: object, stream: Any = None, **options: Any) -> None:
        self._output.print(pprint.pformat(value, **options), file=stream)

    def _namedtuple(self, *arguments: Any, **options: Any) -> Any:
        made = collections.namedtuple(*arguments, **options)  # type: ignore[misc]  # the program's own definition
        made.__module__ = "__main__"
        return self._guards.adopt(made)

    def _redirect(self, which: str) -> Callable[[Any], Any]:
        @contextlib.contextmanager
        def redirect(target: Any) -> Iterator[Any]:
            output, before = self._output, getattr(self._output, which)
            setattr(output, which, target)
            try:
                yield target
            finally:
                setattr(output, which, before)

        return redirect

    def _functools(self) -> dict[str, object]:
        def wraps(wrapped: Any, **options: Any) -> Any:
            return self._guards.own_only(lambda target: _wrap(wrapped, target, **options))

        return {
            "wraps": wraps,
            "update_wrapper": self._guards.own_only(
                lambda target, wrapped, **options: _wrap(wrapped, target, **options)
            ),
            "total_ordering": self._guards.own_only(functools.total_ordering),
        }

    def _operator(self) -> dict[str, object]:
        get = self._guards.get

        def follow(value: Any, path: str) -> Any:
            return functools.reduce(get, path.split("."), value)

        def attrgetter(*paths: str) -> Callable[[Any], Any]:
            if len(paths) == 1:
                return lambda value: follow(value, paths[0])
            return lambda value: tuple(follow(value, path) for path in paths)

        def methodcaller(name: str, /, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
            return lambda value: get(value, name)(*args, **kwargs)

        return {"attrgetter": attrgetter, "methodcaller": methodcaller}

    def _sys(self) -> dict[str, object]:
        return {
            "stdout": Stream(self._output, "stdout"),
            "stderr": Stream(self._output, "stderr"),
            "maxsize": sys.maxsize,
            "version": sys.version.split()[0],
            "version_info": tuple(sys.version_info),
            "byteorder": sys.byteorder,
            "argv": ["action"],
            "getrecursionlimit": sys.getrecursionlimit,
            "exit": _exit,
        }

    def _run(self, main: Any, **_: object) -> Any:
        # Without any `await` in the action, an async tool has given its result already.
        return self._run_coroutine(main) if inspect.isawaitable(main) else main

    def _asyncio(self) -> dict[str, object]:
        members: dict[str, object] = {name: getattr(asyncio, name) for name in ASYNCIO.split()}
        return members | {
            "run": self._run,
            "create_task": asyncio.ensure_future,  # takes anything that can be awaited, sealed tools too
            "ensure_future": asyncio.ensure_future,
        }


def _nothing(*_: object, **__: object) -> None:
    """Accepts a setting of the process that actions cannot change."""


def _exit(code: object = None) -> None:
    raise ActionExit(code)


def _wrap(wrapped: Any, target: Any, **_: object) -> Any:
    for name in ("__name__", "__qualname__", "__doc__"):
        text = getattr(wrapped, name, None)
        if type(text) is str:
            setattr(target, name, text)
    target.__dict__.update(
        {key: value for key, value in getattr(wrapped, "__dict__", {}).items() if not key.startswith("__")}
    )
    target.__wrapped__ = wrapped
    return target


def _plain(value: object) -> object:
    if isinstance(value, Record):
        return dict(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _dumps(value: object, *, default: Callable[[Any], Any] | None = None, **options: Any) -> str:
    """`json.dumps`, which also takes records."""
    if options.get("cls") is not None:
        raise TypeError("cls= is not available: pass default= a function")

    def convert(item: object) -> object:
        return _plain(item) if default is None or isinstance(item, Record) else default(item)

    return json.dumps(value, default=convert, **options)


def _dump(value: object, file: Any, **options: Any) -> None:
    file.write(_dumps(value, **options))


def _asdict(value: Any, **options: Any) -> dict[str, Any]:
    """`dataclasses.asdict`, which also takes records."""
    if isinstance(value, Record):
        return {name: _deep_dict(item) for name, item in vars(value).items()}
    return dataclasses.asdict(value, **options)


def _deep_dict(value: object) -> object:
    if isinstance(value, Record):
        return _asdict(value)
    if isinstance(value, list | tuple):
        return type(value)(_deep_dict(item) for item in value)
    if isinstance(value, dict):
        return {key: _deep_dict(item) for key, item in value.items()}
    return copy.copy(value)


_RANDOM = (
    "random randint randrange uniform choice choices sample shuffle gauss normalvariate expovariate betavariate triangular "
    "lognormvariate paretovariate gammavariate seed getrandbits randbytes"
)


def _random() -> dict[str, object]:
    generator = random.Random()  # noqa: S311  # the program's own; secrets are in `secrets`
    return {name: getattr(generator, name) for name in _RANDOM.split()}
