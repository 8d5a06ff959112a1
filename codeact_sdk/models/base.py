"""What the agent asks of a language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from codeact_sdk.messages import Message, Reply

TextSink = Callable[[str], None]
"""Takes each piece of a reply while it is being written."""


@runtime_checkable
class Model(Protocol):
    """Anything that continues a conversation.

    An implementation raises only the `ModelError` branch of `codeact_sdk.errors`.
    """

    @property
    def name(self) -> str:
        """How run files and messages call this model, such as `anthropic:claude-sonnet-4-6`."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        stop: Sequence[str] = (),
        max_tokens: int | None = None,
        temperature: float | None = None,
        on_text: TextSink | None = None,
    ) -> Reply:
        """Give the whole next reply.

        Args:
            messages: The conversation so far, the system prompt first.
            stop: Strings at which the model stops; a server may keep the string in the text or strip it.
            max_tokens: Most tokens to write; None leaves it to the model's own setting.
            temperature: Sampling temperature; None leaves it to the model's own setting.
            on_text: Asks for streaming: called with each piece of the text, in order.
        """

    async def acomplete(
        self,
        messages: Sequence[Message],
        *,
        stop: Sequence[str] = (),
        max_tokens: int | None = None,
        temperature: float | None = None,
        on_text: TextSink | None = None,
    ) -> Reply:
        """Give the whole next reply without blocking the event loop; arguments as for `complete`."""


ModelFactory = Callable[..., Model]
"""Makes a model from the part of its name behind the scheme, and options by keyword."""


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """What one call of `Model.complete` asks for, streaming aside."""

    messages: tuple[Message, ...]
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    temperature: float | None = None
