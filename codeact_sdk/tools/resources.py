"""What a pack keeps open for a session: declared by a function, opened on first use, closed with the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Literal, TypeVar

from codeact_sdk.frozen import Frozen

T = TypeVar("T")

Form = Literal["generator", "function"]
"""A generator function has one `yield`, and what stands behind it is run when the session ends."""


class Resource(Generic[T], Frozen):
    """Something that is opened by a `def`: `ctx.resource(database)` gives it, in every tool of its pack."""

    name: str
    """That of the function."""
    pack: str
    """Namespace of the pack that declares it."""
    function: Callable[..., object]
    form: Form
    context_parameter: str | None = None
    """The parameter that takes a `ToolContext`; None where there is none."""


class AsyncResource(Generic[T], Frozen):
    """Something that is opened by an `async def`: `await ctx.resource(database)` gives it, in the async tools of its pack."""

    name: str
    pack: str
    function: Callable[..., object]
    form: Form
    context_parameter: str | None = None


AnyResource = Resource[T] | AsyncResource[T]
