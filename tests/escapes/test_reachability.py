"""Everything that model code can reach is inert, its own, a facade, a sealed tool or a record: a walk over all of it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import NamedTuple

import pytest
import reach
from pydantic import BaseModel

from codeact_sdk import Interpreter
from codeact_sdk.interpreter.compiler import ActionSyntaxError, compile_action
from codeact_sdk.interpreter.guards import Guards
from codeact_sdk.tools.tool import Tool


class Color(Enum):
    """An enum of the host."""

    RED = "red"


@dataclass
class Box:
    """A dataclass of the host."""

    items: list[int]
    color: Color


class Order(BaseModel):
    """A model of the host."""

    id: int
    tags: dict[str, int] = {}


class Pair(NamedTuple):
    """A named tuple of the host."""

    a: int
    b: str


class Thing:
    """An object of the host that has no rule."""

    secret = "canary"


def box() -> Box:
    """Gives a box."""
    return Box([1], Color.RED)


def order() -> Order:
    """Gives an order."""
    return Order(id=1)


def pair() -> Pair:
    """Gives a pair."""
    return Pair(1, "x")


def thing():
    """Gives a thing."""
    return Thing()


def fail(kind: str) -> None:
    """Fails.

    Args:
        kind: How.
    """
    if kind == "key":
        raise KeyError("x")
    if kind == "os":
        raise OSError(2, "no", "/secret/path")
    error = RuntimeError("x", Thing())
    error.add_note("n")
    raise error from ValueError(Thing())


async def later() -> list[Box]:
    """Gives boxes."""
    return [box()]


EVERYTHING = """
results = [box(), order(), pair(), thing()]
errors = []
for kind in ('key', 'os', 'run'):
    try: fail(kind)
    except Exception as e: errors.append(e)
for f in (lambda: 1/0, lambda: None.x, lambda: box(5), lambda: {}['a'], lambda: int('x'), lambda: b'\\\\xff'.decode(), lambda: math.foo, lambda: json.loads('{'), lambda: decimal.Decimal('x'), lambda: zoneinfo.ZoneInfo('nope'), lambda: exec('import os'), lambda: exec('1 +'), lambda: answer_, lambda: re.compile('('), lambda: statistics.mean([]), lambda: next(iter([])), lambda: uuid.UUID('x'), lambda: ipaddress.ip_address('x')):
    try: f()
    except Exception as e: errors.append(e)
@dataclasses.dataclass
class D:
    x: int = dataclasses.field(default=1, metadata={'a': 1})
    y: list = dataclasses.field(default_factory=list)
class E(enum.Enum):
    A = 1
def gen(): yield 1
async def co(): return 1
@contextlib.contextmanager
def cm(): yield 1
@functools.lru_cache
def cached(x=1): return x
class P(typing.Protocol):
    def f(self): ...
objects = [D(), dataclasses.fields(D), E, gen(), cm(), cached, functools.partial(box), functools.cached_property(len), functools.cmp_to_key(len)(1),
  re.match('(?P<n>a)', 'a'), re.compile('a'), re.finditer('a','a'), datetime.datetime.now(datetime.UTC), decimal.Decimal(1), fractions.Fraction(1), uuid.uuid4(),
  ipaddress.ip_network('10.0.0.0/30'), io.StringIO('x'), io.BytesIO(b'x'), csv.reader(['a']), csv.DictReader(['a', 'b']), csv.DictWriter(io.StringIO(), ['a']),
  collections.Counter('a'), collections.ChainMap({}), collections.OrderedDict(a=1), collections.deque(), collections.defaultdict(list), collections.namedtuple('N', 'x')(1),
  hashlib.md5(), hmac.new(b'a', b'b', 'md5'), graphlib.TopologicalSorter(), statistics.NormalDist(), difflib.SequenceMatcher(None, 'a', 'b'), string.Template('$a'),
  random.Random(), contextlib.ExitStack(), contextlib.AsyncExitStack(), contextlib.suppress(), contextlib.nullcontext(), contextlib.closing(1), contextlib.redirect_stdout(1),
  itertools.count(), itertools.chain(), itertools.tee([1]), map(len, []), zip(), enumerate([]), {}.keys(), {}.items(), array.array('i'), struct.iter_unpack('i', b''), 1,
  typing.TypeVar('T'), typing.List[int], typing.Optional[int], typing.NewType('X', int), list[int], int | str, P, types.MappingProxyType({'a': 1}), types.SimpleNamespace(a=1),
  urllib.parse.urlparse('http://a'), calendar.month_name, time.localtime(), zoneinfo.ZoneInfo('UTC'), super(D, D()), property(len), staticmethod(len), type, object(), print, vars(), dict(globals()),
  logging.getLogger('a'), logging.StreamHandler(), logging.Formatter(), logging.lastResort, warnings.catch_warnings(record=True), decimal.getcontext(), decimal.getcontext()._real, calendar.TextCalendar(), calendar.Calendar(),
  collections.UserDict(), collections.UserList(), functools.singledispatch(lambda x: x), types.FunctionType, difflib.Differ(), textwrap.TextWrapper(), random.SystemRandom(), sys.exc_info(), sys.version_info, sys.float_info, enum.member(1), enum.property(len), ipaddress.ip_interface('10.0.0.1/8'), traceback.format_exc()]
async def main():
    task = asyncio.create_task(co())
    group = asyncio.TaskGroup()
    async with group: group.create_task(co())
    held = asyncio.Lock(); await held.acquire()
    waiting = asyncio.create_task(held.acquire())
    await asyncio.sleep(0)
    failed = asyncio.create_task(asyncio.sleep(-1, asyncio.timeout(1)))
    objects.extend([task, group, held, waiting, failed, asyncio.Queue(), asyncio.Event(), asyncio.Semaphore(), asyncio.Condition(), asyncio.timeout(1), asyncio.gather(task), later(), asyncio.shield(task)])
    objects.append(await later())
    await asyncio.wait([task])
    try:
        async with asyncio.TaskGroup() as g: g.create_task(asyncio.sleep('x'))
    except Exception as e: errors.append(e)
    objects.extend(await asyncio.gather(asyncio.sleep('x'), return_exceptions=True))
await main()
"""
"""Makes one of everything that actions can make, after every module has been imported."""

FORBIDDEN = (
    ModuleType, FrameType, CodeType, TracebackType, asyncio.AbstractEventLoop, contextvars.Context, BaseModel, Thing, Tool,
    Interpreter, Guards,
)  # fmt: skip
"""Kinds of which no instance may be reached."""

SEEN_OF_THE_SDK = frozenset({
    "AsyncExitStack", "Chain", "ClassFacade", "ExitStack", "Facade", "Handle", "LongRange", "Names", "Pair", "Pattern", "Redirection", "SealedTool", "Stream",
    "Random", "SystemExit", "SystemRandom", "Template", "TextCalendar", "TextWrapper", "ToolArgumentError", "ToolError", "TypeFacade", "UnawaitedCall",
})  # fmt: skip
"""Classes of the SDK of which model code has instances: a new one is to be looked at before it is added."""

LEADS = [
    "__globals__",
    "__code__",
    "__closure__",
    "__builtins__",
    "__self__",
    "__func__",
    "__subclasses__",
    "__mro__",
    "__bases__",
    "__base__",
    "mro",
    "__defaults__",
    "__kwdefaults__",
    "__reduce_ex__",
    "__reduce__",
    "__getattribute__",
    "__getstate__",
    "__subclasshook__",
    "__init_subclass__",
    "__new__",
    "__del__",
    "__module__",
    "__loader__",
    "__spec__",
    "__traceback__",
    "__get__",
    "__set__",
    "__objclass__",
    "__thisclass__",
    "__args__",
    "__origin__",
    "gi_frame",
    "gi_code",
    "gi_yieldfrom",
    "cr_frame",
    "cr_code",
    "cr_await",
    "cr_origin",
    "ag_frame",
    "ag_code",
    "tb_frame",
    "tb_next",
    "f_globals",
    "f_locals",
    "f_back",
    "f_builtins",
    "get_loop",
    "get_coro",
    "get_context",
    "get_stack",
    "run_in_executor",
    "subprocess_shell",
    "subprocess_exec",
    "expandf",
]
"""Attribute names that lead out of an object: refused on all."""

PRIVATE = ["_loop", "_get_loop", "_call", "_kind", "_session", "_output", "_compiled", "_context", "_callbacks"]
"""Names of what objects of the library and of the SDK keep to themselves."""


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    """An interpreter in which everything has been made."""
    with Interpreter(tools=[box, order, pair, thing, fail, later]) as made:
        imports = "\n".join(f"import {name}" for name in made.modules)
        observation = made.run(f"{imports}\n{EVERYTHING}")
        assert observation.error is None, observation.error
        yield made


@pytest.fixture(scope="module")
def reachable(interpreter: Interpreter) -> list[reach.Found]:
    """All that can be reached, with the way to it."""
    guards = interpreter._session._guards
    builtins = dict(guards.builtins)
    return list(reach.walk(guards, {**builtins, **interpreter.variables}))


def test_the_walk_reaches_something(reachable):
    """A walk that is stopped at once would find nothing wrong."""
    kinds = {type(found.value).__name__ for found in reachable}
    assert {
        "Task",
        "Lock",
        "Match",
        "Random",
        "SealedTool",
        "Handle",
        "Color",
        "ExceptionGroup",
        "generator",
        "Field",
    } <= kinds
    assert len(reachable) > 2_000


def test_nothing_of_the_host_is_reached(reachable):
    """No module, frame, code, traceback, loop, context or object of the host is at the end of any way."""
    assert [found.path for found in reachable if isinstance(found.value, FORBIDDEN)] == []


def test_only_known_objects_of_the_sdk_are_reached(reachable):
    """What the SDK puts in the way of model code is known by name."""
    homes = {
        type(found.value).__name__: found.path
        for found in reachable
        if type(found.value).__module__.startswith("codeact_sdk") and not isinstance(found.value, type)
    }
    assert set(homes) <= SEEN_OF_THE_SDK, homes


def test_no_state_of_the_process_is_reached(reachable):
    """No list, dict or set of a module, a class or a function's defaults can be reached, and so be changed."""
    state = reach.mutable_state_of_the_process()
    assert [(found.path, state[id(found.value)]) for found in reachable if id(found.value) in state] == []


def test_no_way_out_of_an_object_is_open(interpreter, reachable):
    """Functions of the library are reached as what they are, but not what they hold; so for classes and all else."""
    guards = interpreter._session._guards
    open_ways = [
        f"{found.path}.{name}" for found in reachable for name in LEADS if reach.is_readable(guards, found.value, name)
    ]
    assert open_ways == []


def test_private_state_is_closed(interpreter, reachable):
    """Names with an underscore are read on own objects only."""
    guards = interpreter._session._guards
    host = [found for found in reachable if not guards.is_own(found.value)]
    open_ways = [
        f"{found.path}.{name}" for found in host for name in PRIVATE if reach.is_readable(guards, found.value, name)
    ]
    assert open_ways == []


@pytest.mark.parametrize("name", LEADS)
def test_the_compiler_refuses_the_same_names(name):
    """An attribute in the source is native, so the compiler refuses whatever the guards refuse."""
    with pytest.raises(ActionSyntaxError):
        compile_action(f"x.{name}", "action 1")
    with pytest.raises(ActionSyntaxError):
        compile_action(f"match x:\n    case object({name}=y): pass", "action 1")
    with pytest.raises(ActionSyntaxError):
        compile_action(f"x.{name} = 1", "action 1")


def test_classes_that_can_be_called_were_chosen(interpreter, reachable):
    """Every class is a builtin, an exception, a chosen member of a module, a record, a tuple with names, or own."""
    guards = interpreter._session._guards
    classes = [found for found in reachable if isinstance(found.value, type) and not guards.is_own(found.value)]
    assert [found.path for found in classes if not _was_chosen(guards, found.value)] == []


def _was_chosen(guards: Guards, kind: type) -> bool:
    return guards.visible_type(kind) is kind and not issubclass(kind, type)


def test_functions_of_library_classes_are_not_given_away(interpreter, reachable):
    """A function in Python takes any object as `self`, so classes that have such are reached as stand-ins only."""
    guards = interpreter._session._guards
    library = [found for found in reachable if guards.is_closed(found.value) and not _is_data(guards, found.value)]
    assert [found.path for found in library] == []


def _is_data(guards: Guards, kind: type) -> bool:
    """Whether a class is own, a record, a copy of the host's enum or a named tuple, whose functions set no attributes."""
    is_named_tuple = issubclass(kind, tuple) and hasattr(kind, "_fields")
    return guards.is_own(kind) or kind.__module__ == "records" or is_named_tuple
