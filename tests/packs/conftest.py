"""Distributions as an installer leaves them: a package, and its metadata beside it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from codeact_sdk.packs.discovery import Plugins, load_plugins

PACK = """
from codeact_sdk import ToolPack

pack = ToolPack({namespace!r}, {purpose!r})


@pack.tool
def orders(customer: str) -> list[str]:
    \"\"\"Orders of one customer.\"\"\"
    return [customer + "-1"]
"""


class Site:
    """A folder that distributions are put into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self,
        name: str,
        files: Mapping[str, str],
        *,
        points: Mapping[str, str],
        version: str = "1.0",
        requires: Sequence[str] = (),
    ) -> Path:
        """Installs a distribution and gives its metadata folder."""
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {text}" for text in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
        entries = "\n".join(f"{key} = {value}" for key, value in points.items())
        (info / "entry_points.txt").write_text(f"[codeact_sdk]\n{entries}\n", encoding="utf-8")
        return info

    def add_pack(self, namespace: str, *, name: str = "", version: str = "1.0", requires: Sequence[str] = ()) -> Path:
        """Installs a pack without a fault; two of one namespace are two modules."""
        name = name or f"codeact-{namespace}"
        module = name.replace("-", "_")
        text = PACK.format(namespace=namespace, purpose=f"The {namespace} shop.")
        return self.add(
            name, {f"{module}.py": text}, points={namespace: f"{module}:pack"}, version=version, requires=requires
        )

    def add_module(self, text: str, *, point: str = "shop", module: str = "", name: str = "codeact-shop") -> Path:
        """Installs a plugin that is a module."""
        module = module or f"module_of_{point}"
        return self.add(name, {f"{module}.py": text}, points={point: module})

    def load(self, **options: object) -> Plugins:
        """Loads what is installed here."""
        return load_plugins(path=[str(self.folder)], **options)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An empty folder to install into; what was imported from it is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    before = set(sys.modules)
    yield Site(folder)
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]
