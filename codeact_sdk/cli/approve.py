"""Asking at the terminal: the calls on one card, and a yes, a no with a reason, or a yes for longer."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from rich.console import Console, Group, RenderableType
from rich.text import Text

from codeact_sdk.approvals.cards import Approver, Card, Decision
from codeact_sdk.approvals.rules import ApprovalRule, allow
from codeact_sdk.cli import views
from codeact_sdk.cli.text import clean, count, show_value
from codeact_sdk.observations import PlannedCall

SHOWN_CALLS = 20
"""Calls of a card that are shown before somebody asks for all."""

MAX_FULL_CHARS = 100_000
"""Of one argument, where all is shown."""

_EFFECT_STYLE = {"write": "yellow", "destructive": "bold red"}
_CHOICES = "y: yes, these calls   r: yes, and for the rest of this run   a: always   n: no   l: all calls in full   c: the code"

Remember = Callable[[Card], str]
"""Writes down that the tools of a card are always allowed, and tells where."""

approve_option = click.option(
    "--approve",
    "approved",
    multiple=True,
    metavar="GLOB",
    help="Let calls of these tools happen without asking, such as 'files.*'; may be repeated.",
)
yes_option = click.option("--yes", is_flag=True, help="Let every call happen without asking.")


def rules_of(approved: tuple[str, ...], *, yes: bool) -> tuple[ApprovalRule, ...]:
    """The rules that the options ask for."""
    return (*map(allow, approved), *([allow()] if yes else []))


def terminal_approver(remember: Remember | None = None) -> Approver | None:
    """Asks the person at the terminal; None where there is nobody.

    Args:
        remember: Keeps an "always".
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return TerminalApprover(Console(stderr=True), click.prompt, remember=remember)


class TerminalApprover:
    """Shows a card and reads the answer."""

    def __init__(self, console: Console, read: Callable[[str], str], *, remember: Remember | None = None) -> None:
        """Makes an approver.

        Args:
            console: Where the card is shown.
            read: Asks for a line.
            remember: Keeps an "always"; it is not offered without.
        """
        self._console = console
        self._read = read
        self._remember = remember

    def __call__(self, card: Card) -> Decision:
        """Puts one card."""
        self._console.print(card_view(card), soft_wrap=True)
        while True:
            try:
                answer = self._read("allow? [y/r/a/n/l/c, or the reason of a no]").strip()
                decision = self._decided(answer, card)
            except click.Abort:  # Ctrl-C, or the end of the input
                return Decision(reason="the person broke off the question")
            if decision is not None:
                return decision

    def _decided(self, answer: str, card: Card) -> Decision | None:
        match answer.lower():
            case "y" | "yes":
                return Decision(allowed=True)
            case "r" | "run":
                return Decision(allowed=True, scope="run")
            case "a" | "always" if self._remember is not None:
                self._console.print(Text(clean(self._remember(card)), "dim"), soft_wrap=True)
                return Decision(allowed=True, scope="always")
            case "n" | "no":
                return Decision(reason=self._read("why not? (the model reads it)"))
            case "l" | "list":
                self._console.print(card_view(card, in_full=True), soft_wrap=True)
            case "c" | "code":
                self._console.print(views.code_view(0, card.code, look=views.Look(boxed=False)), soft_wrap=True)
            case _ if len(answer.split()) > 1:
                return Decision(reason=answer)
            case _:
                self._console.print(Text(_CHOICES, "dim"), soft_wrap=True)
        return None


def card_view(card: Card, *, in_full: bool = False) -> RenderableType:
    """The calls that wait, one to a line with what they would do.

    Args:
        card: The card.
        in_full: Whether all calls are shown, with whole arguments.
    """
    most = len(card.calls) if in_full else SHOWN_CALLS
    head = Text(f"{count(len(card.calls), 'call')} of {', '.join(map(clean, card.tools))} ", "bold")
    head.append("waits for a yes" if len(card.calls) == 1 else "wait for one yes", "bold")
    lines = [head]
    for place, call in enumerate(card.calls[:most], 1):
        line = Text(f"  {place:>3} ")
        line.append(call.effect, _EFFECT_STYLE.get(call.effect, ""))
        line.append(f" {_call(call, in_full=in_full)}")
        if call.preview:
            line.append(f"\n      {clean(call.preview)}", "dim")
        lines.append(line)
    if len(card.calls) > most:
        lines.append(Text(f"      and {len(card.calls) - most:,} more: l lists them", "dim"))
    if not in_full and any("…" in _call(call, in_full=False) for call in card.calls[:most]):
        lines.append(Text("      … something was cut: l shows the whole", "dim"))
    if card.note:
        lines.append(Text(f"  {clean(card.note)}", "yellow"))
    return Group(*lines)


def _call(call: PlannedCall, *, in_full: bool) -> str:
    if not in_full:
        return views.call_text(call.tool, call.arguments)
    shown = (f"{name}={show_value(value, max_chars=MAX_FULL_CHARS)}" for name, value in call.arguments.items())
    return f"{clean(call.tool)}({', '.join(shown)})"
