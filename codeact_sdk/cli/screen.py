"""The screen: an observer that shows a run as it happens."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Self, assert_never

from rich.console import Console, RenderableType
from rich.status import Status
from rich.text import Text

from codeact_sdk.cli import views
from codeact_sdk.cli.text import clean, count
from codeact_sdk.events import (
    ActionFound,
    CallFinished,
    CallStarted,
    Event,
    ModelReplied,
    ModelText,
    Noted,
    Observed,
    RunFinished,
    RunStarted,
)

MAX_CALLS_SHOWN = 6
"""Calls of one action that get a line each; a loop may make hundreds."""


class Screen:
    """Prints each event to a console.

    On a terminal it draws panels and says what is being waited for; elsewhere it writes plain lines.
    """

    def __init__(self, console: Console, *, with_answer: bool = True) -> None:
        """Draws nothing yet.

        Args:
            console: Where to draw. Events may come from any thread.
            with_answer: Whether to show the answer; not, where it is written elsewhere.
        """
        self._console = console
        self._boxed = console.is_terminal
        self._with_answer = with_answer
        self._status: Status | None = None
        self._calls = 0
        self._shown = 0
        self._hidden: Counter[str] = Counter()
        self._hidden_s = 0.0

    def __call__(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case RunStarted():
                self._print(views.start_view(event), Text())
                self._wait("waiting for the model")
            case ModelText() | ModelReplied():
                self._on_reply(event)
            case ActionFound():
                self._on_action(event)
            case CallStarted():
                self._wait(views.call_text(event.tool, event.arguments))
            case CallFinished():
                self._on_call(event)
            case Observed():
                self._on_observation(event)
            case Noted():
                self._print(views.note_view(event.text, boxed=self._boxed), Text())
            case RunFinished():
                self._on_end(event)
            case _:
                assert_never(event)

    def close(self) -> None:
        """Stops the line that says what is being waited for."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _on_reply(self, event: ModelText | ModelReplied) -> None:
        if isinstance(event, ModelText):
            self._wait("the model is writing")
        elif event.reply.stop in {"length", "refusal"}:
            why = "was cut at its token limit" if event.reply.stop == "length" else "is a refusal"
            self._print(Text(f"the reply of step {event.step} {why}", "yellow"))

    def _on_action(self, event: ActionFound) -> None:
        self._shown = 0
        if event.thought.strip():
            self._print(views.thought_view(event.thought))
        self._print(views.code_view(event.step, event.code, boxed=self._boxed))
        self._wait("running")

    def _on_call(self, event: CallFinished) -> None:
        self._calls += 1
        if self._shown < MAX_CALLS_SHOWN or event.call.error is not None:
            self._shown += 1
            self._print(views.call_view(event.call, boxed=self._boxed))
        else:
            self._hidden[event.call.tool] += 1
            self._hidden_s += event.call.seconds
            self._wait(f"running, {count(self._calls, 'call')}")

    def _on_observation(self, event: Observed) -> None:
        if self._hidden:
            self._print(views.more_calls_view(self._hidden, self._hidden_s, boxed=self._boxed))
            self._hidden, self._hidden_s = Counter(), 0.0
        self._print(*views.observation_view(event.observation, boxed=self._boxed), Text())
        self._wait("waiting for the model")

    def _on_end(self, event: RunFinished) -> None:
        self.close()
        if self._with_answer and event.status == "answered":
            self._print(views.answer_view(event.answer, boxed=self._boxed))
        self._print(views.end_view(event, self._calls))

    def _print(self, *parts: RenderableType) -> None:
        for part in parts:
            self._console.print(part, soft_wrap=not self._boxed)

    def _wait(self, what: str) -> None:
        if not self._boxed:
            return
        text = Text(clean(what).replace("\n", " "), "dim", no_wrap=True, overflow="ellipsis")
        if self._status is None:
            self._status = self._console.status(text, spinner="dots", spinner_style="cyan")
            self._status.start()
        else:
            self._status.update(text)
