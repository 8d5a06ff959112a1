"""How much of each tool is shown where not everything fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from codeact_sdk.prompts.tokens import estimate_tokens

Detail = Literal["full", "brief", "name", "hidden"]
"""How much of a tool is shown: all, the signature with one line, only that it is there, or nothing."""


_NAMES_SHARE = 0.6
"""Of the budget, that names alone may take."""

_FEW = 30
"""Tools that are always named."""


class Piece(NamedTuple):
    """One tool's text at each detail."""

    name: str
    full: str
    brief: str
    classes: Mapping[str, str]
    """Blocks that its signature needs, by name: shared ones are paid for once."""


def choose_details(pieces: Iterable[Piece], budget_tokens: int, *, overhead: int = 0) -> dict[str, Detail]:
    """Chooses how much of each tool is shown.

    Every tool is at least named, unless the names alone would take most of the budget: then the tools that have no room are
    not shown at all, and are there to be searched. What is left of the budget buys signatures in the order of the tools, and
    what is left then buys whole docstrings in the same order. The choice depends on nothing else, so that equal toolsets make
    equal prompts.

    Args:
        pieces: In the order of the prompt.
        budget_tokens: About how many tokens they may take together.
        overhead: Tokens that are needed to say where the tools are that are not shown, if any are not.
    """
    pieces = tuple(pieces)
    names = sum(estimate_tokens(f"{piece.name}, ") for piece in pieces)
    are_named = names <= budget_tokens * _NAMES_SHARE or len(pieces) <= _FEW
    left = budget_tokens - (names if are_named else overhead)
    details: dict[str, Detail] = {piece.name: "name" if are_named else "hidden" for piece in pieces}
    paid: set[str] = set()
    briefs: dict[str, int] = {}
    for piece in pieces:
        new = [name for name in piece.classes if name not in paid]
        briefs[piece.name] = estimate_tokens(f"{piece.brief}\n\n")
        cost = briefs[piece.name] + sum(estimate_tokens(piece.classes[name]) for name in new)
        if cost > left:
            break  # not the next that happens to fit: the order of the tools says what matters
        left -= cost
        paid.update(new)
        details[piece.name] = "brief"
    for piece in pieces:
        if details[piece.name] != "brief":
            break
        cost = estimate_tokens(piece.full) - briefs[piece.name]
        if cost > left:
            break
        left -= cost
        details[piece.name] = "full"
    return details
