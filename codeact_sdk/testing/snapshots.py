"""What a model reads of a pack, kept in a file that a person reviews."""

from __future__ import annotations

import difflib
from pathlib import Path

from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.prompts.tools import render_toolset
from codeact_sdk.tools.toolset import Toolset

SUFFIX = ".py.txt"
"""Of the files: Python to read, and nothing that a formatter or a linter changes."""

_HOW = "pytest --codeact-update"


def assert_prompt_snapshot(
    pack: ToolPack, path: str | Path, *, update: bool = False, budget_tokens: int | None = None
) -> None:
    """Compares what a model reads of a pack with a file.

    Args:
        pack: The pack.
        path: The file, such as `tests/snapshots/acme.py.txt`.
        update: Write the file instead.
        budget_tokens: As for the prompt: about how many tokens the text may take; no limit where this is left out.

    Raises:
        AssertionError: They differ, which is shown line by line, or there is no file.
    """
    path = Path(path)
    now = render_toolset(Toolset.of((), groups=[pack.group()]), budget_tokens=budget_tokens) + "\n"
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now, encoding="utf-8", newline="\n")
        return
    if not path.is_file():
        raise AssertionError(f"there is no {path}: write it with `{_HOW}`, read it, and commit it")
    before = path.read_text(encoding="utf-8")
    if before != now:
        lines = difflib.unified_diff(
            before.splitlines(), now.splitlines(), fromfile=path.name, tofile="what a model reads now", lineterm=""
        )
        raise AssertionError(
            f"a model reads another text of pack {pack.namespace!r} than {path} says; "
            f"if that is meant, write it anew with `{_HOW}`\n\n" + "\n".join(lines)
        )
