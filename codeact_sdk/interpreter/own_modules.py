"""Members of standard modules that a session has for itself: output, clock, chance, patterns, attribute access."""

from __future__ import annotations

import abc
import collections
import contextlib
import enum
import functools
import sys
import time
from collections.abc import Callable
from types import FunctionType, MappingProxyType
from typing import Any

from codeact_sdk.interpreter import classes, own_texts, patterns, ranges
from codeact_sdk.interpreter.checked import exact
from codeact_sdk.interpreter.copying import DeepCopy
from codeact_sdk.interpreter.endings import is_coroutine_function, keeping
from codeact_sdk.interpreter.formatting import check_format
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.interpreter.limits import Budget
from codeact_sdk.interpreter.module_members import standard_members
from codeact_sdk.interpreter.number_contexts import NumberContexts
from codeact_sdk.interpreter.output import Output, Redirection, Stream
from codeact_sdk.interpreter.own_numbers import Numbers
from codeact_sdk.interpreter.producers import Producers
from codeact_sdk.interpreter.session_modules import SessionModules
from codeact_sdk.interpreter.visible import SystemExit as ActionExit
from codeact_sdk.later import asyncio, dataclasses, inspect, json, pprint, random, zoneinfo
from codeact_sdk.values import Record

_SLICE_S = 0.02
"""Longest sleep in one piece: the budget is looked at in between."""

ASYNCIO = (
    "gather wait_for wait as_completed timeout Semaphore BoundedSemaphore Lock Event Condition Queue LifoQueue PriorityQueue "
    "QueueEmpty QueueFull TaskGroup TimeoutError CancelledError InvalidStateError FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED "
    "shield sleep iscoroutine iscoroutinefunction current_task Barrier BrokenBarrierError QueueShutDown"
)


class OwnModules:
    """Makes the members that belong to one session."""

    def __init__(
        self,
        guards: Guards,
        output: Output,
        budget: Callable[[], Budget],
        run_coroutine: Callable[[Any], Any],
        *,
        session: SessionModules,
        contexts: NumberContexts,
    ) -> None:
        self._guards = guards
        self._output = output
        self._budget = budget
        self._run_coroutine = run_coroutine
        self._session = session
        self._copy = DeepCopy(guards.own)
        self._contexts = contexts
        self.chance: object = None
        """The generator of the module `random`, once it has been imported."""
        self._numbers = Numbers(guards.amounts, guards.stand_in)
        self._producers = Producers(guards.amounts, guards.stand_in)
        guards.pattern = lambda compiled: patterns.Pattern(compiled, self._seconds_left, guards.amounts.room)

    def makers(self) -> dict[str, Callable[[], dict[str, object]]]:
        """By module name, what makes its members."""
        texts = own_texts.makers(self._guards.amounts.room, self._guards.stand_in)
        return {
            **_joined(self._session.makers(), self._numbers.makers(), self._producers.makers(), texts),
            "decimal": self._decimal,
            "asyncio": self._asyncio,
            "abc": self._abc,
            "collections": lambda: {"namedtuple": self._namedtuple, **self._session.user_containers()},
            "contextlib": self._contextlib,
            "copy": lambda: {"copy": self._copy.copy, "deepcopy": self._copy.__call__},
            "dataclasses": self._dataclasses,
            "enum": self._enum,
            "functools": self._functools,
            "itertools": lambda: {**ranges.members(), "accumulate": self._guards.amounts.accumulate},
            "json": lambda: {
                "loads": json.loads,
                "dumps": lambda value, **options: _dumps(self._written(value, options), **options),
                "load": lambda file: json.loads(file.read()),
                "dump": lambda value, file, **options: _dump(self._written(value, options), file, **options),
            },
            "operator": self._operator,
            "pprint": lambda: {"pprint": self._pprint, "pp": self._pp, "pformat": self._pformat},
            "random": self._random,
            "re": lambda: patterns.members(self._seconds_left, self._guards.amounts.room),
            "sys": self._sys,
            "time": lambda: {"sleep": self._sleep, "strptime": exact_text(time.strptime), "strftime": _strftime},
            "urllib.parse": lambda: {
                name: own_texts.looked_at(name, exact_text(function), self._guards.amounts.room)
                for name, function in standard_members("urllib.parse").items()
            },
            "typing": lambda: {
                "overload": self._guards.own_only(lambda target: target),  # the library's keeps them all
                **self._session.typing(),
            },
            "zoneinfo": lambda: {
                "ZoneInfo": self._guards.stand_in(zoneinfo.ZoneInfo, lambda key: zoneinfo.ZoneInfo(exact(key)))
            },
        }

    def _decimal(self) -> dict[str, object]:
        self._contexts.hand_out(self._budget())
        return {**self._session.decimal(), **self._numbers.makers()["decimal"]()}

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

    def _written(self, value: Any, options: dict[str, Any]) -> Any:
        """Gives back what is written as JSON, after a look at how long that is."""
        own_texts.look_at_layout(value, options, self._guards.amounts.room, 6)  # characters of one: \\u00e9
        return value

    def _pformat(self, value: object, *args: Any, **options: Any) -> str:
        own_texts.look_at_layout(value, {"indent": args[0]} if args else options, self._guards.amounts.room, 3)
        return pprint.pformat(value, *args, **options)

    def _pprint(self, value: object, stream: Any = None, **options: Any) -> None:
        self._output.print(self._pformat(value, **options), file=stream)

    def _pp(self, value: object, stream: Any = None, **options: Any) -> None:
        self._pprint(value, stream, **{"sort_dicts": False, **options})

    def _abc(self) -> dict[str, object]:
        return {"ABCMeta": self._guards.stand_in(abc.ABCMeta)}

    def _enum(self) -> dict[str, object]:
        def make(kind: type[enum.Enum]) -> Callable[..., Any]:
            return lambda *args, **kwargs: self._guards.classes.adopt(classes.enum_from(kind, *args, **kwargs))

        kinds = (enum.Enum, enum.IntEnum, enum.StrEnum, enum.Flag, enum.IntFlag)
        return {kind.__name__: self._guards.stand_in(kind, make(kind)) for kind in kinds}

    def _dataclasses(self) -> dict[str, object]:
        return {
            "asdict": self._copy.asdict,
            "astuple": self._copy.astuple,
            "dataclass": self._guards.own_only(_dataclass),
            "field": _field,
            "replace": self._copy.replace,
        }

    def _namedtuple(self, *arguments: Any, **options: Any) -> Any:
        made = collections.namedtuple(*arguments, **options)  # type: ignore[misc]  # the program's own definition
        made.__module__ = "__main__"
        return self._guards.classes.adopt(made)

    def _contextlib(self) -> dict[str, object]:
        return {
            "ExitStack": ExitStack,
            "AsyncExitStack": AsyncExitStack,
            "redirect_stdout": lambda target: Redirection(self._output, "stdout", target),
            "redirect_stderr": lambda target: Redirection(self._output, "stderr", target),
        }

    def _functools(self) -> dict[str, object]:
        def wraps(wrapped: Any, **options: Any) -> Any:
            return self._guards.own_only(lambda target: _wrap(wrapped, target, **options))

        return {
            "wraps": wraps,
            "update_wrapper": self._guards.own_only(
                lambda target, wrapped, **options: _wrap(wrapped, target, **options)
            ),
            "total_ordering": self._guards.own_only(functools.total_ordering),
            **self._session.dispatchers(wraps),
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

        return {**self._numbers.operator(), "attrgetter": attrgetter, "methodcaller": methodcaller}

    def _random(self) -> dict[str, object]:
        self.chance = generator = random.Random()  # the program's own; secrets are in `secrets`
        chosen = {name: getattr(generator, name) for name in RANDOM.split() if hasattr(generator, name)}
        return chosen | self._numbers.random(generator) | self._producers.random(generator)

    def _sys(self) -> dict[str, object]:
        return {
            "stdout": Stream(self._output, "stdout"),
            "stderr": Stream(self._output, "stderr"),
            "maxsize": sys.maxsize,
            "version": sys.version.split()[0],
            "version_info": sys.version_info,
            "float_info": sys.float_info,
            "int_info": sys.int_info,
            "hash_info": sys.hash_info,
            "maxunicode": sys.maxunicode,
            "byteorder": sys.byteorder,
            "platform": sys.platform,
            "argv": ["action"],
            "getsizeof": sys.getsizeof,
            "getdefaultencoding": sys.getdefaultencoding,
            "intern": exact,
            "getrecursionlimit": sys.getrecursionlimit,
            "setrecursionlimit": _nothing,
            "exc_info": _exc_info,
            "exception": lambda: _exc_info()[1],
            "exit": _exit,
        }

    def _run(self, main: Any, **_: object) -> Any:
        # Without any `await` in the action, an async tool has given its result already.
        return self._run_coroutine(main) if inspect.isawaitable(main) else main

    def _asyncio(self) -> dict[str, object]:
        chosen: dict[str, Any] = {name: getattr(asyncio, name) for name in ASYNCIO.split() if hasattr(asyncio, name)}
        return keeping(self._guards.endings.keep, chosen | {"to_thread": _to_thread}) | {
            "run": self._run,
            "iscoroutinefunction": is_coroutine_function,
            "create_task": asyncio.ensure_future,  # takes anything that can be awaited, sealed tools too
            "ensure_future": asyncio.ensure_future,
        }


Makers = dict[str, Callable[[], dict[str, object]]]


def _joined(*groups: Makers) -> Makers:
    """Puts together what several make for one module: no two of them make the same member."""

    def make(name: str) -> Callable[[], dict[str, object]]:
        makers = [group[name] for group in groups if name in group]
        return makers[0] if len(makers) == 1 else lambda: _disjoint(name, [maker() for maker in makers])

    return {name: make(name) for name in {name for group in groups for name in group}}


def _disjoint(name: str, parts: list[dict[str, object]]) -> dict[str, object]:
    """Puts members together; a second one would take the guards of the first away."""
    made: dict[str, object] = {}
    for part in parts:
        if twice := made.keys() & part.keys():
            raise ValueError(f"{name} has {', '.join(sorted(twice))} twice")
        made |= part
    return made


async def _to_thread(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Calls the function in the thread of the action: model code has no other."""
    await asyncio.sleep(0)
    return function(*args, **kwargs)


def _strftime(template: Any, *moment: Any) -> str:
    check_format(template)
    return time.strftime(template, *moment)


def _nothing(*_: object, **__: object) -> None:
    """Accepts a setting of the process that actions cannot change."""


def _exc_info() -> tuple[Any, Any, None]:
    error = sys.exception()
    return (type(error), error, None) if isinstance(error, Exception) else (None, None, None)


def _exit(code: object = None) -> None:
    raise ActionExit(code)


def _wrap(wrapped: Any, target: Any, **_: object) -> Any:
    for name in ("__name__", "__qualname__", "__doc__"):
        text = getattr(wrapped, name, None)
        if type(text) is str and (name == "__doc__" or text.isprintable()):  # Python prints names in warnings
            setattr(target, name, text)
    if type(wrapped) is FunctionType:  # other objects may be the host's, and hold what is not to be read
        target.__dict__.update({key: value for key, value in vars(wrapped).items() if not key.startswith("__")})
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


def _field(*, metadata: Any = None, **options: Any) -> Any:
    return dataclasses.field(metadata=metadata or {}, **options)  # an empty one is shared by the whole process


def _dataclass(target: type | None = None, /, **options: Any) -> Any:
    if target is None:
        return functools.partial(_dataclass, **options)
    made: Any = dataclasses.dataclass(**options)(target)
    for field in made.__dataclass_fields__.values():
        field.metadata = MappingProxyType(dict(field.metadata))  # as above
    return made


class ExitStack(contextlib.ExitStack[Any]):
    """`contextlib.ExitStack` that gives no traceback away."""

    def push(self, exit: Any) -> Any:  # noqa: A002  # as in the library
        """Has this called on leaving."""
        super().push(exit if hasattr(type(exit), "__exit__") else classes.without_traceback(exit, 2))
        return exit


class AsyncExitStack(contextlib.AsyncExitStack[Any]):
    """`contextlib.AsyncExitStack` that gives no traceback away."""

    def push(self, exit: Any) -> Any:  # noqa: A002  # as in the library
        """Has this called on leaving."""
        super().push(exit if hasattr(type(exit), "__exit__") else classes.without_traceback(exit, 2))
        return exit

    def push_async_exit(self, exit: Any) -> Any:  # noqa: A002  # as in the library
        """Has this awaited on leaving."""
        super().push_async_exit(exit if hasattr(type(exit), "__aexit__") else classes.without_traceback(exit, 2))
        return exit


def exact_text(function: Any) -> Any:
    """Wraps a function that keeps its arguments in a cache of the whole process: it gets plain text."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(exact, args), **{name: exact(value) for name, value in kwargs.items()})

    return call


RANDOM = (
    "random randint randrange uniform choice choices sample shuffle gauss normalvariate expovariate betavariate triangular "
    "lognormvariate paretovariate gammavariate vonmisesvariate weibullvariate binomialvariate seed getstate setstate getrandbits "
    "randbytes"
)
