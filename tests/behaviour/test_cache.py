"""Kept results: for the same call by the same tenant, as copies, and never by unpickling."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from codeact_sdk import Interpreter, ToolContext, ToolPack, tool
from codeact_sdk.behaviour.caching import FOLDER, Disk, Memory, NotKept, cache_folder
from codeact_sdk.behaviour.keys import NoKey, digest
from codeact_sdk.behaviour.shared import PROCESS, is_of_module
from codeact_sdk.tools.behaviour import Cache
from codeact_sdk.tools.tool import make_tool


class Order(BaseModel):
    id: str
    lines: list[str] = []


class Settings(BaseModel):
    region: str = "eu"
    key: SecretStr = SecretStr("")


def shop(calls, cache, *, is_async=False):
    """A pack whose tool counts its calls."""
    pack = ToolPack("acme", "A shop.", secrets=["ACME_TOKEN"], settings=Settings)
    if is_async:

        @pack.tool(cache=cache)
        async def orders(customer: str, page: int = 1) -> list[Order]:
            calls.append((customer, page))
            return [Order(id=f"{customer}-{len(calls)}")]

    else:

        @pack.tool(cache=cache)
        def orders(customer: str, page: int = 1) -> list[Order]:
            calls.append((customer, page))
            return [Order(id=f"{customer}-{len(calls)}")]

    return pack


def ids(interp, code="acme.orders('c')"):
    """What a call gave."""
    obs = interp.run(f"[o.id for o in {code}]")
    assert obs.error is None, obs.error
    return obs.value


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path))


CACHES = [Cache(ttl_s=60), Cache(ttl_s=60, on_disk=True)]


@pytest.mark.parametrize("cache", CACHES)
@pytest.mark.parametrize("is_async", [False, True])
def test_the_same_call_is_made_once(cache, is_async):
    """By position or by name; other arguments are another call; sessions share what they get."""
    calls = []
    pack = shop(calls, cache, is_async=is_async)
    with Interpreter(packs=[pack]) as interp, Interpreter(packs=[pack]) as other:
        assert ids(interp) == ids(interp, "acme.orders(customer='c')") == ids(other) == ["c-1"]
        assert ids(interp, "acme.orders('c', 2)") == ["c-2"]
        if is_async:
            assert ids(interp, "await acme.orders('c')") == ["c-1"]
            assert asyncio.run(interp.arun("(await acme.orders('c'))[0].id")).value == "c-1"
    assert len(calls) == 2


@pytest.mark.parametrize("cache", CACHES)
def test_tenants_never_get_each_other_s_results(cache):
    """Another secret or another setting is another tenant."""
    calls = []
    pack = shop(calls, cache)
    from codeact_sdk.packs.settings import Config

    tenants = [
        {"environ": {"ACME_TOKEN": "a"}},
        {"environ": {"ACME_TOKEN": "b"}},
        {"config": Config(settings={"acme": {"region": "us"}})},
        {"config": Config(settings={"acme": {"key": "1"}})},
        {"config": Config(settings={"acme": {"key": "2"}})},
    ]
    seen = []
    for options in tenants:
        with Interpreter(packs=[pack], **{"environ": {}, **options}) as interp:
            seen += ids(interp)
    assert len(set(seen)) == len(calls) == len(tenants)
    with Interpreter(packs=[pack], environ={"ACME_TOKEN": "a"}) as again:
        assert ids(again) == seen[:1]


def test_two_functions_of_one_def_do_not_share():
    """A closure or a bound method may hold what only one tenant may see."""

    def make(word):
        @tool(cache=60)
        def say() -> str:
            return word

        return say

    def answer(made):
        with Interpreter(tools=[made]) as interp:
            return interp.run("say()").value

    assert [answer(make("a")), answer(make("b"))] == ["a", "b"]
    assert is_of_module(module_function)
    assert not is_of_module(make("a").function)
    assert not is_of_module("".join)
    assert PROCESS.scope(module_function) == PROCESS.scope(module_function)


def module_function(n: int = 1) -> int:
    """A function that sees nothing but its module."""
    return n


class Slotted:
    """An object that cannot be watched."""

    __slots__ = ()

    def __call__(self) -> int:
        return 1


def test_a_scope_is_forgotten_with_its_function():
    """A name that an object had is not another's, though both had one address."""
    names = {PROCESS.scope(lambda: None) for _ in range(20)}
    assert len(names) == 20
    one = Slotted()
    assert PROCESS.scope(one) == PROCESS.scope(one)


def test_a_pack_with_resources_caches_within_a_session():
    """What a tool read of a session's own resource is of that session only."""
    pack = ToolPack("acme", "A shop.")
    numbers = iter(range(9))

    @pack.resource
    def number() -> int:
        return next(numbers)

    @pack.tool(cache=60)
    def get(ctx: ToolContext) -> int:
        return ctx.resource(number)

    with Interpreter(packs=[pack]) as one, Interpreter(packs=[pack]) as two:
        assert (one.run("acme.get()").value, two.run("acme.get()").value, one.run("acme.get()").value) == (0, 1, 0)


def test_a_hit_is_a_copy():
    """What is done to one result is not seen in the next, even by host code."""
    memory = Memory(Cache())
    given_ = [Order(id="1")]
    memory.keep("k", given_)
    given_[0].id = "changed"
    found = memory.find("k").result
    assert found == [Order(id="1")]
    found[0].id = "changed"
    assert memory.find("k").result == [Order(id="1")]


def test_results_have_their_time(tmp_path):
    """Afterwards the tool is called again; the least used go first where there are too many."""
    now = [0.0]
    disk = Disk(make_tool(module_function), Cache(ttl_s=10), folder=tmp_path, clock=lambda: now[0])
    for place in (Memory(Cache(ttl_s=10), clock=lambda: now[0]), disk):
        now[0] = 0.0
        place.keep("k", 1)
        now[0] = 9.0
        assert place.find("k").result == 1
        now[0] = 11.0
        assert place.find("k") is None
    small = Memory(Cache(max_items=2))
    for n in range(3):
        small.keep(str(n), n)
    assert small.find("0") is None
    few = Disk(make_tool(module_function), Cache(max_items=2), folder=tmp_path / "few")
    for n in range(6):
        few.keep(str(n), n)
    assert sum(few.find(str(n)) is not None for n in range(6)) <= 3


def test_errors_are_not_kept():
    """The next call may succeed."""
    pack, calls = ToolPack("acme", "A shop."), []

    @pack.tool(cache=60)
    def get() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("no")
        return len(calls)

    with Interpreter(packs=[pack]) as interp:
        assert interp.run("acme.get()").error.message == "no"
        assert interp.run("acme.get()").value == interp.run("acme.get()").value == 2


def test_a_broken_file_is_a_miss_that_is_named(tmp_path):
    """The call goes on, and the next hit works."""
    calls = []
    with Interpreter(packs=[shop(calls, CACHES[1])]) as interp:
        assert ids(interp) == ["c-1"]
        for path in (tmp_path / "results" / "acme.orders").iterdir():
            head = path.read_bytes()[:4]
            path.write_bytes(head + b"(cposix\nsystem\n")  # a pickle: it is not run
        assert ids(interp) == ["c-2"]
        assert ids(interp) == ["c-2"]
        assert [fault.what for fault in interp.faults] == ["the cache of acme.orders"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    """The calls go on, uncached."""
    file = tmp_path / "file"
    file.write_text("x")
    monkeypatch.setenv(FOLDER, str(file))
    calls = []
    with Interpreter(packs=[shop(calls, Cache(on_disk=True, max_items=77))]) as interp:
        assert [ids(interp), ids(interp)] == [["c-1"], ["c-2"]]
        assert "NotADirectoryError" in interp.faults[0].cause


class Odd:
    """No data."""

    def __deepcopy__(self, memo):
        raise TypeError("not copied")


@pytest.mark.parametrize("cache", CACHES)
def test_a_result_that_cannot_be_kept_is_told_its_author_once(cache):
    """The call works all the same."""
    pack = ToolPack("acme", "A shop.")

    @pack.tool(cache=cache)
    def get() -> Any:
        return Odd()

    with Interpreter(packs=[pack]) as interp:
        for _ in range(2):
            assert interp.run("acme.get()").status == "ok"
        assert len(interp.faults) == 1
        assert "Odd" in interp.faults[0].cause


def test_an_argument_that_is_no_data_is_told():
    """The call is made uncached."""
    pack = ToolPack("acme", "A shop.")

    @pack.tool
    def make() -> Odd:
        return Odd()

    @pack.tool(cache=60)
    def use(odd: Odd) -> int:
        return 1

    with Interpreter(packs=[pack]) as interp:
        assert interp.run("acme.use(acme.make())").value == 1
        assert "a Odd cannot be part of a key" in interp.faults[0].cause


def test_disk_refuses_what_json_would_change(tmp_path):
    """Better no result than another one: a set without a type comes back as it was, a NaN of a model would not."""
    disk = Disk(make_tool(any_), Cache(), folder=tmp_path)
    disk.keep("k", {"a": {1, 2}, "b": (Decimal("1.5"), b"x")})
    assert disk.find("k").result == {"a": {1, 2}, "b": (Decimal("1.5"), b"x")}
    with pytest.raises(NotKept, match=r"JSON cannot hold its result, a float"):
        Disk(make_tool(float_), Cache(), folder=tmp_path).keep("k", float("nan"))
    with pytest.raises(NotKept, match="ValidationError"):
        Disk(make_tool(float_), Cache(), folder=tmp_path).keep("k", "x")


def any_():
    """Declares no result."""


def float_() -> float:
    """Declares a number."""
    return 0.0


def test_the_folder_is_the_user_s_where_none_is_set(monkeypatch):
    """Of the platform, and named after the SDK."""
    monkeypatch.delenv(FOLDER)
    assert "codeact-sdk" in cache_folder().parts


class Color(Enum):
    RED = 1


@dataclass
class Point:
    x: int


class Pair(NamedTuple):
    a: object


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1, "1"),
        (1, 1.0),
        (1, True),
        (b"a", "a"),
        (Decimal(1), "1"),
        ([1], (1,)),
        ({"x": 1}, Point(1)),
        (Color.RED, 1),
        (Pair(1), (1,)),
        (Path("a"), "a"),
        (SecretStr("a"), SecretStr("b")),
        (Order(id="1"), {"id": "1", "lines": []}),
        (["a", "b"], ["ab"]),
        (None, "None"),
    ],
)
def test_what_differs_has_another_key(one, two):
    """Types count: a tool may tell them apart."""
    assert digest(one) != digest(two)


@given(st.recursive(st.none() | st.integers() | st.text() | st.binary(), lambda x: st.lists(x) | st.sets(st.text())))
def test_equal_data_has_one_key(value):
    """Also sets, whose order is chance."""
    assert digest(value) == digest(Copy.of(value))


class Copy:
    """Makes equal data of other objects."""

    @staticmethod
    def of(value):
        if isinstance(value, list):
            return [Copy.of(item) for item in value]
        return {*value} if isinstance(value, set) else value


def test_what_is_too_deep_has_no_key():
    """And ends no stack."""
    value = []
    for _ in range(500):
        value = [value]
    with pytest.raises(NoKey, match="nested too deeply"):
        digest(value)
