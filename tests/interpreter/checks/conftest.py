"""A session with a pack and a direct tool, and what its checks say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from codeact_sdk import ToolPack
from codeact_sdk.interpreter.checks.checker import TypeCheck
from codeact_sdk.interpreter.session import Session
from codeact_sdk.observations import CodeError, Observation
from codeact_sdk.tools.toolset import Toolset

Run = Callable[[str], Observation]
Refused = Callable[..., CodeError]


def make_session(*, check: TypeCheck | bool = True) -> Session:
    """Makes the session."""
    pack = ToolPack("acme", "Orders of a shop.")

    @pack.tool
    def orders(customer: str, status: str | None = None) -> list[dict]:
        """Orders of one customer."""
        return [{"id": "o1", "total": 5.0}]

    @pack.tool(effect="destructive")
    def refund(order_id: str, amount: float, *, reason: str) -> str:
        """Pays back."""
        return f"{order_id}: {amount}"

    @pack.tool
    async def ship(order_id: str) -> str:
        """Sends."""
        return f"{order_id} sent"

    @pack.tool
    def join(first: str, second: str) -> str:
        """A tool that has the name of a method of text."""
        return first + second

    def price(sku: str, currency: str = "EUR") -> float:
        """Price of an article."""
        return 2.5

    return Session(Toolset.of([price], groups=[pack.group()]), check=check)


@pytest.fixture
def run() -> Iterator[Run]:
    """Runs actions one after another in one session."""
    session = make_session()
    yield session.run
    session.close()


@pytest.fixture
def refused(run: Run) -> Refused:
    """Runs actions; gives the error of the last, of which nothing may have run."""

    def last(*actions: str) -> CodeError:
        *earlier, action = actions
        for code in earlier:
            run(code)
        observation = run(f"print('it has run')\n{action}")
        assert observation.status == "error", observation
        assert (observation.stdout, observation.calls) == ("", ())
        assert "nothing was run" in observation.error.hint
        return observation.error

    return last


@pytest.fixture
def passes(run: Run) -> Callable[..., Observation]:
    """Runs actions of which the last must have run, whatever came of it."""

    def last(*actions: str) -> Observation:
        *earlier, action = actions
        for code in earlier:
            run(code)
        observation = run(f"print('it has run')\n{action}")
        assert observation.stdout.startswith("it has run"), observation.error
        return observation

    return last
