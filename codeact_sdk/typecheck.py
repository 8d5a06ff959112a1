"""Checks the types of an action before it runs, with the type checker `ty` over stubs of the toolset.

It costs a process for each action, some 0.1 s, and a type checker is stricter than Python: so it is off unless asked for.
Only what would fail when it runs is told, and nothing that might be right for one member of a union.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from keyword import iskeyword
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from codeact_sdk.errors import ConfigError
from codeact_sdk.interpreter.checks.checker import Finding
from codeact_sdk.interpreter.checks.places import Span
from codeact_sdk.prompts.types import render_types
from codeact_sdk.tools.parameters import EMPTY, parameter_texts, returns_text
from codeact_sdk.tools.tool import Tool
from codeact_sdk.tools.toolset import Toolset
from codeact_sdk.tools.types import TypeCollector, TypeNames, bare, union_members

MAX_SECONDS = 10.0
"""After which the checker is given up, and the action runs unchecked."""

_RULES = {
    "missing-attribute": "AttributeError",
    "invalid-argument-type": "TypeError",
    "missing-argument": "TypeError",
    "unknown-argument": "TypeError",
    "too-many-positional-arguments": "TypeError",
    "not-callable": "TypeError",
    "not-iterable": "TypeError",
    "unsupported-operator": "TypeError",
}
"""Rules of ty whose breach fails at run time, with the exception that it would be."""

_HEADER = """\
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import *

class _Record:
    def __init__(self, *values: Any, **fields: Any) -> None: ...
    def __getitem__(self, name: Any) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> Any: ...
    def items(self) -> Any: ...
    def values(self) -> Any: ...
    def get(self, name: Any, default: Any = ...) -> Any: ...

def _any() -> Any: ...
"""


class TypeChecker:
    """Checks the actions of one session."""

    def __init__(self, toolset: Toolset, *, command: str = "ty") -> None:
        """Makes a checker.

        Args:
            toolset: The tools of the session.
            command: Name or path of the type checker.

        Raises:
            ConfigError: The type checker is not installed.
        """
        self._command = _find(command)
        self._toolset = toolset
        self._folders: dict[bool, Path] = {}

    def __call__(self, source: str, awaits: bool, names: Sequence[str]) -> list[Finding]:
        """Finds what would fail for its type.

        Args:
            source: The action.
            awaits: Whether it awaits, so that async tools are coroutines to it.
            names: What earlier actions have bound; of any type.
        """
        folder = self._folder(awaits=awaits)
        prelude = self._prelude(names)
        with tempfile.TemporaryDirectory(dir=folder) as private:
            action = Path(private, "action.py")
            action.write_text(f"{prelude}\n{source}", encoding="utf-8", errors="replace", newline="\n")
            return sorted(_findings(self._diagnostics(folder, action), source.split("\n")))

    def _prelude(self, names: Iterable[str]) -> str:
        """One line that binds what the action finds there."""
        packs = [f"import {name}" for name in self._toolset.groups]
        direct = ["from _direct import _any", *(f"from _direct import {name}" for name in self._toolset.direct)]
        given = {*self._toolset.groups, *self._toolset.direct}
        variables = [
            f"{name} = _any()" for name in names if not (name.startswith("__") or name in given or iskeyword(name))
        ]
        return "; ".join([*packs, *direct, *variables])

    def _diagnostics(self, folder: Path, action: Path) -> list[dict[str, Any]]:
        command = [self._command, "check", "--project", str(folder), "--output-format", "gitlab", str(action)]
        keep = ("PATH", "SYSTEMROOT", "TEMP", "TMP")
        environ = {name: os.environ[name] for name in keep if name in os.environ}
        environ |= dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "APPDATA"), str(folder))  # no settings but ours
        try:
            done = subprocess.run(  # noqa: S603  # our own command; the action is a file that it reads
                command, capture_output=True, check=False, timeout=MAX_SECONDS, env=environ, cwd=folder
            )
            found: list[dict[str, Any]] = json.loads(done.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            return []
        return found

    def _folder(self, *, awaits: bool) -> Path:
        """The stubs, written once for actions that await and once for those that do not."""
        if awaits not in self._folders:
            folder = Path(tempfile.mkdtemp(prefix="codeact-types-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            stubs = {"_direct": self._toolset.direct.values()} | {
                name: group.tools for name, group in self._toolset.groups.items()
            }
            for name, tools in stubs.items():
                text = render_stub(tools, awaits=awaits)
                Path(folder, f"{name}.pyi").write_text(text, encoding="utf-8", errors="replace")
            self._folders[awaits] = folder
        return self._folders[awaits]


def _find(command: str) -> str:
    found = shutil.which(command, path=sysconfig.get_path("scripts")) or shutil.which(command)
    if found is None:
        raise ConfigError("check='types' needs the type checker ty: pip install 'codeact-sdk[types]', or check='names'")
    return found


def render_stub(tools: Iterable[Tool], *, awaits: bool) -> str:
    """Renders tools as a stub.

    What pydantic would make of an argument is not known to a type checker, so that parameters are checked only where
    they take plain scalars.

    Args:
        tools: Of one pack.
        awaits: Whether async tools are coroutines.
    """
    tools = tuple(tools)
    classes = TypeCollector().collect([annotation for tool in tools for annotation in tool.annotations])
    names = TypeNames(classes)
    types = re.sub(r"^class (\w+):", r"class \1(_Record):", render_types(classes, names=names), flags=re.MULTILINE)
    return "\n".join([_HEADER, types, *(_function(tool, names, awaits=awaits) for tool in tools)]) + "\n"


def _function(tool: Tool, names: TypeNames, *, awaits: bool) -> str:
    parameters = tuple(parameter._replace(annotation=_widened(parameter.annotation)) for parameter in tool.parameters)
    keyword = "async def" if tool.is_async and awaits else "def"
    return f"{keyword} {tool.name}({', '.join(parameter_texts(parameters))}){returns_text(tool.return_type, names=names)}: ..."


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _widened(annotation: object) -> Any:
    """The annotation where it is made of scalars; of the choices of a `Literal` the type; else anything."""
    if annotation is EMPTY:
        return EMPTY
    kinds: set[Any] = set()
    for member in map(bare, union_members(annotation)):
        if get_origin(member) is Literal:
            kinds.update(map(type, get_args(member)))
        else:
            kinds.add(type(None) if member is None else member)
    if not kinds <= _SCALARS:
        return Any
    made, *rest = sorted(kinds, key=lambda kind: (kind is type(None), str(kind.__name__)))
    for kind in rest:
        made = made | kind
    return made


_OBJECT = re.compile(r"Object of type `(\w+)` has no attribute")


def _is_doubtful(message: str, lines: Sequence[str]) -> bool:
    """Tells whether Python may do well what the checker refuses.

    It may be right for one member of a union; an augmented assignment is judged for one member at a time; and own objects
    have the attributes that somebody sets.
    """
    if "|" in message.rpartition("found ")[2] or "=` is not supported" in message:
        return True
    if message.startswith("Unresolved attribute"):
        return True
    named = _OBJECT.match(message)
    return named is not None and any(f"class {named[1]}" in line for line in lines)


def _findings(diagnostics: Iterable[dict[str, Any]], lines: Sequence[str]) -> Iterable[Finding]:
    for item in diagnostics:
        rule = item["check_name"]
        message = item["description"].removeprefix(f"{rule}: ")
        begin, end = (item["location"]["positions"][edge] for edge in ("begin", "end"))
        line = begin["line"] - 1  # the first is the prelude
        if rule not in _RULES or not 0 < line <= len(lines) or _is_doubtful(message, lines):
            continue
        start, stop = (len(lines[line - 1][: edge["column"] - 1].encode("utf-8", "replace")) for edge in (begin, end))
        yield Finding(Span(line, start, stop if end["line"] == begin["line"] else None), _RULES[rule], message)
