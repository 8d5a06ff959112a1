"""A pack as the rules see it: its tools, its distribution's needs, and the source that it was made of."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from codeact_sdk.packcheck.findings import RULES, Finding, Place
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.tools.tool import Tool

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_NOT_SHIPPED = frozenset({"tests", "test", "__pycache__"})


@dataclass(frozen=True)
class Subject:
    """One pack to check."""

    pack: ToolPack
    namespace: str
    origin: str = ""
    """The distribution with its version, or the file."""
    requires: tuple[str, ...] | None = None
    """What its distribution depends on; None where there is no distribution."""

    @property
    def tools(self) -> tuple[Tool, ...]:
        """Its tools, called as models call them."""
        return self.pack.group(self.namespace).tools

    @cached_property
    def modules(self) -> Mapping[Path, ast.Module]:
        """The modules of the pack: those of the package that its tools are defined in."""
        found: dict[Path, ast.Module] = {}
        for name in sorted({getattr(plain(tool), "__module__", "") or "" for tool in self.tools}):
            for path in _files(name):
                if path not in found and (tree := _parsed(path)) is not None:
                    found[path] = tree
        return found

    def node(self, tool: Tool) -> FunctionNode | None:
        """The definition of a tool's function; None where there is no source."""
        code = getattr(plain(tool), "__code__", None)
        return None if code is None else self._definitions.get((Path(code.co_filename), code.co_firstlineno))

    @cached_property
    def _definitions(self) -> Mapping[tuple[Path, int], FunctionNode]:
        """Functions by their file and first line, that of a decorator included."""
        found: dict[tuple[Path, int], FunctionNode] = {}
        for path, tree in self.modules.items():
            for node in ast.walk(tree):
                if isinstance(node, FunctionNode):
                    first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
                    found.setdefault((path, first), node)
        return found

    def place(self, tool: Tool, *, parameter: str | None = None) -> Place:
        """Where a tool, or one of its parameters, is defined."""
        node = self.node(tool)
        code = getattr(plain(tool), "__code__", None)
        if code is None:
            return Place()
        line = code.co_firstlineno if node is None else node.lineno
        if node is not None and parameter is not None:
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            line = next((item.lineno for item in arguments if item.arg == parameter), line)
        return Place(shown(Path(code.co_filename)), line)

    def about(self, code: str, tool: Tool, reason: str, fix: str, *, parameter: str | None = None) -> Finding:
        """Makes a finding about a tool, or about one of its parameters."""
        name = tool.qualified_name if parameter is None else f"{tool.qualified_name}({parameter})"
        return self.finding(code, name, self.place(tool, parameter=parameter), reason, fix)

    def finding(self, code: str, subject: str, place: Place, reason: str, fix: str) -> Finding:
        """Makes a finding about anything."""
        return Finding(code, RULES[code].severity, self.namespace, subject, place, reason, fix)

    @cached_property
    def home(self) -> Place:
        """Where the pack is made, or its first module."""
        for path, tree in self.modules.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and called(node) == "ToolPack":
                    return Place(shown(path), node.lineno)
        return Place(self.origin)


def plain(tool: Tool) -> Any:
    """The function that its author wrote."""
    function: Any = tool.function
    while isinstance(function, partial):
        function = function.func
    return inspect.unwrap(function) if callable(function) else function


def called(node: ast.Call) -> str:
    """The last name of what is called: `secret` for `ctx.secret(...)`."""
    target = node.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def shown(path: Path) -> str:
    """A path as a person reads it, relative to the current folder where it is inside."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _files(module: str) -> Iterator[Path]:
    loaded = sys.modules.get(module)
    package = sys.modules.get(module.rpartition(".")[0]) if loaded and not hasattr(loaded, "__path__") else loaded
    for folder in getattr(package, "__path__", ()):
        for path in sorted(Path(folder).rglob("*.py")):
            if _NOT_SHIPPED.isdisjoint(path.relative_to(folder).parts):
                yield path
    file = getattr(loaded, "__file__", None)
    if file:
        yield Path(file)


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):  # a template or a compiled module: there is nothing to read
        return None
