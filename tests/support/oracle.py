"""What CPython itself makes of the text of an action, to compare an interpreter with."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import warnings
from typing import Any, NamedTuple

from strategies import same

from codeact_sdk.interpreter.clips import Clip
from codeact_sdk.interpreter.session import Session
from codeact_sdk.observations import Observation
from codeact_sdk.tools.toolset import Toolset


class Outcome(NamedTuple):
    """What can be seen of a text that was run."""

    stdout: str
    error: str
    """`Type: message`; empty where it ran to its end."""
    value: Any


def in_cpython(code: str) -> Outcome:
    """Runs a text as CPython does, without any policy."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    stdout, error = io.StringIO(), ""
    names: dict[str, Any] = {"__name__": "__main__", "seen": None}
    with contextlib.redirect_stdout(stdout), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(code, "action 1", "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
            if isinstance(last := tree.body[-1], ast.Expr):
                seen = ast.Name("seen", ast.Store())
                tree.body[-1] = ast.fix_missing_locations(ast.copy_location(ast.Assign([seen], last.value), last))
            result = eval(compile(tree, "action 1", "exec", flags, dont_inherit=True), names)
            if inspect.iscoroutine(result):
                asyncio.run(_ended(result))
        except Exception as fault:  # noqa: BLE001  # compared, whatever it is
            error = f"{type(fault).__name__}: {fault}"
    return Outcome(stdout.getvalue(), error, None if error else Clip(1e9).copy(names["seen"]))


async def _ended(coroutine: Any) -> None:
    await coroutine


def in_session(code: str) -> Outcome:
    """Runs a text as an action."""
    session = Session(Toolset.of([]))
    try:
        return outcome(session.run(code))
    finally:
        session.close()


def outcome(observation: Observation) -> Outcome:
    """What an observation says of the things that CPython shows too."""
    error = observation.error
    return Outcome(observation.stdout, "" if error is None else f"{error.type}: {error.message}", observation.value)


def assert_ordinary(code: str) -> None:
    """Fails unless an action does what CPython does: same output, same value, same error."""
    expected, found = in_cpython(code), in_session(code)
    assert found[:2] == expected[:2], f"{found} is not {expected}"
    assert same(found.value, expected.value), f"{found.value!r} is not {expected.value!r}"


def assert_fails_alike(code: str) -> None:
    """Fails unless an action raises the type of exception that CPython raises, whatever the message."""
    expected, found = in_cpython(code), in_session(code)
    kinds = [outcome.error.partition(":")[0] for outcome in (expected, found)]
    assert kinds[0] == kinds[1] != "", f"{found} is not {expected}"
