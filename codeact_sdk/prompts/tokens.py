"""How many tokens a text costs, near enough to choose by."""

from __future__ import annotations

import re

_PIECE = re.compile(r"[A-Za-z]+|\d{1,3}|\s+|[^\sA-Za-z\d]+|.", re.DOTALL)
_LETTERS_PER_TOKEN = 6
_SYMBOLS_PER_TOKEN = 2


def estimate_tokens(text: str) -> int:
    """Estimates how many tokens a model's tokenizer makes of a text.

    A tokenizer's table is a download of megabytes and differs by model. Byte-pair vocabularies split text at the same
    places, though: words (with the space before them), groups of up to three digits, runs of symbols, line breaks.
    These are counted, with a further token for each six letters of a long word and each two symbols or characters
    outside of ASCII. The two numbers are guesses, not fitted to a tokenizer: good for a budget, no basis for a bill.
    """
    total = 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        first = piece[0]
        if first == " ":
            total += len(piece) > 1  # one space belongs to the word after it; more are an indent
        elif first.isspace() or first.isdigit():
            total += 1
        elif first.isascii() and first.isalpha():
            total += -(-len(piece) // _LETTERS_PER_TOKEN)
        else:
            total += -(-len(piece) // _SYMBOLS_PER_TOKEN)
    return total
