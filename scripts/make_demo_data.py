# ruff: noqa: PLR2004  # the numbers of a made-up world have no names
"""Makes the data of `codeact demo`: the books and the papers of a coffee roaster that does not exist.

    python scripts/make_demo_data.py [FOLDER]

The seed is fixed: the same documents byte for byte, the same database row for row. What the demo asks about is put in
here on purpose: customers who were charged too much, and everything that makes that hard to see (two date formats,
missing values, agreements that replace others, drafts, discounts, credits already given).
"""

from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demo_papers import Agreement, write_papers

SEED = 20250716
"""Chosen so that every trap bites: tests/demo/test_data.py."""
FIRST_DAY = date(2024, 11, 4)
LAST_DAY = date(2025, 8, 29)
QUARTER = (date(2025, 4, 1), date(2025, 6, 30))
TARGET = Path(__file__).resolve().parent.parent / "codeact_sdk" / "demo" / "data"

PRODUCTS = [
    (sku, name, unit, price)
    for line in """
    ESP-01 kg 18.40 House Espresso|ESP-02 kg 19.90 Dark Espresso|ESP-03 kg 21.50 Organic Espresso|ESP-04 kg 24.80 Single Estate Espresso
    FIL-01 kg 16.20 House Filter|FIL-02 kg 17.60 Breakfast Filter|FIL-03 kg 20.10 Ethiopia Filter|FIL-04 kg 22.70 Kenya Filter
    DEC-01 kg 19.30 Decaf Espresso|DEC-02 kg 18.90 Decaf Filter|TEA-01 box 9.80 Black Tea|TEA-02 box 10.40 Green Tea
    TEA-03 box 11.20 Herbal Tea|CHO-01 kg 13.60 Drinking Chocolate|SYR-01 bottle 7.90 Vanilla Syrup|SYR-02 bottle 7.90 Caramel Syrup
    OAT-01 box 15.40 Oat Drink|SUG-01 box 6.30 Sugar Sticks|CUP-01 box 34.00 Paper Cups 250 ml|CUP-02 box 38.50 Paper Cups 350 ml
    LID-01 box 21.00 Lids|NAP-01 box 18.20 Napkins|CLN-01 tin 12.80 Cleaning Powder|CLN-02 box 16.90 Water Filters
    """.strip().split("\n")
    for sku, unit, price, name in (item.strip().split(" ", 3) for item in line.strip().split("|"))
]
LIST_PRICE = {sku: float(price) for sku, _, _, price in PRODUCTS}

KINDS = {"Café": "café", "Hotel": "hotel", "Bakery": "bakery", "Restaurant": "restaurant", "Canteen": "office"}
NAMES = [
    "Lindqvist",
    "Aurora",
    "Birka",
    "Solvik",
    "Hagen",
    "Norrsken",
    "Ekberg",
    "Fyren",
    "Granudden",
    "Havsbris",
    "Isabella",
    "Järven",
    "Kvarnen",
    "Lykke",
    "Månsken",
    "Nyberg",
    "Ormen",
    "Pärlan",
    "Quist",
    "Rosendal",
    "Sjögren",
    "Tallbacken",
    "Ugglan",
    "Viken",
    "Wasa",
    "Ymer",
    "Zetterlund",
    "Åkern",
    "Älgen",
    "Östra",
]
CITIES = [
    "Umeå",
    "Luleå",
    "Sundsvall",
    "Östersund",
    "Skellefteå",
    "Kiruna",
    "Piteå",
    "Gävle",
    "Härnösand",
    "Örnsköldsvik",
]


@dataclass
class Customer:
    """One customer and how the billing treats them."""

    id: str
    name: str
    segment: str
    city: str
    email: str | None
    since: date
    legacy: bool
    """Billed by the old system too, which writes dates as 14.05.2025."""
    agreements: list[Agreement] = field(default_factory=list)
    fault: str = ""
    favourites: list[str] = field(default_factory=list)

    def price(self, sku: str, day: date) -> float | None:
        """Gives the agreed price that is in force on a day."""
        current = [a for a in self.agreements if a.signed and a.start <= day and (a.end is None or day <= a.end)]
        return max(current, key=lambda a: a.start).prices.get(sku) if current else None


def make_customers(rng: random.Random) -> list[Customer]:
    """Makes customers in the order of their ids."""
    pairs = [(kind, name) for kind in KINDS for name in NAMES]
    customers = []
    for number, (kind, name) in enumerate(rng.sample(pairs, 64)):
        full = f"{kind} {name}"
        email = f"orders@{name.lower().translate(str.maketrans('åäö', 'aao'))}.example" if rng.random() < 0.85 else None
        since = date(2015, 1, 1) + timedelta(days=rng.randrange(3400))
        customer = Customer(
            f"C-{1001 + number}", full, KINDS[kind], rng.choice(CITIES), email, since, rng.random() < 0.45
        )
        customer.favourites = rng.sample(sorted(LIST_PRICE), rng.randint(7, 11))
        customers.append(customer)
    return customers


def make_agreements(rng: random.Random, customers: list[Customer]) -> None:
    """Gives some customers agreements, and some of these a fault in the billing."""
    chosen = rng.sample(customers, 38)
    faults = ["old price"] * 4 + ["list price"] * 5 + ["too low"] * 3 + ["discounted"] * 3 + ["earlier"] * 2
    faults += ["later", "credited", "credited", "partly credited", "tiny"]
    number = {2024: rng.randint(3, 9), 2025: 1}
    for customer, fault in zip(chosen, faults + [""] * (len(chosen) - len(faults)), strict=True):
        customer.fault = fault
        first = _agreement(rng, customer, date(2024, rng.randint(8, 12), 1), number)
        customer.agreements.append(first)
        if fault == "old price" or (not fault and rng.random() < 0.4):
            start = date(2025, rng.choice([3, 4, 5]), rng.choice([1, 15]))
            customer.agreements.append(_agreement(rng, customer, start, number, before=first))
        elif not fault and rng.random() < 0.3:
            first.end = date(2025, 5, rng.choice([10, 20, 31]))
    for customer in rng.sample(chosen, 5):
        draft = _agreement(rng, customer, date(2025, rng.choice([4, 5]), 1), number, before=customer.agreements[-1])
        draft.signed = None
        customer.agreements.append(draft)


def _agreement(
    rng: random.Random, customer: Customer, start: date, number: dict[int, int], before: Agreement | None = None
) -> Agreement:
    if before is None:
        skus = sorted(rng.sample(customer.favourites, rng.randint(4, 6)))
        prices = {sku: round(LIST_PRICE[sku] * rng.uniform(0.82, 0.95), 2) for sku in skus}
    else:
        prices = {sku: round(price * rng.uniform(0.92, 0.97), 2) for sku, price in before.prices.items()}
        if len(prices) > 4 and rng.random() < 0.5:
            del prices[rng.choice(sorted(prices))]
    number[start.year] += rng.randint(1, 3)
    return Agreement(
        id=f"PA-{start.year}-{number[start.year]:03}",
        customer=customer.id,
        name=customer.name,
        city=customer.city,
        signed=start - timedelta(days=rng.randint(6, 40)),
        start=start,
        end=None if rng.random() < 0.35 else date(start.year + 1, 12, 31),
        supersedes=before.id if before else "",
        prices=prices,
        letter=start.year == 2024 and rng.random() < 0.5,
    )


def charge(rng: random.Random, customer: Customer, sku: str, day: date) -> tuple[float | None, float | None]:
    """Gives the unit price and the discount in per cent that an invoice shows."""
    if rng.random() < 0.01:
        return None, None  # a free sample
    usual = LIST_PRICE[sku]
    agreed = customer.price(sku, day)
    in_quarter = QUARTER[0] <= day <= QUARTER[1]
    if agreed is None:
        return usual, rng.choice([2.0, 3.0, 5.0]) if rng.random() < 0.12 else None
    price, discount = agreed, None
    match customer.fault:
        case "old price" if rng.random() < 0.75:
            price = customer.agreements[0].prices[sku]
        case "list price" | "credited" | "partly credited" if in_quarter and rng.random() < 0.6:
            price, discount = usual, rng.choice([None, None, 2.0])
        case "earlier" if day < QUARTER[0] and rng.random() < 0.5:
            price = usual
        case "later" if day > QUARTER[1] and rng.random() < 0.5:
            price = usual
        case "too low" | "list price" | "old price" if rng.random() < 0.3:
            price = round(agreed * 0.94, 2)
        case "discounted" if rng.random() < 0.5:
            price, discount = usual, rng.choice([20.0, 25.0])
        case "tiny" if in_quarter and rng.random() < 0.8:
            price = round(agreed + 0.02, 2)
    return price, discount


@dataclass
class Books:
    """The rows of the tables."""

    invoices: list[tuple[Any, ...]] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    payments: list[tuple[Any, ...]] = field(default_factory=list)
    credits: list[tuple[Any, ...]] = field(default_factory=list)


def make_books(rng: random.Random, customers: list[Customer]) -> Books:
    """Bills every customer from the first day to the last."""
    books = Books()
    days = sorted((day, customer.id) for customer in customers for day in _invoice_days(rng))
    by_id = {customer.id: customer for customer in customers}
    for number, (day, customer_id) in enumerate(days):
        _bill(rng, books, f"INV-{24001 + number}", by_id[customer_id], day)
    return books


def _invoice_days(rng: random.Random) -> Iterator[date]:
    day = FIRST_DAY + timedelta(days=rng.randrange(14))
    while day <= LAST_DAY:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=rng.randint(9, 17))


def _bill(rng: random.Random, books: Books, invoice: str, customer: Customer, day: date) -> None:
    # The first invoices of the second quarter come from the new portal: the old format shows up later only.
    legacy = customer.legacy and rng.random() < 0.4 and day > date(2025, 4, 14)
    shown = day.strftime("%d.%m.%Y") if legacy else day.isoformat()
    status = rng.choices(["paid", "open", "cancelled"], [78, 16, 6])[0]
    if day > date(2025, 8, 20) and rng.random() < 0.3:
        status, shown = "draft", ""
    books.invoices.append((invoice, customer.id, shown or None, status, "legacy" if legacy else "portal"))
    total = excess = 0.0
    for sku in sorted(rng.sample(customer.favourites, rng.randint(2, 5))):
        price, discount = charge(rng, customer, sku, day)
        quantity = rng.randint(2, 40) if customer.fault != "tiny" else rng.randint(1, 4)
        books.lines.append((len(books.lines) + 1, invoice, sku, quantity, price, discount))
        net = (price or 0.0) * (1 - (discount or 0.0) / 100)
        total += net * quantity
        excess += max(0.0, net - (customer.price(sku, day) or net)) * quantity
    if status == "paid":
        paid = day + timedelta(days=rng.randint(5, 45))
        method = rng.choice(["transfer", "transfer", "card", None])
        shown_paid = paid.strftime("%d.%m.%Y") if legacy else paid.isoformat()
        books.payments.append((len(books.payments) + 1, invoice, shown_paid, round(total, 2), method))
    if status in {"paid", "open"}:
        credit = _credit(rng, customer, total, excess)
        if credit:
            issued = (day + timedelta(days=rng.randint(10, 30))).isoformat()
            books.credits.append((f"CN-{501 + len(books.credits)}", invoice, issued, *credit))


def _credit(rng: random.Random, customer: Customer, total: float, excess: float) -> tuple[float, str | None] | None:
    if excess > 0.5 and (customer.fault == "credited" or (customer.fault == "partly credited" and rng.random() < 0.5)):
        return round(excess, 2), "price correction"
    if rng.random() < 0.04:
        return round(total * 0.2, 2), rng.choice(["damaged goods", "returned goods", "late delivery", None])
    return None


SCHEMA = """
CREATE TABLE customers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, segment TEXT NOT NULL, city TEXT NOT NULL, email TEXT,
    customer_since TEXT NOT NULL
);
CREATE TABLE products (sku TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, list_price REAL NOT NULL);
CREATE TABLE invoices (
    id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers (id), issued_on TEXT, status TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE TABLE invoice_lines (
    id INTEGER PRIMARY KEY, invoice_id TEXT NOT NULL REFERENCES invoices (id),
    sku TEXT NOT NULL REFERENCES products (sku), quantity INTEGER NOT NULL, unit_price REAL, discount_pct REAL
);
CREATE TABLE payments (
    id INTEGER PRIMARY KEY, invoice_id TEXT NOT NULL REFERENCES invoices (id), paid_on TEXT NOT NULL,
    amount REAL NOT NULL, method TEXT
);
CREATE TABLE credit_notes (
    id TEXT PRIMARY KEY, invoice_id TEXT NOT NULL REFERENCES invoices (id), issued_on TEXT NOT NULL,
    amount REAL NOT NULL, reason TEXT
);
"""


def write_database(path: Path, customers: list[Customer], books: Books) -> None:
    """Writes the SQLite file."""
    path.unlink(missing_ok=True)
    people = [(c.id, c.name, c.segment, c.city, c.email, c.since.isoformat()) for c in customers]
    rows: dict[str, Sequence[tuple[Any, ...]]] = {
        "customers": people,
        "products": PRODUCTS,
        "invoices": books.invoices,
        "invoice_lines": books.lines,
        "payments": books.payments,
        "credit_notes": books.credits,
    }
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        for table, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608  # names from above
        connection.commit()
        connection.execute("VACUUM")


def make_demo_data(folder: Path) -> None:
    """Makes everything anew.

    Args:
        folder: Gets `roastery.db` and `documents/`.
    """
    rng = random.Random(SEED)  # noqa: S311  # not for secrets
    customers = make_customers(rng)
    make_agreements(rng, customers)
    folder.mkdir(parents=True, exist_ok=True)
    write_database(folder / "roastery.db", customers, make_books(rng, customers))
    agreements = [agreement for customer in customers for agreement in customer.agreements]
    names = {sku: (name, unit) for sku, name, unit, _ in PRODUCTS}
    write_papers(folder / "documents", agreements, names, LIST_PRICE)


if __name__ == "__main__":
    make_demo_data(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
