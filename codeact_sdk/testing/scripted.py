"""A model that says what a test wrote down."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from codeact_sdk.errors import ReplayExhausted
from codeact_sdk.messages import Message, Reply
from codeact_sdk.models.base import ModelRequest, TextSink
from codeact_sdk.models.replay import pieces

Scripted = str | Reply | Exception
"""One line of a script: a text, a whole reply, or an error to raise."""


class ScriptedModel:
    """Says what a script says and remembers what it was asked.

    Texts are given as written: a script decides for itself whether the server strips a stop string.

    Example:
        >>> model = ScriptedModel(["<execute>answer(2 + 2)</execute>"])
        >>> model.complete([Message(role="user", content="2 + 2?")]).text
        '<execute>answer(2 + 2)</execute>'
        >>> model.requests[0].messages[0].content
        '2 + 2?'

    Args:
        replies: What to say, in order; or a function of the conversation so far.
        name: How run files and messages call this model.
    """

    def __init__(
        self, replies: Sequence[Scripted] | Callable[[Sequence[Message]], Scripted], *, name: str = "scripted"
    ) -> None:
        self._script = replies if callable(replies) else tuple(replies)
        self._name = name
        self.requests: list[ModelRequest] = []
        """Every request so far, the latest last."""

    def __repr__(self) -> str:
        length = "a function" if callable(self._script) else f"{len(self._script)} replies"
        return f"ScriptedModel({length}, {len(self.requests)} requests)"

    @property
    def name(self) -> str:
        """How run files and messages call this model."""
        return self._name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        stop: Sequence[str] = (),
        max_tokens: int | None = None,
        temperature: float | None = None,
        on_text: TextSink | None = None,
    ) -> Reply:
        """Say the next line of the script.

        Raises:
            ReplayExhausted: The script is at its end.
            Exception: The one that stands in the script.
        """
        request = ModelRequest(
            messages=tuple(messages), stop=tuple(stop), max_tokens=max_tokens, temperature=temperature
        )
        self.requests.append(request)
        line = self._next_line(request)
        if isinstance(line, Exception):
            raise line
        reply = Reply(text=line, model=self._name) if isinstance(line, str) else line
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
        """Say the next line of the script; nothing is waited for."""
        return self.complete(messages, stop=stop, max_tokens=max_tokens, temperature=temperature, on_text=on_text)

    def _next_line(self, request: ModelRequest) -> Scripted:
        if callable(self._script):
            return self._script(request.messages)
        if len(self.requests) > len(self._script):
            last = request.messages[-1].content if request.messages else ""
            raise ReplayExhausted(
                f"the script of {self._name!r} has {len(self._script)} replies and was asked for one more: "
                f"add a reply to {last[:200]!r}"
            )
        return self._script[len(self.requests) - 1]
