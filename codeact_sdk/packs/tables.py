"""The tables that a config file may have: keys, types, defaults."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from codeact_sdk.approvals.rules import Action, ApprovalRule
from codeact_sdk.observations import Effect


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PacksConfig(_Table):
    """Which packs are offered."""

    enabled: tuple[str, ...] | None = None
    """Namespaces that are offered; all that are installed where this is left out."""
    disabled: tuple[str, ...] = ()
    """Namespaces that are not offered unless code asks for them by name."""
    aliases: dict[str, str] = {}
    """Other namespaces for packs, by distribution."""


class ModelConfig(_Table):
    """The language model."""

    name: str | None = None
    """Such as `anthropic:claude-sonnet-4-6`."""
    base_url: str | None = None
    temperature: float | None = None
    max_tokens: int | None = Field(default=None, gt=0)
    """Most tokens of one reply."""
    timeout_s: float | None = Field(default=None, gt=0)
    max_retries: int | None = Field(default=None, ge=0)


class LimitsConfig(_Table):
    """Limits of one action; what is left out keeps its default."""

    seconds: float | None = Field(default=None, gt=0)
    steps: int | None = Field(default=None, gt=0)
    memory_bytes: int | None = Field(default=None, gt=0)
    output_chars: int | None = Field(default=None, gt=0)
    tool_calls: int | None = Field(default=None, gt=0)
    calls_per_tool: int | None = Field(default=None, gt=0)
    recursion: int | None = Field(default=None, gt=0)

    def given(self) -> dict[str, float | int]:
        """The limits that are set, as keywords for `Limits`."""
        return self.model_dump(exclude_none=True)


class ApprovalConfig(_Table):
    """One rule about calls: of the rules in a file, the first that fits a call decides."""

    allow: str | None = Field(default=None, min_length=1)
    """Calls that need nobody's yes: a glob over `pack.tool`, such as `files.*`."""
    ask: str | None = Field(default=None, min_length=1)
    """Calls that a person is asked about."""
    deny: str | None = Field(default=None, min_length=1)
    """Calls that never happen."""
    effect: tuple[Effect, ...] = ()
    """Only tools with this effect, or one of these; all where this is left out."""
    reason: str = ""
    """Why, for the person who is asked and for the model that is refused."""

    @field_validator("effect", mode="before")
    @classmethod
    def _one_or_more(cls, effect: object) -> object:
        return (effect,) if isinstance(effect, str) else effect

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        given = [name for name in ("allow", "ask", "deny") if getattr(self, name) is not None]
        if len(given) != 1:
            told = f"has {' and '.join(given)}" if given else "has none of them"
            raise ValueError(f'a rule has exactly one of allow, ask and deny, such as ask = "files.*"; this one {told}')
        return self

    def rule(self) -> ApprovalRule:
        """The rule."""
        action: Action = "allow" if self.allow is not None else "ask" if self.ask is not None else "deny"
        return ApprovalRule(action=action, pattern=getattr(self, action), effects=self.effect, reason=self.reason)


class PromptConfig(_Table):
    """What a model is shown of the tools."""

    budget_tokens: int | None = Field(default=None, gt=0)
    """About how many tokens the tools may take together; everything is shown in full where this is left out."""


class HooksConfig(_Table):
    """Hooks of plugins around calls."""

    on_error: Literal["continue", "deny"] = "continue"
    """What happens to a call when a hook before it raises."""
