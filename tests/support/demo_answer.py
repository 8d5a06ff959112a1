"""The answer of the demo, computed without the SDK, its packs and the demo's code."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "codeact_sdk" / "demo" / "data"

ANSWER = """
WITH issued AS (
    SELECT *, CASE WHEN issued_on LIKE '__.__.____'
        THEN substr(issued_on, 7, 4) || '-' || substr(issued_on, 4, 2) || '-' || substr(issued_on, 1, 2)
        ELSE issued_on END AS day
    FROM invoices WHERE status IN ('open', 'paid')
), quarter AS (
    SELECT * FROM issued WHERE day BETWEEN '2025-04-01' AND '2025-06-30'
), current AS (
    SELECT q.id AS invoice_id, (
        SELECT a.id FROM agreements a
        WHERE a.customer_id = q.customer_id AND a.signed AND a.first_day <= q.day AND q.day <= a.last_day
        ORDER BY a.first_day DESC LIMIT 1
    ) AS agreement_id FROM quarter q
), excess AS (
    SELECT q.customer_id, sum((l.unit_price * (1 - coalesce(l.discount_pct, 0) / 100) - p.price) * l.quantity) AS amount
    FROM quarter q
    JOIN current c ON c.invoice_id = q.id
    JOIN invoice_lines l ON l.invoice_id = q.id
    JOIN agreed_prices p ON p.agreement_id = c.agreement_id AND p.sku = l.sku
    WHERE l.unit_price * (1 - coalesce(l.discount_pct, 0) / 100) - p.price >= 0.005
    GROUP BY q.customer_id
), credited AS (
    SELECT q.customer_id, sum(n.amount) AS amount FROM credit_notes n JOIN quarter q ON q.id = n.invoice_id
    WHERE n.reason = 'price correction' GROUP BY q.customer_id
)
SELECT e.customer_id, c.name, round(e.amount - coalesce(d.amount, 0), 2) AS owed
FROM excess e JOIN customers c ON c.id = e.customer_id LEFT JOIN credited d ON d.customer_id = e.customer_id
WHERE round(e.amount - coalesce(d.amount, 0), 2) >= 5
ORDER BY owed DESC
"""
"""The whole answer in SQL, over the agreements as a table."""


def load_agreements(connection: sqlite3.Connection, papers: Path) -> None:
    """Reads the agreements line by line, in a way of its own."""
    names = dict(connection.execute("SELECT name, id FROM customers"))
    connection.execute("CREATE TEMP TABLE agreements (id, customer_id, signed, first_day, last_day)")
    connection.execute("CREATE TEMP TABLE agreed_prices (agreement_id, sku, price)")
    for path in papers.iterdir():
        fields: dict[str, str] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.replace("|", " ").split()
            if words and re.fullmatch(r"[A-Z]{3}-\d\d", words[0]):
                price = float(words[-1].replace(",", "."))
                connection.execute("INSERT INTO agreed_prices VALUES (?, ?, ?)", (path.stem, words[0], price))
            elif words and words[0] == "From":
                fields["valid from"], fields["valid until"] = words[1], words[3]
            elif ": " in line:
                key, _, value = line.strip().removeprefix("- ").partition(": ")
                fields[key.lower()] = value.strip()
        customer = fields["customer"].split()[0] if "customer" in fields else names[fields["to"].rpartition(", ")[0]]
        signed = fields.get("status", "").startswith("signed") or fields.get("signed", "not")[0].isdigit()
        last = "9999-12-31" if fields["valid until"] in {"", "-"} else fields["valid until"]
        row = (path.stem, customer, signed, fields["valid from"], last)
        connection.execute("INSERT INTO agreements VALUES (?, ?, ?, ?, ?)", row)


@contextmanager
def open_books(data: Path = DATA) -> Iterator[sqlite3.Connection]:
    """Opens the database with the agreements as two more tables."""
    with closing(sqlite3.connect(f"{(data / 'roastery.db').as_uri()}?mode=ro", uri=True)) as connection:
        load_agreements(connection, data / "documents" / "agreements")
        yield connection


def computed_answer(data: Path = DATA) -> list[dict[str, object]]:
    """Gives the answer in the form that the demo gives it."""
    with open_books(data) as books:
        return [{"customer": one, "name": name, "owed_eur": owed} for one, name, owed in books.execute(ANSWER)]
