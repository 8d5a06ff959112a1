"""The estimate of tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.prompts.tokens import estimate_tokens


@pytest.mark.parametrize(
    "text",
    [
        "Orders of one customer, newest first. Only those of the last year are kept.",
        "def orders(customer: str, status: str | None = None) -> list[Order]:",
        "for order in acme.orders('C-1042'):\n    print(order.id, order.total)\n",
    ],
)
def test_it_is_near_to_the_rule_of_thumb(text: str) -> None:
    """English and Python are within a factor of two of the usual four characters a token."""
    assert len(text) / 8 <= estimate_tokens(text) <= len(text) / 2


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(first: str, second: str) -> None:
    """The estimate grows with the text, within a token where the two parts join."""
    both = estimate_tokens(first + " \n" + second)
    assert both + 2 >= max(estimate_tokens(first), estimate_tokens(second))
