"""Calls that no tool takes, and unawaited ones, are found before anything runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codeact_sdk import Interpreter
from codeact_sdk.prompts.observations import render_observation

GOLDEN = Path(__file__).parent / "golden"

ORDERS = "acme.orders(customer: str, status: str | None = None) -> list[dict]"

WRONG = {
    "an unknown tool": ("acme.ordrs('C-1')", "AttributeError", "pack 'acme' has no 'ordrs' here; did you mean orders?"),
    "an unknown attribute": (
        "list(map(acme.ordrs, ['C-1']))",
        "AttributeError",
        "pack 'acme' has no 'ordrs' here; did you mean orders?",
    ),
    "an unknown tool in an import": (
        "from acme import ordrs",
        "ImportError",
        "cannot import name 'ordrs' from 'acme': it is not available here; did you mean orders?",
    ),
    "an unknown parameter": (
        "acme.orders('C-1', state='open')",
        "ToolArgumentError",
        (
            f"acme.orders: state: no such parameter, did you mean status?\n  signature: {ORDERS}\n"
            "                                        ^^^^^^^^^^^^^^^^^^^^^^^^^"
        ),
    ),
    "too many arguments": (
        "acme.orders('C-1', 'open', 3)",
        "ToolArgumentError",
        f"acme.orders: 3 positional arguments were given, at most 2 are possible\n  signature: {ORDERS}",
    ),
    "an argument given twice": (
        "acme.orders('C-1', customer='C-2')",
        "ToolArgumentError",
        (
            f"acme.orders: customer: given twice, by position and by name\n  signature: {ORDERS}\n"
            "                         ^^^^^^^^^^^^^"
        ),
    ),
    "a missing argument": (
        "acme.orders(status='open')",
        "ToolArgumentError",
        f"acme.orders: customer: missing, must be str\n  signature: {ORDERS}\n                         ^^^^^^^^^^^^^",
    ),
    "a missing argument beside a star": (
        "acme.refund(*['o1', 2.0])",
        "ToolArgumentError",
        (
            "acme.refund: reason: missing, must be str\n"
            "  signature: acme.refund(order_id: str, amount: float, *, reason: str) -> str\n"
            "                                                          ^^^^^^^^^^^"
        ),
    ),
    "an argument by position that has to be named": (
        "acme.refund('o1', 2.0, 'late')",
        "ToolArgumentError",
        (
            "acme.refund: 3 positional arguments were given, at most 2 are possible; reason must be given by name; "
            "reason: missing, must be str\n"
            "  signature: acme.refund(order_id: str, amount: float, *, reason: str) -> str\n"
            "                                                          ^^^^^^^^^^^"
        ),
    ),
    "of a tool with the name of a method that is guarded": (
        "acme.join('a')",
        "ToolArgumentError",
        (
            "acme.join: second: missing, must be str\n  signature: acme.join(first: str, second: str) -> str\n"
            "                                   ^^^^^^^^^^^"
        ),
    ),
    "of a direct tool": (
        "price()",
        "ToolArgumentError",
        (
            "price: sku: missing, must be str\n  signature: price(sku: str, currency: str = 'EUR') -> float\n"
            "                   ^^^^^^^^"
        ),
    ),
    "a call that is not awaited": (
        "import asyncio\nawait asyncio.sleep(0)\nacme.ship('o1')",
        "RuntimeWarning",
        "coroutine 'acme.ship' was never awaited",
    ),
    "a loop over a call that is not awaited": (
        "import asyncio\nawait asyncio.sleep(0)\nfor x in acme.ship('o1'):\n    pass",
        "RuntimeWarning",
        "coroutine 'acme.ship' was never awaited",
    ),
    "an own coroutine that is not awaited": (
        "async def main():\n    return 1\nmain()",
        "RuntimeWarning",
        "coroutine 'main' was never awaited",
    ),
    "in a branch": (
        "if len('a') > 3:\n    price()",
        "ToolArgumentError",
        (
            "price: sku: missing, must be str\n  signature: price(sku: str, currency: str = 'EUR') -> float\n"
            "                   ^^^^^^^^"
        ),
    ),
    "in a function": (
        "def f(x):\n    return [acme.ordrs(x) for x in x]",
        "AttributeError",
        "pack 'acme' has no 'ordrs' here; did you mean orders?",
    ),
    "in a try that expects something else": (
        "try:\n    acme.ordrs('C-1')\nexcept (KeyError, ValueError):\n    pass",
        "AttributeError",
        "pack 'acme' has no 'ordrs' here; did you mean orders?",
    ),
    "after an import of the pack": (
        "import acme\nacme.ordrs('C-1')",
        "AttributeError",
        "pack 'acme' has no 'ordrs' here; did you mean orders?",
    ),
    "of an imported tool": (
        "from acme import orders as find\nfind('C-1', 'open', 1)",
        "ToolArgumentError",
        f"acme.orders: 3 positional arguments were given, at most 2 are possible\n  signature: {ORDERS}",
    ),
}

RIGHT = {
    "a right call": "acme.orders('C-1', status='open')",
    "of a name of a method": "acme.join('a', 'b')",
    "by name": "acme.orders(status='open', customer='C-1')",
    "starred": "acme.orders(*['C-1'])",
    "double-starred": "acme.orders(**{'customer': 'C-1'})",
    "starred, and given by name": "acme.refund(*['o1', 2.0], reason='late')",
    "a missing argument behind two stars": "acme.refund('o1', 2.0, **{'reason': 'late'})",
    "in a string": "'acme.ordrs()'",
    "in a comment": "1  # acme.ordrs()",
    "in dead code": "if False:\n    acme.ordrs('C-1')",
    "after a return": "def f():\n    return 1\n    acme.ordrs('C-1')\nf()",
    "in a try": "try:\n    acme.ordrs('C-1')\nexcept Exception:\n    pass",
    "in a try for AttributeError": "try:\n    acme.ordrs('C-1')\nexcept AttributeError:\n    pass",
    "in a try for ToolError": "try:\n    price()\nexcept ToolError:\n    pass",
    "in a function whose call is in a try": (
        "def f():\n    return price()\ntry:\n    f()\nexcept TypeError:\n    pass"
    ),
    "under suppress": "from contextlib import suppress\nwith suppress(TypeError):\n    price()",
    "behind a question": "if hasattr(acme, 'ordrs'):\n    acme.ordrs('C-1')",
    "behind dir": "if 'ordrs' in dir(acme):\n    acme.ordrs('C-1')",
    "a parameter of the name": "def f(acme):\n    return acme.upper()\nf('a')",
    "a variable of the name": "acme = 'a'\nacme.upper()",
    "a tool under another name": "price = len\nprice([])",
    "a name that is deleted": "price = len\nprice([])\ndel price",
    "a name that a function binds": "def f():\n    global price\n    price = len\nf()\nprice([])",
    "a loop variable": "for price in [len]:\n    price([])",
    "the rest of a mapping": "import acme\nmatch {'a': 1}:\n    case {**acme}:\n        acme.values()",
    "a name that functions share": "import acme\ndef f():\n    global acme\n    acme = 'a'\nf()\nacme.upper()",
    "a parameter without a default": "import acme\ndef f(*, x, y=1):\n    return acme.orders(x)\nf(x='C-1')",
    "a call of a result": "import acme\nacme.orders('C-1')[0].get('id'), (lambda: 1)()",
    "an own class of the name": "class acme:\n    ordrs = 1\nacme.ordrs",
    "an import of something else": "import math as acme\nacme.sqrt(4)",
    "exec": "exec('price = len')\nprice([])",
    "an awaited call": "await acme.ship('o1')",
    "an asynchronous comprehension": (
        "async def f():\n    yield await acme.ship('o1')\n[x async for x in f()]\nasync for x in f():\n    x.upper()"
    ),
    "gathered calls": "import asyncio\nawait asyncio.gather(acme.ship('o1'), *[acme.ship(o) for o in ['o2']])",
    "a task": "import asyncio\ntask = asyncio.create_task(acme.ship('o1'))\nawait task",
    "a blocking call of an async tool": "acme.ship('o1')",
    "asyncio.run": "import asyncio\nasync def main():\n    return await acme.ship('o1')\nasyncio.run(main())",
    "an own async generator": "async def f():\n    yield 1\nf()",
    "a method of the name": "class A:\n    def price(self):\n        return 1\nA().price()",
    "an attribute of the name": "class A:\n    pass\na = A()\na.acme = 'x'\na.acme.upper()",
}


@pytest.mark.parametrize(("code", "kind", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_use_of_a_tool_is_found(refused, code: str, kind: str, message: str) -> None:
    """It has the type and the words that it would have when it ran, and nothing has run."""
    error = refused(code)
    assert (error.type, error.message) == (kind, message)


@pytest.mark.parametrize("code", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_or_prepared_use_is_left_to_the_run(passes, code: str) -> None:
    """What works, what is expected to fail, and what is no use of a tool runs, and ends well."""
    assert passes(code).status == "ok"


def test_tools_under_names_of_earlier_actions_are_known(refused, passes) -> None:
    """A name that an earlier action gave to a tool or a pack is checked; one that it took from a tool is not."""
    assert refused("find = acme.orders", "find('C-1', 'open', 1)").type == "ToolArgumentError"
    assert refused("import acme", "acme.ordrs('C-1')").type == "AttributeError"
    assert passes("class Fake:\n    pass\nacme = Fake()\nacme.ordrs = len", "acme.ordrs('abc')").value == 3


def test_what_is_hidden_is_left_to_the_run(passes) -> None:
    """Attributes that models may not read or set are no findings; the run refuses them."""
    assert passes("acme._label").error.type == "AttributeError"
    assert "cannot be set" in passes("acme.ordrs = 1").error.message


def test_names_that_earlier_functions_bind_are_no_tools(passes) -> None:
    """A function of an earlier action may rebind a tool in the middle of this one."""
    assert passes("def set_up():\n    global price\n    price = len", "set_up()\nprice([])").value == 0


def test_own_objects_are_not_asked(run) -> None:
    """Looking at a session runs no method of its objects."""
    run(
        "class Loud:\n    def __bool__(self):\n        print('asked')\n        return True\n    __eq__ = __hash__ = __bool__\nacme = Loud()"
    )
    assert run("acme.ordrs").stdout == ""


def test_no_method_of_the_session_is_run_by_a_finding(run) -> None:
    """Neither does telling what is wrong."""
    run(
        "class Loud:\n    def __repr__(self):\n        print('asked')\n        return ''\n    __str__ = __repr__\nlouder = Loud()"
    )
    observation = run("loude + price()")
    assert (observation.stdout, observation.error.type) == ("", "NameError")


def test_a_tool_whose_name_is_a_part_of_another_word(passes) -> None:
    """Words that hold the name of a pack are no uses of it."""
    assert passes("my_acme = 'x'\nmy_acme.upper()\n'acme.ordrs'").status == "ok"


ALL = """\
for order in acme.ordrs('C-1'):
    acme.refund(order['id'], amout=order['totl'], reason="é")
    ship(order)
total = sum(order['total'] for order in orders)
price(*[1], sku=2), acme.orders(
    'C-1',
    open=True,
)
answer(totl)"""


def test_all_findings_are_told_together(refused, run) -> None:
    """One error has every finding with its line, its marks and what would be right."""
    refused(ALL)
    text = render_observation(run(ALL))
    path = GOLDEN / "all-findings.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


def test_many_findings_are_counted(refused) -> None:
    """A text full of mistakes is told by its first dozen."""
    error = refused("\n".join(f"price(a{n}=1)" for n in range(40)))
    assert error.message.count("no such parameter") == 12
    assert error.message.endswith("and 28 more like these")
    assert error.hint == "nothing was run; correct all of them"


def test_a_flood_of_mistakes_is_cut(run) -> None:
    """Of thousands of mistakes in one long line the first are told, and what is told is short."""
    names = run(f"[{', '.join(f'undefined_{n}' for n in range(5_000))}]").error
    calls = run(f"[{', '.join(f'price(a{n}=1)' for n in range(2_000))}]").error
    assert names.hint == "nothing was run; correct all of them"
    assert names.message.endswith("and at least 38 more like these")
    assert max(len(names.message), len(calls.message)) < 20_000


def test_long_names_are_not_compared(run) -> None:
    """A search for what was meant takes time with the square of the length; long names do without."""
    run(f"{'ab' * 5_000}c = {'ba' * 5_000}c = 1")
    error = run(f"{'ab' * 5_000}").error
    assert (error.type, error.hint, len(error.message)) == (
        "NameError",
        "nothing was run",
        len("name '... (10,025 characters)") + 3_994,
    )


def test_a_refused_action_has_bound_nothing(run) -> None:
    """Its names are not there afterwards, and what comes next runs."""
    run("x = 1\nmissing")
    assert run("print(1)\nx").stdout == ""
    assert run("x = 2\nx").value == 2


def test_without_the_check_it_runs() -> None:
    """A session that does not check gives the errors of the run."""
    with Interpreter(check="off") as interpreter:
        observation = interpreter.run("print(1)\nmissing")
    assert (observation.stdout, observation.error.type, observation.error.hint) == (
        "1\n",
        "NameError",
        "did you mean min?",
    )
