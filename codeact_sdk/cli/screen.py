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
    ApprovalAsked,
    ApprovalDecided,
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


class Screen:
    """Prints each event to a console.

    On a terminal it draws panels and says what is being waited for; elsewhere it writes plain lines.
    """

    def __init__(
        self,
        console: Console,
        *,
        look: views.Look | None = None,
        with_answer: bool = True,
        with_packs: bool = True,
        live: bool = True,
    ) -> None:
        """Draws nothing yet.

        Args:
            console: Where to draw. Events may come from any thread.
            look: How much is shown, and how; by the kind of console where this is left out.
            with_answer: Whether to show the answer; not, where it is written elsewhere.
            with_packs: Whether to say at the start which packs are offered; not, where that has been said.
            live: Whether to say what is being waited for; not, where the run is over.
        """
        self._console = console
        self._look = look or views.Look(boxed=console.is_terminal)
        self._with_answer = with_answer
        self._with_packs = with_packs
        self._live = live and console.is_terminal
        self._status: Status | None = None
        self._calls = 0
        self._shown = 0
        self._hidden: Counter[str] = Counter()
        self._hidden_s = 0.0

    def __call__(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case RunStarted():
                self._print(views.start_view(event, with_packs=self._with_packs), Text())
                self._wait("waiting for the model")
            case ModelText() | ModelReplied():
                self._on_reply(event)
            case ActionFound():
                self._on_action(event)
            case CallStarted():
                self._wait(views.call_text(event.tool, event.arguments))
            case CallFinished():
                self._on_call(event)
            case ApprovalAsked() | ApprovalDecided():
                self._on_approval(event)
            case Observed():
                self._on_observation(event)
            case Noted():
                self._print(views.note_view(event.text, look=self._look), Text())
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
            self._print(views.thought_view(event.thought, look=self._look))
        self._print(views.code_view(event.step, event.code, look=self._look))
        self._wait("running")

    def _on_call(self, event: CallFinished) -> None:
        self._calls += 1
        if self._shown < self._look.calls or event.call.error is not None:
            self._shown += 1
            self._print(views.call_view(event.call, look=self._look))
        else:
            self._hidden[event.call.tool] += 1
            self._hidden_s += event.call.seconds
        self._wait(f"running, {count(self._calls, 'tool call')} so far")

    def _on_approval(self, event: ApprovalAsked | ApprovalDecided) -> None:
        if isinstance(event, ApprovalDecided):
            self._print(views.decision_view(event, look=self._look))
        else:
            self.close()  # somebody is about to be asked on this screen

    def _on_observation(self, event: Observed) -> None:
        if self._hidden:
            self._print(views.more_calls_view(self._hidden, self._hidden_s, look=self._look))
            self._hidden, self._hidden_s = Counter(), 0.0
        self._print(*views.observation_view(event.observation, look=self._look), Text())
        self._wait("waiting for the model")

    def _on_end(self, event: RunFinished) -> None:
        self.close()
        if self._with_answer and event.status == "answered":
            self._print(views.answer_view(event.answer, look=self._look))
        self._print(views.end_view(event, self._calls))

    def _print(self, *parts: RenderableType) -> None:
        for part in parts:
            self._console.print(part, soft_wrap=not self._look.boxed)

    def _wait(self, what: str) -> None:
        if not self._live:
            return
        text = Text(clean(what).replace("\n", " "), "dim", no_wrap=True, overflow="ellipsis")
        if self._status is None:
            self._status = self._console.status(text, spinner="dots", spinner_style="cyan")
            self._status.start()
        else:
            self._status.update(text)
