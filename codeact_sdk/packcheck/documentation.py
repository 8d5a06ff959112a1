"""Rules about what is said: docstrings of tools and modules, descriptions of settings."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel

from codeact_sdk.packcheck.findings import Finding, Place
from codeact_sdk.packcheck.subject import Subject, shown
from codeact_sdk.tools.fields import class_fields
from codeact_sdk.tools.tool import Tool


def check_docs(subject: Subject) -> Iterator[Finding]:
    """Yields what docstrings of tools leave out, or say wrongly."""
    for tool in subject.tools:
        if not tool.docstring:
            yield subject.about(
                "CP201",
                tool,
                "it has no docstring, and models choose tools by it",
                "write one line on what it does, and an `Args:` section",
            )
            continue
        yield from _undocumented(subject, tool)
        yield from _disagreements(subject, tool)


def _undocumented(subject: Subject, tool: Tool) -> Iterator[Finding]:
    for parameter in tool.parameters:
        if not tool.parameter_doc(parameter):
            yield subject.about(
                "CP202",
                tool,
                f"the docstring does not say what {parameter.name!r} is",
                f'add under `Args:` a line `{parameter.name}: ...`, with an example such as "C-1042"',
                parameter=parameter.name,
            )


def _disagreements(subject: Subject, tool: Tool) -> Iterator[Finding]:
    documented = list(tool.doc.parameters)
    names = [parameter.name for parameter in tool.parameters]
    allowed = {*names, tool.context_parameter}
    wrong = [name for name in documented if name not in allowed]
    for name in wrong:
        yield subject.about(
            "CP203",
            tool,
            f"the docstring documents {name!r}, which is no parameter; there are {', '.join(names) or 'none'}",
            f"rename it to the parameter that is meant, or remove the line `{name}: ...`",
        )
    order = [name for name in documented if name in names]
    if not wrong and order != [name for name in names if name in order]:
        yield subject.about(
            "CP204",
            tool,
            f"the docstring has {', '.join(order)}, the signature {', '.join(names)}",
            "bring the lines under `Args:` into the order of the signature",
        )


def check_modules(subject: Subject) -> Iterator[Finding]:
    """Yields modules without a docstring."""
    for path, tree in subject.modules.items():
        if tree.body and ast.get_docstring(tree) is None:
            yield subject.finding(
                "CP205",
                path.name,
                Place(shown(path), 1),
                "the module does not say what it is for",
                'begin it with one sentence in """..."""',
            )


def check_settings(subject: Subject) -> Iterator[Finding]:
    """Yields settings without a description."""
    model = subject.pack.settings
    if model is None:
        return
    described = _described(model)
    for field in class_fields(model):
        if not field.description and field.name not in described:
            yield subject.finding(
                "CP206",
                f"{model.__name__}.{field.name}",
                _place(model, field.name) or subject.home,
                "the person who installs the pack cannot know what it is for",
                f'write """...""" below `{field.name}`, or Field(description="...")',
            )


def _described(model: type[BaseModel]) -> set[str]:
    """Fields with a text below them, as editors and documentation tools read it."""
    found: set[str] = set()
    for cls in model.__mro__:
        body = _body(cls)
        for field, after in pairwise(body):
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            if is_text and isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                found.add(field.target.id)
    return found


def _body(cls: type) -> list[ast.stmt]:
    if cls is BaseModel or cls is object:
        return []
    try:
        (found,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    except (OSError, TypeError, SyntaxError, ValueError):  # made at run time
        return []
    return found.body if isinstance(found, ast.ClassDef) else []


def _place(model: type[BaseModel], name: str) -> Place | None:
    for node in _body(model):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            file = inspect.getsourcefile(model)
            return (
                None if file is None else Place(shown(Path(file)), inspect.getsourcelines(model)[1] + node.lineno - 1)
            )
    return None
