"""How much of each tool is shown where not everything fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from codeact_sdk.prompts.tokens import estimate_tokens

Detail = Literal["full", "brief", "name"]
"""How much of a tool is shown: all, the signature with one line, or only that it is there."""


class Piece(NamedTuple):
    """One tool's text at each detail."""

    name: str
    full: str
    brief: str
    classes: Mapping[str, str]
    """Blocks that its signature needs, by name: shared ones are paid for once."""


def choose_details(pieces: Iterable[Piece], budget_tokens: int) -> dict[str, Detail]:
    """Chooses how much of each tool is shown.

    Every tool is at least named. What is left of the budget buys signatures in the order of the tools, and what is left
    then buys whole docstrings in the same order. The choice depends on nothing else, so that equal toolsets make equal
    prompts.

    Args:
        pieces: In the order of the prompt.
        budget_tokens: About how many tokens they may take together.
    """
    pieces = tuple(pieces)
    left = budget_tokens - sum(estimate_tokens(f"{piece.name}, ") for piece in pieces)
    details: dict[str, Detail] = {piece.name: "name" for piece in pieces}
    paid: set[str] = set()
    briefs: dict[str, int] = {}
    for piece in pieces:
        new = [name for name in piece.classes if name not in paid]
        briefs[piece.name] = estimate_tokens(piece.brief)
        cost = briefs[piece.name] + sum(estimate_tokens(piece.classes[name]) for name in new)
        if cost > left:
            break  # not the next that happens to fit: the order of the tools says what matters
        left -= cost
        paid.update(new)
        details[piece.name] = "brief"
    for piece in pieces:
        if details[piece.name] == "name":
            break
        cost = estimate_tokens(piece.full) - briefs[piece.name]
        if cost > left:
            break
        left -= cost
        details[piece.name] = "full"
    return details
