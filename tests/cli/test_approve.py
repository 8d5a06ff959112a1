"""Asking at a terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from rich.console import Console
from shell import codeact

from codeact_sdk.approvals import Card, Decision
from codeact_sdk.cli.approve import TerminalApprover, card_view
from codeact_sdk.observations import PlannedCall

WRITABLE = "[settings.files]\nwritable = true\n"


def card(calls: int = 3, note: str = "") -> Card:
    """A card with some refunds."""
    made = [
        PlannedCall(
            tool="acme.refund", arguments={"order": f"O-{n}", "amount": n}, effect="destructive", preview=f"pays {n}"
        )
        for n in range(calls)
    ]
    return Card(calls=tuple(made), code="for o in orders:\n    acme.refund(o.id, o.total)", note=note)


def asked(*lines: str, made: Card | None = None, **options: object) -> tuple[Decision, str]:
    """Answers with these lines, and gives the decision and what was on the screen."""
    out = io.StringIO()
    answers = iter(lines)
    approver = TerminalApprover(Console(file=out, width=100), lambda prompt: next(answers), **options)
    decision = approver(made or card())
    return decision, out.getvalue()


@pytest.mark.parametrize(
    ("lines", "decision"),
    [
        (["y"], Decision(allowed=True)),
        (["YES"], Decision(allowed=True)),
        (["r"], Decision(allowed=True, scope="run")),
        (["n", "too much"], Decision(reason="too much")),
        (["not on a Sunday"], Decision(reason="not on a Sunday")),
        (["x", "", "y"], Decision(allowed=True)),
        (["a", "n", ""], Decision()),
    ],
)
def test_answers_are_read(lines, decision):
    """Letters for the usual, several words for the reason of a no; what is unknown is asked again."""
    assert asked(*lines)[0] == decision


def test_always_is_kept_where_it_can_be():
    """The place is told."""
    decision, shown = asked("a", remember=lambda card: f"written to codeact.toml: {card.tools[0]}")
    assert decision == Decision(allowed=True, scope="always")
    assert "written to codeact.toml: acme.refund" in shown


@pytest.mark.parametrize("before", [[], ["n"]])
def test_breaking_off_is_a_no(before):
    """Ctrl-C and the end of the input leave nothing allowed, also where the reason of a no was asked for."""
    answers = iter(before)

    def read(prompt: str) -> str:
        for answer in answers:
            return answer
        raise click.Abort

    decision = TerminalApprover(Console(file=io.StringIO()), read)(card())
    assert (decision.allowed, decision.reason) == (False, "the person broke off the question")


def test_the_card_shows_each_call_with_its_effect_and_what_it_would_do():
    """A person can judge the concrete calls."""
    shown = asked("y", made=card(note="the first 3 calls"))[1]
    assert shown == (
        "3 calls of acme.refund wait for one yes\n"
        "    1 destructive acme.refund(order='O-0', amount=0)\n      pays 0\n"
        "    2 destructive acme.refund(order='O-1', amount=1)\n      pays 1\n"
        "    3 destructive acme.refund(order='O-2', amount=2)\n      pays 2\n"
        "  the first 3 calls\n"
    )


def test_many_calls_and_long_arguments_are_shown_in_full_when_asked():
    """What is cut says so; nothing is approved that could not be seen."""
    call = PlannedCall(tool="acme.mail", arguments={"text": "dear " * 100 + "the end"})
    shown = asked("l", "y", made=Card(calls=(call,) * 25, code=""))[1]
    first, _, full = shown.partition("… something was cut: l shows the whole")
    assert "and 5 more: l lists them" in first
    assert "the end" not in first
    assert full.count("the end") == 25


def test_the_code_is_shown_when_asked():
    """With its lines."""
    assert "acme.refund(o.id, o.total)" in asked("c", "y")[1]


def test_a_hostile_argument_is_shown_and_not_obeyed():
    """Neither control characters nor markup reach the terminal."""
    call = PlannedCall(tool="acme.mail", arguments={"text": "\x1b[2J[red]x\u202e"}, preview="\x1b]0;x\x07")
    out = io.StringIO()
    Console(file=out, width=100).print(card_view(Card(calls=(call,), code="", note="\x9b2J")))
    shown = out.getvalue()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\x9b" not in shown
    assert "[red]" in shown


def test_exec_refuses_writes_where_nobody_can_be_asked():
    """A pipe is no person; the message says how to allow it."""
    Path("codeact.toml").write_text(WRITABLE)
    result = codeact("exec", "-", stdin="files.write('a.txt', 'x')")
    assert result.exit_code == 1
    assert "needs a person's approval and nobody can be asked here" in result.stderr
    assert not Path("a.txt").exists()


@pytest.mark.parametrize("options", [["--yes"], ["--approve", "files.wr*"]])
def test_exec_allows_what_options_allow(options):
    """All, or by name."""
    Path("codeact.toml").write_text(WRITABLE)
    assert codeact("exec", "-", *options, stdin="files.write('a.txt', 'x')").exit_code == 0
    assert Path("a.txt").read_text() == "x"


def test_rules_of_the_config_hold():
    """The first that fits decides."""
    rules = '\n[[approvals]]\ndeny = "files.*"\neffect = "write"\nreason = "read only here"\n'
    Path("codeact.toml").write_text(WRITABLE + rules)
    result = codeact("exec", "-", stdin="files.write('a.txt', 'x')")
    assert "files.write is not allowed here: read only here" in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo terminal")
@pytest.mark.parametrize(
    ("answer", "exit_code", "written"), [("y\n", 0, ["a0", "a1", "a2"]), ("not today please\n", 1, [])]
)
def test_exec_asks_at_a_real_terminal(answer, exit_code, written):
    """One card for the loop, one answer, and the files are there or not."""
    Path("codeact.toml").write_text(WRITABLE)
    Path("code.py").write_text("for n in range(3):\n    files.write(f'a{n}', 'x')\n")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "codeact_sdk.cli", "exec", "code.py"], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    while b"allow?" not in seen:
        seen += os.read(ours, 1_000)
    os.write(ours, answer.encode())
    while True:
        try:
            part = os.read(ours, 1_000)
        except OSError:  # the terminal has been closed
            break
        if not part:
            break
        seen += part
    assert process.wait(timeout=30) == exit_code
    os.close(ours)
    assert b"3 calls of files.write wait for one yes" in re.sub(rb"\x1b\[[0-9;]*m", b"", seen)
    assert sorted(path.name for path in Path().glob("a?")) == written
