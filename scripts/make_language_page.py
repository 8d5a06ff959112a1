"""Writes docs/language.md from the tables of the policy, and from what an interpreter says when it is asked.

Run it after a change of a table, of a limit or of a refusal: `make language-page`. The page is that of Python 3.11; the suite
fails while it is not what the tables give.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from codeact_sdk import Interpreter, Limits
from codeact_sdk.interpreter import amounts, grammar, language, limits, module_members, own_modules
from codeact_sdk.interpreter.builtin_names import CHANGED

PAGE = Path(__file__).resolve().parent.parent / "docs" / "language.md"

HEAD = """# The language of actions

Actions are Python. This page is made from the tables that refuse (`make language-page`), so it says what the interpreter does.
Why an object is or is not reachable is in [threat-model.md](threat-model.md).
"""

SIZES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("while True: pass", {"seconds": 0.1}),
    ("for i in range(10): pass", {"steps": 5}),
    ("def f(): f()\nf()", {"recursion": 50}),
    ("look()\nlook()", {"tool_calls": 1}),
    ("look()\nlook()", {"calls_per_tool": 1}),
    ("'x'.ljust(10**10)", {"memory_bytes": 2**26}),
    ("print('x' * 50)", {"output_chars": 10}),
    ("10 ** 10_000_000", {}),
    ("1 << 10_000_000", {}),
    ("from math import factorial\nfactorial(10_000_000)", {}),
    ("f'{1:10000000}'", {}),
    ("from decimal import getcontext\ngetcontext().prec = 1_000_000", {}),
    ("from decimal import Decimal\nint(Decimal('1e1000000'))", {}),
    ("x = " + "-" * (language.MAX_DEPTH + 1) + "1", {}),
    ("[" * 9 + "0" + " for _ in x]" * 9, {}),
    ("#" * (language.MAX_SOURCE_CHARS + 1), {}),
)
"""Programs that ask for too much, with the limits that they are run under."""


def look() -> int:
    """Looks something up."""
    return 1


def code(text: str) -> str:
    """Writes code in a cell of a table; lines are parted by an arrow."""
    text = text if len(text) <= 60 else text[:24] + " … " + text[-12:]  # noqa: PLR2004  # what fits
    text = text.replace("|", "\\|").replace("\n", " ⏎ ")
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def table(*heads: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Writes a table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def names(given: Iterable[str]) -> str:
    """Writes names one after another."""
    return " ".join(f"`{name}`" for name in given)


def cell(text: str) -> str:
    """Writes words in a cell."""
    return text.replace("|", "\\|")


def instead(given: Mapping[str, str], *, head: str) -> str:
    """Writes a table of what is not there, with what to use."""
    return table(head, "instead", rows=((code(name), cell(text)) for name, text in sorted(given.items())))


def forms(given: Mapping[str, grammar.Form]) -> str:
    """Writes what is allowed of these."""
    rows: list[tuple[str, ...]] = []
    for name, form in given.items():
        if form.example and name not in language.REFUSED_NODES:
            newer = "" if form.since == (3, 11) else f"from Python {form.since[0]}.{form.since[1]}"
            rows.append((code(form.example), name, newer))
    return table("such as", "node of the grammar", "", rows=rows)


def section_grammar() -> str:
    """What may be written."""
    refused = {grammar.FORMS[name].example: text for name, text in language.REFUSED_NODES.items()}
    return "\n".join([
        "## Grammar\n",
        "The grammar of Python 3.11 to 3.13, but for the refused constructs below. What a newer Python adds is refused.\n",
        "### Statements\n", forms(grammar.STATEMENTS),
        "### Expressions\n", forms({**grammar.EXPRESSIONS, **grammar.PARTS}),
        "### Patterns\n", forms(grammar.PATTERNS),
        "### Operators\n", names(dict.fromkeys(grammar.OPERATORS.values())).replace("|", "\\|") + "\n",
        "### Refused\n",
        table("such as", "what it says", rows=((code(example), cell(text)) for example, text in refused.items())),
    ])  # fmt: skip


def section_names() -> str:
    """What names may be read and set."""
    specials = sorted(language.READABLE_SPECIALS.items())
    return "\n".join([
        "## Names and attributes\n",
        ("Any name may be used but those of the form `__x__`, of which these may be read as variables: "
        f"{names(sorted(language.GLOBAL_NAMES))}. Reserved are {names(sorted(language.RESERVED_NAMES))}.\n"),
        ("Attributes of own objects, classes and functions may be read and set, and those of records and of `SimpleNamespace`. Of "
        "everything else public attributes may be read and none set; of named tuples and enums also "
        f"{names(sorted(language.READABLE_PRIVATE))}.\n"),
        "### Special attributes that may be read\n",
        table("attribute", "what it gives", rows=((code(name), cell(text)) for name, text in specials)),
        "### Attributes that no object has\n",
        ("They lead to frames, code or host objects on some type: "
        f"{names(sorted(language.HIDDEN_ATTRIBUTES))}.\n"),
        "### Attributes that are looked at when the program runs\n",
        ("Whether they are safe depends on the object, or on how much they are asked for: "
        f"{names(sorted(language.CHECKED_ATTRIBUTES))}.\n"),
        "## Special methods\n",
        f"Own classes may define {names(sorted(language.OWN_CLASS_NAMES))}.\n",
        "They cannot define these:\n",
        instead(language.NOT_IN_CLASSES, head="method"),
    ])  # fmt: skip


def section_builtins(interpreter: Interpreter) -> str:
    """Which builtins there are."""
    public = [name for name in sorted({*vars(builtins), *CHANGED}) if not name.startswith("_")]
    there = [name for name in public if name not in language.HINTS and interpreter.run(name).error is None]
    return "\n".join([
        "## Builtins\n",
        f"As in Python: {names(name for name in there if name not in CHANGED)}.\n",
        "These are different:\n",
        table("name", "what is different", rows=((code(name), cell(CHANGED[name])) for name in there if name in CHANGED)),
        "These are not there:\n",
        instead(language.HINTS, head="name"),
    ])  # fmt: skip


def members(interpreter: Interpreter, module: str) -> str:
    """The members of a module: those that this Python has, then those of newer ones."""
    seen = interpreter.run(f"import {module} as m\ndir(m)")
    here: list[str] = list(seen.value)
    listed = {*module_members.MEMBERS.get(module, "").split(), *module_members.OWN_ONLY.get(module, "").split()}
    listed |= {"asyncio": set(own_modules.ASYNCIO.split()), "random": set(own_modules.RANDOM.split())}.get(
        module, set()
    )
    newer = sorted(listed - set(here))
    return names(here) + (f"; where Python has them {names(newer)}" if newer else "")


def section_modules(interpreter: Interpreter) -> str:
    """What may be imported."""
    rows = ((code(name), members(interpreter, name)) for name in interpreter.modules)
    inherited = ((code(name), names(text.split())) for name, text in sorted(module_members.MAY_BE_INHERITED.items()))
    return "\n".join([
        "## Modules\n",
        "Each holds members that were chosen one by one. Packs and plugins may add modules.\n",
        table("module", "members", rows=rows),
        "Own classes may inherit from these of them:\n",
        table("module", "classes", rows=inherited),
        "### Modules that are not there, or in part only\n",
        instead(language.MODULE_HINTS, head="module"),
        "### Members that are not there\n",
        instead(language.MEMBER_HINTS, head="member"),
    ])  # fmt: skip


def limit_rows() -> Iterable[tuple[str, ...]]:
    """The fields of `Limits`, with what their documentation says."""
    defaults = Limits()
    body = ast.parse(inspect.getsource(limits.Limits)).body[0]
    fields = body.body if isinstance(body, ast.ClassDef) else []
    for field, after in itertools.pairwise(fields):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            value = getattr(defaults, field.target.id)
            text = " ".join(str(ast.literal_eval(after.value)).split())
            yield code(field.target.id), "no limit" if value is None else f"{value:,}", cell(text)


def said(source: str, options: dict[str, Any]) -> tuple[str, ...]:
    """Runs a program that asks for too much, and gives what it is told."""
    with Interpreter(tools=[look], limits=Limits(**options)) as interpreter:
        seen = interpreter.run(source)
    message = seen.stdout.strip() if seen.error is None else f"{seen.error.type}: {seen.error.message}"
    given = ", ".join(f"{name}={value:,}" for name, value in options.items())
    return code(source), given and code(given), cell(message).replace("\n", " ")


def section_sizes() -> str:
    """What an action may use, and what it is told when that is spent."""
    fixed = (
        ("characters of an action", language.MAX_SOURCE_CHARS),
        ("levels of nesting", language.MAX_DEPTH),
        ("levels of comprehensions and lambdas", language.MAX_COMPREHENSION_DEPTH),
        ("bits of a whole number", amounts.MAX_BITS),
    )
    return "\n".join([
        "## Limits and sizes\n",
        table("`Limits`", "unless set", "", rows=limit_rows()),
        "Not to be set:\n",
        table("what", "at most", rows=((what, f"{most:,}") for what, most in fixed)),
        "What is said:\n",
        table("such as", "with", "what it says", rows=(said(*given) for given in SIZES)),
    ])  # fmt: skip


def write() -> str:
    """Makes the page."""
    with Interpreter() as interpreter:
        parts = [HEAD, section_grammar(), section_names(), section_builtins(interpreter), section_modules(interpreter)]
    return "\n".join([*parts, section_sizes()])


if __name__ == "__main__":
    PAGE.write_text(write(), encoding="utf-8")
    print(f"{PAGE.name}: {PAGE.stat().st_size:,} bytes")
