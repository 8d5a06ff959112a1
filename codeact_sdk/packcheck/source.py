"""Rules that read the source: secrets, and what blocks in `async def`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from codeact_sdk.packcheck.findings import Finding, Place
from codeact_sdk.packcheck.subject import Subject, called, shown

_BLOCKING: Mapping[str, str] = {
    "time.sleep": "await asyncio.sleep(...)",
    "requests.get": "ctx.http",
    "requests.post": "ctx.http",
    "requests.put": "ctx.http",
    "requests.patch": "ctx.http",
    "requests.delete": "ctx.http",
    "requests.request": "ctx.http",
    "httpx.get": "ctx.http",
    "httpx.post": "ctx.http",
    "httpx.put": "ctx.http",
    "httpx.request": "ctx.http",
    "httpx.Client": "ctx.http",
    "urllib.request.urlopen": "ctx.http",
    "subprocess.run": "asyncio.create_subprocess_exec",
    "subprocess.check_output": "asyncio.create_subprocess_exec",
    "subprocess.check_call": "asyncio.create_subprocess_exec",
    "os.system": "asyncio.create_subprocess_exec",
    "sqlite3.connect": "asyncio.to_thread(...), or a plain `def`",
}
"""What blocks an event loop, and what to write instead."""


def check_secrets(subject: Subject) -> Iterator[Finding]:
    """Yields secrets that are declared and not used, or used and not declared."""
    uses, is_complete = _uses(subject)
    for name in subject.pack.secrets:
        if is_complete and name not in uses and subject.modules:
            yield subject.finding(
                "CP801",
                name,
                subject.home(),
                f'no module of the pack asks for it by ctx.secret("{name}"), and people are made to give it',
                "remove it from secrets=[...], or use it",
            )
    for name, place in uses.items():
        if name not in subject.pack.secrets:
            yield subject.finding(
                "CP802",
                name,
                place,
                "the pack asks for it and has not declared it, so the call fails",
                f'add it: ToolPack(..., secrets=["{name}"])',
            )


def _uses(subject: Subject) -> tuple[dict[str, Place], bool]:
    """The names that are asked for, and whether all of them can be read."""
    found: dict[str, Place] = {}
    is_complete = True
    for path, tree in subject.modules.items():
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) == "secret"):
                continue
            given = node.args[0] if node.args else None
            name = given.value if isinstance(given, ast.Constant) else None
            if isinstance(given, ast.Name):
                name = constants.get(given.id)
            if isinstance(name, str):
                found.setdefault(name, Place(shown(path), node.lineno))
            else:
                is_complete = False
    return found, is_complete


def check_blocking(subject: Subject) -> Iterator[Finding]:
    """Yields calls in async tools that stop the event loop, and every other call with it."""
    for tool in subject.tools:
        node = subject.node(tool)
        if not isinstance(node, ast.AsyncFunctionDef):
            continue
        place = subject.place(tool)
        names = _imported(next(tree for tree in subject.modules.values() if node in ast.walk(tree)))
        for call in _own_calls(node):
            text = _dotted(call.func)
            head, dot, rest = text.partition(".")
            text = names.get(head, head) + dot + rest
            if text in _BLOCKING:
                yield subject.finding(
                    "CP901",
                    tool.qualified_name,
                    Place(place.file, call.lineno),
                    f"{text} waits without giving the event loop back: all other calls stand still",
                    f"use {_BLOCKING[text]}, or write the tool as a plain `def`",
                )


def _own_calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls in a function, those in functions within it apart."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _own_calls(child)


def _imported(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return node.id if isinstance(node, ast.Name) else ""
