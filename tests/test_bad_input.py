"""What goes wrong in a run: each fault is told to the model by name with the way out, and nothing is lost from the run file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from codeact_sdk import Agent, Limits, RunResult, ToolError, ToolPack
from codeact_sdk.approvals.rules import allow
from codeact_sdk.events import Observed, RunFinished
from codeact_sdk.runs.read import read_run
from codeact_sdk.runs.write import RunWriter
from codeact_sdk.testing import ScriptedModel

PACK = ToolPack("acme", "Orders in Acme's shop.")


class Order(BaseModel):
    """One order."""

    id: str
    total: float


@PACK.tool(effect="read")
def orders(customer: str, limit: int = 10) -> list[Order]:
    """Orders of one customer.

    Args:
        customer: Customer id.
        limit: How many at most.
    """
    return [Order(id=f"{customer}-{n}", total=n) for n in range(limit)]


@PACK.tool(effect="destructive")
def refund(order_id: str) -> str:
    """Refunds an order."""
    raise ToolError(f"order {order_id} was refunded already: see acme.orders for those that were not")


@PACK.tool
def broken(customer: str) -> int:
    """Returns text where it declares a number."""
    return f"many of {customer}"


@PACK.tool
def slow() -> str:
    """Takes longer than anybody waits."""
    time.sleep(1.0)
    return "late"


@PACK.tool
def big() -> str:
    """Returns 50 MB of text."""
    return "x" * 50_000_000


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., tuple[RunResult, list[str]]]:
    """Runs replies and gives the result and what the model was told after each; checks the run file against the events."""

    def run(*replies: str, **options: object) -> tuple[RunResult, list[str]]:
        model = ScriptedModel(
            [reply if reply[:1] != ":" else f"<execute>\n{reply[1:]}\n</execute>" for reply in replies]
        )
        path = tmp_path / "run.jsonl"
        seen: list[object] = []
        with RunWriter(path) as writer:
            agent = Agent(model, packs=[PACK], observers=[seen.append, writer], approvals=[allow()], **options)
            result = agent.run("Do it")
        written = read_run(path).events
        assert list(written) == [event for event in seen if event.kind != "model_text"]
        assert isinstance(written[-1], RunFinished)
        assert written[-1].reason == result.reason
        return result, [event.text for event in written if event.kind in ("observed", "noted")]

    return run


def test_wrong_arguments_are_named_with_the_signature(play):
    """Every wrong argument is in one message, with what was given and what is possible; the tool has not run."""
    result, told = play(":acme.orders(**{'custmer': 'C-1', 'limit': 'ten'})", "Sorry.")
    assert "custmer: no such parameter, did you mean customer?" in told[0]
    assert "limit: got 'ten' (str), must be int" in told[0]
    assert "acme.orders(customer: str, limit: int = 10) -> list[Order]" in told[0]
    assert "^" in told[0]
    assert result.calls == ()


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("acme.order('C-1')", "did you mean orders"),
        ("orders('C-1')", "call it as acme.orders(customer: str, limit: int = 10) -> list[Order]"),
        ("acm.orders('C-1')", "did you mean acme"),
        ("acme.invoices('C-1')", "it has"),
    ],
)
def test_an_unknown_tool_is_answered_with_the_nearest(play, code: str, hint: str):
    """A wrong name gives the nearest right ones, or all there are."""
    _, told = play(f":{code}", "Sorry.")
    assert hint in told[0]


def test_a_tool_that_raises_says_why_in_its_authors_words(play):
    """The author's message reaches the model word for word, with the tool's name and the line."""
    result, told = play(":for n in (1, 2):\n    acme.refund(f'o-{n}')", "Sorry.")
    assert "order o-1 was refunded already: see acme.orders for those that were not" in told[0]
    assert "acme.refund(order_id: str) -> str" in told[0]
    assert "Line 2" in told[0]
    assert [call.error for call in result.calls] == [
        "ToolError: " + "order o-1 was refunded already: see acme.orders for those that were not"
    ]


def test_a_tool_that_returns_another_type_is_named_as_at_fault(play):
    """The model learns that its own code was right."""
    result, told = play(":acme.broken('C-1')", "Sorry.")
    assert "acme.broken returned str, but declares -> int" in told[0]
    assert "a fault of the tool, not of your code" in told[0]
    assert result.calls[0].error is not None


def test_a_tool_that_hangs_costs_one_action(play):
    """The time limit names the tool, says that it may still have an effect, and the run goes on."""
    result, told = play(":acme.slow()", "I give up.", limits=Limits(seconds=0.2))
    assert result.answer == "I give up."
    assert "longer than 0.2 s, while the tool acme.slow was running" in told[0]
    assert "did not return" in str(result.calls[0].error)


def test_a_huge_result_stays_in_its_variable(play):
    """50 MB are held by the program and counted by the model, and the run file stays small."""
    result, told = play(":text = acme.big()\nprint(text)\ntext", ":answer(len(text))")
    assert result.answer == 50_000_000
    assert len(told[0]) < 20_000
    assert "more characters" in told[0]
    assert "50,000,000" in result.calls[0].result.text


def test_huge_output_is_cut_with_a_count(play):
    """What is printed beyond the limit is counted and dropped."""
    _, told = play(":for n in range(100_000):\n    print('line', n)", "Long.", limits=Limits(output_chars=5_000))
    assert "more characters dropped" in told[0]


def test_too_many_calls_are_stopped(play):
    """A loop without end over a tool ends at the limit of calls, by name, even inside a handler for everything."""
    code = ":while True:\n    try:\n        acme.orders('C-1')\n    except:\n        pass"
    result, told = play(code, "Too many.", limits=Limits(tool_calls=5))
    assert "tool_calls: more than 5 tool calls in one action" in told[0]
    assert len(result.calls) == 5


def test_a_model_that_never_writes_code_has_answered(play):
    """Prose is an answer: converse or act."""
    result, told = play("I would use the orders tool.")
    assert (result.status, result.answer, told) == ("answered", "I would use the orders tool.", [])


def test_a_model_that_only_comments_is_told_and_stopped(play):
    """A comment is no action; after three in a row the run ends with the reason."""
    result, told = play(":# first", ":# second", ":# third")
    assert result.status == "error"
    assert "only comments" in result.reason
    assert len(told) == 3


def test_a_model_that_repeats_its_mistake_is_told_and_stopped(play):
    """The same failing action three times ends the run, which names the error."""
    result, told = play(*[":acme.orders()"] * 3)
    assert result.status == "error"
    assert "same failing code 3 times: ToolArgumentError" in result.reason
    assert "change the code" in told[1]


def test_an_answer_of_the_wrong_type_comes_back_as_a_hint(play):
    """The type that is wanted is checked where the model can still correct it."""
    result, told = play(":answer('nine')", ":answer('9')", output_type=int)
    assert result.answer == 9
    assert "answer() was given a value of the wrong form" in told[0]
    assert "valid integer" in told[0]


def test_code_that_is_no_python_is_shown_with_its_place(play):
    """Nothing ran, and the line and column are marked."""
    _, told = play(":x = 1\nfor x in range(3\n    print(x)", "Sorry.")
    assert "SyntaxError" in told[0]
    assert "^" in told[0]
    assert "nothing was run" in told[0].lower()


def test_what_the_policy_refuses_comes_with_another_way(play):
    """A refusal names the construct, the line and what to write instead."""
    _, told = play(":import os\nos.getcwd()", ":open('x')", ":try:\n    pass\nexcept* ValueError:\n    pass", "Sorry.")
    assert "no module 'os' here: files and processes are reachable only through tools" in told[0]
    assert "files are not reachable from code: use a tool" in told[1]
    assert "catch the group's exceptions one by one" in told[2]


def test_values_that_cannot_reach_a_tool_are_named(play):
    """An own object is refused with what to give instead, and nothing of the host sees it."""
    code = ":class Customer:\n    pass\nacme.orders(Customer())"
    result, told = play(code, "Sorry.")
    assert "an object of the class Customer cannot be given to a tool: give data" in told[0]
    assert result.calls == ()


def test_the_last_observation_before_an_interrupt_is_kept(tmp_path: Path):
    """Ctrl-C while an action runs leaves a run file with its last event."""

    def interrupted(event: object) -> None:
        if isinstance(event, Observed):
            raise KeyboardInterrupt

    path = tmp_path / "run.jsonl"
    model = ScriptedModel(["<execute>\nacme.orders('C-1', limit=1)\n</execute>"])
    writer = RunWriter(path)
    agent = Agent(model, packs=[PACK], observers=[writer, interrupted])
    with writer, pytest.raises(KeyboardInterrupt):
        agent.run("Do it")
    run = read_run(path)
    assert run.events[-2].kind == "observed"
    assert (run.events[-1].kind, run.events[-1].status) == ("run_finished", "stopped")
