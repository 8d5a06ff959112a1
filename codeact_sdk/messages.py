"""What is said to a model and what it says back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, ValidationInfo

from codeact_sdk.values import decode, encode


def _read_text(value: object, info: ValidationInfo) -> str:
    text = decode(value) if info.mode == "json" else value
    if not isinstance(text, str):
        raise ValueError(f"expected text, not {type(text).__name__}")  # noqa: TRY004  # pydantic collects ValueError only
    return str.__str__(text)


Text = Annotated[str, PlainValidator(_read_text), PlainSerializer(encode, when_used="json")]
"""Any Python string. Code and models do produce lone surrogates, which pydantic's own `str` cannot write as JSON."""


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
