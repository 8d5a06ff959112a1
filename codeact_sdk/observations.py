"""What came of an action: `Observation`, with the calls of tools and the error in it.

The classes are frozen and carry no behaviour. They survive JSON unchanged: pydantic knows how to read and write them, see
`codeact_sdk.events`, and is not needed to make them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from codeact_sdk.frozen import Frozen
from codeact_sdk.later import core_schema
from codeact_sdk.wire import Arguments, Data, Text

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

Effect = Literal["read", "write", "destructive"]
"""What a tool does to the world."""

Status = Literal["ok", "error", "limit", "paused", "answered"]
"""How an action ended."""

Repeat = Literal["safe", "unsafe", "unknown"]
"""Whether what was done may be done again: yes; no, something was changed; a call may have changed something."""

_STRICT: Mapping[str, Any] = {"extra": "forbid", "defer_build": True}
"""For pydantic: fields of a newer version are refused rather than dropped."""


class ToolCall(Frozen):
    """One finished call of a tool by model code."""

    __pydantic_config__: ClassVar = _STRICT

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


class PlannedCall(Frozen):
    """One call that has not happened."""

    __pydantic_config__: ClassVar = _STRICT

    tool: Text
    """Qualified name."""
    arguments: Arguments
    """By parameter name, as the tool would receive them."""
    effect: Effect = "write"
    preview: Text = ""
    """What the tool says that it would do; empty where it does not say."""


class CodeError(Frozen):
    """Why an action did not run to its end, in the words the model reads."""

    __pydantic_config__: ClassVar = _STRICT

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


class Display(Frozen):
    """Something to show a person beside the text: an image, a page."""

    __pydantic_config__: ClassVar = _STRICT

    mime: Text
    data: Text
    """Text, or base64 for binary types."""
    text: Text = ""
    """What the model reads in its place, such as `[image image/png, 640x480, 12 KB: sales by month]`."""


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


class _AsTuple:
    """For pydantic: `Calls` are written as a tuple, and a tuple is what is read."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:  # pydantic's protocol
        calls = handler.generate_schema(tuple[ToolCall, ...])
        return core_schema.no_info_before_validator_function(
            tuple,
            calls,
            serialization=core_schema.wrap_serializer_function_ser_schema(_write_calls, schema=calls),
        )


def _write_calls(calls: Sequence[ToolCall], write: Callable[[object], object]) -> object:
    return write(tuple(calls))


class Observation(Frozen):
    """What came back from running an action."""

    __pydantic_config__: ClassVar = _STRICT

    status: Status
    stdout: Text = ""
    stderr: Text = ""
    value: Data = None
    """Value of a last expression; None where there is none."""
    view: Text = ""
    """What the model reads of that value where it is long, or an object of the host: size, schema, the first rows."""
    error: CodeError | None = None
    calls: Annotated[Sequence[ToolCall], _AsTuple()] = ()
    answer: Data = None
    """What `answer(...)` was given; meaningful where `status` is "answered"."""
    displays: tuple[Display, ...] = ()
    truncated: tuple[str, ...] = ()
    """Which parts were cut at a limit: "stdout", "stderr", "value", "error"."""
    seconds: float = 0.0
