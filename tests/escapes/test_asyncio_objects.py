"""Tasks, locks and groups hold the event loop, which can start processes: nothing reaches it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "import asyncio\nasyncio.get_event_loop()",
            "AttributeError: module 'asyncio' has no 'get_event_loop' here; write `await` at the top level, or asyncio.run(main())",
        ),
        (
            "import asyncio\nasyncio.get_running_loop",
            "AttributeError: module 'asyncio' has no 'get_running_loop' here; write `await` at the top level, or asyncio.run(main())",
        ),
        (
            "import asyncio\nasyncio.Queue()._get_loop()",
            "AttributeError: an object of type Queue has no public attribute '_get_loop'",
        ),
        (
            "import asyncio, functools\nasync with asyncio.TaskGroup() as group:\n    def f(): pass\n    functools.update_wrapper(f, group)\n    found = f._loop",
            "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception): AttributeError: 'function' object has no attribute '_loop'",
        ),
        (
            "import asyncio\nasync def f():\n    task = asyncio.create_task(asyncio.sleep(0))\n    await task\n    return task.get_loop()\nawait f()",
            "SyntaxError: the attribute .get_loop is not available: it leads into the interpreter",
        ),
        (
            "import asyncio\nasync def f():\n    task = asyncio.create_task(asyncio.sleep(0))\n    return task.get_coro()\nawait f()",
            "SyntaxError: the attribute .get_coro is not available: it leads into the interpreter",
        ),
        (
            "import asyncio\nasync def f():\n    task = asyncio.create_task(asyncio.sleep(0))\n    return getattr(task, 'get_stack')()\nawait f()",
            "AttributeError: the attribute .get_stack is not available: it leads into the interpreter",
        ),
        (
            "import asyncio\nasync def f():\n    task = asyncio.create_task(asyncio.sleep(0))\n    return getattr(task, 'get_context')()\nawait f()",
            "AttributeError: the attribute .get_context is not available: it leads into the interpreter",
        ),
    ],
)
def test_the_loop(refused, code, refusal):
    """No attribute, copy or wrapper gives the loop away."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "x.run_in_executor(None, print)",
            "SyntaxError: the attribute .run_in_executor is not available: it leads into the interpreter",
        ),
        (
            "getattr(print, 'subprocess_shell')",
            "AttributeError: the attribute .subprocess_shell is not available: it leads into the interpreter",
        ),
        (
            "x.subprocess_exec('id')",
            "SyntaxError: the attribute .subprocess_exec is not available: it leads into the interpreter",
        ),
        ("x.call_soon(print)", "SyntaxError: the attribute .call_soon is not available: it leads into the interpreter"),
        (
            "x.create_server(print)",
            "SyntaxError: the attribute .create_server is not available: it leads into the interpreter",
        ),
        (
            "x.add_reader(0, print)",
            "SyntaxError: the attribute .add_reader is not available: it leads into the interpreter",
        ),
    ],
)
def test_what_a_loop_can_do(refused, code, refusal):
    """Should a loop leak all the same, the names of what it can do are refused."""
    assert refused(code) == refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (
            "class Fake:\n    _asyncio_future_blocking = False",
            "SyntaxError: the name _asyncio_future_blocking is reserved: choose another",
        ),
        (
            "class Fake:\n    pass\nsetattr(Fake, '_asyncio_future_blocking', False)",
            "AttributeError: the attribute ._asyncio_future_blocking cannot be set",
        ),
        (
            "class Fake:\n    pass\nFake._asyncio_future_blocking = False",
            "SyntaxError: the attribute ._asyncio_future_blocking is not available: it leads into the interpreter",
        ),
        (
            "import types\ntypes.SimpleNamespace()._asyncio_future_blocking",
            "SyntaxError: the attribute ._asyncio_future_blocking is not available: it leads into the interpreter",
        ),
    ],
)
def test_fake_futures(refused, code, refusal):
    """An own object cannot pass for a future, which asyncio trusts with its context."""
    assert refused(code) == refusal
