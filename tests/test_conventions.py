"""The house rules of CONTRIBUTING.md, held by reading the source."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import codeact_sdk
import codeact_sdk.packs
from codeact_sdk import errors, load_plugins
from codeact_sdk.packs import hookspecs
from codeact_sdk.prompts.tools import render_tool, render_toolset
from codeact_sdk.tools.toolset import Toolset

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_PUBLIC_NAMES = 20

HEAVY = ("httpx", "RestrictedPython", "rich", "starlette", "pydantic")

SKIPPED = {"build", "dist", "htmlcov", "__pycache__"}
"""Folders that tools make. Those with a leading dot are skipped too, except .ci."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*suffixes: str) -> Iterator[Path]:
    """Yields the files of the tree that a person wrote; works without git."""
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in SKIPPED and (name[0] != "." or name == ".ci"))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffixes))


def source_files() -> list[Path]:
    """Lists the Python files of the package and the packs."""
    return [path for path in files(".py") if path.relative_to(ROOT).parts[0] in {"codeact_sdk", "plugins"}]


def suite() -> list[Path]:
    """Lists the Python files that hold tests."""
    return [path for path in files(".py") if path.name.startswith("test_")]


def functions(path: Path) -> Iterator[Function]:
    """Yields every function of a file, methods and nested ones included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def where(path: Path, node: ast.AST | None = None) -> str:
    """Writes a place as an editor opens it."""
    line = getattr(node, "lineno", "")
    return f"{path.relative_to(ROOT)}:{line} {getattr(node, 'name', '')}".strip(": ")


def hold(breaches: Iterable[str]) -> None:
    """Fails with every breach of a rule, one to a line."""
    found = list(breaches)
    assert not found, "\n  ".join(["", *found])


def modules() -> list[str]:
    """Names every module of the package."""
    found = walk_packages(codeact_sdk.__path__, "codeact_sdk.")
    return [module.name for module in found if not module.name.endswith("__main__")]


# ---------------------------------------------------------------- the façade


def test_the_facade_is_sorted_small_and_complete() -> None:
    """Every public name is listed once, in order, and imports."""
    names = codeact_sdk.__all__
    assert names == sorted(names)
    assert len(names) == len(set(names)) <= MAX_PUBLIC_NAMES
    assert set(names) == set(codeact_sdk._HOME), "__all__ and _HOME must list the same names"
    assert all(getattr(codeact_sdk, name) is not None for name in names)
    assert dir(codeact_sdk) == names


def test_what_a_type_checker_sees_of_the_facade_is_what_runs() -> None:
    """The imports under TYPE_CHECKING name the same homes as the lazy lookup."""
    tree = ast.parse(Path(codeact_sdk.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    declared = {alias.name: node.module for node in guarded.body for alias in node.names}
    assert declared == {name: f"codeact_sdk.{home}" for name, home in codeact_sdk._HOME.items()}


@pytest.mark.parametrize("name", codeact_sdk.__all__)
def test_each_public_name_imports_alone(name: str) -> None:
    """No public name depends on another one having been imported first."""
    done = subprocess.run(
        [sys.executable, "-c", f"from codeact_sdk import {name}"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import codeact_sdk` costs next to nothing: what is heavy comes with what needs it."""
    code = f"import sys, codeact_sdk; print(*sorted(set(sys.modules) & set({HEAVY})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# ---------------------------------------------------------------- budgets


def test_files_are_short() -> None:
    """No file grows past what one reads in one sitting."""
    long = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}
    hold(f"{place}: {lines} lines" for place, lines in long.items() if lines > MAX_FILE_LINES)


def test_functions_are_short() -> None:
    """No function is longer than a screen, docstring included."""
    found = [(path, node, node.end_lineno - node.lineno + 1) for path in source_files() for node in functions(path)]
    hold(f"{where(path, node)}: {lines} lines" for path, node, lines in found if lines > MAX_FUNCTION_LINES)


def holds_no_logic(node: ast.stmt) -> bool:
    """Tells whether a statement of an `__init__.py` only names things."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return all(
                isinstance(part, ast.Constant | ast.List | ast.Tuple | ast.Dict | ast.Load) for part in ast.walk(value)
            )
        case ast.FunctionDef(name=name):
            return name in {"__getattr__", "__dir__"}
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            return all(isinstance(line, ast.ImportFrom) for line in body)
    return False


def test_init_files_hold_names_only() -> None:
    """Nothing is computed by importing a package."""
    found = [
        (path, ast.parse(path.read_text(encoding="utf-8"))) for path in source_files() if path.name == "__init__.py"
    ]
    hold(where(path, node) for path, tree in found for node in tree.body if not holds_no_logic(node))


def test_the_layers_in_the_docs_are_those_that_are_held() -> None:
    """The drawing in docs/architecture.md is the contract in pyproject.toml."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    drawn = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert "```text\n" + "\n".join(contract["layers"]) + "\n```" in drawn


def test_the_docs_say_what_each_part_is_for() -> None:
    """Every module and folder of the package has its row in docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = [
        path for path in (ROOT / "codeact_sdk").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    hold(path.name for path in parts if f"`codeact_sdk/{path.name}" not in text)


def test_packs_use_public_names_only() -> None:
    """A pack of ours imports what a stranger's pack may import: the two façades and codeact_sdk.testing."""
    private = []
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if "plugins" in path.parts else ():
            match node:
                case ast.ImportFrom(module="codeact_sdk", names=names):
                    private += [
                        where(path, node) for name in names if name.name not in {*codeact_sdk.__all__, "testing"}
                    ]
                case ast.ImportFrom(module="codeact_sdk.packs", names=names):
                    private += [where(path, node) for name in names if name.name not in codeact_sdk.packs.__all__]
                case ast.ImportFrom(module=str(module)) if (
                    module.startswith("codeact_sdk.") and module != "codeact_sdk.testing"
                ):
                    private.append(where(path, node))
    hold(private)


# ---------------------------------------------------------------- errors, hooks, signatures, packs


def drawn_tree() -> dict[str, str]:
    """Reads the tree in the docstring of errors.py: error name to the name of its base."""
    bases: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        if drawn := re.match(
            r"[\s│├└─]*?(?=\w)(\w+(?:Error|Missing|Configured|Limited|Unavailable|Timeout|Exhausted))\b", line
        ):
            depth = drawn.start(1)
            path = [step for step in path if step[0] < depth]
            bases[drawn[1]] = path[-1][1] if path else "Exception"
            path.append((depth, drawn[1]))
    return bases


def test_every_error_class_stands_in_the_drawn_tree() -> None:
    """The tree in errors.py is the whole truth: each class once, under its base, and no class elsewhere."""
    for name in modules():
        import_module(name)
    found = {"CodeActError": "Exception"}
    waiting = [errors.CodeActError]
    while waiting:
        base = waiting.pop()
        for error in base.__subclasses__():
            if error.__module__.startswith("codeact_sdk"):
                assert error.__module__ == errors.__name__, f"{error.__name__} belongs in errors.py"
                found[error.__name__] = base.__name__
                waiting.append(error)
    assert drawn_tree() == found


def hook_names() -> list[str]:
    """Names every hook that a plugin may implement."""
    return [name for name, _ in inspect.getmembers(hookspecs, inspect.isfunction) if name.startswith("codeact_")]


@pytest.mark.parametrize("hook", hook_names())
def test_each_hook_is_documented_and_tested(hook: str) -> None:
    """A hook has a heading in the docs and a test that names it."""
    headings = [
        line for path in files(".md") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ]
    assert any(hook in line for line in headings), f"no heading in docs/ names {hook}"
    others = [path for path in suite() if path != Path(__file__)]
    assert any(hook in path.read_text(encoding="utf-8") for path in others), f"no test names {hook}"


def positional_options(node: Function, *, method: bool) -> list[str]:
    """Names the parameters that have a default and may be passed by position, apart from a leading one."""
    named = node.args.args[1:] if method else node.args.args
    optional = named[max(0, len(named) - len(node.args.defaults)) :]
    return [parameter.arg for parameter in optional if parameter is not named[0]]


def public_functions(tree: ast.Module) -> Iterator[tuple[Function, bool]]:
    """Yields public functions, and public methods of public classes with True."""
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node, False
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, Function) and (not method.name.startswith("_") or method.name == "__init__"):
                    yield (
                        method,
                        not any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in method.decorator_list),
                    )


def test_options_are_keyword_only() -> None:
    """What may be left out is named by the caller, so that adding an option breaks nobody.

    A first parameter may have a default, as in `Toolset(tools)`: it is what the call is about. What the interpreter
    puts in the place of Python's own functions keeps their signatures, and tools in packs are called by models.
    """
    found = []
    for path in source_files():
        if path.is_relative_to(ROOT / "codeact_sdk") and "interpreter" not in path.parts:
            for node, method in public_functions(ast.parse(path.read_text(encoding="utf-8"))):
                found += [f"{where(path, node)}({name})" for name in positional_options(node, method=method)]
    hold(found)


def test_every_tool_of_the_installed_packs_renders_to_python() -> None:
    """What a model is shown of each bundled tool, alone and together, parses."""
    packs = [loaded for loaded in load_plugins().packs if loaded.distribution.startswith("codeact-")]
    assert {loaded.namespace for loaded in packs} >= {"files", "sql"}
    for loaded in packs:
        for tool in loaded.pack.tools:
            ast.parse(render_tool(tool))
    ast.parse(render_toolset(Toolset.of((), groups=[loaded.pack.group() for loaded in packs])))


# ---------------------------------------------------------------- tests and text


def test_every_test_says_its_intent() -> None:
    """Each test function has a docstring whose first line is one sentence."""
    silent = []
    for path in suite():
        for node in functions(path):
            intent = (ast.get_docstring(node) or "").partition("\n")[0]
            if node.name.startswith("test_") and not intent.endswith((".", "?", "!")):
                silent.append(where(path, node))
    hold(silent)


MACHINE = [
    r"(?<![\w.~*])/(?:root|work|home/\w+|Users/\w+|opt/\w+)/",
    r"\bpypi\.org/simple|\bfiles\.pythonhosted\.org|\bregistry\.npmjs|\b(?:jfrog|artifactory|nexus)\.|(?<!\w)--(?:extra-)?index-url\b",
]
"""Folders of one machine, and places that packages are downloaded from."""


def test_nothing_in_the_tree_belongs_to_one_machine() -> None:
    """No file names a folder of the machine it was written on, or a package index."""
    places = []
    text = (".py", ".md", ".toml", ".txt", ".sh", ".json", ".jsonl", ".yml", ".yaml", ".svg", "Makefile", "run", ".cfg")
    for path in files(*text):
        if path != Path(__file__):
            lines = path.read_text(encoding="utf-8").splitlines()
            places += [
                f"{where(path)}:{n}" for n, line in enumerate(lines, 1) if any(re.search(p, line) for p in MACHINE)
            ]
    hold(places)
