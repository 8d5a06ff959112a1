"""The loop of a run, driven by hand: no model, no interpreter, no clock."""

from __future__ import annotations

import pytest

from codeact_sdk.errors import ModelTimeout
from codeact_sdk.events import Noted, Observed, RunFinished
from codeact_sdk.loop import PATIENCE, Ask, Budgets, Loop, Outcome, Run, Start, Tell
from codeact_sdk.messages import Reply, Usage
from codeact_sdk.observations import CodeError, Observation
from codeact_sdk.tools.toolset import Toolset

FAILED = Observation(status="error", error=CodeError(type="ValueError", message="bad", line=1))


class Script:
    """Plays the driver: replies and observations in order, and keeps what was told."""

    def __init__(
        self, *sent: Reply | str | Observation | BaseException, wants_answer: bool = False, **budgets: object
    ) -> None:
        self.sent = list(sent)
        self.asked: list[Ask] = []
        self.ran: list[str] = []
        self.told: list[object] = []
        self.now = 0.0
        self.loop = Loop(
            Start(
                run_id="r", task="t", model="m", sdk="0", packs=(), system_prompt="s", toolset=Toolset(),
                budgets=Budgets(**budgets), wants_answer=wants_answer, clock=self.clock,
            )
        )  # fmt: skip

    def clock(self) -> float:
        self.now += 1.0
        return self.now

    def play(self) -> Outcome:
        steps = self.loop.steps()
        effect = next(steps)
        while True:
            try:
                effect = self.answer(steps, effect)
            except StopIteration as end:
                return end.value

    def answer(self, steps, effect):
        if isinstance(effect, Tell):
            self.told.append(effect.event)
            return steps.send(None)
        (self.asked if isinstance(effect, Ask) else self.ran).append(effect if isinstance(effect, Ask) else effect.code)
        value = self.sent.pop(0)
        if isinstance(value, BaseException):
            return steps.throw(value)
        return steps.send(Reply(text=value) if isinstance(value, str) else value)

    def events(self, kind: type) -> list:
        return [event for event in self.told if isinstance(event, kind)]


def code(text: str) -> str:
    """A reply with an action."""
    return f"<execute>\n{text}\n</execute>"


def test_prose_is_the_answer():
    """A reply without code ends the run with its text."""
    script = Script("  It is 42.\n")
    outcome = script.play()
    assert (outcome.status, outcome.answer, outcome.by_code, outcome.steps) == ("answered", "It is 42.", False, 1)
    assert script.events(RunFinished)[0].answer == "It is 42."


def test_code_is_run_and_its_observation_goes_back():
    """The model reads what its code came to before it is asked again."""
    script = Script(f"Adding.\n{code('1 + 1')}", Observation(status="ok", value=2), "Two.")
    assert script.play().answer == "Two."
    assert script.ran == ["1 + 1"]
    assert [message.role for message in script.asked[1].messages] == ["system", "user", "assistant", "observation"]
    assert "2" in script.asked[1].messages[-1].content


def test_answer_ends_the_run_with_its_value():
    """What `answer(value)` was given is the outcome, and nobody is asked again."""
    script = Script(code("answer([1])"), Observation(status="answered", answer=[1]))
    outcome = script.play()
    assert (outcome.status, outcome.answer, outcome.by_code) == ("answered", [1], True)
    assert len(script.asked) == 1


def test_a_comment_is_not_an_action():
    """A block of comments is not run, and the model is told so."""
    script = Script(code("# thinking"), "Done.")
    assert script.play().answer == "Done."
    assert script.ran == []
    assert "only comments" in script.events(Noted)[0].text
    assert "only comments" in script.asked[1].messages[-1].content


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(text=" "), "empty"),
        (Reply(text="So first I", stop="length"), "cut at the token limit"),
    ],
)
def test_a_reply_that_leads_nowhere_is_answered(reply: Reply, said: str):
    """Empty and cut replies are not taken for answers."""
    script = Script(reply, "Done.")
    assert script.play().answer == "Done."
    assert said in script.events(Noted)[0].text


def test_a_model_that_never_gives_the_wanted_answer_is_stopped():
    """With an output type prose does not count, and the run says what was missing."""
    script = Script(*["I think it is 42."] * PATIENCE, wants_answer=True)
    outcome = script.play()
    assert outcome.status == "error"
    assert "answer(value)" in outcome.reason
    assert outcome.steps == PATIENCE


def test_a_refusal_is_an_answer_even_where_a_value_is_wanted():
    """A model that refuses is not asked the same again."""
    outcome = Script(Reply(text="I can't.", stop="refusal"), wants_answer=True).play()
    assert (outcome.status, outcome.answer) == ("answered", "I can't.")


def test_the_same_failing_code_is_not_run_for_ever():
    """The model is warned at the second time and stopped at the third; the reason names the error."""
    script = Script(*[code("boom()"), FAILED] * PATIENCE)
    outcome = script.play()
    assert outcome.status == "error"
    assert "same failing code 3 times: ValueError: bad" in outcome.reason
    assert "change the code" in script.events(Observed)[1].text
    assert "change the code" not in script.events(Observed)[0].text


def test_other_failing_code_is_not_a_repeat():
    """A model that tries something else each time has all its steps."""
    sent = [item for number in range(5) for item in (code(f"boom({number})"), FAILED)]
    assert Script(*sent, "I give up.").play().answer == "I give up."


def test_success_forgets_what_led_nowhere():
    """Only fruitless steps in a row count."""
    good = (code("1"), Observation(status="ok", value=1))
    sent = [code("#"), code("#"), *good, code("#"), code("#"), *good, "Done."]
    assert Script(*sent).play().answer == "Done."


def test_only_the_first_of_two_blocks_is_run_and_the_model_is_told():
    """Text behind a first block may be invented output, so nothing of it is run."""
    script = Script(f"{code('a = 1')}\nOutput: 1\n{code('b = 2')}", Observation(status="ok"), "Done.")
    script.play()
    assert script.ran == ["a = 1"]
    assert "2 blocks: only the first was run" in script.events(Observed)[0].text


def test_the_step_limit_is_named_and_announced():
    """The last step is announced to the model, and the reason says how many there were."""
    script = Script(*[code("1"), Observation(status="ok", value=1)] * 2, steps=2)
    outcome = script.play()
    assert (outcome.status, outcome.reason) == ("limit", "steps: no answer after 2 steps")
    assert "One step is left" in script.asked[1].messages[-1].content


def test_the_token_limit_is_named():
    """Tokens of all replies count together."""
    reply = Reply(text=code("1"), usage=Usage(input_tokens=900, output_tokens=200))
    outcome = Script(reply, Observation(status="ok", value=1), tokens=1_000).play()
    assert (outcome.status, outcome.reason) == (
        "limit",
        "tokens: no answer after 1,100 tokens, at most 1,000 were given",
    )


def test_the_time_limit_is_named():
    """The clock is looked at before each reply."""
    outcome = Script(code("1"), Observation(status="ok", value=1), seconds=3).play()
    assert outcome.status == "limit"
    assert outcome.reason.startswith("seconds: no answer after")


def test_an_error_of_the_model_ends_the_run_with_what_there_is():
    """The error is the reason, and the calls and messages so far are kept."""
    error = ModelTimeout("the server did not answer in 60 s")
    outcome = Script(code("1"), Observation(status="ok", value=1), error).play()
    assert (outcome.status, outcome.error) == ("error", error)
    assert outcome.reason == "ModelTimeout: the server did not answer in 60 s"
    assert len(outcome.messages) == 4


def test_an_interrupt_is_told_and_passed_on():
    """Ctrl-C writes the last event and goes on to whoever drives."""
    script = Script(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        script.play()
    assert script.events(RunFinished)[0].status == "stopped"


def test_effects_are_frozen():
    """What the loop asks for cannot be changed on the way."""
    with pytest.raises(AttributeError):
        Run("1").code = "2"
