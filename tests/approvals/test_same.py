"""Which call of a later run is the one that was shown, or has happened: objects of the host, functions, arguments of chance."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codeact_sdk import Interpreter, ToolPack
from codeact_sdk.approvals import Card, allow, ask


class Cursor:
    """An object of the host, of which model code has a handle."""

    def __init__(self) -> None:
        self.place = 0

    def __deepcopy__(self, memo: object) -> object:
        raise AssertionError("a connection would be copied")


class World:
    """Tools that take a cursor or a function, and what was done by them."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.cards: list[Card] = []
        self.pack = ToolPack("acme", "A shop.")
        self.pack.tool(self.cursor)
        for function in (self.move, self.each, self.note):
            self.pack.tool(effect="write")(function)
        for function in (self.send, self.send_all, self.apply, self.refund):
            self.pack.tool(effect="destructive")(function)

    def cursor(self) -> Cursor:
        """Opens one."""
        return Cursor()

    def move(self, cursor: Cursor) -> int:
        """Moves it on."""
        cursor.place += 1
        self.done.append(("move", cursor.place))
        return cursor.place

    def send(self, cursor: Cursor) -> str:
        """Sends what it shows."""
        self.done.append(("send", cursor.place))
        return "sent"

    def send_all(self, cursors: list[Cursor]) -> str:
        """Sends what they show."""
        self.done.append(("send", *(cursor.place for cursor in cursors)))
        return "sent"

    def each(self, items: list[int], call: Callable[[int], object]) -> int:
        """Calls a function."""
        self.done.append(("each", items))
        for item in items:
            call(item)
        return len(items)

    def apply(self, call: Callable[[int], object]) -> int:
        """Calls a function."""
        self.done.append("apply")
        return 1

    def note(self, text: str) -> int:
        """Notes."""
        self.done.append(("note", text))
        return 1

    def refund(self, order: str) -> str:
        """Pays back."""
        self.done.append(("refund", order))
        return "paid"

    def approver(self, card: Card) -> bool:
        """Says yes."""
        self.cards.append(card)
        return True


@pytest.fixture
def world() -> World:
    """One for each test."""
    return World()


@pytest.fixture
def interp(world):
    """A session that asks about what is destructive."""
    rules = [ask("acme.*", effect="destructive"), allow("*")]
    with Interpreter(packs=[world.pack], approvals=rules, approver=world.approver) as made:
        yield made


@pytest.mark.parametrize("call", ["acme.send(c)", "acme.send_all([c, c])", "acme.send(cursor=c)"])
def test_a_call_with_an_object_of_the_host_is_the_one_that_was_shown(world, interp, call):
    """It is known by itself, and is never copied; in one block and in two."""
    assert interp.run(f"c = acme.cursor()\n{call}").value == "sent"
    assert interp.run(call).value == "sent"
    assert [len(card.calls) for card in world.cards] == [1, 1]
    assert len(world.done) == 2


def test_another_object_of_the_same_kind_is_another_call(world, interp):
    """A yes for one is none for the other."""
    assert interp.run("a, b = acme.cursor(), acme.cursor()\nacme.send(a)\nacme.send(b)").value == "sent"
    assert [len(card.calls) for card in world.cards] == [2]
    assert world.done == [("send", 0), ("send", 0)]


def test_what_has_happened_to_an_object_does_not_happen_again(world, interp):
    """Allowed writes before the card are answered from memory, those behind it are made once."""
    assert interp.run("c = acme.cursor()\nacme.move(c)\nacme.send(c)\nacme.move(c)").value == 2
    assert world.done == [("move", 1), ("send", 1), ("move", 2)]


def test_a_function_cannot_be_shown(world, interp):
    """Nobody is asked about what cannot be known again."""
    error = interp.run("acme.apply(lambda n: n)").error
    assert error.type == "ToolDenied"
    assert error.message == (
        "acme.apply needs approval and is given a function, of which nobody can see what it does: give it data, or go on without it; "
        "whoever runs this can allow the tool with an approval rule"
    )
    assert world.cards == []
    assert world.done == []


@pytest.mark.parametrize(
    ("code", "once"),
    [
        ("import time\nacme.note(str(time.time_ns()))\nacme.refund('O-1')", "note"),
        ("seen = []\nacme.each([1, 2], lambda n: seen.append(n))\nacme.refund('O-1')", "each"),
    ],
)
def test_an_allowed_write_whose_arguments_differ_is_not_made_twice(world, interp, code, once):
    """It has happened, and cannot be taken back: the block ends with the advice."""
    error = interp.run(code).error
    assert error.type == "ToolDenied"
    assert error.message.startswith(
        f"acme.{once} was called in an earlier run of this block, before an approval, and has happened;"
    )
    assert [item[0] for item in world.done] == [once]
