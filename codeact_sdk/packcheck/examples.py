"""The rule about examples: those of docstrings and of `examples=` run, in an interpreter with the pack."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from codeact_sdk.later import Later
from codeact_sdk.observations import CodeError, Observation
from codeact_sdk.packcheck.findings import Finding
from codeact_sdk.packcheck.subject import Subject
from codeact_sdk.runtime import Interpreter
from codeact_sdk.tools.effects import DENIED
from codeact_sdk.tools.tool import Tool

if TYPE_CHECKING:
    import doctest
else:  # it imports the debugger, and with it whatever is called `code.py` where somebody stands
    doctest = Later("doctest")


class Example(NamedTuple):
    """Code that a tool shows."""

    code: str
    wanted: str = ""
    """What it gives; empty where the author does not say."""
    raises: str = ""
    """The error that it shows, as the last line of a traceback; empty where none is shown."""


def check_examples(subject: Subject, *, run_writes: bool = False) -> Iterator[Finding]:
    """Runs the examples and yields those that fail.

    Args:
        subject: The pack.
        run_writes: Whether tools that write are called too; otherwise an example ends without a finding where it would.
    """
    for tool in subject.tools:
        groups = examples_of(tool)
        if not groups:
            continue
        for group in groups:
            # Calls that write ask somebody, and here is nobody: the interpreter refuses them.
            approvals = None if run_writes else ()
            with Interpreter(packs=[subject.pack], approvals=approvals) as interpreter:
                for example in group:
                    seen = interpreter.run(example.code)
                    if seen.error is not None and _is_excused(subject, seen.error):
                        break
                    yield from _verdict(subject, tool, example, seen)


def examples_of(tool: Tool) -> list[list[Example]]:
    """The examples of a tool: each list shares its names."""
    found: list[list[Example]] = []
    for text in (*tool.doc.examples, *tool.behaviour.examples):
        if ">>>" in text:
            found.append(_doctest(text))
        else:
            found.append([Example(text)])
    if ">>>" in tool.doc.description:
        found.append(_doctest(tool.doc.description))
    return found


def _doctest(text: str) -> list[Example]:
    try:
        items = doctest.DocTestParser().get_examples(text)
    except ValueError:  # a prompt without the space behind it: it runs as it stands, and is told
        return [Example(text)]
    shown: list[Example] = []
    for item in items:
        if item.options.get(doctest.SKIP):  # what comes after may need it
            break
        raises = (item.exc_msg or "").strip("\n")
        shown.append(Example(item.source.strip("\n"), "" if raises else item.want.strip("\n"), raises))
    return shown


def _is_excused(subject: Subject, error: CodeError) -> bool:
    """Whether it failed for what is missing here: somebody's approval, or a secret."""
    unset = (name for name in subject.pack.secrets if not os.environ.get(name))
    return error.type == DENIED or (error.type == "ToolError" and any(name in error.message for name in unset))


def _verdict(subject: Subject, tool: Tool, example: Example, seen: Observation) -> Iterator[Finding]:
    shown = example.code.strip().splitlines()[0] if example.code.strip() else ""
    if example.raises:
        yield from _error_verdict(subject, tool, example, seen)
    elif seen.error is not None:
        yield subject.about(
            "CP701",
            tool,
            f"the example `{shown}` fails: {seen.error.type}: {seen.error.message.strip().splitlines()[0]}",
            f"correct it: models copy it; call the tool as they do, {tool.qualified_name}(...)",
        )
    elif example.wanted and not _agrees(example.wanted, seen):
        given = seen.stdout.strip("\n") or repr(seen.value)
        yield subject.about(
            "CP702",
            tool,
            f"the example `{shown}` gives {given[:200]}, and the docstring says {example.wanted[:200]}",
            "correct the result in the docstring, or write `...` for what changes",
        )


def _error_verdict(subject: Subject, tool: Tool, example: Example, seen: Observation) -> Iterator[Finding]:
    given = "no error" if seen.error is None else f"{seen.error.type}: {seen.error.message.strip()}"
    wanted = example.raises.partition(":")[0].rpartition(".")[2]
    is_type = seen.error is not None and example.raises.strip() == wanted == seen.error.type
    if not is_type and not _is_like(example.raises, given):
        yield subject.about(
            "CP702",
            tool,
            f"the example `{example.code.splitlines()[0]}` gives {given[:200]}, and the docstring says {example.raises[:200]}",
            "correct the error in the docstring, or write `...` for what changes",
        )


def _is_like(wanted: str, given: str) -> bool:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(f"{wanted}\n", f"{given}\n", flags)


def _agrees(wanted: str, seen: Observation) -> bool:
    given = seen.stdout.strip("\n") or repr(seen.value)
    if _is_like(wanted, given):
        return True
    try:
        return bool(ast.literal_eval(wanted) == seen.value)
    except (ValueError, SyntaxError):
        return False
