"""What is found before an action runs is told as it would have been while it ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from codeact_sdk.interpreter.checks.checker import Finding
from codeact_sdk.interpreter.checks.places import Span
from codeact_sdk.observations import CodeError
from codeact_sdk.prompts.observations import render_observation
from tests.interpreter.checks.conftest import make_session

MISTAKES = [
    "x = 'é€' + missing",
    "pritn(1)",
    "x = [true]",
    "json.loads('1')",
    "acme.ordrs('C-1')",
    "from acme import ordrs",
    "    \nx = 1; y = acme.zzzzzz",
    "acme.orders('C-1', state='open')",
    "price(\n    currency='EUR',\n)",
    "orders('C-1')",
]


def told(code: str, *, check: bool) -> tuple[CodeError, str]:
    """The error of an action in a session of its own, and what a model reads of it."""
    session = make_session(check=check)
    observation = session.run(code)
    session.close()
    assert observation.error is not None
    return observation.error, render_observation(observation)


@pytest.mark.parametrize("code", MISTAKES)
def test_a_finding_looks_like_the_error_of_the_run(code: str) -> None:
    """Type, words, place, carets and hint are the same; that nothing was run is added."""
    before, read_before = told(code, check=True)
    after, read_after = told(code, check=False)
    hint = f"{after.hint} (nothing was run)" if after.hint else "nothing was run"
    assert before == replace(after, hint=hint, names=())
    read_after = read_after.partition("\nNames: ")[0]
    assert read_before == (
        read_after.replace(f"Hint: {after.hint}", f"Hint: {hint}") if after.hint else f"{read_after}\nHint: {hint}"
    )


def test_a_refused_action_may_be_run_again() -> None:
    """Nothing of it was done, whatever stands in it."""
    error, _ = told("acme.refund('o1', 5.0, reason='late')\nmissing", check=True)
    assert error.repeat == "safe"


def test_coroutines_are_told_with_the_words_of_the_run() -> None:
    """While it runs the warning stands on stderr; before, it is the error."""
    code = "async def main():\n    return 1\nmain()\n"
    error, _ = told(code, check=True)
    session = make_session(check=False)
    assert (
        session.run(code).stderr
        == f"{error.type}: coroutine 'main' (line 1) was never awaited: write `await` before the call\n"
    )
    session.close()
    assert (error.message, error.hint) == (
        "coroutine 'main' was never awaited",
        "write `await` before the call (nothing was run)",
    )
    assert (error.line, error.column, error.end_column) == (3, 0, 6)


def test_findings_of_a_type_checker_are_told_alike() -> None:
    """They are looked for where names are right, and know the names of earlier actions."""
    asked: list[tuple[str, bool, bool]] = []

    def types(source: str, awaits: bool, names: Sequence[str]) -> list[Finding]:
        asked.append((source, awaits, "total" in names))
        return [Finding(Span(1, 0, None), "TypeError", "no")] if "+" in source else []

    session = make_session(check=types)
    codes = ["total = 1", "missing", "total + 'é'"]
    errors = [session.run(code).error for code in codes]
    session.close()
    assert asked == [(codes[0], False, False), (codes[2], False, True)]
    assert errors[0] is None
    assert [error.type for error in errors[1:]] == ["NameError", "TypeError"]
    assert errors[2].traceback == "  action 3, line 1\n    total + 'é'\n    ^^^^^^^^^^^\nTypeError: no"
