"""From what somebody names to the packs to check: a distribution, a namespace, a folder or a file."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from packaging.utils import canonicalize_name

from codeact_sdk.errors import ConfigError, PluginError
from codeact_sdk.packcheck.findings import RULES, Finding, Place
from codeact_sdk.packcheck.subject import Subject
from codeact_sdk.packs.discovery import load_plugins
from codeact_sdk.packs.hookspecs import PROJECT
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.plugin import load_source
from codeact_sdk.packs.sources import Source


@dataclass(frozen=True)
class Targets:
    """What is to be checked, and what could not be loaded."""

    subjects: tuple[Subject, ...]
    broken: tuple[Finding, ...] = ()


@contextmanager
def find_targets(text: str | None) -> Iterator[Targets]:
    """Finds packs; what a folder holds can be imported while the context is open.

    Args:
        text: A namespace, a distribution, a folder with a pyproject.toml or a Python file; every installed pack where
            this is left out. A name that is installed comes before a folder; `./name` is always a path.

    Raises:
        ConfigError: There is nothing of this name.
    """
    installed = Targets(()) if text is not None and _is_path(text) else _installed(text)
    if text is None or installed.subjects or installed.broken:
        yield installed
        return
    path = Path(text)
    if not path.exists():
        raise ConfigError(_nothing(text))
    folders = [_module_of(path)[0]] if path.is_file() else [path / "src", path]
    added = [str(folder.resolve()) for folder in folders if folder.is_dir()]
    sys.path[:0] = added
    importlib.invalidate_caches()
    try:
        yield _of_file(path) if path.is_file() else _of_folder(path)
    finally:
        for folder in added:
            sys.path.remove(folder)


def _is_path(text: str) -> bool:
    return text in {".", ".."} or text.endswith(".py") or not {"/", os.sep}.isdisjoint(text)


def _module_of(path: Path) -> tuple[Path, str]:
    """The folder that a file is imported from, and the name of its module there, with the packages it stands in."""
    folder, parts = path.resolve().parent, [path.stem]
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__":
        parts.pop()
    return folder, ".".join(parts)


def _installed(text: str | None) -> Targets:
    plugins = load_plugins()
    wanted = None if text is None else canonicalize_name(text)
    sources = {(offer.source.distribution, offer.source.name): offer.source for offer in plugins.offers}
    subjects = [
        Subject(loaded.pack, loaded.namespace, loaded.origin, sources[loaded.distribution, loaded.entry_point].requires)
        for loaded in plugins.packs
        if wanted is None or text == loaded.namespace or wanted == canonicalize_name(loaded.distribution)
    ]
    broken = [
        _broken(error)
        for error in plugins.broken
        if wanted is None or text == error.plugin or wanted == canonicalize_name(error.distribution.partition(" ")[0])
    ]
    return Targets(tuple(subjects), tuple(broken))


def _nothing(text: str) -> str:
    plugins = load_plugins()
    names = [name for pack in plugins.packs for name in (pack.namespace, pack.distribution)]
    near = difflib.get_close_matches(text, names, n=1)
    known = f"did you mean {near[0]!r}?" if near else f"installed are {', '.join(sorted(set(names))) or 'none'}"
    return f"{text!r} is no installed pack, distribution, folder or file: {known}"


def _of_file(path: Path) -> Targets:
    if path.suffix != ".py":
        raise ConfigError(
            f"{path} is no Python file: give a .py file with a ToolPack, or a folder with a pyproject.toml"
        )
    try:
        module = _load(path)
    except Exception as error:  # noqa: BLE001  # code of the pack; whatever it raises is the finding
        return Targets((), (_broken(PluginError(path.stem, f"importing it raised {type(error).__name__}: {error}")),))
    packs = {id(value): value for value in vars(module).values() if isinstance(value, ToolPack)}
    if not packs:
        raise ConfigError(f'{path} has no ToolPack: write `pack = ToolPack("name", "what it is for")` in it')
    return Targets(tuple(Subject(pack, pack.namespace, str(path)) for pack in packs.values()))


def _load(path: Path) -> ModuleType:
    _, name = _module_of(path)
    if "." in name or path.name == "__init__.py":
        return importlib.import_module(name)
    if name in sys.modules:  # such as a pack in a file json.py: ours must not take the place of another's
        name = f"codeact_checked_{name}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None  # noqa: S101  # there is a loader for .py
    assert spec.loader is not None  # noqa: S101  # as above
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # annotations are looked up there
    spec.loader.exec_module(module)
    return module


def _of_folder(path: Path) -> Targets:
    file = path / "pyproject.toml"
    if not file.is_file():
        raise ConfigError(f"{path} has no pyproject.toml: give the folder of a distribution, or a .py file")
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from error
    entries = project.get("entry-points", {}).get(PROJECT, {})
    if not entries:
        raise ConfigError(
            f'{file} declares no pack: add\n  [project.entry-points.{PROJECT}]\n  acme = "codeact_acme:pack"'
        )
    name, version = project.get("name", path.name), project.get("version", "0")
    requires = tuple(project.get("dependencies", ()))
    known = None if "dependencies" in project.get("dynamic", ()) else requires
    subjects: list[Subject] = []
    broken: list[Finding] = []
    for key, value in entries.items():
        try:
            offers = load_source(Source(key, value, name, version, requires))
        except PluginError as error:
            broken.append(_broken(error, file))
            continue
        subjects += [
            Subject(offer.value, offer.name, f"{name} {version}", known)
            for offer in offers
            if offer.kind == "namespace"
        ]
    return Targets(tuple(subjects), tuple(broken))


def _broken(error: PluginError, file: Path | None = None) -> Finding:
    return Finding(
        "CP001",
        RULES["CP001"].severity,
        error.plugin,
        error.distribution or error.plugin,
        Place(str(file)) if file is not None else Place(),
        error.reason,
        "make it importable: `codeact packs doctor --verbose` shows the traceback of what is installed",
    )
