"""A model that gives recorded replies again, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codeact_sdk.errors import ReplayExhausted
from codeact_sdk.messages import Message, Reply
from codeact_sdk.models.base import TextSink


class ReplayModel:
    """Gives the replies of a recorded run, whatever it is asked.

    Args:
        replies: What to give, in order.
        name: How run files and messages call this model.
    """

    def __init__(self, replies: Sequence[Reply], *, name: str = "replay") -> None:
        self.replies = tuple(replies)
        self._name = name
        self._given = 0

    def __repr__(self) -> str:
        return f"ReplayModel({self._name!r}, {self._given} of {len(self.replies)} replies given)"

    @property
    def name(self) -> str:
        """How run files and messages call this model."""
        return self._name

    def complete(
        self,
        messages: Sequence[Message],  # noqa: ARG002  the record does not depend on the question
        *,
        stop: Sequence[str] = (),  # noqa: ARG002
        max_tokens: int | None = None,  # noqa: ARG002
        temperature: float | None = None,  # noqa: ARG002
        on_text: TextSink | None = None,
    ) -> Reply:
        """Give the next recorded reply.

        Raises:
            ReplayExhausted: Every reply was given.
        """
        if self._given == len(self.replies):
            raise ReplayExhausted(
                f"{self._name} holds {len(self.replies)} replies and was asked for one more: "
                "the run took another path than the recorded one, so go on with a live model or record it again"
            )
        reply = self.replies[self._given]
        self._given += 1
        if on_text is not None:
            for piece in pieces(reply.text):
                on_text(piece)
        return reply

    async def acomplete(
        self,
        messages: Sequence[Message],
        *,
        stop: Sequence[str] = (),
        max_tokens: int | None = None,
        temperature: float | None = None,
        on_text: TextSink | None = None,
    ) -> Reply:
        """Give the next recorded reply; nothing is waited for."""
        return self.complete(messages, stop=stop, max_tokens=max_tokens, temperature=temperature, on_text=on_text)


def pieces(text: str) -> Iterator[str]:
    """Split a text as a streaming server would: word by word, nothing lost."""
    return (match.group() for match in re.finditer(r"\s*\S+|\s+", text))
