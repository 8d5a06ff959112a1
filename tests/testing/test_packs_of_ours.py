"""The packs of this repository are tested by what every pack has."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
MADE_BY_FIXTURES = {"Agent", "Interpreter", "ScriptedModel", "ToolContext"}


@pytest.mark.parametrize("pack", sorted(path.parent.name for path in PLUGINS.glob("*/pyproject.toml")))
def test_a_pack_of_ours_uses_the_fixtures_and_nothing_else(pack):
    """Interpreters, contexts and agents come from fixtures; docs are checked, and the prompt is kept."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (PLUGINS / pack / "tests").rglob("*.py")}
    calls = [
        (path.name, node.lineno, node.func.id)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    own = [call for call in calls if call[2] in MADE_BY_FIXTURES]
    assert own == [], "make these by make_interpreter, make_context, make_agent and scripted_model"
    assert {"assert_tool_docs", "prompt_snapshot"} <= {name for _, _, name in calls}
    assert list((PLUGINS / pack / "tests" / "snapshots").glob("*.py.txt"))
