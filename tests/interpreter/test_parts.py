"""Small parts: output, workers, loops, results, shapes, journal, session."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest

from codeact_sdk.interpreter.output import Capture, Output, printable
from codeact_sdk.interpreter.session import Session
from codeact_sdk.interpreter.shapes import shape
from codeact_sdk.interpreter.workers import Workers
from codeact_sdk.observations import Observation
from codeact_sdk.tools.toolset import Toolset

Act = Callable[[str], Observation]


def test_a_capture_counts_what_it_drops() -> None:
    """The limit is in characters."""
    capture = Capture(5)
    capture.write("abc")
    capture.write("defg")
    capture.write("h")
    assert capture.truncated
    assert capture.text().startswith("abcde\n[... 3 more characters dropped")


def test_text_is_always_printable() -> None:
    """Lone surrogates become escapes, everything else stays."""
    assert printable("a\ud800é") == "a\\ud800é"
    assert printable("abc") == "abc"


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, "1 a\n"), ({"sep": "-", "end": ""}, "1-a"), ({"sep": None, "end": None, "flush": True}, "1 a\n")],
)
def test_print_has_the_options_of_print(options: dict[str, Any], expected: str) -> None:
    """All that Python's own takes."""
    output = Output()
    output.begin(99)
    output.print(1, "a", **options)
    assert output.stdout.text() == expected
    for name in ("sep", "end"):
        with pytest.raises(TypeError, match=f"{name} must be None or a string, not int"):
            output.print(1, **{name: 5})


def test_threads_are_used_again_and_end_when_idle() -> None:
    """A pool that nobody uses holds no thread."""
    pool = Workers(idle_s=0.1)
    first = pool.submit(threading.current_thread).result()
    while not pool._idle:
        time.sleep(0.001)
    assert pool.submit(threading.current_thread).result() is first
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result()
    first.join(5)
    assert not first.is_alive()
    assert pool.submit(threading.current_thread).result() is not first


def test_a_thread_that_is_lent_as_its_time_runs_out_works_on() -> None:
    """Whoever took it out of the pool is about to give it work."""
    pool = Workers(idle_s=0.05)
    first = pool.submit(threading.current_thread).result()
    while not pool._idle:
        time.sleep(0.001)
    inbox = pool._idle.pop()
    time.sleep(0.2)
    done = threading.Event()
    inbox.work = done.set
    inbox.bell.ring()
    assert done.wait(5)
    first.join(5)
    assert not first.is_alive()


def test_a_forked_process_has_no_threads_of_the_pool() -> None:
    """They are not there after a fork: a new one is started."""
    pool = Workers()
    first = pool.submit(threading.current_thread).result()
    while not pool._idle:
        time.sleep(0.001)
    pool._process = -1  # what was noted in the process that we were forked from
    assert pool.submit(threading.current_thread).result() is not first


def test_where_there_is_no_room_for_a_deep_stack_a_thread_has_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under a limit of the address space."""
    start, sizes = threading.Thread.start, []

    def limited(thread: threading.Thread) -> None:
        sizes.append(threading.stack_size())
        if sizes[-1]:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    assert Workers().submit(lambda: 5).result() == 5
    assert sizes[0] > sizes[1] == threading.stack_size() == 0


class Film(TypedDict):
    title: str


class Shelf(TypedDict, total=False):
    films: list[Film]
    by_name: dict[str, Film]
    best: Film | None
    more: list[Shelf]


def test_dicts_are_records_where_they_are_declared_so() -> None:
    """TypedDicts in lists, dicts, unions and one another."""

    def load(kind: str) -> Shelf | int | list[Film] | tuple[int, ...]:
        film: Film = {"title": "M"}
        shelf: Shelf = {"films": [film], "by_name": {"M": film}, "best": film, "more": [{"films": []}]}
        return {"shelf": shelf, "films": [film], "int": 5, "none": {"best": None}, "tuple": (1,)}[kind]  # type: ignore[return-value]

    session = Session(Toolset.of([load]))
    code = """
s = load("shelf")
s.films[0].title, s.by_name["M"].title, s.best.title, s.more[0].films, load("films")[0].title, load("int"), load("none").best, load("tuple")
"""
    seen = session.run(code)
    session.close()
    assert seen.error is None
    assert seen.value[:7] == ("M", "M", "M", [], "M", 5, None)


def test_shapes_of_other_types() -> None:
    """Where nothing is declared, nothing is done; an annotation may be anything."""
    assert shape(int) is None
    assert shape(list[int]) is None
    assert shape(dict[str, int]) is None
    assert shape(Annotated[int, []]) is None
    record = shape(Film)
    assert record is not None
    assert record(5) == 5
    assert record({1: 2}) == {1: 2}
    items, values = shape(list[Film]), shape(dict[str, Film])
    assert items is not None
    assert items(5) == 5
    assert values is not None
    assert values(5) == 5


def test_a_result_whose_type_nobody_can_check_is_taken() -> None:
    """Metadata that has no hash, and classes without a rule."""

    class Odd:
        pass

    def one() -> Annotated[list[int], ["metadata"]]:
        return [1]

    def two() -> Odd | int:
        return Odd()

    def three() -> Any:
        return 3

    session = Session(Toolset.of([one, two, three]))
    seen = session.run("one(), repr(two()), three()")
    session.close()
    assert seen.error is None
    assert seen.value == ([1], "<handle of an Odd: pass it to a tool>", 3)


def test_a_loop_cannot_be_run_inside_a_loop(act: Act) -> None:
    """`asyncio.run` in a coroutine is told what to write."""
    code = "import asyncio\nasync def f(): return 1\nasync def main():\n    return asyncio.run(f())\nawait main()"
    error = act(code).error
    assert error.type == "RuntimeError"
    assert "write `await main()`" in error.message
    other = "import asyncio\nclass A:\n    def __await__(self): yield\nasync def main():\n    asyncio.run(A())\nawait main()"
    assert act(other).error.type == "RuntimeError"


def test_a_loop_runs_whatever_can_be_awaited(act: Act) -> None:
    """An object of an own class too."""
    code = "import asyncio\nclass A:\n    def __await__(self):\n        yield from asyncio.sleep(0).__await__()\n        return 5\n"
    assert act(f"{code}asyncio.run(A())").value == 5


def test_errors_of_coroutines_are_the_action_s(act: Act) -> None:
    """A RuntimeError of model code goes through."""
    assert act("async def f(): raise RuntimeError('mine')\nawait f()").error.message == "mine"


def test_a_task_that_fails_alone_is_quiet(act: Act, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written to the host's stderr."""
    code = "import asyncio\nasync def f(): raise ValueError('v')\nt = asyncio.create_task(f())\nawait asyncio.sleep(0.01)\n1"
    assert act(code).value == 1
    swallow = "import asyncio\nasync def f():\n    try:\n        await asyncio.sleep(9)\n    except BaseException:\n        raise ValueError('v')\nt = asyncio.create_task(f())\nawait asyncio.sleep(0)\n2"
    act(swallow)
    assert capsys.readouterr().err == ""


def test_two_actions_at_once_are_refused(session: Session) -> None:
    """The second is told that the first still runs."""
    begun, release = threading.Event(), threading.Event()
    session._namespace["wait"] = lambda: (begun.set(), release.wait())
    thread = threading.Thread(target=lambda: session.run("wait()"))
    thread.start()
    begun.wait()
    seen = session.run("1")
    release.set()
    thread.join()
    assert (seen.status, seen.error.type) == ("limit", "Busy")
    assert "it has not ended" in seen.error.message


def test_exec_and_eval_take_text_and_names(act: Act) -> None:
    """Under the same policy, in the same session."""
    assert act("names = {'x': 1, '__builtins__': 5, 'not a name': 1}\nexec('y = x + 1', names)\nnames['y']").value == 2
    many = "made = []\nfor n in range(70):\n    names = {'n': n}\n    exec('def f(): return n', names)\n    made.append(names)\n"
    assert act(f"{many}[names['f']() for names in made] == list(range(70))").value is True
    for code in ("exec(5)", "eval(5)"):
        assert act(code).error.type == "TypeError"
    for code in ("exec('await x')", "eval('x.__globals__')", "exec('x.__globals__')", "eval('1 +')"):
        assert act(code).error.type == "SyntaxError"


def test_help_prints_what_there_is(act: Act) -> None:
    """Documentation, or that there is none."""
    assert act("def f():\n    'Mine.'\nhelp(f)").stdout == "Mine.\n"
    assert "no documentation" in act("class A: pass\nhelp(A())").stdout


def test_an_action_may_be_stopped_from_a_coroutine_that_ends(session: Session) -> None:
    """A timeout around `arun` stops the action."""

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(session.arun("while True: pass"), 0.05)

    asyncio.run(main())
    while (seen := session.run("3")).error is not None:
        time.sleep(0.01)
    assert seen.value == 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_a_generator_raises_when_it_is_dropped_is_quiet(act: Act, capsys: pytest.CaptureFixture[str]) -> None:
    """Its text would go wherever the process writes its errors."""
    act("def g():\n    try:\n        yield\n    finally:\n        raise ValueError('dropped')\nx = g()\nnext(x)\ndel x")
    act("async def f(): raise ValueError('dropped')\nc = f()\nc.close()\ndel c")
    gc.collect()
    assert "dropped" not in capsys.readouterr().err
