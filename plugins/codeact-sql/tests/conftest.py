"""A small shop."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from codeact_sdk import ToolContext

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), ordered_on TEXT, total REAL
);
CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 10;
INSERT INTO customers VALUES (1, 'Ada', 'ada@example.com'), (2, 'Bo', NULL);
INSERT INTO orders VALUES (1, 1, '2025-04-01', 12.5), (2, 1, '02.05.2025', 3), (3, 2, NULL, 40);
CREATE TABLE numbers (n INTEGER);
INSERT INTO numbers WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < 2000) SELECT n FROM c;
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop öl.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SHOP)
    return path


@pytest.fixture
def open_shop(shop: Path, make_context):
    return lambda **settings: make_context(settings={"url": f"sqlite:///{shop}", **settings})


@pytest.fixture
def ctx(open_shop) -> ToolContext:
    return open_shop()


@pytest.fixture
def writer(open_shop) -> ToolContext:
    return open_shop(writable=True, timeout_s=2)
