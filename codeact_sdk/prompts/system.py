"""The system prompt: how to act, what the interpreter allows, which tools there are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from codeact_sdk.prompts.tools import render_toolset
from codeact_sdk.prompts.types import render_types
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.tools.types import TypeNames, collect_types

_ANSWER = """\
- `answer(value)` in a block ends the task with that value. Use it where the result is data, or too long to write out: it reaches the user directly, exactly as it is.
- A reply without a block ends the task, and is read by the user as the answer. Use it for an explanation, a question, or to say that the task cannot be done and why.

Finish only when the task is done and you have read the results that show it."""

_TYPED_ANSWER = """\
The answer must be a value of this type:

{classes}answer: {type}

Call `answer(value)` in a block to end the task with it{how}. The value is checked; if something is wrong you are told what, and can correct it. A reply without a block does not end the task: use it only to say that the task cannot be done, and why.

Finish only when the task is done and you have read the results that show it."""

_RECORDS = """\
- They are defined already: call them as they are written here, with the parameter names that stand here. Do not define or import them.
- A result of a class below is a record: read its fields as `order.total` or `order["total"]`; it has no methods. Where a parameter is of such a class, give a record or a dict with its fields."""

_PLAIN = """\
- They are defined already: call them as they are written here, with the parameter names that stand here. Do not define or import them."""

_PARALLEL = (
    "- `parallel(tool, items, limit=10)` calls a tool or a function for every item, several at a time, and gives the results in "
    "the order of the items; where a call failed there is its exception."
)

_ASYNC = "- An `async def` tool may be called like any other. To run several at once, `await asyncio.gather(...)` the calls, without `asyncio.run`."

_EFFECTS = (
    "- `# write` and `# destructive` mark tools that change the world. Call them only as far as the task asks, "
    "once for each change, after checking the arguments."
)


def system_prompt(
    toolset: Toolset,
    *,
    rules: Sequence[str] = (),
    modules: Sequence[str] = (),
    output_type: object = None,
    instructions: str = "",
    budget_tokens: int | None = None,
) -> str:
    """Writes the system prompt.

    What is the same for every run comes first, so that a provider can keep it cached.

    Args:
        toolset: The tools.
        rules: Sentences about what the interpreter refuses, written from the tables that refuse it.
        modules: Names that can be imported.
        output_type: What the answer must be; None for anything.
        instructions: Of the integrator, given at the end.
        budget_tokens: About how many tokens the tools may take.
    """
    values = {
        "finish": _ANSWER if output_type is None else _typed_answer(output_type),
        "interpreter": _interpreter(rules, modules),
        "tools": _tools(toolset, budget_tokens),
    }
    text = _template()
    parts = []
    for name, value in values.items():  # not str.format: what is filled in may hold braces
        before, _, text = text.partition(f"{{{name}}}")
        parts += [before, value]
    parts.append(text.rstrip("\n"))
    if instructions.strip():
        parts.append(f"\n\n# Instructions\n\n{instructions.strip()}")
    return "".join(parts)


@lru_cache(maxsize=1)
def _template() -> str:
    return files("codeact_sdk.prompts").joinpath("system.md").read_text(encoding="utf-8")


def _typed_answer(output_type: object) -> str:
    classes = collect_types([output_type])
    names = TypeNames(classes)
    blocks = f"{render_types(classes, names=names)}\n\n" if classes else ""
    how = ", giving a dict with its fields where it is a class" if classes else ""
    text = _TYPED_ANSWER.format(classes="{classes}", type="{type}", how=how)
    return text.replace("{type}", names.text(output_type)).replace("{classes}", blocks)


def _interpreter(rules: Sequence[str], modules: Sequence[str]) -> str:
    lines = ["Ordinary Python 3, restricted: it reaches the world only through the tools."]
    lines += [f"- {rule}" for rule in rules]
    if modules:
        lines.append(f"- These modules can be imported, and no others: {', '.join(modules)}.")
    return "\n".join(lines)


def _tools(toolset: Toolset, budget_tokens: int | None) -> str:
    if not len(toolset):
        return "There are none: work with Python alone."
    text = render_toolset(toolset, budget_tokens=budget_tokens)
    notes = [_RECORDS if "\nclass " in text else _PLAIN, _PARALLEL]
    if any(tool.is_async for tool in toolset):
        notes.append(_ASYNC)
    if any(tool.effect != "read" for tool in toolset):
        notes.append(_EFFECTS)
    notes_text = "\n".join(notes)
    return f"{notes_text}\n\n<tools>\n{text}\n</tools>"
