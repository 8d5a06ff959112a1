"""The documents of the demo: agreements in two layouts, memos that do not matter, and the policy that does."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass
class Agreement:
    """Prices that a customer was promised."""

    id: str
    customer: str
    name: str
    city: str
    signed: date | None
    """None for a draft."""
    start: date
    end: date | None
    """None until further notice."""
    supersedes: str
    prices: dict[str, float]
    letter: bool
    """Written in the old layout, which names the customer without a number and uses decimal commas."""


POLICY = """\
# Price corrections

How we find out what we owe a customer who was charged more than agreed.

1. A line was overcharged when its net price per unit (the unit price less the line's discount) is above the price that
   was agreed with the customer and in force on the date of the invoice. Below half a cent it is rounding.
2. In force is the signed agreement that began last. It replaces earlier ones as a whole, also for products that it no
   longer lists. It holds from its first to its last day; one without a last day ("-") holds until it is replaced.
   Drafts and proposals bind nobody.
3. A product without an agreed price is sold at list price: there is nothing to correct.
4. Only issued invoices count, open or paid: no drafts, no cancelled ones. A line without a unit price is a free sample.
5. Lines that were charged too low stay as they are. They are not set off.
6. Credit notes with the reason "price correction" for invoices of the same period were paid out already: deduct them.
7. Round once per customer, to the cent. Amounts below EUR 5.00 are not paid out.

Finance, 2025-01-20
"""

MEMOS = {
    "2025-02-11-summer-campaign": """\
# Memo: summer campaign

Proposal by marketing, not decided: House Espresso (ESP-01) at EUR 14.90 and Oat Drink (OAT-01) at EUR 12.00 for every
café from 2025-05-01 to 2025-08-31. Finance has not agreed. **Do not quote these prices.**
""",
    "2025-03-03-new-invoicing-portal": """\
# Memo: new invoicing portal

Most invoices now come from the portal. Some branches go on with the old system until the autumn; their invoices are
imported every night, as they are. Please check what you import.
""",
    "2025-03-19-green-coffee-prices": """\
# Memo: green coffee

Green coffee rose by 11 % since October. List prices stay until the end of the year. Agreements are not touched.
""",
    "2025-04-24-complaints": """\
# Memo: complaints about prices

Several customers say that invoices since April do not show what was agreed. Sales thinks that new agreements did not
always reach billing. To be looked into once the second quarter is closed.
""",
    "2025-05-08-delivery-days": """\
# Memo: delivery days

From 2025-06-02 Kiruna and Luleå are served on Tuesdays and Fridays. Minimum order stays at EUR 80.00.
""",
    "2025-06-17-discount-codes": """\
# Memo: discounts on invoices

Field staff may give up to 5 % per line, more with the approval of finance. Where nothing was given the field is empty.
""",
    "2025-07-02-quarter-closed": """\
# Memo: second quarter closed

The second quarter of 2025 (April to June) is closed. Corrections go out as credit notes.
""",
}


def write_papers(
    folder: Path,
    agreements: list[Agreement],
    products: Mapping[str, tuple[str, str]],
    list_prices: Mapping[str, float],
) -> None:
    """Writes all documents anew.

    Args:
        folder: Emptied first.
        agreements: In any order.
        products: Name and unit by product number.
        list_prices: By product number.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for agreement in agreements:
        text = _letter(agreement, products) if agreement.letter else _page(agreement, products)
        _write(folder / "agreements" / f"{agreement.id}.{'txt' if agreement.letter else 'md'}", text)
    for name, text in MEMOS.items():
        _write(folder / "memos" / f"{name}.md", text)
    _write(folder / "policies" / "price-corrections.md", POLICY)
    rows = [f"| {sku} | {products[sku][0]} | {price:.2f} |" for sku, price in list_prices.items()]
    head = (
        "# List prices 2025\n\nFor customers without an agreement.\n\n| Product | Description | EUR |\n|---|---|---|\n"
    )
    _write(folder / "policies" / "list-prices-2025.md", head + "\n".join(rows) + "\n")


def _page(agreement: Agreement, products: Mapping[str, tuple[str, str]]) -> str:
    lines = [
        f"# Price agreement {agreement.id}",
        "",
        f"- Customer: {agreement.customer} {agreement.name}",
        f"- Status: {f'signed {agreement.signed}' if agreement.signed else 'draft, not signed'}",
        f"- Valid from: {agreement.start}",
        f"- Valid until: {agreement.end or '-'}",
    ]
    if agreement.supersedes:
        lines.append(f"- Supersedes: {agreement.supersedes}")
    lines += ["", "| Product | Description | Agreed price, EUR |", "|---|---|---|"]
    lines += [
        f"| {sku} | {products[sku][0]}, {products[sku][1]} | {price:.2f} |" for sku, price in agreement.prices.items()
    ]
    return "\n".join(lines) + "\n"


def _letter(agreement: Agreement, products: Mapping[str, tuple[str, str]]) -> str:
    rows = [
        f"    {sku}  {products[sku][0]:<24} {f'{price:.2f}'.replace('.', ','):>7}"
        for sku, price in agreement.prices.items()
    ]
    return "\n".join(
        [
            f"Fjällbo Coffee Roasters                          {agreement.id}",
            "",
            f"To: {agreement.name}, {agreement.city}",
            f"Signed: {agreement.signed or 'not yet'}",
            "",
            f"From {agreement.start} to {agreement.end or '-'} you pay these prices in EUR:",
            "",
            *rows,
            "",
            "We look forward to another good year.",
            "",
        ]
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
