"""The loop of a run as a generator without I/O.

`steps` yields what it needs (`Ask` for a reply, `Run` for an observation) and what happens (`Tell`), and is sent the
results. A reply with code is run; a reply without code is the answer (converse or act).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from codeact_sdk.actions.code import STOP, Action, find_action, is_comment_only
from codeact_sdk.errors import ModelError
from codeact_sdk.events import ActionFound, Event, ModelReplied, Noted, Observed, RunFinished, RunStarted, RunStatus
from codeact_sdk.messages import Message, Reply, Usage
from codeact_sdk.observations import Observation, ToolCall
from codeact_sdk.prompts.observations import render_observation
from codeact_sdk.tools.toolset import Toolset

PATIENCE = 3
"""How often in a row a model may do what leads nowhere: the same failing code, no code and no answer."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Wants the model's next reply."""

    messages: tuple[Message, ...]
    stop: tuple[str, ...] = STOP


@dataclass(frozen=True, slots=True)
class Run:
    """Wants the observation of an action."""

    code: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Something has happened."""

    event: Event


Steps = Generator[Ask | Run | Tell, Reply | Observation | None, "Outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What a run may use. None is "no limit"."""

    steps: int = 20
    seconds: float | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Everything that a run begins with."""

    run_id: str
    task: str
    model: str
    sdk: str
    packs: tuple[str, ...]
    system_prompt: str
    toolset: Toolset
    budgets: Budgets
    wants_answer: bool
    """Whether the answer must come by `answer(value)`: an output type was asked for."""
    clock: Callable[[], float]
    """Unix time, seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to."""

    status: RunStatus
    answer: object = None
    by_code: bool = False
    """Whether `answer(value)` gave it, and not a reply in prose."""
    reason: str = ""
    error: Exception | None = None
    steps: int = 0
    usage: Usage = field(default_factory=Usage)
    calls: tuple[ToolCall, ...] = ()
    messages: tuple[Message, ...] = ()


class Loop:
    """One run."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self.step = 0
        self._began = start.clock()
        self._messages = [Message(role="system", content=start.system_prompt), Message(role="user", content=start.task)]
        self._usage = Usage()
        self._calls: list[ToolCall] = []
        self._failed: tuple[str, str] = ("", "")
        self._fruitless = 0

    def steps(self) -> Steps:
        """Runs to an answer or a limit; what is thrown in from outside stops it, with the last event still told."""
        start = self.start
        yield Tell(
            RunStarted(
                at=self._began, run_id=start.run_id, task=start.task, model=start.model, sdk=start.sdk, packs=start.packs,
                system_prompt=start.system_prompt,
            )
        )  # fmt: skip
        outcome: Outcome | None = None
        try:
            while outcome is None:
                outcome = self._limit() or (yield from self._step())
        except ModelError as error:
            outcome = self._outcome("error", reason=f"{type(error).__name__}: {error}", error=error)
        except BaseException as error:
            yield Tell(self._finished(self._outcome("stopped", reason=_stop_reason(error))))
            raise
        yield Tell(self._finished(outcome))
        return outcome

    def _step(self) -> Generator[Ask | Run | Tell, Reply | Observation | None, Outcome | None]:
        self.step += 1
        asked = self.start.clock()
        reply = yield Ask(tuple(self._messages))
        assert isinstance(reply, Reply)  # noqa: S101  # the driver's side of the contract
        self._usage += reply.usage
        self._messages.append(Message(role="assistant", content=reply.text))
        now = self.start.clock()
        yield Tell(ModelReplied(at=now, step=self.step, reply=reply, seconds=now - asked))
        action = find_action(reply.text)
        if action is not None and not is_comment_only(action.code):
            return (yield from self._act(action))
        note = self._note(reply, action)
        if note is None:
            return self._outcome("answered", answer=reply.text.strip())
        self._fruitless += 1
        yield from self._say(note)
        if self._fruitless >= PATIENCE:
            return self._outcome(
                "error",
                reason=f"{self._fruitless} replies in a row led nowhere; the last note to the model was: {note}",
            )
        return None

    def _note(self, reply: Reply, action: Action | None) -> str | None:
        """What to tell a model whose reply cannot be run and is no answer; None where it is one."""
        if action is not None:
            return "The block holds only comments, so nothing was run. Write code, or reply without a block to give your answer."
        if reply.stop == "length":
            return "Your reply was cut at the token limit before any code. Say less and write the block sooner."
        if not reply.text.strip():
            return "Your reply was empty. Write one <execute> block, or your answer as text."
        if reply.stop == "refusal":
            return None
        if self.start.wants_answer:
            return (
                "This task is answered by calling answer(value) in an <execute> block; a reply as text does not count."
            )
        return None

    def _act(self, action: Action) -> Generator[Ask | Run | Tell, Reply | Observation | None, Outcome | None]:
        yield Tell(ActionFound(at=self.start.clock(), step=self.step, thought=action.thought, code=action.code))
        observation = yield Run(action.code)
        assert isinstance(observation, Observation)  # noqa: S101  # as above
        self._calls += observation.calls
        repeats = self._count_repeats(action.code, observation)
        text = self._observation_text(action, observation, repeats)
        yield Tell(Observed(at=self.start.clock(), step=self.step, observation=observation, text=text))
        if observation.status == "answered":
            return self._outcome("answered", answer=observation.answer, by_code=True)
        self._messages.append(Message(role="observation", content=text))
        if repeats >= PATIENCE:
            assert observation.error is not None  # noqa: S101  # it failed
            reason = f"the model ran the same failing code {repeats} times: {observation.error.type}: {observation.error.message}"
            return self._outcome("error", reason=reason)
        return None

    def _count_repeats(self, code: str, observation: Observation) -> int:
        """How often in a row this code has failed in this way."""
        if observation.error is None:
            self._failed, self._fruitless = ("", ""), 0
            return 0
        failed = (code.strip(), observation.error.message)
        self._fruitless = self._fruitless + 1 if failed == self._failed else 1
        self._failed = failed
        return self._fruitless

    def _observation_text(self, action: Action, observation: Observation, repeats: int) -> str:
        parts = [render_observation(observation, toolset=self.start.toolset)]
        if action.blocks > 1:
            parts.append(f"[Your reply had {action.blocks} blocks: only the first was run.]")
        if repeats > 1:
            parts.append(
                f"[This is the same code with the same error, {repeats} times now: change the code, or answer with what you have.]"
            )
        if self.start.budgets.steps - self.step == 1:
            parts.append("[One step is left: give your answer now.]")
        return "\n".join(parts)

    def _say(self, note: str) -> Generator[Tell, None, None]:
        self._messages.append(Message(role="observation", content=note))
        yield Tell(Noted(at=self.start.clock(), step=self.step, text=note))

    def _limit(self) -> Outcome | None:
        """The outcome of a budget that is spent."""
        budgets = self.start.budgets
        if self.step >= budgets.steps:
            return self._outcome("limit", reason=f"steps: no answer after {self.step} steps")
        seconds = self.start.clock() - self._began
        if budgets.seconds is not None and seconds >= budgets.seconds:
            return self._outcome(
                "limit", reason=f"seconds: no answer after {seconds:.1f} s, at most {budgets.seconds:g} s were given"
            )
        if budgets.tokens is not None and self._usage.total_tokens >= budgets.tokens:
            used = self._usage.total_tokens
            return self._outcome(
                "limit", reason=f"tokens: no answer after {used:,} tokens, at most {budgets.tokens:,} were given"
            )
        return None

    def _outcome(
        self,
        status: RunStatus,
        *,
        answer: object = None,
        by_code: bool = False,
        reason: str = "",
        error: Exception | None = None,
    ) -> Outcome:
        return Outcome(
            status=status,
            answer=answer,
            by_code=by_code,
            reason=reason,
            error=error,
            steps=self.step,
            usage=self._usage,
            calls=tuple(self._calls),
            messages=tuple(self._messages),
        )

    def _finished(self, outcome: Outcome) -> RunFinished:
        now = self.start.clock()
        return RunFinished(
            at=now,
            status=outcome.status,
            answer=outcome.answer,
            reason=outcome.reason,
            steps=outcome.steps,
            usage=outcome.usage,
            seconds=now - self._began,
        )


def _stop_reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
