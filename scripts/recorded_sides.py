"""The two processes that a recorded program runs in: plain CPython, and an interpreter of actions."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import resource
import signal
import sys
import tempfile
import types
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

DUMMY = "no_tool_of_any_use"
"""The name of the one tool that there is, where a session is to have tools."""

LIMIT_S = 10.0
"""What an action may take; CPython gets half of it, so that a slower machine for a moment makes no difference."""

_MEMORY_BYTES = 2 * 1024**3
_ADDRESS = re.compile(r"(?: at )?0x[0-9a-f]{6,}")
_SCALARS = (type(None), bool, int, float, complex, str, bytes, date, datetime, time, timedelta, Decimal, Fraction)


class Seen(NamedTuple):
    """What can be seen of one action."""

    stdout: str
    value: str | None
    """The text of the last expression; None where that is no data."""
    error: str
    """Type of the exception; empty where there was none."""
    message: str = ""
    ended: bool = False
    """Whether it was stopped: what would have followed is not known."""


def without_addresses(text: str) -> str:
    """A text without addresses of objects, which actions do not see."""
    return _ADDRESS.sub("", text)


def as_text(value: object) -> str | None:
    """The text of data, sets in order; None for other values.

    Args:
        value: Of a last expression.
    """
    try:
        return _as_text(value)
    except (RecursionError, ValueError):  # deep, or a number too long for a text
        return None


def _as_text(value: object) -> str | None:
    kind = type(value)
    if kind in _SCALARS:
        return repr(value)
    if kind is dict and isinstance(value, dict):
        parts = [f"{_as_text(key)}: {_as_text(item)}" for key, item in value.items()]
    elif isinstance(value, (list, tuple, set, frozenset)) and kind in (list, tuple, set, frozenset):
        parts = [str(_as_text(item)) for item in value]
    else:
        return None
    if kind in (set, frozenset):
        parts.sort()
    return f"{kind.__name__}({', '.join(parts)})"


def in_cpython(requests: Connection, *, tool: bool) -> None:
    """Runs programs as CPython does, each in a child of this process, until the requests end.

    Args:
        requests: Gives lists of actions, takes a list of `Seen` for each: shorter where the program does not end by itself.
        tool: Whether there is the dummy tool.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends this process
    with contextlib.suppress(EOFError):
        while True:
            requests.send(_in_a_child(requests.recv(), tool=tool))


def _in_a_child(actions: list[str], *, tool: bool) -> list[Seen]:
    here, there = Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        here.close()
        try:
            _all_plainly(actions, there, tool=tool)
        finally:
            os._exit(0)  # threads of the program must not hold the process
    there.close()
    seen: list[Seen] = []
    try:
        while len(seen) < len(actions) and here.poll(LIMIT_S / 2):
            seen.append(here.recv())
    except (EOFError, OSError):
        pass  # it ended its process
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    here.close()
    return seen


def _all_plainly(actions: list[str], answers: Connection, *, tool: bool) -> None:
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main  # what a program finds by its own name
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    if tool:
        main.__dict__[DUMMY] = no_tool_of_any_use
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for number, text in enumerate(actions):
            answers.send(_plainly(text, main.__dict__, f"action {number + 1}"))


def _plainly(text: str, names: dict[str, Any], name: str) -> Seen:
    stdout, value, error, message = io.StringIO(), None, "", ""
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(io.StringIO()):
        try:
            value = as_text(_run(text, names, name))
        except BaseException as fault:  # noqa: BLE001  # compared, whatever it is
            error, message = type(fault).__name__, _text_of(fault)
    return Seen(stdout.getvalue(), value, error, message)


def _run(text: str, names: dict[str, Any], name: str) -> object:
    """Runs a text; what its last expression gives."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(text, name, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    _finished(eval(compile(tree, name, "exec", flags, dont_inherit=True), names))  # noqa: S307  # what this script is for
    if not isinstance(last, ast.Expr):
        return None
    return _finished(eval(compile(ast.Expression(last.value), name, "eval", flags, dont_inherit=True), names))  # noqa: S307  # as above


def _finished(result: object) -> object:
    if not isinstance(result, types.CoroutineType):
        return result
    import asyncio  # noqa: PLC0415  # few programs await at the top level

    return asyncio.run(_ended(result))


async def _ended(coroutine: Any) -> object:
    return await coroutine


def _text_of(fault: BaseException) -> str:
    try:
        return str(fault)
    except Exception:  # noqa: BLE001  # model code
        return ""


def as_actions(requests: Connection, *, tool: bool) -> None:
    """Runs programs as actions, each in an interpreter of its own, until the requests end.

    Args:
        requests: Gives lists of actions, takes a list of `Seen` for each.
        tool: Whether there is the dummy tool, so that names are checked.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends this process
    with contextlib.suppress(EOFError):
        while True:
            requests.send(_in_a_session(requests.recv(), tool=tool))


def _in_a_session(actions: list[str], *, tool: bool) -> list[Seen]:
    from codeact_sdk import Interpreter, Limits  # noqa: PLC0415  # the other side must not load it

    limits = Limits(seconds=LIMIT_S, output_chars=10_000_000)
    with Interpreter(tools=[no_tool_of_any_use] if tool else [], limits=limits) as interpreter:
        seen = []
        for text in actions:
            found = interpreter.run(text)
            error, message = (found.error.type, found.error.message) if found.error else ("", "")
            value = None if found.error else as_text(found.value)
            seen.append(Seen(found.stdout, value, error, message, found.status == "limit"))
            if found.status == "limit":
                break
    return seen


def no_tool_of_any_use(text: str) -> str:
    """Gives a text back.

    Args:
        text: Any.
    """
    return text
