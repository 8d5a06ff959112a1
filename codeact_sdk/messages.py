"""What is said to a model and what it says back."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from codeact_sdk.wire import Text


class Message(BaseModel):
    """One entry of a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["system", "user", "assistant", "observation"]
    """`observation` is what came back from an action; providers send it in the user's role."""
    content: Text


class Usage(BaseModel):
    """Tokens and money that replies cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_tokens: int = 0
    """All prompt tokens, those read from a cache included."""
    output_tokens: int = 0
    cached_tokens: int = 0
    """The part of `input_tokens` that was read from the provider's cache."""

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )


class Reply(BaseModel):
    """One whole answer of a model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Text
    stop: Literal["end", "stop_string", "length", "refusal"] = "end"
    """Why the model stopped: by itself, at a stop string, cut by the token limit, or refusing."""
    usage: Usage = Usage()
    model: Text = ""
    """The model's name as the server reports it."""
