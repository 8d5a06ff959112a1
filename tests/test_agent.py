"""The agent with scripted models and a real interpreter."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import BaseModel

from codeact_sdk import Agent, Limits, Reply, ToolPack, Usage
from codeact_sdk.errors import ConfigError, ModelUnavailable, ToolDefinitionError
from codeact_sdk.events import CallFinished, CallStarted, RunFinished, RunStarted
from codeact_sdk.observations import Observation
from codeact_sdk.packs.settings import make_config
from codeact_sdk.runs.read import read_run
from codeact_sdk.runs.write import RunWriter
from codeact_sdk.testing import ScriptedModel


class Report(BaseModel):
    """What is wanted."""

    total: float
    names: list[str]


def act(code: str) -> str:
    """A reply with an action."""
    return f"<execute>\n{code}\n</execute>"


def double(x: int) -> int:
    """Twice the number."""
    return 2 * x


def kinds(events) -> list[str]:
    """Kinds of events, without the pieces of replies."""
    return [event.kind for event in events if event.kind != "model_text"]


def test_tools_are_composed_in_code():
    """One action calls a tool in a loop, and the value reaches the caller as it is."""
    result = Agent(ScriptedModel([act("answer([double(n) for n in range(3)])")]), tools=[double]).run("Double")
    assert (result.answer, result.status, result.steps) == ([0, 2, 4], "answered", 1)
    assert [call.arguments for call in result.calls] == [{"x": 0}, {"x": 1}, {"x": 2}]


def test_an_error_is_corrected():
    """The model reads its error and the second action succeeds with the state of the first."""
    model = ScriptedModel([act("kept = 20\nkept + double('one')"), act("answer(kept + double(1))")])
    result = Agent(model, tools=[double]).run("Double")
    assert result.answer == 22
    told = model.requests[1].messages[-1].content
    assert "double(x: int) -> int" in told
    assert "'one'" in told


def test_the_answer_has_the_wanted_type():
    """A dict becomes the model that was asked for; a wrong one comes back as a hint first."""
    model = ScriptedModel([act("answer({'total': 'much'})"), act("answer({'total': 3, 'names': ['a']})")])
    result = Agent(model, output_type=Report).run("Report")
    assert result.answer == Report(total=3.0, names=["a"])
    told = model.requests[1].messages[-1].content
    assert "total" in told
    assert "names" in told
    assert "pydantic" not in told


def test_runs_do_not_share_names():
    """Each run has an interpreter of its own."""
    model = ScriptedModel([act("x = 1"), "Set.", act("x"), "Gone."])
    agent = Agent(model)
    agent.run("Set x")
    agent.run("Read x")
    assert "NameError" in model.requests[3].messages[-1].content


def test_async_run_does_the_same():
    """`arun` runs async tools in the caller's loop and gives the same result."""
    loops = []

    async def fetch(n: int) -> int:
        loops.append(asyncio.get_running_loop())
        await asyncio.sleep(0)
        return n * 10

    async def main():
        model = ScriptedModel([act("import asyncio\nanswer(sum(await asyncio.gather(*[fetch(n) for n in range(4)])))")])
        result = await Agent(model, tools=[fetch]).arun("Fetch")
        return result, set(loops) == {asyncio.get_running_loop()}

    result, same_loop = asyncio.run(main())
    assert result.answer == 60
    assert same_loop


def test_the_stream_tells_what_happens_in_order():
    """Events come as they happen, calls between the action and its observation."""
    model = ScriptedModel([act("double(1)"), "Two."])
    events = list(Agent(model, tools=[double]).stream("Double"))
    assert kinds(events) == [
        "run_started", "model_replied", "action_found", "call_started", "call_finished", "observed", "model_replied",
        "run_finished",
    ]  # fmt: skip
    assert "".join(event.text for event in events if event.kind == "model_text" and event.step == 2) == "Two."


def test_the_async_stream_tells_the_same():
    """`astream` gives the events of `stream`."""

    async def main():
        model = ScriptedModel([act("double(1)"), "Two."])
        return [event async for event in Agent(model, tools=[double]).astream("Double")]

    assert kinds(asyncio.run(main()))[:5] == [
        "run_started",
        "model_replied",
        "action_found",
        "call_started",
        "call_finished",
    ]


def test_closing_a_stream_stops_the_run():
    """Whoever stops reading stops the run before the next reply."""
    model = ScriptedModel([act(f"{n}") for n in range(50)])
    stream = Agent(model, max_steps=50).stream("Count")
    for event in stream:
        if event.kind == "observed":
            break
    stream.close()
    assert len(model.requests) < 50


def test_closing_an_async_stream_stops_the_run():
    """The same for `astream`."""

    async def main():
        model = ScriptedModel([act("import asyncio\nawait asyncio.sleep(30)")])
        stream = Agent(model).astream("Sleep")
        async for event in stream:
            if event.kind == "action_found":
                break
        await stream.aclose()
        return True

    assert asyncio.run(main())


def test_what_a_stream_raises_is_raised_to_its_reader():
    """An exception that is no error of the model goes through."""

    def broken(_):
        raise LookupError("no reply")

    with pytest.raises(LookupError, match="no reply"):
        list(Agent(ScriptedModel(broken)).stream("x"))


def test_usage_is_the_sum_of_all_replies():
    """Tokens add up."""
    usage = Usage(input_tokens=10, output_tokens=5, cached_tokens=2)
    model = ScriptedModel([Reply(text=act("1"), usage=usage), Reply(text="Done.", usage=usage)])
    assert Agent(model).run("x").usage == Usage(input_tokens=20, output_tokens=10, cached_tokens=4)


def test_an_unreachable_model_gives_a_result_that_says_so():
    """The error is in the result, not raised: what had happened before is there."""
    result = Agent(ScriptedModel([act("1"), ModelUnavailable("nobody listens on port 1")])).run("x")
    assert (result.status, result.answer) == ("error", None)
    assert "nobody listens on port 1" in result.reason
    assert isinstance(result.error, ModelUnavailable)
    assert result.steps == 2


def test_events_of_calls_carry_their_step():
    """A call is told of with the step in which it happened."""
    seen = []
    model = ScriptedModel([act("1"), act("double(4)"), "Done."])
    Agent(model, tools=[double], observers=[seen.append]).run("x")
    started = next(event for event in seen if isinstance(event, CallStarted))
    finished = next(event for event in seen if isinstance(event, CallFinished))
    assert (started.step, started.n, started.tool, started.arguments) == (2, 1, "double", {"x": 4})
    assert finished.call.result == 8


def test_packs_given_as_objects_need_no_installation():
    """A `ToolPack` in the same program is offered under its namespace and named in the first event."""
    pack = ToolPack("acme", "Orders.")
    pack.tool(double)
    seen = []
    result = Agent(ScriptedModel([act("answer(acme.double(21))")]), packs=[pack], observers=[seen.append]).run("x")
    assert result.answer == 42
    assert isinstance(seen[0], RunStarted)
    assert seen[0].packs == ("acme (given directly)",)
    assert "def double(x: int) -> int" in seen[0].system_prompt


def test_the_prompt_keeps_to_the_budget_of_the_config():
    """Tools that have no room are named, and found by a search."""

    def long(x: int) -> int:
        """Doubles."""

    long.__doc__ = f"Doubles. {'Really, it does. ' * 100}"
    model = ScriptedModel([act("answer(1)")])
    Agent(model, tools=[long], config=make_config({"prompt": {"budget_tokens": 50}})).run("x")
    system = model.requests[0].messages[0].content
    assert "long" in system
    assert "Really" not in system


def test_instructions_reach_the_model():
    """What the integrator adds stands in the system prompt."""
    model = ScriptedModel(["Ja."])
    Agent(model, instructions="Answer in German.").run("Hello")
    assert "Answer in German." in model.requests[0].messages[0].content


@pytest.mark.parametrize(
    ("options", "printed"), [({"check": "names"}, ""), ({"check": "off"}, "begun\n"), ({}, "begun\n")]
)
def test_the_check_before_run_can_be_chosen(options: dict, printed: str):
    """Actions of a run are checked where the agent is told so; without tools, only then."""
    seen: list[Observation] = []
    model = ScriptedModel([act("print('begun')\nmissing"), "It failed."])
    Agent(
        model, observers=[lambda event: seen.extend([event.observation] if event.kind == "observed" else [])], **options
    ).run("Try")
    assert [(one.stdout, one.error.type) for one in seen] == [(printed, "NameError")]


def test_what_is_wrong_with_tools_is_said_at_once():
    """A function that cannot be a tool is refused when the agent is made."""
    with pytest.raises(ToolDefinitionError, match="args"):
        Agent(ScriptedModel([]), tools=[lambda *args: args])


def test_a_model_name_without_a_scheme_is_refused():
    """The message says how to write it."""
    with pytest.raises(ConfigError, match="scheme:model"):
        Agent("claude")


def test_models_by_name_come_from_hooks_and_config(tmp_path: Path):
    """`replay:` is found through the SDK's own entry point, and plays a run file."""
    path = tmp_path / "run.jsonl"
    with RunWriter(path) as writer:
        Agent(ScriptedModel([act("answer(double(2))")]), tools=[double], observers=[writer]).run("x")
    again = Agent(f"replay:{path}", tools=[double], config=make_config({"model": {"temperature": 0.0}})).run("x")
    assert again.answer == 4


def test_a_run_file_reads_back_as_it_was_told(tmp_path: Path):
    """Every event but the pieces of text is in the file, equal."""
    seen = []
    path = tmp_path / "run.jsonl"
    with RunWriter(path) as writer:
        model = ScriptedModel(
            [act("print(double(3))\n{1: (2, 3)}"), act("1/0"), act("# hm"), act("answer({'a', 'b'})")]
        )
        Agent(model, tools=[double], observers=[seen.append, writer]).run("x")
    assert list(read_run(path).events) == [event for event in seen if event.kind != "model_text"]


def test_a_limit_of_an_action_is_an_observation():
    """A loop without end costs one action, not the run."""
    model = ScriptedModel([act("while True: pass"), "Too slow."])
    result = Agent(model, limits=Limits(seconds=0.2)).run("x")
    assert result.answer == "Too slow."
    assert "0.2 s" in model.requests[1].messages[-1].content


def test_an_observer_that_raises_stops_the_run():
    """A recorder that cannot write must not lose the run silently."""

    def full(event):
        if not isinstance(event, RunStarted | RunFinished):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        Agent(ScriptedModel(["Hello."]), observers=[full]).run("x")


def test_nobody_is_told_of_what_happens_after_the_end():
    """A tool that an action left behind may return when the run is over."""
    seen = []
    with Agent(ScriptedModel(["Hello."]))._begin("x", [seen.append], None) as run:
        run.tell("during")
    run.tell("after")
    assert seen == ["during"]


@pytest.mark.parametrize("kind", [CallStarted, CallFinished])
def test_an_observer_that_raises_during_a_call_stops_the_run(kind: type):
    """Its error is not mistaken for one of the model's code."""

    def full(event):
        if isinstance(event, kind):
            raise OSError("disk full")

    model = ScriptedModel([act("try:\n    double(1)\nexcept Exception:\n    answer('swallowed')"), "Done."])
    with pytest.raises(OSError, match="disk full"):
        Agent(model, tools=[double], observers=[full]).run("x")
