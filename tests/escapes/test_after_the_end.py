"""Once an action is over or must stop, nothing of it runs on."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from codeact_sdk import Interpreter, Limits, ToolPack


def test_redirected_output_is_not_asked_for_its_text(attack):
    """Where `print` was sent belongs to model code; the observation is made from what was captured."""
    code = """
import contextlib
class Sink:
    truncated = True
    def write(self, text): pass
    def text(self):
        while True: pass
print('before')
contextlib.redirect_stdout(Sink()).__enter__()
print('after')
"""
    seen = attack(code)
    assert (seen.status, seen.stdout) == ("ok", "before\n")


def test_exceptions_are_not_asked_for_their_text_after_a_limit(attack):
    """The description of a limit does not run `__str__` of what was being handled."""
    code = """
class Slow(Exception):
    def __str__(self):
        while True: pass
try:
    raise Slow
except Slow:
    while True: pass
"""
    seen = attack(code, seconds=0.2)
    assert seen.error.message == "seconds: the action ran longer than 0.2 s"


@pytest.mark.parametrize(
    "code",
    [
        "raise NameError('x', name=5)",
        "raise AttributeError('x', name=[], obj=1)",
        "raise ImportError(5)",
        "class E(Exception):\n    def __str__(self): return 5\nraise E",
        "def g():\n    yield\nclass E(Exception):\n    def __str__(self):\n        import asyncio\n        it = g()\n        next(it)\n        it.throw(asyncio.CancelledError())\nraise E",
        "class E(NameError):\n    name = property(lambda self: 1 / 0)\nraise E",
        "def g():\n    yield\nimport asyncio\nit = g()\nnext(it)\nit.throw(asyncio.CancelledError())",
        "raise UnicodeDecodeError('a', b'', 1, 2, 'b')",
        "raise SyntaxError('x', ('a', 'b', 'c', 'd'))",
    ],
)
def test_every_exception_is_a_value(attack, code):
    """No exception of model code comes out of `run`, whatever its methods and attributes do."""
    assert attack(code).status == "error"


@pytest.mark.parametrize(
    "swallow",
    [
        "await asyncio.gather(f(), return_exceptions=True)",
        "await asyncio.wait([asyncio.create_task(f())])",
        "t = asyncio.create_task(f())\n    await asyncio.sleep(0)\n    t.exception()",
    ],
)
def test_an_answer_in_a_task_ends_the_action(swallow):
    """Asyncio keeps what a task raises, so the end of the action is told again."""
    code = f"import asyncio\nasync def f():\n    answer(1)\nasync def main():\n    {swallow}\n    while True: pass\nawait main()"
    with Interpreter(limits=Limits(seconds=20)) as interp:
        seen = interp.run(code)
    assert (seen.status, seen.answer) == ("answered", 1)
    assert seen.seconds < 15


def test_a_spent_limit_in_a_task_ends_the_action():
    """A limit on calls holds where a task has swallowed it."""

    def ping() -> int:
        """Answers."""
        return 1

    code = "import asyncio\nasync def f():\n    ping(); ping()\nasync def main():\n    await asyncio.gather(f(), return_exceptions=True)\n    while True: pass\nawait main()"
    with Interpreter(tools=[ping], limits=Limits(seconds=20, tool_calls=1)) as interp:
        seen = interp.run(code)
    assert seen.error.message.startswith("tool_calls: more than 1 tool calls")
    assert seen.seconds < 15


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    try:\n        while True: pass\n    except Exception: pass",
        "while True:\n    try:\n        while True: pass\n    finally:\n        continue",
        "class A:\n    def __enter__(self): return self\n    def __exit__(self, *_): return True\nwhile True:\n    with A():\n        while True: pass",
        "import contextlib\nwhile True:\n    with contextlib.suppress(Exception):\n        while True: pass",
        "import contextlib\nwhile True:\n    with contextlib.ExitStack() as stack:\n        stack.push(lambda *_: True)\n        while True: pass",
        "def f():\n    try:\n        while True: pass\n    finally:\n        f()\nf()",
        "def g():\n    while True:\n        try:\n            yield\n        finally:\n            while True: pass\nfor x in g():\n    while True: pass",
        "exec('while True: pass')",
        "import asyncio\nasync def f():\n    while True: pass\nwhile True:\n    await asyncio.gather(f(), return_exceptions=True)",
        "import asyncio\nasync def f():\n    while True:\n        try:\n            await asyncio.sleep(1)\n        except asyncio.CancelledError: pass\nawait f()",
        "import functools\nclass K:\n    def __lt__(self, other):\n        while True: pass\nwhile True:\n    try: sorted([K(), K()])\n    except Exception: pass",
    ],
)
def test_no_limit_is_outlived(attack, code):
    """Nothing that swallows exceptions swallows what stops an action."""
    seen = attack(code, seconds=0.3)
    assert (seen.status, seen.error.type) == ("limit", "LimitExceeded")
    assert seen.seconds < 5


def test_text_that_is_run_is_counted(attack):
    """`exec` counts steps as the action does."""
    assert attack("exec('for x in range(1000): pass')", steps=100).error.message.startswith("steps: more than 100")


def test_tracebacks_are_not_handed_out(attack):
    """A traceback holds frames, and frames hold everything."""
    code = """
import contextlib, functools
found = []
class A:
    def __enter__(self): return self
    def __exit__(self, kind, error, trace): found.append(trace); return True
class B:
    __enter__ = lambda self: self
    __exit__ = lambda self, *rest: found.append(rest[2]) or True
class C(A):
    def __exit__(self, *rest): return super().__exit__(*rest)
class D:
    async def __aenter__(self): return self
    async def __aexit__(self, kind, error, trace): found.append(trace); return True
class E(A):
    def leave(self, *rest): found.append(rest[2]); return True
    __exit__ = functools.partialmethod(leave)
class F(A):
    @property
    def __exit__(self): return lambda *rest: found.append(rest[2]) or True
class G(A):
    @staticmethod
    def __exit__(*rest): found.append(rest[2]); return True
for kind in (A, B, C, E, F, G):
    with kind():
        1 / 0
async with D():
    1 / 0
with contextlib.ExitStack() as stack:
    stack.push(lambda kind, error, trace: found.append(trace) or True)
    stack.push(A())
    1 / 0
with contextlib.ExitStack() as stack:
    stack.push(lambda kind, error, trace: found.append(trace) or True)
    1 / 0
found
"""
    assert attack(code).value == [None] * 10


def test_the_process_can_end_while_a_call_holds_the_interpreter():
    """An interpreter that is dropped at the very end starts no thread, which would never begin."""
    code = """
from codeact_sdk import Interpreter, Limits
interpreter = Interpreter(limits=Limits(seconds=0.1))
print(interpreter.run("x = 3**400_000\\npow(x, 2, x + 2)").status, flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "limit\n", "")


_FORMS = {
    "finally": "def f(n):\n    try:\n        acme.slow()\n    finally:\n        acme.delete('late')",
    "with": (
        "class C:\n    def __enter__(self): return self\n    def __exit__(self, *_):\n        acme.delete('late')\n        return True\n"
        "def f(n):\n    with C():\n        acme.slow()\n    acme.delete('later')"
    ),
    "generator": "def g():\n    try:\n        yield 1\n    finally:\n        acme.delete('late')\ndef f(n):\n    for _ in g():\n        acme.slow()",
    "plain": "def f(n):\n    acme.slow()\n    acme.delete('late')",
}


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("call", ["parallel(f, [1])", "parallel(f, [1, 2], limit=2)", "f(1)"])
def test_a_thread_that_comes_back_from_a_tool_does_nothing_in_the_next_action(form, call):
    """No other action begins before it has come back; what it comes back to is over."""
    pack, release, deleted = ToolPack("acme", "A shop."), threading.Event(), []

    @pack.tool
    def slow() -> int:
        release.wait(20)
        return 1

    @pack.tool(effect="destructive")
    def delete(name: str) -> int:
        deleted.append(name)
        return 1

    with Interpreter(packs=[pack], limits=Limits(seconds=0.3)) as interp:
        assert interp.run(f"{_FORMS[form]}\n{call}").status == "limit"
        busy = interp.run("import time\ntime.sleep(0.2)").error
        assert (busy.type, busy.message) == (
            "Busy",
            "the action before this one still runs (the tool acme.slow has not returned): this one was not run; wait, or do without it",
        )
        release.set()
        while (obs := interp.run("import time\ntime.sleep(0.05)\n7")).status == "limit":
            time.sleep(0.01)
        assert (obs.value, obs.calls) == (7, ())
    assert deleted == []


def test_a_late_call_is_on_nobodys_card():
    """A person is asked about the calls of the code that the card shows."""
    pack, release, cards = ToolPack("acme", "A shop."), threading.Event(), []

    @pack.tool
    def slow() -> int:
        release.wait(20)
        return 1

    @pack.tool(effect="destructive")
    def delete(name: str) -> str:
        return name

    def approve(card):
        cards.append([call.arguments["name"] for call in card.calls])
        return True

    with Interpreter(packs=[pack], limits=Limits(seconds=0.3), approver=approve) as interp:
        code = f"{_FORMS['finally']}\nparallel(f, [1])"
        assert interp.run(code).status == "limit"
        release.set()
        while (obs := interp.run("acme.delete('harmless')")).status == "limit":
            time.sleep(0.01)
        assert obs.value == "harmless"
    assert cards == [["harmless"]]
