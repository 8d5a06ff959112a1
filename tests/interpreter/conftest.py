"""One session, and a way to run actions in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from codeact_sdk.interpreter.limits import Limits
from codeact_sdk.interpreter.session import Session
from codeact_sdk.observations import Observation
from codeact_sdk.tools.toolset import Toolset

Act = Callable[..., Observation]


@pytest.fixture
def session() -> Iterator[Session]:
    """A session without tools."""
    made = Session(Toolset.of([]))
    yield made
    made.close()


@pytest.fixture
def act(session: Session) -> Act:
    """Runs actions one after another in one session."""
    return session.run


@pytest.fixture
def limited() -> Iterator[Act]:
    """Runs one action with limits and tools of its own: `limited(code, *tools, seconds=0.1)`."""
    made: list[Session] = []

    def run(code: str, *tools: Callable[..., object], **limits: Any) -> Observation:
        made.append(Session(Toolset.of(tools), limits=Limits(**limits)))
        return made[-1].run(code)

    yield run
    for session in made:
        session.close()
