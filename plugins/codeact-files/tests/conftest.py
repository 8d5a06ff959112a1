"""A folder with everything in it that may lead outside."""

from pathlib import Path

import pytest

from codeact_sdk import ToolContext


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("secret")
    root = tmp_path / "root"
    (root / "docs" / "deep").mkdir(parents=True)
    (root / "a.txt").write_text("alpha\nbeta\ngamma\n")
    (root / "docs" / "b.md").write_text("# Title\nbeta two\n")
    (root / "docs" / "deep" / "c.txt").write_text("delta")
    (root / ".env").write_text("KEY=1")
    (root / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (root / "linked").symlink_to(tmp_path / "outside")
    (root / "inner").symlink_to(root / "docs")
    return root


@pytest.fixture
def ctx(root: Path, make_context) -> ToolContext:
    return make_context(settings={"roots": root})


@pytest.fixture
def writer(root: Path, make_context) -> ToolContext:
    return make_context(settings={"roots": root, "writable": True, "max_bytes": 1000})


@pytest.fixture
def with_settings(make_context):
    def made(**settings) -> ToolContext:
        return make_context(settings=settings)

    return made
