"""Names that are certainly undefined are found before anything runs; others are left to the run."""

from __future__ import annotations

import pytest

CERTAIN = {
    "a statement": "missing",
    "an argument": "print(1, missing)",
    "an argument by name": "print(1, end=missing)",
    "behind a star": "print(*missing)",
    "of an attribute": "missing.x.y",
    "of an assignment to an item": "x = {}\nx[missing] = 1",
    "an item": "x = [1]\nx[missing]",
    "an f-string": "f'{missing}'",
    "a condition": "if missing:\n    pass",
    "the first of two": "missing and 1",
    "a comparison": "1 < missing",
    "the iterable of a loop": "for x in missing:\n    pass",
    "the iterable of a comprehension": "[x for x in missing]",
    "the iterable of a generator": "g = (x for x in missing)",
    "a default": "def f(x=missing):\n    pass",
    "a default of a lambda": "f = lambda x=missing: x",
    "a decorator": "@missing\ndef f():\n    pass",
    "a base": "class A(missing):\n    pass",
    "the body of a class": "class A:\n    x = missing",
    "a function that is called": "def f(x):\n    return x + missing\nf(1)",
    "a function called by a function": "def f():\n    return missing\ndef g():\n    return f()\ng()",
    "an awaited function": "async def f():\n    return missing\nawait f()",
    "a function given to asyncio.run": "import asyncio\nasync def f():\n    return missing\nasyncio.run(f())",
    "a condition that always holds": "if not False:\n    missing",
    "a context that is entered first": "from contextlib import nullcontext\nwith nullcontext(missing):\n    pass",
    "a name of an item that is set": "x = {}\nx[missing]: int = 1",
    "the main block": "if __name__ == '__main__':\n    missing",
    "a loop over a literal": "for x in [1, 2]:\n    missing",
    "a loop without a condition": "while True:\n    missing\n    break",
    "after a loop": "for x in range(3):\n    if x: break\nmissing",
    "try with finally": "try:\n    missing\nfinally:\n    pass",
    "finally": "try:\n    1\nexcept ValueError:\n    pass\nfinally:\n    missing",
    "the argument of answer": "answer(missing)",
    "before answer": "x = missing\nanswer(1)",
    "the subject of a match": "match missing:\n    case 1: pass",
    "with": "with missing:\n    pass",
    "a task group": "import asyncio\nasync with asyncio.TaskGroup() as group:\n    missing",
    "assert": "assert missing",
    "a raise": "raise ValueError(missing)",
    "a keyword of the same name": "print(missing=missing)",
}

POSSIBLE = {
    "a branch": "import random\nif random.random() < 2:\n    pass\nelse:\n    missing",
    "a dead branch": "if False:\n    missing",
    "for the type checker": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    missing",
    "a loop without a turn": "x: int\nwhile False:\n    missing",
    "behind what is awaited": "import asyncio\nwait = asyncio.sleep(0)\nawait wait\nif False:\n    missing",
    "a condition that may not hold": "if not len('a'):\n    missing",
    "behind an answer in the same line": "x = [answer(1), missing]",
    "behind an answer in a block": "if True:\n    answer(1)\n    missing\nmissing",
    "try without handlers behind an answer": "try:\n    answer(1)\nfinally:\n    missing",
    "the second of two": "0 and missing",
    "a conditional expression": "1 if True else missing",
    "a longer comparison": "2 < 1 < missing",
    "a loop that may have no turn": "for x in range(0):\n    missing",
    "a comprehension that may have no turn": "[missing for x in range(0)]",
    "a function that nobody calls": "def f():\n    return missing",
    "a method": "class A:\n    def f(self):\n        return missing",
    "a lambda": "f = lambda: missing",
    "a generator function": "def f():\n    yield missing\nf()",
    "a coroutine that is kept": "import asyncio\nasync def f():\n    return missing\nx = f()\nx.close()",
    "try": "try:\n    missing\nexcept NameError:\n    pass",
    "try with a bare except": "try:\n    missing\nexcept:\n    pass",
    "try that fails before": "try:\n    int('a')\n    missing\nexcept ValueError:\n    pass",
    "finally that swallows": "def f():\n    try:\n        missing\n    finally:\n        return 1\nf()",
    "with": "from contextlib import suppress\nwith suppress(NameError):\n    missing",
    "after a return": "def f():\n    return 1\n    missing\nf()",
    "after a possible return": "def f(x):\n    if x:\n        return 1\n    missing\nf(1)",
    "after a break": "while True:\n    break\n    missing",
    "after a possible break": "for x in [1]:\n    if x: break\n    missing",
    "after answer": "answer(1)\nmissing",
    "after a possible answer": "if len('a'):\n    answer(1)\nmissing",
    "after a function that answers": "def f():\n    answer(1)\nf()\nmissing",
    "after answer by another name": "end = answer\nend(1)\nmissing",
    "after an exit": "import sys\nsys.exit()\nmissing",
    "after a raise": "raise ValueError\nmissing",
    "else of a loop": "while True:\n    break\nelse:\n    missing",
    "a message of assert": "assert True, missing",
    "an annotation": "x: missing = 1",
    "an annotation of a variable alone": "x: missing",
    "bound below": "if False:\n    missing = 1\ntry:\n    missing\nexcept NameError:\n    pass",
    "bound by exec": "exec('missing = 1')\nmissing",
    "bound by eval": "eval('(missing := 1)')\nmissing",
    "bound by import": "from math import *\nsqrt(4)",
    "bound by a function": "def f():\n    global missing\n    missing = 1\nf()\nmissing",
    "bound by walrus": "if (missing := 1):\n    missing",
    "bound by a match": "match [1]:\n    case [missing]:\n        missing",
    "bound by except": "try:\n    1 / 0\nexcept ZeroDivisionError as missing:\n    missing",
    "a private name of a class": "_A__missing = 1\nclass A:\n    x = __missing",
    "bound through globals": "try:\n    globals()['missing'] = 1\nexcept NameError:\n    raise SystemExit\nmissing",
    "a method of the name of a function": "class A:\n    def f():\n        return missing\nf = len\nf('a')",
    "a function with two definitions": "def f():\n    return missing\ndef f():\n    return 1\nf()",
    "a decorated function": "def no(f):\n    return lambda: 1\n@no\ndef f():\n    return missing\nf()",
}


@pytest.mark.parametrize("code", CERTAIN.values(), ids=CERTAIN.keys())
def test_a_name_that_is_surely_read_is_found(refused, code: str) -> None:
    """It is a NameError with the line of the name, and nothing has run."""
    error = refused(code)
    assert (error.type, error.message) == ("NameError", "name 'missing' is not defined")
    assert error.source[error.column :].startswith("missing")


@pytest.mark.parametrize("code", POSSIBLE.values(), ids=POSSIBLE.keys())
def test_a_name_that_may_not_be_read_is_left_to_the_run(passes, code: str) -> None:
    """The action runs: most of these end well in CPython."""
    passes(code)


def test_names_of_earlier_actions_count(passes, refused) -> None:
    """What an action has bound is there for the next one, also where it failed later."""
    assert passes("total = 1\n1 / 0", "total").value == 1
    assert refused("total = 1", "del total", "total").type == "NameError"


def test_names_that_functions_of_earlier_actions_bind_are_left_to_the_run(passes) -> None:
    """A call of them may bind the name in the middle of the action."""
    assert passes("def set_up():\n    global ready\n    ready = 1", "set_up()\nready").value == 1
    assert passes("def set_up2():\n    exec('steady = 1', globals())", "set_up2()\nsteady").value == 1


def test_functions_of_earlier_actions_may_end_the_action(passes) -> None:
    """What stands behind a call of them may never be reached."""
    assert passes("def finish():\n    answer(3)", "finish()\nmissing").answer == 3


def test_a_reset_forgets(run) -> None:
    """Names of a session that was reset are undefined again."""
    session = run.__self__
    run("total = 1")
    session.reset()
    assert run("print(1)\ntotal").stdout == ""


def test_the_nearest_names_are_told(refused) -> None:
    """Variables of earlier actions and of this one, builtins and tools are looked at."""
    assert refused("total = 1", "totl").hint == "did you mean total? (nothing was run)"
    assert refused("count = 1\ncont").hint == "did you mean count? (nothing was run)"
    assert "acme.orders(customer: str, status: str | None = None)" in refused("orders('C-1')").hint


def test_a_finding_is_placed_in_characters(refused) -> None:
    """Columns count characters, not bytes."""
    error = refused("x = 'é€' + missing")
    assert (error.line, error.column, error.source) == (2, 11, "x = 'é€' + missing")
    assert error.traceback.splitlines()[1:3] == ["    x = 'é€' + missing", "               ^^^^^^^"]


def test_code_as_deep_as_the_stack_is_left_to_the_run(passes) -> None:
    """Looking at calls inside calls, through functions that do the same, ends without a finding."""

    def deep(inner: str) -> str:
        return f"{'str(' * 70}{inner}{')' * 70}"

    functions = "".join(f"def f{n}():\n    return {deep(f'f{n - 1}()')}\n" for n in range(1, 6))
    assert passes(f"def f0():\n    return 1\n{functions}{deep('f5()')}\nmissing").error.type == "NameError"


def test_a_long_chain_of_functions_is_not_followed_to_its_end(passes) -> None:
    """What stands behind it is found, what stands in its depth is left to the run."""
    chain = "def f0():\n    return 1\n" + "".join(f"def f{n}():\n    return f{n - 1}()\n" for n in range(1, 60))
    deep = "(" * 20 + "1" + ",)" * 20
    assert passes(f"{chain}{deep}\nif f59() == 2:\n    missing\n").status == "ok"
