"""What is run: twelve texts for throughput, a typical action, and the tools that they call.

Each text ends with a line that sums up its work, so that a wrong result is seen as one. Texts keep to what every engine
takes: no `x[i] += 1` and no `o.a += 1`, which stock RestrictedPython refuses. Standard library only: peers import this too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

Tools = Mapping[str, Callable[..., object]]


@dataclass(frozen=True)
class Workload:
    """A text whose size can be chosen."""

    size: int
    """At which plain `exec` takes 20 to 40 ms."""
    text: str
    smallest: int = 1

    def at(self, scale: float) -> str:
        """Gives the text for a share of the usual size."""
        return self.text.replace("$N", str(max(self.smallest, round(self.size * scale))))


WORKLOADS: Mapping[str, Workload] = {
    "loop at top level": Workload(
        60_000,
        "total = 0\nleft = $N\nwhile left > 0:\n    total += left * 5 % 11\n    left -= 1\n"
        "for i in range($N):\n    total ^= i & 31\nprint(total)\n",
    ),
    "loop in a function": Workload(
        140_000,
        "def work(n):\n    total = 0\n    left = n\n    while left > 0:\n        total += left * 5 % 11\n"
        "        left -= 1\n    for i in range(n):\n        total ^= i & 31\n    return total\nprint(work($N))\n",
    ),
    "recursion": Workload(
        250_000,
        "def fib(n):\n    if n < 2:\n        return n\n    return fib(n - 1) + fib(n - 2)\n"
        "k = 8\ncalls = 67\nwhile calls < $N:\n    k += 1\n    calls = calls * 1618 // 1000\nprint(k, fib(k))\n",
    ),
    "attribute reads": Workload(
        220_000,
        "class Box:\n    def __init__(self, width, height):\n        self.width = width\n        self.height = height\n"
        "def work(n):\n    a = Box(3, 4)\n    b = Box(5, 6)\n    area = 0\n    for i in range(n):\n"
        "        area += a.width * b.height + b.width * a.height - a.width\n    return area\nprint(work($N))\n",
    ),
    "index": Workload(
        100_000,
        "def work(n):\n    row = [0] * 500\n    seen = {}\n    for i in range(n):\n        k = i % 500\n"
        "        row[k] = row[k] + i\n        seen[k] = row[k] - seen.get(k, 0)\n    total = 0\n"
        "    for k in range(min(n, 500)):\n        total += seen[k] + row[-k]\n    return total\nprint(work($N))\n",
    ),
    "building text": Workload(
        45_000,
        "def work(n):\n    lines = []\n    line = ''\n    for i in range(n):\n        lines.append(f'{i % 97}={i}')\n"
        "        line += '-'\n        if len(line) > 60:\n            lines.append(line.replace('-', 'ab').upper().strip('A'))\n"
        "            line = ''\n    text = ';'.join(lines)\n    return len(text), len(text.split(';'))\nprint(work($N))\n",
    ),
    "sort by key": Workload(
        16_000,
        "rows = []\nfor i in range($N):\n    rows.append({'id': i, 'rank': i * 7919 % 1009})\n"
        "up = sorted(rows, key=lambda row: row['rank'])\ndown = sorted(rows, key=lambda row: (-row['rank'], row['id']))\n"
        "print(up[0]['id'], up[-1]['id'], down[0]['id'], down[-1]['id'])\n",
    ),
    "comprehensions": Workload(
        130_000,
        "odd = [i * 3 for i in range($N) if i % 2]\nnext_to = {i: i + 1 for i in odd}\nlast = {i % 500 for i in odd}\n"
        "side = [x * y for x in range(100) for y in range($N // 500)]\n"
        "print(len(odd), len(last), sum(v for v in next_to.values()), sum(side))\n",
    ),
    "sieve": Workload(
        300_000,
        "def primes(n):\n    prime = [True] * (n + 1)\n    prime[0] = False\n    prime[1] = False\n    p = 2\n"
        "    while p * p <= n:\n        if prime[p]:\n            for multiple in range(p * p, n + 1, p):\n"
        "                prime[multiple] = False\n        p += 1\n    count = 0\n    for flag in prime:\n"
        "        if flag:\n            count += 1\n    return count\nprint(primes($N))\n",
        smallest=10,
    ),
    "own class": Workload(
        30_000,
        "class Stock:\n    def __init__(self, name, count):\n        self.name = name\n        self.count = count\n"
        "        self.moves = []\n    def add(self, n):\n        self.count = self.count + n\n        self.moves.append(n)\n"
        "        return self.count\n    def size(self):\n        return self.count + len(self.moves)\n"
        "total = 0\nfor i in range($N):\n    stock = Stock('bolt', i)\n    stock.add(3)\n    stock.add(4)\n"
        "    total += stock.size()\nprint(total)\n",
    ),
    "rows of JSON": Workload(
        20_000,
        "import json\nrows = json.loads(load_rows($N))\nsums = {}\neven = 0\nfor row in rows:\n    kind = row['kind']\n"
        "    sums[kind] = sums.get(kind, 0) + row['amount']\n    if row['id'] % 2 == 0:\n        even += 1\n"
        "print(sorted(sums.items()), even)\n",
    ),
    "unpacking": Workload(
        160_000,
        "def work(n):\n    pairs = [(i, i + 2) for i in range(1000)]\n    total = 0\n    for turn in range(n // 1000 + 1):\n"
        "        for i, (a, b) in enumerate(pairs):\n            total += i * a - b\n        for a, b in pairs:\n"
        "            c, d = b, a\n            total += c - d\n    return total\nprint(work($N))\n",
    ),
}

_ACTION = """\
rows = find_orders("bolt $N", 20)
sums = {}
labels = []
for row in rows:
    kind = row["kind"]
    amount = row["amount"] * 3
    sums[kind] = sums.get(kind, 0) + amount
    labels.append(row["label"].title())
rate = exchange_rate("EUR")
best = max(sums.items(), key=lambda pair: pair[1])[0]
saved = keep_note(best, len(labels))
print(f"{best}: {sums[best] * rate:.2f} of {len(labels)}, saved={saved}")
"""


def action(n: int) -> str:
    """A typical action: twelve lines, three tool calls. Each number gives another text."""
    return _ACTION.replace("$N", str(n))


_ORDERS: tuple[dict[str, object], ...] = tuple(
    {"id": n, "kind": "abc"[n % 3], "label": f"order {n}", "amount": n * 7 % 20} for n in range(20)
)


def find_orders(query: str, limit: int) -> list[dict[str, object]]:
    """Finds orders.

    Args:
        query: Words to look for.
        limit: How many at most.
    """
    return list(_ORDERS[:limit]) if query else []


def exchange_rate(currency: str) -> float:
    """Tells an exchange rate.

    Args:
        currency: Code of the currency.
    """
    return 1.25 if currency else 1.0


def keep_note(title: str, count: int) -> bool:
    """Keeps a note.

    Args:
        title: What it is about.
        count: How many orders it is about.
    """
    return bool(title) and count > 0


def add(a: int, b: int) -> int:
    """Adds two whole numbers.

    Args:
        a: The first.
        b: The second.
    """
    return a + b


def load_rows(n: int) -> str:
    """Gives rows as JSON text.

    Args:
        n: How many.
    """
    return _rows_text(n)


@lru_cache(maxsize=4)
def _rows_text(n: int) -> str:
    return json.dumps([{"id": i, "kind": "abcd"[i % 4], "amount": i % 13 / 2} for i in range(n)])


ACTION_TOOLS: Tools = {"find_orders": find_orders, "exchange_rate": exchange_rate, "keep_note": keep_note}

_TOOL = '''
def tool_{n:05d}(query: str, limit: int = 10, tags: list[str] | None = None, exact: bool = False) -> dict:
    """Looks in collection {n} for records about {topic}.

    Args:
        query: Words to look for in collection {n}.
        limit: How many records at most.
        tags: Only records that have each of these tags.
        exact: Whether whole words must match.

    Returns:
        The records by number.
    """
    return {{"n": {n}, "query": query, "limit": limit}}

'''
_TOPICS = ("refunds", "invoices", "weather", "parcels", "meetings", "flights", "sensors", "papers", "recipes", "songs")


def module_of_tools(n: int) -> str:
    """Gives the source of a module with many tools, `tool_00000` and so on."""
    return "".join(_TOOL.format(n=i, topic=_TOPICS[i % len(_TOPICS)]) for i in range(n))
