"""The vocabulary of a run: what happens, in the order it happens.

A run is a sequence of `Event`s. They are frozen, carry no behaviour, and survive JSON unchanged
(values go through `codeact_sdk.values`). Observers are plain `Callable[[Event], None]`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from codeact_sdk.messages import Reply, Usage
from codeact_sdk.observations import (
    Calls,
    CodeError,
    Display,
    Effect,
    Observation,
    PlannedCall,
    Repeat,
    Status,
    ToolCall,
)
from codeact_sdk.wire import Arguments, Data, Text

__all__ = [
    "EVENT",
    "RUN_FORMAT_VERSION",
    "ActionFound",
    "ApprovalAsked",
    "ApprovalDecided",
    "Arguments",
    "CallFinished",
    "CallStarted",
    "Calls",
    "CodeError",
    "Data",
    "Display",
    "Effect",
    "Event",
    "ModelReplied",
    "ModelText",
    "Noted",
    "Observation",
    "Observed",
    "Observer",
    "PlannedCall",
    "Repeat",
    "RunFinished",
    "RunStarted",
    "RunStatus",
    "Status",
    "Text",
    "ToolCall",
]

RUN_FORMAT_VERSION = 1
"""Version of the run file. Raised when an older reader would misread a newer file."""

RunStatus = Literal["answered", "limit", "error", "stopped"]
"""How a run ended: with an answer, at a limit, by an error of the model or host, or by the person."""


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at: float
    """Unix time, seconds."""


class RunStarted(_Event):
    """The first event of a run."""

    kind: Literal["run_started"] = "run_started"
    version: int = RUN_FORMAT_VERSION
    run_id: Text
    task: Text
    model: Text
    sdk: Text
    """Version of `codeact-sdk`."""
    packs: tuple[Text, ...] = ()
    """`namespace (distribution version)` of each pack that was offered."""
    system_prompt: Text = ""


class ModelText(_Event):
    """A piece of the reply while it is being written; not kept in run files."""

    kind: Literal["model_text"] = "model_text"
    step: int
    text: Text


class ModelReplied(_Event):
    """A whole reply."""

    kind: Literal["model_replied"] = "model_replied"
    step: int
    reply: Reply
    seconds: float


class ActionFound(_Event):
    """The reply holds code, which is about to run."""

    kind: Literal["action_found"] = "action_found"
    step: int
    thought: Text
    """What the model said before the code."""
    code: Text


class CallStarted(_Event):
    """Model code calls a tool."""

    kind: Literal["call_started"] = "call_started"
    step: int
    n: int
    tool: Text
    arguments: Arguments


class CallFinished(_Event):
    """A tool returned or failed."""

    kind: Literal["call_finished"] = "call_finished"
    step: int
    call: ToolCall


class ApprovalAsked(_Event):
    """Calls of the action wait for a yes, and whoever may decide is asked."""

    kind: Literal["approval_asked"] = "approval_asked"
    step: int
    calls: tuple[PlannedCall, ...]
    note: Text = ""
    """Why they may not be all."""


class ApprovalDecided(_Event):
    """There is an answer to the calls that waited."""

    kind: Literal["approval_decided"] = "approval_decided"
    step: int
    allowed: tuple[bool, ...]
    """For each of the calls."""
    scope: Literal["once", "run", "always"] = "once"
    reason: Text = ""


class Observed(_Event):
    """The action ended."""

    kind: Literal["observed"] = "observed"
    step: int
    observation: Observation
    text: Text
    """The observation as the model reads it."""


class Noted(_Event):
    """The loop tells the model something that is not an observation: no code, only a comment, a wrong answer."""

    kind: Literal["noted"] = "noted"
    step: int
    text: Text


class RunFinished(_Event):
    """The last event of a run."""

    kind: Literal["run_finished"] = "run_finished"
    status: RunStatus
    answer: Data = None
    reason: Text = ""
    """Which limit, which error; empty for "answered"."""
    steps: int
    usage: Usage
    seconds: float


Event = Annotated[
    RunStarted
    | ModelText
    | ModelReplied
    | ActionFound
    | CallStarted
    | CallFinished
    | ApprovalAsked
    | ApprovalDecided
    | Observed
    | Noted
    | RunFinished,
    Field(discriminator="kind"),
]
"""Anything that happens in a run."""

Observer = Callable[[Event], None]
"""Sees each event as it happens."""

EVENT: TypeAdapter[Event] = TypeAdapter(Event, config=ConfigDict(defer_build=True))
"""Reads and writes one event: `EVENT.dump_json(event)`, `EVENT.validate_json(line)`."""
