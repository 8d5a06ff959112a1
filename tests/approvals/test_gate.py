"""Actions whose calls need a yes: one card, and then exactly what was on it."""

from __future__ import annotations

import asyncio
import datetime
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, TypedDict

import pytest
from pydantic import BaseModel

from codeact_sdk import Agent, Interpreter, ToolContext, ToolError, ToolPack
from codeact_sdk.approvals import Card, Decision, allow, ask, deny
from codeact_sdk.errors import ConfigError
from codeact_sdk.events import EVENT, ApprovalAsked
from codeact_sdk.packs import Answer, Change, Deny
from codeact_sdk.packs.around import CallHook
from codeact_sdk.packs.discovery import Plugins
from codeact_sdk.testing import ScriptedModel


class Order(BaseModel):
    """One order."""

    id: str
    total: float


class Receipt(BaseModel):
    """What was paid back."""

    order: str
    paid: float


class World:
    """A shop that remembers what was done to it, and who was asked."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []
        self.reads = 0
        self.cards: list[Card] = []
        self.answers: list[object] = []
        self.pack = ToolPack("acme", "A shop.")
        self.pack.tool(self.orders)
        self.pack.tool(effect="destructive")(self.refund)
        self.pack.tool(effect="write")(self.note)
        self.pack.tool(effect="write")(self.anote)

    def orders(self, customer: str) -> list[Order]:
        """Orders of a customer."""
        self.reads += 1
        return [Order(id=f"{customer}-{n}", total=n) for n in range(5)]

    def refund(self, order: str, amount: float, ctx: ToolContext) -> Receipt:
        """Pays back."""
        if amount < 0:
            raise ToolError("an amount is positive")
        self.done.append(("refund", order, amount))
        return Receipt(order=order, paid=amount)

    def note(self, text: str) -> int:
        """Notes."""
        self.done.append(("note", text))
        return len(self.done)

    async def anote(self, text: str) -> int:
        """Notes, too."""
        self.done.append(("anote", text))
        return len(self.done)

    def approver(self, card: Card) -> object:
        """Answers as the test says, yes where it says nothing."""
        self.cards.append(card)
        return self.answers.pop(0) if self.answers else True

    def interpreter(self, **options: object) -> Interpreter:
        """An interpreter that asks this world's approver."""
        return Interpreter(packs=[self.pack], **{"approver": self.approver, **options})


@pytest.fixture
def world() -> World:
    """A new shop."""
    return World()


LOOP = """
for o in acme.orders("C-1"):
    if o.total > 1:
        r = acme.refund(o.id, o.total)
        print("paid", r.paid)
"""


def test_a_loop_of_writes_is_one_card(world):
    """A person sees all calls of a loop at once, and each of them happens once, with its real result."""
    with world.interpreter() as interp:
        obs = interp.run(LOOP)
    (card,) = world.cards
    assert [call.arguments for call in card.calls] == [{"order": f"C-1-{n}", "amount": n} for n in (2, 3, 4)]
    assert (card.tools, card.note, card.code) == (("acme.refund",), "", LOOP)
    assert world.done == [("refund", "C-1-2", 2.0), ("refund", "C-1-3", 3.0), ("refund", "C-1-4", 4.0)]
    assert (obs.status, obs.stdout) == ("ok", "paid 2.0\npaid 3.0\npaid 4.0\n")
    assert [(call.n, call.tool, call.error) for call in obs.calls] == [
        (1, "acme.orders", None),
        *((n, "acme.refund", None) for n in (2, 3, 4)),
    ]


def test_what_was_read_before_is_not_read_again(world):
    """Calls before the first that waits are answered from memory when the action runs again."""
    with world.interpreter() as interp:
        interp.run(LOOP)
    assert world.reads == 1


def test_observers_are_told_of_each_call_once(world):
    """Neither what is only planned nor what is answered from memory is told of."""
    started, ended = [], []
    options = {"on_call_start": lambda n, tool, arguments: started.append((n, tool)), "on_call_end": ended.append}
    with world.interpreter(**options) as interp:
        interp.run(LOOP)
    assert started == [(1, "acme.orders"), *((n, "acme.refund") for n in (2, 3, 4))]
    assert [(call.n, call.result.paid) for call in ended[1:]] == [(2, 2.0), (3, 3.0), (4, 4.0)]


def test_variables_are_as_if_the_action_had_run_once(world):
    """What the look ahead did to variables is undone, in place."""
    with world.interpreter() as interp:
        interp.run("log = ['a']; same = log; counts = {'n': 0}")
        obs = interp.run("log.append(acme.note('x'))\ncounts['n'] += 1\nnew = 1\nsame is log, log, counts, new")
        assert obs.value == (True, ["a", 1], {"n": 1}, 1)
        assert interp.run("log").value == ["a", 1]


def test_a_no_reaches_the_model_with_its_reason(world):
    """The call raises ToolDenied where it stands, and nothing has happened."""
    world.answers = ["too much money"]
    with world.interpreter() as interp:
        obs = interp.run("before = 1\nacme.refund('C-1', 3)")
        assert interp.run("before").value == 1
    assert (obs.error.type, obs.error.line, obs.error.repeat) == ("ToolDenied", 2, "safe")
    assert "did not approve acme.refund: too much money" in obs.error.message
    assert world.done == []


def test_each_call_of_a_card_may_have_its_own_answer(world):
    """Those allowed happen, the others raise, and a program may go on with the rest."""
    world.answers = [[True, False, True]]
    code = "for n in range(3):\n    try:\n        acme.note(str(n))\n    except ToolDenied:\n        print('no', n)"
    with world.interpreter() as interp:
        assert interp.run(code).stdout == "no 1\n"
    assert world.done == [("note", "0"), ("note", "2")]


def test_a_yes_for_the_run_asks_no_more(world):
    """Later actions of the session are not asked about for the same tool, for others they are."""
    world.answers = [Decision(allowed=True, scope="run")]
    with world.interpreter() as interp:
        interp.run("acme.note('1')")
        interp.run("acme.note('2')")
        interp.run("acme.refund('C', 1)")
    assert [card.tools for card in world.cards] == [("acme.note",), ("acme.refund",)]


def test_a_decision_that_depends_on_a_result_is_asked_about_when_it_is_known(world):
    """The first card ends where the program needs a real result; the rest is a second card."""
    code = "n = acme.note('a')\nif n == 1:\n    acme.refund('C-9', n)"
    with world.interpreter() as interp:
        obs = interp.run(code)
    assert obs.error is None
    assert [card.tools for card in world.cards] == [("acme.note",), ("acme.refund",)]
    assert world.done == [("note", "a"), ("refund", "C-9", 1.0)]


def test_writes_that_rules_allow_wait_for_those_that_are_asked_about(world):
    """Nothing that changes the world happens between the look ahead and the decision."""
    world.answers = ["no"]
    with world.interpreter(approvals=[allow("acme.note")]) as interp:
        obs = interp.run("acme.note('first')\nacme.refund('C', 1)\nacme.note('second')")
    assert obs.error.type == "ToolDenied"
    assert world.done == [("note", "first")]


def test_an_error_after_the_calls_is_told_on_the_card(world):
    """The person learns that the code fails after what is asked about."""
    with world.interpreter() as interp:
        obs = interp.run("acme.note('x')\n1 / 0")
    assert world.cards[0].note == "after these calls the code stops: ZeroDivisionError: division by zero"
    assert obs.error.type == "ZeroDivisionError"
    assert world.done == [("note", "x")]


def test_a_tool_that_fails_after_a_yes_fails_as_ever(world):
    """Its error is the model's to read, and is answered from memory if the action runs once more."""
    code = "try:\n    acme.refund('C', -1)\nexcept ToolError as e:\n    print(e)\n    if 'positive' in str(e):\n        acme.note('failed')"
    with world.interpreter() as interp:
        obs = interp.run(code)
    assert obs.stdout == "an amount is positive\n"
    assert [len(card.calls) for card in world.cards] == [1, 1]
    assert world.done == [("note", "failed")]


def test_answers_made_while_looking_ahead_do_not_count(world):
    """`answer()` with a stand-in for a result is forgotten with everything else."""
    world.answers = ["no"]
    with world.interpreter() as interp:
        obs = interp.run("answer(acme.note('x'))")
        assert (obs.status, obs.answer, interp.answer) == ("error", None, None)
        assert interp.run("answer(acme.note('y'))").answer == 1


def test_more_calls_than_a_card_holds_are_cut_with_a_note(world):
    """A loop without an end gives a card all the same."""
    world.answers = ["no"]
    with world.interpreter() as interp:
        interp.run("while True:\n    acme.note('again')")
    assert len(world.cards[0].calls) == 1_000
    assert "would make more" in world.cards[0].note


def test_reads_in_an_endless_wait_end_the_look_ahead(world):
    """A program that polls until its write has happened is stopped by its limit, and the card has what there was."""
    from codeact_sdk import Limits

    world.answers = ["no"]
    with world.interpreter(limits=Limits(seconds=0.5, tool_calls=None)) as interp:
        interp.run("acme.note('x')\nwhile acme.orders('C'):\n    pass")
    assert [call.tool for call in world.cards[0].calls] == ["acme.note"]


@pytest.mark.parametrize(
    "code",
    [
        "for n in range(3):\n    acme.anote(str(n))",
        "import asyncio\nawait asyncio.gather(*(acme.anote(str(n)) for n in range(3)))",
    ],
)
@pytest.mark.parametrize("way", ["run", "arun"])
def test_async_tools_come_on_one_card(world, code, way):
    """Awaited or not, in `run` and in `arun`."""
    with world.interpreter() as interp:
        obs = interp.run(code) if way == "run" else asyncio.run(interp.arun(code))
    assert obs.error is None
    assert [len(card.calls) for card in world.cards] == [3]
    assert sorted(world.done) == [("anote", "0"), ("anote", "1"), ("anote", "2")]


def test_an_async_approver_is_awaited(world):
    """An application may ask over a web socket."""

    async def approver(card: Card) -> bool:
        await asyncio.sleep(0.01)
        return len(card.calls) == 1

    with world.interpreter(approver=approver) as interp:
        assert asyncio.run(interp.arun("acme.note('x')")).value == 1
        assert "the approver failed (ConfigError)" in interp.run("acme.note('y')").error.message
        assert "needs arun" in interp.faults[0].cause


@pytest.mark.parametrize("answer", [None, 3, [True, "x"], [True, True]])
def test_an_approver_that_answers_rubbish_is_a_no_that_is_named(world, answer):
    """Nothing happens that nobody has agreed to."""
    world.answers = [answer]
    with world.interpreter() as interp:
        assert interp.run("acme.note('x')").error.type == "ToolDenied"
        assert interp.faults[0].what == "the approver"
    assert world.done == []


def test_an_approver_that_raises_is_a_no_that_is_named(world):
    """Its failure is contained, and the model reads that nobody said yes."""

    def approver(card: Card) -> bool:
        raise OSError("no line")

    with world.interpreter(approver=approver) as interp:
        assert "the approver failed (OSError)" in interp.run("acme.note('x')").error.message
        assert str(interp.faults[0]) == "pack 'approvals': the approver raised OSError: no line"


def test_ctrl_c_while_asking_stops_everything(world):
    """The person who is asked may stop the run."""

    def approver(card: Card) -> bool:
        raise KeyboardInterrupt

    with world.interpreter(approver=approver) as interp, pytest.raises(KeyboardInterrupt):
        interp.run("acme.note('x')")
    assert world.done == []


def test_an_action_that_comes_while_a_person_thinks_is_not_run(world):
    """It would mix what was approved for one with what the other does."""
    seen = []

    def approver(card: Card) -> bool:
        seen.append(interp.run("acme.note('between')"))
        return True

    with world.interpreter(approver=approver) as interp:
        assert interp.run("acme.note('x')").value == 1
        assert (seen[0].status, seen[0].error.type) == ("limit", "Busy")
        assert interp.run("acme.orders('C')[0].id").value == "C-0"
    assert world.done == [("note", "x")]


# -- where an action cannot be run again


def test_a_generator_in_a_variable_is_named(world):
    """What cannot be put back is said, with the way out, and nothing happens."""
    with world.interpreter() as interp:
        interp.run("g = (n for n in range(3))")
        obs = interp.run("acme.note('x')")
        assert "the variable g holds a generator, whose state cannot be put back" in obs.error.message
        assert interp.run("del g").error is None
        assert interp.run("acme.note('x')").value == 1
    assert len(world.cards) == 1


def test_a_call_by_a_hidden_name_is_refused_and_not_asked_about(world):
    """A tool that is reached without its name in the code has no state to go back to the first time; the next time it has."""
    with world.interpreter() as interp:
        obs = interp.run("eval('ac' + 'me.note(1 * \"x\")')")
        assert "its variables were not kept" in obs.error.message
    assert (world.cards, world.done) == ([], [])


def test_a_call_through_an_old_function_is_asked_about(world):
    """Code that only calls a function of an earlier action is looked through as well."""
    with world.interpreter() as interp:
        interp.run("def f(x):\n    return acme.note(x)")
        assert interp.run("f('x')").value == 1
    assert len(world.cards) == 1


def test_chance_comes_out_the_same_way_again(world):
    """The generator of the module `random` is put back too."""
    with world.interpreter() as interp:
        interp.run("import random\nfrom random import randint")
        obs = interp.run("acme.note(str(random.random()))\nacme.note(str(randint(1, 10**9)))")
    assert obs.error is None
    assert len(world.cards) == 1
    assert [call.arguments["text"] for call in world.cards[0].calls] == [text for _, text in world.done]


def test_arguments_that_differ_each_time_are_told_after_a_few_cards(world):
    """A program whose argument is the clock gets no further than what was approved, and is told why."""
    with world.interpreter() as interp:
        obs = interp.run("import time\nacme.note(str(time.perf_counter()))")
    assert "differ each time this block is run" in obs.error.message
    assert world.done == []


def test_what_was_approved_and_did_not_come_again_is_told(world):
    """Nothing is silent about a block that went another way the second time."""
    code = "import time\nif 'seen' not in box:\n    pass\nacme.note(str(time.perf_counter()))"
    with world.interpreter() as interp:
        interp.run("box = {}")
        obs = interp.run(code)
    assert "went another way" in obs.stderr
    assert "acme.note: approved, and not called" in obs.stderr


# -- rules


def test_nobody_to_ask_is_a_no(world):
    """Without an approver what would be asked about is refused, in words for the model."""
    with world.interpreter(approver=None, approvals=[]) as interp:
        obs = interp.run("acme.refund('C', 1)")
        assert interp.run("len(acme.orders('C'))").value == 5
    assert "needs a person's approval and nobody can be asked here" in obs.error.message


def test_the_first_rule_that_fits_decides(world):
    """Globs over the qualified name and effects, in their order."""
    rules = [
        deny("acme.ref*", reason="refunds are closed"),
        allow(effect="write"),
        ask("acme.orders", reason="personal data"),
    ]
    with world.interpreter(approvals=rules, approver=None) as interp:
        assert "refunds are closed" in interp.run("acme.refund('C', 1)").error.message
        assert interp.run("acme.note('x')").value == 1
        assert "(personal data)" in interp.run("acme.orders('C')").error.message


def test_a_session_in_which_everything_is_allowed_has_no_gate(world):
    """Rules that let everything go ahead cost nothing."""
    with world.interpreter(approvals=[allow()], approver=None) as interp:
        assert interp._gate is None
        assert interp.run("acme.note('x')").value == 1


def test_an_interpreter_without_rules_asks_nobody(world):
    """Who makes an interpreter by hand decides by hand."""
    with Interpreter(packs=[world.pack]) as interp:
        assert interp.run("acme.note('x')").value == 1


def test_an_agent_asks_by_default_and_tells_of_it(world):
    """Its observers see the card and the decision, between the action and its observation."""
    model = ScriptedModel([f"<execute>\n{LOOP}\n</execute>", "Done."])
    events = []
    result = Agent(model, packs=[world.pack], approver=world.approver, observers=[events.append]).run("Refund")
    assert [call.tool for call in result.calls] == ["acme.orders", *["acme.refund"] * 3]
    kinds = [event.kind for event in events]
    assert kinds[kinds.index("action_found") :][:5] == [
        "action_found", "call_started", "call_finished", "approval_asked", "approval_decided",
    ]  # fmt: skip
    decided = next(event for event in events if event.kind == "approval_decided")
    assert (decided.allowed, decided.scope) == ((True, True, True), "once")


def test_an_agent_without_anybody_to_ask_reads_only(world):
    """The model reads that it cannot write, and can say so."""
    model = ScriptedModel(["<execute>\nacme.note('x')\n</execute>", "I could not."])
    result = Agent(model, packs=[world.pack]).run("Note")
    assert (result.status, world.done) == ("answered", [])
    assert "nobody can be asked here" in result.messages[-2].content


def test_an_agent_with_an_async_approver_runs(world):
    """`arun` awaits it."""

    async def approver(card: Card) -> Decision:
        return Decision(allowed=True, scope="always")

    model = ScriptedModel(["<execute>\nacme.note('x')\n</execute>", "Done."])
    events = []
    agent = Agent(model, packs=[world.pack], approver=approver, observers=[events.append])
    asyncio.run(agent.arun("Note"))
    assert [event.scope for event in events if event.kind == "approval_decided"] == ["always"]


def test_a_card_shows_data_and_nobody_can_change_what_was_asked(world):
    """A model becomes its fields; an approver that writes into the card changes what it was shown and nothing else."""

    def ship(order: Order, when: datetime.date) -> str:
        """Sends an order."""
        world.done.append((order, when))
        return order.id

    world.pack.tool(effect="write")(ship)

    def approver(card: Card) -> bool:
        (call,) = card.calls
        world.cards.append(EVENT.validate_json(EVENT.dump_json(ApprovalAsked(at=0, step=1, calls=card.calls))))
        call.arguments["order"] = None
        return True

    with world.interpreter(approver=approver) as interp:
        obs = interp.run("acme.ship({'id': 'O-1', 'total': 3}, '2026-01-02')")
    assert obs.value == "O-1"
    assert world.done == [(Order(id="O-1", total=3), datetime.date(2026, 1, 2))]
    (call,) = world.cards[0].calls
    assert (call.arguments["order"].total, call.arguments["when"]) == (3.0, datetime.date(2026, 1, 2))


@pytest.mark.parametrize("second", ["[1.0]", "[True]", "['1']"])
def test_arguments_that_are_only_equal_are_not_those_that_were_shown(world, second):
    """Each is asked about: what a person saw is what happens."""

    def put(items: list[object]) -> int:
        """Puts."""
        world.done.append(items)
        return 1

    world.pack.tool(effect="write")(put)
    with world.interpreter() as interp:
        obs = interp.run(f"if acme.note('x') == 0:\n    acme.put([1])\nelse:\n    acme.put({second})")
    assert obs.error is None
    assert [len(card.calls) for card in world.cards] == [2, 1]
    assert "acme.put: approved, and not called" in obs.stderr


# -- stand-ins for results


@dataclass
class Point:
    """A dataclass."""

    x: int
    where: Order


class Pair(NamedTuple):
    """A named tuple."""

    a: int
    b: str


class Row(TypedDict):
    """A typed dict."""

    name: str
    tags: list[str]


@pytest.mark.parametrize(
    ("declared", "use"),
    [
        (None, "r is None"),
        (bool, "r"),
        (int, "r + 1"),
        (float | None, "r * 2"),
        (str, "r.upper()"),
        (bytes, "len(r)"),
        (list[Order], "sum(o.total for o in r)"),
        (dict[str, int], "r.get('x', 1)"),
        (tuple[int, str], "r[0] + len(r[1])"),
        (Literal["a", "b"], "r in ('a', 'b')"),
        (Order, "r.id + str(r.total)"),
        (Point, "r.x + r.where.total"),
        (Pair, "r.a + len(r.b)"),
        (Row, "r['name'] + ''.join(r['tags'])"),
    ],
)
def test_programs_go_on_with_a_stand_in_of_the_declared_type(declared, use):
    """Fields, items and methods of a result are there while the action is looked through."""
    pack = ToolPack("p", "A pack.")
    done, cards = [], []

    def act(n: int) -> object:
        done.append(n)
        return made[n]

    act.__annotations__["return"] = declared
    from codeact_sdk.approvals.stubs import stub

    made = [stub(declared)] * 2
    pack.tool(effect="write")(act)
    with Interpreter(packs=[pack], approver=lambda card: cards.append(card) or True) as interp:
        obs = interp.run(f"for n in range(2):\n    r = p.act(n)\n    {use}")
    assert obs.error is None
    assert [len(card.calls) for card in cards] == [2]
    assert done == [0, 1]


def test_a_type_that_nothing_can_stand_for_ends_the_card(world):
    """The person is told that there may be more."""

    class Connection:
        """A class of the host."""

    def connect() -> Connection:
        return Connection()

    world.pack.tool(effect="write")(connect)
    with world.interpreter() as interp:
        obs = interp.run("c = acme.connect()\nacme.note('x')")
    assert obs.error is None
    assert [card.tools for card in world.cards] == [("acme.connect",), ("acme.note",)]
    assert "goes on with what acme.connect returns" in world.cards[0].note


# -- with hooks, and at the edges


def hooked(world: World, before, **options: object) -> Interpreter:
    """An interpreter with a hook before each call."""
    hook = CallHook(plugin="guard", distribution="codeact-guard 1", before=before)
    return world.interpreter(plugins=Plugins(call_hooks=(hook,)), **options)


def test_what_hooks_change_is_shown_and_is_what_happens(world):
    """The hook is asked once for a call, and the person sees its arguments, also where the action runs a third time."""
    asked = []

    def before(tool, arguments):
        asked.append(tool.name)
        if tool.name == "refund":
            return [Change({"amount": arguments["amount"] / 2})]
        return [Change({"text": arguments["text"] + "!"})] if tool.name == "note" else []

    with hooked(world, before, approvals=[allow("acme.note")]) as interp:
        obs = interp.run("acme.note('a')\nr = acme.refund('C-1', 10)\nif r.paid == 5:\n    acme.refund('C-2', 20)")
    assert obs.error is None
    assert [[call.arguments["amount"] for call in card.calls] for card in world.cards] == [[5.0], [10.0]]
    assert world.done == [("note", "a!"), ("refund", "C-1", 5.0), ("refund", "C-2", 10.0)]
    assert asked == ["note", "refund", "refund"]


def test_what_a_hook_answers_is_answered_again(world):
    """It is asked once, though the action runs twice."""
    asked = []

    def before(tool, arguments):
        asked.append(tool.name)
        return [Answer([Order(id="hook", total=3)])] if tool.name == "orders" else []

    with hooked(world, before) as interp:
        obs = interp.run("o = acme.orders('C')[0]\nacme.refund(o.id, o.total)")
    assert obs.error is None
    assert (world.done, world.reads, asked) == ([("refund", "hook", 3.0)], 0, ["orders", "refund"])


def test_what_a_hook_denies_is_not_asked_about(world):
    """The person is not bothered with what cannot happen."""
    with hooked(world, lambda tool, arguments: [Deny("closed")]) as interp:
        assert interp.run("acme.refund('C', 1)").error.message == "closed"
    assert world.cards == []


def test_an_async_approver_that_raises_is_a_no(world):
    """As one that is not async."""

    async def approver(card: Card) -> bool:
        raise OSError("no line")

    with world.interpreter(approver=approver) as interp:
        assert "the approver failed (OSError)" in asyncio.run(interp.arun("acme.note('x')")).error.message


class Odd:
    """An argument of the host that can be neither compared nor copied."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        return 1

    def __deepcopy__(self, memo: object) -> object:
        raise TypeError


def test_arguments_that_cannot_be_compared_are_asked_about_until_it_is_told(world):
    """Nobody can say that it is the call that was shown."""

    def odd() -> Odd:
        """Gives one."""
        return Odd()

    def use(item: object) -> int:
        """Uses one."""
        world.done.append("used")
        return 1

    world.pack.tool(odd)
    world.pack.tool(effect="write")(use)
    with world.interpreter() as interp:
        interp.run("o = acme.odd()")
        obs = interp.run("acme.use(o)")
    assert "differ each time" in obs.error.message
    assert world.done == []


@pytest.mark.parametrize("effect", ["wrte", ["read", "erase"]])
def test_a_rule_about_an_unknown_effect_is_refused(effect):
    """With those that there are."""
    with pytest.raises(ConfigError, match="write one of 'read', 'write', 'destructive'"):
        allow(effect=effect)


def test_the_names_of_the_package_are_found_and_others_are_not():
    """Each is imported when it is first used."""
    import codeact_sdk.approvals as package

    assert dir(package) == package.__all__
    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'forbid'"):
        package.forbid  # noqa: B018  # it is not there


class Colour(enum.Enum):
    """Some."""

    RED = 1


class Deep(BaseModel):
    """Holds itself."""

    inner: Deep


@pytest.mark.parametrize(
    ("declared", "stands"),
    [(Colour, Colour.RED), (Annotated[list[int], "x"], []), (set[str], set()), (tuple[int, ...], ())],
)
def test_more_types_that_something_stands_for(declared, stands):
    """Members of enums, empty containers."""
    from codeact_sdk.approvals.stubs import stub

    assert stub(declared) == stands


@pytest.mark.parametrize("declared", [Deep, Iterator[int], "text", Odd])
def test_types_that_nothing_stands_for(declared):
    """It is said, and nothing is made up."""
    from codeact_sdk.approvals.stubs import NoStub, stub

    with pytest.raises(NoStub):
        stub(declared)
