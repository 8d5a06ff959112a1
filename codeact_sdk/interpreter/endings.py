"""How coroutines and generators of model code end, so that the process has nothing to print about it.

Python prints, wherever the process writes its errors, that a coroutine was never awaited and what a generator raises
while it is dropped. Both hooks belong to the host. So coroutines are kept until the end of their action, where those
that nobody awaited are closed and told to the model; and a generator that is dropped keeps to itself what its `finally`
raises, which the tree is lowered for.
"""

from __future__ import annotations

import ast
import enum
import functools
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from types import CoroutineType, FrameType, FunctionType, GeneratorType, MappingProxyType, MethodType
from typing import Any

from codeact_sdk.interpreter import nodes
from codeact_sdk.interpreter.excerpts import clean, type_name
from codeact_sdk.interpreter.language import AWAIT_IT
from codeact_sdk.interpreter.leaving import Leaving
from codeact_sdk.interpreter.limits import Interrupted
from codeact_sdk.later import asyncio, inspect

_KEPT = 1_000
"""Coroutines that are kept before the ended ones are let go."""

_TOLD = 10
"""Coroutines of one action that are told to the model."""


class Endings:
    """The coroutines and generators of one session."""

    __slots__ = ("_closing", "_kept", "_most", "_namespace", "_number", "_told", "lost")

    def __init__(self, namespace: dict[str, Any]) -> None:
        """Makes a keeper.

        Args:
            namespace: Globals of model code.
        """
        self._namespace = namespace
        self._kept: dict[int, Any] = {}
        self._number = itertools.count()
        self._most = [_KEPT]
        self._closing: list[FrameType] = []
        self._told: dict[str, None] = {}
        self.lost: dict[str, BaseException] = {}
        """The last exception of a dropped generator."""

    @property
    def leaving(self) -> Leaving:
        """Makes what is not left after the end."""
        return Leaving(self._namespace)

    # -- coroutines

    def coroutine(self, function: FunctionType) -> FunctionType:
        """Makes a function of model code that keeps the coroutines of an `async def`."""
        call = self._call(function)
        made = FunctionType(call.__code__, self._namespace, function.__name__, None, call.__closure__)
        for name in ("__qualname__", "__doc__", "__annotations__", "__module__"):
            setattr(made, name, getattr(function, name))
        return made

    def keep(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls a function and keeps what it gives."""
        return self._call(function)(*args, **kwargs)

    def hold(self, made: Any) -> Any:
        """Keeps what Python itself would not report, such as a call of a tool."""
        if len(self._kept) >= self._most[0]:
            self._let_go()
        self._kept[next(self._number)] = made
        return made

    def _call(self, function: Callable[..., Any]) -> FunctionType:
        # Its names are all its own: as a function of model code it finds only theirs among the globals.
        kept, number, most, let_go, size = self._kept, self._number, self._most, self._let_go, len
        keep, partial, chain, first, each = kept.setdefault, functools.partial, itertools.starmap, next, map

        def call(*args: Any, **kwargs: Any) -> Any:
            if size(kept) >= most[0]:
                let_go()
            made = partial(function, **kwargs) if kwargs else function
            # In C, where no interrupt arrives between the two: what is made and not kept would be reported by Python.
            return first(each(keep, number, chain(made, (args,))))

        assert isinstance(call, FunctionType)  # noqa: S101  # for the type checker
        return call

    def keep_step(self, name: str, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """As `keep`, for what can be awaited and is no coroutine, such as a step of an asynchronous generator."""
        made = self.keep(_step, (function, args), {})
        made.__qualname__ = name
        return made

    def _let_go(self) -> None:
        for number, made in list(self._kept.items()):
            if not _is_open(made):
                del self._kept[number]
            elif sys.getrefcount(made) <= _OURS and _is_new(made):
                self._close(made)
                del self._kept[number]
        self._most[0] = max(_KEPT, 2 * len(self._kept))

    def finish(self) -> list[str]:
        """Ends what is left at the end of an action, and gives the sentences about it for the model."""
        while self._kept:  # one by one: a limit may be spent in between
            _, made = self._kept.popitem()
            if _is_open(made):
                self._close(made)
        if self.lost:
            _, error = self.lost.popitem()
            self._told[f"Exception ignored in a generator that was dropped: {type_name(error)}"] = None
        told, self._told = list(self._told)[::-1], {}
        self._most[0] = _KEPT
        return told[:_TOLD]

    def tell(self, write: Callable[[str], object]) -> None:
        """Does `finish`, and writes the sentences."""
        for sentence in self.finish():
            write(f"{sentence}\n")

    def _close(self, made: Any) -> None:
        if _is_new(made):
            name = clean(getattr(made, "__qualname__", type(made).__name__), 80)
            line = f" (line {made.cr_code.co_firstlineno})" if _is_of_model_code(made) else ""
            self._told[f"RuntimeWarning: coroutine {name!r}{line} was never awaited: {AWAIT_IT}"] = None
        try:
            made.close()
        except Exception as error:  # noqa: BLE001  # its `finally` may raise anything
            self._note(made, error)

    def _note(self, made: object, error: BaseException) -> None:
        self._told[f"Exception ignored at the end of {type_name(made)}: {type_name(error)}"] = None

    # -- generators

    def is_dropped(self) -> bool:
        """Tells whether nobody has asked the generator that calls this to close, so that nobody sees what it raises."""
        frame = sys._getframe(1)  # noqa: SLF001  # the generator itself
        if frame.f_code.co_flags & inspect.CO_ASYNC_GENERATOR and asyncio._get_running_loop() is not None:  # noqa: SLF001
            return False  # the loop closes those
        return frame not in self._closing

    def close(self, generator: Any) -> Any:
        """Closes a generator, as its `close` does: what it raises is raised."""
        before = len(self._closing)
        self._closing += _frames(generator)
        try:
            return generator.close()
        finally:
            del self._closing[before:]


async def _step(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    return await function(*args)


def over() -> None:
    """Takes the place of the look at the budget when the action is over: the collector runs `finally` blocks too."""
    raise Interrupted("the action is over")


_OURS = 4
"""References to a coroutine that nobody else holds, while it is looked at."""


def _is_open(made: Any) -> bool:
    if isinstance(made, CoroutineType):
        return made.cr_frame is not None
    return getattr(made, "is_open", True) is True  # a call of an async tool tells


def _is_new(made: Any) -> bool:
    if isinstance(made, CoroutineType):
        return inspect.getcoroutinestate(made) == inspect.CORO_CREATED
    return getattr(made, "is_new", False) is True  # a call of an async tool


def is_coroutine_function(value: Any) -> bool:
    """`iscoroutinefunction`, which knows the functions that keep their coroutines."""
    function = value.__func__ if isinstance(value, MethodType) else value
    makes = isinstance(function, FunctionType) and function.__code__ is Endings({})._call(len).__code__  # noqa: SLF001
    return makes or inspect.iscoroutinefunction(value)


def keeping(keep: Callable[..., Any], members: dict[str, Any]) -> dict[str, Any]:
    """Makes members of a module keep the coroutines that they and their methods make.

    Args:
        keep: Takes a function, its positional and its keyword arguments.
        members: By name; classes are given as subclasses.
    """
    made = dict(members)
    for name, member in members.items():
        if inspect.iscoroutinefunction(member):
            made[name] = _keeping_function(keep, member)
        elif isinstance(member, type) and not issubclass(member, BaseException | enum.Enum):
            made[name] = _keeping_class(keep, member)
    return made


def _keeping_function(keep: Callable[..., Any], function: Any) -> Any:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return keep(function, args, kwargs)

    del call.__wrapped__  # the function itself keeps nothing
    return call


def _keeping_class(keep: Callable[..., Any], kind: type) -> type:
    methods = {name: getattr(kind, name) for name in dir(kind)}
    kept = {
        name: _keeping_function(keep, found) for name, found in methods.items() if inspect.iscoroutinefunction(found)
    }
    return type(kind.__name__, (kind,), {"__module__": kind.__module__, **kept}) if kept else kind


def _is_of_model_code(made: Any) -> bool:
    return isinstance(made, CoroutineType) and made.cr_code.co_filename.startswith("action ")


def _frames(generator: Any) -> Iterator[FrameType]:
    """The frames of a generator and of those that it delegates to."""
    while isinstance(generator, GeneratorType) and generator.gi_frame is not None:
        yield generator.gi_frame
        generator = generator.gi_yieldfrom


def _ended(*_: object) -> Any:
    """What a generator meets that yields after it was told to end."""
    raise RuntimeError("generator ignored GeneratorExit")


SHARED: Mapping[str, object] = MappingProxyType(
    {"@ended": _ended, "@GeneratorExit": GeneratorExit, "@BaseException": BaseException}
)
"""What lowered code finds by these names in every session."""

NAMES: Mapping[str, str] = MappingProxyType(
    {f"@{name}": name for name in ("coroutine", "is_dropped", "lost")}
    | {f"@{name}": f"leaving.{name}" for name in ("managed", "managed_later", "delegated")}
)
"""By the names in lowered code, attributes of `Endings`."""


# -- the tree

_CLOSING = "@closing"
"""Local variable of a generator: whether it was told to end."""

_DROPPED = "@dropped"
"""Another: whether nobody sees what it raises then."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.GeneratorExp)


def lower_function(policy: Any, node: Any) -> None:
    """Lowers a function in place, where it makes coroutines, or generators that model code runs at the end of.

    Args:
        policy: The policy, which has seen the body.
        node: The function.
    """
    if not (policy.yields or isinstance(node, ast.AsyncFunctionDef)):
        return
    yields = _yields(node.body)
    if yields or isinstance(node, ast.AsyncFunctionDef):
        _manage(node)
    if not yields:
        if isinstance(node, ast.AsyncFunctionDef):
            node.decorator_list.append(nodes.load("@coroutine", node))
        return
    if not any(isinstance(inner, ast.Try | ast.With | ast.AsyncWith) for inner in _within(node.body)):
        return
    for found in yields:
        ended = nodes.guard_call("@ended", [], found)
        value = found.value or nodes.constant(None, found)
        found.value = nodes.placed(ast.IfExp(nodes.load(_CLOSING, found), ended, value), found)
    first = 1 if ast.get_docstring(node, clean=False) is not None else 0
    rest = _watched(node.body[first:], inside=False)
    start = [nodes.assignment(name, nodes.constant(False, node), node) for name in (_CLOSING, _DROPPED)]
    node.body[first:] = [*start, _guarded(rest, node)]


def _manage(function: Any) -> None:
    """Has the context managers of a function that waits stand-ins, which are not left after the end: see `leaving`."""
    for inner in _within(function.body):
        if isinstance(inner, ast.With | ast.AsyncWith):
            guard = "@managed" if isinstance(inner, ast.With) else "@managed_later"
            for item in inner.items:
                item.context_expr = nodes.guard_call(guard, [item.context_expr], item.context_expr)


def _within(statements: list[Any]) -> Iterator[ast.AST]:
    """Every node of a function, without those of the functions and classes in it."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting += ast.iter_child_nodes(node)


def _yields(statements: list[Any]) -> list[Any]:
    return [node for node in _within(statements) if isinstance(node, ast.Yield | ast.YieldFrom)]


def _watched(statements: list[Any], *, inside: bool) -> list[Any]:
    """Notes in each statement that yields under a `try` or `with` that the generator was told to end there."""
    out: list[Any] = []
    for statement in statements:
        deeper = inside or isinstance(statement, ast.Try | ast.With | ast.AsyncWith)
        heads = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, _PARTS)]
        if not isinstance(statement, _SCOPES):
            for part in (statement, *_parts(statement)):
                for name in ("body", "orelse", "finalbody"):
                    if isinstance(getattr(part, name, None), list):
                        setattr(part, name, _watched(getattr(part, name), inside=deeper))
        if inside and not isinstance(statement, _SCOPES) and _yields(heads):
            statement = _noting(statement)  # noqa: PLW2901  # it takes the place of the other
        out.append(statement)
    return out


_PARTS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _parts(statement: Any) -> list[Any]:
    return [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]


def _noting(statement: ast.stmt) -> ast.stmt:
    closing = nodes.assignment(_CLOSING, nodes.constant(True, statement), statement)  # should the next line not end
    dropped = nodes.assignment(_DROPPED, nodes.constant(True, statement), statement)
    asked = nodes.assignment(_DROPPED, nodes.guard_call("@is_dropped", [], statement), statement)
    body = [closing, dropped, asked, nodes.placed(ast.Raise(None, None), statement)]
    handler = nodes.placed(ast.ExceptHandler(nodes.load("@GeneratorExit", statement), None, body), statement)
    made: ast.stmt = nodes.placed(ast.Try([statement], [handler], [], []), statement)
    return made


def _guarded(body: list[Any], at: Any) -> ast.stmt:
    """Writes `try: ... except BaseException as error: if dropped: lost["error"] = error; return` and raises the rest.

    No function is called in the handler: an interrupt could arrive when it returns.
    """
    key = nodes.constant("error", at)
    place = nodes.placed(ast.Subscript(nodes.load("@lost", at), key, ast.Store()), at)
    kept = nodes.placed(ast.Assign([place], nodes.load("@error", at)), at)
    # Of an asynchronous generator that is dropped outside a loop, Python prints that it has ended in any other way.
    last = (
        ast.Raise(nodes.load("@GeneratorExit", at), None) if isinstance(at, ast.AsyncFunctionDef) else ast.Return(None)
    )
    leave = nodes.placed(ast.If(nodes.load(_DROPPED, at), [kept, nodes.placed(last, at)], []), at)
    usual = ast.ExceptHandler(nodes.load("@GeneratorExit", at), None, [nodes.placed(ast.Raise(None, None), at)])
    other = ast.ExceptHandler(
        nodes.load("@BaseException", at), "@error", [leave, nodes.placed(ast.Raise(None, None), at)]
    )
    handlers = [nodes.placed(usual, at), nodes.placed(other, at)]
    made: ast.stmt = nodes.placed(ast.Try(body or [nodes.placed(ast.Pass(), at)], handlers, [], []), at)
    return made
