"""Each rule of `codeact packs check`: a pack that breaks it, and one that does not."""

from __future__ import annotations

import re
import sys
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from codeact_sdk.packcheck.check import check_pack, costs_of
from codeact_sdk.packcheck.findings import RULES, Finding
from codeact_sdk.packcheck.targets import find_targets

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = count()

HEAD = '''"""A shop."""

import asyncio
import time
from typing import Any

from pydantic import BaseModel, Field

from codeact_sdk import ToolContext, ToolPack
from codeact_sdk.packs import Retry

{pack}

{tools}
'''
PACK = 'pack = ToolPack("shop", "A shop.")'


class Case(NamedTuple):
    """Two packs that differ by one thing."""

    broken: str
    clean: str
    subject: str
    pack: str = PACK
    clean_pack: str = ""


def tool(signature: str, doc: str = "Counts orders.", *, options: str = "", body: str = "return 1") -> str:
    """Writes a tool."""
    text = "\n    ".join(doc.splitlines())
    return f'@pack.tool({options})\n{signature}\n    """{text}"""\n    {body}\n'


def args(*lines: str) -> str:
    """Writes a docstring with parameters."""
    return "\n".join(["Counts orders.", "", "Args:", *(f"    {line}" for line in lines), ""])


ONE = args("customer: Such as C-1.")
SETTINGS = 'class Settings(BaseModel):\n    """Choices."""\n\n    region: str = "eu"{}\n\n\n'
HANDLE = 'class Cursor:\n    """A place in a result."""\n\n\n'
NEEDY = 'pack = ToolPack("shop", "A shop.", secrets=["SHOP_TOKEN"])'
ASK = 'return len(ctx.secret("SHOP_TOKEN"))'

CASES = {
    "CP101": Case(tool("def orders():"), tool("def orders() -> int:"), "shop.orders"),
    "CP102": Case(
        tool("def orders() -> list[Any]:"),
        tool("def orders() -> list[dict[str, object]]:", body="return []"),
        "shop.orders",
    ),
    "CP103": Case(
        tool("def orders(customer) -> int:", ONE),
        tool("def orders(customer: str) -> int:", ONE),
        "shop.orders(customer)",
    ),
    "CP104": Case(
        tool("def orders(customer: list[str] = []) -> int:", ONE),
        tool("def orders(customer: list[str] | None = None) -> int:", ONE),
        "shop.orders(customer)",
    ),
    "CP201": Case("@pack.tool\ndef orders() -> int:\n    return 1\n", tool("def orders() -> int:"), "shop.orders"),
    "CP202": Case(
        tool("def orders(customer: str) -> int:"),
        tool("def orders(customer: str) -> int:", ONE),
        "shop.orders(customer)",
    ),
    "CP203": Case(
        tool("def orders(customer: str) -> int:", args("customer: Such as C-1.", "client: The same.")),
        tool("def orders(customer: str, *, ctx: ToolContext) -> int:", args("customer: Such as C-1.", "ctx: Ours.")),
        "shop.orders",
    ),
    "CP204": Case(
        tool("def orders(customer: str, limit: int = 3) -> int:", args("limit: Most.", "customer: Such as C-1.")),
        tool("def orders(customer: str, limit: int = 3) -> int:", args("customer: Such as C-1.", "limit: Most.")),
        "shop.orders",
    ),
    "CP206": Case(
        tool("def orders() -> int:"),
        tool("def orders() -> int:"),
        "Settings.region",
        SETTINGS.format("") + 'pack = ToolPack("shop", "A shop.", settings=Settings)',
        SETTINGS.format('\n    """Where the shop is."""') + 'pack = ToolPack("shop", "A shop.", settings=Settings)',
    ),
    "CP301": Case(tool("def list() -> int:"), tool("def list_orders() -> int:", options='name="list"'), "shop.list"),
    "CP302": Case(tool("def \u043erders() -> int:"), tool("def orders() -> int:"), "shop.\u043erders"),
    "CP303": Case(
        tool("def get_orders() -> int:") + tool("def getOrders() -> int:"),
        tool("def get_orders() -> int:") + tool("def get_order() -> int:"),
        "shop.getOrders",
    ),
    "CP401": Case(
        tool("def delete_orders() -> int:"),
        tool("def delete_orders() -> int:", options='effect="write"'),
        "shop.delete_orders",
    ),
    "CP402": Case(
        tool("def purge() -> int:", options='effect="destructive"'),
        tool("def purge() -> int:", "Removes all. This cannot be undone.", options='effect="destructive"'),
        "shop.purge",
    ),
    "CP403": Case(
        tool("def pay() -> int:", options='effect="write", retry=Retry(writes=True)'),
        tool("def pay() -> int:", options='effect="write", retry=3, idempotent=True'),
        "shop.pay",
    ),
    "CP404": Case(
        tool("def orders() -> int:", options="deprecated=True"),
        tool("def orders() -> int:", options='deprecated="use shop.find"'),
        "shop.orders",
    ),
    "CP501": Case(
        HANDLE + tool("def search() -> Cursor:"),
        HANDLE
        + tool("def search() -> Cursor:")
        + tool("def more(cursor: Cursor) -> int:", args("cursor: From search.")),
        "shop.search",
    ),
    "CP502": Case(
        HANDLE + tool("def more(cursor: Cursor) -> int:", args("cursor: A place.")),
        HANDLE
        + tool("def search() -> Cursor:")
        + tool("def more(cursor: Cursor) -> int:", args("cursor: From search.")),
        "shop.more(cursor)",
    ),
    "CP601": Case(
        tool("def orders() -> int:", "Counts orders.\n\n" + "very long words " * 300),
        tool("def orders() -> int:"),
        "shop.orders",
    ),
    "CP701": Case(
        tool("def orders() -> int:", 'Counts orders.\n\nExample:\n    >>> shop.orders("C-1")\n    1\n'),
        tool("def orders() -> int:", "Counts orders.\n\nExample:\n    >>> n = shop.orders()\n    >>> n + 1\n    2\n"),
        "shop.orders",
    ),
    "CP702": Case(
        tool("def orders() -> int:", "Counts orders.\n\nExample:\n    >>> shop.orders()\n    2\n"),
        tool("def orders() -> int:", "Counts orders.\n\nExample:\n    >>> print(shop.orders())\n    1\n"),
        "shop.orders",
    ),
    "CP801": Case(
        tool("def orders() -> int:"), tool("def orders(ctx: ToolContext) -> int:", body=ASK), "SHOP_TOKEN", NEEDY
    ),
    "CP802": Case(
        tool("def orders(ctx: ToolContext) -> int:", body=ASK),
        tool("def orders(ctx: ToolContext) -> int:", body=ASK),
        "SHOP_TOKEN",
        PACK,
        NEEDY,
    ),
    "CP803": Case(
        tool("def orders() -> int:", options='requires=["settings.region"]'),
        tool("def orders() -> int:", options='requires=["settings.region"]'),
        "shop.orders",
        PACK,
        SETTINGS.format('\n    """Where."""') + 'pack = ToolPack("shop", "A shop.", settings=Settings)',
    ),
    "CP901": Case(
        tool("async def orders() -> int:", body="time.sleep(1)"),
        tool("async def orders() -> int:", body="return await asyncio.to_thread(lambda: time.sleep(1))"),
        "shop.orders",
    ),
}
ELSEWHERE = {"CP001", "CP002", "CP205"}
"""Rules that are not about what stands in one tool."""


def find(folder: Path, source: str, **options: object) -> tuple[Finding, ...]:
    """Checks the pack in a module with this text."""
    path = folder / f"checked_{next(NUMBERS)}.py"
    path.write_text(source, encoding="utf-8")
    with find_targets(str(path)) as targets:
        (subject,) = targets.subjects
        return check_pack(subject, **options)


@pytest.mark.parametrize("code", CASES)
def test_a_rule_finds_the_pack_that_breaks_it_and_leaves_the_other(tmp_path, code):
    """The finding has the place, a reason and a fix; the repaired pack has no finding at all."""
    case = CASES[code]
    findings = find(tmp_path, HEAD.format(pack=case.pack, tools=case.broken))
    assert [(item.code, item.subject) for item in findings] == [(code, case.subject)]
    assert findings[0].place.file.endswith(".py")
    assert findings[0].place.line > 0
    assert findings[0].reason
    assert findings[0].fix
    assert find(tmp_path, HEAD.format(pack=case.clean_pack or case.pack, tools=case.clean)) == ()


def test_every_rule_has_a_case():
    """Nobody adds a rule without a pack that breaks it."""
    assert {*CASES, *ELSEWHERE} == set(RULES)


def test_every_rule_has_a_heading_in_the_docs():
    """With its severity and its title, in order."""
    text = (ROOT / "docs" / "packs-check.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### (CP\d+) \((\w+)\): (.+)$", text, re.MULTILINE)
    assert headings == [(rule.code, rule.severity, rule.title) for rule in RULES.values()]


@pytest.mark.parametrize("folder", sorted(ROOT.glob("plugins/*/pyproject.toml")), ids=lambda path: path.parent.name)
def test_the_bundled_packs_have_no_findings(folder):
    """What ships with the SDK holds its own rules."""
    with find_targets(str(folder.parent)) as targets:
        assert targets.broken == ()
        assert targets.subjects
        for subject in targets.subjects:
            assert check_pack(subject) == ()


def test_a_module_without_a_docstring_is_found(tmp_path):
    """It is named by its file, at its first line."""
    source = HEAD.format(pack=PACK, tools=tool("def orders() -> int:")).partition("\n")[2]
    (finding,) = find(tmp_path, source)
    assert (finding.code, finding.place.line) == ("CP205", 1)


WRITING = '''"""A shop."""

from pathlib import Path

from codeact_sdk import ToolPack

pack = ToolPack("shop", "A shop.")


@pack.tool(effect="write")
def mark() -> int:
    """Leaves a mark.

    Example:
        >>> shop.mark()
        1
    """
    Path(__file__).with_suffix(".mark").touch()
    return 1
'''


def test_examples_that_write_are_run_only_when_told(tmp_path):
    """Looking at a pack changes nothing."""
    assert find(tmp_path, WRITING) == ()
    assert not list(tmp_path.glob("*.mark"))
    assert find(tmp_path, WRITING, run_writes=True) == ()
    assert len(list(tmp_path.glob("*.mark"))) == 1


def test_declared_examples_are_run_too(tmp_path):
    """`examples=` with arguments that the tool refuses is found."""
    options = """examples=['shop.orders("C-1")', "shop.orders(customer=[])"]"""
    (finding,) = find(
        tmp_path, HEAD.format(pack=PACK, tools=tool("def orders(customer: str) -> int:", ONE, options=options))
    )
    assert finding.code == "CP701"
    assert "shop.orders(customer=[])" in finding.reason


def test_an_example_that_lacks_a_secret_is_no_fault_of_the_pack(tmp_path):
    """CI has no keys."""
    doc = "Counts orders.\n\nExample:\n    >>> shop.orders()\n    1\n"
    assert (
        find(tmp_path, HEAD.format(pack=NEEDY, tools=tool("def orders(ctx: ToolContext) -> int:", doc, body=ASK))) == ()
    )


def test_an_example_that_is_wrong_is_a_fault_also_where_a_secret_is_missing(tmp_path):
    """A misspelt tool is not taken for a missing key, whatever it is called."""
    doc = "Counts orders.\n\nExample:\n    >>> shop.secret_ordrs()\n    1\n"
    source = HEAD.format(pack=NEEDY, tools=tool("def secret_orders(ctx: ToolContext) -> int:", doc, body=ASK))
    assert [item.code for item in find(tmp_path, source)] == ["CP701"]


@pytest.mark.parametrize(
    ("project", "codes"),
    [
        ('dependencies = ["codeact-sdk>=0.1,<0.2"]', []),
        ('dependencies = ["httpx"]', ["CP002"]),
        ("dependencies = [\"codeact-sdk[testing]>=0.1; extra == 'test'\"]", ["CP002"]),
        ('dynamic = ["dependencies"]', []),
    ],
)
def test_a_dependency_on_the_sdk_is_one_that_holds_without_an_extra(tmp_path, project, codes):
    """An extra for tests installs no SDK; what a build backend fills in is not known."""
    name = f"checked_{next(NUMBERS)}"
    source = HEAD.format(pack=PACK, tools=tool("def orders() -> int:"))
    (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    entry = f'[project.entry-points.codeact_sdk]\nshop = "{name}:pack"\n'
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "shop"\nversion = "1"\n{project}\n{entry}')
    with find_targets(str(tmp_path)) as targets:
        (subject,) = targets.subjects
        assert [item.code for item in check_pack(subject)] == codes


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the statement is new in 3.12")
def test_an_alias_that_holds_itself_is_read_once(tmp_path):
    """Neither looking for Any nor looking for handles goes round in it."""
    alias = "type Tree = list[Tree] | int\ntype Loose = list[Loose] | Any\n\n\n"
    tight = tool("def orders(tree: Tree) -> Tree:", args("tree: Numbers."), body="return tree")
    assert find(tmp_path, HEAD.format(pack=PACK, tools=alias + tight)) == ()
    loose = tool("def orders(tree: Tree) -> Loose:", args("tree: Numbers."), body="return tree")
    assert [item.code for item in find(tmp_path, HEAD.format(pack=PACK, tools=alias + loose))] == ["CP102"]


def test_a_secret_whose_name_is_computed_hides_nothing(tmp_path):
    """Where the source does not tell which secret is asked for, none is called unused; a constant is followed."""
    computed = tool("def orders(ctx: ToolContext) -> int:", body='return len(ctx.secret("SHOP_" + "TOKEN"))')
    assert find(tmp_path, HEAD.format(pack=NEEDY, tools=computed)) == ()
    constant = 'KEY = "SHOP_TOKEN"\n\n\n' + tool(
        "def orders(ctx: ToolContext) -> int:", body="return len(ctx.secret(KEY))"
    )
    assert find(tmp_path, HEAD.format(pack=NEEDY, tools=constant)) == ()


def test_costs_are_told_for_each_tool(tmp_path):
    """Also where none is too dear."""
    path = tmp_path / f"checked_{next(NUMBERS)}.py"
    path.write_text(HEAD.format(pack=PACK, tools=tool("def orders() -> int:")), encoding="utf-8")
    with find_targets(str(path)) as targets:
        (cost,) = costs_of(targets.subjects[0])
    assert cost.tool == "shop.orders"
    assert 5 < cost.tokens < 50


@pytest.mark.parametrize(
    ("name", "summary", "is_write"),
    [
        ("order_delete", "Something.", True),
        ("create", "Something.", True),
        ("tidy", "Deletes old orders.", True),
        ("tidy", "Copies an order.", True),
        ("tidy", "Posts a message.", True),
        ("tidy", "Send a message.", True),
        ("post", "One post of the blog.", False),
        ("add", "Adds two numbers.", False),
        ("refunds", "Refunds of one customer.", False),
        ("last_update", "When the data was changed.", False),
        ("stores", "Stores near a place.", False),
        ("created", "When an order was created.", False),
        ("unsaid", "1, 2, 3.", False),
    ],
)
def test_writes_are_told_by_verbs(tmp_path, name, summary, is_write):
    """By the first word of the name or of the docstring; nouns are left alone where the next word tells."""
    found = find(tmp_path, HEAD.format(pack=PACK, tools=tool(f"def {name}() -> int:", summary)))
    assert [item.code for item in found] == ["CP401"] * is_write


def test_rows_and_types_that_the_sdk_shows_are_results(tmp_path):
    """Keys tell something where values may be anything; an image and a type with a rule are shown."""
    head = "from codeact_sdk.packs import Image, TypeRule\n\n\n" + HANDLE
    pack = head + 'pack = ToolPack("shop", "A shop.", types={Cursor: TypeRule(render=str)})'
    tools = [
        tool("def rows() -> list[dict[str, Any]]:"),
        tool("def picture() -> Image:"),
        tool("def cursor() -> Cursor:"),
    ]
    assert find(tmp_path, HEAD.format(pack=pack, tools="\n\n".join(tools))) == ()


@pytest.mark.parametrize(
    ("call", "is_blocking"),
    [
        ("t.sleep(1)", True),
        ("nap(1)", True),
        ("urllib.request.urlopen('x')", True),
        ("await asyncio.sleep(0)", False),
        ("await asyncio.to_thread(nap, 1)", False),
        ("(lambda: nap(1))", False),
        ("open('x')", True),
        ("input()", True),
        ("Path('x').read_text()", True),
        ("await Path('x').read_text()", False),
        ("await asyncio.to_thread(Path('x').read_text)", False),
        ("[].sort()", False),
        ("(lambda: 1)()", False),
    ],
)
def test_what_blocks_is_told_by_its_imports(tmp_path, call, is_blocking):
    """Under any name; what is only handed on, to a thread, does not count."""
    head = "import time as t\nimport urllib.request\nfrom time import sleep as nap\n"
    text = HEAD.format(pack=head + PACK, tools=tool("async def orders() -> None:", body=call))
    assert [item.code for item in find(tmp_path, text)] == ["CP901"] * is_blocking


def test_a_parameter_that_hides_a_builtin_is_found(tmp_path):
    """At its own line."""
    (finding,) = find(
        tmp_path, HEAD.format(pack=PACK, tools=tool("def orders(\n    id: str,\n) -> int:", args("id: Such as C-1.")))
    )
    assert (finding.code, finding.subject) == ("CP301", "shop.orders(id)")
    assert Path(finding.place.file).read_text().splitlines()[finding.place.line - 1] == "    id: str,"


@pytest.mark.parametrize(
    ("doc", "codes"),
    [
        ("Counts orders.\n\n>>> shop.orders()\n1\n", []),
        ("Counts orders.\n\n>>> shop.orders()\n2\n", ["CP702"]),
        ("Counts orders.\n\nExample:\n    >>>shop.orders()\n    1\n", ["CP701"]),
        ("Counts orders.\n\nExample:\n    >>> {'b': shop.orders(), 'a': 2}\n    {'a': 2, 'b': 1}\n", []),
        ("Counts orders.\n\nExample:\n    >>> shop.orders()\n    one\n", ["CP702"]),
        ("Counts orders.\n\nExample:\n    >>> 'a shop of %d' % shop.orders()\n    'a shop...'\n", []),
        ("Counts orders.\n\nExample:\n    shop.orders()\n", []),
        ("Counts orders.\n\nExample:\n    orders()\n", ["CP701"]),
        ("Counts orders.\n\nExample:\n    >>> nothing()  # doctest: +SKIP\n    1\n    >>> nothing_more\n", []),
        (
            "Counts orders.\n\nExample:\n    >>> 1 / 0\n    Traceback (most recent call last):\n    ZeroDivisionError: ...\n",
            [],
        ),
        (
            "Counts orders.\n\nExample:\n    >>> 1 / 0\n    Traceback (most recent call last):\n    ZeroDivisionError\n",
            [],
        ),
        (
            "Counts orders.\n\nExample:\n    >>> 1 / 0\n    Traceback (most recent call last):\n    KeyError: 'a'\n",
            ["CP702"],
        ),
        (
            "Counts orders.\n\nExample:\n    >>> 1 + 0\n    Traceback (most recent call last):\n    KeyError: 'a'\n",
            ["CP702"],
        ),
    ],
)
def test_examples_are_found_in_all_their_forms(tmp_path, doc, codes):
    """After `>>>` anywhere, and in `Example:` sections; results are compared as values."""
    found = find(tmp_path, HEAD.format(pack=PACK, tools=tool("def orders() -> int:", doc)))
    assert [item.code for item in found] == codes


def test_tools_without_source_are_checked_as_far_as_can_be(tmp_path):
    """Objects that can be called, functions with fixed arguments, and functions made at run time have findings too."""
    tools = '''
class Counter:
    """Counts."""

    def __call__(self, customer: str) -> int:
        """Counts orders."""
        return 1


def _orders(shop: str, customer: str) -> int:
    """Counts orders."""
    return 1


pack.tool(name="one")(Counter())
pack.tool(name="two")(functools.partial(_orders, "a"))
made = {}
exec("def three(customer: str) -> int:\\n    'Counts orders.'", made)
pack.tool(made["three"])
'''
    found = find(tmp_path, HEAD.format(pack="import functools\n\n" + PACK, tools=tools))
    assert sorted((item.code, item.subject) for item in found) == [
        ("CP202", "shop.one(customer)"),
        ("CP202", "shop.three(customer)"),
        ("CP202", "shop.two(customer)"),
    ]


def test_settings_made_at_run_time_need_descriptions_too(tmp_path):
    """The finding stands at the pack, since the field has no line."""
    made = 'from pydantic import create_model\n\nSettings = create_model("Settings", region=(str, "eu"))\n'
    text = made + 'pack = ToolPack("shop", "A shop.", settings=Settings)'
    (finding,) = find(tmp_path, HEAD.format(pack=text, tools=tool("def orders() -> int:")))
    assert (finding.code, finding.subject) == ("CP206", "Settings.region")
    assert finding.place.line > 0


@pytest.mark.parametrize(
    ("annotation", "codes"),
    [
        ("re.Pattern[str]", ["CP501"]),
        ("ipaddress.IPv4Address | None", ["CP501"]),
        ("list[Callable[[int], int]]", ["CP501"]),
        ("Callable[[re.Pattern[str]], int]", ["CP501"]),
        ("ValueError", ["CP501"]),
        ("dict[str, SecretStr]", ["CP501"]),
        ("Held", ["CP501"]),
        ("object", ["CP102"]),
        ("list[int] | object", ["CP102"]),
        ("list", ["CP102"]),
        ("dict", []),
        ("Iterator[int]", []),
        ("Literal['a']", []),
        ("list[Decimal | datetime | Path | None]", []),
    ],
)
def test_results_are_told_by_what_crosses(tmp_path, annotation, codes):
    """Classes of the standard library that are no data are handles too, also in fields."""
    head = """import ipaddress
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import SecretStr


class Held(BaseModel):
    \"\"\"Holds.\"\"\"

    key: SecretStr


"""
    text = HEAD.format(pack=head + PACK, tools=tool(f"def orders() -> {annotation}:"))
    assert [item.code for item in find(tmp_path, text)] == codes


def test_what_is_made_of_text_can_be_given(tmp_path):
    """A pattern or an address is written as a string, and a function is passed on."""
    head = "import ipaddress\nimport re\nfrom collections.abc import Callable\n\n"
    signature = "def orders(a: ipaddress.IPv4Address, b: re.Pattern[str], c: Callable[[int], int]) -> int:"
    text = HEAD.format(pack=head + PACK, tools=tool(signature, args("a: One.", "b: Two.", "c: Three.")))
    assert find(tmp_path, text) == ()


def test_what_a_tool_awaits_may_not_block_either(tmp_path):
    """Async functions beside the tools are read too; the finding names them and their line."""
    beside = "async def _fetch() -> int:\n    time.sleep(1)\n    return 1\n\n\n"
    text = HEAD.format(pack=PACK, tools=beside + tool("async def orders() -> int:", body="return await _fetch()"))
    (finding,) = find(tmp_path, text)
    assert (finding.code, finding.subject) == ("CP901", "_fetch")
    assert "sleep" in Path(finding.place.file).read_text().splitlines()[finding.place.line - 1]
