"""How much a pattern stands for: the engine writes a part that is repeated `{m}` times as many times, and so within each other."""

from __future__ import annotations

import re

from codeact_sdk.later import later_pattern

MOST_REPEATED = 100_000
"""Parts that a pattern may come to by its repeats: compiling them takes about a tenth of a second, and 70 MB."""

PART_BYTES = 700
"""About what one takes, compiled."""

KEPT = 2_000
"""Parts of a pattern that is worth no further look, and may be kept."""

_MOST_DIGITS = 9

_COUNTS = later_pattern(r"\{([0-9]+),?[0-9]*\}|\)\+")
"""What may repeat a part: a group with a plus is written once, and once more for the rest."""

_TOKENS = later_pattern(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\\?(?:\]|\Z)|\(\?\#(?:\\.|[^)\\])*+\\?(?:\)|\Z)(?P<comment>)"
    r"|\((?:\?(?:P?<[=!]|P?<\w+>|[=!|>]|P=|[A-Za-z-]*:))?(?P<open>)|\)(?P<close>)"
    r"|\{(?P<times>[0-9]*)(?P<more>,?)[0-9]*\}|\+(?P<plus>)|.",
    flags=re.DOTALL,
)

_VERBOSE = later_pattern(r"\(\?[A-Za-z-]*x[A-Za-z]*(?P<part>[-:])?")
"""Where a pattern turns on the syntax in which blanks and comments are nothing: for a part of it, or as a whole."""

_NOTHING = later_pattern(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*+\\?(?:\]|\Z))|\s+|#[^\n]*", flags=re.DOTALL)
"""What is nothing there, or a blank that is something."""


def parts(text: str, *, verbose: bool) -> int:
    """Counts the parts that a pattern comes to; for a short one without large repeats it is not more than that.

    Args:
        text: The pattern.
        verbose: Whether blanks and comments in it are nothing.
    """
    if "{" not in text and ")" not in text:
        return len(text)
    switches = list(_VERBOSE.finditer(text))
    if not (verbose or switches):
        found = _most(text)
        return found if found <= KEPT else _counted(text)
    bare = _NOTHING.sub(r"\1", text)
    found = max(_most(text), _most(bare))
    if found <= KEPT or any(switch["part"] for switch in switches):  # both kinds in one: as much as it may be at most
        return found
    return _counted(bare) if verbose else max(_counted(bare), _counted(text))


def _times(digits: str, more: str = "") -> int:
    return max(int(digits[:_MOST_DIGITS] or 0) + bool(more), 1)


def _most(text: str) -> int:
    """As many parts as there may be, whatever is within what."""
    most = len(text)
    for found in _COUNTS.finditer(text):
        most *= _times(found[1], ",") if found[1] else 2
        if most > MOST_REPEATED + len(text):
            break
    return most


def _counted(text: str) -> int:
    total, last, is_group = 0, 0, False
    outer: list[int] = []
    for token in _TOKENS.finditer(text):
        kind = token.lastgroup
        if kind == "comment":
            continue
        if kind == "open":
            outer.append(total)
            total = last = 0
        elif kind == "close":
            last = total + 1
            total = last + (outer.pop() if outer else 0)
            is_group = True
            continue
        elif kind == "more" or (kind == "plus" and is_group):
            times = _times(token["times"], token["more"]) if kind == "more" else 2
            total, last = total + last * (times - 1), last * times
        else:
            total, last = total + 1, 1
        is_group = False
    return total
