"""The vocabulary of a run: what happens, in the order it happens.

A run is a sequence of `Event`s. They are frozen, carry no behaviour, and survive JSON unchanged
(values go through `codeact_sdk.values`). Observers are plain `Callable[[Event], None]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationInfo,
    WrapSerializer,
)

from codeact_sdk.messages import Reply, Text, Usage
from codeact_sdk.values import decode, encode

RUN_FORMAT_VERSION = 1
"""Version of the run file. Raised when an older reader would misread a newer file."""

Effect = Literal["read", "write", "destructive"]
"""What a tool does to the world."""

Status = Literal["ok", "error", "limit", "paused", "answered"]
"""How an action ended."""

Repeat = Literal["safe", "unsafe", "unknown"]
"""Whether what was done may be done again: yes; no, something was changed; a call may have changed something."""

RunStatus = Literal["answered", "limit", "error", "stopped"]
"""How a run ended: with an answer, at a limit, by an error of the model or host, or by the person."""


def _decode_json(value: object, info: ValidationInfo) -> object:
    return decode(value) if info.mode == "json" else value


Data = Annotated[Any, PlainValidator(_decode_json), PlainSerializer(encode, when_used="json")]
"""A Python value that crossed the boundary: data, records, or the text of what is neither."""


def _read_arguments(value: object, info: ValidationInfo) -> dict[str, Any]:
    arguments = _decode_json(value, info)
    if not (isinstance(arguments, dict) and all(isinstance(name, str) for name in arguments)):
        raise ValueError("expected arguments by name")
    return dict(arguments)


Arguments = Annotated[dict[str, Any], PlainValidator(_read_arguments), PlainSerializer(encode, when_used="json")]
"""The arguments of a call by name; like `Text`, a name may be any string."""


def _write_calls(calls: Sequence[ToolCall], write: SerializerFunctionWrapHandler) -> Any:
    return write(tuple(calls))


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolCall(_Frozen):
    """One finished call of a tool by model code."""

    n: int
    """Position among the calls of its session, from 1."""
    tool: Text
    """Qualified name, such as `acme.orders`."""
    arguments: Arguments
    """By parameter name, as the tool received them."""
    result: Data = None
    error: Text | None = None
    """`Type: message` where the call failed; None otherwise."""
    effect: Effect = "read"
    started: float
    """Unix time, seconds."""
    seconds: float


class CodeError(_Frozen):
    """Why an action did not run to its end, in the words the model reads."""

    type: Text
    message: Text
    line: int | None = None
    """Line of the action, from 1."""
    column: int | None = None
    """Column of that line, from 0, in characters."""
    end_column: int | None = None
    """Where on that line the part that failed ends; None where that is not known."""
    source: Text = ""
    """The text of that line."""
    hint: Text = ""
    """What to write instead, nearest names; empty if there is nothing to say."""
    traceback: Text = ""
    """Frames of model code only."""
    names: tuple[Text, ...] = ()
    """What names near the failure held, such as `rows: list of 20 dicts`; those on the failing line first."""
    repeat: Repeat | None = None
    """Whether the action may be run again as a whole; None where it was not told."""


class Display(_Frozen):
    """Something to show a person beside the text: an image, a page."""

    mime: Text
    data: Text
    """Text, or base64 for binary types."""


class Calls(Sequence[ToolCall]):
    """Calls of an action, in the order in which they began; each is made when somebody looks."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], tuple[ToolCall, ...]] = tuple) -> None:
        """Takes note of how they are made.

        Args:
            make: Gives all of them.
        """
        self._make = make
        self._made: tuple[ToolCall, ...] | None = None

    def all(self) -> tuple[ToolCall, ...]:
        """All of them."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def __len__(self) -> int:
        return len(self.all())

    def __getitem__(self, index: Any) -> Any:
        return self.all()[index]

    def __eq__(self, other: object) -> bool:
        return self.all() == (other.all() if isinstance(other, Calls) else other)

    def __hash__(self) -> int:
        return hash(self.all())

    def __repr__(self) -> str:
        return repr(self.all())


class Observation(_Frozen):
    """What came back from running an action."""

    status: Status
    stdout: Text = ""
    stderr: Text = ""
    value: Data = None
    """Value of a last expression; None where there is none."""
    error: CodeError | None = None
    calls: Annotated[Sequence[ToolCall], AfterValidator(tuple), WrapSerializer(_write_calls)] = ()
    answer: Data = None
    """What `answer(...)` was given; meaningful where `status` is "answered"."""
    displays: tuple[Display, ...] = ()
    truncated: tuple[str, ...] = ()
    """Which parts were cut at a limit: "stdout", "stderr", "value", "error"."""
    seconds: float = 0.0


class _Event(_Frozen):
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
    RunStarted | ModelText | ModelReplied | ActionFound | CallStarted | CallFinished | Observed | Noted | RunFinished,
    Field(discriminator="kind"),
]
"""Anything that happens in a run."""

Observer = Callable[[Event], None]
"""Sees each event as it happens."""

EVENT: TypeAdapter[Event] = TypeAdapter(Event, config=ConfigDict(defer_build=True))
"""Reads and writes one event: `EVENT.dump_json(event)`, `EVENT.validate_json(line)`."""
