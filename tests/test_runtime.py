"""`Interpreter`: tools and packs in, observations out."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypedDict

import pytest
from acts import arun, run
from pydantic import BaseModel

from codeact_sdk import Interpreter, Limits, ToolContext, ToolError, ToolPack, tool
from codeact_sdk.errors import CodeActError, ConfigError, ToolDefinitionError
from codeact_sdk.observations import Observation, ToolCall
from codeact_sdk.packs.discovery import Plugins
from codeact_sdk.values import Opaque, make_record


class Order(BaseModel):
    """An order; some of its fields have the names of dict methods."""

    id: str
    items: list[str] = []
    copy_: int = 0
    schema_name: str = "s"


@dataclass
class Point:
    """A point."""

    x: int
    y: int = 0


class Movie(TypedDict):
    """A film."""

    title: str


class Color(Enum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


def add(a: int, b: int = 1) -> int:
    """Adds."""
    return a + b


async def fetch(n: int) -> int:
    """Fetches, slowly."""
    await asyncio.sleep(0.001)
    return n * 10


both = pytest.mark.parametrize("act", [run, arun])
"""Runs a test from sync and from async code."""


# ---------------------------------------------------------------- state, values, output


def test_what_an_action_defines_is_there_for_the_next() -> None:
    """Variables, functions, classes and imports outlive their action."""
    with Interpreter() as interpreter:
        interpreter.run("import math\nx = 20\ndef double(n):\n    return 2 * n\nclass A:\n    v = 2")
        assert interpreter.run("math.floor(double(x) + A.v)").value == 42
        assert set(interpreter.variables) == {"math", "x", "double", "A"}


def test_an_action_that_fails_keeps_what_it_assigned() -> None:
    """An error undoes nothing."""
    with Interpreter() as interpreter:
        assert interpreter.run("x = 1\ny = x / 0\nz = 3").status == "error"
        assert interpreter.run("x").value == 1
        assert interpreter.run("z").error.type == "NameError"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("1 + 1", 2),
        ("x = 5", None),
        ("x = eval('5')", None),
        ("5\nx = 1", None),
        ("", None),
        ("# nothing", None),
        ("for i in range(3):\n    i", None),
        ("[1, (2, {'a': {3}})]", [1, (2, {"a": {3}})]),
        ("object", Opaque("type", "<class 'object'>")),
        ("lambda: 1", None),
    ],
)
def test_the_value_is_that_of_a_last_expression(code: str, value: object) -> None:
    """A last expression is shown as in a notebook; anything else has no value."""
    seen = run(code)
    assert seen.status == "ok"
    assert seen.value == value or isinstance(seen.value, Opaque)


def test_objects_of_own_classes_are_shown_by_their_text() -> None:
    """What is not data leaves an interpreter as its repr."""
    seen = run("class A:\n    def __repr__(self):\n        return '<mine>'\nA()")
    assert seen.value == Opaque("A", "<mine>")


def test_a_repr_that_raises_is_an_error_of_the_action() -> None:
    """The text of a value is made by model code, so its faults are the action's."""
    seen = run("class A:\n    def __repr__(self):\n        return 1 / 0\nA()")
    assert (seen.status, seen.error.type) == ("error", "ZeroDivisionError")


def test_the_value_shares_nothing_with_the_session() -> None:
    """Whoever reads an observation cannot change what the action holds."""
    with Interpreter() as interpreter:
        interpreter.run("x = [1]\nx").value.append(2)
        assert interpreter.run("x").value == [1]


def test_output_is_captured(capsys: pytest.CaptureFixture[str]) -> None:
    """Both streams are the observation's, and nothing reaches the host's."""
    seen = run("import sys\nprint('a', 1)\nsys.stdout.write('b')\nprint('c', file=sys.stderr)\nsys.stderr.flush()")
    assert (seen.stdout, seen.stderr) == ("a 1\nb", "c\n")
    assert capsys.readouterr() == ("", "")


def test_streams_begin_empty_with_each_action() -> None:
    """An action shows its own output only."""
    with Interpreter() as interpreter:
        interpreter.run("print('a')")
        assert interpreter.run("print('b')").stdout == "b\n"


def test_an_error_tells_where_and_why() -> None:
    """Line, column, source, hint and the frames of model code."""
    seen = run("def f(n):\n    return n / 0\n\nf(1)")
    error = seen.error
    assert (seen.status, error.type, error.message) == ("error", "ZeroDivisionError", "division by zero")
    assert (error.line, error.column, error.source) == (2, 11, "    return n / 0")
    assert error.traceback.count("line ") == 2
    assert "session.py" not in error.traceback


def test_a_syntax_error_is_a_value() -> None:
    """Nothing of the text was run."""
    seen = run("x = 1\nx = (")
    assert (seen.status, seen.error.type, seen.error.line) == ("error", "SyntaxError", 2)
    assert seen.error.hint == "close the bracket (nothing was run)"


def test_a_name_that_nearly_exists_is_suggested() -> None:
    """A misspelt variable or tool gets the nearest names."""
    assert "did you mean total?" in run("total = 1\ntotl").error.hint
    assert "add" in run("ad(1)", add).error.hint
    assert run("zzzzzz", add).error.hint == "nothing was run"
    assert run("zzzzzz").error.hint == ""
    assert run("[zzzzzz for _ in 'a']").error.hint == ""


def test_an_action_may_end_itself() -> None:
    """`sys.exit` and `raise SystemExit` end the action, not the host."""
    for code in ("import sys\nsys.exit(3)", "raise SystemExit('x')"):
        seen = run(code)
        assert (seen.status, seen.error.type) == ("error", "SystemExit")
        assert "answer(value)" in seen.error.hint


# ---------------------------------------------------------------- tools


def test_tools_as_a_list_have_their_own_names() -> None:
    """Functions and `Tool`s may be mixed."""

    @tool(name="plus", effect="write")
    def other(a: int, b: int) -> int:
        return a + b

    seen = run("add(1), plus(2, b=3)", add, other)
    assert seen.value == (2, 5)
    assert [(call.n, call.tool, call.effect, call.result) for call in seen.calls] == [
        (1, "add", "read", 2),
        (2, "plus", "write", 5),
    ]


def test_tools_as_a_mapping_have_the_names_that_it_gives() -> None:
    """A mapping renames."""
    with Interpreter(tools={"plus_one": add}) as interpreter:
        assert interpreter.run("plus_one(4)").value == 5
        assert [item.name for item in interpreter.toolset] == ["plus_one"]


def test_what_cannot_be_a_tool_is_refused_when_the_interpreter_is_made() -> None:
    """Wrong definitions are the integrator's, and raise."""
    with pytest.raises(ToolDefinitionError):
        Interpreter(tools=[lambda *args: args])


def acme() -> ToolPack:
    """A small pack with a sync, an async and a context tool."""
    pack = ToolPack("acme", "Orders.", secrets=["ACME_TOKEN"])

    @pack.tool
    def orders(customer: str, status: str | None = None) -> list[Order]:
        """Orders of one customer."""
        return [Order(id=f"{customer}-{n}", items=["a", "b"]) for n in range(2)]

    @pack.tool(effect="destructive")
    def refund(order_id: str, ctx: ToolContext) -> str:
        """Refunds."""
        return f"{order_id} {ctx.secret('ACME_TOKEN')} {bool(ctx.idempotency_key)}"

    @pack.tool
    async def status(order_id: str) -> str:
        """Says how an order is."""
        await asyncio.sleep(0)
        return f"{order_id} is open"

    return pack


@both
def test_a_pack_is_a_namespace(act: Callable[..., Observation]) -> None:
    """Tools of packs are `namespace.tool`, may be imported, and get their context."""
    code = (
        "import acme as shop\nfrom acme import refund\nlist(o.id for o in acme.orders('C')), refund('o1'), shop.orders"
    )
    seen = act(code, packs=[acme()], environ={"ACME_TOKEN": "t"})
    assert seen.value[:2] == (["C-0", "C-1"], "o1 t True")
    assert [call.tool for call in seen.calls] == ["acme.orders", "acme.refund"]


def test_a_pack_tells_what_it_holds() -> None:
    """A name that a pack does not have gets the nearest ones."""
    error = run("acme.order('C')", packs=[acme()], environ={}).error
    assert error.type == "AttributeError"
    assert "orders" in error.message
    assert "acme.orders(customer: str" in run("orders('C')", packs=[acme()], environ={}).error.hint


def test_a_missing_secret_is_told_to_the_model() -> None:
    """The tool's author asked for a secret that nobody has set."""
    error = run("acme.refund('o1')", packs=[acme()], environ={}).error
    assert error.type == "ToolError"
    assert "ACME_TOKEN" in error.message


def test_packs_by_name_are_looked_up_among_what_is_installed() -> None:
    """A name that is not installed is the integrator's mistake."""
    with pytest.raises(ConfigError, match="no_such_pack"):
        Interpreter(packs=["no_such_pack"], plugins=Plugins())
    with pytest.raises(ConfigError, match="no_such_pack"):
        Interpreter(packs=["no_such_pack"])
    with Interpreter(packs=None, plugins=Plugins()) as interpreter:
        assert len(interpreter.toolset) == 0


def test_a_tool_given_directly_may_ask_for_a_context() -> None:
    """It gets one without secrets, with a key for the call."""

    def tell(ctx: ToolContext) -> str:
        return ctx.idempotency_key

    assert run("tell() != tell()", tell).value is True


def test_help_shows_signature_and_documentation() -> None:
    """`help` works inside the code."""
    shown = run("help(add)\nhelp(acme.orders)\nhelp(5)", add, packs=[acme()], environ={}).stdout
    assert "add(a: int, b: int = 1) -> int" in shown
    assert "Orders of one customer." in shown


def test_a_tool_can_be_called_and_nothing_else() -> None:
    """Its name and documentation are text; the host's function is out of reach."""
    assert run("add.__name__, add.__doc__.split()[-1], repr(add)", add).value == (
        "add",
        "Adds.",
        "<tool add(a: int, b: int = 1) -> int>",
    )
    for name in ("function", "_call", "__call__", "__wrapped__", "__globals__"):
        assert run(f"add.{name}", add).status == "error"
    assert run("add.x = 1", add).status == "error"


# ---------------------------------------------------------------- arguments and results


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("add()", "a"),
        ("add('x')", "must be int"),
        ("add(1, 2, 3)", ""),
        ("add(1, c=2)", "c"),
        ("add(a=1, aa=2)", "aa"),
        ("add(object())", "object"),
        ("add(int)", "class"),
    ],
)
@both
def test_wrong_arguments_show_the_signature(act: Callable[..., Observation], code: str, words: str) -> None:
    """The tool does not run, and the message says how it is called."""
    seen = act(code, add)
    assert (seen.status, seen.error.type) == ("error", "ToolArgumentError")
    assert words in seen.error.message
    assert seen.calls == ()


def test_wrong_arguments_can_be_caught() -> None:
    """As TypeError, as the SDK's own class, as an Exception."""
    for name in ("TypeError", "ToolArgumentError", "ToolError", "Exception"):
        assert run(f"try:\n    add('x')\nexcept {name}:\n    r = 1\nr", add).value == 1


def test_records_have_fields_and_nothing_else() -> None:
    """Fields may be called as dict methods are; the model's own methods stay with the host."""

    class Odd(BaseModel, protected_namespaces=()):
        items: list[int]
        keys: int
        get: str

    def odd() -> Odd:
        return Odd(items=[1], keys=2, get="g")

    seen = run("o = odd()\no.items, o.keys, o.get, o['items'], {n: o[n] for n in o}, 'keys' in o, len(o), vars(o)", odd)
    fields = {"items": [1], "keys": 2, "get": "g"}
    assert seen.value == ([1], 2, "g", [1], fields, True, 3, fields)
    for name in ("model_dump", "copy", "json", "parse_file", "__dict__.clear"):
        assert run(f"odd().{name}()", odd).value is None


def test_copy_and_schema_may_be_fields() -> None:
    """Names that pydantic warns of are ordinary in dataclasses."""

    @dataclass
    class Page:
        copy: str
        schema: dict[str, int]

    def page() -> Page:
        return Page("c", {"a": 1})

    assert run("p = page()\np.copy, p.schema['a'], p['copy']", page).value == ("c", 1, "c")


def test_a_record_may_be_changed_and_given_back() -> None:
    """Records are the program's own copies; tools take them where they take the class."""
    seen_by_host: list[Order] = []
    kept = Order(id="1", items=["a"])

    def load() -> Order:
        return kept

    def save(order: Order) -> int:
        seen_by_host.append(order)
        return len(order.items)

    seen = run(
        "o = load()\no.items.append('b')\no.id = '2'\no['copy_'] = 7\nsave(o), save({'id': '3'}), save(order=o)",
        load,
        save,
    )
    assert seen.value == (2, 0, 2)
    assert kept == Order(id="1", items=["a"])
    assert seen_by_host[0] == Order(id="2", items=["a", "b"], copy_=7)


def test_dataclasses_typed_dicts_enums_and_dates_cross() -> None:
    """Each is what its type says, on both sides."""

    def move(point: Point, color: Color, day: date, movie: Movie, path: Path) -> dict[str, object]:
        assert isinstance(point, Point)
        assert isinstance(color, Color)
        assert isinstance(path, Path)
        return {"point": Point(point.x + 1), "color": color, "day": day, "movie": movie}

    def film() -> Movie:
        return {"title": "M"}

    code = """
from datetime import date, timedelta
r = move({'x': 1}, 'red', date(2024, 1, 1), {'title': 'A'}, 'a/b')
again = move(r['point'], r['color'], '2024-01-02', r['movie'], '.')
film().title, r['point'].x, again['point'].x, r['color'].name, r['color'].value, r['day'] + timedelta(days=1), r['movie']['title']
"""
    seen = run(code, move, film)
    assert seen.error is None
    assert seen.value == ("M", 2, 3, "RED", "red", date(2024, 1, 2), "A")


def test_own_dataclasses_may_be_given_to_tools() -> None:
    """A class that the program wrote itself is as good as a dict."""

    def norm(point: Point) -> int:
        return abs(point.x) + abs(point.y)

    code = "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int\nnorm(P(3, -4))"
    assert run(code, norm).value == 7


class Connection:
    """A host object without a form of its own."""

    def __init__(self, label: str) -> None:
        self.label = label


def connect(label: str) -> Connection:
    """Opens a connection."""
    return Connection(label)


def label_of(connection: Connection) -> str:
    """Reads the label of a connection."""
    assert isinstance(connection, Connection)
    return connection.label


def test_host_objects_are_handles() -> None:
    """They can be kept and passed back, and nothing else."""
    seen = run("c = connect('db')\nd = {'c': [c]}\nlabel_of(c), label_of(d['c'][0]), repr(c)", connect, label_of)
    assert seen.value == ("db", "db", "<handle of a Connection: pass it to a tool>")
    for code in ("connect('a').label", "connect('a').label = 1", "connect('a')()", "connect('a').__class__"):
        assert run(code, connect).status == "error"


def test_a_handle_of_another_session_is_refused() -> None:
    """Handles belong to the session that made them."""
    with Interpreter(tools=[connect, label_of]) as one, Interpreter(tools=[connect, label_of]) as two:
        one.run("c = connect('db')")
        two._session._namespace["c"] = one.variables["c"]
        assert "another session" in two.run("label_of(c)").error.message


def test_results_are_copies() -> None:
    """Changing a result changes nothing of the host's."""
    table = {"rows": [[1, 2]], "names": {"a"}}

    def read() -> dict[str, object]:
        return table

    assert run("t = read()\nt['rows'][0].clear()\nt['names'].add('b')\nt['x'] = 1", read).status == "ok"
    assert table == {"rows": [[1, 2]], "names": {"a"}}


def test_sets_and_keys_that_become_records() -> None:
    """A frozen dataclass can be hashed, its record cannot: sets become lists, and keys text."""

    @dataclass(frozen=True)
    class Cell:
        row: int

    def cells() -> dict[str, object]:
        return {"set": {Cell(1)}, "keys": {Cell(1): 1, 2: 3}, "frozen": frozenset({1}), "tuple": (Cell(2),)}

    def count(values: list[dict[str, int]]) -> int:
        return len(values)

    cell = make_record("Cell", {"row": 1})
    assert run("cells()", cells).value == {
        "set": [cell],
        "keys": {"Cell(row=1)": 1, 2: 3},
        "frozen": frozenset({1}),
        "tuple": (make_record("Cell", {"row": 2}),),
    }
    own = "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass C:\n    row: int\ncount({C(1), C(2)})"
    assert run(own, count).value == 2


def test_arguments_are_copies() -> None:
    """A tool that keeps its argument does not see what the program does to it later."""
    kept: list[list[int]] = []

    def keep(values: list[int]) -> None:
        kept.append(values)

    run("x = [1]\nkeep(x)\nx.append(2)", keep)
    assert kept == [[1]]


@both
def test_a_tool_may_return_a_lot(act: Callable[..., Observation]) -> None:
    """Fifty megabytes stay with the program; what is recorded and shown is cut."""

    def dump() -> str:
        return "x" * 50_000_000

    seen = act("text = dump()\nlen(text), text[-1]", dump)
    assert seen.value == (50_000_000, "x")
    assert isinstance(seen.calls[0].result, Opaque)
    shown = act("dump()", dump)
    assert shown.truncated == ("value",)
    assert len(shown.value.text) < 1_000


def test_generators_of_tools_are_lists() -> None:
    """What a tool yields has been collected."""

    def numbers(n: int) -> Iterator[int]:
        yield from range(n)

    async def letters() -> AsyncIterator[str]:
        yield "a"
        yield "b"

    assert run("numbers(3), letters()", numbers, letters).value == ([0, 1, 2], ["a", "b"])


# ---------------------------------------------------------------- tools that fail


class HostError(Exception):
    """An exception of the host's own."""


class SilentError(Exception):
    """An exception that cannot say what it is."""

    def __str__(self) -> str:
        return str(1 / 0)


def failing(kind: str) -> int:
    """Raises."""
    errors: dict[str, Exception] = {
        "tool": ToolError("no such customer; try C-1"),
        "value": ValueError("bad value"),
        "key": KeyError("k"),
        "own": HostError("/secret/path"),
        "timeout": TimeoutError("slow"),
        "unicode": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        "stop": StopIteration(3),
        "empty": RuntimeError(),
        "silent": SilentError(),
    }
    raise errors[kind]


async def failing_later(kind: str) -> int:
    """Raises, after a while."""
    await asyncio.sleep(0)
    return failing(kind)


@pytest.mark.parametrize(
    ("kind", "expected", "message"),
    [
        ("tool", "ToolError", "no such customer; try C-1"),
        ("value", "ValueError", "bad value"),
        ("key", "KeyError", "'k'"),
        ("own", "ToolError", "HostError: /secret/path"),
        ("timeout", "TimeoutError", "slow"),
        ("unicode", "ToolError", "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: bad"),
        ("empty", "RuntimeError", ""),
        ("silent", "ToolError", "SilentError: (its message cannot be shown: ZeroDivisionError)"),
    ],
)
@pytest.mark.parametrize("name", ["failing", "failing_later", "await failing_later"])
@both
def test_an_exception_of_a_tool_reaches_the_program(
    act: Callable[..., Observation], name: str, kind: str, expected: str, message: str
) -> None:
    """It can be caught by its builtin class or as ToolError, carries its message, and is recorded."""
    seen = act(f"{name}('{kind}')", failing, failing_later)
    assert (seen.status, seen.error.type, seen.error.message) == ("error", expected, message)
    assert seen.error.hint.startswith("raised by the tool failing")
    assert seen.calls[0].error == f"{expected}: {message}".rstrip(": ")
    caught = act(
        f"try:\n    {name}('{kind}')\nexcept {expected} as e:\n    r = e\n(r.__cause__, r.__context__)",
        failing,
        failing_later,
    )
    assert caught.value == (None, None)


def test_a_stop_iteration_of_a_tool_ends_no_loop() -> None:
    """It is an error like any other inside a generator."""
    seen = run("list(failing('stop') for _ in range(2))", failing)
    assert seen.error.type in {"RuntimeError", "ToolError"}


def returns_text() -> int:
    """Says int and gives text."""
    return "many"  # type: ignore[return-value]


async def returns_text_later() -> list[Order]:
    """Says orders and gives something else."""
    return [{"id": 5}]  # type: ignore[list-item]


def test_a_tool_that_returns_the_wrong_type_is_at_fault() -> None:
    """The message says so, and what was declared."""
    error = run("returns_text()", returns_text).error
    assert error.type == "ToolError"
    assert "declares -> int" in error.message
    assert "fault of the tool" in error.message
    assert "list[Order]" in run("returns_text_later()", returns_text_later).error.message


def test_a_dict_becomes_the_declared_model() -> None:
    """Where the result fits its annotation, it is what was declared."""

    def order() -> Order:
        return {"id": "1"}  # type: ignore[return-value]

    assert run("order().items", order).value == []


def test_a_tool_may_end_the_host_s_process_only_in_words() -> None:
    """SystemExit and KeyboardInterrupt raised by a tool end the action, not the interpreter."""

    def leave() -> None:
        raise SystemExit(3)

    with Interpreter(tools=[leave]) as interpreter:
        assert interpreter.run("try:\n    leave()\nexcept Exception:\n    pass").status == "error"
        assert interpreter.run("1").value == 1


def test_a_tool_with_a_timeout_is_given_up() -> None:
    """Sync and async tools alike raise ToolTimeout, and the program goes on."""

    @tool(timeout_s=0.05)
    def slow() -> None:
        time.sleep(0.5)

    @tool(timeout_s=0.05)
    async def slow_too() -> None:
        await asyncio.sleep(5)

    @tool(timeout_s=5)
    def quick(fail: bool) -> int:
        if fail:
            raise TimeoutError("its own")
        return 1

    code = """
seen = []
for call in (slow, slow_too):
    try:
        call()
    except ToolTimeout as e:
        seen.append(str(e))
try:
    quick(True)
except TimeoutError as e:
    seen.append(str(e))
seen, quick(False)
"""
    for act in (run, arun):
        said, result = act(code, slow, slow_too, quick).value
        assert result == 1
        assert said[0].startswith("slow did not return within its 0.05 s")
        assert said[1].startswith("slow_too did not return within its 0.05 s")
        assert said[2] == "its own"


# ---------------------------------------------------------------- async


@both
def test_without_await_an_async_tool_blocks(act: Callable[..., Observation]) -> None:
    """An action that does not await sees values."""
    assert act("[fetch(n) for n in range(3)]", fetch).value == [0, 10, 20]


@both
def test_with_await_an_async_tool_is_awaited(act: Callable[..., Observation]) -> None:
    """Awaits, gather, tasks and groups run calls together."""
    code = """
import asyncio
a = await fetch(1)
b = await asyncio.gather(*(fetch(n) for n in range(3)))
t = asyncio.create_task(fetch(7))
c = await t
async def both(n):
    return await fetch(n) + add(n)
d = await asyncio.gather(both(1), both(2))
async with asyncio.timeout(5):
    e = await fetch(9)
f = await asyncio.wait_for(fetch(3), 5)
async with asyncio.TaskGroup() as group:
    group.create_task(fetch(1))
done, _ = await asyncio.wait([asyncio.create_task(fetch(1))])
a, b, c, d, e, f
"""
    seen = act(code, fetch, add)
    assert seen.error is None
    assert seen.value == (10, [0, 10, 20], 70, [12, 23], 90, 30)
    assert len(seen.calls) == 13


@both
def test_async_tools_run_together(act: Callable[..., Observation]) -> None:
    """Two calls that wait for one another both end."""
    waiting: list[asyncio.Event] = []

    async def meet() -> int:
        waiting.append(asyncio.Event())
        if len(waiting) == 2:
            for event in waiting:
                event.set()
        await waiting[0].wait()
        return len(waiting)

    assert act("import asyncio\nawait asyncio.gather(meet(), meet())", meet).value == [2, 2]


def test_async_tools_run_in_the_caller_s_loop() -> None:
    """A tool may use what belongs to the loop of its host, whether or not the action awaits."""
    loops: list[object] = []

    async def where() -> None:
        loops.append(asyncio.get_running_loop())

    async def main() -> object:
        with Interpreter(tools=[where]) as interpreter:
            assert (await interpreter.arun("where()")).status == "ok"
            assert (await interpreter.arun("await where()")).status == "ok"
        return asyncio.get_running_loop()

    host = asyncio.run(main())
    assert loops == [host, host]


def test_a_call_that_was_not_awaited_says_so() -> None:
    """The call has not begun, and its text tells what is missing."""
    seen = run("import asyncio\nawait asyncio.sleep(0)\nrepr(fetch(1))", fetch)
    assert "write `await`" in seen.value
    assert seen.calls == ()
    for use in ("fetch(1).items", "fetch(1) + 1", "for x in fetch(1): pass", "fetch(1).close().x"):
        assert run(f"import asyncio\nawait asyncio.sleep(0)\n{use}", fetch).status == "error"
    assert "write `await`" in run("async def f(): pass\nfetch(1).items", fetch).error.message


def test_a_call_can_be_awaited_once() -> None:
    """As a coroutine can."""
    seen = run("call = fetch(1)\nawait call\nawait call", fetch)
    assert (seen.error.type, len(seen.calls)) == ("RuntimeError", 1)


def test_a_task_that_is_cancelled_ends_its_call() -> None:
    """The call is recorded as stopped."""

    async def forever() -> None:
        await asyncio.sleep(60)

    code = """
import asyncio
call = forever()
try:
    await asyncio.wait_for(call, 0.01)
except TimeoutError:
    print("late")
call.close()
"""
    seen = run(code, forever)
    assert (seen.status, seen.stdout) == ("ok", "late\n")
    assert "Cancelled" in seen.calls[0].error


def test_asyncio_run_takes_what_a_blocking_call_gave() -> None:
    """Models write `asyncio.run(fetch(1))`, which holds no await."""
    assert run("import asyncio\nasyncio.run(fetch(3))", fetch).value == 30


def test_an_error_in_a_task_group_is_told() -> None:
    """The group's own message does not say what went wrong."""
    code = "import asyncio\nasync with asyncio.TaskGroup() as g:\n    g.create_task(failing_later('value'))"
    assert "ValueError: bad value" in run(code, failing_later).error.message


def test_tasks_left_over_are_cancelled() -> None:
    """An action ends with its main line."""
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")

    assert run("import asyncio\nasyncio.create_task(forever())\nawait asyncio.sleep(0.01)\n5", forever).value == 5
    assert ended == ["cancelled"]


def test_run_works_inside_a_running_loop() -> None:
    """Sync use from async code blocks the loop, and works."""

    async def main() -> Any:
        return run("fetch(1), add(1)", fetch, add).value, run("await fetch(2)", fetch).value

    assert asyncio.run(main()) == ((10, 2), 20)


def test_a_cancelled_arun_stops_the_action() -> None:
    """The session can be used again."""

    async def main() -> Observation:
        with Interpreter() as interpreter:
            task = asyncio.create_task(interpreter.arun("while True: pass"))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            while (seen := await interpreter.arun("5")).status == "limit":
                await asyncio.sleep(0.01)
            return seen

    assert asyncio.run(main()).value == 5


# ---------------------------------------------------------------- callbacks


def apply(function: Callable[[int], int], values: list[int]) -> list[int]:
    """Calls a function of the program."""
    return [function(value) for value in values]


def test_a_tool_may_call_a_function_of_the_program() -> None:
    """Values cross both ways, and an exception of the function goes through the tool."""
    assert run("n = 2\napply(lambda x: x * n, [1, 2])", apply).value == [2, 4]
    assert run("class A:\n    def f(self, x): return x\napply(A().f, [5])", apply).value == [5]
    assert run("apply(lambda x: 1 / 0, [1])", apply).error.type == "ZeroDivisionError"


def test_a_callback_works_only_in_the_thread_of_its_action() -> None:
    """A tool that calls it from elsewhere, or later, is told so."""
    kept: list[Callable[[int], int]] = []

    def keep(function: Callable[[int], int]) -> str:
        kept.append(function)
        said: list[str] = []

        def elsewhere() -> None:
            try:
                function(1)
            except ToolError as error:
                said.append(str(error))

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return said[0]

    assert "only in the thread" in run("keep(lambda x: x)", keep).value


def test_a_callback_works_only_while_its_action_runs() -> None:
    """A tool that has kept one and calls it in a later action is told so."""
    kept: list[Callable[[int], int]] = []

    def keep(function: Callable[[int], int]) -> None:
        kept.append(function)

    def use() -> int:
        return kept[0](1)

    with Interpreter(tools=[keep, use]) as interpreter:
        interpreter.run("keep(lambda x: x)")
        assert interpreter.run("use()").error.type == "ToolError"


# ---------------------------------------------------------------- answers


@both
def test_an_answer_ends_the_run(act: Callable[..., Observation]) -> None:
    """Nothing after it is run, and nothing can hold it up."""
    seen = act(
        "x = []\ntry:\n    answer({'a': [1]})\nexcept Exception:\n    x.append(1)\nfinally:\n    x.append(2)\nwhile True: pass"
    )
    assert (seen.status, seen.answer, seen.error) == ("answered", {"a": [1]}, None)


def test_an_answer_inside_a_coroutine_ends_the_run() -> None:
    """The signal goes through the event loop."""
    seen = run("import asyncio\nasync def f():\n    answer(3)\nawait asyncio.gather(f(), asyncio.sleep(5))")
    assert (seen.status, seen.answer) == ("answered", 3)
    unlimited = run("async def f():\n    answer(3)\nawait f()", limits=Limits(seconds=None))
    assert (unlimited.status, unlimited.answer) == ("answered", 3)


def test_an_answer_of_a_type_is_checked() -> None:
    """A wrong one is an error with the reasons; a right one is in the type that was asked for."""
    with Interpreter(output_type=Order) as interpreter:
        wrong = interpreter.run("answer({'id': 5})")
        assert (wrong.status, wrong.error.type) == ("error", "ToolArgumentError")
        assert "id: " in wrong.error.message
        assert interpreter.answer is None
        right = interpreter.run("answer({'id': '5', 'items': ['a']})")
        assert right.status == "answered"
        assert right.answer == make_record("Order", {"id": "5", "items": ["a"], "copy_": 0, "schema_name": "s"})
        assert interpreter.answer == Order(id="5", items=["a"])
        interpreter.reset()
        assert interpreter.answer is None
    with Interpreter(output_type=int) as interpreter:
        assert "the value: " in interpreter.run("answer('x')").error.message
        assert interpreter.run("answer(object)").error.type in {"BoundaryError", "TypeError", "ToolArgumentError"}


def test_a_large_answer_is_whole() -> None:
    """Answers are for the caller, not for the prompt."""
    seen = run("answer(['x' * 1000] * 1000)", limits=Limits(output_chars=10))
    assert seen.answer == ["x" * 1000] * 1000


# ---------------------------------------------------------------- life


def test_reset_forgets_and_close_refuses() -> None:
    """A closed interpreter is of no more use."""
    interpreter = Interpreter(tools=[fetch])
    interpreter.run("x = 1\nawait fetch(1)")
    interpreter.reset()
    assert interpreter.run("x").error.type == "NameError"
    assert interpreter.run("await fetch(1)").value == 10
    interpreter.close()
    interpreter.close()
    with pytest.raises(RuntimeError, match="closed"):
        interpreter.run("1")


def test_an_interpreter_that_nobody_holds_is_closed() -> None:
    """No warning of an open event loop is left behind."""
    interpreter = Interpreter(tools=[fetch])
    assert interpreter.run("await fetch(1)").value == 10
    del interpreter
    gc.collect()


def test_an_interpreter_that_could_not_be_made_leaves_nothing() -> None:
    """Its finaliser finds no session."""
    with pytest.raises(CodeActError):
        Interpreter(tools={"not a name": add})
    gc.collect()


def test_what_an_interpreter_tells_of_itself() -> None:
    """Rules, modules, limits and tools are for the prompt."""
    with Interpreter(tools=[add], packs=[acme()], limits=Limits(seconds=5), environ={}) as interpreter:
        assert "math" in interpreter.modules
        assert "acme" not in interpreter.modules
        assert interpreter.limits.seconds == 5
        assert any("except*" in rule for rule in interpreter.rules)
        assert {item.qualified_name for item in interpreter.toolset} >= {"add", "acme.orders"}


def test_calls_are_told_as_they_happen() -> None:
    """Observers see the beginning and the end of each call."""
    started: list[tuple[int, str, dict[str, Any]]] = []
    ended: list[ToolCall] = []
    with Interpreter(
        tools=[add], on_call_start=lambda *told: started.append(told), on_call_end=ended.append
    ) as interpreter:
        calls = interpreter.run("add(1, b=2)\nadd(5)").calls
    assert started == [(1, "add", {"a": 1, "b": 2}), (2, "add", {"a": 5})]
    assert tuple(ended) == calls
    assert [call.result for call in calls] == [3, 6]


def test_extra_modules_come_from_hooks() -> None:
    """A facade that a plugin offers may be imported."""
    plugins = Plugins(modules={"tables": {"rows": 3}})
    with Interpreter(plugins=plugins) as interpreter:
        assert interpreter.run("import tables\nfrom tables import rows\nrows + tables.rows").value == 6


def test_two_interpreters_in_two_threads() -> None:
    """Sessions share nothing."""
    results: dict[int, Any] = {}

    def work(n: int) -> None:
        with Interpreter(tools=[add, fetch]) as interpreter:
            interpreter.run(f"x = {n}")
            for _ in range(20):
                interpreter.run("x = add(x)\nimport asyncio\nawait asyncio.gather(fetch(1), fetch(2))")
            results[n] = interpreter.run("x").value

    threads = [threading.Thread(target=work, args=(n,)) for n in (0, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {0: 20, 1000: 1020}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_can_act() -> None:
    """Threads do not survive a fork; new ones are made, limits included."""
    with Interpreter(tools=[add], limits=Limits(seconds=0.2)) as interpreter:
        assert interpreter.run("add(1)").value == 2
        child = os.fork()
        if child == 0:
            try:
                ok = interpreter.run("add(2)").value == 3 and interpreter.run("while True: pass").status == "limit"
                os._exit(0 if ok else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert interpreter.run("add(3)").value == 4
