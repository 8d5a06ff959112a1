"""A time zone, a range and a decimal number are not what their type says of them alone."""

from __future__ import annotations

import datetime
import decimal
import zoneinfo
from typing import Any

import pytest

from codeact_sdk import Interpreter

SECRET = "canary-of-the-zone"


class Zone(datetime.tzinfo):
    """A zone of the host with more to it."""

    key = SECRET

    def __init__(self) -> None:
        self.options = {"key": SECRET}

    def utcoffset(self, _: object) -> datetime.timedelta:
        return datetime.timedelta(hours=1)

    def tzname(self, _: object) -> str:
        return Name("CET")

    def dst(self, _: object) -> None:
        return None

    def reload(self) -> str:
        return SECRET


class Name(str):
    """A text of the host with more to it."""

    key = SECRET


class Unset(datetime.tzinfo):
    """A zone that knows no offset."""

    def utcoffset(self, _: object) -> None:
        return None


MOMENT = datetime.datetime(2026, 1, 1, tzinfo=Zone())
GIVEN: dict[str, Any] = {
    "moment": MOMENT,
    "time": MOMENT.timetz(),
    "list": [MOMENT],
    "dict": {MOMENT: 1},
    "named": MOMENT.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=1), Name("CET"))),
    "unset": MOMENT.replace(tzinfo=Unset()),
    "utc": MOMENT.replace(tzinfo=datetime.UTC),
    "berlin": MOMENT.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    "range": range(10**11),
    "ranges": [range(10**11)],
    "decimal": decimal.Decimal("1e999999999"),
    "decimals": [decimal.Decimal("-1e-999999999")],
}


def give(name: str) -> Any:
    """Gives something.

    Args:
        name: What.
    """
    return GIVEN[name]


@pytest.mark.parametrize("taken", ["give('moment')", "give('time')", "give('list')[0]", "list(give('dict'))[0]"])
@pytest.mark.parametrize("read", ["key", "options", "reload()"])
def test_a_zone_of_the_host_does_not_come_in(attack, taken, read):
    """What comes is the offset, and the name as plain text."""
    seen = attack(f"x = {taken}\nprint(x.utcoffset(), x.tzname(), type(x.tzinfo))\nx.tzinfo.{read}", give)
    assert seen.stdout == "1:00:00 CET <class 'datetime.timezone'>\n"
    assert seen.error.message == f"'datetime.timezone' object has no attribute '{read.removesuffix('()')}'"
    assert SECRET not in repr(seen)


def test_names_of_zones_are_plain(attack):
    """A subclass of text would come in with what else it has."""
    assert attack("give('named').tzname().key", give).error.message == "'str' object has no attribute 'key'"


def test_names_of_zones_go_out_plain(attack):
    """The host may ask a name for its text."""
    got: list[datetime.datetime] = []

    def put(moment: datetime.datetime) -> None:
        """Takes it.

        Args:
            moment: When.
        """
        got.append(moment)

    code = """
from datetime import datetime, timedelta, timezone
class Evil(str):
    def __str__(self): return "evil"
put(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1), Evil("X"))))
"""
    assert attack(code, put).error is None
    assert type(got[0].tzname()) is str
    assert got[0].isoformat() == "2026-01-01T00:00:00+01:00"


def test_zones_of_the_library_are_as_they_are(attack):
    """Text, arithmetic and comparison of moments stay."""
    code = "str(give('utc').tzinfo), str(give('berlin').tzinfo), give('berlin') < give('utc'), give('unset').tzinfo, give('moment').isoformat()"
    assert attack(code, give).value == ("UTC", "Europe/Berlin", True, None, "2026-01-01T00:00:00+01:00")


@pytest.mark.parametrize("name", ["from_file", "no_cache", "clear_cache"])
@pytest.mark.parametrize("form", ["z.{}", "type(z).{}", "getattr(z, '{}')", "give('berlin').tzinfo.{}", "ZoneInfo.{}"])
def test_the_cache_of_zones_is_everybody_s(attack, name, form):
    """A zone has methods that empty it, or go past it."""
    code = f"from zoneinfo import ZoneInfo\nz = ZoneInfo('Europe/Rome')\n{form.format(name)}"
    error = attack(code, give).error
    assert error.type == "AttributeError"
    assert error.message in (
        f"the attribute .{name} of ZoneInfo is not available: its cache belongs to everybody",
        f"the class ZoneInfo has no attribute {name!r} here",
    )


def test_own_objects_may_have_such_names(attack):
    """`clear_cache` is a name that programs use."""
    assert attack("class A:\n    def clear_cache(self): return 1\nA().clear_cache()").value == 1


@pytest.mark.parametrize("taken", ["give('range')", "give('ranges')[0]"])
def test_a_long_range_of_the_host_comes_in_parts(attack, taken):
    """C code goes through it with looks in between, as through one of the program's own."""
    seen = attack(f"x = {taken}\nprint(len(x), type(x) is range)\nsum(x)", give, seconds=0.3)
    assert seen.stdout == "100000000000 True\n"
    assert seen.error.message == "seconds: the action ran longer than 0.3 s"
    assert seen.seconds < 5


def test_ranges_go_out():
    """A tool gets the range of Python's own, long or short."""
    got: list[object] = []

    def put(value: Any) -> None:
        """Takes it.

        Args:
            value: Anything.
        """
        got.append(value)

    with Interpreter(tools=[put]) as interpreter:
        assert interpreter.run("put(range(3)), put(range(10**9)), put([range(10**9)])").error is None
    assert got == [range(3), range(10**9), [range(10**9)]]


@pytest.mark.parametrize("taken", ["give('decimal')", "give('decimals')"])
def test_a_number_without_end_does_not_come_in(refused_of, taken):
    """As a whole number it would take time that nothing stops."""
    assert refused_of(taken) == "OverflowError: a number with an exponent above 50,000 is not available"


@pytest.fixture
def refused_of(attack):
    """Runs code that must fail, with `give`."""

    def run(code: str) -> str:
        error = attack(code, give).error
        return f"{error.type}: {error.message}"

    return run
