"""Rules that read the source: secrets, and what blocks in `async def`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from codeact_sdk.packcheck.findings import Finding, Place
from codeact_sdk.packcheck.subject import Subject, called, shown

_HTTP = "ctx.http"
_PROCESS = "asyncio.create_subprocess_exec"
_THREAD = "asyncio.to_thread(...)"
_METHODS = ("get", "head", "options", "post", "put", "patch", "delete", "request")
_BLOCKING: Mapping[str, str] = {
    "time.sleep": "await asyncio.sleep(...)",
    **{f"requests.{name}": _HTTP for name in (*_METHODS, "Session")},
    **{f"httpx.{name}": _HTTP for name in (*_METHODS, "stream", "Client")},
    "urllib.request.urlopen": _HTTP,
    "urllib.request.urlretrieve": _HTTP,
    **{f"subprocess.{name}": _PROCESS for name in ("run", "call", "check_call", "check_output", "Popen")},
    "os.system": _PROCESS,
    "os.popen": _PROCESS,
    "sqlite3.connect": _THREAD,
    "socket.create_connection": "asyncio.open_connection(...)",
    **{f"shutil.{name}": _THREAD for name in ("copy", "copy2", "copyfile", "copytree", "move", "rmtree")},
    "open": _THREAD,
    "io.open": _THREAD,
    "input": "a parameter",
}
"""What blocks an event loop, and what to write instead."""
_FILES = frozenset({"open", "io.open"})
_FILE_METHODS = frozenset({"read_text", "read_bytes", "write_text", "write_bytes"})
"""Methods of paths; those of a library that awaits have the same names, and are awaited."""


def check_secrets(subject: Subject) -> Iterator[Finding]:
    """Yields secrets that are declared and not used, or used and not declared."""
    uses, is_complete = _uses(subject)
    for name in subject.pack.secrets:
        if is_complete and name not in uses and subject.modules:
            yield subject.finding(
                "CP801",
                name,
                subject.home,
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
    """Yields calls in async functions that stop the event loop, and every other call with it."""
    tools = {subject.node(tool): tool.qualified_name for tool in subject.tools}
    for path, tree in subject.modules.items():
        names = _imported(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.AsyncFunctionDef):
                continue
            for call, what, instead in _blocking_calls(node, names):
                if what in _FILES and node not in tools:  # who writes a file piece by piece below a tool has weighed it
                    continue
                yield subject.finding(
                    "CP901",
                    tools.get(node, node.name),
                    Place(shown(path), call.lineno),
                    f"{what} waits without giving the event loop back: all other calls stand still",
                    f"use {instead}, or write the tool as a plain `def`",
                )


def _blocking_calls(node: ast.AsyncFunctionDef, names: Mapping[str, str]) -> Iterator[tuple[ast.Call, str, str]]:
    """The calls that block, each with what it calls and what to write instead."""
    for call in _own_calls(node):
        text = _dotted(call.func)
        head, dot, rest = text.partition(".")
        text = names.get(head, head) + dot + rest
        if text in _BLOCKING:
            yield call, text, _BLOCKING[text]
        elif isinstance(call.func, ast.Attribute) and call.func.attr in _FILE_METHODS:
            yield call, f".{call.func.attr}", _THREAD


def _own_calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls in a function that it does not await, those in functions within it apart."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and not isinstance(node, ast.Await):
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
